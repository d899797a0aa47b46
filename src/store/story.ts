// Stories in PostgreSQL: lists of the latest with their lead's words and publisher, and one by id.
import type { SqlBool } from 'kysely';
import { CompiledQuery, sql } from 'kysely';
import type { EditionFilter, Media, Publisher, Story } from '../domain.ts';
import { toAgreement } from './agreement.ts';
import type { Db } from './db.ts';

/** Another paper that carries the story. */
export type OtherCarrier = { publisherName: string; url: string | null; publishedAt: Date };

/** A story with all that a document or a page may show of it, before rights are applied. */
export type ListedStory = Story & {
  url: string | null;
  /** Safe HTML of the lead; empty when the paper gave none. */
  bodyHtml: string;
  authors: string[];
  categories: string[];
  media: Media[];
  publishedAt: Date;
  isDateGuess: boolean;
  updatedAt: Date | null;
  seenAt: Date;
  publisher: Publisher;
  /** The other papers' copies, earliest first; empty while the story has one entry. */
  others: OtherCarrier[];
};

// Of most stories there is one entry, whose row is not read again. Index story_entry_story, then the entries by primary key.
const othersOf = sql<[publisherId: number, name: string, url: string | null, publishedAt: string][] | null>`(
  select json_agg(json_build_array(o.publisher_id, o.name, o.url, o.published_at)) from (
    select c.publisher_id, q.name, c.url, c.published_at from story_entry m
    join entry c on c.id = m.entry_id and c.seen_at = m.seen_at join publisher q on q.id = c.publisher_id
    where m.story_id = s.id and m.entry_id <> s.lead_entry_id order by c.published_at, m.entry_id limit 200) o)`;

/** What a `ListedStory` is made of, of all stories `s`, with their papers `p` and the entries `e` of their leads: to be narrowed by the caller. */
export function listQuery(db: Db) {
  return (
    db
      .selectFrom('story as s')
      .innerJoin('publisher as p', 'p.id', 's.publisher_id')
      // Both parts of the key, so that the planner reads one partition.
      .innerJoin('entry as e', (join) =>
        join.onRef('e.id', '=', 's.lead_entry_id').onRef('e.seen_at', '=', 's.lead_seen_at'),
      )
      .select([
        's.id',
        's.uid',
        's.status',
        's.title',
        's.summary',
        's.province',
        's.section',
        's.image',
        's.first_at',
        's.listed_at',
        's.changed_at',
        's.publisher_id',
        's.lead_entry_id',
        's.lead_seen_at',
        'e.url',
        'e.body_html',
        'e.authors',
        'e.categories',
        'e.media',
        'e.published_at',
        'e.is_date_guess',
        'e.updated_at',
        'p.slug',
        'p.name',
        'p.site_url',
        'p.province as publisher_province',
        'p.zone',
        'p.rights_show',
        'p.rights_excerpt_chars',
        'p.rights_images',
        'p.agreement',
        'p.is_sample',
        othersOf.as('others'),
      ])
  );
}

/** A row of `listQuery`. */
export type ListedRow = Awaited<ReturnType<ReturnType<typeof listQuery>['execute']>>[number];

// A paper that has an article twice carries it once.
function toOthers({ publisher_id: own, others }: ListedRow): OtherCarrier[] {
  const named = new Set([own]);
  return (others ?? []).flatMap(([publisherId, publisherName, url, publishedAt]): OtherCarrier[] => {
    if (named.has(publisherId)) return [];
    named.add(publisherId);
    return [{ publisherName, url, publishedAt: new Date(publishedAt) }];
  });
}

/** The story of a row. */
export function toListedStory(row: ListedRow): ListedStory {
  return {
    id: row.id,
    uid: row.uid,
    status: row.status,
    title: row.title,
    summary: row.summary,
    province: row.province,
    section: row.section,
    image: row.image as Media | null,
    firstAt: row.first_at,
    listedAt: row.listed_at,
    changedAt: row.changed_at,
    publisherId: row.publisher_id,
    leadEntryId: row.lead_entry_id,
    url: row.url,
    bodyHtml: row.body_html,
    authors: row.authors,
    categories: row.categories,
    media: row.media as Media[],
    publishedAt: row.published_at,
    isDateGuess: row.is_date_guess,
    updatedAt: row.updated_at,
    seenAt: row.lead_seen_at,
    publisher: {
      id: row.publisher_id,
      slug: row.slug,
      name: row.name,
      siteUrl: row.site_url,
      province: row.publisher_province,
      zone: row.zone,
      rights: { show: row.rights_show, excerptChars: row.rights_excerpt_chars, images: row.rights_images },
      agreement: toAgreement(row.agreement),
      isSample: row.is_sample,
    },
    others: toOthers(row),
  };
}

/** A place in lists: below it come older stories, and of one instant those of lower ids. */
type Place = { listedAt: Date; id: number };

// Ids of the newest live stories of one place: those its own lead puts there, and those another of its papers does. Two index scans that
// stop after `limit` rows each: story_province, story_section or story_publisher, and story_fit_latest.
function idsAt(kind: 'province' | 'section' | 'publisher', value: string, limit: number, after?: Place) {
  const own =
    kind === 'publisher'
      ? sql`publisher_id = (select id from publisher where slug = ${value})`
      : sql`${sql.ref(kind)} = ${value}`;
  const below = (id: string) =>
    after === undefined
      ? sql`listed_at <= now()`
      : sql`(listed_at, ${sql.ref(id)}) < (${after.listedAt}, ${after.id}) and listed_at <= now()`;
  return sql<SqlBool>`s.id in (
    select id from (
      (select id, listed_at from story where status = 'live' and ${own} and ${below('id')} order by listed_at desc, id desc limit ${limit})
      union
      (select f.story_id, f.listed_at from (select * from story_fit where kind = ${kind} and value = ${value} and ${below('story_id')}) f
        join story t on t.id = f.story_id and t.status = 'live' order by f.listed_at desc, f.story_id desc limit ${limit})
    ) both_kinds order by listed_at desc, id desc limit ${limit})`;
}

// Ids of the newest live stories of all. Index story_latest. Without it the planner, who takes the two columns of an entry's key for independent,
// expects one row of the whole join and reads every story for it: 0.17 s at 30,000 stories (bench/console.ts).
function idsLatest(limit: number, after?: Place) {
  const below = after === undefined ? sql`true` : sql`(listed_at, id) < (${after.listedAt}, ${after.id})`;
  return sql<SqlBool>`s.id in (
    select id from story where status = 'live' and listed_at <= now() and ${below} order by listed_at desc, id desc limit ${limit})`;
}

/**
 * The newest live stories of a selection by one condition at most, newest first by (listedAt, id), at most `limit`: a story stands once
 * wherever any of the papers that carry it belongs. `after` continues a list below that story (keyset: pages never reshuffle).
 * Reads story_latest or what `idsAt` names; one query whatever the length.
 */
export async function listStories(db: Db, filter: EditionFilter, limit: number, after?: Place): Promise<ListedStory[]> {
  let query = listQuery(db)
    .where('s.status', '=', 'live')
    // A story under embargo stands where it will appear.
    .where('s.listed_at', '<=', sql<Date>`now()`)
    .orderBy('s.listed_at', 'desc')
    .orderBy('s.id', 'desc')
    .limit(limit);
  const { province, section, publisher } = filter;
  if (province === undefined && section === undefined && publisher === undefined)
    query = query.where(idsLatest(limit, after));
  if (province !== undefined) query = query.where(idsAt('province', province, limit, after));
  if (section !== undefined) query = query.where(idsAt('section', section, limit, after));
  if (publisher !== undefined) query = query.where(idsAt('publisher', publisher, limit, after));
  if (after) query = query.where(sql<SqlBool>`(s.listed_at, s.id) < (${after.listedAt}, ${after.id})`);
  return (await query.execute()).map(toListedStory);
}

// Written once: the builder takes as long for them as PostgreSQL does.
let byId: string | null = null;
let byIds: string | null = null;

/** One story by id, in whatever status; null when there is none. */
export async function findStory(db: Db, id: number): Promise<ListedStory | null> {
  byId ??= listQuery(db).where('s.id', '=', 0).compile().sql;
  const found = await db.executeQuery<ListedRow>(CompiledQuery.raw(byId, [id]));
  return found.rows[0] === undefined ? null : toListedStory(found.rows[0]);
}

/** Headline and place of the newest live story; null when there is none. Index story_latest. */
export async function newestStory(db: Db): Promise<{ id: number; title: string; listedAt: Date } | null> {
  const row = await db
    .selectFrom('story')
    .select(['id', 'title', 'listed_at as listedAt'])
    .where('status', '=', 'live')
    .orderBy('listed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The live stories among these ids, in the order of the ids. Primary key of story; one query whatever the length. */
export async function listStoriesByIds(db: Db, ids: readonly number[]): Promise<ListedStory[]> {
  if (ids.length === 0) return [];
  // To the planner a list from a sub-select is always of one length. Where it sees how long each is, a short one looks cheaper than a plan for any,
  // and it plans anew at each call: over the partitions of entry that took several times as long as the reading.
  byIds ??= listQuery(db)
    .where(sql<SqlBool>`s.id = any((select ${[]}::bigint[])::bigint[])`)
    .where('s.status', '=', sql.lit('live'))
    .where('s.listed_at', '<=', sql<Date>`now()`)
    .compile().sql;
  const found = await db.executeQuery<ListedRow>(CompiledQuery.raw(byIds, [[...ids]]));
  const places = new Map(ids.map((id, place) => [id, place]));
  return found.rows.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0)).map(toListedStory);
}

/** How many live stories are listed since a moment, counted up to `most`. Index story_latest. */
export async function countRecentStories(db: Db, since: Date, most: number): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*)::int as n from (
      select from story where status = 'live' and listed_at >= ${since} and listed_at <= now() limit ${most}
    ) recent`.execute(db);
  return counted.rows[0]?.n ?? 0;
}
