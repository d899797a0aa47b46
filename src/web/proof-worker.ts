// The thread of second proofs: documents in, verdicts out, one at a time in order of arrival.
// oxlint-disable unicorn/require-post-message-target-origin -- a port to our own thread, not a window
import { parentPort } from 'node:worker_threads';
import type { DocumentFormat } from '../domain.ts';
import type { FeedDocument } from '../edition/document.ts';
import { verifyDocument } from '../edition/verify.ts';
import { TinError } from '../errors.ts';

type Job = { id: number; format: DocumentFormat; text: string; document: FeedDocument };

async function answer({ id, format, text, document }: Job): Promise<void> {
  try {
    await verifyDocument(format, text, document);
    parentPort?.postMessage({ id });
  } catch (error) {
    const code = error instanceof TinError ? error.code : 'document.unreadable';
    parentPort?.postMessage({ id, error: { code, message: error instanceof Error ? error.message : String(error) } });
  }
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (job: Job) => {
  last = last.then(() => answer(job));
});
