// Tables of "Tin liên quan" and of places that stories name: the index of terms, stories' vectors, how common terms are, the lists, and what editors said of pairs.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0003-related';

const statements = [
  // The newest stories under each term, at most 128, 6 bytes each, newest last: what a look-up reads is one row a term, whatever
  // the size of the store. See docs/related.md.
  'create table term_posting (term integer primary key, stories bytea not null) with (fillfactor = 85)',
  'alter table term_posting alter column stories set storage plain',

  // 6 bytes a term. basis tells of which words it was made; published_at is the story's first publication, for the decay by time.
  // No row = not live, or not filed yet.
  `create table story_vector (
    story_id bigint primary key,
    basis integer not null,
    vector bytea not null,
    published_at timestamptz(3) not null
  )`,
  // Too large for compression to find anything, small enough for its page.
  'alter table story_vector alter column vector set storage plain',

  // Provinces that a story's own words name beside the one it is filed under; they stand in story_fit too, which lists read.
  'create table story_place (story_id bigint not null, province text not null, primary key (story_id, province))',

  // How common terms are: the counters of a sketch in pieces, all of one saving.
  'create table term_count (chunk smallint primary key, counts bytea not null) with (fillfactor = 50)',
  'alter table term_count alter column counts set storage external',

  // filed: the last story.change_id that is in the index. saved tells a process that its counters are old; total counts stories.
  `create table related_state (
    is_only boolean primary key default true check (is_only),
    filed bigint not null default 0,
    saved integer not null default 0,
    total integer not null default 0
  ) with (fillfactor = 50)`,
  'insert into related_state default values',

  // A list is made when somebody first asks for it. basis tells of which words of the story it was made.
  `create table related_list (
    story_id bigint primary key,
    basis integer not null,
    changed_at timestamptz(3) not null default now(),
    places jsonb not null
  ) with (fillfactor = 85)`,

  // An editor's word on two stories, for both their lists. Outranks what the machine finds and is never deleted by upkeep.
  `create table related_pair (
    low_id bigint not null,
    high_id bigint not null,
    verdict text not null check (verdict in ('pin', 'ban')),
    actor text not null,
    at timestamptz(3) not null default now(),
    reason text,
    primary key (low_id, high_id),
    check (low_id < high_id)
  )`,
  'create index related_pair_high on related_pair (high_id)',
];

/** Creates the tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
