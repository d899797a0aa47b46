// Runs in PostgreSQL: sources read one after another because somebody asked for it, and how far each is.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** How one source of a run stands. `outcome`: of its first poll since the run began; null = not polled yet. */
export type RunRow = {
  sourceId: number;
  publisherName: string;
  url: string;
  isPaused: boolean;
  isReading: boolean;
  nextFetchAt: Date;
  outcome: string | null;
  created: number;
  changed: number;
  items: number;
  note: string | null;
  status: number | null;
};

/** A run: who began it when, and its sources in their order. Sources that were removed since are left out. */
export type SourceRun = { id: number; startedAt: Date; actor: string; wanted: number; rows: RunRow[] };

const keptDays = 30;

/**
 * Begins a run: the sources are due one after another in this order, the politeness of hosts apart. Paused ones are left out. Answers its id and
 * how many sources it reads; null when there is none. Touches source and source_run.
 */
export async function startRun(
  db: Db,
  actor: string,
  ids: readonly number[],
): Promise<{ id: number; sources: number } | null> {
  const due = await sql<{ id: number }>`
    update source s set next_fetch_at = now() + (w.place - 1) * interval '1 ms', next_reason = 'asked'
    from unnest(${[...ids]}::bigint[]) with ordinality as w(id, place) where s.id = w.id and not s.is_paused returning s.id`.execute(
    db,
  );
  if (due.rows.length === 0) return null;
  const isDue = new Set(due.rows.map((row) => row.id));
  const wanted = ids.filter((id) => isDue.has(id));
  const made = await sql<{ id: number }>`
    insert into source_run (actor, source_ids) values (${actor}, ${wanted}::bigint[]) returning id`.execute(db);
  await sql`delete from source_run where started_at < now() - make_interval(days => ${keptDays})`.execute(db);
  await sql`select pg_notify('source_due', '')`.execute(db);
  return { id: made.rows[0]?.id ?? 0, sources: wanted.length };
}

/** A run and how far its sources are; null when there is none. Index poll_source, one look-up a source. */
export async function readRun(db: Db, id: number): Promise<SourceRun | null> {
  const run = await sql<{ startedAt: Date; actor: string; ids: number[] }>`
    select started_at as "startedAt", actor, source_ids as ids from source_run where id = ${id}`.execute(db);
  const [found] = run.rows;
  if (found === undefined) return null;
  const { rows } = await sql<RunRow>`
    select s.id as "sourceId", p.name as "publisherName", s.url, s.is_paused as "isPaused", coalesce(s.claimed_until >= now(), false) as "isReading",
      s.next_fetch_at as "nextFetchAt", l.outcome, coalesce(l.created, 0) as created, coalesce(l.changed, 0) as changed,
      coalesce(l.items, 0) as items, l.note, l.status
    from unnest((select source_ids from source_run where id = ${id})) with ordinality as w(id, place)
      join source s on s.id = w.id join publisher p on p.id = s.publisher_id
      left join lateral (
        select outcome, created, changed, items, note, status from poll
        where source_id = s.id and started_at >= ${found.startedAt} and outcome not in ('called_off', 'pushed') order by started_at limit 1
      ) l on true
    order by w.place limit ${found.ids.length}`.execute(db);
  return { id, startedAt: found.startedAt, actor: found.actor, wanted: found.ids.length, rows };
}
