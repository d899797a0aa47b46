// Subscribers of our hub in PostgreSQL: requests that wait for the callback's word, and subscriptions until their lease ends.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A request that is well-formed and names a topic of ours. */
export type WantedVerification = {
  mode: 'subscribe' | 'unsubscribe';
  editionId: number;
  format: string;
  /** As it was given. */
  topic: string;
  callback: string;
  /** Host (with port) of the callback. */
  host: string;
  secret: string | null;
  leaseSeconds: number;
};

/** A callback to be asked, held until `claimedUntil` (database clock). */
export type DueVerification = Omit<WantedVerification, 'mode'> & {
  id: number;
  mode: 'subscribe' | 'unsubscribe' | 'denied';
  /** Attempts so far, this one included. */
  attempts: number;
  isRetired: boolean;
  claimedUntil: Date;
};

const mostPending = 50_000;

/**
 * Puts a request in line for verification and wakes the verifier. A later request for the same topic and callback takes the place
 * of an earlier one. Returns false, writing nothing, when `mostPerHost` requests of that host, or 50,000 of all, are waiting.
 * Index verification_host.
 */
export async function requestVerification(db: Db, wanted: WantedVerification, mostPerHost: number): Promise<boolean> {
  const made = await sql`
    with made as (
      insert into verification as v (mode, edition_id, format, topic, callback, callback_key, host, secret, lease_seconds)
      select ${wanted.mode}, ${wanted.editionId}, ${wanted.format}, ${wanted.topic}, ${wanted.callback},
        substr(sha256(convert_to(${wanted.callback}, 'UTF8')), 1, 16), ${wanted.host}, ${wanted.secret}, ${wanted.leaseSeconds}
      where (select count(*) from (select from verification where host = ${wanted.host} limit ${mostPerHost}) as of_host) < ${mostPerHost}
        and (select count(*) from (select from verification limit ${mostPending}) as of_all) < ${mostPending}
      on conflict (edition_id, format, callback_key) do update set mode = excluded.mode, topic = excluded.topic, secret = excluded.secret,
        lease_seconds = excluded.lease_seconds, attempts = 0, due_at = now(), claimed_until = null, created_at = now()
      returning 1
    )
    select pg_notify('hub_due', '') from made`.execute(db);
  return made.rows.length > 0;
}

/** Hosts with callbacks that are to be asked, the longest waiting first, at most 200 and none of `without`. Index verification_due. */
export async function dueVerificationHosts(db: Db, without: readonly string[]): Promise<string[]> {
  const found = await sql<{ host: string }>`
    with due as (
      select host, due_at from verification
      where due_at <= clock_timestamp() and (claimed_until is null or claimed_until <= clock_timestamp())
        and host <> all(${[...without]}::text[])
      order by due_at limit 2000
    )
    select host from due group by host order by min(due_at) limit 200`.execute(db);
  return found.rows.map((row) => row.host);
}

/** Claims callbacks of `hosts` that are to be asked, the longest waiting first, at most `perHost` of one host. Index verification_due. */
export async function claimVerifications(
  db: Db,
  options: { limit: number; perHost: number; leaseSeconds: number; hosts: readonly string[] },
): Promise<DueVerification[]> {
  const claimed = await sql<DueVerification>`
    with due as (
      select id, host, due_at from verification
      where due_at <= clock_timestamp() and (claimed_until is null or claimed_until <= clock_timestamp())
        and host = any(${[...options.hosts]}::text[])
      order by due_at limit 2000
    ), fair as (
      select id, due_at, row_number() over (partition by host order by due_at) as place from due
    ), picked as (
      select v.id from verification v join fair f on f.id = v.id
      where f.place <= ${options.perHost} and (v.claimed_until is null or v.claimed_until <= clock_timestamp())
      order by f.due_at limit ${options.limit}
      for update of v skip locked
    ), claimed as (
      update verification v set attempts = v.attempts + 1,
        claimed_until = date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${options.leaseSeconds}))
      from picked where v.id = picked.id
      returning v.*
    )
    select c.id, c.mode, c.edition_id as "editionId", c.format, c.topic, c.callback, c.host, c.secret, c.lease_seconds as "leaseSeconds",
      c.attempts, e.retired_at is not null as "isRetired", c.claimed_until as "claimedUntil"
    from claimed c join edition e on e.id = c.edition_id`.execute(db);
  return claimed.rows;
}

/** Ends a claim for good; a request that took its place meanwhile stays. */
export async function endVerification(db: Db, claim: DueVerification): Promise<void> {
  await sql`delete from verification where id = ${claim.id} and claimed_until = ${claim.claimedUntil}`.execute(db);
}

/** Puts a claim off for some seconds. */
export async function postponeVerification(db: Db, claim: DueVerification, seconds: number): Promise<void> {
  await sql`
    update verification set due_at = clock_timestamp() + make_interval(secs => ${seconds}), claimed_until = null
    where id = ${claim.id} and claimed_until = ${claim.claimedUntil}`.execute(db);
}

/**
 * The callback agreed: makes the subscription, or gives it this request's secret and a new lease, which runs from the moment the
 * question was asked (`tookSeconds` ago), and ends the claim.
 */
export async function confirmSubscription(db: Db, claim: DueVerification, tookSeconds: number): Promise<void> {
  await sql`
    with ended as (
      delete from verification where id = ${claim.id} and claimed_until = ${claim.claimedUntil}
    )
    insert into subscription (edition_id, format, topic, callback, callback_key, host, secret, expires_at)
    values (${claim.editionId}, ${claim.format}, ${claim.topic}, ${claim.callback}, substr(sha256(convert_to(${claim.callback}, 'UTF8')), 1, 16),
      ${claim.host}, ${claim.secret}, now() + make_interval(secs => ${claim.leaseSeconds - tookSeconds}))
    on conflict (edition_id, format, callback_key) do update set topic = excluded.topic, secret = excluded.secret,
      expires_at = excluded.expires_at, verified_at = now(), failures = 0, last_error = null`.execute(db);
}

/** The callback agreed to leave, or we deny it: removes the subscription, if there is one, with what waits for it, and ends the claim. */
export async function dropSubscription(db: Db, claim: DueVerification): Promise<void> {
  await sql`
    with ended as (
      delete from verification where id = ${claim.id} and claimed_until = ${claim.claimedUntil}
    )
    delete from subscription where edition_id = ${claim.editionId} and format = ${claim.format}
      and callback_key = substr(sha256(convert_to(${claim.callback}, 'UTF8')), 1, 16)`.execute(db);
}

/**
 * Ends what is over: removes subscriptions whose lease ended, and lines up a "denied" for each subscriber of a retired edition, at most
 * 1,000 at a time. Returns how many were dealt with. Index subscription_expires, subscription's unique key.
 */
export async function endSubscriptions(db: Db): Promise<{ expired: number; denied: number }> {
  const expired = await sql`
    delete from subscription where id in (select id from subscription where expires_at <= now() order by expires_at limit 10000)`.execute(
    db,
  );
  const denied = await sql`
    with over as (
      delete from subscription where id in (
        select s.id from edition e join subscription s on s.edition_id = e.id where e.retired_at is not null limit 1000
      ) returning *
    ), told as (
      insert into verification (mode, edition_id, format, topic, callback, callback_key, host, lease_seconds)
      select 'denied', edition_id, format, topic, callback, callback_key, host, 0 from over
      on conflict (edition_id, format, callback_key) do update set mode = 'denied', attempts = 0, due_at = now(), claimed_until = null
      returning 1
    )
    select pg_notify('hub_due', '') from told`.execute(db);
  return { expired: Number(expired.numAffectedRows ?? 0n), denied: denied.rows.length };
}

/** Subscribers by their state: all, those whose last distribution failed, requests that wait for verification. */
export async function countSubscriptions(db: Db): Promise<{ all: number; failing: number; unverified: number }> {
  const row = await sql<{ all: number; failing: number; unverified: number }>`
    select (select count(*)::int from subscription where expires_at > now()) as all,
      (select count(*)::int from subscription where failures > 0 and expires_at > now()) as failing,
      (select count(*)::int from verification) as unverified`.execute(db);
  return row.rows[0] ?? { all: 0, failing: 0, unverified: 0 };
}

/**
 * Topics with subscribers whose document nobody was seen to read within the hour: a subscriber reads without asking, so somebody must
 * ask in its place, or the document is no longer rendered. Reads subscription by its unique key; at most 1,000 topics.
 */
export async function staleTopics(db: Db): Promise<{ editionId: number; format: string }[]> {
  const found = await sql<{ editionId: number; format: string }>`
    select t.edition_id as "editionId", t.format
    from (select distinct edition_id, format from subscription where expires_at > now()) t
    left join document d on d.edition_id = t.edition_id and d.format = t.format
    where d.read_at is null or d.read_at < now() - interval '1 hour'
    limit 1000`.execute(db);
  return found.rows;
}
