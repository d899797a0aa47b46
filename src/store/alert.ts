// Alerts in PostgreSQL: those that live, a step of the watch written as one, the newest for lists and feeds, and who is still to be told.
import { sql } from 'kysely';
import type { Db } from './db.ts';

type Severity = 'warning' | 'critical';
type Facts = Record<string, string | number>;

/** An alert as it is shown. Clocks are the watch's. */
export type Alert = {
  id: number;
  kind: string;
  subject: string;
  severity: Severity;
  facts: Facts;
  firstSeenAt: Date;
  openedAt: Date | null;
  missingSince: Date | null;
  closedAt: Date | null;
  changedAt: Date;
};

/** A matter to write: see watch/alert.ts, whose steps these are. */
export type AlertFacts = { kind: string; subject: string; severity: Severity; facts: Facts };

const watchLock = 7_411_019;

const columns = sql`id, kind, subject, severity, facts, first_seen_at as "firstSeenAt", opened_at as "openedAt", missing_since as "missingSince",
  closed_at as "closedAt", changed_at as "changedAt"`;

/** Runs `work` in a transaction as the only watch over this database; null when another process is at it. */
export async function asOnlyWatch<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ isOurs: boolean }>`select pg_try_advisory_xact_lock(${watchLock}) as "isOurs"`.execute(
      trx,
    );
    return rows[0]?.isOurs === true ? work(trx) : null;
  });
}

/** All alerts that are not closed, at most 500. Index alert_living. */
export async function listLivingAlerts(db: Db): Promise<Alert[]> {
  return (
    await sql<Alert>`select ${columns} from alert where closed_at is null order by severity, opened_at nulls last, id limit 500`.execute(
      db,
    )
  ).rows;
}

/** Opened alerts, closed ones too, those that changed last first. Index alert_latest. */
export async function listLatestAlerts(db: Db, limit: number): Promise<Alert[]> {
  return (
    await sql<Alert>`select ${columns} from alert where opened_at is not null order by changed_at desc, id desc limit ${limit}`.execute(
      db,
    )
  ).rows;
}

/** Writes a new matter, opened at once or not; null when it lives already. */
export async function beginAlert(db: Db, alert: AlertFacts, at: Date, isOpen: boolean): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    insert into alert (kind, subject, severity, facts, first_seen_at, last_seen_at, opened_at, changed_at)
    values (${alert.kind}, ${alert.subject}, ${alert.severity}, ${JSON.stringify(alert.facts)}::jsonb, ${at}, ${at}, ${isOpen ? at : null}, ${at})
    on conflict (kind, subject) where closed_at is null do nothing returning id`.execute(db);
  return rows[0]?.id ?? null;
}

/** Renews a living alert's facts, and opens it where `isOpen`; what is as it was is not written. */
export async function keepAlert(db: Db, id: number, alert: AlertFacts, at: Date, isOpen: boolean): Promise<void> {
  const facts = JSON.stringify(alert.facts);
  await sql`update alert set severity = ${alert.severity}, facts = ${facts}::jsonb, last_seen_at = ${at}, missing_since = null,
    opened_at = case when ${isOpen} then ${at}::timestamptz else opened_at end,
    changed_at = case when ${isOpen} then ${at}::timestamptz else changed_at end
    where id = ${id} and (${isOpen} or missing_since is not null or severity <> ${alert.severity} or facts <> ${facts}::jsonb)`.execute(
    db,
  );
}

/** Ends alerts: `missing` are noted as gone, `close` are closed, `forget` are deleted. */
export async function endAlerts(
  db: Db,
  ended: { missing: readonly number[]; close: readonly number[]; forget: readonly number[] },
  at: Date,
): Promise<void> {
  if (ended.missing.length > 0)
    await sql`update alert set missing_since = ${at} where id = any(${[...ended.missing]}::bigint[])`.execute(db);
  if (ended.close.length > 0)
    await sql`update alert set closed_at = ${at}, changed_at = ${at} where id = any(${[...ended.close]}::bigint[])`.execute(
      db,
    );
  if (ended.forget.length > 0) await sql`delete from alert where id = any(${[...ended.forget]}::bigint[])`.execute(db);
}

/** Lets alerts go that were closed more than 90 days ago. */
export async function forgetAlerts(db: Db, at: Date): Promise<void> {
  await sql`delete from alert where closed_at < ${at}::timestamptz - interval '90 days'`.execute(db);
}

export type Channel = 'mail' | 'webhook';
export type AlertEvent = 'opened' | 'closed';

/**
 * Notes that `channels` are to be told of alerts, now and not half a millisecond later, as the column would round it. An end is told to
 * those alone who were told, or are to be told, of the beginning.
 */
export async function oweNotices(
  db: Db,
  ids: readonly number[],
  event: AlertEvent,
  channels: readonly Channel[],
): Promise<void> {
  if (ids.length === 0 || channels.length === 0) return;
  await sql`
    insert into alert_notice (alert_id, event, channel, due_at)
    select a.id, ${event}, c.channel, date_trunc('milliseconds', now()) from unnest(${[...ids]}::bigint[]) as a(id), unnest(${[...channels]}::text[]) as c(channel)
    where ${event} = 'opened' or exists (select from alert_notice o where o.alert_id = a.id and o.event = 'opened' and o.channel = c.channel)
    on conflict do nothing`.execute(db);
}

/** A notice in our hands, with its alert. */
export type DueNotice = Alert & { event: AlertEvent; channel: Channel; uid: string; createdAt: Date; attempts: number };

/**
 * Takes the due notices of a channel, the oldest first. None while one was told within the last `restSeconds`, so that what comes in a burst
 * goes out together. Leases run on the database's clock. Index alert_notice_due.
 */
export async function claimNotices(
  db: Db,
  options: { channel: Channel; limit: number; leaseSeconds: number; restSeconds: number },
): Promise<DueNotice[]> {
  return (
    await sql<DueNotice>`
      with due as (
        select alert_id, event, channel from alert_notice
        where channel = ${options.channel} and due_at <= now() and (claimed_until is null or claimed_until < now())
          and not exists (select from alert_notice o where o.channel = ${options.channel}
            and o.told_at > now() - make_interval(secs => ${options.restSeconds}))
        order by due_at, alert_id limit ${options.limit} for update skip locked
      ), taken as (
        update alert_notice n set claimed_until = now() + make_interval(secs => ${options.leaseSeconds}) from due d
        where n.alert_id = d.alert_id and n.event = d.event and n.channel = d.channel returning n.*
      )
      select t.event, t.channel, t.uid, t.created_at as "createdAt", t.attempts, a.* from taken t
        join lateral (select ${columns} from alert where id = t.alert_id) a on true
      order by t.created_at, t.alert_id, t.event desc`.execute(db)
  ).rows;
}

/** Notes how telling went: told, or tried again in `retrySeconds` (null = given up). */
export async function settleNotices(
  db: Db,
  notices: readonly { id: number; event: AlertEvent; channel: Channel }[],
  end: { error: string | null; retrySeconds: number | null },
): Promise<void> {
  const isTold = end.error === null;
  for (const { id, event, channel } of notices)
    await sql`update alert_notice set claimed_until = null, attempts = attempts + 1, last_error = ${end.error?.slice(0, 500) ?? null},
      told_at = case when ${isTold} then now() end,
      due_at = ${isTold || end.retrySeconds === null ? null : sql`now() + make_interval(secs => ${end.retrySeconds})`}
      where alert_id = ${id} and event = ${event} and channel = ${channel}`.execute(db);
}

/** How telling goes: notices that wait or were given up, and the newest error. */
export async function noticeTroubles(db: Db): Promise<{ waiting: number; error: string | null }> {
  const { rows } = await sql<{ waiting: number; error: string | null }>`
    select (select count(*)::int from (select from alert_notice where due_at is not null limit 1000) w) as waiting,
      (select last_error from alert_notice where last_error is not null order by created_at desc limit 1) as error`.execute(
    db,
  );
  return rows[0] ?? { waiting: 0, error: null };
}
