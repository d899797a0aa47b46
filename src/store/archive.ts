// Archives of editions: lists by day and part that never change once written (RFC 5005).
import { type RawBuilder, sql } from 'kysely';
import type { EditionFilter } from '../domain.ts';
import { ifAlone } from './alone.ts';
import type { Db } from './db.ts';
import { meetsWords, type WordQuery } from './search.ts';

/** One list of an archive: `day` (`2026-11-21`) in the time of Việt Nam, `part` from 1. */
export type ArchivePlace = { day: string; part: number };

/** A list with its neighbours; `storyIds` oldest first, as it was written. */
export type ArchivePage = ArchivePlace & {
  storyIds: number[];
  closedAt: Date;
  previous: ArchivePlace | null;
  next: ArchivePlace | null;
};

/** An edition whose archive is behind its stories. `openOn`: the oldest day that is not closed; null = nothing was archived yet. */
export type ArchiveDue = { id: number; filter: EditionFilter; changeId: number; openOn: string | null };

/** A story as the archive sees it; `day` in the time of Việt Nam. */
export type Unarchived = { id: number; day: string };

/** The latest list of an edition's archive; null when there is none yet. Primary key of archive_page. */
export async function archiveEnds(db: Db, editionId: number): Promise<ArchivePlace | null> {
  const found = await sql<ArchivePlace>`
    select day::text as day, part from archive_page where edition_id = ${editionId} order by archive_page.day desc, part desc limit 1`.execute(
    db,
  );
  return found.rows[0] ?? null;
}

/** One list of an edition's archive with its neighbours; null when there is no such list. Primary key of archive_page, three probes. */
export async function readArchivePage(db: Db, editionId: number, place: ArchivePlace): Promise<ArchivePage | null> {
  type Row = { storyIds: number[]; closedAt: Date; previous: ArchivePlace | null; next: ArchivePlace | null };
  const found = await sql<Row>`
    select p.story_ids as "storyIds", p.closed_at as "closedAt",
      (select json_build_object('day', b.day::text, 'part', b.part) from archive_page b
        where b.edition_id = p.edition_id and (b.day, b.part) < (p.day, p.part) order by b.day desc, b.part desc limit 1) as previous,
      (select json_build_object('day', a.day::text, 'part', a.part) from archive_page a
        where a.edition_id = p.edition_id and (a.day, a.part) > (p.day, p.part) order by a.day, a.part limit 1) as next
    from archive_page p where p.edition_id = ${editionId} and p.day = ${place.day}::date and p.part = ${place.part}`.execute(
    db,
  );
  const [row] = found.rows;
  return row === undefined ? null : { ...place, ...row, storyIds: row.storyIds.map(Number) };
}

const archiverLock = 7_411_009;

/** Runs `work` as the only one over all processes that writes archives; null at once when another does. */
export async function asArchiver<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return ifAlone(db, archiverLock, work);
}

/** Editions that changed since their archive was last brought up, or whose open day has ended, longest waiting first. Scans edition. */
export async function editionsToArchive(db: Db, today: string, limit: number): Promise<ArchiveDue[]> {
  const found = await sql<ArchiveDue>`
    select id, archive_change_id as "changeId", archive_open_on::text as "openOn",
      json_strip_nulls(json_build_object('province', nullif(province, ''), 'section', nullif(section, ''),
        'publisher', nullif(publisher, ''), 'words', nullif(words, ''))) as filter
    from edition
    where retired_at is null and (archived_at is null or changed_at > archived_at or archive_open_on < ${today}::date)
    order by archived_at nulls first, id limit ${limit}`.execute(db);
  return found.rows;
}

/**
 * The live stories of an edition that no list of its archive holds, oldest first, at most `limit`: those listed since the open day, and
 * those that changed since the last time whatever their date (they may have come late, or come to this edition late). `query` is the
 * edition's, null where one condition or none is asked. `today` (exclusive end: tomorrow) bounds the stories: none is ahead.
 */
export async function unarchivedStories(
  db: Db,
  edition: ArchiveDue,
  query: WordQuery | null,
  limit: number,
): Promise<Unarchived[]> {
  const openOn = sql`${edition.openOn ?? '1900-01-01'}::date::timestamp at time zone 'Asia/Ho_Chi_Minh'`;
  const { listed, meets } = query === null ? oneCondition(edition.filter) : searched(query);
  const isSince = sql`listed_at <= now() and listed_at >= ${openOn}`;
  // What was never archived is all there since the first day: nothing can have come late.
  const late =
    edition.openOn === null
      ? sql``
      : sql`union (select s.id, s.listed_at from story s where s.change_id > ${edition.changeId} and s.status = 'live' and s.listed_at < ${openOn} and ${meets})`;
  const found = await sql<Unarchived>`
    with candidates as (${listed(isSince)} ${late}), known as materialized (
      select unnest(story_ids) as id from archive_page where edition_id = ${edition.id}
    )
    select id, (listed_at at time zone 'Asia/Ho_Chi_Minh')::date::text as day
    from candidates c where not exists (select from known k where k.id = c.id)
    order by listed_at, id limit ${limit}`.execute(db);
  return found.rows;
}

/** How an edition's stories are found: those listed within a time, by an index of their own, and whether a story `s` is one of them. */
type Condition = { listed: (isSince: RawBuilder<unknown>) => RawBuilder<unknown>; meets: RawBuilder<unknown> };

const isLive = (table: string) =>
  sql`exists (select from story l where l.id = ${sql.ref(table)}.story_id and l.status = 'live')`;

// Indexes story_latest, or story_province, story_section, story_publisher and story_fit_latest: an edition never looks at others' stories.
function oneCondition(filter: EditionFilter): Condition {
  const kind = (['province', 'section', 'publisher'] as const).find((name) => filter[name] !== undefined);
  if (kind === undefined)
    return {
      listed: (isSince) => sql`(select id, listed_at from story where status = 'live' and ${isSince})`,
      meets: sql`true`,
    };
  const value = filter[kind];
  const own =
    kind === 'publisher'
      ? sql`publisher_id = (select id from publisher where slug = ${value})`
      : sql`${sql.id(kind)} = ${value}`;
  return {
    listed: (isSince) => sql`(select id, listed_at from story where status = 'live' and ${own} and ${isSince}) union (
      select story_id, listed_at from story_fit f where kind = ${kind} and value = ${value} and ${isSince} and ${isLive('f')})`,
    meets: sql`(s.${own} or exists (select from story_fit f where f.story_id = s.id and f.kind = ${kind} and f.value = ${value}))`,
  };
}

// Several conditions, or words: what the search index says of each story of the time.
function searched(query: WordQuery): Condition {
  const meets = meetsWords(query, 'x');
  return {
    listed: (isSince) =>
      sql`(select story_id as id, listed_at from story_word x where ${isSince} and ${meets} and ${isLive('x')})`,
    meets: sql`exists (select from story_word x where x.story_id = s.id and ${meets})`,
  };
}

/** The highest change id that every committed story has passed: what comes later is above it. Index story_changed. */
export async function lastChangeId(db: Db): Promise<number> {
  const found = await sql<{ id: number | null }>`select max(change_id) as id from story`.execute(db);
  return found.rows[0]?.id ?? 0;
}

/** How many lists a day of an edition's archive has. Primary key of archive_page. */
export async function partsOfDay(db: Db, editionId: number, day: string): Promise<number> {
  const found = await sql<{ n: number | null }>`
    select max(part) as n from archive_page where edition_id = ${editionId} and day = ${day}::date`.execute(db);
  return found.rows[0]?.n ?? 0;
}

/** A list to be written. */
export type NewArchivePage = ArchivePlace & { storyIds: number[] };

/**
 * Writes lists of an edition's archive and how far it has come; makes the edition's documents due when there are new lists, as their way
 * to the latest changes. Lists that stand are never touched. Touches archive_page, edition, document.
 */
export async function writeArchive(
  db: Db,
  editionId: number,
  pages: readonly NewArchivePage[],
  mark: { changeId: number; openOn: string },
): Promise<void> {
  for (const page of pages)
    await sql`
      insert into archive_page (edition_id, day, part, story_ids, closed_at)
      values (${editionId}, ${page.day}::date, ${page.part}, ${page.storyIds}::bigint[], now())`.execute(db);
  await sql`
    update edition set archive_change_id = ${mark.changeId}, archive_open_on = ${mark.openOn}::date, archived_at = clock_timestamp()
    where id = ${editionId}`.execute(db);
  if (pages.length === 0) return;
  await sql`
    with due as (
      update document set due_at = clock_timestamp()
      where edition_id = ${editionId} and (due_at is null or due_at = claimed_until) and body is not null and read_at > now() - interval '7 days'
      returning 1
    )
    select pg_notify('document_due', '') where exists (select from due)`.execute(db);
}
