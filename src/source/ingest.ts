// Due sources → entries: claim, fetch, read, and one transaction for all that is new in a document. EFFECT.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { withLogFields } from '../log.ts';
import {
  claimDueSources,
  type ClaimedSource,
  extendClaims,
  releaseForgotten,
  releaseSource,
  secondsToRestedHost,
} from '../store/poll.ts';
import { openClaimSize } from './claim-size.ts';
import { keepExtending, shortLease } from './lease.ts';
import { pollSource } from './poll.ts';
import { openStoring, type StorePoll } from './storing.ts';

/** What ingesting did; `failed` counts polls that ended in an error. */
export type IngestCount = { polls: number; failed: number; items: number; created: number; changed: number };

/**
 * `concurrency` polls run at once; `onPoll` hears of each that ended. `isPatient`: due sources whose host only rests between two requests are waited
 * for (a command that reads all once); without, they are the next heartbeat's.
 */
export type IngestOptions = {
  concurrency?: number;
  claimant?: string;
  isPatient?: boolean;
  /** How long a claim holds when its process dies; a living one extends it. Default 30. */
  leaseSeconds?: number;
  onPoll?: (count: IngestCount) => void;
};

// Process numbers come again, in containers every time.
const ourselves = `pid ${process.pid} ${randomBytes(4).toString('hex')}`;
// Sources in the hands of this process.
const held = new Set<number>();

/**
 * Reads every due source until none is left or `ctx.signal` ends it; each poll is recorded, a failure never stops the others.
 * Touches source, poll, host, entry, entry_key, cluster_due, held_poll, gap, removal, and the network. Throws only when the database is away.
 */
export async function ingestDue(ctx: Context, options: IngestOptions = {}): Promise<IngestCount> {
  const concurrency = options.concurrency ?? 16;
  const claimant = options.claimant ?? ourselves;
  const leaseSeconds = options.leaseSeconds ?? shortLease;
  const count: IngestCount = { polls: 0, failed: 0, items: 0, created: 0, changed: 0 };
  const running = new Set<Promise<void>>();
  const faults: Error[] = [];
  const claimSize = openClaimSize(concurrency);
  const storing = openStoring(ctx.db);
  const letGo = keepExtending(leaseSeconds, async () => {
    if (held.size > 0) await extendClaims(ctx.db, [...held], claimant, leaseSeconds);
  });

  const run = async (source: ClaimedSource, store: StorePoll) => {
    const fields = { pollId: randomUUID().slice(0, 8), sourceId: source.id };
    const ended = await withLogFields(fields, async () => {
      const poll = await pollSource(ctx, source, store);
      const { outcome, status, note } = poll;
      ctx.log.debug({ url: source.url, outcome, status, note, ms: Math.round(poll.tookMs) }, 'polled');
      return poll;
    });
    count.polls++;
    count.items += ended.items;
    count.created += ended.created;
    count.changed += ended.changed;
    if (ended.outcome === 'failed') count.failed++;
    options.onPoll?.(count);
  };

  const begin = (source: ClaimedSource) => {
    const { store, leave } = storing.enter();
    const task: Promise<void> = run(source, store)
      .catch((error: unknown) => {
        faults.push(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => {
        leave();
        held.delete(source.id);
        running.delete(task);
      });
    running.add(task);
  };
  // Claimed and not begun.
  const next: ClaimedSource[] = [];
  const beginNext = () => {
    for (const source of next.splice(0, Math.max(0, concurrency - running.size))) begin(source);
  };

  try {
    // What a dying PostgreSQL left in our name would lie there until its lease ends.
    await releaseForgotten(ctx.db, claimant, [...held]);
    while (!ctx.signal.aborted && faults.length === 0) {
      // Counted before the claim: a poll that ends during it may free its host for the next source.
      const wasIdle = running.size === 0;
      const claimed = await claimDueSources(ctx.db, { claimant, limit: claimSize(count.polls), leaseSeconds });
      if (claimed.length === 0 && wasIdle && !(options.isPatient === true && (await restOver(ctx)))) break;
      for (const source of claimed) held.add(source.id);
      next.push(...claimed);
      beginNext();
      // Claim again while half of them still run, so that slow hosts do not hold up the rest.
      while (next.length > 0 || running.size > (claimed.length === 0 ? 0 : concurrency / 2)) {
        await Promise.race(running);
        if (claimed.length === 0 || faults.length > 0) break;
        beginNext();
      }
    }
  } catch (error) {
    faults.push(error instanceof Error ? error : new Error(String(error)));
  } finally {
    // Also when a claim failed: what was begun ends under its lease, and the next run does not begin beside it.
    for (const { id } of next) held.delete(id);
    await Promise.all([...running, ...next.map(({ id }) => releaseSource(ctx.db, id).catch(() => undefined))]);
    letGo();
  }
  const [fault] = faults;
  if (fault) throw fault;
  return count;
}

// Waits until a host has rested; false when no due source waits for that.
async function restOver(ctx: Context): Promise<boolean> {
  const seconds = await secondsToRestedHost(ctx.db);
  if (seconds === null) return false;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, Math.ceil(seconds * 1_000) + 20);
    function done() {
      clearTimeout(timer);
      ctx.signal.removeEventListener('abort', done);
      resolve();
    }
    ctx.signal.addEventListener('abort', done);
  });
  return true;
}
