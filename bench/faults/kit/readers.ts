// Readers of the site under test → how they were served: shares, times, failures.
import { openChild } from './child.ts';
import { quantile, type Room } from './experiment.ts';
import type { Readers, Tally } from './load-child.ts';

/** How one kind of request was served. `good` is the share of 200 and 304 among all that were asked. */
export type Served = {
  asked: number;
  good: number;
  aged: number;
  statuses: Record<string, number>;
  failures: Record<string, number>;
  withoutRetry: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
};

/** Readers at work: `take` tells what came since the last time, `stop` ends them. */
export type ReaderGroup = { take: () => Promise<Record<string, Served>>; stop: () => Promise<Record<string, Served>> };

function served(tally: Tally): Served {
  const failed = Object.values(tally.failures).reduce((sum, count) => sum + count, 0);
  const asked = tally.times.length + failed;
  const good = (tally.statuses['200'] ?? 0) + (tally.statuses['304'] ?? 0);
  return {
    asked,
    good: asked === 0 ? 0 : Math.round((good / asked) * 10_000) / 10_000,
    aged: tally.aged,
    statuses: tally.statuses,
    failures: tally.failures,
    withoutRetry: tally.withoutRetry,
    p50Ms: quantile(tally.times, 0.5),
    p99Ms: quantile(tally.times, 0.99),
    maxMs: quantile(tally.times, 1),
  };
}

const all = (tallies: Record<string, Tally>) =>
  Object.fromEntries(Object.entries(tallies).map(([kind, tally]) => [kind, served(tally)]));

/** Sets readers to work in a process of their own. */
export async function startReaders(room: Room, readers: Readers): Promise<ReaderGroup> {
  const child = openChild(room, './load-child.ts');
  await child.ask('start', readers);
  return {
    take: async () => all(await child.ask<Record<string, Tally>>('take')),
    stop: async () => {
      const last = all(await child.ask<Record<string, Tally>>('stop'));
      child.end();
      return last;
    },
  };
}
