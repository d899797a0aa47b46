// A rendered document → whether rss-parser reads what our own reader does, found out in a thread that answers seldom wait for.
import { Worker } from 'node:worker_threads';
import { verifyTheirs, type XmlFormat } from '../edition/verify.ts';
import { DocumentError } from '../errors.ts';

/** Where documents are read by rss-parser. `verify` does what `verifyTheirs` does, and throws what it throws. */
export type ProofThread = {
  verify(format: XmlFormat, text: string): Promise<void>;
  close(): void;
};

type Waiting = {
  verifyHere: () => Promise<void>;
  resolve: (verdict?: Promise<void>) => void;
  reject: (error: Error) => void;
};
type Answer = { id: number; error?: { code: string; message: string } };

// It takes 30 to 40 MB: a process whose readers come seldom does without it meanwhile.
const idleMs = 60_000;
// rss-parser holds a few times the size of a document.
const heapMb = 96;

const script = new URL('./proof-worker.ts', import.meta.url);

/**
 * Opens a prover whose thread starts with the first document and ends a minute after the last. What a thread leaves behind that ended by itself is
 * proven by the caller's own. Keeps no process alive.
 */
export function openProofThread(): ProofThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let timer: NodeJS.Timeout | undefined;
  let count = 0;

  const end = () => {
    clearTimeout(timer);
    worker?.removeAllListeners();
    void worker?.terminate();
    worker = null;
    const left = [...waiting.values()];
    waiting.clear();
    for (const { verifyHere, resolve } of left) resolve(verifyHere());
  };

  const start = () => {
    const made = new Worker(script, {
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8 },
    });
    made.unref();
    made.on('message', ({ id, error }: Answer) => {
      const one = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) one?.resolve();
      else one?.reject(new DocumentError(error.code, error.message));
      if (waiting.size === 0) timer = setTimeout(end, idleMs).unref();
    });
    made.on('error', end);
    made.on('exit', end);
    return made;
  };

  return {
    verify: (format, text) =>
      new Promise((resolve, reject) => {
        clearTimeout(timer);
        worker ??= start();
        const id = count++;
        waiting.set(id, { verifyHere: () => verifyTheirs(format, text), resolve, reject });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of our own, not a window
        worker.postMessage({ id, format, text });
      }),
    close: end,
  };
}
