// How often each field of a source is filled, day by day, so that a page that changed shows: counters and what fell.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** Where the fields were read: in the source's own document, or on article pages. */
export type FillPlace = 'list' | 'page';

/** Adds one reading's counts to today's (UTC, database clock), in one statement. Touches source_fill. */
export async function addFill(
  db: Db,
  sourceId: number,
  place: FillPlace,
  counts: readonly { field: string; seen: number; filled: number }[],
): Promise<void> {
  const said = counts.filter((count) => count.seen > 0);
  if (said.length === 0) return;
  await sql`
    insert into source_fill as f (source_id, place, field, on_date, seen, filled)
    select ${sourceId}, ${place}, c.field, (now() at time zone 'utc')::date, c.seen, c.filled
    from json_to_recordset(${JSON.stringify(said)}::json) as c(field text, seen int, filled int)
    on conflict (source_id, place, field, on_date) do update set seen = f.seen + excluded.seen, filled = f.filled + excluded.filled`.execute(
    db,
  );
}

/** A field of a source: how often it was filled in the last two days and in the 28 before; null where nothing was read. */
export type FillRow = {
  sourceId: number;
  publisherSlug: string;
  url: string;
  place: FillPlace;
  field: string;
  seen: number;
  now: number | null;
  before: number | null;
  /** It was filled mostly (70 %) and no longer is (half of that), seen often enough to say so (5 and 20 times). */
  isDrift: boolean;
};

/**
 * Rates of all fields, or of one source's, those that fell most first, at most `limit`; `isDriftOnly` leaves out what is steady. Reads 30 days
 * of source_fill by its index source_fill_date (or its primary key).
 */
export async function listFill(
  db: Db,
  options: { sourceId?: number; isDriftOnly?: boolean; limit: number },
): Promise<FillRow[]> {
  const rows = await sql<FillRow>`
    with counted as (
      select source_id, place, field,
        sum(seen) filter (where on_date > current_date - 2) as seen_now, sum(filled) filter (where on_date > current_date - 2) as filled_now,
        sum(seen) filter (where on_date <= current_date - 2) as seen_before, sum(filled) filter (where on_date <= current_date - 2) as filled_before
      from source_fill
      where on_date > current_date - 30 ${options.sourceId === undefined ? sql`` : sql`and source_id = ${options.sourceId}`}
      group by source_id, place, field
    ), rated as (
      select *, filled_now::float8 / nullif(seen_now, 0) as now, filled_before::float8 / nullif(seen_before, 0) as before from counted
    )
    select r.source_id as "sourceId", p.slug as "publisherSlug", s.url, r.place, r.field, coalesce(r.seen_now, 0)::int as seen, r.now, r.before,
      coalesce(r.seen_now >= 5 and r.seen_before >= 20 and r.before >= 0.7 and r.now < r.before * 0.5, false) as "isDrift"
    from rated r join source s on s.id = r.source_id join publisher p on p.id = s.publisher_id
    where ${options.isDriftOnly ? sql`r.seen_now >= 5 and r.seen_before >= 20 and r.before >= 0.7 and r.now < r.before * 0.5` : sql`true`}
    order by coalesce(r.before - r.now, 0) desc, s.id, r.place, r.field
    limit ${options.limit}`.execute(db);
  return rows.rows;
}

/** Forgets counts older than 90 days. Index source_fill_date. */
export async function forgetFill(db: Db): Promise<void> {
  await sql`delete from source_fill where on_date < current_date - 90`.execute(db);
}
