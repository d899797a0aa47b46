// A module of ours in a process of its own ↔ questions and answers by message, so that what measures does not disturb what is measured.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Room } from './experiment.ts';

type Question = { id: number; verb: string; given: unknown };
type Answer = { id: number; value?: unknown; error?: string };

/** The asking side. */
export type Child = { pid: number; ask: <T>(verb: string, given?: unknown) => Promise<T>; end: () => void };

/** Starts `file` (relative to this folder); it must call `serve`. Ended with the room. */
export function openChild(room: Room, file: string): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let count = 0;
  child.on('message', (message) => {
    const answer = message as Answer;
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) one?.resolve(answer.value);
    else one?.reject(new Error(answer.error));
  });
  child.on('exit', (code) => {
    for (const one of waiting.values()) one.reject(new Error(`${file} ended with ${code}`));
    waiting.clear();
  });
  const end = () => void child.kill('SIGKILL');
  room.after(end);
  return {
    pid: child.pid ?? 0,
    end,
    ask: <T>(verb: string, given: unknown = {}) =>
      new Promise<T>((resolve, reject) => {
        count += 1;
        waiting.set(count, { resolve: (value) => resolve(value as T), reject });
        child.send({ id: count, verb, given });
      }),
  };
}

/** The answering side: one function for each verb. Ends with its parent. */
export function serve(verbs: Record<string, (given: never) => unknown>): void {
  process.on('message', (message) => {
    const { id, verb, given } = message as Question;
    const work = verbs[verb];
    Promise.resolve()
      .then(() => (work === undefined ? Promise.reject(new Error(`no verb ${verb}`)) : work(given as never)))
      .then(
        (value) => process.send?.({ id, value }),
        (error: unknown) =>
          process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}
