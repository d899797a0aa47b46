// Gaps between two documents of a source in PostgreSQL: raised by a poll, filled from archives, shown until they are old.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A gap whose next archive page is due. */
export type DueGap = {
  id: number;
  sourceId: number;
  publisherId: number;
  host: string;
  /** Address of the next page of the archive, or of a sitemap; null = the site's sitemap is to be found first. */
  url: string | null;
  kind: 'syndication' | 'sitemap';
  sourceUrl: string;
  afterAt: Date | null;
  beforeAt: Date | null;
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
 * Raises a gap, one open at a time for each source. With `nextUrl` the archive is read from there. Without, the publisher's sitemaps and section
 * pages are made due now and the gap is left to them; where it has none that are read, the site's own sitemap is looked for. Touches gap and source.
 */
export async function raiseGap(
  db: Db,
  gap: { sourceId: number; publisherId: number; afterAt: Date | null; beforeAt: Date | null; nextUrl: string | null },
): Promise<void> {
  const raised = await sql<{ id: number }>`
    insert into gap (source_id, after_at, before_at, next_url)
    select ${gap.sourceId}, ${gap.afterAt}, ${gap.beforeAt}, ${gap.nextUrl}
    where not exists (select 1 from gap where source_id = ${gap.sourceId} and status = 'open') returning id`.execute(
    db,
  );
  const [made] = raised.rows;
  if (made === undefined || gap.nextUrl !== null) return;
  // Index source_publisher.
  const helped = await sql`
    update source set next_fetch_at = least(next_fetch_at, now()), next_reason = 'gap'
    where publisher_id = ${gap.publisherId} and id <> ${gap.sourceId} and kind <> 'syndication' and not is_paused and failures = 0`.execute(
    db,
  );
  const count = Number(helped.numAffectedRows ?? 0n);
  if (count > 0)
    await sql`update gap set status = 'left', due_at = null, note = ${`${count} other sources of the publisher asked`} where id = ${made.id}`.execute(
      db,
    );
}

/** Gaps that are due, at most `limit`. Index gap_due. The caller takes the host's turn. */
export async function dueGaps(db: Db, limit: number): Promise<DueGap[]> {
  return (
    await sql<DueGap>`
      select g.id, g.source_id as "sourceId", s.publisher_id as "publisherId",
        coalesce(regexp_replace(substring(g.next_url from '^https?://([^/?#]+)'), '^www\\.', ''), s.host) as host,
        g.next_url as url, g.kind, s.url as "sourceUrl", g.after_at as "afterAt", g.before_at as "beforeAt", g.pages, g.tries, p.is_sample as "isSample"
      from gap g join source s on s.id = g.source_id join publisher p on p.id = s.publisher_id
      where g.due_at <= now() and not s.is_paused order by g.due_at limit ${limit}`.execute(db)
  ).rows;
}

/** Where the next page of a gap stands, found in robots.txt; null = there is none, and the gap is left. */
export async function noteGapSitemap(db: Db, id: number, url: string | null): Promise<void> {
  await sql`update gap set kind = 'sitemap', next_url = ${url}, status = case when ${url}::text is null then 'left' else status end,
    note = case when ${url}::text is null then 'no archive and no sitemap' else 'from the sitemap' end,
    due_at = case when ${url}::text is null then null else now() end where id = ${id}`.execute(db);
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
