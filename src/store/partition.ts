// Months → the partitions of entry, poll and entry_sketch that must exist before rows of that month arrive.
import { sql } from 'kysely';
import type { Db } from './db.ts';

const partitioned = ['entry', 'poll', 'entry_sketch'] as const;
// Rows up to a page stay in it as they are. PostgreSQL would else squeeze every row above 2 kB: over the feed world that took half of
// the time of all inserts and saved a sixth of the WAL.
const storage = 'toast_tuple_target = 8160';
const partitionLock = 7_411_003;

function monthStart(from: Date, offset: number): Date {
  return new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + offset, 1));
}

/**
 * Makes the partitions of the month before, this month and the next three, by the database's clock; months are UTC months.
 * Returns the names of those made. Safe to run at any time and from many processes. Touches the catalogue only.
 */
export async function ensurePartitions(db: Db): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${partitionLock})`.execute(trx);
    const clock = await sql<{ now: Date }>`select now() as now`.execute(trx);
    const now = clock.rows[0]?.now ?? new Date(0);
    const made: string[] = [];
    for (const table of partitioned) {
      for (let offset = -1; offset <= 3; offset++) {
        const from = monthStart(now, offset);
        const name = `${table}_${from.toISOString().slice(0, 7).replace('-', '_')}`;
        const known = await sql<{ oid: string | null }>`select to_regclass(${name})::text as oid`.execute(trx);
        if (known.rows[0]?.oid) continue;
        await sql`create table ${sql.id(name)} partition of ${sql.id(table)} for values from (${sql.lit(from.toISOString())}) to (${sql.lit(monthStart(now, offset + 1).toISOString())}) with (${sql.raw(storage)})`.execute(
          trx,
        );
        made.push(name);
      }
    }
    return made;
  });
}
