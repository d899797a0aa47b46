// PostgreSQL's own books (pg_stat_statements) → the statements that took the most time since they were last asked for.
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';

/** Settings of a server that keeps these books. */
export const statementBooks = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'top',
  'pg_stat_statements.track_planning': 'on',
};

/** Opens the books; only on a server started with `statementBooks`. */
export async function openBooks(db: Db): Promise<void> {
  await sql`create extension if not exists pg_stat_statements`.execute(db);
}

/** The `most` dearest statements, dearest first, one line each: milliseconds with planning, calls, rows, words. Empties the books. */
export async function readBooks(db: Db, most = 25): Promise<string[]> {
  const found = await sql<{ ms: number; planning: number; plans: number; calls: number; rows: number; query: string }>`
    select round(total_exec_time + total_plan_time)::int as ms, round(total_plan_time)::int as planning, plans::int, calls::int, rows::int, query from pg_stat_statements
    order by total_exec_time + total_plan_time desc limit ${most}`.execute(db);
  await sql`select pg_stat_statements_reset()`.execute(db);
  const words = (query: string) => query.replace(/\s+/g, ' ').trim().slice(0, 150);
  return found.rows.map(
    (row) =>
      `${String(row.ms).padStart(7)} ms (planning ${String(row.planning).padStart(4)} in ${row.plans}) ${String(row.calls).padStart(7)} × ${String(row.rows).padStart(8)} rows  ${words(row.query)}`,
  );
}
