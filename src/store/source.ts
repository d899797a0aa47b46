// Sources in PostgreSQL: claim what is due, write back how a poll went, and the list an operator sees.
import type { Updateable } from 'kysely';
import { sql } from 'kysely';
import type { Rights } from '../domain.ts';
import type { Db } from './db.ts';
import { hostName } from './host.ts';
import type { SourceTable } from './schema.ts';

/** A due source in our hands until `leaseSeconds` after the claim, with what reading it needs. */
export type ClaimedSource = {
  id: number;
  publisherId: number;
  publisherSlug: string;
  province: string | null;
  zone: string;
  isSample: boolean;
  url: string;
  section: string | null;
  etag: string | null;
  lastModified: string | null;
  bodyHash: Buffer | null;
  /** A mark of 16 bytes for each item of the last good document; null before the first. */
  itemMarks: Buffer | null;
  failures: number;
  lastSuccessAt: Date | null;
};

// One lock for all claims: with SKIP LOCKED alone, 16 workers were seen to run 4 requests at once against one host.
const claimLock = 7_411_001;
const candidates = 2_000;

/**
 * Takes at most `limit` due sources, the longest due first, never two of one host nor one whose host is being read by
 * anybody. Leases run on the database's clock. Index source_due.
 */
export async function claimDueSources(
  db: Db,
  options: { claimant: string; limit: number; leaseSeconds: number },
): Promise<ClaimedSource[]> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${claimLock})`.execute(trx);
    const claimed = await sql<ClaimedSource>`
      with due as (
        select id, host, next_fetch_at from source
        where not is_paused and next_fetch_at <= now() and (claimed_until is null or claimed_until < now())
        order by next_fetch_at limit ${candidates}
      ), free as (
        select distinct on (host) id, next_fetch_at from due
        where host not in (select host from source where claimed_until >= now())
        order by host, next_fetch_at
      ), taken as (
        update source set claimed_by = ${options.claimant}, claimed_until = now() + make_interval(secs => ${options.leaseSeconds}), last_attempt_at = now()
        where id in (select id from free order by next_fetch_at limit ${options.limit})
        returning *
      )
      select t.id, t.publisher_id as "publisherId", p.slug as "publisherSlug", p.province, p.zone, p.is_sample as "isSample", t.url, t.section, t.etag,
        t.last_modified as "lastModified", t.body_hash as "bodyHash", t.item_marks as "itemMarks", t.failures, t.last_success_at as "lastSuccessAt"
      from taken t join publisher p on p.id = t.publisher_id`.execute(trx);
    return claimed.rows;
  });
}

/** How a poll ended, one row of the event log. */
export type PollRecord = {
  outcome: 'new' | 'same_validators' | 'same_body' | 'same_items' | 'failed' | 'called_off';
  tookMs: number;
  status: number | null;
  bytes: number;
  items: number;
  created: number;
  changed: number;
  note: string | null;
};

/** What a finished poll leaves on its source; absent fields stay as they are. */
export type SourceOutcome = {
  nextInSeconds: number;
  nextReason: string;
  failures: number;
  lastError: string | null;
  lastStatus: number | null;
  isSuccess: boolean;
  etag?: string | null;
  lastModified?: string | null;
  bodyHash?: Buffer | null;
  itemMarks?: Buffer | null;
  title?: string | null;
};

/** Ends a claim: writes the poll and the source's next date in one statement. Touches source and poll. */
export async function finishPoll(db: Db, sourceId: number, source: SourceOutcome, poll: PollRecord): Promise<void> {
  const changes: Updateable<SourceTable> = {
    claimed_by: null,
    claimed_until: null,
    next_reason: source.nextReason,
    failures: source.failures,
    last_error: source.lastError,
    last_status: source.lastStatus,
    ...(source.etag === undefined ? {} : { etag: source.etag }),
    ...(source.lastModified === undefined ? {} : { last_modified: source.lastModified }),
    ...(source.bodyHash === undefined ? {} : { body_hash: source.bodyHash }),
    ...(source.itemMarks === undefined ? {} : { item_marks: source.itemMarks }),
    ...(source.title === undefined ? {} : { title: source.title }),
  };
  await db
    .with('logged', (cte) =>
      cte.insertInto('poll').values({
        source_id: sourceId,
        took_ms: Math.round(poll.tookMs),
        outcome: poll.outcome,
        status: poll.status,
        bytes: poll.bytes,
        items: poll.items,
        created: poll.created,
        changed: poll.changed,
        note: poll.note,
      }),
    )
    .updateTable('source')
    .set({
      ...changes,
      next_fetch_at: sql`now() + make_interval(secs => ${source.nextInSeconds})`,
      ...(source.isSuccess ? { last_success_at: sql`now()` } : {}),
    })
    .where('id', '=', sourceId)
    .execute();
}

/** Gives a claimed source back untouched. */
export async function releaseSource(db: Db, sourceId: number): Promise<void> {
  await db.updateTable('source').set({ claimed_by: null, claimed_until: null }).where('id', '=', sourceId).execute();
}

/** Adds a source, due at once; false when its address is known already. Touches source. */
export async function addSource(
  db: Db,
  wanted: { publisherId: number; url: string; title: string | null; section: string | null },
): Promise<boolean> {
  const made = await db
    .insertInto('source')
    .values({
      publisher_id: wanted.publisherId,
      url: wanted.url,
      host: hostName(wanted.url),
      title: wanted.title,
      section: wanted.section,
    })
    .onConflict((conflict) => conflict.column('url').doNothing())
    .executeTakeFirst();
  const isAdded = (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
  if (isAdded) await sql`select pg_notify('source_due', '')`.execute(db);
  return isAdded;
}

/** A source as an operator sees it. */
export type SourceRow = {
  id: number;
  publisherSlug: string;
  publisherName: string;
  rights: Rights['show'];
  url: string;
  isPaused: boolean;
  failures: number;
  lastError: string | null;
  lastSuccessAt: Date | null;
  nextFetchAt: Date;
  nextReason: string;
};

/** All sources, the sickest first, then by publisher; at most `limit`. */
export async function listSources(db: Db, limit: number): Promise<SourceRow[]> {
  return db
    .selectFrom('source as s')
    .innerJoin('publisher as p', 'p.id', 's.publisher_id')
    .select([
      's.id',
      'p.slug as publisherSlug',
      'p.name as publisherName',
      'p.rights_show as rights',
      's.url',
      's.is_paused as isPaused',
      's.failures',
      's.last_error as lastError',
      's.last_success_at as lastSuccessAt',
      's.next_fetch_at as nextFetchAt',
      's.next_reason as nextReason',
    ])
    .orderBy('s.failures', 'desc')
    .orderBy('p.slug')
    .orderBy('s.id')
    .limit(limit)
    .execute();
}

/** Removes a source by id or address and keeps what it brought; false when there is none. */
export async function removeSource(db: Db, idOrUrl: string): Promise<boolean> {
  const isId = /^\d{1,15}$/.test(idOrUrl);
  const removed = await db
    .deleteFrom('source')
    .where((eb) => (isId ? eb('id', '=', Number(idOrUrl)) : eb('url', '=', idOrUrl)))
    .executeTakeFirst();
  return removed.numDeletedRows > 0n;
}

/** How many sources there are, are due, and are failing. */
export async function countSources(db: Db): Promise<{ all: number; due: number; failing: number; claimed: number }> {
  const row = await sql<{ all: number; due: number; failing: number; claimed: number }>`
    select count(*)::int as all, (count(*) filter (where not is_paused and next_fetch_at <= now()))::int as due,
      (count(*) filter (where failures > 0))::int as failing, (count(*) filter (where claimed_until >= now()))::int as claimed from source`.execute(
    db,
  );
  return row.rows[0] ?? { all: 0, due: 0, failing: 0, claimed: 0 };
}

/** Makes every source due now (a person asked for it). */
export async function makeSourcesDue(db: Db): Promise<void> {
  await sql`update source set next_fetch_at = now(), next_reason = 'asked' where not is_paused and next_fetch_at > now()`.execute(
    db,
  );
  await sql`select pg_notify('source_due', '')`.execute(db);
}

/** Seconds until the next source is due: 0 when one is, null when there is none. */
export async function secondsToNextSource(db: Db): Promise<number | null> {
  const row = await sql<{ seconds: number | null }>`
    select extract(epoch from min(next_fetch_at) - now())::float8 as seconds from source where not is_paused`.execute(
    db,
  );
  const seconds = row.rows[0]?.seconds ?? null;
  return seconds === null ? null : Math.max(0, seconds);
}
