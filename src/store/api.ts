// Stories and entries for partners: what changed since a cursor, what is newest, one with its copies and history.
import type { RawBuilder, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type { EditionFilter, StoryStatus } from '../domain.ts';
import type { Db } from './db.ts';
import { meetsWords, type WordQuery } from './search.ts';

/** Conditions on a story, with the query of its words when it has any (see `text/search`). */
export type StoryCondition = EditionFilter & { query?: WordQuery | null };

/** A story as far as a page of it must know: `products` tells which of the given selections take it, by their place. */
export type StoryMark = {
  id: number;
  uid: string;
  status: StoryStatus;
  changeId: number;
  changedAt: Date;
  listedAt: Date;
  products: boolean[];
};

// How many rows a page looks through: few at first, which is enough for a wide selection, then many. A narrow selection gets short pages, and
// its cursor moves on all the same.
const windows = [300, 2_000];

async function widening<Page>(look: (window: number) => Promise<Page & { isShort: boolean }>): Promise<Page> {
  const [few = 300, many = 2_000] = windows;
  const page = await look(few);
  return page.isShort ? look(many) : page;
}

function fits(condition: StoryCondition): RawBuilder<SqlBool> {
  const { province, section, publisher, words, query } = condition;
  const carried = (kind: string, value: string) =>
    sql<SqlBool>`exists (select from story_fit f where f.story_id = s.id and f.kind = ${kind} and f.value = ${value})`;
  const parts = [
    province === undefined ? null : sql<SqlBool>`(s.province = ${province} or ${carried('province', province)})`,
    section === undefined ? null : sql<SqlBool>`(s.section = ${section} or ${carried('section', section)})`,
    publisher === undefined
      ? null
      : sql<SqlBool>`(s.publisher_id = (select id from publisher where slug = ${publisher}) or ${carried('publisher', publisher)})`,
    // A story that was taken back is in no text index: whoever may have had it is told.
    words === undefined || !query
      ? null
      : sql<SqlBool>`(s.status <> 'live' or exists (select from story_word w where w.story_id = s.id and ${meetsWords(query, 'w')}))`,
  ].filter((part) => part !== null);
  // The null of an unknown section compared is no answer.
  return parts.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`coalesce(${sql.join(parts, sql` and `)}, false)`;
}

// One boolean for each selection: a story may be taken when any is true.
function anyOf(within: readonly (readonly StoryCondition[])[]): RawBuilder<boolean[]> {
  if (within.length === 0) return sql<boolean[]>`array[]::boolean[]`;
  const each = within.map((conditions) =>
    conditions.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(conditions.map(fits), sql` or `)})`,
  );
  return sql<boolean[]>`array[${sql.join(each)}]`;
}

const mark = sql`s.id, s.uid, s.status, s.change_id as "changeId", s.changed_at as "changedAt", s.listed_at as "listedAt"`;

/**
 * Stories that changed after `since`, in the order of their changes, at most `limit`: because numbers of changes commit in order, whoever
 * goes on from `last` misses none. A story that changed twice stands once, at its later place. Withdrawn and merged ones are among them.
 * Looks through at most 2,000 rows of index story_changed; `last` then is the last one seen, found or not.
 */
export async function changedMarks(
  db: Db,
  wanted: { since: number; limit: number; condition: StoryCondition; within: readonly (readonly StoryCondition[])[] },
): Promise<{ marks: StoryMark[]; last: number; hasMore: boolean }> {
  return widening((window) => changedIn(db, wanted, window));
}

async function changedIn(
  db: Db,
  wanted: { since: number; limit: number; condition: StoryCondition; within: readonly (readonly StoryCondition[])[] },
  window: number,
): Promise<{ marks: StoryMark[]; last: number; hasMore: boolean; isShort: boolean }> {
  const found = await sql<StoryMark & { seen: number; count: number }>`
    with seen as materialized (
      select id, change_id from story where change_id > ${wanted.since} order by change_id limit ${window}
    ), fitting as (
      select ${mark}, ${anyOf(wanted.within)} as products
      from seen join story s on s.id = seen.id where ${fits(wanted.condition)}
    )
    select f.*, t.seen, t.count from (select max(change_id) as seen, count(*)::int as count from seen) t
      left join lateral (select * from fitting where true = any(products) order by "changeId" limit ${wanted.limit + 1}) f on true
    order by f."changeId"`.execute(db);
  const [first] = found.rows;
  const rows = found.rows.filter((row) => row.id !== null);
  const marks = rows.slice(0, wanted.limit);
  if (rows.length > wanted.limit)
    return { marks, last: marks.at(-1)?.changeId ?? wanted.since, hasMore: true, isShort: false };
  const hasMore = (first?.count ?? 0) >= window;
  return { marks, last: first?.seen ?? wanted.since, hasMore, isShort: hasMore };
}

/** The number of the newest change; 0 in an empty store. Index story_changed. */
export async function lastChange(db: Db): Promise<number> {
  const found = await sql<{ id: number | null }>`select max(change_id) as id from story`.execute(db);
  return found.rows[0]?.id ?? 0;
}

/**
 * The newest live stories, newest first by (listedAt, id), at most `limit`, below `before` when given. Looks through at most 2,000 rows of
 * index story_latest; `last` is the place from which the next page goes on, null when the end was reached.
 */
export async function latestMarks(
  db: Db,
  wanted: {
    before: { listedAt: Date; id: number } | null;
    limit: number;
    condition: StoryCondition;
    within: readonly (readonly StoryCondition[])[];
  },
): Promise<{ marks: StoryMark[]; last: { listedAt: Date; id: number } | null }> {
  return widening((window) => latestIn(db, wanted, window));
}

async function latestIn(
  db: Db,
  wanted: Parameters<typeof latestMarks>[1],
  window: number,
): Promise<{ marks: StoryMark[]; last: { listedAt: Date; id: number } | null; isShort: boolean }> {
  const below =
    wanted.before === null
      ? sql`listed_at <= now()`
      : sql`(listed_at, id) < (${wanted.before.listedAt}::timestamptz, ${wanted.before.id}::bigint)`;
  const found = await sql<StoryMark & { endAt: Date | null; endId: number | null; count: number }>`
    with seen as materialized (
      select id, listed_at from story where status = 'live' and ${below} order by listed_at desc, id desc limit ${window}
    ), fitting as (
      select ${mark}, ${anyOf(wanted.within)} as products
      from seen join story s on s.id = seen.id where ${fits(wanted.condition)}
    ), ends as (select listed_at, id from seen order by listed_at, id limit 1)
    select f.*, e.listed_at as "endAt", e.id as "endId", (select count(*)::int from seen) as count
    from (select 1) one left join ends e on true
      left join lateral (select * from fitting where true = any(products) order by "listedAt" desc, id desc limit ${wanted.limit + 1}) f on true
    order by f."listedAt" desc, f.id desc`.execute(db);
  const [first] = found.rows;
  const rows = found.rows.filter((row) => row.id !== null);
  const marks = rows.slice(0, wanted.limit);
  const last = marks.at(-1);
  if (rows.length > wanted.limit && last)
    return { marks, last: { listedAt: last.listedAt, id: last.id }, isShort: false };
  const isFull = first !== undefined && first.count >= window && first.endAt !== null && first.endId !== null;
  return { marks, last: isFull ? { listedAt: first.endAt as Date, id: first.endId as number } : null, isShort: isFull };
}

/** Marks of stories by id, in whatever status, each with the selections that take it; those that none takes are absent. */
export async function marksOf(
  db: Db,
  ids: readonly number[],
  within: readonly (readonly StoryCondition[])[],
): Promise<StoryMark[]> {
  if (ids.length === 0) return [];
  const found = await sql<StoryMark>`
    select * from (
      select ${mark}, ${anyOf(within)} as products from story s where s.id = any(${[...ids]}::bigint[])
    ) marks where true = any(products) limit ${ids.length}`.execute(db);
  const byId = new Map(found.rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
}

/** Where an entry stands among all, and its story. */
export type EntryMark = { arrivalId: number; entryId: number; storyId: number };

/**
 * Entries that reached their stories after `since`, in that order, each once; at most `limit`. Numbers of arrival are given under the story
 * writer's lock, so they commit in order and none is skipped. Index story_entry_arrival.
 */
export async function arrivedEntries(db: Db, since: number, limit: number): Promise<EntryMark[]> {
  const found = await sql<EntryMark>`
    select arrival_id as "arrivalId", entry_id as "entryId", story_id as "storyId" from story_entry
    where arrival_id > ${since} order by arrival_id limit ${limit}`.execute(db);
  return found.rows;
}

/** What a story said before a material change. */
export type RevisionRow = {
  revision: number;
  title: string;
  summary: string;
  publisherId: number;
  changedAt: Date;
  replacedAt: Date;
};

/** The earlier words of a story, oldest first, at most 100. Reads story_revision by its key. */
export async function revisionsOf(db: Db, storyId: number): Promise<RevisionRow[]> {
  const found = await sql<RevisionRow>`
    select revision, title, summary, publisher_id as "publisherId", changed_at as "changedAt", replaced_at as "replacedAt"
    from story_revision where story_id = ${storyId} order by revision desc limit 100`.execute(db);
  return found.rows.toReversed();
}

/** The story a former one ended in, through at most 20 merges; null when it did not. */
export async function mergedInto(db: Db, storyId: number): Promise<number | null> {
  const found = await sql<{ id: number }>`
    with recursive way as (
      select id, merged_into, status, 1 as step from story where id = ${storyId}
      union all select s.id, s.merged_into, s.status, way.step + 1 from story s join way on s.id = way.merged_into where way.step < 20
    ) select id from way where status <> 'merged' limit 1`.execute(db);
  const id = found.rows[0]?.id ?? null;
  return id === storyId ? null : id;
}
