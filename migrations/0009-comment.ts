// Comments: what readers wrote, what was decided about it, where it is offered, and the keys of the day.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0009-comment';

// To begin with: what bets and loan sharks write everywhere, and a few coarse words. An operator changes it by "tin comments words".
const firstWords = [
  'nhà cái',
  'cá độ',
  'cá cược',
  'tài xỉu',
  'soi cầu',
  'lô đề',
  'casino',
  'vay nóng',
  'bốc bát họ',
  'gái gọi',
  'địt',
  'đụ má',
  'đéo',
  'lồn',
  'buồi',
  'óc chó',
  'con đĩ',
];

const statements = [
  // No foreign key to story: a merged or pruned one must not wait for its readers' words.
  `create table comment (
    id bigint generated always as identity primary key,
    uid uuid not null unique default gen_random_uuid(),
    story_id bigint not null,
    parent_id bigint,
    name text not null,
    body text not null,
    state text not null check (state in ('held', 'shown', 'rejected', 'removed')),
    reasons text[] not null default '{}',
    has_proof boolean not null,
    address_key bytea not null,
    writer_key bytea,
    text_hash bytea not null,
    created_at timestamptz not null default now(),
    shown_at timestamptz,
    edited_at timestamptz
  )`,
  `create index comment_shown on comment (story_id, id desc) where state in ('shown', 'removed')`,
  `create index comment_held on comment (id) where state = 'held'`,
  'create index comment_address on comment (address_key, created_at)',
  'create index comment_text on comment (text_hash, created_at)',
  `create index comment_writer on comment (writer_key) where writer_key is not null and state = 'shown'`,

  // One row for each story that was commented on or closed; counts move with the comments, in the same transaction.
  `create table comment_story (
    story_id bigint primary key,
    shown integer not null default 0,
    latest_at timestamptz,
    changed_at timestamptz not null default now(),
    is_closed boolean not null default false
  ) with (fillfactor = 80)`,

  // Null = as the wider scope says: source, then publisher, then site (scope_id 0), then what the program has by itself.
  `create table comment_setting (
    scope text not null check (scope in ('site', 'publisher', 'source')),
    scope_id bigint not null,
    is_offered boolean,
    hold text check (hold in ('all', 'unknown')),
    close_days integer check (close_days between 0 and 36500),
    is_closed boolean,
    primary key (scope, scope_id)
  )`,

  `create table comment_word (
    word text primary key,
    added_by text not null,
    added_at timestamptz not null default now()
  )`,

  // What a moderator did, with the former states: enough to take it back.
  `create table comment_decision (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null check (action in ('approve', 'reject')),
    reason text not null default '',
    comments jsonb not null,
    undone_at timestamptz
  )`,

  // Addresses and links are signed with the key of the day. When a key goes, its hashes mean nothing any more.
  `create table comment_key (
    day date primary key,
    key bytea not null
  )`,
];

/** Creates the tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await sql`insert into comment_word (word, added_by) select unnest(${firstWords}::text[]), 'tin'`.execute(db);
}
