// Rights and partners: the terms of agreements, what waits for its hour, partners with keys, products and what they took.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0008-partner';

const statements = [
  `alter table publisher add column agreement jsonb not null default '{}'`,

  // Stories whose embargo or permission ends: then documents are made anew and readers by change_id are told.
  `create table rights_due (
    story_id bigint not null,
    kind text not null check (kind in ('release', 'expire')),
    due_at timestamptz not null,
    primary key (story_id, kind)
  )`,
  'create index rights_due_at on rights_due (due_at)',
  // Entries in the order in which they reached their stories: written under the story writer's lock alone, so numbers commit in order.
  'create sequence story_arrival',
  `alter table story_entry add column arrival_id bigint not null default nextval('story_arrival')`,
  // A b-tree: block ranges cost half on the way in, but a page of the API then reads all that no vacuum has summarised yet.
  'create index story_entry_arrival on story_entry (arrival_id)',

  `create table partner (
    id bigint generated always as identity primary key,
    slug text not null unique,
    name text not null,
    contact text not null default '',
    per_minute integer not null default 120 check (per_minute between 1 and 100000),
    per_day integer not null default 50000 check (per_day between 1 and 100000000),
    is_active boolean not null default true,
    created_at timestamptz not null default now()
  )`,

  // The secret itself is nowhere: 256 random bits need no slow hash. kind: a key goes into a header, a path into an address.
  `create table partner_key (
    id bigint generated always as identity primary key,
    partner_id bigint not null references partner on delete cascade,
    kind text not null check (kind in ('key', 'path')),
    hash bytea not null unique,
    hint text not null,
    note text not null default '',
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    used_on date
  )`,
  'create index partner_key_partner on partner_key (partner_id)',

  // What a partner may take: stories of these editions, in these formats, at most this much of each.
  `create table partner_product (
    partner_id bigint not null references partner on delete cascade,
    name text not null,
    editions text[] not null,
    formats text[] not null,
    show text not null default 'full' check (show in ('headline', 'excerpt', 'full')),
    images boolean not null default true,
    primary key (partner_id, name)
  )`,

  // A row a day and way, never one a request.
  `create table partner_request (
    partner_id bigint not null,
    used_on date not null,
    channel text not null,
    requests integer not null default 0,
    not_modified integer not null default 0,
    refused integer not null default 0,
    bytes bigint not null default 0,
    primary key (partner_id, used_on, channel)
  ) with (fillfactor = 70)`,
  `create table partner_taken (
    partner_id bigint not null,
    used_on date not null,
    channel text not null,
    publisher_id bigint not null,
    stories integer not null default 0,
    primary key (partner_id, used_on, channel, publisher_id)
  ) with (fillfactor = 70)`,
];

/** Creates the tables and the new columns; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
