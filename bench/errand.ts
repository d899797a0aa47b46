// A message to a process of its own → what it answers; both sides of it.
import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The next message of a child; rejects when it ends without one. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const message = once(child, 'message', { signal: ended.signal }).then(([heard]) => heard as T);
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the process ended with ${String(code)}`);
  });
  try {
    return await Promise.race([message, exit]);
  } finally {
    ended.abort();
    await Promise.allSettled([message, exit]);
  }
}

/** What a child answers to a message. */
export async function askChild<T>(child: ChildProcess, message: Serializable): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send(message);
  return answer;
}

/** Starts a module of this folder (`./name.ts`, which calls `answerErrands`) for as many messages as come until it is ended. */
export function openErrands<T>(module: string): { ask: (message: Serializable) => Promise<T>; end: () => void } {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)));
  return {
    ask: (message) => askChild<T>(child, message),
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** Starts a module, as `openErrands` does, for one message, and ends it with its answer. */
export async function runErrand<T>(module: string, message: Serializable): Promise<T> {
  const { ask, end } = openErrands<T>(module);
  try {
    return await ask(message);
  } finally {
    end();
  }
}

/** The other side: answers each message, of the kind that `run` knows, until the parent is gone; an error ends the process. */
export function answerErrands(run: (message: never) => Promise<unknown>): void {
  process.on('message', (message) => {
    run(message as never).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
}
