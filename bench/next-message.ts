// A child process → what it says next.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

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
