// Stories by the words they hold: the index beside the stories, how it follows them, and what it answers.
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { EditionFilter } from '../domain.ts';
import { textArray } from './binary.ts';
import type { Db } from './db.ts';
import type { ListedStory } from './story.ts';
import { listStories, listStoriesByIds } from './story.ts';

/** A story that changed since the index last looked. `provinces`, `sections` and `publishers` (slugs) are those of all its papers. */
export type ChangedStory = {
  id: number;
  changeId: number;
  isLive: boolean;
  listedAt: Date;
  title: string;
  /** Plain; where the paper gave none, `bodyHtml` holds the beginning of the article. */
  summary: string;
  bodyHtml: string;
  provinces: string[];
  sections: string[];
  publishers: string[];
};

const followerLock = 7_411_007;

/** Runs `work` as the only one over all processes that feeds the index; null at once when another does. */
export async function asSearchFollower<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const lock = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${followerLock}) as taken`.execute(trx);
    return lock.rows[0]?.taken ? work(trx) : null;
  });
}

/** Stories with a change id above `after`, lowest first, at most `limit`. Index story_changed, then each story's rows by their keys. */
export async function changedStories(db: Db, after: number, limit: number): Promise<ChangedStory[]> {
  const found = await sql<ChangedStory>`
    select s.id, s.change_id as "changeId", s.status = 'live' as "isLive", s.listed_at as "listedAt", s.title, s.summary,
      case when s.status = 'live' and s.summary = ''
        then coalesce((select left(e.body_html, 4000) from entry e where e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at), '')
        else '' end as "bodyHtml",
      array_remove(f.provinces || s.province, null) as provinces, array_remove(f.sections || s.section, null) as sections,
      f.publishers || p.slug as publishers
    from (select * from story where change_id > ${after} order by change_id limit ${limit}) s
    join publisher p on p.id = s.publisher_id
    cross join lateral (
      select coalesce(array_agg(value) filter (where kind = 'province'), '{}') as provinces,
        coalesce(array_agg(value) filter (where kind = 'section'), '{}') as sections,
        coalesce(array_agg(value) filter (where kind = 'publisher'), '{}') as publishers
      from story_fit where story_id = s.id
    ) f
    order by s.change_id`.execute(db);
  return found.rows;
}

// The month is a word of every story: a question for the newest months is answered inside the index, without a look at older rows.
function month(at: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`('''@m' || to_char(${at} at time zone 'UTC', 'YYYYMM') || '''')`;
}

/**
 * Puts stories into the index (`words` in the input form of tsvector) and takes others out, in one statement; rows that say the same
 * already are not rewritten. Touches story_search.
 */
export async function indexStories(
  db: Db,
  stories: readonly { id: number; listedAt: Date; words: string }[],
  gone: readonly number[],
): Promise<void> {
  await sql`
    with removed as (delete from story_search where story_id = any(${[...gone]}::bigint[]))
    insert into story_search as s (story_id, listed_at, words)
    select id, "listedAt", (words || ' ' || ${month(sql`"listedAt"`)})::tsvector
    from unnest(${stories.map((story) => story.id)}::bigint[], ${stories.map((story) => story.listedAt)}::timestamptz[],
      ${textArray(stories.map((story) => story.words))}::text[]) as d(id, "listedAt", words)
    order by id
    on conflict (story_id) do update set listed_at = excluded.listed_at, words = excluded.words
    where (s.listed_at, s.words) is distinct from (excluded.listed_at, excluded.words)`.execute(db);
}

/** How far the index has followed the stories, as a change id; 0 = nowhere yet. */
export async function readSearchMark(db: Db): Promise<number> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', 'search.change_id').executeTakeFirst();
  return typeof row?.value === 'number' ? row.value : 0;
}

/** Editions that only the index can answer, at most 10,000, by id. Scans edition. */
export async function searchedEditions(db: Db): Promise<{ id: number; filter: EditionFilter }[]> {
  const found = await sql<{ id: number; filter: EditionFilter }>`
    select id, json_strip_nulls(json_build_object('province', nullif(province, ''), 'section', nullif(section, ''),
      'publisher', nullif(publisher, ''), 'words', nullif(words, ''))) as filter
    from edition where retired_at is null
      and (words <> '' or (province <> '')::int + (section <> '')::int + (publisher <> '')::int > 1)
    order by id limit 10000`.execute(db);
  return found.rows;
}

/**
 * Records that the index changed for editions it answers: those of `queries` that hold one of the stories, or all when `storyIds` is null.
 * Documents somebody read within 7 days become due, at the earliest 10 s after their last rendering. Touches edition and document.
 */
export async function touchSearches(
  db: Db,
  queries: readonly { id: number; query: string }[],
  storyIds: readonly number[] | null,
): Promise<void> {
  if (queries.length === 0) return;
  const asked = JSON.stringify(queries);
  const matching =
    storyIds === null
      ? sql`true`
      : sql`exists (select from story_search s where s.story_id = any(${[...storyIds]}::bigint[]) and s.words @@ q.query::tsquery)`;
  await sql`
    with touched as (
      select e.id from json_to_recordset(${asked}::json) as q(id bigint, query text) join edition e on e.id = q.id
      where ${matching} order by e.id for update of e
    ), changed as (
      update edition e set changed_at = clock_timestamp() from touched t where e.id = t.id
    ), due as (
      update document d
      set due_at = greatest(clock_timestamp(), case when d.items > 0 then d.rendered_at + interval '10 seconds' end)
      from touched t
      where d.edition_id = t.id and (d.due_at is null or d.due_at = d.claimed_until) and d.read_at > now() - interval '7 days'
      returning 1
    )
    select pg_notify('document_due', '') where exists (select from due)`.execute(db);
}

/** Times between which stories are listed, `until` not included; null = unbounded. */
export type Period = { since: Date | null; until: Date | null };

const anyTime: Period = { since: null, until: null };

/** A place in a list of finds. `isExact` false: below all that match with the marks that were typed. */
export type SearchPlace = { isExact: boolean; listedAt: Date; id: number };

// Common words are found among the newest stories; this many are looked through before the index is asked, first for the two newest
// months, then for all. What fills no page of two months has few finds in all: see docs/search.md for the measurement.
const recent = 4_000;

async function page(
  db: Db,
  query: string,
  without: string | null,
  limit: number,
  after: { listedAt: Date; id: number } | null,
  period: Period = anyTime,
): Promise<{ id: number; listedAt: Date }[]> {
  // A page below a find, or below the end of the period: nothing listed at that very moment has an id below 0.
  const from = after ?? (period.until === null ? null : { listedAt: period.until, id: 0 });
  const newest =
    from === null
      ? sql`listed_at <= now()`
      : sql`(listed_at, story_id) < (${from.listedAt}::timestamptz, ${from.id}::bigint) and listed_at <= now()`;
  const below = period.since === null ? newest : sql`${newest} and listed_at >= ${period.since}::timestamptz`;
  const not = without === null ? sql`true` : sql`not words @@ ${without}::tsquery`;
  const meets = sql`words @@ ${query}::tsquery and ${not}`;
  const among = await sql<{ id: number; listedAt: Date }>`
    select story_id as id, listed_at as "listedAt" from (
      select story_id, listed_at, words from story_search where ${below} order by listed_at desc, story_id desc limit ${recent}
    ) newest where ${meets} order by listed_at desc, story_id desc limit ${limit}`.execute(db);
  if (among.rows.length >= limit) return among.rows;
  const lately = await sql<{ id: number; listedAt: Date }>`
    with top as materialized (select max(listed_at) as at from story_search where ${below}),
    asked as materialized (
      select ('(' || ${query} || ') & (' || ${month(sql`at`)} || ' | ' || ${month(sql`(at - interval '1 month')`)} || ')')::tsquery as query
      from top where at is not null
    ), finds as materialized (
      select story_id, listed_at from story_search, asked where words @@ asked.query and ${not} and ${below}
    )
    select story_id as id, listed_at as "listedAt" from finds order by listed_at desc, story_id desc limit ${limit}`.execute(
    db,
  );
  if (lately.rows.length >= limit) return lately.rows;
  const found = await sql<{ id: number; listedAt: Date }>`
    with finds as materialized (select story_id, listed_at from story_search where ${meets} and ${below})
    select story_id as id, listed_at as "listedAt" from finds order by listed_at desc, story_id desc limit ${limit}`.execute(
    db,
  );
  return found.rows;
}

/**
 * Finds of a search, newest first, at most `limit`: first those with the marks that were typed (`exact`), then those that match without
 * marks (`loose`; null = no forgiveness), all within the period. `after` continues below a find. Both are tsqueries. Indexes story_search_latest, story_search_words.
 */
export async function searchStories(
  db: Db,
  search: { exact: string; loose: string | null },
  limit: number,
  after: SearchPlace | null = null,
  period: Period = anyTime,
): Promise<SearchPlace[]> {
  const exact =
    after === null || after.isExact
      ? (await page(db, search.exact, null, limit, after, period)).map((find) => ({ ...find, isExact: true }))
      : [];
  if (search.loose === null || search.loose === search.exact || exact.length >= limit) return exact;
  const from = after === null || after.isExact ? null : after;
  const loose = await page(db, search.loose, search.exact, limit - exact.length, from, period);
  return [...exact, ...loose.map((find) => ({ ...find, isExact: false }))];
}

/**
 * The newest live stories of an edition, newest first, at most `limit`. `query` is the tsquery of its conditions, null where an index of
 * stories answers (see `filterQuery`). `after` continues below that story.
 */
export async function listEdition(
  db: Db,
  filter: EditionFilter,
  query: string | null,
  limit: number,
  after?: { listedAt: Date; id: number },
): Promise<ListedStory[]> {
  if (query === null) return listStories(db, filter, limit, after);
  const finds = await page(db, query, null, limit, after ?? null);
  return listStoriesByIds(
    db,
    finds.map((find) => find.id),
  );
}
