// A changed document → whether its bytes are kept for people to look at: seldom for one source, and never many at once.

/** A good answer of a source is kept this often, and only where it changed. */
const everyMs = 6 * 3_600_000;

// Keeping one costs 1 to 2 ms of processor for 120 kB. A process that reads a thousand feeds at a stretch keeps those of a few; the others have
// their turn with their next change, which over hours is all of them.
const burst = 20;
const perSecond = 5;

/** Turns to keep an answer: `take` answers whether one is left. `nowMs` is a clock that only goes on. */
export type AnswerTurns = { take: (nowMs: number) => boolean };

/** Turns of one process: 20 at once, five more each second. */
export function openAnswerTurns(): AnswerTurns {
  let left = burst;
  let at = Number.NEGATIVE_INFINITY;
  return {
    take: (nowMs) => {
      left = Math.min(burst, left + Math.max(0, (nowMs - at) / 1_000) * perSecond);
      at = nowMs;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}

/** Whether the kept answer of a source is old enough to be replaced by a changed one. */
export const owesAnswer = (source: { answerAt: Date | null }, now: Date): boolean =>
  source.answerAt === null || now.getTime() - source.answerAt.getTime() >= everyMs;
