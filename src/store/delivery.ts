// Who is still to be told of a changed document: lined up, claimed and settled in sets.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A subscriber to be told, held until `claimedUntil` (database clock). */
export type DueDelivery = {
  subscriptionId: number;
  editionId: number;
  format: string;
  callback: string;
  host: string;
  secret: string | null;
  /** Attempts for this distribution, this one included. */
  attempts: number;
  /** Seconds since the distribution was first due. */
  ageSeconds: number;
  claimedUntil: Date;
};

/**
 * Lines up the subscribers of all topics that changed; returns how many. One who waits for a retry keeps its place in time (it will get
 * the newest document then), one who is being told right now is told once more. Due now and not half a millisecond later, as the column
 * would round it. Touches topic_change, delivery.
 */
export async function lineUpSubscribers(db: Db): Promise<number> {
  const lined = await sql`
    with changed as (
      delete from topic_change returning edition_id, format
    )
    insert into delivery (subscription_id, edition_id, format, host, due_at, since)
    select s.id, s.edition_id, s.format, s.host, date_trunc('milliseconds', clock_timestamp()), clock_timestamp()
    from changed c join subscription s on s.edition_id = c.edition_id and s.format = c.format
    where s.expires_at > now()
    order by s.id
    on conflict (subscription_id) do update set due_at = excluded.due_at where delivery.due_at = delivery.claimed_until`.execute(
    db,
  );
  return Number(lined.numAffectedRows ?? 0n);
}

/** Hosts with subscribers that are due, the longest waiting first, at most 200 and none of `without`. Index delivery_due. */
export async function dueDeliveryHosts(db: Db, without: readonly string[]): Promise<string[]> {
  const found = await sql<{ host: string }>`
    with due as (
      select host, due_at from delivery
      where due_at <= clock_timestamp() and (claimed_until is null or claimed_until <= clock_timestamp()) and host <> all(${[...without]}::text[])
      order by due_at limit 2000
    )
    select host from due group by host order by min(due_at) limit 200`.execute(db);
  return found.rows.map((row) => row.host);
}

/**
 * Claims subscribers of `hosts` that are due, the longest first, at most `perHost` of one host. A claim that is not settled falls due again
 * at the end of its lease. Index delivery_due.
 */
export async function claimDeliveries(
  db: Db,
  options: { limit: number; perHost: number; leaseSeconds: number; hosts: readonly string[] },
): Promise<DueDelivery[]> {
  const claimed = await sql<DueDelivery>`
    with due as (
      select subscription_id, host, due_at from delivery
      where due_at <= clock_timestamp() and (claimed_until is null or claimed_until <= clock_timestamp()) and host = any(${[...options.hosts]}::text[])
      order by due_at limit 2000
    ), fair as (
      select subscription_id, due_at, row_number() over (partition by host order by due_at) as place from due
    ), picked as (
      select d.subscription_id from delivery d join fair f on f.subscription_id = d.subscription_id
      where f.place <= ${options.perHost} and d.due_at <= clock_timestamp() and (d.claimed_until is null or d.claimed_until <= clock_timestamp())
      order by f.due_at limit ${options.limit}
      for update of d skip locked
    ), claimed as (
      update delivery d set claimed_until = lease.ends, due_at = lease.ends, attempts = d.attempts + 1
      from picked, (select date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${options.leaseSeconds})) as ends) as lease
      where d.subscription_id = picked.subscription_id
      returning d.*
    )
    select c.subscription_id as "subscriptionId", c.edition_id as "editionId", c.format, s.callback, c.host, s.secret, c.attempts,
      extract(epoch from clock_timestamp() - c.since)::float8 as "ageSeconds", c.claimed_until as "claimedUntil"
    from claimed c join subscription s on s.id = c.subscription_id`.execute(db);
  return claimed.rows;
}

/** How telling one subscriber went. */
export type Settled = {
  delivery: DueDelivery;
  /** `gone`: it said 410 and is no subscriber any more; `rested`: not tried, because its host does not answer. */
  outcome: 'told' | 'failed' | 'gone' | 'rested';
  /** Seconds until the next attempt; null = this distribution is given up, the subscription stays. */
  retryInSeconds: number | null;
  error: string | null;
};

type Row = { id: number; until: Date; seconds: number | null; error: string | null };

async function settleTold(db: Db, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  const until = rows.map((row) => row.until);
  await sql`
    with told as (
      select * from unnest(${ids}::bigint[], ${until}::timestamptz[]) as t (id, until)
    ), ended as (
      delete from delivery d using told t where d.subscription_id = t.id and d.claimed_until = t.until and d.due_at = d.claimed_until
    ), again as (
      update delivery d set claimed_until = null, attempts = 0, since = clock_timestamp()
      from told t where d.subscription_id = t.id and d.claimed_until = t.until and d.due_at <> d.claimed_until
    )
    update subscription s set failures = 0, last_error = null
    from told t where s.id = t.id and s.failures > 0`.execute(db);
}

async function settleFailed(db: Db, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    with failed as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as f (id bigint, until timestamptz, seconds float8, error text)
    ), ended as (
      delete from delivery d using failed f where d.subscription_id = f.id and d.claimed_until = f.until and f.seconds is null
    ), later as (
      update delivery d set claimed_until = null, due_at = clock_timestamp() + make_interval(secs => f.seconds)
      from failed f where d.subscription_id = f.id and d.claimed_until = f.until and f.seconds is not null
    )
    update subscription s set failures = s.failures + 1, last_error = left(f.error, 300), failed_at = now()
    from failed f where s.id = f.id`.execute(db);
}

async function settleRested(db: Db, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update delivery d set claimed_until = null, attempts = d.attempts - 1, due_at = clock_timestamp() + make_interval(secs => r.seconds)
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (id bigint, until timestamptz, seconds float8)
    where d.subscription_id = r.id and d.claimed_until = r.until`.execute(db);
}

/** Writes down how deliveries went, a statement for each kind of outcome. Touches delivery and subscription. */
export async function settleDeliveries(db: Db, settled: readonly Settled[]): Promise<void> {
  const rows = (outcome: Settled['outcome']) =>
    settled
      .filter((one) => one.outcome === outcome)
      .map((one) => ({
        id: one.delivery.subscriptionId,
        until: one.delivery.claimedUntil,
        seconds: one.retryInSeconds,
        error: one.error,
      }));
  await settleTold(db, rows('told'));
  await settleFailed(db, rows('failed'));
  await settleRested(db, rows('rested'));
  const gone = rows('gone').map((row) => row.id);
  if (gone.length > 0) await sql`delete from subscription where id = any(${gone}::bigint[])`.execute(db);
}

/** Puts off all that is due at a host. Scans delivery, which holds a row a subscriber at most; only used when a host does not answer. */
export async function restHost(db: Db, host: string, seconds: number): Promise<void> {
  await sql`
    update delivery set due_at = clock_timestamp() + make_interval(secs => ${seconds})
    where host = ${host} and due_at <= clock_timestamp()`.execute(db);
}

/** A document as it is distributed. */
export type TopicDocument = { path: string; etag: string; body: Buffer };

/** The ETag of what a topic holds now; null when it holds nothing or is retired. Reads document and edition by their keys. */
export async function topicEtag(db: Db, editionId: number, format: string): Promise<string | null> {
  const row = await sql<{ etag: string | null }>`
    select d.etag from document d join edition e on e.id = d.edition_id
    where d.edition_id = ${editionId} and d.format = ${format} and e.retired_at is null and d.body is not null`.execute(
    db,
  );
  return row.rows[0]?.etag ?? null;
}

/** What a topic holds now; null as above. */
export async function topicDocument(db: Db, editionId: number, format: string): Promise<TopicDocument | null> {
  const row = await sql<TopicDocument>`
    select e.path, d.etag, d.body from document d join edition e on e.id = d.edition_id
    where d.edition_id = ${editionId} and d.format = ${format} and e.retired_at is null and d.body is not null and d.etag is not null`.execute(
    db,
  );
  return row.rows[0] ?? null;
}

/** How many subscribers wait to be told, and for how long the first of them. */
export async function countDeliveries(db: Db): Promise<{ waiting: number; oldestSeconds: number }> {
  const row = await sql<{ waiting: number; oldestSeconds: number }>`
    select count(*)::int as waiting, coalesce(extract(epoch from now() - min(since)), 0)::float8 as "oldestSeconds" from delivery`.execute(
    db,
  );
  return row.rows[0] ?? { waiting: 0, oldestSeconds: 0 };
}
