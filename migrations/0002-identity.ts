// Identity: by what an entry is found again, why it is in its story, what happened to stories, what publishers repeat.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0002-identity';

const statements = [
  // Whoever creates or materially changes a story row takes the next number under the story writer's lock, so numbers commit in
  // their order and "everything changed since N" never skips. See store/story-writer.ts.
  'create sequence story_change',
  `alter table story add column change_id bigint not null default nextval('story_change')`,
  'create unique index story_changed on story (change_id)',
  'create index story_merged_into on story (merged_into) where merged_into is not null',

  // What ingest has in hand already, so that clustering need not read the wide entry row. sketch null = clustering makes it itself;
  // is_new false = the entry may have a story already.
  `alter table cluster_due add column publisher_id bigint, add column sketch bytea, add column is_new boolean not null default false`,

  // A hundred bytes an entry, by which the writer's index in memory is made and followed: rows of a higher batch are news to it.
  // Partitioned by month like entry: matching looks back 14 days, upkeep drops what lies behind.
  'create sequence sketch_batch',
  `create table entry_sketch (
    batch bigint not null,
    entry_id bigint not null,
    seen_at timestamptz(3) not null,
    publisher_id bigint not null,
    sketch bytea not null
  ) partition by range (seen_at)`,
  'create index entry_sketch_batch on entry_sketch (batch)',

  // One row a text for good: an article posted again unchanged after years is known by all of its words.
  `create table entry_text (
    hash bigint not null,
    entry_id bigint not null
  )`,
  'create index entry_text_hash on entry_text (hash)',

  // What happened to a story, why and by whose hand; never deleted by upkeep.
  `create table story_event (
    id bigint generated always as identity,
    at timestamptz not null default now(),
    kind text not null,
    story_id bigint not null,
    other_story_id bigint,
    entry_id bigint,
    evidence jsonb,
    actor text not null,
    reason text,
    primary key (story_id, id)
  )`,
  'create index story_event_other on story_event (other_story_id, id) where other_story_id is not null',
  'create index story_event_latest on story_event (id)',

  // Why the entry is in its story; null for the one that founded it.
  'alter table story_entry add column evidence jsonb',

  // Where else than by its lead a story of several papers is listed: one row a value of any member. listed_at follows the story's.
  `create table story_fit (
    kind text not null check (kind in ('province', 'section', 'publisher')),
    value text not null,
    listed_at timestamptz(3) not null,
    story_id bigint not null,
    primary key (story_id, kind, value)
  )`,
  'create index story_fit_latest on story_fit (kind, value, listed_at desc, story_id desc)',

  // An editor's word on two entries; a < b. Outranks all evidence and is never deleted by upkeep.
  `create table story_decree (
    a bigint not null,
    b bigint not null,
    kind text not null check (kind in ('together', 'apart')),
    actor text not null,
    at timestamptz not null default now(),
    reason text,
    primary key (a, b),
    check (a < b)
  )`,
  'create index story_decree_b on story_decree (b)',

  `create table publisher_habit (
    publisher_id bigint primary key references publisher on delete cascade,
    habit jsonb not null
  )`,
];

/** Creates the tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
