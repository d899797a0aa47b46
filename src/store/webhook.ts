// Partners' endpoints in PostgreSQL: what each wants to hear, its secret, and how telling it goes.
import { sql } from 'kysely';
import type { Rights } from '../domain.ts';
import type { Db } from './db.ts';
import { inTransaction } from './db.ts';

/** What an endpoint can be told. */
export const webhookKinds = ['story.published', 'story.updated', 'story.corrected', 'story.withdrawn'] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** The address of an endpoint as somebody wrote it; null unless it is http(s) without a user name. Whether it may be called is the guard's business. */
export function readCallback(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' ? url : null;
}

/** An endpoint as it was set up. */
export type Webhook = {
  id: number;
  /** The partner it belongs to; null for one of the operator's own. */
  partnerId: number | null;
  name: string;
  url: string;
  kinds: WebhookKind[];
  /** Only stories of this edition; null = all. */
  editionId: number | null;
  editionPath: string | null;
  /** At most so much of a story goes to it. */
  show: Rights['show'];
  images: boolean;
  disabledAt: Date | null;
  disabledReason: string | null;
  /** Since when every attempt has failed; null while the last one succeeded. */
  failingSince: Date | null;
  failures: number;
  lastSuccessAt: Date | null;
  lastError: string | null;
  /** Events that wait to be told. */
  waiting: number;
};

const cursorKey = 'webhook.cursor';

/**
 * Locks the place up to which changed stories have been turned into events, until the transaction ends; the newest change when nobody
 * has read yet. One reader at a time over all processes.
 */
export async function lockWebhookCursor(db: Db): Promise<number> {
  await sql`
    insert into setting (key, value) select ${cursorKey}, to_jsonb(coalesce(max(change_id), 0)) from story
    on conflict (key) do nothing`.execute(db);
  const row = await sql<{
    cursor: number;
  }>`select (value)::bigint as cursor from setting where key = ${cursorKey} for update`.execute(db);
  return row.rows[0]?.cursor ?? 0;
}

/** Moves the place; call it in the transaction that locked it. */
export async function moveWebhookCursor(db: Db, cursor: number): Promise<void> {
  await sql`update setting set value = to_jsonb(${cursor}::bigint) where key = ${cursorKey}`.execute(db);
}

// Index story_changed.
async function newestChange(db: Db): Promise<number> {
  const row = await sql<{ n: number }>`select coalesce(max(change_id), 0) as n from story`.execute(db);
  return row.rows[0]?.n ?? 0;
}

// While nobody listened the place stood still: what lies between is nobody's news.
async function beginToListen(trx: Db): Promise<void> {
  await lockWebhookCursor(trx);
  const others = await sql`select from webhook where disabled_at is null limit 1`.execute(trx);
  if (others.rows.length === 0) await moveWebhookCursor(trx, await newestChange(trx));
}

/**
 * Adds an endpoint and returns its id. It hears of what changes from now on: stories that stood before are not told. `secret` is kept as
 * it is, because signing needs it; the database must be kept as safely as a key.
 */
export async function addWebhook(
  db: Db,
  wanted: {
    partnerId: number | null;
    name: string;
    url: string;
    secret: string;
    kinds: readonly WebhookKind[];
    editionId: number | null;
    show: Rights['show'];
    images: boolean;
  },
): Promise<number> {
  return inTransaction(db, async (trx) => {
    await beginToListen(trx);
    const made = await trx
      .insertInto('webhook')
      .values({
        partner_id: wanted.partnerId,
        name: wanted.name,
        url: wanted.url,
        host: new URL(wanted.url).host,
        secret: wanted.secret,
        kinds: [...wanted.kinds],
        edition_id: wanted.editionId,
        is_filtered: wanted.editionId !== null,
        show: wanted.show,
        images: wanted.images,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  });
}

/** All endpoints by id, or those of one partner, at most `limit`; waiting events are counted up to 10,000 each. */
export async function listWebhooks(db: Db, limit: number, partnerId: number | null = null): Promise<Webhook[]> {
  const rows = await sql<Webhook>`
    select w.id, w.partner_id as "partnerId", w.name, w.url, w.kinds, w.edition_id as "editionId", e.path as "editionPath", w.show, w.images,
      w.disabled_at as "disabledAt", w.disabled_reason as "disabledReason", w.failing_since as "failingSince", w.failures,
      w.last_success_at as "lastSuccessAt", w.last_error as "lastError",
      (select count(*)::int from (select from webhook_event x where x.webhook_id = w.id and x.state = 'waiting' limit 10000) as few) as waiting
    from webhook w left join edition e on e.id = w.edition_id
    where ${partnerId}::bigint is null or w.partner_id = ${partnerId} order by w.id limit ${limit}`.execute(db);
  return rows.rows;
}

/** Removes an endpoint with its log; false when there is none. */
export async function removeWebhook(db: Db, id: number): Promise<boolean> {
  const removed = await db.deleteFrom('webhook').where('id', '=', id).executeTakeFirst();
  return removed.numDeletedRows > 0n;
}

/** Opens an endpoint again: what waited is told now. What changed while it was disabled is not: `replayWebhook` repeats what is in the log. */
export async function enableWebhook(db: Db, id: number): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    await beginToListen(trx);
    const enabled = await sql`
    with enabled as (
      update webhook set disabled_at = null, disabled_reason = null, failing_since = null, failures = 0, retry_at = null
      where id = ${id} returning id
    ), due as (
      update webhook_event set due_at = now(), waiting_since = now(), attempts = 0 where state = 'waiting' and webhook_id in (select id from enabled)
    )
    select pg_notify('webhook_due', '') from enabled`.execute(trx);
    return enabled.rows.length > 0;
  });
}

/** Stops telling an endpoint, with the reason that its owner is shown. False when it was disabled already. */
export async function disableWebhook(db: Db, id: number, reason: string): Promise<boolean> {
  const disabled = await sql`
    update webhook set disabled_at = now(), disabled_reason = left(${reason}, 300) where id = ${id} and disabled_at is null`.execute(
    db,
  );
  return (disabled.numAffectedRows ?? 0n) > 0n;
}

/** An attempt succeeded: the endpoint is well. Writes at most once a minute while nothing changes. */
export async function noteWebhookSuccess(db: Db, id: number): Promise<void> {
  await sql`
    update webhook set failures = 0, failing_since = null, retry_at = null, last_error = null, last_success_at = now()
    where id = ${id} and (failures > 0 or last_success_at is null or last_success_at < now() - interval '1 minute')`.execute(
    db,
  );
}

/** An attempt failed; returns how many have in a row and for how many seconds. Until `noteWebhookRest` nothing else changes. */
export async function noteWebhookFailure(
  db: Db,
  id: number,
  error: string,
): Promise<{ failures: number; forSeconds: number }> {
  const row = await sql<{ failures: number; forSeconds: number }>`
    update webhook set failures = failures + 1, failing_since = coalesce(failing_since, now()), last_error = left(${error}, 300)
    where id = ${id}
    returning failures, extract(epoch from now() - failing_since)::float8 as "forSeconds"`.execute(db);
  return row.rows[0] ?? { failures: 0, forSeconds: 0 };
}

/** Leaves an endpoint alone for some seconds. */
export async function noteWebhookRest(db: Db, id: number, seconds: number): Promise<void> {
  await sql`update webhook set retry_at = clock_timestamp() + make_interval(secs => ${seconds}) where id = ${id}`.execute(
    db,
  );
}

/** Endpoints by their state: in use, failing at the moment, disabled; and events that wait, counted up to 100,000. */
export async function countWebhooks(
  db: Db,
): Promise<{ open: number; failing: number; disabled: number; waiting: number }> {
  const row = await sql<{ open: number; failing: number; disabled: number; waiting: number }>`
    select (count(*) filter (where disabled_at is null))::int as open,
      (count(*) filter (where disabled_at is null and failing_since is not null))::int as failing,
      (count(*) filter (where disabled_at is not null))::int as disabled,
      (select count(*)::int from (select from webhook_event where state = 'waiting' limit 100000) as few) as waiting
    from webhook`.execute(db);
  return row.rows[0] ?? { open: 0, failing: 0, disabled: 0, waiting: 0 };
}
