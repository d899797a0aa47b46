// What identity reads and writes beside the queue: members of stories, their texts, decrees, placings and merges.
import { sql } from 'kysely';
import { moveComments } from './comment-merge.ts';
import type { Db } from './db.ts';

/** A member of a story as clustering needs it; dates on the database's clock. */
export type StoryMember = {
  storyId: number;
  entryId: number;
  seenAt: Date;
  leadEntryId: number;
  isLive: boolean;
};

/** Texts of a stored entry, for comparing. */
export type StoredText = {
  entryId: number;
  seenAt: Date;
  changedAt: Date;
  publisherId: number;
  title: string;
  summary: string;
  bodyHtml: string;
  publishedAt: Date;
};

/** A placing as it is written. */
export type Membership = { entryId: number; seenAt: Date; storyId: number; evidence: unknown };

const membersOfStory = 24;

/**
 * Members of every story that holds one of `entryIds`: those, the lead, and the newest 24. Reads story_entry by its primary key and by
 * story_entry_story: ordered by date, because a new store's plan would look for the newest by walking back over the primary key.
 */
export async function findMembers(db: Db, entryIds: readonly number[]): Promise<StoryMember[]> {
  if (entryIds.length === 0) return [];
  const ids = [...entryIds];
  const found = await sql<StoryMember>`
    with asked as materialized (select story_id, entry_id, seen_at from story_entry where entry_id = any(${ids}::bigint[])),
    near as (select distinct story_id from asked)
    select m.story_id as "storyId", m.entry_id as "entryId", m.seen_at as "seenAt", s.lead_entry_id as "leadEntryId", s.status = 'live' as "isLive"
    from near join story s on s.id = near.story_id
    cross join lateral (
      (select entry_id, seen_at, story_id from story_entry e where e.story_id = near.story_id order by seen_at desc, entry_id desc limit ${membersOfStory})
      union select entry_id, seen_at, story_id from asked where asked.story_id = near.story_id
      union select s.lead_entry_id, s.lead_seen_at, s.id
    ) m
    order by m.story_id, m.entry_id`.execute(db);
  return found.rows;
}

/** Texts of entries by (entry_id, seen_at): the primary key, one partition each. Those that are gone are absent. */
export async function loadTexts(db: Db, keys: readonly { entryId: number; seenAt: Date }[]): Promise<StoredText[]> {
  if (keys.length === 0) return [];
  const found = await sql<StoredText>`
    select e.id as "entryId", e.seen_at as "seenAt", e.changed_at as "changedAt", e.publisher_id as "publisherId", e.title, e.summary,
      e.body_html as "bodyHtml", e.published_at as "publishedAt"
    from unnest(${keys.map((key) => key.entryId)}::bigint[], ${keys.map((key) => key.seenAt.toISOString())}::timestamptz(3)[]) as k(id, seen_at)
    join entry e on e.id = k.id and e.seen_at = k.seen_at`.execute(db);
  return found.rows;
}

/** The stories that hold these entries, and those among them that an entry of these leads. Primary keys of story_entry and story. */
export async function findLedBy(
  db: Db,
  entryIds: readonly number[],
): Promise<{ storyIds: number[]; leads: { storyId: number; entryId: number; seenAt: Date }[] }> {
  const found = await sql<{ storyId: number; entryId: number; seenAt: Date; isLead: boolean }>`
    select m.story_id as "storyId", m.entry_id as "entryId", m.seen_at as "seenAt", s.lead_entry_id = m.entry_id as "isLead"
    from story_entry m join story s on s.id = m.story_id where m.entry_id = any(${[...entryIds]}::bigint[])`.execute(
    db,
  );
  return {
    storyIds: [...new Set(found.rows.map((row) => row.storyId))],
    leads: found.rows.filter((row) => row.isLead).map(({ storyId, entryId, seenAt }) => ({ storyId, entryId, seenAt })),
  };
}

/** Decrees that name any of `entryIds`. Reads story_decree by its primary key and by story_decree_b. */
export async function findDecrees(
  db: Db,
  entryIds: readonly number[],
): Promise<{ a: number; b: number; kind: 'together' | 'apart' }[]> {
  if (entryIds.length === 0) return [];
  const found = await sql<{ a: number; b: number; kind: 'together' | 'apart' }>`
    select a, b, kind from story_decree where a = any(${[...entryIds]}::bigint[])
    union select a, b, kind from story_decree where b = any(${[...entryIds]}::bigint[])`.execute(db);
  return found.rows;
}

/** Writes who belongs where and why, in one statement, in order of arrival. Touches story_entry. */
export async function insertMembers(db: Db, members: readonly Membership[]): Promise<void> {
  if (members.length === 0) return;
  await sql`insert into story_entry (entry_id, seen_at, story_id, evidence)
    select "entryId", "seenAt", "storyId", evidence
    from json_to_recordset(${JSON.stringify(members)}::json) as d("entryId" bigint, "seenAt" timestamptz, "storyId" bigint, evidence jsonb)
    order by "entryId"`.execute(db);
}

/** Moves entries to other stories, with the evidence that is there now. Touches story_entry. */
export async function moveMembers(
  db: Db,
  moves: readonly { entryId: number; storyId: number; evidence: unknown }[],
): Promise<void> {
  if (moves.length === 0) return;
  await sql`update story_entry m set story_id = d."storyId", evidence = d.evidence
    from json_to_recordset(${JSON.stringify(moves)}::json) as d("entryId" bigint, "storyId" bigint, evidence jsonb) where m.entry_id = d."entryId"`.execute(
    db,
  );
}

/**
 * Ends each `from` in favour of `into`: moves its members, its comments and, where the heir has none, its headline by an editor; redirects it and
 * all that redirected to it. Touches story, story_entry, story_headline, comment, comment_story.
 */
export async function mergeStories(db: Db, pairs: readonly { from: number; into: number }[]): Promise<void> {
  if (pairs.length === 0) return;
  const from = pairs.map((pair) => pair.from);
  const into = pairs.map((pair) => pair.into);
  const list = sql`unnest(${from}::bigint[], ${into}::bigint[]) as d(from_id, into_id)`;
  await sql`update story_entry m set story_id = d.into_id from ${list} where m.story_id = d.from_id`.execute(db);
  await sql`update story s set status = 'merged', merged_into = d.into_id, changed_at = now(), change_id = nextval('story_change')
    from ${list} where s.id = d.from_id`.execute(db);
  await sql`update story s set merged_into = d.into_id, change_id = nextval('story_change') from ${list} where s.merged_into = d.from_id`.execute(
    db,
  );
  await sql`
    with gone as (delete from story_headline h using ${list} where h.story_id = d.from_id returning d.into_id, h.title, h.actor, h.at)
    insert into story_headline (story_id, title, actor, at) select distinct on (into_id) into_id, title, actor, at from gone order by into_id, at desc
    on conflict (story_id) do nothing`.execute(db);
  await moveComments(db, pairs);
}

/** Habits of publishers as they were stored; at most one a publisher. Scans publisher_habit, which grows with papers, not with news. */
export async function loadHabits(db: Db): Promise<{ publisherId: number; habit: unknown }[]> {
  const found = await sql<{ publisherId: number; habit: unknown }>`
    select publisher_id as "publisherId", habit from publisher_habit limit 100000`.execute(db);
  return found.rows;
}

/** Habits of these publishers as they were stored. Primary key of publisher_habit. */
export async function findHabits(
  db: Db,
  publisherIds: readonly number[],
): Promise<{ publisherId: number; habit: unknown }[]> {
  const found = await sql<{ publisherId: number; habit: unknown }>`
    select publisher_id as "publisherId", habit from publisher_habit where publisher_id = any(${[...publisherIds]}::bigint[])`.execute(
    db,
  );
  return found.rows;
}

/** Stores habits, one row a publisher. */
export async function saveHabits(db: Db, habits: readonly { publisherId: number; habit: unknown }[]): Promise<void> {
  if (habits.length === 0) return;
  await sql`insert into publisher_habit (publisher_id, habit)
    select "publisherId", habit from json_to_recordset(${JSON.stringify(habits)}::json) as d("publisherId" bigint, habit jsonb)
    join publisher p on p.id = d."publisherId"
    on conflict (publisher_id) do update set habit = excluded.habit`.execute(db);
}
