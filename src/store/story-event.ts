// The history of stories: what happened to each, why, and by whose hand.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/**
 * What can happen to a story: `merge` (`otherStoryId` ended in it), `split` (`otherStoryId` was made of some of its entries), `lead`
 * (`entryId` leads from now on), and what editors do: `withdraw`, `restore`, `hide`, `show`, `correct`, `hold`, `release`.
 */
export type StoryEventKind =
  | 'merge'
  | 'split'
  | 'lead'
  | 'withdraw'
  | 'restore'
  | 'hide'
  | 'show'
  | 'correct'
  | 'hold'
  | 'release';

/** One line of a story's history, to be written. `actor` is `machine` or a person's or program's name; `evidence` is any JSON. */
export type NewStoryEvent = {
  kind: StoryEventKind;
  storyId: number;
  otherStoryId?: number | null;
  entryId?: number | null;
  evidence?: unknown;
  actor: string;
  reason?: string | null;
};

/** One line of a story's history, as it was written. */
export type StoryEvent = {
  id: number;
  at: Date;
  kind: StoryEventKind;
  storyId: number;
  otherStoryId: number | null;
  entryId: number | null;
  evidence: unknown;
  actor: string;
  reason: string | null;
};

/** Writes lines of history in one statement; call it in the transaction that does what they tell. Touches story_event. */
export async function insertStoryEvents(db: Db, events: readonly NewStoryEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql`insert into story_event (kind, story_id, other_story_id, entry_id, evidence, actor, reason)
    select kind, "storyId", "otherStoryId", "entryId", evidence, actor, reason from json_to_recordset(${JSON.stringify(events)}::json)
      as d(kind text, "storyId" bigint, "otherStoryId" bigint, "entryId" bigint, evidence jsonb, actor text, reason text)`.execute(
    db,
  );
}

/** A story's history, what happened with other stories included, oldest first, the latest `limit` lines. Reads both keys of story_event. */
export async function listStoryEvents(db: Db, storyId: number, limit = 200): Promise<StoryEvent[]> {
  const found = await sql<StoryEvent>`
    select id, at, kind, story_id as "storyId", other_story_id as "otherStoryId", entry_id as "entryId", evidence, actor, reason from (
      (select * from story_event where story_id = ${storyId} order by id desc limit ${limit})
      union
      (select * from story_event where other_story_id = ${storyId} order by id desc limit ${limit})
    ) events order by id desc limit ${limit}`.execute(db);
  return found.rows.toReversed();
}
