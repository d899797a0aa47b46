// What a test file opened → closed again when the file ends.
import { afterAll } from 'vitest';

const tasks: (() => Promise<void>)[] = [];

/** Runs `task` after all tests of this file, last registered first; may be called from anywhere in a file. */
export function afterFile(task: () => Promise<void>): void {
  tasks.push(task);
}

afterAll(async () => {
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) await task();
});
