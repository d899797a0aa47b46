// An editor's eye on stories, and their word on pairs of entries: what one looks like inside, which are there, decrees.
import { sql } from 'kysely';
import type { StoryStatus } from '../domain.ts';
import { type Carrier, findCarriers } from './carrier.ts';
import type { Db } from './db.ts';
import { listStoryEvents, type StoryEvent } from './story-event.ts';

/** A member as an editor sees it; `evidence` is what placed it there, null for the founder. */
export type SeenMember = Carrier & { title: string; url: string | null; evidence: unknown };

/** A story with its members in order of arrival, at most as many as asked for and the lead, its history, oldest first, and decrees on its members. */
export type SeenStory = {
  id: number;
  uid: string;
  status: StoryStatus;
  mergedInto: number | null;
  title: string;
  summary: string;
  province: string | null;
  section: string | null;
  listedAt: Date;
  changedAt: Date;
  leadEntryId: number;
  /** An editor's headline and who wrote it; null while the story has its lead's. */
  headline: { title: string; actor: string } | null;
  /** All its entries, also those that are not among `members`. */
  entries: number;
  members: SeenMember[];
  events: StoryEvent[];
  decrees: { a: number; b: number; kind: 'together' | 'apart'; actor: string; reason: string | null }[];
};

/** A story from inside, in whatever status, with up to `most` of its members; null when there is none. Indexes story_pkey, story_entry_story. */
export async function findStoryInside(db: Db, id: number, most = 40): Promise<SeenStory | null> {
  const found = await sql<Omit<SeenStory, 'members' | 'events' | 'decrees'>>`
    select s.id, s.uid, s.status, s.merged_into as "mergedInto", s.title, s.summary, s.province, s.section, s.listed_at as "listedAt",
      s.changed_at as "changedAt", s.lead_entry_id as "leadEntryId",
      case when h.story_id is not null then json_build_object('title', h.title, 'actor', h.actor) end as headline,
      (select count(*)::int from story_entry where story_id = s.id) as entries
    from story s left join story_headline h on h.story_id = s.id where s.id = ${id}`.execute(db);
  const [story] = found.rows;
  if (story === undefined) return null;
  const carriers = await findCarriers(db, [id], most);
  const entryIds = carriers.map((carrier) => carrier.entryId);
  const words = await sql<{ entryId: number; title: string; url: string | null; evidence: unknown }>`
    select m.entry_id as "entryId", e.title, e.url, m.evidence from story_entry m join entry e on e.id = m.entry_id and e.seen_at = m.seen_at
    where m.entry_id = any(${entryIds}::bigint[])`.execute(db);
  const byId = new Map(words.rows.map((row) => [row.entryId, row]));
  const members = carriers.flatMap((carrier) => {
    const row = byId.get(carrier.entryId);
    return row === undefined ? [] : [{ ...carrier, ...row }];
  });
  const decrees = await sql<SeenStory['decrees'][number]>`
    select a, b, kind, actor, reason from story_decree where a = any(${entryIds}::bigint[]) or b = any(${entryIds}::bigint[])
    order by a, b limit 200`.execute(db);
  return { ...story, members, events: await listStoryEvents(db, id), decrees: decrees.rows };
}

/** Ids and first sightings of all members of a story, in order of arrival. Index story_entry_story. */
export async function listMembers(db: Db, storyId: number): Promise<{ entryId: number; seenAt: Date }[]> {
  const found = await sql<{ entryId: number; seenAt: Date }>`
    select entry_id as "entryId", seen_at as "seenAt" from story_entry where story_id = ${storyId} order by entry_id limit 5000`.execute(
    db,
  );
  return found.rows;
}

/** Writes a decree for every pair of `left` with `right`; a later one replaces an earlier. Touches story_decree. */
export async function decree(
  db: Db,
  kind: 'together' | 'apart',
  left: readonly number[],
  right: readonly number[],
  by: { actor: string; reason: string | null },
): Promise<void> {
  await sql`insert into story_decree (a, b, kind, actor, reason)
    select least(l, r), greatest(l, r), ${kind}, ${by.actor}, ${by.reason}
    from unnest(${[...left]}::bigint[]) l cross join unnest(${[...right]}::bigint[]) r where l <> r
    on conflict (a, b) do update set kind = excluded.kind, actor = excluded.actor, reason = excluded.reason, at = now()`.execute(
    db,
  );
}

/** Lets an entry lead whatever story it is in. Touches story_pin. */
export async function pinEntry(db: Db, entryId: number, actor: string): Promise<void> {
  await db
    .insertInto('story_pin')
    .values({ entry_id: entryId, actor })
    .onConflict((row) => row.column('entry_id').doUpdateSet({ actor, at: sql<Date>`clock_timestamp()` }))
    .execute();
}

/** Takes that back for these entries. Primary key of story_pin. */
export async function unpinEntries(db: Db, entryIds: readonly number[]): Promise<void> {
  await sql`delete from story_pin where entry_id = any(${[...entryIds]}::bigint[])`.execute(db);
}

/** A line of the list of stories. */
export type StoryLine = {
  id: number;
  status: StoryStatus;
  listedAt: Date;
  title: string;
  publisherName: string;
  entries: number;
};

/** The newest stories in any status but merged, newest first; with `isShared` only those that several entries tell. Index story_latest. */
export async function listStoryLines(db: Db, options: { limit: number; isShared: boolean }): Promise<StoryLine[]> {
  const found = await sql<StoryLine>`
    select s.id, s.status, s.listed_at as "listedAt", s.title, p.name as "publisherName", m.entries
    from (select * from story where status = 'live' order by listed_at desc, id desc limit ${options.isShared ? 20_000 : options.limit}) s
    join publisher p on p.id = s.publisher_id
    cross join lateral (select count(*)::int as entries from story_entry where story_id = s.id) m
    where m.entries >= ${options.isShared ? 2 : 1} order by s.listed_at desc, s.id desc limit ${options.limit}`.execute(
    db,
  );
  return found.rows;
}
