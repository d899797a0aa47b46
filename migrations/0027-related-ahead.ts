// Lists of related stories are made before anybody asks: which stories wait for theirs, and up to which change each list was compared.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0027-related-ahead';

const statements = [
  // The last story.change_id in the index when the list was compared with it. 0 = kept by the release before, which does not know of this.
  'alter table related_list add column compared bigint not null default 0',
  // Stories whose list is to be made or compared again, newest first. The release before puts nothing here: its lists are made when they are asked for.
  `create table related_due (story_id bigint primary key)
    with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500)`,
  'insert into related_due select story_id from story_vector order by story_id',
];

/** Adds the column and the queue; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
