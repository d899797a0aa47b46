// Polls → their counts by day of Vietnam in PostgreSQL, written again until the day is over; and the counts of some sources.
import { sql } from 'kysely';
import type { Db } from './db.ts';

const zone = 'Asia/Ho_Chi_Minh';
const firstDays = 14;
const keptDays = 90;

/** What a source's polls of one day came to. `onDate`: `2026-11-22`, a day of Vietnam. */
export type PollDay = {
  sourceId: number;
  onDate: string;
  polls: number;
  failed: number;
  /** Documents that were as before. */
  unchanged: number;
  items: number;
  created: number;
  changed: number;
  skipped: number;
  /** Mean time of the polls that reached their source. */
  tookMs: number | null;
  /** How old articles were when they were seen: the median of the polls that brought some. */
  lagSeconds: number | null;
};

/**
 * Counts the polls of the last counted day and of all days since (at first of the last two weeks), and forgets counts older than 90 days. Only
 * what changed is written. Days are as fresh as the last run. Reads poll by its index poll_started; touches poll_day; returns rows written.
 */
export async function countPollDays(db: Db): Promise<number> {
  // Index poll_day_date.
  const from = await sql<{ at: Date }>`
    select (coalesce((select max(on_date) from poll_day), (now() at time zone ${zone})::date - ${firstDays}::int)::timestamp at time zone ${zone}) as at`.execute(
    db,
  );
  const at = from.rows[0]?.at;
  if (at === undefined) return 0;
  const written = await sql`
    insert into poll_day as d (source_id, on_date, polls, failed, unchanged, items, created, changed, skipped, took_ms, lag_seconds)
    select p.source_id, (p.started_at at time zone ${zone})::date, count(*), count(*) filter (where p.outcome = 'failed'),
      count(*) filter (where p.outcome like 'same%'), sum(p.items), sum(p.created), sum(p.changed), sum(p.skipped),
      avg(p.took_ms) filter (where p.outcome <> 'failed'), percentile_disc(0.5) within group (order by p.lag_seconds)
    from poll p join source s on s.id = p.source_id where p.started_at >= ${at} and p.outcome <> 'called_off'
    group by 1, 2
    on conflict (source_id, on_date) do update set polls = excluded.polls, failed = excluded.failed, unchanged = excluded.unchanged,
      items = excluded.items, created = excluded.created, changed = excluded.changed, skipped = excluded.skipped, took_ms = excluded.took_ms,
      lag_seconds = excluded.lag_seconds
      where d.polls <> excluded.polls`.execute(db);
  await sql`delete from poll_day where on_date < (now() at time zone ${zone})::date - ${keptDays}::int`.execute(db);
  return Number(written.numAffectedRows ?? 0n);
}

/** The counted days of these sources, the last `days` with today, oldest first. Primary key. */
export async function readPollDays(db: Db, sourceIds: readonly number[], days: number): Promise<PollDay[]> {
  if (sourceIds.length === 0) return [];
  const { rows } = await sql<PollDay>`
    select source_id as "sourceId", on_date::text as "onDate", polls, failed, unchanged, items, created, changed, skipped,
      took_ms as "tookMs", lag_seconds as "lagSeconds"
    from poll_day where source_id = any(${[...sourceIds]}::bigint[]) and on_date > (now() at time zone ${zone})::date - ${days}::int
    order by source_id, on_date limit ${sourceIds.length * days}`.execute(db);
  return rows;
}

/** The last `days` days of Vietnam as `2026-11-22`, oldest first, today last. */
export function lastDays(now: Date, days: number): string[] {
  const clock = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  return Array.from({ length: days }, (_, index) =>
    clock.format(new Date(now.getTime() - (days - 1 - index) * 86_400_000)),
  );
}
