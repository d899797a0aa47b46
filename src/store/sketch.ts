// Sketches in PostgreSQL: what the writer's index in memory is made of and follows, and whole texts for good.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A stored sketch (`packSketch`), as its entry was seen. */
export type StoredSketch = { batch: number; entryId: number; seenAt: Date; publisherId: number; sketch: Buffer };

/** How many rows `listSketches` gives at most in one page. */
export const sketchPage = 20_000;

/**
 * Sketches of later batches than `batch` seen since `since`, in the order in which they were written, at most a page; `after` is the last
 * entry of the page before, when that ended inside `batch`. Index entry_sketch_batch.
 */
export async function listSketches(
  db: Db,
  from: { batch: number; entryId: number },
  since: Date,
): Promise<StoredSketch[]> {
  const found = await sql<StoredSketch>`
    select batch, entry_id as "entryId", seen_at as "seenAt", publisher_id as "publisherId", sketch from entry_sketch
    where batch >= ${from.batch} and (batch, entry_id) > (${from.batch}, ${from.entryId}) and seen_at >= ${since}
    order by batch, entry_id limit ${sketchPage}`.execute(db);
  return found.rows;
}

/** Keeps the sketches of a batch, and the texts nobody had before; returns the batch's number. Touches entry_sketch, entry_text. */
export async function addSketches(
  db: Db,
  rows: readonly Omit<StoredSketch, 'batch'>[],
  texts: readonly { hash: number; entryId: number }[],
): Promise<number> {
  const added = await sql<{ batch: number }>`
    with next as materialized (select nextval('sketch_batch') as batch), kept as (
      insert into entry_sketch (batch, entry_id, seen_at, publisher_id, sketch)
      select next.batch, r.* from next, unnest(${rows.map((row) => row.entryId)}::bigint[], ${rows.map((row) => row.seenAt.toISOString())}::timestamptz[],
        ${rows.map((row) => row.publisherId)}::bigint[], ${rows.map((row) => row.sketch)}::bytea[]) as r
    ), written as (
      insert into entry_text (hash, entry_id)
      select * from unnest(${texts.map((text) => text.hash)}::bigint[], ${texts.map((text) => text.entryId)}::bigint[]) as t(hash, entry_id) order by hash
    )
    select batch from next`.execute(db);
  return added.rows[0]?.batch ?? 0;
}

/** For each text hash the entry that had it first, however long ago; unknown hashes are absent. Index entry_text_hash. */
export async function findTexts(db: Db, hashes: readonly number[]): Promise<Map<number, number>> {
  if (hashes.length === 0) return new Map();
  // In the order of the index, neighbours are found on pages just read.
  const asked = [...hashes].sort((a, b) => a - b);
  const found = await sql<{ hash: number; entryId: number }>`
    select asked.hash, first.entry_id as "entryId" from unnest(${asked}::bigint[]) as asked(hash)
    cross join lateral (select entry_id from entry_text t where t.hash = asked.hash order by entry_id limit 1) first`.execute(
    db,
  );
  return new Map(found.rows.map((row) => [row.hash, row.entryId]));
}

/**
 * Drops the months of entry_sketch that ended more than 31 days ago (database clock): matching looks back 14. What must be known for good
 * is in entry_text. Returns the names of those dropped. Touches the catalogue only.
 */
export async function dropOldSketches(db: Db): Promise<string[]> {
  const found = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'entry_sketch'::regclass and c.relname < 'entry_sketch_' || to_char(now() at time zone 'utc' - interval '31 days', 'YYYY_MM')
    order by c.relname`.execute(db);
  const names = found.rows.map((row) => row.name);
  for (const name of names) await sql`drop table if exists ${sql.id(name)}`.execute(db);
  return names;
}
