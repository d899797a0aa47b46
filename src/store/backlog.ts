// A follower of the tables that has fallen behind → its batches one after the other, standing back for the news.
import { setTimeout } from 'node:timers/promises';

// An import brings stories by the thousand, and its news goes first: a backlog takes a quarter of the time at most.
const restShare = 3;

/**
 * Does batch after batch until one leaves nothing or `signal` ends it, with a rest of three times as long behind each; returns what they did
 * together. Rejects with the first batch that does.
 */
export async function workOff(
  signal: AbortSignal,
  batch: () => Promise<{ done: number; isMore: boolean }>,
): Promise<number> {
  let total = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const { done, isMore } = await batch();
    total += done;
    if (!isMore) break;
    await setTimeout((performance.now() - startedAt) * restShare, undefined, { signal }).catch(() => undefined);
  }
  return total;
}
