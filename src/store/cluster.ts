// The clustering queue and what clustering writes: stories, their members, and words that follow a changed lead.
import { sql } from 'kysely';
import type { NewStory, StoryWords, WaitingEntry } from '../domain.ts';
import type { Db } from './db.ts';

/** Takes the oldest waiting entries off the queue, in order of arrival; they are back if the transaction fails. */
export async function takeWaitingEntries(db: Db, limit: number): Promise<WaitingEntry[]> {
  const taken = await sql<WaitingEntry>`
    with due as (
      delete from cluster_due where entry_id in (select entry_id from cluster_due order by entry_id limit ${limit}) returning entry_id, seen_at
    )
    select e.id, e.seen_at as "seenAt", e.publisher_id as "publisherId", p.slug as "publisherSlug", e.title, e.summary, e.media, e.section, e.province,
      e.published_at as "publishedAt", e.listed_at as "listedAt", e.changed_at as "changedAt", m.story_id as "storyId",
      coalesce(s.lead_entry_id = e.id, false) as "isLead"
    from due join entry e on e.id = due.entry_id and e.seen_at = due.seen_at
    join publisher p on p.id = e.publisher_id
    left join story_entry m on m.entry_id = e.id
    left join story s on s.id = m.story_id
    order by e.id`.execute(db);
  return taken.rows;
}

/** Founds stories with their first member each, in one statement. Touches story and story_entry. */
export async function insertStories(db: Db, stories: NewStory[]): Promise<void> {
  if (stories.length === 0) return;
  await sql`
    with founded as (
      insert into story (title, summary, province, section, image, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
      select title, summary, province, section, image, "firstAt", "listedAt", "changedAt", "publisherId", "leadEntryId", "leadSeenAt"
      from json_to_recordset(${JSON.stringify(stories)}::json) as d(title text, summary text, province text, section text, image jsonb,
        "firstAt" timestamptz, "listedAt" timestamptz, "changedAt" timestamptz, "publisherId" bigint, "leadEntryId" bigint, "leadSeenAt" timestamptz)
      order by "leadEntryId"
      returning id, lead_entry_id, lead_seen_at
    )
    insert into story_entry (entry_id, seen_at, story_id) select lead_entry_id, lead_seen_at, id from founded`.execute(
    db,
  );
}

/** Gives stories the new words of their changed leads, in one statement; a story that shows the same already is not rewritten. */
export async function updateStories(db: Db, stories: (StoryWords & { id: number })[]): Promise<void> {
  if (stories.length === 0) return;
  await sql`
    update story s set title = d.title, summary = d.summary, section = d.section, image = d.image, changed_at = greatest(s.changed_at, d."changedAt"), change_id = nextval('story_change')
    from json_to_recordset(${JSON.stringify(stories)}::json) as d(id bigint, title text, summary text, section text, image jsonb, "changedAt" timestamptz)
    where s.id = d.id
      and (s.title, s.summary, s.section, s.image, s.changed_at) is distinct from (d.title, d.summary, d.section, d.image, greatest(s.changed_at, d."changedAt"))`.execute(
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
