// The list of what the reader's thread can do: a new task is a pure function and a line here.
import { readDocument } from './read-document.ts';

/** Every task takes plain data and gives plain data; what it throws reaches the caller as an error of the same code. */
export const tasks = { document: readDocument };

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
