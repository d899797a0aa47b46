// The one writer of story rows at a time, over all processes: an advisory lock around a transaction.
import { sql } from 'kysely';
import { byKeys } from './by-keys.ts';
import { type Db, inTransaction } from './db.ts';

const writerLock = 7_411_004;

/**
 * Runs `work` as the only writer of stories, waiting for the present one to end its transaction. Everybody who creates or changes story
 * rows does so in here and sets `change_id = nextval('story_change')` on each row that materially changed: then numbers become visible
 * in their order, and a reader of `where change_id > N order by change_id` misses nothing. Inside a transaction it is that one, which
 * writes alone until it ends.
 */
export async function asStoryWriter<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return inTransaction(db, async (trx) => {
    await becomeStoryWriter(trx);
    return work(trx);
  });
}

/** Makes a transaction that has other work behind it the only writer of stories until it ends, waiting for the present one. */
export async function becomeStoryWriter(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${writerLock}), ${byKeys}`.execute(trx);
}

/** Like `asStoryWriter`, but returns null at once when another is writing. */
export async function ifStoryWriter<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const lock = await sql<{
      taken: boolean;
    }>`select pg_try_advisory_xact_lock(${writerLock}) as taken, ${byKeys}`.execute(trx);
    return lock.rows[0]?.taken ? work(trx) : null;
  });
}
