// An idle process → how late a timer comes on this machine at this hour: what no program could do better.
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Measures from now on; `take` tells the 99th percentile in ms since the last time. */
export function openWitness(): { take: () => number; end: () => void } {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  return {
    take: () => {
      // A timer of 10 ms comes after 10 ms: only the rest is delay.
      const late = Math.max(0, delay.percentile(99) / 1e6 - 10.5);
      delay.reset();
      return Math.round(late * 10) / 10;
    },
    end: () => delay.disable(),
  };
}

/** A bound in ms on this machine: the bound itself, and four times what an idle process waits for its turn. */
export const boundOf = (ms: number, witnessMs: number): number => ms + 4 * witnessMs;
