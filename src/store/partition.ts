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

/** Tables whose old months may go. Keys, texts' hashes, stories, tombstones and what editors decided are in none of them. */
const dropped = ['entry', 'poll'] as const;

/**
 * Drops whole months of entries and polls, those that ended more than `keepMonths` months before this one; null keeps all. What identifies an
 * article stays, so it is never news again. Waits at most 5 s for a lock on each (then the next day's run does it). Returns their names.
 */
export async function dropOldMonths(db: Db, keepMonths: number | null): Promise<string[]> {
  if (keepMonths === null) return [];
  const found = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where p.oid in (select to_regclass(t) from unnest(${[...dropped]}::text[]) t) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
      and right(c.relname, 7) < to_char(date_trunc('month', now() at time zone 'UTC') - make_interval(months => ${keepMonths}), 'YYYY_MM')
    order by 1`.execute(db);
  const names: string[] = [];
  for (const { name } of found.rows) {
    await db.transaction().execute(async (trx) => {
      await sql`set local lock_timeout = '5s'`.execute(trx);
      await sql`drop table ${sql.id(name)}`.execute(trx);
    });
    names.push(name);
  }
  return names;
}
