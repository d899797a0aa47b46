// What one story's screen shows beside its members: heads of other stories, former words, corrections, how far a withdrawal has come.
import { sql } from 'kysely';
import type { StoryStatus } from '../domain.ts';
import type { Db } from './db.ts';

/** A story in a line. */
export type StoryHead = {
  id: number;
  status: StoryStatus;
  mergedInto: number | null;
  title: string;
  publisherName: string;
  listedAt: Date;
  leadEntryId: number;
  leadSeenAt: Date;
};

const headColumns = sql`s.id, s.status, s.merged_into as "mergedInto", s.title, p.name as "publisherName", s.listed_at as "listedAt",
  s.lead_entry_id as "leadEntryId", s.lead_seen_at as "leadSeenAt"`;

/** Heads of these stories in whatever status, in no order. Primary key of story. */
export async function findStoryHeads(db: Db, ids: readonly number[]): Promise<StoryHead[]> {
  if (ids.length === 0) return [];
  const found = await sql<StoryHead>`
    select ${headColumns} from story s join publisher p on p.id = s.publisher_id where s.id = any(${[...ids]}::bigint[])`.execute(
    db,
  );
  return found.rows;
}

/** Heads of the stories that hold these entries, by entry id. Primary keys of story_entry and story. */
export async function findHeadsOfEntries(db: Db, entryIds: readonly number[]): Promise<Map<number, StoryHead>> {
  if (entryIds.length === 0) return new Map();
  const found = await sql<StoryHead & { entryId: number }>`
    select m.entry_id as "entryId", ${headColumns} from story_entry m join story s on s.id = m.story_id join publisher p on p.id = s.publisher_id
    where m.entry_id = any(${[...entryIds]}::bigint[])`.execute(db);
  return new Map(found.rows.map(({ entryId, ...head }) => [entryId, head]));
}

/** What a story said until `replacedAt`. */
export type Revision = { revision: number; title: string; summary: string; publisherName: string; replacedAt: Date };

/** The latest former wordings of a story, newest first. Primary key of story_revision. */
export async function listRevisions(db: Db, storyId: number, limit: number): Promise<Revision[]> {
  const found = await sql<Revision>`
    select r.revision, r.title, r.summary, p.name as "publisherName", r.replaced_at as "replacedAt"
    from story_revision r join publisher p on p.id = r.publisher_id where r.story_id = ${storyId}
    order by r.revision desc limit ${limit}`.execute(db);
  return found.rows;
}

/** A correction as it was written. */
export type Correction = { note: string; by: string; at: Date };

/** The corrections of a story, newest first. Primary key of story_correction. */
export async function listCorrections(db: Db, storyId: number, limit: number): Promise<Correction[]> {
  const found = await sql<Correction>`
    select note, by, at from story_correction where story_id = ${storyId} order by id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** How far the news of a withdrawal has come: documents that still show the story, endpoints told and still to be told, subscribers waiting. */
export type Spread = { showing: number; told: number; waiting: number; subscribers: number };

/** Asks it. Scans document and delivery, which grow with editions and subscribers; webhook_told and webhook_event_order by endpoint. */
export async function spreadOf(db: Db, storyId: number): Promise<Spread> {
  const found = await sql<Spread>`
    select (select count(*)::int from document where story_ids @> array[${storyId}::bigint]) as showing,
      (select count(*)::int from webhook w join webhook_told t on t.webhook_id = w.id and t.story_id = ${storyId} where not t.is_live
        and not exists (select from webhook_event e where e.webhook_id = w.id and e.story_id = ${storyId} and e.state = 'waiting')) as told,
      (select count(*)::int from webhook w
        where exists (select from webhook_event e where e.webhook_id = w.id and e.story_id = ${storyId} and e.state = 'waiting')) as waiting,
      (select count(*)::int from (select from delivery limit 10000) d) as subscribers`.execute(db);
  return found.rows[0] ?? { showing: 0, told: 0, waiting: 0, subscribers: 0 };
}
