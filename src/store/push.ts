// Our own subscriptions at papers' hubs: wanted, asked for, confirmed, renewed; and how far each hub can be relied on.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** What a paper says of itself: where changes of which address are told. */
export type HubOffer = { hubUrl: string; topicUrl: string };

/** Capabilities of a subscription: both random (244 bits, from PostgreSQL), both secret. */
export type PushKeys = { token: string; secret: string };

const randomText = sql`replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')`;

/**
 * Records that a source offers a hub. A new offer, or another hub or topic than before, is to be subscribed to; a known one is dated, at
 * most twice a day; a denied or ended one is tried again after 30 days. Writes nothing otherwise.
 */
export async function noteOffer(db: Db, sourceId: number, offer: HubOffer): Promise<void> {
  await sql`
    with noted as (
      insert into push as p (source_id, hub_url, topic_url, token, secret)
      values (${sourceId}, ${offer.hubUrl}, ${offer.topicUrl}, ${randomText}, ${randomText})
      on conflict (source_id) do update set
        offered_at = now(),
        hub_url = excluded.hub_url, topic_url = excluded.topic_url,
        token = case when p.hub_url = excluded.hub_url and p.topic_url = excluded.topic_url then p.token else excluded.token end,
        secret = case when p.hub_url = excluded.hub_url and p.topic_url = excluded.topic_url then p.secret else excluded.secret end,
        state = case when p.hub_url = excluded.hub_url and p.topic_url = excluded.topic_url and not (p.state in ('denied', 'off') and p.asked_at < now() - interval '30 days')
          then p.state else 'wanted' end,
        due_at = case when p.hub_url = excluded.hub_url and p.topic_url = excluded.topic_url and not (p.state in ('denied', 'off') and p.asked_at < now() - interval '30 days')
          then p.due_at else now() end,
        attempts = case when p.hub_url = excluded.hub_url then p.attempts else 0 end,
        trusted_until = case when p.hub_url = excluded.hub_url and p.topic_url = excluded.topic_url then p.trusted_until end
      where p.hub_url <> excluded.hub_url or p.topic_url <> excluded.topic_url or p.offered_at < now() - interval '12 hours'
        or (p.state in ('denied', 'off') and p.asked_at < now() - interval '30 days')
      returning p.due_at
    )
    select pg_notify('push_due', '') from noted where due_at <= now()`.execute(db);
}

/** A subscription whose hub is to be asked, held until `claimedUntil` (database clock). */
export type DuePush = HubOffer &
  PushKeys & {
    sourceId: number;
    /** `leaving`: to be ended; anything else: to be made or renewed. */
    state: 'wanted' | 'asked' | 'active' | 'renewing' | 'leaving';
    attempts: number;
    /** False when the source has not offered its hub for a week: then the lease is left to end. */
    isOffered: boolean;
    claimedUntil: Date;
  };

/**
 * Claims subscriptions that are to be asked for, renewed or ended, at most `limit`, and puts them into the state of having been asked: a
 * hub may put its question before it answers our request. Index push_due.
 */
export async function claimPushes(db: Db, options: { limit: number; leaseSeconds: number }): Promise<DuePush[]> {
  const claimed = await sql<DuePush>`
    with picked as (
      select source_id from push
      where due_at <= clock_timestamp() and (claimed_until is null or claimed_until <= clock_timestamp())
      order by due_at limit ${options.limit} for update skip locked
    )
    update push p set attempts = p.attempts + 1, asked_at = now(),
      state = case p.state when 'leaving' then 'leaving' when 'active' then 'renewing' when 'renewing' then 'renewing' else 'asked' end,
      claimed_until = date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${options.leaseSeconds}))
    from picked where p.source_id = picked.source_id
    returning p.source_id as "sourceId", p.hub_url as "hubUrl", p.topic_url as "topicUrl", p.token, p.secret, p.state, p.attempts,
      p.offered_at > now() - interval '7 days' as "isOffered", p.claimed_until as "claimedUntil"`.execute(db);
  return claimed.rows;
}

/**
 * Ends a claim: the hub was asked (`error` null), or could not be. It is asked again after `againInSeconds` unless it has put its
 * question by then; null = never again.
 */
export async function settlePush(
  db: Db,
  claim: DuePush,
  result: { error: string | null; againInSeconds: number | null },
): Promise<void> {
  await sql`
    update push set claimed_until = null, last_error = left(${result.error}::text, 300),
      due_at = case when ${result.againInSeconds}::float8 is null then null
        -- A hub that was quick has confirmed already and set the date of the renewal.
        when state = 'active' then due_at
        else clock_timestamp() + make_interval(secs => ${result.againInSeconds}::float8) end,
      state = case when ${result.againInSeconds}::float8 is null then 'off' else state end,
      trusted_until = case when ${result.againInSeconds}::float8 is null then null else trusted_until end
    where source_id = ${claim.sourceId} and claimed_until = ${claim.claimedUntil}`.execute(db);
}

/** The subscription behind a callback address. */
export type KnownPush = HubOffer & {
  sourceId: number;
  secret: string;
  state: 'wanted' | 'asked' | 'active' | 'renewing' | 'leaving' | 'denied' | 'off';
};

/** The subscription of a token; null when there is none. Reads push by its unique token. */
export async function findPush(db: Db, token: string): Promise<KnownPush | null> {
  const row = await sql<KnownPush>`
    select source_id as "sourceId", hub_url as "hubUrl", topic_url as "topicUrl", secret, state from push where token = ${token}`.execute(
    db,
  );
  return row.rows[0] ?? null;
}

/**
 * The hub asked and we agreed: the lease begins. `renewInSeconds` is when to renew; trust that was earned before goes on until
 * `stalledSeconds` after that date or the end of the lease, whichever comes first.
 */
export async function confirmPush(
  db: Db,
  token: string,
  granted: { leaseSeconds: number; renewInSeconds: number; stalledSeconds: number },
): Promise<void> {
  await sql`
    update push set state = 'active', attempts = 0, last_error = null, verified_at = now(),
      expires_at = now() + make_interval(secs => ${granted.leaseSeconds}),
      due_at = now() + make_interval(secs => ${granted.renewInSeconds}),
      trusted_until = case when trusted_until is null then null
        else now() + make_interval(secs => ${Math.min(granted.leaseSeconds, granted.renewInSeconds + granted.stalledSeconds)}) end
    where token = ${token}`.execute(db);
}

/** The hub has ended it: by our wish (`off`) or by its own (`denied`, with its reason). The source is due for a poll. */
export async function endPush(db: Db, token: string, state: 'off' | 'denied', reason: string | null): Promise<void> {
  await sql`
    with ended as (
      update push set state = ${state}, due_at = null, trusted_until = null, expires_at = null, last_error = left(${reason}::text, 300)
      where token = ${token} returning source_id
    ), due as (
      update source set next_fetch_at = now(), next_reason = 'hub_ended'
      where id in (select source_id from ended) and not is_paused and next_fetch_at > now() + interval '15 minutes'
      returning 1
    )
    select pg_notify('source_due', '') from due`.execute(db);
}

/** Ends subscriptions of paused sources and wants those of resumed ones again. Returns how many changed. Reads push and source by key. */
export async function followPauses(db: Db): Promise<number> {
  const changed = await sql`
    update push p set due_at = now(), attempts = 0, trusted_until = null,
      state = case when s.is_paused then 'leaving' else 'wanted' end
    from source s
    where s.id = p.source_id
      and ((s.is_paused and p.state in ('asked', 'active', 'renewing')) or (not s.is_paused and p.state = 'off' and p.last_error is null))`.execute(
    db,
  );
  return Number(changed.numAffectedRows ?? 0n);
}

/** How our subscriptions stand. */
export async function countPushes(db: Db): Promise<{ active: number; asked: number; trusted: number; denied: number }> {
  const row = await sql<{ active: number; asked: number; trusted: number; denied: number }>`
    select (count(*) filter (where state in ('active', 'renewing') and expires_at > now()))::int as active,
      (count(*) filter (where state in ('wanted', 'asked')))::int as asked,
      (count(*) filter (where trusted_until > now()))::int as trusted,
      (count(*) filter (where state = 'denied'))::int as denied from push`.execute(db);
  return row.rows[0] ?? { active: 0, asked: 0, trusted: 0, denied: 0 };
}
