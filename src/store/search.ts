// Stories by the words they hold: the index beside the stories, how it follows them, and what it answers.
import type { RawBuilder, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type { EditionFilter } from '../domain.ts';
import { ifAlone } from './alone.ts';
import { integerArray, textArray } from './binary.ts';
import type { Db } from './db.ts';
import type { ListedStory } from './story.ts';
import { readSetting } from './setting.ts';
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

/**
 * What is asked of a story's words: pieces that they hold as they are written (`said`) and without marks (`plain`), and such that they do not hold
 * (`notSaid`, `notPlain`). Of each list of `keys` a story that meets them has at least one number.
 */
export type WordQuery = Record<'said' | 'plain' | 'notSaid' | 'notPlain', readonly string[]> & {
  keys: readonly (readonly number[])[];
};

/** Whether a row of story_word (by the name it has in the statement) meets a query; looks at its words alone. A third of the cost of LIKE. */
export function meetsWords(query: WordQuery, table: string): RawBuilder<SqlBool> {
  const holds = (column: string) => (piece: string) => sql<SqlBool>`position(${piece} in ${sql.id(table, column)}) > 0`;
  const lacks = (column: string) => (piece: string) => sql<SqlBool>`position(${piece} in ${sql.id(table, column)}) = 0`;
  const parts = [
    ...query.said.map(holds('said')),
    ...query.plain.map(holds('plain')),
    ...query.notSaid.map(lacks('said')),
    ...query.notPlain.map(lacks('plain')),
  ];
  return parts.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

// One condition a list; what must all be there is one.
function hasKeys({ keys }: WordQuery): RawBuilder<SqlBool> {
  const all = keys.filter((list) => list.length === 1).flat();
  const some = keys.filter((list) => list.length !== 1).map((list) => sql<SqlBool>`keys && ${[...list]}::integer[]`);
  return sql<SqlBool>`${sql.join([...(all.length === 0 ? [] : [sql<SqlBool>`keys @> ${all}::integer[]`]), ...some], sql` and `)}`;
}

const followerLock = 7_411_007;

/** Runs `work` as the only one over all processes that feeds the index; null at once when another does. */
export async function asSearchFollower<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return ifAlone(db, followerLock, work);
}

function changed(db: Db, which: RawBuilder<unknown>): Promise<ChangedStory[]> {
  const found = sql<ChangedStory>`
    select s.id, s.change_id as "changeId", s.status = 'live' as "isLive", s.listed_at as "listedAt", s.title, s.summary,
      case when s.status = 'live' and s.summary = ''
        then coalesce((select left(e.body_html, 4000) from entry e where e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at), '')
        else '' end as "bodyHtml",
      array_remove(f.provinces || s.province, null) as provinces, array_remove(f.sections || s.section, null) as sections,
      f.publishers || p.slug as publishers
    from (select * from story where ${which}) s
    join publisher p on p.id = s.publisher_id
    cross join lateral (
      select coalesce(array_agg(value) filter (where kind = 'province'), '{}') as provinces,
        coalesce(array_agg(value) filter (where kind = 'section'), '{}') as sections,
        coalesce(array_agg(value) filter (where kind = 'publisher'), '{}') as publishers
      from story_fit where story_id = s.id
    ) f
    order by s.change_id`.execute(db);
  return found.then((result) => result.rows);
}

/** Stories with a change id above `after`, lowest first, at most `limit`. Index story_changed, then each story's rows by their keys. */
export async function changedStories(db: Db, after: number, limit: number): Promise<ChangedStory[]> {
  return changed(db, sql`change_id > ${after} order by change_id limit ${limit}`);
}

/** The stories with the highest change ids below `before`, lowest first, at most `limit`. Index story_changed, then each story's rows by their keys. */
export async function earlierStories(db: Db, before: number, limit: number): Promise<ChangedStory[]> {
  return changed(db, sql`change_id < ${before} order by change_id desc limit ${limit}`);
}

// Sixteen days have a number that every story of them has, positive where those of words are negative: a question for the newest weeks is answered
// inside the index.
function season(at: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(extract(epoch from ${at}) / 1382400)::integer`;
}

/** A story as it is found: its words as written and without marks, each between spaces, and their numbers (see `text/search`). */
export type IndexedStory = { id: number; listedAt: Date; said: string; plain: string; keys: readonly number[] };

/**
 * Puts stories into the index and takes others out, in one statement; rows that say the same already are not rewritten. Touches story_word.
 */
export async function indexStories(db: Db, stories: readonly IndexedStory[], gone: readonly number[]): Promise<void> {
  // Arrays of unlike lengths are one long array and where each ends.
  let all = 0;
  const ends = stories.map((story) => (all += story.keys.length));
  await sql`
    with removed as (delete from story_word where story_id = any(${[...gone]}::bigint[]))
    insert into story_word as s (story_id, listed_at, said, plain, keys)
    select id, "listedAt", said, plain, ${season(sql`"listedAt"`)} || (${integerArray(stories.flatMap((story) => story.keys))}::integer[])[first + 1:last]
    from unnest(${stories.map((story) => story.id)}::bigint[], ${stories.map((story) => story.listedAt)}::timestamptz[],
      ${textArray(stories.map((story) => story.said))}::text[], ${textArray(stories.map((story) => story.plain))}::text[],
      ${integerArray(stories.map((story, at) => (ends[at] ?? 0) - story.keys.length))}::integer[], ${integerArray(ends)}::integer[]) as d(id, "listedAt", said, plain, first, last)
    order by id
    on conflict (story_id) do update set listed_at = excluded.listed_at, said = excluded.said, plain = excluded.plain, keys = excluded.keys
    where (s.listed_at, s.said, s.keys) is distinct from (excluded.listed_at, excluded.said, excluded.keys)`.execute(
    db,
  );
}

/** How far the index has followed the stories, as a change id; 0 = nowhere yet. */
export async function readSearchMark(db: Db): Promise<number> {
  const value = await readSetting(db, 'word.change_id');
  return typeof value === 'number' ? value : 0;
}

/** The change id above which older changes are in the index as well; null when all are. */
export async function readFillMark(db: Db): Promise<number | null> {
  const value = await readSetting(db, 'word.fill_below');
  return typeof value === 'number' ? value : null;
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
  queries: readonly { id: number; query: WordQuery }[],
  storyIds: readonly number[] | null,
): Promise<void> {
  if (queries.length === 0 || storyIds?.length === 0) return;
  const like = (pieces: readonly string[]) => pieces.map((piece) => `%${piece}%`);
  const asked = JSON.stringify(
    queries.map(({ id, query: { said, plain, notSaid, notPlain } }) => ({
      id,
      said: like(said),
      plain: like(plain),
      notSaid: like(notSaid),
      notPlain: like(notPlain),
    })),
  );
  const matching =
    storyIds === null
      ? sql`true`
      : sql`exists (select from story_word s where s.story_id = any(${[...storyIds]}::bigint[])
          and s.said like all (q.said) and s.plain like all (q.plain) and not s.said like any (q."notSaid") and not s.plain like any (q."notPlain"))`;
  await sql`
    with touched as (
      select e.id from json_to_recordset(${asked}::json) as q(id bigint, said text[], plain text[], "notSaid" text[], "notPlain" text[]) join edition e on e.id = q.id
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

// Common words are found among the newest stories; this many are looked through before the index is asked, first for the newest sixteen to
// thirty-two days, then for all. What fills no page of those has few finds in all: see docs/search.md for the measurement.
const recent = 1_000;
// Stories that go while a search is under way must not move one past its border: so many are looked at twice.
const overlap = 100;

type Find = { id: number; listedAt: Date };

async function page(
  db: Db,
  query: WordQuery,
  without: WordQuery | null,
  limit: number,
  after: Find | null,
  period: Period = anyTime,
): Promise<Find[]> {
  // A page below a find, or below the end of the period: nothing listed at that very moment has an id below 0.
  const from = after ?? (period.until === null ? null : { listedAt: period.until, id: 0 });
  const since = period.since === null ? sql`` : sql` and listed_at >= ${period.since}::timestamptz`;
  const below = ({ listedAt, id }: Find) =>
    sql`(listed_at, story_id) < (${listedAt}::timestamptz, ${id}::bigint) and listed_at <= now()${since}`;
  const newest = from === null ? sql`listed_at <= now()${since}` : below(from);
  const meets = sql`${meetsWords(query, 'w')}${without === null ? sql`` : sql` and not ${meetsWords(without, 'w')}`}`;
  const among = await sql<Find>`
    select story_id as id, listed_at as "listedAt" from (
      select story_id, listed_at, said, plain from story_word where ${newest} order by listed_at desc, story_id desc limit ${recent}
    ) w where ${meets} order by listed_at desc, story_id desc limit ${limit}`.execute(db);
  if (among.rows.length >= limit) return among.rows;
  const border = await sql<Find>`
    select story_id as id, listed_at as "listedAt" from story_word where ${newest}
    order by listed_at desc, story_id desc offset ${recent - overlap} limit 1`.execute(db);
  const [last] = border.rows;
  if (last === undefined) return among.rows;
  const known = new Set(among.rows.map((find) => find.id));
  // The index of numbers alone finds the candidates (`offset 0`): a plan for any values knows nothing of how many stories a period holds.
  const ask = async (when: RawBuilder<unknown>): Promise<Find[]> => {
    const found = await sql<Find>`
      with finds as materialized (
        select story_id, listed_at from (
          select story_id, listed_at, said, plain from story_word where ${hasKeys(query)}${when} offset 0
        ) w where ${meets} and ${below(last)}
      )
      select story_id as id, listed_at as "listedAt" from finds order by listed_at desc, story_id desc limit ${limit}`.execute(
      db,
    );
    return [...among.rows, ...found.rows.filter((find) => !known.has(find.id))].slice(0, limit);
  };
  // Several words of which the newest stories have none together are rare at any time: the weeks would only be looked through twice.
  if (among.rows.length === 0 && query.keys.length > 1) return ask(sql``);
  const now = season(sql`${last.listedAt}::timestamptz`);
  const lately = await ask(sql` and keys && array[${now}, ${now} - 1]`);
  return lately.length >= limit ? lately : ask(sql``);
}

/**
 * Finds of a search, newest first, at most `limit`: first those with the marks that were typed (`exact`), then those that match without
 * marks (`loose`; null = no forgiveness), all within the period. `after` continues below a find. Indexes story_word_latest, story_word_keys.
 */
export async function searchStories(
  db: Db,
  search: { exact: WordQuery; loose: WordQuery | null },
  limit: number,
  after: SearchPlace | null = null,
  period: Period = anyTime,
): Promise<SearchPlace[]> {
  const exact =
    after === null || after.isExact
      ? (await page(db, search.exact, null, limit, after, period)).map((find) => ({ ...find, isExact: true }))
      : [];
  if (search.loose === null || exact.length >= limit) return exact;
  const from = after === null || after.isExact ? null : after;
  const loose = await page(db, search.loose, search.exact, limit - exact.length, from, period);
  return [...exact, ...loose.map((find) => ({ ...find, isExact: false }))];
}

/**
 * The newest live stories of an edition, newest first, at most `limit`. `query` is that of its conditions, null where an index of
 * stories answers (see `filterQuery`). `after` continues below that story.
 */
export async function listEdition(
  db: Db,
  filter: EditionFilter,
  query: WordQuery | null,
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
