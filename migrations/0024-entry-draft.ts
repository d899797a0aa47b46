// The form in which new entries come, and what of them waits for clustering: a type, so that a whole document is one parameter in PostgreSQL's own binary form.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0024-entry-draft';

const statements = [
  `create type entry_draft as (
    keys text[], url text, title text, summary text, body_html text, authors text[], categories text[], media jsonb, section text, province text,
    published_at timestamptz, is_date_guess boolean, updated_at timestamptz, listed_at timestamptz, hash bytea, sketch bytea, places text[]
  )`,
  // Provinces that an entry's words name, found while it was read: its story stands under them from its first moment.
  'alter table cluster_due add column places text[]',
];

/** Makes the type and the column; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
