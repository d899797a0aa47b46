// How PostgreSQL keeps house in tables that change all the time: vacuumed after a fixed number of dead rows instead of a share of the table.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0020-upkeep';

// A fifth of a million rows, the default, would let 200,000 dead ones lie and every look at a list wade through them.
const large = ['story', 'story_search', 'story_fit', 'term_posting', 'story_vector', 'related_list', 'entry_key'];
// Rows that come and go, or are written at every poll; small, so that a vacuum takes milliseconds.
const busy = [
  'source',
  'host',
  'document',
  'cluster_due',
  'article_due',
  'delivery',
  'webhook_event',
  'term_count',
  'alert',
];

/** Sets storage parameters alone: rows are not touched, and the release before runs on it unchanged. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of large)
    await sql
      .raw(
        `alter table ${table} set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000,
          autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`,
      )
      .execute(db);
  for (const table of busy)
    await sql
      .raw(`alter table ${table} set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500)`)
      .execute(db);
}
