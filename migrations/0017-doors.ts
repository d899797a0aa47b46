// Ways in besides a password, codes for a lost second factor, and an audit log that is found by who, what, target and time.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0017-doors';

const statements = [
  // Somebody another service vouches for: issuer and subject, which never change, unlike a name. Such an account has no password ('').
  'alter table account add column external_key text unique',

  // SHA-256 of a code of 80 random bits; each is deleted as it is used.
  `create table recovery_code (
    account_id bigint not null references account on delete cascade,
    hash bytea not null,
    primary key (account_id, hash)
  )`,

  'create index audit_at on audit (at desc, id desc)',
  'create index audit_actor on audit (actor, at desc, id desc)',
  'create index audit_action on audit (action, at desc, id desc)',
  'create index audit_target on audit (target, at desc, id desc)',
];

/** Creates the table, column and indexes; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
