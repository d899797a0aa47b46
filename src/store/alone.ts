// Work that one process at a time may do → done, or left to the one who is at it.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/**
 * Runs `work` in a transaction as the only one over all processes that holds `lock` (a number of its own for each kind of work); returns null at once when
 * another does. Advisory lock, let go with the transaction.
 */
export async function ifAlone<T>(db: Db, lock: number, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const found = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${lock}) as taken`.execute(trx);
    return found.rows[0]?.taken ? work(trx) : null;
  });
}
