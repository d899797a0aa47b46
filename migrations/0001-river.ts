// The river's tables: publisher, source, poll, entry and its keys, story, edition, document.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0001-river';

// Dates that come back as part of a key have milliseconds, as JavaScript's dates do.
const statements = [
  `create table setting (
    key text primary key,
    value jsonb not null
  )`,

  `create table publisher (
    id bigint generated always as identity primary key,
    slug text not null unique,
    name text not null,
    site_url text not null,
    province text,
    zone text not null default 'Asia/Ho_Chi_Minh',
    rights_show text not null default 'headline' check (rights_show in ('headline', 'excerpt', 'full')),
    rights_excerpt_chars integer not null default 300 check (rights_excerpt_chars between 0 and 10000),
    rights_images boolean not null default false,
    is_sample boolean not null default false,
    created_at timestamptz not null default now()
  )`,

  // The row is the queue: next_fetch_at says when it is due, claimed_* who reads it now.
  // item_hashes holds 8 bytes for each item of the last good document, so unchanged items cost no query.
  `create table source (
    id bigint generated always as identity primary key,
    publisher_id bigint not null references publisher,
    kind text not null default 'syndication',
    url text not null unique,
    host text not null,
    title text,
    section text,
    is_paused boolean not null default false,
    next_fetch_at timestamptz not null default now(),
    next_reason text not null default 'new',
    claimed_by text,
    claimed_until timestamptz,
    etag text,
    last_modified text,
    body_hash bytea,
    item_hashes bytea,
    failures integer not null default 0,
    last_error text,
    last_status integer,
    last_attempt_at timestamptz,
    last_success_at timestamptz,
    created_at timestamptz not null default now()
  ) with (fillfactor = 70)`,
  'create index source_due on source (next_fetch_at) where not is_paused',
  'create index source_claimed on source (claimed_until) where claimed_until is not null',
  'create index source_publisher on source (publisher_id)',

  `create table poll (
    id bigint generated always as identity,
    source_id bigint not null,
    started_at timestamptz not null default now(),
    took_ms integer not null,
    outcome text not null,
    status integer,
    bytes integer not null default 0,
    items integer not null default 0,
    created integer not null default 0,
    changed integer not null default 0,
    note text,
    primary key (id, started_at)
  ) partition by range (started_at)`,
  'create index poll_source on poll (source_id, started_at desc)',

  // Outlives the entry: a key that is known is never news again.
  `create table entry_key (
    publisher_id bigint not null,
    key text not null,
    entry_id bigint not null,
    seen_at timestamptz(3) not null,
    removed_at timestamptz,
    primary key (publisher_id, key)
  )`,

  `create sequence entry_id`,
  `create table entry (
    id bigint not null default nextval('entry_id'),
    seen_at timestamptz(3) not null,
    publisher_id bigint not null,
    source_id bigint not null,
    url text,
    title text not null,
    summary text not null,
    body_html text not null,
    authors text[] not null,
    categories text[] not null,
    media jsonb not null,
    section text,
    province text,
    published_at timestamptz not null,
    is_date_guess boolean not null,
    updated_at timestamptz,
    changed_at timestamptz not null,
    listed_at timestamptz(3) not null,
    hash bytea not null,
    primary key (id, seen_at)
  ) partition by range (seen_at)`,

  // What waits for clustering: narrow rows that come and go, so the wide entry row is written once.
  `create table cluster_due (
    entry_id bigint primary key,
    seen_at timestamptz(3) not null
  )`,

  `create table story (
    id bigint generated always as identity primary key,
    uid uuid not null default gen_random_uuid(),
    status text not null default 'live' check (status in ('live', 'hidden', 'withdrawn', 'merged')),
    merged_into bigint references story,
    title text not null,
    summary text not null,
    province text,
    section text,
    image jsonb,
    first_at timestamptz not null,
    listed_at timestamptz(3) not null,
    changed_at timestamptz not null,
    publisher_id bigint not null,
    lead_entry_id bigint not null,
    lead_seen_at timestamptz(3) not null,
    check ((status = 'merged') = (merged_into is not null))
  )`,
  `create index story_latest on story (listed_at desc, id desc) where status = 'live'`,
  `create index story_province on story (province, listed_at desc, id desc) where status = 'live' and province is not null`,
  `create index story_section on story (section, listed_at desc, id desc) where status = 'live' and section is not null`,
  `create index story_publisher on story (publisher_id, listed_at desc, id desc) where status = 'live'`,

  `create table story_entry (
    entry_id bigint primary key,
    seen_at timestamptz(3) not null,
    story_id bigint not null references story
  )`,
  'create index story_entry_story on story_entry (story_id)',

  `create table edition (
    id bigint generated always as identity primary key,
    path text not null unique,
    title text not null,
    kind text not null check (kind in ('all', 'province', 'section', 'publisher')),
    value text not null default '',
    changed_at timestamptz not null default now(),
    retired_at timestamptz,
    unique (kind, value)
  ) with (fillfactor = 70)`,

  // due_at null = nothing to do. body null = asked for but never rendered yet. A document nobody reads is not rendered.
  `create table document (
    edition_id bigint not null references edition on delete cascade,
    format text not null check (format in ('rss', 'atom', 'json')),
    body bytea,
    etag text,
    last_modified timestamptz,
    items integer,
    rendered_at timestamptz,
    read_at timestamptz not null default now(),
    due_at timestamptz default now(),
    claimed_until timestamptz,
    problem text,
    primary key (edition_id, format)
  ) with (fillfactor = 70)`,
  'create index document_due on document (due_at) where due_at is not null',
  'alter table document alter column body set storage external',
];

/** Creates the tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
