// Entries and their keys in PostgreSQL: what is known of a document's items, and one statement that writes what is new.
import { type RawBuilder, sql } from 'kysely';
import type { ChangedEntry, KnownEntry, StoredWords } from '../domain.ts';
import { packedArray } from './binary.ts';
import { byKeys } from './by-keys.ts';
import type { Db } from './db.ts';
import { sendWithNext } from './together.ts';

/**
 * Serialises all writers of one publisher until the transaction ends, so that two feeds with one article make one entry: sent with the transaction's
 * next statement. The commit does not wait for the disk: what a crash undoes, it undoes together with the source's validators, so the next poll
 * reads it again. The transaction's statements are planned by keys, as those of the writer of stories are.
 */
async function lockPublisher(trx: Db, publisherId: number): Promise<void> {
  const lock = sql`
    select set_config('synchronous_commit', 'off', true), ${byKeys}
    from publisher where id = ${publisherId} for no key update`;
  await sendWithNext(trx, lock.compile(trx));
}

/**
 * What is known of a publisher: the entries that any of some keys names; whether anything of it was ever known; PostgreSQL's number of the type that
 * `insertEntries` writes.
 */
export type Known = { entries: KnownEntry[]; hasEntries: boolean; rowType: number };

/** What is read of a key `k` and its entry `e`, where `p` is the publisher's id: the columns of KnownEntry, and those of Known beside them. */
export const knownColumns = (p: RawBuilder<unknown>) => sql`k.key, k.entry_id as "entryId", k.seen_at as "seenAt",
      encode(e.hash, 'hex') as fingerprint, e.url, e.title, e.published_at as "publishedAt", e.source_id as "sourceId",
      octet_length(e.body_html) as "bodyBytes", exists (select from entry_key any_key where any_key.publisher_id = ${p}) as "hasEntries",
      'entry_draft'::regtype::oid::bigint as "rowType"`;

/**
 * The entries that any of these keys (compact, see text/compact-key) names; null when the publisher is gone: then nothing may be written for it.
 * Primary keys of publisher, entry_key and entry; one query for a whole document.
 */
export async function findKnownEntries(db: Db, publisherId: number, keys: readonly string[]): Promise<Known | null> {
  const found = await sql<(KnownEntry | { key: null }) & { hasEntries: boolean; rowType: number }>`
    select ${knownColumns(sql.ref('p.id'))}
    from publisher p left join entry_key k on k.publisher_id = ${publisherId} and k.key = any(${[...keys]}::text[])
      left join entry e on e.id = k.entry_id and e.seen_at = k.seen_at
    where p.id = ${publisherId}`.execute(db);
  const [first] = found.rows;
  if (first === undefined) return null;
  const { hasEntries, rowType } = first;
  return { entries: found.rows.filter((row): row is typeof row & KnownEntry => row.key !== null), hasEntries, rowType };
}

/** What `findKnownEntries` says, when all other writers of the publisher are shut out until the transaction ends (see `lockPublisher`). */
export async function holdKnownEntries(trx: Db, publisherId: number, keys: readonly string[]): Promise<Known | null> {
  await lockPublisher(trx, publisherId);
  return findKnownEntries(trx, publisherId, keys);
}

/** The stored words of these entries, in no order; at most as many as asked for. Primary key of entry. */
export async function findWords(db: Db, entries: { entryId: number; seenAt: Date }[]): Promise<StoredWords[]> {
  if (entries.length === 0) return [];
  const ids = entries.map((entry) => entry.entryId);
  const dates = entries.map((entry) => entry.seenAt);
  const found = await sql<StoredWords>`
    select e.id, e.url, e.title, e.summary, e.body_html as "bodyHtml", e.authors, e.categories, e.media, e.section, e.updated_at as "updatedAt"
    from unnest(${ids}::bigint[], ${dates}::timestamptz[]) as k(id, seen_at) join entry e on e.id = k.id and e.seen_at = k.seen_at`.execute(
    db,
  );
  return found.rows;
}

/**
 * Writes new entries, their keys and their place in the clustering queue in one statement. All are first seen now (database clock). A row is
 * one of `source/row.ts`, its keys compact; `rowType` comes from `findKnownEntries`. As JSON the same rows took PostgreSQL 30 µs an entry to read and
 * the reader's thread 10 µs to write; so they take 6 and 5. In a transaction it is sent with the next statement.
 */
export async function insertEntries(
  db: Db,
  publisherId: number,
  sourceId: number,
  rows: readonly Uint8Array[],
  rowType: number,
): Promise<void> {
  if (rows.length === 0) return;
  const insert = sql`
    with draft as materialized (
      select nextval('entry_id') as id, now() as seen_at, d.* from unnest(${packedArray(rows, rowType)}::entry_draft[]) as d
    ), made as (
      insert into entry (id, seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, section, province,
        published_at, is_date_guess, updated_at, changed_at, listed_at, hash)
      select id, seen_at, ${publisherId}, ${sourceId}, url, title, summary, body_html, authors, categories, media, section, province, published_at,
        is_date_guess, updated_at, seen_at, listed_at, hash
      from draft
    ), keyed as (
      insert into entry_key (publisher_id, key, entry_id, seen_at)
      select ${publisherId}, k.key, d.id, d.seen_at from draft d cross join lateral unnest(d.keys) as k(key)
      on conflict do nothing
    ), queued as (
      insert into cluster_due (entry_id, seen_at, publisher_id, sketch, is_new, places)
      select id, seen_at, ${publisherId}, sketch, true, nullif(places, '{}') from draft
    )
    select pg_notify('cluster_due', '')`;
  await sendWithNext(db, insert.compile(db));
}

/** Writes changed entries in one statement; only material changes move changed_at. Keys are compact. */
export async function updateEntries(
  db: Db,
  publisherId: number,
  sourceId: number,
  entries: ChangedEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    with draft as materialized (
      select d.* from json_to_recordset(${JSON.stringify(entries)}::json) as d(
        id bigint, "seenAt" timestamptz, "isMaterial" boolean, keys json, url text, title text, summary text, "bodyHtml" text, authors json,
        categories json, media jsonb, section text, "updatedAt" timestamptz, fingerprint text)
    ), changed as (
      update entry e set source_id = ${sourceId}, url = d.url, title = d.title, summary = d.summary, body_html = d."bodyHtml",
        authors = array(select json_array_elements_text(d.authors)), categories = array(select json_array_elements_text(d.categories)),
        media = d.media, section = d.section, updated_at = d."updatedAt", hash = decode(d.fingerprint, 'hex'),
        changed_at = case when d."isMaterial" then now() else e.changed_at end
      from draft d where e.id = d.id and e.seen_at = d."seenAt"
    ), keyed as (
      insert into entry_key (publisher_id, key, entry_id, seen_at)
      select ${publisherId}, k.key, d.id, d."seenAt" from draft d cross join lateral json_array_elements_text(d.keys) as k(key)
      on conflict do nothing
    ), queued as (
      insert into cluster_due (entry_id, seen_at) select id, "seenAt" from draft on conflict do nothing
    )
    select pg_notify('cluster_due', '')`.execute(db);
}

/** Adds names to entries that are known already and otherwise unchanged; in a transaction it is sent with the next statement. */
export async function addKeys(
  db: Db,
  publisherId: number,
  keys: { key: string; entryId: number; seenAt: Date }[],
): Promise<void> {
  if (keys.length === 0) return;
  const insert = sql`
    insert into entry_key (publisher_id, key, entry_id, seen_at)
    select ${publisherId}, k.key, k."entryId", k."seenAt" from json_to_recordset(${JSON.stringify(keys)}::json) as k(key text, "entryId" bigint, "seenAt" timestamptz)
    on conflict do nothing`;
  await sendWithNext(db, insert.compile(db));
}
