// Work that readers can ask for at will → so much of it at once, the rest in line, what is beyond that refused.
import { NotYetError } from '../errors.ts';

/** Runs `work` when it is its turn: at most `atOnce` at a time and `inLine` waiting; beyond that rejects with NotYetError at once. */
export function openGate(atOnce: number, inLine: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= inLine) throw new NotYetError('web.busy', 'too many documents are being made');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed over, not freed: nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
