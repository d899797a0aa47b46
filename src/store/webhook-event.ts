// Changes of stories → events for endpoints: queue and log in one table.
import { sql } from 'kysely';
import type { Rights, StoryStatus } from '../domain.ts';
import type { Db } from './db.ts';
import type { WebhookKind } from './webhook.ts';

/** To whom a story would be told: a partner within what its endpoint may have, or (null) the operator's own programs, as the public. */
export type Reader = { partnerId: number | null; show: Rights['show']; images: boolean };

/** An endpoint as far as it decides what it hears. */
export type Listener = { id: number; kinds: WebhookKind[]; editionId: number | null; reader: Reader };

type ListenerRow = Omit<Listener, 'reader'> & Reader;

/** All endpoints in use, of partners that are active, whose edition, if they want one, still exists. At most 1,000. */
export async function listListeners(db: Db): Promise<Listener[]> {
  const rows = await sql<ListenerRow>`
    select w.id, w.partner_id as "partnerId", w.kinds, w.edition_id as "editionId", w.show, w.images
    from webhook w left join edition e on e.id = w.edition_id left join partner p on p.id = w.partner_id
    where w.disabled_at is null and (w.partner_id is null or p.is_active) and (not w.is_filtered or (e.id is not null and e.retired_at is null))
    order by w.id limit 1000`.execute(db);
  return rows.rows.map(({ partnerId, show, images, ...row }) => ({ ...row, reader: { partnerId, show, images } }));
}

/** A story that changed. `correctionId`: its latest correction in the history; 0 when it was never corrected. */
export type StoryChange = {
  id: number;
  changeId: number;
  status: StoryStatus;
  correctionId: number;
};

/** Stories changed since a place, in the order of their changes, at most `limit`. Index story_changed; see store/story-writer.ts. */
export async function changesSince(db: Db, cursor: number, limit: number): Promise<StoryChange[]> {
  const rows = await sql<StoryChange>`
    select s.id, s.change_id as "changeId", s.status,
      coalesce((select max(v.id) from story_event v where v.story_id = s.id and v.kind = 'correct'), 0) as "correctionId"
    from story s where s.change_id > ${cursor} order by s.change_id limit ${limit}`.execute(db);
  return rows.rows;
}

/** What an endpoint was last told of a story. */
export type Told = { webhookId: number; storyId: number; isLive: boolean; correctionId: number };

/** What these endpoints were told of these stories. Reads webhook_told by its key. */
export async function readTold(
  db: Db,
  webhookIds: readonly number[],
  storyIds: readonly number[],
): Promise<Map<string, Told>> {
  const rows = await sql<Told>`
    select webhook_id as "webhookId", story_id as "storyId", is_live as "isLive", correction_id as "correctionId" from webhook_told
    where webhook_id = any(${[...webhookIds]}::bigint[]) and story_id = any(${[...storyIds]}::bigint[])`.execute(db);
  return new Map(rows.rows.map((row) => [`${row.webhookId}.${row.storyId}`, row]));
}

/** Which of these stories the editions select by province, section and publisher, any carrier counting; as `edition.story`. */
export async function storiesInEditions(
  db: Db,
  editionIds: readonly number[],
  storyIds: readonly number[],
): Promise<Set<string>> {
  if (editionIds.length === 0 || storyIds.length === 0) return new Set();
  const rows = await sql<{ key: string }>`
    select e.id || '.' || s.id as key
    from edition e cross join story s join publisher p on p.id = s.publisher_id
    where e.id = any(${[...editionIds]}::bigint[]) and s.id = any(${[...storyIds]}::bigint[])
      and (e.province = '' or s.province = e.province or exists (select from story_fit f where f.story_id = s.id and f.kind = 'province' and f.value = e.province))
      and (e.section = '' or s.section = e.section or exists (select from story_fit f where f.story_id = s.id and f.kind = 'section' and f.value = e.section))
      and (e.publisher = '' or p.slug = e.publisher or exists (select from story_fit f where f.story_id = s.id and f.kind = 'publisher' and f.value = e.publisher))`.execute(
    db,
  );
  return new Set(rows.rows.map((row) => row.key));
}

/** An event to be told. */
export type NewEvent = {
  webhookId: number;
  storyId: number;
  kind: WebhookKind;
  changeId: number;
};

/** Writes events, and what each endpoint will have been told once they arrive, in two statements; wakes the teller. */
export async function insertEvents(
  db: Db,
  events: readonly NewEvent[],
  told: readonly (Told & { changeId: number })[],
): Promise<void> {
  if (told.length > 0)
    await sql`
      insert into webhook_told (webhook_id, story_id, change_id, is_live, correction_id)
      select "webhookId", "storyId", "changeId", "isLive", "correctionId" from json_to_recordset(${JSON.stringify(told)}::json)
        as t("webhookId" bigint, "storyId" bigint, "changeId" bigint, "isLive" boolean, "correctionId" bigint)
      on conflict (webhook_id, story_id) do update set change_id = excluded.change_id, is_live = excluded.is_live, correction_id = excluded.correction_id`.execute(
      db,
    );
  if (events.length > 0)
    await sql`
      with made as (
        insert into webhook_event (webhook_id, story_id, kind, change_id)
        select "webhookId", "storyId", kind, "changeId" from json_to_recordset(${JSON.stringify(events)}::json)
          as e("webhookId" bigint, "storyId" bigint, kind text, "changeId" bigint) order by "changeId", "webhookId"
        returning 1
      )
      select pg_notify('webhook_due', '') where exists (select from made)`.execute(db);
}

/** An event to be told now, held until `claimedUntil` (database clock). */
export type DueEvent = {
  id: number;
  /** Stays the same over all attempts and replays. */
  uid: string;
  webhookId: number;
  reader: Reader;
  url: string;
  secret: string;
  storyId: number;
  kind: WebhookKind;
  createdAt: Date;
  attempts: number;
  ageSeconds: number;
  claimedUntil: Date;
};

const isListening = sql`w.disabled_at is null
  and (w.partner_id is null or exists (select from partner a where a.id = w.partner_id and a.is_active))
  and (w.retry_at is null or w.retry_at <= clock_timestamp())`;

/** Endpoints with events that are due, at most 200 and none of `without`. Index webhook_event_due. */
export async function dueEndpoints(db: Db, without: readonly string[]): Promise<string[]> {
  const found = await sql<{ id: number }>`
    select w.id from webhook w where ${isListening} and w.id::text <> all(${[...without]}::text[])
      and exists (select from webhook_event x where x.webhook_id = w.id and x.state = 'waiting' and x.due_at <= clock_timestamp())
    order by w.id limit 200`.execute(db);
  return found.rows.map((row) => String(row.id));
}

/**
 * Claims events of `endpoints` that are due: of each at most `perEndpoint`, one while it keeps failing (`calmAfter` failures in a row), none
 * while it rests; never one whose story has an earlier event waiting for the same endpoint, so the order of a story is kept. Indexes
 * webhook_event_due, webhook_event_order.
 */
export async function claimEvents(
  db: Db,
  options: {
    limit: number;
    perEndpoint: number;
    calmAfter: number;
    leaseSeconds: number;
    endpoints: readonly string[];
  },
): Promise<DueEvent[]> {
  const claimed = await sql<Omit<DueEvent, 'reader'> & Reader>`
    with picked as (
      select e.id from webhook w cross join lateral (
        select x.id, x.due_at from webhook_event x
        where x.webhook_id = w.id and x.state = 'waiting' and x.due_at <= clock_timestamp()
          and not exists (select from webhook_event p where p.webhook_id = x.webhook_id and p.story_id = x.story_id and p.state = 'waiting' and p.id < x.id)
        order by x.due_at, x.id limit case when w.failures >= ${options.calmAfter} then 1 else ${options.perEndpoint} end
      ) due join webhook_event e on e.id = due.id
      where ${isListening} and w.id = any(${[...options.endpoints]}::bigint[])
        and e.state = 'waiting' and e.due_at <= clock_timestamp()
      order by due.due_at, due.id limit ${options.limit}
      for update of e skip locked
    ), claimed as (
      update webhook_event e set attempts = e.attempts + 1, last_attempt_at = now(), claimed_until = lease.ends, due_at = lease.ends
      from picked, (select date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${options.leaseSeconds})) as ends) as lease
      where e.id = picked.id
      returning e.*
    )
    select c.id, c.uid, c.webhook_id as "webhookId", w.partner_id as "partnerId", w.show, w.images, w.url, w.secret, c.story_id as "storyId", c.kind,
      c.created_at as "createdAt", c.attempts, extract(epoch from clock_timestamp() - c.waiting_since)::float8 as "ageSeconds", c.claimed_until as "claimedUntil"
    from claimed c join webhook w on w.id = c.webhook_id order by c.id`.execute(db);
  return claimed.rows.map(({ partnerId, show, images, ...row }) => ({ ...row, reader: { partnerId, show, images } }));
}

/** How an attempt ended; `retryInSeconds` null with a failure = given up. `overtaken`: there was nothing left to tell. */
export type EventOutcome =
  | { state: 'delivered'; status: number; tookMs: number }
  | { state: 'overtaken' }
  | { state: 'failed'; status: number | null; tookMs: number; error: string; retryInSeconds: number | null }
  | { state: 'released' };

/** Writes down how an attempt ended; nothing when the claim was lost. */
export async function settleEvent(db: Db, event: DueEvent, outcome: EventOutcome): Promise<void> {
  const claim = sql`id = ${event.id} and state = 'waiting' and claimed_until = ${event.claimedUntil}`;
  switch (outcome.state) {
    case 'delivered':
      await sql`update webhook_event set state = 'delivered', ended_at = now(), claimed_until = null, last_status = ${outcome.status},
        took_ms = ${Math.round(outcome.tookMs)}, last_error = null where ${claim}`.execute(db);
      break;
    case 'overtaken':
      await sql`update webhook_event set state = 'overtaken', ended_at = now(), claimed_until = null where ${claim}`.execute(
        db,
      );
      break;
    case 'released':
      await sql`update webhook_event set due_at = now(), claimed_until = null, attempts = attempts - 1 where ${claim}`.execute(
        db,
      );
      break;
    case 'failed': {
      const seconds = outcome.retryInSeconds;
      await sql`update webhook_event set claimed_until = null, last_status = ${outcome.status}, took_ms = ${Math.round(outcome.tookMs)},
        last_error = left(${outcome.error}, 300), state = ${seconds === null ? 'given_up' : 'waiting'},
        ended_at = ${seconds === null ? sql`now()` : null}, due_at = clock_timestamp() + make_interval(secs => ${seconds ?? 0})
        where ${claim}`.execute(db);
    }
  }
}

/** A story as a withdrawal names it, in whatever state it is; `mergedInto` is where it lives on. */
export type StoryState = {
  id: number;
  uid: string;
  status: StoryChange['status'];
  mergedInto: { id: number; uid: string } | null;
};

/** The state of a story; null when it never was. Reads story by its key. */
export async function storyState(db: Db, id: number): Promise<StoryState | null> {
  const row = await sql<{
    id: number;
    uid: string;
    status: StoryChange['status'];
    intoId: number | null;
    intoUid: string | null;
  }>`
    select s.id, s.uid, s.status, m.id as "intoId", m.uid as "intoUid"
    from story s left join story m on m.id = s.merged_into where s.id = ${id}`.execute(db);
  const [found] = row.rows;
  if (!found) return null;
  const { intoId, intoUid, ...state } = found;
  return {
    ...state,
    mergedInto: intoId === null || intoUid === null ? null : { id: intoId, uid: intoUid },
  };
}

/** One line of an endpoint's log. */
export type LoggedEvent = {
  id: number;
  uid: string;
  storyId: number;
  kind: WebhookKind;
  state: 'waiting' | 'delivered' | 'overtaken' | 'given_up';
  createdAt: Date;
  attempts: number;
  /** Next attempt while it waits. */
  dueAt: Date;
  endedAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  tookMs: number | null;
};

/** An endpoint's log, newest first, at most `limit`, older than `beforeId` when given. Index webhook_event_log. */
export async function listEvents(
  db: Db,
  webhookId: number,
  options: { limit: number; beforeId?: number },
): Promise<LoggedEvent[]> {
  const before = options.beforeId ?? Number.MAX_SAFE_INTEGER;
  const rows = await sql<LoggedEvent>`
    select id, uid, story_id as "storyId", kind, state, created_at as "createdAt", attempts, due_at as "dueAt", ended_at as "endedAt",
      last_status as "lastStatus", last_error as "lastError", took_ms as "tookMs"
    from webhook_event where webhook_id = ${webhookId} and id < ${before} order by id desc limit ${options.limit}`.execute(
    db,
  );
  return rows.rows;
}

/**
 * Tells events once more, under the ids they had: one by its uid, or all of an endpoint made since a time, those given up or delivered
 * alike. Returns how many wait again. Index webhook_event_log.
 */
export async function replayEvents(
  db: Db,
  webhookId: number,
  which: { uid: string } | { since: Date },
): Promise<number> {
  const chosen = 'uid' in which ? sql`uid = ${which.uid}` : sql`created_at >= ${which.since}`;
  const rows = await sql`
    with again as (
      update webhook_event set state = 'waiting', waiting_since = now(), due_at = now(), attempts = 0, ended_at = null, claimed_until = null
      where webhook_id = ${webhookId} and state <> 'waiting' and ${chosen}
      returning 1
    ), woken as (
      select pg_notify('webhook_due', '') where exists (select from again)
    )
    select (select count(*)::int from again) as n, (select count(*) from woken) as woken`.execute(db);
  const [first] = rows.rows as { n: number }[];
  return first?.n ?? 0;
}

/** Drops events that ended, or were made for an endpoint that has been disabled, more than 30 days ago. Index webhook_event_created. */
export async function trimWebhookLog(db: Db): Promise<number> {
  const dropped = await sql`
    delete from webhook_event where id in (
      select e.id from webhook_event e join webhook w on w.id = e.webhook_id
      where e.created_at < now() - interval '30 days' and (e.state <> 'waiting' or w.disabled_at is not null) limit 20000
    )`.execute(db);
  return Number(dropped.numAffectedRows ?? 0n);
}
