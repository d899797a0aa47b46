// The thread of second proofs: documents in, verdicts out, one at a time in order of arrival. It gives way to threads that answer.
// oxlint-disable unicorn/require-post-message-target-origin -- a port to our own thread, not a window
import { parentPort } from 'node:worker_threads';
import { verifyTheirs, type XmlFormat } from '../edition/verify.ts';
import { TinError } from '../errors.ts';
import { stepBack } from '../step-back.ts';

type Job = { id: number; format: XmlFormat; text: string };

stepBack();

async function answer({ id, format, text }: Job): Promise<void> {
  try {
    await verifyTheirs(format, text);
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
