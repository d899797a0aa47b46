// Documents in PostgreSQL: asked for, claimed when due, saved when they differ, read by the site.
import { sql } from 'kysely';
import type { DocumentFormat, Edition } from '../domain.ts';
import type { Db } from './db.ts';
import { readFilter } from './edition.ts';
import { sendWithNext } from './together.ts';

/** A document to be rendered, held until `claimedUntil` (database clock); nobody else renders it meanwhile. */
export type DueDocument = {
  edition: Edition;
  format: DocumentFormat;
  /** ETag of the bytes that stand now; null when there are none. */
  etag: string | null;
  claimedUntil: Date;
};

type ClaimedRow = {
  edition_id: number;
  path: string;
  title: string;
  province: string;
  section: string;
  publisher: string;
  words: string;
  changed_at: Date;
  format: DocumentFormat;
  etag: string | null;
  claimed_until: Date;
};

/**
 * Claims documents that are due, longest waiting first, all formats of an edition together where they fit; at most `limit`.
 * The claim puts `due_at` at the end of the lease: a publisher that dies gives its documents back by doing nothing, and a
 * change that comes while they are rendered puts another date there, which `saveDocument` then leaves. Index document_due.
 */
export async function claimDueDocuments(
  db: Db,
  options: { limit: number; leaseSeconds: number },
): Promise<DueDocument[]> {
  const claimed = await sql<ClaimedRow>`
    with due as (
      select d.edition_id, d.format from document d
      where d.due_at <= clock_timestamp() and (d.claimed_until is null or d.claimed_until <= clock_timestamp())
      order by d.due_at, d.edition_id, d.format
      limit ${options.limit}
      for update skip locked
    ), claimed as (
      update document d set claimed_until = lease.ends, due_at = lease.ends
      from due, (select date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${options.leaseSeconds})) as ends) as lease
      where d.edition_id = due.edition_id and d.format = due.format
      returning d.edition_id, d.format, d.etag, d.claimed_until
    )
    select c.edition_id, e.path, e.title, e.province, e.section, e.publisher, e.words, e.changed_at, c.format, c.etag, c.claimed_until
    from claimed c join edition e on e.id = c.edition_id
    order by c.edition_id, c.format`.execute(db);
  return claimed.rows.map((row) => ({
    edition: {
      id: row.edition_id,
      path: row.path,
      title: row.title,
      filter: readFilter(row),
      changedAt: row.changed_at,
    },
    format: row.format,
    etag: row.etag,
    claimedUntil: row.claimed_until,
  }));
}

/** Bytes of a document with what is sent beside them. */
export type RenderedDocument = { body: Buffer; etag: string; lastModified: Date; storyIds: number[] };

// A date that is still the lease's end was not touched since the claim.
const dueAfter = sql`case when due_at = claimed_until then null else due_at end`;

const showsLock = 7_411_008;

/**
 * Waits until nobody is keeping a document, and holds off all who want to until the transaction ends. For whoever takes stories back:
 * what was rendered before cannot be kept after.
 */
export async function holdDocuments(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${showsLock})`.execute(trx);
}

/**
 * Keeps a rendered and proven document, and ends the claim; where somebody subscribed to it, the change of the topic is recorded in the
 * same transaction and the hub is woken: not for mended spelling alone, which changes neither the stories nor their dates. Returns false, writing nothing, when the lease was lost, or when one of its stories was taken
 * back while it was rendered: then it is due again at once.
 */
export async function saveDocument(db: Db, claim: DueDocument, rendered: RenderedDocument): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await sendWithNext(trx, sql`select pg_advisory_xact_lock_shared(${showsLock})`.compile(trx));
    const gone = await sql`
      select from story where id = any(${rendered.storyIds}::bigint[]) and status in ('withdrawn', 'hidden', 'held') limit 1`.execute(
      trx,
    );
    if (gone.rows.length > 0) {
      await releaseDocument(trx, claim);
      return false;
    }
    const saved = await sql`
      with before as (
        select last_modified, story_ids from document where edition_id = ${claim.edition.id} and format = ${claim.format}
      ), saved as (
        update document set body = ${rendered.body}, etag = ${rendered.etag}, last_modified = ${rendered.lastModified}, items = ${rendered.storyIds.length},
        story_ids = ${rendered.storyIds}::bigint[],
        rendered_at = clock_timestamp(), problem = null, due_at = ${dueAfter}, claimed_until = null
        where edition_id = ${claim.edition.id} and format = ${claim.format} and claimed_until = ${claim.claimedUntil}
        returning edition_id, format, last_modified, story_ids
      ), told as (
        insert into topic_change (edition_id, format) select edition_id, format from saved s
        where exists (select from subscription x where x.edition_id = s.edition_id and x.format = s.format)
          and exists (select from before b where (b.last_modified, b.story_ids) is distinct from (s.last_modified, s.story_ids))
        on conflict (edition_id, format) do update set changed_at = excluded.changed_at
        returning 1
      )
      select (select pg_notify('hub_due', '')::text from told) from saved`.execute(trx);
    return saved.rows.length > 0;
  });
}

/** Ends the claim of a document whose new bytes are those that stand already: neither bytes nor ETag are written. */
export async function keepDocument(db: Db, claim: DueDocument): Promise<boolean> {
  const kept = await sql`
    update document set rendered_at = clock_timestamp(), problem = null, due_at = ${dueAfter}, claimed_until = null
    where edition_id = ${claim.edition.id} and format = ${claim.format} and claimed_until = ${claim.claimedUntil}`.execute(
    db,
  );
  return (kept.numAffectedRows ?? 0n) > 0n;
}

/**
 * Ends the claim of a document that could not be rendered or proven: the last good bytes stay, `problem` is recorded, and it is
 * tried again after 1 minute, then every 15 minutes while it keeps failing.
 */
export async function failDocument(db: Db, claim: DueDocument, problem: string): Promise<void> {
  await sql`
    update document set problem = ${problem.slice(0, 1000)}, claimed_until = null,
      due_at = clock_timestamp() + case when problem is null then interval '1 minute' else interval '15 minutes' end
    where edition_id = ${claim.edition.id} and format = ${claim.format} and claimed_until = ${claim.claimedUntil}`.execute(
    db,
  );
}

/** Gives a claim back unrendered, due at once: for a process that is ending. */
export async function releaseDocument(db: Db, claim: DueDocument): Promise<void> {
  await sql`
    update document set due_at = clock_timestamp(), claimed_until = null
    where edition_id = ${claim.edition.id} and format = ${claim.format} and claimed_until = ${claim.claimedUntil}`.execute(
    db,
  );
}

/**
 * Somebody wants this document: makes its row if there is none, notes the reader (at most once an hour), and makes it due when it
 * was never rendered or its edition changed since, at the earliest 10 s after the last rendering. Wakes publishers when it
 * became due. Writes nothing when there is nothing to note; nothing for an edition that is retired or unknown.
 */
export async function requestDocument(db: Db, editionId: number, format: DocumentFormat): Promise<void> {
  await sql`
    with asked as (
      insert into document as d (edition_id, format)
      select id, ${format} from edition where id = ${editionId} and retired_at is null
      on conflict (edition_id, format) do update
      set read_at = now(),
        due_at = coalesce(d.due_at, case
          when d.rendered_at is null or (select changed_at from edition where id = d.edition_id) > d.rendered_at
          then greatest(now(), d.rendered_at + interval '10 seconds') end)
      where d.read_at < now() - interval '1 hour'
        or (d.due_at is null and (d.rendered_at is null or (select changed_at from edition where id = d.edition_id) > d.rendered_at))
      returning d.due_at
    )
    select pg_notify('document_due', '') from asked where due_at is not null`.execute(db);
}

/** Notes that a document is read, at most once an hour, and makes it due when its edition changed while nobody read it. */
export async function noteRead(db: Db, editionId: number, format: DocumentFormat): Promise<void> {
  await sql`
    with noted as (
      update document d
      set read_at = now(),
        due_at = coalesce(d.due_at, case
          when (select changed_at from edition where id = d.edition_id) > d.rendered_at then greatest(now(), d.rendered_at + interval '10 seconds') end)
      where d.edition_id = ${editionId} and d.format = ${format} and d.read_at < now() - interval '1 hour'
      returning d.due_at
    )
    select pg_notify('document_due', '') from noted where due_at is not null`.execute(db);
}

/** A document as the site serves it. */
export type StoredDocument = {
  editionId: number;
  isRetired: boolean;
  /** Null while it was never rendered in this format. */
  body: Buffer | null;
  /** Strong, with its quotes; null with `body`. */
  etag: string | null;
  lastModified: Date | null;
  /** Last change of a story of the edition. */
  changedAt: Date;
  renderedAt: Date | null;
  /** True when a newer version is due, or the edition changed since the last rendering and nobody read it. */
  isStale: boolean;
  /** When somebody last asked, as far as noted; null while nobody has asked for this format. */
  readAt: Date | null;
  /** Why the last rendering failed; null when it did not. */
  problem: string | null;
};

/** The document at an edition's path; null when there is no such edition. Reads edition by its unique path, document by its key. */
export async function readDocument(db: Db, path: string, format: DocumentFormat): Promise<StoredDocument | null> {
  const row = await db
    .selectFrom('edition as e')
    .leftJoin('document as d', (join) => join.onRef('d.edition_id', '=', 'e.id').on('d.format', '=', format))
    .select([
      'e.id',
      'e.retired_at',
      'e.changed_at',
      'd.body',
      'd.etag',
      'd.last_modified',
      'd.rendered_at',
      'd.due_at',
      'd.read_at',
      'd.problem',
    ])
    .where('e.path', '=', path)
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    editionId: row.id,
    isRetired: row.retired_at !== null,
    body: row.body,
    etag: row.etag,
    lastModified: row.last_modified,
    changedAt: row.changed_at,
    renderedAt: row.rendered_at,
    isStale: row.rendered_at === null || row.due_at !== null || row.changed_at > row.rendered_at,
    readAt: row.read_at,
    problem: row.problem,
  };
}

/** When the next document becomes due, claimed ones by the end of their lease; null when none waits. Index document_due. */
export async function nextDocumentDue(db: Db): Promise<Date | null> {
  const row = await db
    .selectFrom('document')
    .select('due_at')
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst();
  return row?.due_at ?? null;
}

/** How many documents there are, wait for rendering, and failed at their last. */
export async function countDocuments(db: Db): Promise<{ all: number; due: number; broken: number }> {
  const row = await sql<{ all: number; due: number; broken: number }>`
    select count(*)::int as all, (count(*) filter (where due_at is not null))::int as due, (count(*) filter (where problem is not null))::int as broken
    from document`.execute(db);
  return row.rows[0] ?? { all: 0, due: 0, broken: 0 };
}
