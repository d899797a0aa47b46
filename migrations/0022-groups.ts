// Keys and references → those that hold when tables are spread over machines: each key holds what its table is spread by, none points across.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0022-groups';

// See docs/scaling.md. Nothing that is read changes: the longer keys begin with the shorter ones. The references that go were never
// followed by a cascade; who writes these rows is the single writer of stories, which takes the ids from the rows it has just read or made.
const statements = [
  'alter table entry drop constraint entry_pkey, add primary key (id, seen_at, publisher_id)',
  'alter table poll drop constraint poll_pkey, add primary key (id, started_at, source_id)',
  // Numbers of changes come from one sequence; on many machines no index could tell that they are distinct.
  'drop index story_changed',
  'create index story_changed on story (change_id)',
  'alter table story drop constraint story_merged_into_fkey',
  'alter table story_entry drop constraint story_entry_story_id_fkey',
];

/** Changes the keys; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
