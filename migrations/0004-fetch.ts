// What polite fetching remembers: a source's rhythm and moves, turns at hosts, held polls, gaps, articles that were taken down.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0004-fetch';

const statements = [
  // turnover_seconds: in which time the whole document is replaced. hints: what the feed itself asks (ttl, skipHours, …).
  // full_at: last answer to a request without validators. moved_*: the permanent redirect under observation.
  `alter table source
    add turnover_seconds integer,
    add newest_at timestamptz,
    add overlap real,
    add hints jsonb,
    add took_ms integer,
    add full_at timestamptz,
    add false_304s integer not null default 0,
    add validator_url text,
    add moved_to text,
    add moved_since timestamptz,
    add gone_since timestamptz,
    add failing_since timestamptz,
    add blocked_by text`,
  `update source set host = regexp_replace(host, '^www\\.', '') where host like 'www.%'`,

  // poll_minutes: the pace agreed with the paper; null = the source's own rhythm.
  `alter table publisher
    add poll_minutes integer check (poll_minutes between 1 and 1440),
    add withdraw_automatically boolean not null default false`,

  // Nobody calls the host before free_at; busy_* is the turn of whoever reads a page there (polls are seen in source.claimed_until).
  `create table host (
    name text primary key,
    free_at timestamptz not null default now(),
    why text not null default 'spacing',
    busy_until timestamptz,
    busy_publisher_id bigint
  ) with (fillfactor = 50)`,
  'create index host_busy on host (busy_until) where busy_until is not null',

  // One a source: a newer document in doubt replaces the older, held_at stays.
  `create table held_poll (
    source_id bigint primary key references source on delete cascade,
    held_at timestamptz not null default now(),
    renewed_at timestamptz not null default now(),
    items integer not null,
    fresh integer not null,
    twins integer not null,
    url text not null,
    headers jsonb not null,
    body bytea not null,
    examples jsonb not null
  )`,

  // next_url null while one is owed a look: the site's sitemap has to be found first. kind: of what stands at next_url.
  `create table gap (
    id bigint generated always as identity primary key,
    source_id bigint not null references source on delete cascade,
    raised_at timestamptz not null default now(),
    after_at timestamptz,
    before_at timestamptz,
    kind text not null default 'syndication',
    next_url text,
    status text not null default 'open' check (status in ('open', 'filled', 'partly', 'left')),
    pages integer not null default 0,
    found integer not null default 0,
    due_at timestamptz default now(),
    tries integer not null default 0,
    note text
  )`,
  'create index gap_due on gap (due_at) where due_at is not null',
  'create index gap_source on gap (source_id, raised_at desc)',

  // Articles to be looked at on their own page, and what was found there. due_at null = no look is owed.
  `create table removal (
    entry_id bigint primary key,
    seen_at timestamptz(3) not null,
    publisher_id bigint not null,
    url text not null,
    why text not null check (why in ('vanished', 'asked')),
    state text not null default 'due' check (state in ('due', 'there', 'removed', 'unclear')),
    evidence text,
    looks integer not null default 0,
    asked_at timestamptz not null default now(),
    due_at timestamptz default now(),
    found_at timestamptz,
    decided_at timestamptz,
    decision text check (decision in ('withdrawn', 'kept'))
  )`,
  'create index removal_due on removal (due_at) where due_at is not null',
  `create index removal_found on removal (found_at desc) where state = 'removed' and decided_at is null`,

  // The latest articles of a publisher: the flood guard's memory, and what a source's page shows.
  'create index entry_publisher on entry (publisher_id, seen_at desc)',
];

/** Adds the columns and tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
