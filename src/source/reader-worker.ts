// The reader's thread: jobs in, results out, one at a time in order of arrival.
// oxlint-disable unicorn/require-post-message-target-origin -- a port to our own thread, not a window
import { parentPort } from 'node:worker_threads';
import { NotAFeedError, TinError } from '../errors.ts';
import { freeBytes } from './free-bytes.ts';
import { loadTask, type TaskName } from './reader-tasks.ts';
import { stepBack } from '../step-back.ts';

type Job = { id: number; name: TaskName; job: never };

// Bytes that a result has to itself change hands without being copied.
function buffersOf(result: object): ArrayBuffer[] {
  return Object.values(result).flatMap((value: unknown) =>
    value instanceof Uint8Array && value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength
      ? [value.buffer]
      : [],
  );
}

async function answer({ id, name, job }: Job): Promise<void> {
  try {
    const result: object = (await loadTask(name))(job);
    parentPort?.postMessage({ id, result }, buffersOf(result));
  } catch (error) {
    const code = error instanceof TinError ? error.code : 'source.unreadable';
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ id, error: { code, message, isNoFeed: error instanceof NotAFeedError } });
  } finally {
    // Copied on its way here: ours alone.
    for (const value of Object.values(job)) freeBytes(value);
  }
}

stepBack();
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (job: Job) => {
  last = last.then(() => answer(job));
});
// Ready once what most jobs need is loaded: on a busy machine that alone takes longer than a job may.
void loadTask('document').then(() => parentPort?.postMessage({ isReady: true }));
