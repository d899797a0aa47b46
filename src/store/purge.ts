// Stories that every web process must forget at once: written by whoever takes something back, followed by every process.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** What is to be forgotten: all that is held of a story (its id and uid, as they stand in documents and pages); null = everything. */
export type Purge = { id: number; story: { id: number; uid: string } | null };

/** Tells every web process to drop what it holds of a story, or everything (null). Call it in the transaction that makes it so. Touches purge. */
export async function notePurge(db: Db, storyId: number | null): Promise<void> {
  await db.insertInto('purge').values({ story_id: storyId }).execute();
}

/** The number of the latest purge, for a process that holds nothing yet; 0 = there was none. Primary key of purge. */
export async function lastPurge(db: Db): Promise<number> {
  const row = await sql<{ id: number | null }>`select max(id) as id from purge`.execute(db);
  return row.rows[0]?.id ?? 0;
}

/**
 * Purges after a number, in their order, at most 1,000. Numbers are taken in transactions that may end in another order, so the
 * caller asks again for those of the last seconds: see `overlap`. Primary key of purge.
 */
export async function purgesAfter(db: Db, id: number): Promise<Purge[]> {
  const found = await sql<{ id: number; story_id: number | null; uid: string | null }>`
    select p.id, p.story_id, s.uid from (select * from purge where id > ${id} order by id limit 1000) p left join story s on s.id = p.story_id
    order by p.id`.execute(db);
  return found.rows.map((row) => ({
    id: row.id,
    story: row.story_id === null || row.uid === null ? null : { id: row.story_id, uid: row.uid },
  }));
}

/** Forgets purges of more than a day ago: every process followed them long since. */
export async function trimPurges(db: Db): Promise<void> {
  await sql`delete from purge where at < now() - interval '1 day' and id < (select max(id) from purge)`.execute(db);
}
