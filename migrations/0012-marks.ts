// Marks of 16 bytes an item instead of hashes of 8: an item's place in its source tells it apart before it is read.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0012-marks';

// The next poll reads each document whole once more; what it says is compared with what is stored.
const statements = [
  'alter table source rename column item_hashes to item_marks',
  'update source set item_marks = null, body_hash = null, etag = null, last_modified = null where item_marks is not null',
];

/** Runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
