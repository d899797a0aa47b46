// The queue of stories whose list of related ones is to be made or compared again: what puts them down, and what a batch of them takes and leaves.
import { sql } from 'kysely';
import { ifAlone } from './alone.ts';
import type { Db } from './db.ts';
import { bodyChars, type ListPlace, type StoryText } from './related.ts';

const writerLock = 7_411_020;

/** Runs `work` as the single maker of lists over all processes, in a transaction; returns null at once when another is at it. */
export async function ifListMaker<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return ifAlone(db, writerLock, work);
}

/**
 * Puts stories down for their lists; those that wait already stay. In the order of their numbers: two who put several down at once never wait for each
 * other. Key of related_due.
 */
export async function addDue(db: Db, storyIds: readonly number[]): Promise<void> {
  if (storyIds.length === 0) return;
  await sql`
    insert into related_due (story_id) select id from unnest(${[...storyIds]}::bigint[]) as id order by id on conflict do nothing`.execute(
    db,
  );
}

/** A list that was made for the first time, or anew for other words: its story, and those it names with the scores they have in it. */
export type FirstList = { storyId: number; named: readonly { id: number; score: number }[] };

/**
 * Puts down the stories that first lists name, where they have a list that was last compared before the change `filed`, lacks the one that names
 * them, and has room for it (fewer than `places`) or a last place that it is likely to take: what one story is to another it nearly is to it as well, and a full list
 * takes what is `betterBy` times as good as its last. Others are compared when they are read. Returns how many. Keys of related_list and related_due.
 */
export async function addNamed(
  db: Db,
  lists: readonly FirstList[],
  { filed, places, betterBy }: { filed: number; places: number; betterBy: number },
): Promise<number> {
  const pairs = lists.flatMap(({ storyId, named }) => named.map(({ id, score }) => ({ storyId, id, score })));
  if (pairs.length === 0) return 0;
  const added = await sql`
    insert into related_due (story_id)
    select distinct l.story_id
    from unnest(${pairs.map((pair) => pair.storyId)}::bigint[], ${pairs.map((pair) => pair.id)}::bigint[], ${pairs.map((pair) => pair.score)}::float8[])
      as n(maker, named, score)
    join related_list l on l.story_id = n.named
    where l.compared < ${filed} and not l.places @> jsonb_build_array(jsonb_build_object('relatedId', n.maker))
      and (jsonb_array_length(l.places) < ${places}::integer or n.score > (l.places -> -1 ->> 'score')::float8 * ${betterBy}::float8)
    order by l.story_id on conflict do nothing`.execute(db);
  return Number(added.numAffectedRows ?? 0n);
}

/** Takes the newest stories off the queue, at most `limit`; they are back if the transaction fails. By the key; only for the maker of lists. */
export async function takeDue(db: Db, limit: number): Promise<number[]> {
  const taken = await sql<{ id: number }>`
    delete from related_due where ctid = any(array(select ctid from related_due order by story_id desc limit ${limit}))
    returning story_id as id`.execute(db);
  return taken.rows.map((row) => row.id);
}

/** A story whose list is due: its words, its vector as it is filed, and its list as it stands. */
export type DueStory = StoryText & {
  vector: Buffer;
  /** Null while none was made. */
  list: { basis: number; places: ListPlace[] } | null;
  /** Whether editors said anything of it and another, as far as it was not said of stories that were merged into it. */
  hasPairs: boolean;
};

/** Those of these stories that are live and filed, in no order. Keys of story, story_vector, entry, related_list; related_pair by its key and related_pair_high. */
export async function readDue(db: Db, storyIds: readonly number[]): Promise<DueStory[]> {
  const found = await sql<Omit<DueStory, 'list'> & { basis: number | null; places: ListPlace[] | null }>`
    select s.id, s.title, s.summary, coalesce(left(e.body_html, ${sql.lit(bodyChars)}), '') as "bodyHtml", s.province, s.first_at as "firstAt",
      v.vector, l.basis, l.places,
      exists (select from related_pair where low_id = s.id) or exists (select from related_pair where high_id = s.id) as "hasPairs"
    from story s join story_vector v on v.story_id = s.id
    left join entry e on e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at
    left join related_list l on l.story_id = s.id
    where s.id = any((select ${[...storyIds]}::bigint[])::bigint[]) and s.status = 'live'`.execute(db);
  return found.rows.map(({ basis, places, ...story }) => ({
    ...story,
    list: basis === null ? null : { basis, places: places ?? [] },
  }));
}

/** A list to be kept; `basis` stands for the words of its story. */
export type NewList = { storyId: number; basis: number; places: readonly ListPlace[] };

/**
 * Keeps lists that were compared with the index as it was after the change `compared`; one that says the same already keeps its date. One statement.
 * Touches related_list.
 */
export async function saveLists(db: Db, lists: readonly NewList[], compared: number): Promise<void> {
  if (lists.length === 0) return;
  await sql`
    insert into related_list as l (story_id, basis, places, compared)
    select id, basis, places::jsonb, ${compared}::bigint from unnest(${lists.map((one) => one.storyId)}::bigint[], ${lists.map((one) => one.basis)}::integer[],
      ${lists.map((one) => JSON.stringify(one.places))}::text[]) as n(id, basis, places) order by id
    on conflict (story_id) do update set basis = excluded.basis, places = excluded.places, compared = excluded.compared,
      changed_at = case when l.places = excluded.places then l.changed_at else now() end`.execute(db);
}
