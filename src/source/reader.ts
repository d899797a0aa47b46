// Jobs of reading → their results, made in a thread that may run away, or out of memory, and be ended without harm to the house.
import { Worker } from 'node:worker_threads';
import { NotAFeedError, TinError } from '../errors.ts';
import { loadTask, type TaskName, type Tasks } from './reader-tasks.ts';

/** Where foreign documents are read. `run` throws what the task throws, `source.too_slow` and `source.too_big`. */
export type Reader = {
  /** Starts the thread before its first job, which then need not wait for it. */
  warm: () => void;
  run: <Name extends TaskName>(name: Name, job: Parameters<Tasks[Name]>[0]) => Promise<ReturnType<Tasks[Name]>>;
  close: () => Promise<void>;
};

/** `deadlineMs` for one job; `heapMb` for the whole thread. */
export type ReaderOptions = { deadlineMs?: number; heapMb?: number };

type Waiting = {
  name: TaskName;
  job: unknown;
  resolve: (result: never) => void;
  reject: (error: Error) => void;
};
type Answer =
  | { isReady: true }
  | { id: number; result?: unknown; error?: { code: string; message: string; isNoFeed: boolean } };

// Enough that the thread always has its next job at hand while an answer travels.
const mostSent = 3;
// A thread that has not come up by then never will.
const startMs = 60_000;

const script = new URL('./reader-worker.ts', import.meta.url);

/** Reads in the caller's own thread: for tests, and for commands that read one document of the operator's own. */
export function inlineReader(): Reader {
  return {
    warm: () => undefined,
    run: async (name, job) => (await loadTask(name))(job as never) as never,
    close: async () => undefined,
  };
}

/**
 * Opens a reader with a thread of its own, which starts with the first job. A job that takes longer than its deadline, or more memory than the
 * heap, ends the thread and fails alone: a new thread takes over what waits behind it.
 */
export function openReader(options: ReaderOptions = {}): Reader {
  const { deadlineMs = 20_000, heapMb = 384 } = options;
  const waiting = new Map<number, Waiting>();
  const sent = new Set<number>();
  let worker: Worker | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isReady = false;
  let count = 0;
  let isClosed = false;

  const settle = (id: number, act: (one: Waiting) => void) => {
    const one = waiting.get(id);
    waiting.delete(id);
    sent.delete(id);
    if (one) act(one);
    watch();
    send();
    if (waiting.size === 0) worker?.unref();
  };

  // The deadline of the job at hand, which is the oldest: it runs from when the one before it ended, or the thread had started.
  const watch = () => {
    if (timer !== null) clearTimeout(timer);
    const limit = isReady ? deadlineMs : startMs;
    timer =
      sent.size === 0 ? null : setTimeout(() => giveUp('source.too_slow', `not read within ${limit / 1_000} s`), limit);
  };

  /** Ends the thread; the job at hand fails, those behind it start over in a new one. */
  const giveUp = (code: string, message: string) => {
    const [culprit] = sent;
    const ended = worker;
    worker = null;
    isReady = false;
    sent.clear();
    ended?.removeAllListeners();
    void ended?.terminate();
    if (culprit !== undefined)
      settle(culprit, (one) => one.reject(new TinError(code, `the document was given up: ${message}`)));
  };

  const start = () => {
    const made = new Worker(script, {
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 24 },
    });
    made.on('message', (answer: Answer) => {
      if (!('id' in answer)) {
        isReady = true;
        return watch();
      }
      const { id, result, error } = answer;
      settle(id, (one) => {
        if (error === undefined) one.resolve(result as never);
        else one.reject(new (error.isNoFeed ? NotAFeedError : TinError)(error.code, error.message));
      });
    });
    made.on('error', (error: Error) => {
      if (worker !== made) return;
      const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      giveUp(
        isMemory ? 'source.too_big' : 'source.unreadable',
        isMemory ? `more than ${heapMb} MB of memory` : error.message,
      );
    });
    made.on('exit', () => {
      if (worker === made) giveUp('source.unreadable', 'its thread ended');
    });
    return made;
  };

  const send = () => {
    if (isClosed) return;
    for (const [id, { name, job }] of waiting) {
      if (sent.size >= mostSent) break;
      if (sent.has(id)) continue;
      worker ??= start();
      worker.ref();
      sent.add(id);
      if (sent.size === 1) watch();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of our own, not a window
      worker.postMessage({ id, name, job });
    }
  };

  return {
    warm: () => {
      if (isClosed || worker !== null) return;
      worker = start();
      worker.unref();
    },
    run: (name, job) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new TinError('source.closed', 'the reader is closed'));
        waiting.set(count++, { name, job, resolve, reject });
        send();
      }),
    close: async () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      const rest = [...waiting.values()];
      waiting.clear();
      sent.clear();
      const ended = worker;
      worker = null;
      ended?.removeAllListeners();
      await ended?.terminate();
      for (const one of rest) one.reject(new TinError('source.closed', 'the reader is closed'));
    },
  };
}
