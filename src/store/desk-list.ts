// Stories as an editor's list shows them: those that are not shown, those to come, those of several papers; each in one line.
import { type RawBuilder, sql } from 'kysely';
import type { StoryStatus } from '../domain.ts';
import type { Db } from './db.ts';

/** A place in a list; below it come older stories, and of one instant those of lower ids. */
export type ListPlace = { listedAt: Date; id: number };

/** What a story must be besides its status; `publisher` is a slug, `papers` how many papers carry it at the least. */
export type ListWish = { province?: string | undefined; publisher?: string | undefined; papers?: number | undefined };

/**
 * A page of places, newest first. `lookedTo` is where looking ended: null = there is nothing below. A page may hold fewer places than asked
 * for, or none, though there is more below: looking is bounded.
 */
export type Looked = { places: ListPlace[]; lookedTo: ListPlace | null };

// Rows that one page looks at: some 20 ms. A story has fewer papers than that.
const mostLooked = 3_000;

const below = (after: ListPlace | null, listed: RawBuilder<unknown>, id: RawBuilder<unknown>) =>
  after === null ? sql`true` : sql`(${listed}, ${id}) < (${after.listedAt}::timestamptz, ${after.id}::bigint)`;

// Whether the story `s` is of this province or paper, by its lead or by any other that carries it.
function fits({ province, publisher, papers }: ListWish): RawBuilder<unknown> {
  const of = (kind: string, value: string | undefined, own: RawBuilder<unknown>) =>
    value === undefined
      ? sql`true`
      : sql`(${own} or exists (select from story_fit f where f.story_id = s.id and f.kind = ${kind} and f.value = ${value}))`;
  const enough =
    (papers ?? 1) < 2
      ? sql`true`
      : sql`(select count(*) from story_fit f where f.story_id = s.id and f.kind = 'publisher') >= ${papers ?? 1}`;
  return sql`${of('province', province, sql`s.province = ${province ?? ''}`)}
    and ${of('publisher', publisher, sql`s.publisher_id = (select id from publisher where slug = ${publisher ?? ''})`)} and ${enough}`;
}

type Row = ListPlace & { isFit: boolean };

function toLooked(rows: readonly Row[], limit: number, isCut: boolean): Looked {
  const found = rows.filter((row) => row.isFit).map(({ id, listedAt }) => ({ id, listedAt }));
  const places = found.slice(0, limit);
  const last = rows.at(-1);
  if (found.length > limit) return { places, lookedTo: places.at(-1) ?? null };
  return {
    places,
    lookedTo: !isCut || last === undefined ? null : { id: last.id, listedAt: last.listedAt },
  };
}

/**
 * Stories that are not shown (`held`, `hidden`, `withdrawn`) or whose hour is to come (`coming`), newest first, at most `limit`, after
 * `after`. Looks at `most` rows. Indexes story_aside, story_latest.
 */
export async function listAside(
  db: Db,
  status: 'held' | 'hidden' | 'withdrawn' | 'coming',
  wish: ListWish,
  limit: number,
  after: ListPlace | null,
  most = mostLooked,
): Promise<Looked> {
  const which = status === 'coming' ? sql`status = 'live' and listed_at > now()` : sql`status = ${sql.lit(status)}`;
  const found = await sql<Row & { looked: number }>`
    with looked as materialized (
      select id, listed_at, province, publisher_id from story where ${which} and ${below(after, sql`listed_at`, sql`id`)}
      order by listed_at desc, id desc limit ${most}
    ), judged as (select s.id, s.listed_at, ${fits(wish)} as is_fit, lead(s.id) over (order by s.listed_at desc, s.id desc) is null as is_last from looked s)
    select id, listed_at as "listedAt", is_fit as "isFit", (select count(*)::int from looked) as looked
    from judged where is_fit or is_last order by listed_at desc, id desc`.execute(db);
  return toLooked(found.rows, limit, found.rows[0]?.looked === most);
}

/** Live stories that several papers carry (`wish.papers` at the least, 2 or more), as `listAside` does. Index story_fit_shared. */
export async function listShared(
  db: Db,
  wish: ListWish,
  limit: number,
  after: ListPlace | null,
  most = mostLooked,
): Promise<Looked> {
  const { papers: _, ...rest } = wish;
  const found = await sql<Row & { looked: number }>`
    with looked as materialized (
      select story_id, listed_at from story_fit where kind = 'publisher' and listed_at <= now() and ${below(after, sql`listed_at`, sql`story_id`)}
      order by listed_at desc, story_id desc limit ${most}
    ), told as (select story_id, listed_at, count(*) as papers from looked group by story_id, listed_at),
    judged as (
      select t.story_id as id, t.listed_at, s.id is not null and t.papers >= ${wish.papers ?? 2} and ${fits(rest)} as is_fit,
        lead(t.story_id) over (order by t.listed_at desc, t.story_id desc) is null as is_last
      from told t left join story s on s.id = t.story_id and s.status = 'live'
    )
    select id, listed_at as "listedAt", is_fit as "isFit", (select count(*)::int from looked) as looked
    from judged where is_fit or is_last order by listed_at desc, id desc`.execute(db);
  const isCut = found.rows[0]?.looked === most;
  const page = toLooked(found.rows, limit, isCut);
  const last = found.rows.at(-1);
  // The papers of the last story may not all have been looked at: it is looked at again with the next page.
  if (!isCut || last === undefined || page.lookedTo?.id !== last.id) return page;
  return {
    places: page.places.filter((place) => place.id !== last.id),
    lookedTo: { listedAt: last.listedAt, id: last.id + 1 },
  };
}

/** Those of these places whose stories meet the wish, in their order. Primary keys of story and story_fit. */
export async function keepFitting(db: Db, places: readonly ListPlace[], wish: ListWish): Promise<ListPlace[]> {
  if (places.length === 0) return [];
  const found = await sql<{ id: number }>`
    select s.id from story s where s.id = any(${places.map((place) => place.id)}::bigint[]) and ${fits(wish)}`.execute(
    db,
  );
  const ids = new Set(found.rows.map((row) => row.id));
  return places.filter((place) => ids.has(place.id));
}

/** Headlines and summaries of these stories, in the order of the ids. Primary key of story. */
export async function listWords(
  db: Db,
  ids: readonly number[],
): Promise<{ id: number; title: string; summary: string }[]> {
  const found = await sql<{ id: number; title: string; summary: string }>`
    select s.id, s.title, s.summary from unnest(${[...ids]}::bigint[]) with ordinality as wanted(id, place) join story s on s.id = wanted.id
    order by wanted.place`.execute(db);
  return found.rows;
}

/** A story in a line of the list. `aside`: who took it out of sight, when and why; null for one that is shown. */
export type ListLine = {
  id: number;
  status: StoryStatus;
  title: string;
  listedAt: Date;
  province: string | null;
  publisherName: string;
  papers: number;
  entries: number;
  comments: number;
  isRetitled: boolean;
  aside: { actor: string; at: string; reason: string | null } | null;
};

/** The lines of these stories, in the order of the ids. Primary keys of story and what hangs on it; one query. */
export async function listLines(db: Db, ids: readonly number[]): Promise<ListLine[]> {
  if (ids.length === 0) return [];
  const found = await sql<ListLine>`
    select s.id, s.status, s.title, s.listed_at as "listedAt", s.province, p.name as "publisherName",
      greatest(1, (select count(*)::int from story_fit f where f.story_id = s.id and f.kind = 'publisher')) as papers,
      (select count(*)::int from story_entry m where m.story_id = s.id) as entries, coalesce(c.shown, 0) as comments, h.story_id is not null as "isRetitled",
      case when s.status in ('held', 'hidden', 'withdrawn') then (
        select json_build_object('actor', v.actor, 'at', v.at, 'reason', v.reason) from story_event v
        where v.story_id = s.id and v.kind in ('hold', 'hide', 'withdraw') order by v.id desc limit 1) end as aside
    from unnest(${[...ids]}::bigint[]) with ordinality as wanted(id, place) join story s on s.id = wanted.id join publisher p on p.id = s.publisher_id
    left join comment_story c on c.story_id = s.id left join story_headline h on h.story_id = s.id order by wanted.place`.execute(
    db,
  );
  return found.rows;
}

/** How many stories are held, hidden, withdrawn and to come, each counted up to 1,000. Indexes story_aside, story_latest. */
export async function countAside(db: Db): Promise<{ held: number; hidden: number; withdrawn: number; coming: number }> {
  const count = (which: RawBuilder<unknown>) =>
    sql`(select count(*)::int from (select from story where ${which} limit 1000) counted)`;
  const found = await sql<{ held: number; hidden: number; withdrawn: number; coming: number }>`
    select ${count(sql`status = 'held'`)} as held, ${count(sql`status = 'hidden'`)} as hidden, ${count(sql`status = 'withdrawn'`)} as withdrawn,
      ${count(sql`status = 'live' and listed_at > now()`)} as coming`.execute(db);
  return found.rows[0] ?? { held: 0, hidden: 0, withdrawn: 0, coming: 0 };
}
