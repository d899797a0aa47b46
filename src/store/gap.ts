// Gaps between two documents of a source in PostgreSQL: raised by a poll, filled from archives, shown until they are old.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A gap whose next archive page is due. */
export type DueGap = {
  id: number;
  sourceId: number;
  publisherId: number;
  host: string;
  /** Address of the next page of the archive. */
  url: string;
  afterAt: Date | null;
  pages: number;
  tries: number;
  isSample: boolean;
};

/** A gap as it is shown. */
export type GapRow = {
  id: number;
  sourceId: number;
  publisherSlug: string;
  sourceUrl: string;
  raisedAt: Date;
  afterAt: Date | null;
  beforeAt: Date | null;
  status: 'open' | 'filled' | 'partly' | 'left';
  pages: number;
  found: number;
  note: string | null;
};

/**
 * Raises a gap, one open at a time for each source. With `nextUrl` the archive is read from there; without, the publisher's sitemaps and
 * section pages are made due now and the gap is left to them. Touches gap and source.
 */
export async function raiseGap(
  db: Db,
  gap: { sourceId: number; publisherId: number; afterAt: Date | null; beforeAt: Date | null; nextUrl: string | null },
): Promise<void> {
  const raised = await sql`
    insert into gap (source_id, after_at, before_at, next_url, status, due_at)
    select ${gap.sourceId}, ${gap.afterAt}, ${gap.beforeAt}, ${gap.nextUrl}, ${gap.nextUrl === null ? 'left' : 'open'},
      ${gap.nextUrl === null ? null : sql`now()`}::timestamptz
    where not exists (select 1 from gap where source_id = ${gap.sourceId} and status = 'open')`.execute(db);
  if ((raised.numAffectedRows ?? 0n) === 0n || gap.nextUrl !== null) return;
  // Index source_publisher.
  const helped = await sql`
    update source set next_fetch_at = now(), next_reason = 'gap'
    where publisher_id = ${gap.publisherId} and id <> ${gap.sourceId} and kind <> 'syndication' and not is_paused and failures = 0
      and next_fetch_at > now()`.execute(db);
  const note = `${helped.numAffectedRows ?? 0n} other sources of the publisher asked`;
  await sql`update gap set note = ${note} where source_id = ${gap.sourceId} and status = 'left' and note is null`.execute(
    db,
  );
}

/** Gaps whose next page is due, at most `limit`. Index gap_due. The caller takes the host's turn. */
export async function dueGaps(db: Db, limit: number): Promise<DueGap[]> {
  return (
    await sql<DueGap>`
      select g.id, g.source_id as "sourceId", s.publisher_id as "publisherId", regexp_replace(substring(g.next_url from '^https?://([^/?#]+)'), '^www\\.', '') as host,
        g.next_url as url, g.after_at as "afterAt", g.pages, g.tries, p.is_sample as "isSample"
      from gap g join source s on s.id = g.source_id join publisher p on p.id = s.publisher_id
      where g.due_at <= now() and g.next_url is not null and not s.is_paused order by g.due_at limit ${limit}`.execute(
      db,
    )
  ).rows;
}

/** Puts a gap's next look off: its host was busy, or the page failed (`isFailure` counts a try). */
export async function postponeGap(db: Db, id: number, seconds: number, isFailure: boolean): Promise<void> {
  await sql`update gap set due_at = now() + make_interval(secs => ${seconds}), tries = tries + ${isFailure ? 1 : 0} where id = ${id}`.execute(
    db,
  );
}

/** Records a page that was read: what follows, how many articles it brought. Touches gap. */
export async function noteGapPage(
  db: Db,
  id: number,
  page: { status: 'open' | 'filled' | 'partly'; nextUrl: string | null; found: number; note: string | null },
): Promise<void> {
  await sql`update gap set status = ${page.status}, next_url = ${page.nextUrl}, pages = pages + 1, found = found + ${page.found}, tries = 0,
    note = coalesce(${page.note}, note), due_at = ${page.nextUrl === null ? null : sql`now()`}::timestamptz where id = ${id}`.execute(
    db,
  );
}

/** The gaps of the last 30 days, newest first, at most `limit`. */
export async function listGaps(db: Db, limit: number): Promise<GapRow[]> {
  return (
    await sql<GapRow>`
      select g.id, g.source_id as "sourceId", p.slug as "publisherSlug", s.url as "sourceUrl", g.raised_at as "raisedAt", g.after_at as "afterAt",
        g.before_at as "beforeAt", g.status, g.pages, g.found, g.note
      from gap g join source s on s.id = g.source_id join publisher p on p.id = s.publisher_id
      where g.raised_at > now() - interval '30 days' order by g.id desc limit ${limit}`.execute(db)
  ).rows;
}
