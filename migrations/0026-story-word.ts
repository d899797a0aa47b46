// The index of words anew: a story's words as text, found by numbers of words and of common neighbours. Fills behind the news, newest first.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0026-story-word';

const statements = [
  // Only live stories. `story_search`, which the release before keeps and asks, stays as it is and goes with the next release.
  `create table story_word (
    story_id bigint primary key,
    listed_at timestamptz(3) not null,
    said text not null,
    plain text not null,
    keys integer[] not null
  ) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`,
  // Rows are short; squeezing the few long ones costs more than their bytes.
  'alter table story_word alter column said set storage external, alter column plain set storage external, alter column keys set storage external',
  'create index story_word_latest on story_word (listed_at desc, story_id desc)',
  'create index story_word_keys on story_word using gin (keys)',
  // What changed before is filled from its newest change down; what changes from now on is followed.
  `insert into setting (key, value)
    select key, to_jsonb(newest + place) from (select max(change_id) as newest from story) s, (values ('word.change_id', 0), ('word.fill_below', 1)) as d(key, place)
    where newest is not null`,
];

/** Makes the table and the marks of its follower; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
