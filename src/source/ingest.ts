// Due sources → entries: claim, fetch, read, and one transaction for all that is new in a document. EFFECT.
import { hash } from 'node:crypto';
import type { Context } from '../context.ts';
import { FetchError, TinError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { type ClaimedSource, claimDueSources, finishPoll, releaseSource } from '../store/source.ts';
import { packMarks } from './kinds/item-hash.ts';
import { failure, type Polled, statusError, success } from './outcome.ts';
import { readArrived, takeIn } from './take-in.ts';

/** What ingesting did; `failed` counts polls that ended in an error. */
export type IngestCount = { polls: number; failed: number; items: number; created: number; changed: number };

/** `concurrency` polls run at once; `onPoll` hears of each that ended. */
export type IngestOptions = { concurrency?: number; claimant?: string; onPoll?: (count: IngestCount) => void };

const leaseSeconds = 120;
const accept =
  'application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1';

/** Reads one document into the store: all its new and changed items, its poll and its source's next date in one transaction. */
async function store(
  ctx: Context,
  source: ClaimedSource,
  answer: HttpAnswer,
  bodyHash: Buffer,
  startedAt: number,
): Promise<Polled> {
  const document = await readArrived(ctx, { ...source, kind: 'syndication', rules: {} }, answer);
  const { feed, marks, warnings } = document;
  const ttl = Math.max((feed.ttlMinutes ?? 0) * 60, (feed.updatePeriodMinutes ?? 0) * 60);
  const title = feed.title === null ? {} : { title: feed.title.slice(0, 300) };
  const itemMarks = marks.length === 0 ? {} : { itemMarks: packMarks(marks) };
  const codes = [...new Set(warnings.map((warning) => warning.code))].join(', ');
  const note = warnings.length === 0 ? null : `${warnings.length} warnings: ${codes}`.slice(0, 500);
  const finish = (created: number, changed: number): Polled => {
    const outcome = document.entries.length === 0 ? 'same_items' : 'new';
    const polled = success(
      source,
      answer,
      ttl,
      { outcome, items: marks.length, created, changed, note },
      { bodyHash, ...itemMarks, ...title },
      Math.random(),
    );
    polled.poll.tookMs = performance.now() - startedAt;
    return polled;
  };
  if (document.entries.length === 0) {
    const polled = finish(0, 0);
    await finishPoll(ctx.db, source.id, polled.source, polled.poll);
    return polled;
  }
  return ctx.db.transaction().execute(async (trx) => {
    const { created, changed, isGone } = await takeIn(trx, source, document);
    const polled = finish(created, changed);
    if (!isGone) await finishPoll(trx, source.id, polled.source, polled.poll);
    return polled;
  });
}

// A poll that we called off ourselves says nothing about the source: it is due again at once.
async function release(ctx: Context, source: ClaimedSource): Promise<Polled> {
  await releaseSource(ctx.db, source.id);
  const called = failure(source, new FetchError('net.aborted', 'called off', { weight: 'temporary' }), null, null, 0);
  return { ...called, poll: { ...called.poll, outcome: 'called_off' } };
}

async function poll(ctx: Context, source: ClaimedSource): Promise<Polled> {
  const startedAt = performance.now();
  let status: number | null = null;
  const end = async (polled: Polled): Promise<Polled> => {
    polled.poll.tookMs = performance.now() - startedAt;
    await finishPoll(ctx.db, source.id, polled.source, polled.poll);
    return polled;
  };
  try {
    const answer = await ctx.http.get({
      url: source.url,
      accept,
      etag: source.etag,
      lastModified: source.lastModified,
      signal: ctx.signal,
    });
    status = answer.status;
    const nothing = { items: 0, created: 0, changed: 0, note: null };
    if (answer.status === 304)
      return await end(success(source, answer, 0, { outcome: 'same_validators', ...nothing }, {}, Math.random()));
    if (answer.status !== 200) {
      const { error, retryAfter } = statusError(answer, ctx.now());
      return await end(failure(source, error, answer.status, retryAfter, Math.random()));
    }
    const bodyHash = hash('sha1', answer.body, 'buffer');
    if (source.bodyHash?.equals(bodyHash))
      return await end(success(source, answer, 0, { outcome: 'same_body', ...nothing }, {}, Math.random()));
    return await store(ctx, source, answer, bodyHash, startedAt);
  } catch (error) {
    if (ctx.signal.aborted) return release(ctx, source);
    ctx.log.warn(
      { source: source.id, url: source.url, code: error instanceof TinError ? error.code : 'source.unexpected' },
      `poll failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    return end(failure(source, error, status, null, Math.random()));
  }
}

/**
 * Reads every due source until none is left or `ctx.signal` ends it; each poll is recorded, a failure never stops the others.
 * Touches source, poll, entry, entry_key, cluster_due, and the network. Throws only when the database is away.
 */
export async function ingestDue(ctx: Context, options: IngestOptions = {}): Promise<IngestCount> {
  const concurrency = options.concurrency ?? 8;
  const claimant = options.claimant ?? `pid ${process.pid}`;
  const count: IngestCount = { polls: 0, failed: 0, items: 0, created: 0, changed: 0 };
  const running = new Set<Promise<void>>();
  const faults: Error[] = [];

  const run = async (source: ClaimedSource) => {
    const { poll: ended } = await poll(ctx, source);
    count.polls++;
    count.items += ended.items;
    count.created += ended.created;
    count.changed += ended.changed;
    if (ended.outcome === 'failed') count.failed++;
    options.onPoll?.(count);
  };

  while (!ctx.signal.aborted && faults.length === 0) {
    // Counted before the claim: a poll that ends during it may free its host for the next source.
    const wasIdle = running.size === 0;
    const claimed = await claimDueSources(ctx.db, { claimant, limit: concurrency, leaseSeconds });
    if (claimed.length === 0 && wasIdle) break;
    for (const source of claimed) {
      const task: Promise<void> = run(source)
        .catch((error: unknown) => {
          faults.push(error instanceof Error ? error : new Error(String(error)));
        })
        .finally(() => running.delete(task));
      running.add(task);
    }
    // Claim again while half of them still run, so that slow hosts do not hold up the rest.
    while (running.size > (claimed.length === 0 ? 0 : concurrency / 2)) {
      await Promise.race(running);
      if (claimed.length === 0) break;
    }
  }
  await Promise.all(running);
  const [fault] = faults;
  if (fault) throw fault;
  return count;
}
