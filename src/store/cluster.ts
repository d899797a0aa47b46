// The clustering queue and the story rows that clustering writes, all set-wise: texts pass from entry to story inside PostgreSQL.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** An entry that waits for clustering. `sketch` null = ingest made none; `publisherId` is null with it. */
export type Waiting = {
  entryId: number;
  seenAt: Date;
  publisherId: number | null;
  sketch: Buffer | null;
  /** Provinces that its words name; null = none, or it was not looked for. */
  places: string[] | null;
  /** Story it belongs to already; null for a new entry. */
  storyId: number | null;
};

/**
 * Takes the oldest waiting entries off the queue, in order of arrival; they are back if the transaction fails. Keys of cluster_due and, of entries that
 * are known already, story_entry: each is looked up for itself, since for the most that may wait PostgreSQL would read that whole table.
 */
export async function takeWaitingEntries(db: Db, limit: number): Promise<Waiting[]> {
  const taken = await sql<Waiting>`
    with due as (
      delete from cluster_due where entry_id in (select entry_id from cluster_due order by entry_id limit ${limit}) returning *
    )
    select due.entry_id as "entryId", due.seen_at as "seenAt", due.publisher_id as "publisherId", due.sketch, due.places, m.story_id as "storyId"
    from due left join lateral (select story_id from story_entry where not due.is_new and entry_id = due.entry_id limit 1) m on true
    order by due.entry_id`.execute(db);
  return taken.rows;
}

/** The first of `count` story ids in a row; those that stay unused leave gaps. Under the writer's lock nobody else takes any. */
export async function takeStoryIds(db: Db, count: number): Promise<number> {
  const taken = await sql<{ first: number }>`
    select setval(ids, nextval(ids) + ${count - 1}) - ${count - 1} as first
    from (select pg_get_serial_sequence('story', 'id')::regclass as ids) s`.execute(db);
  return taken.rows[0]?.first ?? 0;
}

/** What stories have in common with editions: slugs of publishers, codes of provinces, slugs of sections. */
export type Touched = { publisherSlugs: string[]; provinces: string[]; sections: string[] };

// A story's words from its lead `e`; the picture is the first one the paper gave.
const picture = sql`jsonb_path_query_first(e.media, '$[*] ? (@.medium == "image" || @.type starts with "image/")')`;

/**
 * Founds stories, each with its first member and that one's words, in one statement; `listedAt` overrides the entry's own. Entries that are
 * gone found nothing. `places` are the provinces its words name, where it is listed as well. Returns where the stories are listed. Touches story,
 * story_entry, story_place, story_fit.
 */
export async function foundStories(
  db: Db,
  stories: readonly { storyId: number; entryId: number; seenAt: Date; isMember: boolean; places?: readonly string[] }[],
): Promise<Touched> {
  const named = stories.flatMap(({ storyId, places = [] }) => places.map((province) => ({ storyId, province })));
  const founded = await sql<{ publisherSlugs: string[] | null; provinces: string[] | null; sections: string[] | null }>`
    with f as materialized (
      select * from unnest(${stories.map((s) => s.storyId)}::bigint[], ${stories.map((s) => s.entryId)}::bigint[],
        ${stories.map((s) => s.seenAt.toISOString())}::timestamptz(3)[], ${stories.map((s) => s.isMember)}::boolean[]) as f(story_id, entry_id, seen_at, is_member)
    ), made as (
      insert into story (id, title, summary, province, section, image, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
      overriding system value
      select f.story_id, e.title, e.summary, e.province, e.section, ${picture}, e.published_at,
        case when f.is_member then e.changed_at else e.listed_at end, e.changed_at, e.publisher_id, e.id, e.seen_at
      from f join entry e on e.id = f.entry_id and e.seen_at = f.seen_at order by f.story_id
      returning id, publisher_id, province, section, listed_at
    ), joined as (
      insert into story_entry (entry_id, seen_at, story_id)
      select f.entry_id, f.seen_at, f.story_id from f join made on made.id = f.story_id where not f.is_member order by f.story_id
    ), named as (
      select made.id, made.listed_at, n.province
      from unnest(${named.map((n) => n.storyId)}::bigint[], ${named.map((n) => n.province)}::text[]) as n(story_id, province)
      join made on made.id = n.story_id and made.province is distinct from n.province
    ), placed as (
      insert into story_place (story_id, province) select id, province from named
    ), fitted as (
      insert into story_fit (kind, value, listed_at, story_id) select 'province', province, listed_at, id from named
    )
    select (select array_agg(slug) from publisher where id in (select publisher_id from made)) as "publisherSlugs",
      (select array_agg(province) from (select province from made where province is not null union select province from named) p) as provinces,
      array_agg(distinct section) filter (where section is not null) as sections
    from made`.execute(db);
  const row = founded.rows[0];
  return { publisherSlugs: row?.publisherSlugs ?? [], provinces: row?.provinces ?? [], sections: row?.sections ?? [] };
}

/**
 * Lets stories be led by these entries and show their words (an editor's headline in place of theirs), in one statement; a story that shows
 * the same already is not rewritten.
 */
export async function leadStories(
  db: Db,
  leads: readonly { storyId: number; entryId: number; seenAt: Date }[],
): Promise<void> {
  if (leads.length === 0) return;
  await sql`
    update story s set title = d.title, summary = d.summary, province = d.province, section = d.section, image = d.image, publisher_id = d.publisher_id,
      lead_entry_id = d.entry_id, lead_seen_at = d.seen_at, change_id = nextval('story_change'),
      changed_at = case when s.lead_entry_id = d.entry_id then greatest(s.changed_at, d.changed_at) else now() end
    from (
      select f.story_id, e.id as entry_id, e.seen_at, coalesce(h.title, e.title) as title, e.summary, coalesce(s.province, e.province) as province, coalesce(e.section, s.section) as section,
        ${picture} as image, e.publisher_id, e.changed_at
      from unnest(${leads.map((l) => l.storyId)}::bigint[], ${leads.map((l) => l.entryId)}::bigint[],
        ${leads.map((l) => l.seenAt.toISOString())}::timestamptz(3)[]) as f(story_id, entry_id, seen_at)
      join entry e on e.id = f.entry_id and e.seen_at = f.seen_at join story s on s.id = f.story_id
      left join story_headline h on h.story_id = f.story_id
    ) d
    where s.id = d.story_id and (s.title, s.summary, s.section, s.image, s.lead_entry_id, s.changed_at)
      is distinct from (d.title, d.summary, d.section, d.image, d.entry_id, greatest(s.changed_at, d.changed_at))`.execute(
    db,
  );
}

/** Gives stories that otherwise stay as they are a new change id, because another paper carries them. Touches story. */
export async function noteChangedStories(db: Db, storyIds: readonly number[]): Promise<void> {
  if (storyIds.length === 0) return;
  await sql`update story set change_id = nextval('story_change') where id = any(${[...storyIds]}::bigint[])`.execute(
    db,
  );
}

/** How many entries wait for clustering, counted up to 100,000. */
export async function countWaitingEntries(db: Db): Promise<number> {
  const row = await sql<{
    n: number;
  }>`select count(*)::int as n from (select 1 from cluster_due limit 100000) as waiting`.execute(db);
  return row.rows[0]?.n ?? 0;
}
