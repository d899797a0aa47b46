// What papers' hubs have pushed: bytes that wait to be read, and a tally for each hub of what it brought and what it missed.
import { sql } from 'kysely';
import type { Db } from './db.ts';

const mostWaiting = 20;

/**
 * Keeps a pushed body until it is read, and wakes the reader. Returns false when twenty of that source are waiting already: then the
 * source is made due for a poll instead, so that nothing is lost. Index push_body_source.
 */
export async function keepPushBody(
  db: Db,
  sourceId: number,
  pushed: { contentType: string | null; body: Buffer },
): Promise<boolean> {
  const kept = await sql`
    with kept as (
      insert into push_body (source_id, content_type, body)
      select ${sourceId}, ${pushed.contentType}, ${pushed.body}
      where (select count(*) from push_body where source_id = ${sourceId}) < ${mostWaiting}
      returning 1
    ), due as (
      update source set next_fetch_at = now(), next_reason = 'push_overflow'
      where id = ${sourceId} and not is_paused and next_fetch_at > now() and not exists (select from kept)
    )
    select pg_notify('push_due', '') from kept`.execute(db);
  return kept.rows.length > 0;
}

/** A pushed body in our hands until `claimedUntil` (database clock). */
export type DuePushBody = {
  id: number;
  sourceId: number;
  hubUrl: string;
  contentType: string | null;
  body: Buffer;
  attempts: number;
  claimedUntil: Date;
};

/** Claims the oldest body of up to `limit` sources: those of one source are read in the order in which they came. Scans push_body, which is short. */
export async function claimPushBodies(
  db: Db,
  options: { limit: number; leaseSeconds: number },
): Promise<DuePushBody[]> {
  const claimed = await sql<DuePushBody>`
    with first as (
      select distinct on (source_id) id, claimed_until from push_body order by source_id, id
    ), picked as (
      select b.id from push_body b join first f on f.id = b.id
      where (b.claimed_until is null or b.claimed_until <= clock_timestamp())
      order by b.id limit ${options.limit} for update of b skip locked
    ), claimed as (
      update push_body b set attempts = b.attempts + 1,
        claimed_until = date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${options.leaseSeconds}))
      from picked where b.id = picked.id
      returning b.*
    )
    select c.id, c.source_id as "sourceId", p.hub_url as "hubUrl", c.content_type as "contentType", c.body, c.attempts, c.claimed_until as "claimedUntil"
    from claimed c join push p on p.source_id = c.source_id order by c.id`.execute(db);
  return claimed.rows;
}

/** Removes a body that was read, or cannot be. */
export async function dropPushBody(db: Db, id: number): Promise<void> {
  await sql`delete from push_body where id = ${id}`.execute(db);
}

/** Removes bodies whose source or subscription is gone, and any older than two days. Returns how many. */
export async function dropLostPushBodies(db: Db): Promise<number> {
  const dropped = await sql`
    delete from push_body b where b.received_at < now() - interval '2 days' or not exists (select from push p where p.source_id = b.source_id)`.execute(
    db,
  );
  return Number(dropped.numAffectedRows ?? 0n);
}

/**
 * A push was read and held something: the hub has earned trust until it would be overdue for a renewal (`stalledSeconds` after its
 * date), and its tally grows by the articles it brought first.
 */
export async function notePush(
  db: Db,
  sourceId: number,
  pushed: { brought: number; stalledSeconds: number },
): Promise<void> {
  await sql`
    with earned as (
      update push set last_push_at = now(),
        trusted_until = case when state = 'active' then least(expires_at, due_at + make_interval(secs => ${pushed.stalledSeconds})) else trusted_until end
      where source_id = ${sourceId} returning hub_url
    )
    insert into hub_tally as t (hub_url, pushes, brought, last_push_at)
    select hub_url, 1, ${pushed.brought}, now() from earned
    on conflict (hub_url) do update set pushes = t.pushes + 1, brought = t.brought + excluded.brought, last_push_at = now()`.execute(
    db,
  );
}

/**
 * A poll found articles that the hub should have brought: they count against it, and the source is polled as any other until the
 * next push. Does nothing for a source that is not subscribed to.
 */
export async function noteMissed(db: Db, sourceId: number, missed: number): Promise<void> {
  await sql`
    with failed as (
      update push set trusted_until = null where source_id = ${sourceId} and state in ('active', 'renewing') returning hub_url
    )
    insert into hub_tally as t (hub_url, missed, last_missed_at)
    select hub_url, ${missed}, now() from failed
    on conflict (hub_url) do update set missed = t.missed + excluded.missed, last_missed_at = now()`.execute(db);
}

/** Somebody pushed something that the secret did not sign. */
export async function noteForged(db: Db, hubUrl: string): Promise<void> {
  await sql`
    insert into hub_tally as t (hub_url, forged) values (${hubUrl}, 1)
    on conflict (hub_url) do update set forged = t.forged + 1`.execute(db);
}

/** A hub's record: `brought` articles came by push first, `missed` were found by a poll, `forged` pushes had no right signature. */
export type HubTally = {
  hubUrl: string;
  pushes: number;
  brought: number;
  missed: number;
  forged: number;
  lastPushAt: Date | null;
};

/** The records of all hubs, those that missed most first, at most `limit`. */
export async function listHubTallies(db: Db, limit: number): Promise<HubTally[]> {
  const rows = await sql<HubTally>`
    select hub_url as "hubUrl", pushes, brought, missed, forged, last_push_at as "lastPushAt"
    from hub_tally order by missed desc, hub_url limit ${limit}`.execute(db);
  return rows.rows;
}

/** What reading a push needs of its source. */
export type PushedSource = {
  id: number;
  publisherId: number;
  zone: string;
  url: string;
  kind: string;
  rules: unknown;
  section: string | null;
  province: string | null;
  lastSuccessAt: Date | null;
  itemMarks: Buffer | null;
  isPaused: boolean;
};

/** The source a push belongs to; null when it is gone. Reads source and publisher by their keys. */
export async function pushedSource(db: Db, id: number): Promise<PushedSource | null> {
  const rows = await sql<PushedSource>`
    select s.id, s.publisher_id as "publisherId", p.zone, s.url, s.kind, s.rules, s.section, p.province, s.last_success_at as "lastSuccessAt",
      s.item_marks as "itemMarks", s.is_paused as "isPaused"
    from source s join publisher p on p.id = s.publisher_id where s.id = ${id}`.execute(db);
  return rows.rows[0] ?? null;
}

/** Writes a push into the log of polls, without a word on the source itself. */
export async function logPush(
  db: Db,
  sourceId: number,
  outcome: 'pushed' | 'failed',
  log: { tookMs: number; bytes: number; items: number; created: number; changed: number; note: string | null },
): Promise<void> {
  await db
    .insertInto('poll')
    .values({
      source_id: sourceId,
      took_ms: Math.round(log.tookMs),
      outcome,
      status: null,
      bytes: log.bytes,
      items: log.items,
      created: log.created,
      changed: log.changed,
      note: outcome === 'failed' ? `push: ${log.note ?? ''}` : log.note,
    })
    .execute();
}
