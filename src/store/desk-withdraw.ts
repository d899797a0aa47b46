// What an editor does to a whole story: withdraw, hide, hold, bring back, correct, name anew; out of every document before the call ends.
import { sql } from 'kysely';
import type { EditionFilter, StoryStatus } from '../domain.ts';
import type { Db } from './db.ts';
import { holdDocuments } from './document.ts';
import { notePurge } from './purge.ts';
import type { StoryEventKind } from './story-event.ts';
import { insertStoryEvents } from './story-event.ts';
import { asStoryWriter } from './story-writer.ts';

/** Why, by whose hand, and since when it should have been so (the source's removal, a letter): the minutes taken count from there. */
export type DeskOrder = { reason: string; by: string; at: Date };

/**
 * What an order came to. `minutes`: from `order.at` to the moment nothing shows the story any more, never below 0; `seconds`: from the order's
 * arrival in the database to that moment, waiting for other writers included.
 */
export type DeskResult =
  | { kind: 'done'; from: StoryStatus; documents: number; minutes: number; seconds: number }
  | { kind: 'already'; from: StoryStatus }
  | { kind: 'missing' }
  | { kind: 'merged'; into: number };

type Locked = { uid: string; status: StoryStatus; merged_into: number | null };

async function lockStory(trx: Db, id: number): Promise<Locked | null> {
  const found = await sql<Locked>`select uid, status, merged_into from story where id = ${id} for update`.execute(trx);
  return found.rows[0] ?? null;
}

type Fits = { provinces: string[]; sections: string[]; publishers: string[] };

// Where the story is listed, by its lead and by its other papers.
async function fitsOf(trx: Db, id: number): Promise<Fits> {
  const found = await sql<{ kind: string; value: string }>`
    select kind, value from story_fit where story_id = ${id}
    union select 'province', province from story where id = ${id} and province is not null
    union select 'section', section from story where id = ${id} and section is not null
    union select 'publisher', p.slug from story s join publisher p on p.id = s.publisher_id where s.id = ${id}`.execute(
    trx,
  );
  const of = (kind: string) => found.rows.filter((row) => row.kind === kind).map((row) => row.value);
  return { provinces: of('province'), sections: of('section'), publishers: of('publisher') };
}

// Bytes that show the story go at once: better a reader who waits half a second than one who gets what was taken back. Partners'
// Atom of these editions is due as well, as it tells of the withdrawal.
async function clearDocuments(trx: Db, id: number, fits: Fits): Promise<number> {
  const cleared = await sql<{ n: number }>`
    with shown as (
      update document set body = null, etag = null, story_ids = '{}', due_at = clock_timestamp(), claimed_until = null
      where story_ids @> array[${id}::bigint]
      returning edition_id
    ), changed as (
      update edition set changed_at = clock_timestamp()
      where id in (
        select id from edition where retired_at is null
          and (publisher = '' or publisher = any(${fits.publishers}::text[]))
          and (province = '' or province = any(${fits.provinces}::text[]))
          and (section = '' or section = any(${fits.sections}::text[]))
        order by id for update
      )
      returning id
    ), told as (
      update document d set due_at = clock_timestamp(), claimed_until = null from changed c
      where d.edition_id = c.id and d.body is not null and not d.story_ids @> array[${id}::bigint]
      returning 1
    )
    select (select count(*) from shown)::int as n, pg_notify('document_due', '')::text, (select count(*) from told)::int as told`.execute(
    trx,
  );
  return cleared.rows[0]?.n ?? 0;
}

const order = (value: DeskOrder) => ({ ...value, reason: value.reason.trim().slice(0, 1000) });

async function takeBack(
  db: Db,
  id: number,
  status: 'withdrawn' | 'hidden' | 'held',
  kind: StoryEventKind,
  given: DeskOrder,
): Promise<DeskResult> {
  const { reason, by, at } = order(given);
  return asStoryWriter(db, async (trx) => {
    await holdDocuments(trx);
    const story = await lockStory(trx, id);
    if (story === null) return { kind: 'missing' };
    if (story.status === 'merged' && story.merged_into !== null) return { kind: 'merged', into: story.merged_into };
    if (story.status === status) return { kind: 'already', from: story.status };
    await sql`update story set status = ${status}, change_id = nextval('story_change') where id = ${id}`.execute(trx);
    // The release before asks story_search.
    await sql`with old as (delete from story_search where story_id = ${id}) delete from story_word where story_id = ${id}`.execute(
      trx,
    );
    const fits = await fitsOf(trx, id);
    if (status === 'withdrawn')
      await sql`
        insert into story_tombstone (story_id, uid, withdrawn_at, reason, provinces, sections, publishers)
        values (${id}, ${story.uid}, now(), ${reason}, ${fits.provinces}::text[], ${fits.sections}::text[], ${fits.publishers}::text[])
        on conflict (story_id) do update set withdrawn_at = excluded.withdrawn_at, reason = excluded.reason`.execute(
        trx,
      );
    else await sql`delete from story_tombstone where story_id = ${id}`.execute(trx);
    const documents = await clearDocuments(trx, id, fits);
    await notePurge(trx, id);
    const clock = await sql<{ minutes: number; seconds: number }>`
      select greatest(0, round(extract(epoch from clock_timestamp() - ${at}::timestamptz) / 60, 1))::float8 as minutes,
        round(extract(epoch from clock_timestamp() - now()), 2)::float8 as seconds`.execute(trx);
    const { minutes, seconds } = clock.rows[0] ?? { minutes: 0, seconds: 0 };
    await insertStoryEvents(trx, [
      { kind, storyId: id, actor: by, reason, evidence: { since: at.toISOString(), minutes, seconds, documents } },
    ]);
    return { kind: 'done', from: story.status, documents, minutes, seconds };
  });
}

/**
 * Takes a story back for good: no document, list, search or archive shows it once this resolves, its page says 410, partners' Atom holds a
 * tombstone, webhooks and the hub hear of it by its new change id and the documents that are due. What web processes hold in memory
 * goes within 2 s (`purge`). The event tells the minutes taken. Waits for the present writer of stories. Touches story, story_word,
 * story_tombstone, story_event, edition, document, purge.
 */
export async function withdrawStory(db: Db, id: number, given: DeskOrder): Promise<DeskResult> {
  return takeBack(db, id, 'withdrawn', 'withdraw', given);
}

/** Takes a story out of everything without a word: its page is 404, no tombstone tells of it. For what shall be looked at first. */
export async function hideStory(db: Db, id: number, given: DeskOrder): Promise<DeskResult> {
  return takeBack(db, id, 'hidden', 'hide', given);
}

/** Takes a story out of everything like `hideStory`, and puts it into the queue of what an editor has to look at. */
export async function holdStory(db: Db, id: number, given: DeskOrder): Promise<DeskResult> {
  return takeBack(db, id, 'held', 'hold', given);
}

const comingBack: Partial<Record<StoryStatus, StoryEventKind>> = { hidden: 'show', held: 'release' };

/** Brings a hidden, held or withdrawn story back under its old id; editions show it again where its date puts it. */
export async function restoreStory(db: Db, id: number, given: DeskOrder): Promise<DeskResult> {
  const { reason, by, at } = order(given);
  return asStoryWriter(db, async (trx) => {
    await holdDocuments(trx);
    const story = await lockStory(trx, id);
    if (story === null) return { kind: 'missing' };
    if (story.status === 'merged' && story.merged_into !== null) return { kind: 'merged', into: story.merged_into };
    if (story.status === 'live') return { kind: 'already', from: story.status };
    await sql`update story set status = 'live', change_id = nextval('story_change') where id = ${id}`.execute(trx);
    await sql`delete from story_tombstone where story_id = ${id}`.execute(trx);
    const documents = await clearDocuments(trx, id, await fitsOf(trx, id));
    await notePurge(trx, id);
    await insertStoryEvents(trx, [
      {
        kind: comingBack[story.status] ?? 'restore',
        storyId: id,
        actor: by,
        reason,
        evidence: { since: at.toISOString() },
      },
    ]);
    return { kind: 'done', from: story.status, documents, minutes: 0, seconds: 0 };
  });
}

/**
 * Puts an editor's correction on a live story: the note stands in feeds and on the page, and the story counts as materially changed now.
 * The paper's own words are not touched. Touches story_correction, story, story_event, edition, document, purge.
 */
export async function correctStory(
  db: Db,
  id: number,
  given: { note: string; by: string; at: Date },
): Promise<DeskResult> {
  return amend(db, id, given, null);
}

/**
 * Puts an editor's headline in place of the paper's (null: the paper's again), whichever entry leads from now on, with a note that readers and
 * subscribers see like a correction. Touches story_headline and what `correctStory` touches.
 */
export async function retitleStory(
  db: Db,
  id: number,
  given: { title: string | null; note: string; by: string; at: Date },
): Promise<DeskResult> {
  return amend(db, id, given, { title: given.title?.trim().slice(0, 500) ?? null });
}

// Null where the story's words stay as they are; else how the headline was and is.
async function setHeadline(
  trx: Db,
  id: number,
  title: string | null,
  by: string,
): Promise<{ from: string; to: string }> {
  if (title === null) await sql`delete from story_headline where story_id = ${id}`.execute(trx);
  else
    await sql`insert into story_headline (story_id, title, actor) values (${id}, ${title}, ${by})
      on conflict (story_id) do update set title = excluded.title, actor = excluded.actor, at = now()`.execute(trx);
  const changed = await sql<{ from: string; to: string }>`
    with was as (select title from story where id = ${id})
    update story s set title = coalesce(${title}, (select title from entry e where e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at), s.title)
    where id = ${id} returning (select title from was) as "from", s.title as "to"`.execute(trx);
  return changed.rows[0] ?? { from: '', to: '' };
}

async function amend(
  db: Db,
  id: number,
  given: { note: string; by: string; at: Date },
  headline: { title: string | null } | null,
): Promise<DeskResult> {
  const note = given.note.trim().slice(0, 1000);
  return asStoryWriter(db, async (trx) => {
    const story = await lockStory(trx, id);
    if (story === null) return { kind: 'missing' };
    if (story.status === 'merged' && story.merged_into !== null) return { kind: 'merged', into: story.merged_into };
    if (story.status !== 'live') return { kind: 'already', from: story.status };
    await sql`insert into story_correction (story_id, note, by, at) values (${id}, ${note}, ${given.by}, ${given.at})`.execute(
      trx,
    );
    await sql`
      update story set changed_at = greatest(changed_at, clock_timestamp()), change_id = nextval('story_change') where id = ${id}`.execute(
      trx,
    );
    const words = headline === null ? null : await setHeadline(trx, id, headline.title, given.by);
    // The last good bytes stay while they are made anew: nothing in them must go.
    const fits = await fitsOf(trx, id);
    await sql`
      with changed as (
        update edition set changed_at = clock_timestamp()
        where id in (
          select id from edition where retired_at is null
            and (publisher = '' or publisher = any(${fits.publishers}::text[]))
            and (province = '' or province = any(${fits.provinces}::text[]))
            and (section = '' or section = any(${fits.sections}::text[]))
          order by id for update
        )
        returning id
      ), due as (
        update document d set due_at = clock_timestamp() from changed c
        where d.edition_id = c.id and (d.due_at is null or d.due_at = d.claimed_until) and d.read_at > now() - interval '7 days'
      )
      select pg_notify('document_due', '')`.execute(trx);
    await notePurge(trx, id);
    await insertStoryEvents(trx, [{ kind: 'correct', storyId: id, actor: given.by, reason: note, evidence: words }]);
    return { kind: 'done', from: story.status, documents: 0, minutes: 0, seconds: 0 };
  });
}

/** The latest correction of each of these stories, by story id. Primary key of story_correction. */
export async function correctionsOf(
  db: Db,
  storyIds: readonly number[],
): Promise<Map<number, { note: string; at: Date }>> {
  const found = await sql<{ storyId: number; note: string; at: Date }>`
    select distinct on (story_id) story_id as "storyId", note, at from story_correction
    where story_id = any(${[...storyIds]}::bigint[]) order by story_id, id desc`.execute(db);
  return new Map(found.rows.map(({ storyId, note, at }) => [storyId, { note, at }]));
}

// RFC 6721 leaves it to us how long they are told; who read nothing for a month reads everything anew.
const tombstoneDays = 30;
const maxTombstones = 100;

/** Stories of an edition that were taken back within 30 days, newest first, at most 100. Index story_tombstone_latest. */
export async function tombstonesOf(
  db: Db,
  filter: EditionFilter,
): Promise<{ uid: string; withdrawnAt: Date; reason: string }[]> {
  const found = await sql<{ uid: string; withdrawnAt: Date; reason: string }>`
    select uid, withdrawn_at as "withdrawnAt", reason from story_tombstone
    where withdrawn_at > now() - make_interval(days => ${tombstoneDays})
      and (${filter.province ?? ''} = '' or ${filter.province ?? ''} = any(provinces))
      and (${filter.section ?? ''} = '' or ${filter.section ?? ''} = any(sections))
      and (${filter.publisher ?? ''} = '' or ${filter.publisher ?? ''} = any(publishers))
    order by withdrawn_at desc limit ${maxTombstones}`.execute(db);
  return found.rows;
}
