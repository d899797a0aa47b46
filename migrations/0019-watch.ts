// What the watch over the river remembers: alerts with those who were told, and figures of the last days for curves.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0019-watch';

const statements = [
  // One living row for each matter. opened_at null: seen, but not for long enough to trouble anybody. missing_since: gone, but not for
  // long enough to call it over.
  `create table alert (
    id bigint generated always as identity primary key,
    kind text not null,
    subject text not null default '',
    severity text not null check (severity in ('warning', 'critical')),
    facts jsonb not null,
    first_seen_at timestamptz(3) not null,
    last_seen_at timestamptz(3) not null,
    opened_at timestamptz(3),
    missing_since timestamptz(3),
    closed_at timestamptz(3),
    changed_at timestamptz(3) not null
  ) with (fillfactor = 80)`,
  'create unique index alert_living on alert (kind, subject) where closed_at is null',
  'create index alert_latest on alert (changed_at desc, id desc) where opened_at is not null',

  // Who is still to be told of an opened or closed alert, and who was.
  `create table alert_notice (
    alert_id bigint not null references alert on delete cascade,
    event text not null check (event in ('opened', 'closed')),
    channel text not null check (channel in ('mail', 'webhook')),
    uid uuid not null default gen_random_uuid(),
    created_at timestamptz(3) not null default now(),
    due_at timestamptz(3) default now(),
    claimed_until timestamptz(3),
    attempts integer not null default 0,
    told_at timestamptz(3),
    last_error text,
    primary key (alert_id, event, channel)
  ) with (fillfactor = 80)`,
  'create index alert_notice_due on alert_notice (channel, due_at) where due_at is not null',

  // A row every five minutes, for the curves of the console; those of more than eight days go.
  `create table health_sample (
    at timestamptz(3) primary key,
    figures jsonb not null
  )`,
];

/** Creates the tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
