// Due sources → entries: claim, fetch, read, and one transaction for all that is new in a document. EFFECT.
import { hash } from 'node:crypto';
import type { Context } from '../context.ts';
import { FetchError, TinError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { addKeys, findKnownEntries, findWords, insertEntries, lockPublisher, updateEntries } from '../store/entry.ts';
import { type ClaimedSource, claimDueSources, finishPoll, releaseSource } from '../store/source.ts';
import { toDrafts } from './draft.ts';
import { readFeed } from './kinds/index.ts';
import { findChanges, sortDrafts, toNewEntry } from './merge.ts';
import { failure, packMarks, type Polled, statusError, success, unpackMarks } from './outcome.ts';

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
  const now = ctx.now();
  const feed = readFeed(answer.body, {
    url: answer.url,
    headers: answer.headers,
    zone: source.zone,
    known: unpackMarks(source.itemMarks),
    now,
    ...(answer.headers['content-type'] ? { contentType: answer.headers['content-type'] } : {}),
  });
  const ttl = Math.max((feed.ttlMinutes ?? 0) * 60, (feed.updatePeriodMinutes ?? 0) * 60);
  const { drafts, warnings } = toDrafts(feed, { sourceId: source.id, now });
  const title = feed.title === null ? {} : { title: feed.title.slice(0, 300) };
  const hashes = feed.marks.length === 0 ? {} : { itemMarks: packMarks(feed) };
  const all = [...feed.warnings, ...warnings];
  const note =
    all.length === 0
      ? null
      : `${all.length} warnings: ${[...new Set(all.map((warning) => warning.code))].join(', ')}`.slice(0, 500);
  const finish = (created: number, changed: number): Polled => {
    const outcome = drafts.length === 0 ? 'same_items' : 'new';
    const polled = success(
      source,
      answer,
      ttl,
      { outcome, items: feed.marks.length, created, changed, note },
      { bodyHash, ...hashes, ...title },
      Math.random(),
    );
    polled.poll.tookMs = performance.now() - startedAt;
    return polled;
  };
  if (drafts.length === 0) {
    const polled = finish(0, 0);
    await finishPoll(ctx.db, source.id, polled.source, polled.poll);
    return polled;
  }
  return ctx.db.transaction().execute(async (trx) => {
    if (!(await lockPublisher(trx, source.publisherId))) return finish(0, 0);
    const known = await findKnownEntries(
      trx,
      source.publisherId,
      drafts.flatMap((draft) => draft.keys),
    );
    const options = {
      section: source.section,
      province: source.province,
      feedUrl: answer.url,
      now,
      isFirst: source.lastSuccessAt === null,
    };
    const sorted = sortDrafts(drafts, known, { sourceId: source.id });
    const { changed, named } = findChanges(sorted.suspects, await findWords(trx, sorted.suspects), options);
    // The newest of a document gets the highest id, so that it stands first among entries listed at one instant.
    const created = sorted.created.map((draft) => toNewEntry(draft, options)).toReversed();
    await insertEntries(trx, source.publisherId, source.id, created);
    await updateEntries(trx, source.publisherId, source.id, changed);
    await addKeys(trx, source.publisherId, [...sorted.named, ...named]);
    const polled = finish(created.length, changed.length);
    await finishPoll(trx, source.id, polled.source, polled.poll);
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
