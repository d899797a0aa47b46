// Editions in PostgreSQL: made, listed, found, and marked when their stories change.
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Edition, EditionFilter } from '../domain.ts';
import type { Db } from './db.ts';
import type { EditionTable } from './schema.ts';

/** The filter columns of a row → the conditions that are there. */
export function readFilter(row: {
  province: string;
  section: string;
  publisher: string;
  words: string;
}): EditionFilter {
  const { province, section, publisher, words } = row;
  return {
    ...(province === '' ? {} : { province }),
    ...(section === '' ? {} : { section }),
    ...(publisher === '' ? {} : { publisher }),
    ...(words === '' ? {} : { words }),
  };
}

function toEdition(row: Selectable<EditionTable>): Edition {
  return { id: row.id, path: row.path, title: row.title, filter: readFilter(row), changedAt: row.changed_at };
}

type Wanted = Pick<Edition, 'path' | 'title' | 'filter'>;

const columnsOf = (wanted: readonly Wanted[]) =>
  JSON.stringify(
    wanted.map(({ path, title, filter }) => ({
      path,
      title,
      province: filter.province ?? '',
      section: filter.section ?? '',
      publisher: filter.publisher ?? '',
      words: filter.words ?? '',
    })),
  );

/**
 * Makes the wanted editions that are missing and corrects titles and paths that differ; brings retired ones back. A path that is
 * left becomes an alias of the new one. Rows that are right already are not written, nor is one that an operator titled or
 * retired (`is_kept`). The general edition gets its three documents at once, due. Returns how many editions were made or
 * corrected. Safe to run at any time, by several processes; touches edition, edition_alias and document.
 */
export async function ensureEditions(db: Db, wanted: readonly Wanted[]): Promise<number> {
  if (wanted.length === 0) return 0;
  const written = await sql<{ id: number }>`
    with wanted as (
      select * from json_to_recordset(${columnsOf(wanted)}::json)
        as w (path text, title text, province text, section text, publisher text, words text)
    ), differing as (
      select w.* from wanted w
      where not exists (
        select from edition x
        where (x.province, x.section, x.publisher, x.words) = (w.province, w.section, w.publisher, w.words)
          and (x.is_kept or (x.path = w.path and x.title = w.title and x.retired_at is null))
      )
    ), moved as (
      insert into edition_alias (path, edition_id)
      select e.path, e.id from edition e join differing d
        on (e.province, e.section, e.publisher, e.words) = (d.province, d.section, d.publisher, d.words) and e.path <> d.path
      on conflict do nothing
    )
    insert into edition as e (path, title, province, section, publisher, words)
    select path, title, province, section, publisher, words from differing
    order by province, section, publisher, words
    on conflict (province, section, publisher, words) do update
      set path = excluded.path, title = excluded.title, retired_at = null, changed_at = now()
    returning e.id`.execute(db);
  await sql`
    with made as (
      insert into document (edition_id, format)
      select e.id, f.format from edition e cross join (values ('rss'), ('atom'), ('json')) as f (format)
      where (e.province, e.section, e.publisher, e.words) = ('', '', '', '') and e.retired_at is null
        and not exists (select from document d where d.edition_id = e.id and d.format = f.format)
      on conflict do nothing
      returning 1
    )
    select pg_notify('document_due', '') where exists (select from made)`.execute(db);
  return written.rows.length;
}

/** All published editions by id, at most 10,000. Scans edition, which grows with papers, not with news. */
export async function listEditions(db: Db): Promise<Edition[]> {
  const rows = await db
    .selectFrom('edition')
    .selectAll()
    .where('retired_at', 'is', null)
    .orderBy('id')
    .limit(10_000)
    .execute();
  return rows.map(toEdition);
}

/** The edition at a path, retired ones too (`isRetired`); null when there never was one. Reads edition by its unique path. */
export async function findEditionByPath(db: Db, path: string): Promise<(Edition & { isRetired: boolean }) | null> {
  const row = await db.selectFrom('edition').selectAll().where('path', '=', path).limit(1).executeTakeFirst();
  return row === undefined ? null : { ...toEdition(row), isRetired: row.retired_at !== null };
}

/** The present path of the edition that once had this one; null when no edition had. Reads edition_alias by its key. */
export async function movedEdition(db: Db, formerPath: string): Promise<string | null> {
  const row = await db
    .selectFrom('edition_alias as a')
    .innerJoin('edition as e', 'e.id', 'a.edition_id')
    .select('e.path')
    .where('a.path', '=', formerPath)
    .executeTakeFirst();
  return row?.path ?? null;
}

/** The edition with exactly this filter, retired ones too; null when nobody made one. Reads edition by its unique filter. */
export async function findEditionByFilter(
  db: Db,
  filter: EditionFilter,
): Promise<(Edition & { isRetired: boolean }) | null> {
  const row = await db
    .selectFrom('edition')
    .selectAll()
    .where('province', '=', filter.province ?? '')
    .where('section', '=', filter.section ?? '')
    .where('publisher', '=', filter.publisher ?? '')
    .where('words', '=', filter.words ?? '')
    .executeTakeFirst();
  return row === undefined ? null : { ...toEdition(row), isRetired: row.retired_at !== null };
}

/** What changed stories have in common with editions: slugs of publishers and sections, codes of provinces. */
export type TouchedFilters = {
  publisherSlugs: readonly string[];
  provinces: readonly string[];
  sections: readonly string[];
};

/**
 * Records that stories of these publishers, provinces and sections changed: sets `changed_at` of their editions and of the general
 * one, and makes due the documents somebody has read within 7 days (those of the general edition always), at the earliest
 * 10 s after their last rendering (at once while they are empty). Wakes publishers by `document_due` when the transaction commits.
 * Editions of words are left to the search, which sees the change after this transaction (`touchSearches`).
 *
 * Call it last in the transaction that changed the stories: it holds the rows until the commit, so that nobody can render a
 * list without the change and take the document for fresh. Rows are locked in one order, so callers cannot deadlock.
 */
export async function touchEditions(db: Db, filters: TouchedFilters): Promise<void> {
  await sql`
    with wanted as (
      select id, (province, section, publisher) = ('', '', '') as is_general from edition
      where retired_at is null and words = ''
        and (publisher = '' or publisher = any(${[...filters.publisherSlugs]}::text[]))
        and (province = '' or province = any(${[...filters.provinces]}::text[]))
        and (section = '' or section = any(${[...filters.sections]}::text[]))
      order by id
      for update
    ), changed as (
      update edition e set changed_at = clock_timestamp() from wanted w where e.id = w.id
      returning e.id
    ), read as (
      select d.edition_id, d.format from document d join wanted w on w.id = d.edition_id
      where (d.due_at is null or d.due_at = d.claimed_until) and (w.is_general or d.read_at > now() - interval '7 days')
      order by d.edition_id, d.format
      for update of d
    ), due as (
      update document d
      set due_at = greatest(clock_timestamp(), case when d.items > 0 then d.rendered_at + interval '10 seconds' end)
      from read r
      where d.edition_id = r.edition_id and d.format = r.format
      returning 1
    )
    select pg_notify('document_due', '') where exists (select from due)`.execute(db);
}

/** Records that something every edition shows changed (rights, a removed paper): all documents that somebody reads become due. */
export async function touchAllEditions(db: Db): Promise<void> {
  await sql`
    with changed as (
      update edition set changed_at = clock_timestamp() where retired_at is null returning id, (province, section, publisher, words) = ('', '', '', '') as is_general
    ), due as (
      update document d set due_at = clock_timestamp() from changed c
      where c.id = d.edition_id and (d.due_at is null or d.due_at = d.claimed_until) and (c.is_general or d.read_at > now() - interval '7 days')
      returning 1
    )
    select pg_notify('document_due', '') where exists (select from due)`.execute(db);
}
