// The index of terms in PostgreSQL: written in large batches, asked by the terms of an article, the same price at any size.
import { sql } from 'kysely';
import { ifAlone } from './alone.ts';
import type { Db } from './db.ts';

/** A story's vector as packed bytes, with the date that decay counts from. */
export type StoredVector = { storyId: number; vector: Buffer; publishedAt: Date };

/** A vector to be kept; `basis` stands for the words it was made of. */
export type NewVector = StoredVector & { basis: number };

/** Stories under one term, 6 bytes little-endian each, in the order in which they were filed. */
export type Posting = { term: number; stories: Buffer };

const writerLock = 7_411_005;
/** Bytes of a story's number in a posting. */
export const idBytes = 6;
// Of a term only the newest stories are kept: a common one knows thousands, and more of them change no list; see docs/related.md.
const mostPerTerm = 128;
const rowsAStatement = 10_000;

/** Runs `work` as the single writer of the index over all processes; returns null at once when another is at it. */
export async function ifIndexWriter<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return ifAlone(db, writerLock, work);
}

/** The basis of each of these stories' vectors; stories without one are left out. Key of story_vector. */
export async function basesOf(db: Db, storyIds: readonly number[]): Promise<Map<number, number>> {
  const found = await sql<{ storyId: number; basis: number }>`
    select story_id as "storyId", basis from story_vector where story_id = any(${[...storyIds]}::bigint[])`.execute(db);
  return new Map(found.rows.map((row) => [row.storyId, row.basis]));
}

/** Puts vectors in the place of what was there of their stories; one statement. Touches story_vector. */
export async function saveVectors(db: Db, rows: readonly NewVector[]): Promise<void> {
  if (rows.length === 0) return;
  const { bytes, ends } = joinBytes(rows.map((row) => row.vector));
  await sql`
    insert into story_vector (story_id, basis, vector, published_at)
    select story_id, basis, substr(${bytes}::bytea, ends - size + 1, size), published_at
    from unnest(${rows.map((row) => row.storyId)}::bigint[], ${rows.map((row) => row.basis)}::integer[],
      ${ends}::integer[], ${rows.map((row) => row.vector.length)}::integer[],
      ${rows.map((row) => row.publishedAt)}::timestamptz[]) as v(story_id, basis, ends, size, published_at)
    on conflict (story_id) do update set basis = excluded.basis, vector = excluded.vector, published_at = excluded.published_at`.execute(
    db,
  );
}

// One value of bytes goes to PostgreSQL as it is, a list of them as text of twice the length that both sides have to spell.
function joinBytes(parts: readonly Buffer[]): { bytes: Buffer; ends: number[] } {
  let end = 0;
  return { bytes: Buffer.concat(parts), ends: parts.map((part) => (end += part.length)) };
}

/**
 * Takes stories out: without a vector nobody meets them any more, whatever postings still name them; and their lists, which nobody
 * may ask for. Touches story_vector, related_list.
 */
export async function removeVectors(db: Db, storyIds: readonly number[]): Promise<void> {
  if (storyIds.length === 0) return;
  await sql`delete from story_vector where story_id = any(${[...storyIds]}::bigint[])`.execute(db);
  await sql`delete from related_list where story_id = any(${[...storyIds]}::bigint[])`.execute(db);
}

/** Adds stories at the end of their terms' postings, the oldest beyond 128 falling off; a row a term whatever the number of stories. */
export async function addPostings(db: Db, postings: readonly Posting[]): Promise<void> {
  const most = mostPerTerm * idBytes;
  for (let from = 0; from < postings.length; from += rowsAStatement) {
    const some = postings.slice(from, from + rowsAStatement);
    const { bytes, ends } = joinBytes(some.map((one) => one.stories));
    // In the order of the key: neighbouring rows meet the same page of the index.
    await sql`
      insert into term_posting as p (term, stories)
      select term, substr(${bytes}::bytea, greatest(ends - size, ends - ${most}::integer) + 1, least(size, ${most}::integer))
      from unnest(${some.map((one) => one.term)}::integer[], ${ends}::integer[], ${some.map((one) => one.stories.length)}::integer[]) as t(term, ends, size)
      on conflict (term) do update
      set stories = substr(p.stories || excluded.stories, greatest(1, length(p.stories) + length(excluded.stories) - ${most - 1}::integer))`.execute(
      db,
    );
  }
}

/** The postings of these terms, in no order; terms that no story has are left out. Reads term_posting by its key. */
export async function findPostings(db: Db, terms: Int32Array): Promise<Posting[]> {
  if (terms.length === 0) return [];
  const found = await sql<{ postings: Buffer | null }>`
    select ${packedPostings} as postings from term_posting where term = any(${[...terms]}::integer[])`.execute(db);
  return unpackPostings(found.rows[0]?.postings ?? null);
}

/** Postings of the selected rows as one value, which both sides take many times faster than rows of small ones. */
export const packedPostings = sql`string_agg(int4send(term) || int4send(length(stories)) || stories, '')`;

/** What `packedPostings` packed, of each its term and its length, 4 bytes big-endian, then itself; empty for null. */
export function unpackPostings(packed: Buffer | null): Posting[] {
  const postings: Posting[] = [];
  if (packed === null) return postings;
  for (let at = 0; at + 8 <= packed.length; ) {
    const end = at + 8 + packed.readInt32BE(at + 4);
    postings.push({ term: packed.readInt32BE(at), stories: packed.subarray(at + 8, end) });
    at = end;
  }
  return postings;
}

/** The vectors of these stories, in no order; stories that are not live or not filed are left out. Reads story_vector by its key. */
export async function findVectors(db: Db, storyIds: readonly number[]): Promise<StoredVector[]> {
  if (storyIds.length === 0) return [];
  // One value: PostgreSQL and the driver take several times as long for rows.
  const found = await sql<{ packed: Buffer | null }>`
    select string_agg(int8send(story_id) || int8send(round(extract(epoch from published_at) * 1000)::bigint) || int4send(length(vector)) || vector, '') as packed
    from story_vector where story_id = any(${[...storyIds]}::bigint[])`.execute(db);
  const packed = found.rows[0]?.packed ?? Buffer.alloc(0);
  const vectors: StoredVector[] = [];
  for (let at = 0; at + 20 <= packed.length; ) {
    const end = at + 20 + packed.readInt32BE(at + 16);
    vectors.push({
      storyId: Number(packed.readBigInt64BE(at)),
      publishedAt: new Date(Number(packed.readBigInt64BE(at + 8))),
      vector: packed.subarray(at + 20, end),
    });
    at = end;
  }
  return vectors;
}

/** Forgets the whole index and its counters: the next filing builds them anew from the stories. Lists stay. */
export async function resetIndex(db: Db): Promise<void> {
  await sql`truncate term_posting, story_vector, term_count`.execute(db);
  await sql`update related_state set filed = 0, saved = saved + 1, total = 0`.execute(db);
}

/** How far the index is: `filed` is the last story.change_id in it, `saved` the number of the newest saving of counters. */
export type IndexState = { filed: number; saved: number; total: number };

/** The state of the index; one row. */
export async function readIndexState(db: Db): Promise<IndexState> {
  const found = await sql<IndexState>`select filed, saved, total from related_state`.execute(db);
  return found.rows[0] ?? { filed: 0, saved: 0, total: 0 };
}

/** Records that all changes of stories up to `filed` are in the index. */
export async function saveFiled(db: Db, filed: number): Promise<void> {
  await sql`update related_state set filed = ${filed} where filed < ${filed}`.execute(db);
}

/** The counters of the newest saving, in order; empty when there was none. 8 MB: keep them while `saved` stands. */
export async function loadCounts(db: Db): Promise<Buffer> {
  const chunks = await sql<{ counts: Buffer }>`select counts from term_count order by chunk limit 1024`.execute(db);
  return Buffer.concat(chunks.rows.map((chunk) => chunk.counts));
}

const chunkBytes = 131_072;

/** Saves counters in place of the former ones and returns the number of the saving. To be called inside a transaction. */
export async function saveCounts(db: Db, total: number, counts: Buffer): Promise<number> {
  for (let chunk = 0; chunk * chunkBytes < counts.length; chunk++) {
    const bytes = counts.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    await sql`insert into term_count (chunk, counts) values (${chunk}, ${bytes})
      on conflict (chunk) do update set counts = excluded.counts where term_count.counts <> excluded.counts`.execute(
      db,
    );
  }
  const state = await sql<{
    saved: number;
  }>`update related_state set saved = saved + 1, total = ${total} returning saved`.execute(db);
  return state.rows[0]?.saved ?? 0;
}
