// How quickly polls end → how many sources the next claim takes: a claim looks through all that is due, so it is asked seldom.

// What a claim takes is worked off within half a second: whoever else reads papers finds them free, and a killed process holds few.
const aheadMs = 500;
const firstRounds = 3;
const mostRounds = 12;

/**
 * Opens the size of one run's claims. What it returns is asked before each claim, with the polls that have ended so far: at least one for each of
 * the `concurrency` polls that run at once, at most twelve. `now` is a clock in milliseconds.
 */
export function openClaimSize(
  concurrency: number,
  now: () => number = () => performance.now(),
): (polls: number) => number {
  let last: { at: number; polls: number } | null = null;
  return (polls) => {
    const before = last;
    last = { at: now(), polls };
    if (before === null) return concurrency * firstRounds;
    const workedOff = ((polls - before.polls) / Math.max(last.at - before.at, 1)) * aheadMs;
    return Math.round(Math.min(Math.max(workedOff, concurrency), concurrency * mostRounds));
  };
}
