// What a command is given and what it must offer: types only.
import type { Readable, Writable } from 'node:stream';

/** The three streams of a command; `isTTY` tells whether a person looks. */
export type Io = {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
};

/**
 * A file of `src/commands/`: `help` is shown by `tin help NAME`; `run` gets the words after the command's name and answers
 * with the exit code: 0 done, 1 failed, 2 asked wrongly. A TinError it throws is shown with its remedy and without a stack.
 */
export type Command = { help: string; run: (args: string[], io: Io) => Promise<number> };
