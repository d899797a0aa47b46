// A name that people gave a source: it stays whatever its feed calls itself.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0014-own-title';

/** Adds the column; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table source add own_title text`.execute(db);
}
