// What we push and what is pushed to us: subscribers of our hub, our subscriptions at foreign hubs, partners' webhooks.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0006-hub';

const hub = [
  // One row for each (topic, callback), as the Recommendation wants; the key is a hash because a callback may be long.
  `create table subscription (
    id bigint generated always as identity primary key,
    edition_id bigint not null references edition on delete cascade,
    format text not null,
    topic text not null,
    callback text not null,
    callback_key bytea not null,
    host text not null,
    secret text,
    expires_at timestamptz not null,
    verified_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    failures integer not null default 0,
    last_error text,
    failed_at timestamptz,
    unique (edition_id, format, callback_key)
  ) with (fillfactor = 80)`,
  'create index subscription_expires on subscription (expires_at)',

  // What callbacks are still to be asked or told; the last request of a (topic, callback) is the one that counts.
  `create table verification (
    id bigint generated always as identity primary key,
    mode text not null check (mode in ('subscribe', 'unsubscribe', 'denied')),
    edition_id bigint not null references edition on delete cascade,
    format text not null,
    topic text not null,
    callback text not null,
    callback_key bytea not null,
    host text not null,
    secret text,
    lease_seconds integer not null,
    attempts integer not null default 0,
    due_at timestamptz not null default now(),
    claimed_until timestamptz(3),
    created_at timestamptz not null default now(),
    unique (edition_id, format, callback_key)
  )`,
  'create index verification_due on verification (due_at)',
  'create index verification_host on verification (host)',

  // Written with the document that changed, taken when its subscribers are lined up.
  `create table topic_change (
    edition_id bigint not null,
    format text not null,
    changed_at timestamptz not null default clock_timestamp(),
    primary key (edition_id, format)
  )`,

  // Who is still to be told; narrow rows that come and go in sets. What is sent is always the document as it is then.
  `create table delivery (
    subscription_id bigint primary key references subscription on delete cascade,
    edition_id bigint not null,
    format text not null,
    host text not null,
    due_at timestamptz(3) not null,
    since timestamptz not null,
    attempts integer not null default 0,
    claimed_until timestamptz(3)
  ) with (fillfactor = 80)`,
  'create index delivery_due on delivery (due_at)',
];

const push = [
  // trusted_until: how long the hub may be relied on, so that the source is only polled for safety; null = polled as any other.
  `create table push (
    source_id bigint primary key references source on delete cascade,
    hub_url text not null,
    topic_url text not null,
    token text not null unique,
    secret text not null,
    state text not null default 'wanted' check (state in ('wanted', 'asked', 'active', 'renewing', 'leaving', 'denied', 'off')),
    due_at timestamptz default now(),
    claimed_until timestamptz(3),
    attempts integer not null default 0,
    asked_at timestamptz,
    verified_at timestamptz,
    expires_at timestamptz,
    trusted_until timestamptz,
    last_push_at timestamptz,
    last_error text,
    offered_at timestamptz not null default now(),
    created_at timestamptz not null default now()
  )`,
  'create index push_due on push (due_at) where due_at is not null',

  // What hubs brought and nobody has read yet; the signature was checked before.
  `create table push_body (
    id bigint generated always as identity primary key,
    source_id bigint not null,
    received_at timestamptz not null default now(),
    content_type text,
    body bytea not null,
    claimed_until timestamptz(3),
    attempts integer not null default 0
  )`,
  'create index push_body_source on push_body (source_id)',
  'alter table push_body alter column body set storage external',

  // missed: articles that a poll found although the hub had promised to bring them.
  `create table hub_tally (
    hub_url text primary key,
    pushes bigint not null default 0,
    brought bigint not null default 0,
    missed bigint not null default 0,
    forged bigint not null default 0,
    last_push_at timestamptz,
    last_missed_at timestamptz
  )`,
];

const webhooks = [
  `create table webhook (
    id bigint generated always as identity primary key,
    partner_id bigint,
    name text not null,
    url text not null,
    host text not null,
    secret text not null,
    kinds text[] not null,
    edition_id bigint references edition on delete set null,
    is_filtered boolean not null default false,
    show text not null default 'full' check (show in ('headline', 'excerpt', 'full')),
    images boolean not null default true,
    disabled_at timestamptz,
    disabled_reason text,
    failing_since timestamptz,
    failures integer not null default 0,
    retry_at timestamptz,
    last_success_at timestamptz,
    last_error text,
    created_at timestamptz not null default now()
  )`,

  // Queue and log in one: what is to be told, and how telling it went. The payload is made when it is sent.
  `create table webhook_event (
    id bigint generated always as identity primary key,
    uid uuid not null default gen_random_uuid(),
    webhook_id bigint not null references webhook on delete cascade,
    story_id bigint not null,
    kind text not null,
    change_id bigint not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'overtaken', 'given_up')),
    created_at timestamptz not null default now(),
    waiting_since timestamptz not null default now(),
    due_at timestamptz not null default now(),
    claimed_until timestamptz(3),
    attempts integer not null default 0,
    ended_at timestamptz,
    last_attempt_at timestamptz,
    last_status integer,
    last_error text,
    took_ms integer
  ) with (fillfactor = 80)`,
  `create index webhook_event_due on webhook_event (webhook_id, due_at) where state = 'waiting'`,
  `create index webhook_event_order on webhook_event (webhook_id, story_id, id) where state = 'waiting'`,
  'create index webhook_event_log on webhook_event (webhook_id, id desc)',
  'create index webhook_event_created on webhook_event (created_at)',

  // Which stories an endpoint has been told of, and in what state: tells "published" from "updated".
  `create table webhook_told (
    webhook_id bigint not null references webhook on delete cascade,
    story_id bigint not null,
    change_id bigint not null,
    is_live boolean not null,
    correction_id bigint not null default 0,
    primary key (webhook_id, story_id)
  )`,
];

/** Creates the tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...hub, ...push, ...webhooks]) await sql.raw(statement).execute(db);
}
