// What the console says of a partner: until when the agreement runs, and when it last asked for something.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0018-partner-desk';

const statements = [
  `alter table partner add column agreement_number text not null default '', add column agreement_until date`,
  // Null in rows of before.
  'alter table partner_request add column asked_at timestamptz',
];

/** Adds the columns; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
