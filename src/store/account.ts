// Accounts of the console in PostgreSQL: who may enter, as what, and by which proof.
import { sql } from 'kysely';
import { audited, noteAudit } from './audit.ts';
import type { Db } from './db.ts';
import { inTransaction } from './db.ts';
import type { Role } from './schema-console.ts';

/** An account without its secrets. */
export type Account = {
  id: number;
  name: string;
  role: Role;
  isActive: boolean;
  hasTotp: boolean;
  /** Another service vouches for it; there is no password. */
  isExternal: boolean;
  createdAt: Date;
  signedInAt: Date | null;
};

/** What checking a sign-in needs; never shown. `password` as web/admin/password.ts writes it, null where another service vouches. */
export type Credentials = Account & { password: string | null; totpSecret: Buffer | null };

const columns = sql`a.id, a.name, a.role, a.is_active as "isActive", a.totp_secret is not null as "hasTotp",
  a.external_key is not null as "isExternal", a.created_at as "createdAt", a.signed_in_at as "signedInAt"`;
const secrets = sql`${columns}, nullif(a.password, '') as password, a.totp_secret as "totpSecret"`;

/** True while nobody has an account. */
export async function isWithoutAccounts(db: Db): Promise<boolean> {
  return (await db.selectFrom('account').select('id').limit(1).executeTakeFirst()) === undefined;
}

/** Accounts by name, those after the name `after` ('' = from the first), at most `limit`. Unique index of name. */
export async function listAccounts(db: Db, after: string, limit: number): Promise<Account[]> {
  return (
    await sql<Account>`select ${columns} from account a where a.name > ${after} order by a.name limit ${limit}`.execute(
      db,
    )
  ).rows;
}

/** The account of a (lower-case) name, also one that was closed; null for none. Unique index of name. */
export async function findCredentials(db: Db, name: string): Promise<Credentials | null> {
  const found = await sql<Credentials>`select ${secrets} from account a where a.name = ${name}`.execute(db);
  return found.rows[0] ?? null;
}

/** The account of an id; null for none. */
export async function findAccount(db: Db, id: number): Promise<Account | null> {
  return (await sql<Account>`select ${columns} from account a where a.id = ${id}`.execute(db)).rows[0] ?? null;
}

/** The account that another service's key (issuer and subject) belongs to, also a closed one; null for none. */
export async function findExternalAccount(db: Db, key: string): Promise<Account | null> {
  return (
    (await sql<Account>`select ${columns} from account a where a.external_key = ${key}`.execute(db)).rows[0] ?? null
  );
}

/** Makes an account; null when the name is taken. Ends the link of the first start. Touches account, invite and audit. */
export async function makeAccount(
  db: Db,
  wanted: { name: string; role: Role; password: string; externalKey?: string },
  actor: string,
): Promise<number | null> {
  const { name, role, password, externalKey } = wanted;
  return inTransaction(db, async (trx) => {
    const made = await trx
      .insertInto('account')
      .values({ name, role, password, external_key: externalKey ?? null, totp_secret: null, signed_in_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made === undefined) return null;
    await trx.deleteFrom('invite').where('is_first', '=', true).execute();
    const detail = { role, ...(externalKey === undefined ? {} : { by: 'oidc' }) };
    await noteAudit(trx, { actor, action: 'account.make', target: name, detail });
    return made.id;
  });
}

/** Sets a password and ends every session of the account but `keep`; its links end. Touches account, session, invite and audit. */
export async function setPassword(
  db: Db,
  account: { id: number; name: string },
  password: string,
  by: { actor: string; keep: Buffer | null },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await trx.updateTable('account').set({ password }).where('id', '=', account.id).execute();
    await sql`delete from session where account_id = ${account.id} and hash is distinct from ${by.keep}`.execute(trx);
    await trx.deleteFrom('invite').where('account_id', '=', account.id).execute();
    await noteAudit(trx, { actor: by.actor, action: 'account.password', target: account.name });
  });
}

/**
 * Turns the second factor on (with a secret and the hashes of its recovery codes) or off (null), codes and all. `step` is the time step that
 * proved the secret. Touches account, recovery_code and audit.
 */
export async function setTotp(
  db: Db,
  account: { id: number; name: string },
  totp: { secret: Buffer; step: number; codes: readonly Buffer[] } | null,
  actor: string,
): Promise<void> {
  const note = { actor, action: totp === null ? 'account.totp_off' : 'account.totp_on', target: account.name };
  await audited(db, note, async (trx) => {
    await trx
      .updateTable('account')
      .set({ totp_secret: totp?.secret ?? null, totp_step: totp?.step ?? 0 })
      .where('id', '=', account.id)
      .execute();
    await putCodes(trx, account.id, totp?.codes ?? []);
  });
}

async function putCodes(trx: Db, accountId: number, codes: readonly Buffer[]): Promise<void> {
  await trx.deleteFrom('recovery_code').where('account_id', '=', accountId).execute();
  if (codes.length > 0)
    await trx
      .insertInto('recovery_code')
      .values(codes.map((hash) => ({ account_id: accountId, hash })))
      .execute();
}

/** Replaces the recovery codes of an account. Touches recovery_code and audit. */
export async function renewCodes(
  db: Db,
  account: { id: number; name: string },
  codes: readonly Buffer[],
): Promise<void> {
  const note = { actor: account.name, action: 'account.codes', target: account.name };
  await audited(db, note, (trx) => putCodes(trx, account.id, codes));
}

/** How many recovery codes are left. Primary key. */
export async function countCodes(db: Db, accountId: number): Promise<number> {
  const row = await sql<{
    n: number;
  }>`select count(*)::int as n from recovery_code where account_id = ${accountId}`.execute(db);
  return row.rows[0]?.n ?? 0;
}

/** Uses a recovery code up; false when there is none like it. Touches recovery_code and audit. */
export async function takeCode(db: Db, account: { id: number; name: string }, hash: Buffer): Promise<boolean> {
  const note = { actor: account.name, action: 'account.code_used', target: account.name };
  return audited(db, note, async (trx) => {
    const gone = await trx
      .deleteFrom('recovery_code')
      .where('account_id', '=', account.id)
      .where('hash', '=', hash)
      .executeTakeFirst();
    return gone.numDeletedRows > 0n;
  });
}

/** Takes the time step of a right code; false when it, or a later one, was taken before. */
export async function takeTotpStep(db: Db, accountId: number, step: number): Promise<boolean> {
  const taken =
    await sql`update account set totp_step = ${step} where id = ${accountId} and totp_step < ${step}`.execute(db);
  return (taken.numAffectedRows ?? 0n) > 0n;
}

/**
 * Gives an account another role, or closes or opens it; closing ends its sessions. False when nothing would change, or nobody would be left
 * who may change this again. Touches account, session and audit.
 */
export async function changeAccount(
  db: Db,
  account: { id: number; name: string },
  change: { role?: Role; isActive?: boolean },
  actor: string,
): Promise<boolean> {
  const note = { actor, action: 'account.change', target: account.name, detail: change };
  return audited(db, note, async (trx) => {
    // One after the other: two admins who close each other must not both succeed.
    await sql`select id from account where role = 'admin' order by id for update`.execute(trx);
    const isLosing = change.isActive === false || (change.role !== undefined && change.role !== 'admin');
    const others =
      await sql`select 1 from account where role = 'admin' and is_active and id <> ${account.id} limit 1`.execute(trx);
    if (isLosing && others.rows.length === 0) return false;
    const done = await sql`
      update account set role = coalesce(${change.role ?? null}::text, role), is_active = coalesce(${change.isActive ?? null}::boolean, is_active)
      where id = ${account.id} and (role, is_active) is distinct from
        (coalesce(${change.role ?? null}::text, role), coalesce(${change.isActive ?? null}::boolean, is_active))`.execute(
      trx,
    );
    if (change.isActive === false) await trx.deleteFrom('session').where('account_id', '=', account.id).execute();
    return (done.numAffectedRows ?? 0n) > 0n;
  });
}

/** Gives an account of another service the role that service says, though it were the last admin. Touches account and audit. */
export async function followRole(db: Db, account: Account, role: Role): Promise<void> {
  if (account.role === role) return;
  const note = { actor: account.name, action: 'account.change', target: account.name, detail: { role, by: 'oidc' } };
  await audited(db, note, (trx) =>
    trx.updateTable('account').set({ role }).where('id', '=', account.id).executeTakeFirst(),
  );
}
