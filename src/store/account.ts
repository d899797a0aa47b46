// Accounts of the console and the one-time links that make them, in PostgreSQL.
import { sql } from 'kysely';
import { audited } from './audit.ts';
import type { Db } from './db.ts';
import type { Role } from './schema-console.ts';

/** An account without its secrets. */
export type Account = {
  id: number;
  name: string;
  role: Role;
  isActive: boolean;
  hasTotp: boolean;
  createdAt: Date;
  signedInAt: Date | null;
};

/** What checking a sign-in needs; never shown. `password` as web/admin/password.ts writes it. */
export type Credentials = Account & { password: string; totpSecret: Buffer | null };

/** A one-time link as it stands in the database: `accountId` null makes an account, else sets that account's password. */
export type Invite = { role: Role; accountId: number | null; accountName: string | null; madeBy: string };

const columns = sql`a.id, a.name, a.role, a.is_active as "isActive", a.totp_secret is not null as "hasTotp",
  a.created_at as "createdAt", a.signed_in_at as "signedInAt"`;
const secrets = sql`${columns}, a.password, a.totp_secret as "totpSecret"`;

/** True while nobody has an account. */
export async function isWithoutAccounts(db: Db): Promise<boolean> {
  return (await db.selectFrom('account').select('id').limit(1).executeTakeFirst()) === undefined;
}

/** All accounts by name, at most 1,000. */
export async function listAccounts(db: Db): Promise<Account[]> {
  return (await sql<Account>`select ${columns} from account a order by a.name limit 1000`.execute(db)).rows;
}

/** The account of a (lower-case) name, also one that was closed; null for none. Unique index of name. */
export async function findCredentials(db: Db, name: string): Promise<Credentials | null> {
  const found = await sql<Credentials>`select ${secrets} from account a where a.name = ${name}`.execute(db);
  return found.rows[0] ?? null;
}

/** Makes an account; null when the name is taken. Touches account and audit. */
export async function makeAccount(
  db: Db,
  wanted: { name: string; role: Role; password: string },
  actor: string,
): Promise<number | null> {
  const note = { actor, action: 'account.make', target: wanted.name, detail: { role: wanted.role } };
  return audited(db, note, async (trx) => {
    const made = await trx
      .insertInto('account')
      .values({ ...wanted, totp_secret: null, signed_in_at: null })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst();
    // Whoever entered first closes the door of the first start.
    await trx.deleteFrom('invite').where('is_first', '=', true).execute();
    return made?.id ?? null;
  });
}

/** Sets a password and ends every session of the account but `keep`. Touches account, session and audit. */
export async function setPassword(
  db: Db,
  account: { id: number; name: string },
  password: string,
  by: { actor: string; keep: Buffer | null },
): Promise<void> {
  await audited(db, { actor: by.actor, action: 'account.password', target: account.name }, async (trx) => {
    await trx.updateTable('account').set({ password }).where('id', '=', account.id).execute();
    await sql`delete from session where account_id = ${account.id} and hash is distinct from ${by.keep}`.execute(trx);
    await trx.deleteFrom('invite').where('account_id', '=', account.id).execute();
  });
}

/** Turns the second factor on (with a secret) or off (null). `step` is the time step that proved the secret. Touches account and audit. */
export async function setTotp(
  db: Db,
  account: { id: number; name: string },
  totp: { secret: Buffer; step: number } | null,
  actor: string,
): Promise<void> {
  const note = { actor, action: totp === null ? 'account.totp_off' : 'account.totp_on', target: account.name };
  await audited(db, note, async (trx) => {
    await trx
      .updateTable('account')
      .set({ totp_secret: totp?.secret ?? null, totp_step: totp?.step ?? 0 })
      .where('id', '=', account.id)
      .execute();
  });
}

/** Takes the time step of a right code; false when it, or a later one, was taken before. */
export async function takeTotpStep(db: Db, accountId: number, step: number): Promise<boolean> {
  const taken =
    await sql`update account set totp_step = ${step} where id = ${accountId} and totp_step < ${step}`.execute(db);
  return (taken.numAffectedRows ?? 0n) > 0n;
}

/**
 * Gives an account another role, or closes or opens it; closing ends its sessions. False when there is none, or when nobody would be left
 * who may change this again. Touches account, session and audit.
 */
export async function changeAccount(
  db: Db,
  id: number,
  change: { role?: Role; isActive?: boolean },
  actor: string,
): Promise<boolean> {
  const note = { actor, action: 'account.change', target: String(id), detail: change };
  return audited(db, note, async (trx) => {
    // One after the other: two admins who close each other must not both succeed.
    await sql`select id from account where role = 'admin' order by id for update`.execute(trx);
    const isLosing = change.isActive === false || (change.role !== undefined && change.role !== 'admin');
    const others = await sql`select 1 from account where role = 'admin' and is_active and id <> ${id} limit 1`.execute(
      trx,
    );
    if (isLosing && others.rows.length === 0) return false;
    const done = await trx
      .updateTable('account')
      .set({
        ...(change.role === undefined ? {} : { role: change.role }),
        ...(change.isActive === undefined ? {} : { is_active: change.isActive }),
      })
      .where('id', '=', id)
      .executeTakeFirst();
    if (change.isActive === false) await trx.deleteFrom('session').where('account_id', '=', id).execute();
    return done.numUpdatedRows > 0n;
  });
}

/** Keeps the hash of a one-time link for `hours`; the first start's replaces the former one. Touches invite and audit. */
export async function makeInvite(
  db: Db,
  invite: { hash: Buffer; role: Role; accountId: number | null; hours: number; isFirst?: boolean },
  actor: string,
): Promise<void> {
  const isFirst = invite.isFirst === true;
  const target = invite.accountId === null ? invite.role : String(invite.accountId);
  await audited(db, { actor, action: 'invite.make', target, detail: { hours: invite.hours, isFirst } }, async (trx) => {
    await sql`delete from invite where expires_at < now() or (is_first and ${isFirst})`.execute(trx);
    await sql`insert into invite (hash, role, account_id, made_by, is_first, expires_at)
      values (${invite.hash}, ${invite.role}, ${invite.accountId}, ${actor}, ${isFirst}, now() + make_interval(hours => ${invite.hours}))`.execute(
      trx,
    );
  });
}

/** What a link is good for; null when it is unknown, used or too old, or is the first start's and somebody is here already. */
export async function findInvite(db: Db, hash: Buffer): Promise<Invite | null> {
  const found = await sql<Invite>`
    select i.role, i.account_id as "accountId", a.name as "accountName", i.made_by as "madeBy"
    from invite i left join account a on a.id = i.account_id
    where i.hash = ${hash} and i.expires_at > now() and (not i.is_first or not exists (select 1 from account))`.execute(
    db,
  );
  return found.rows[0] ?? null;
}

/** Uses a link up; false when somebody else did. Call it in the transaction of what it allows. */
export async function takeInvite(db: Db, hash: Buffer): Promise<boolean> {
  const taken = await sql`delete from invite where hash = ${hash} and expires_at > now()`.execute(db);
  return (taken.numAffectedRows ?? 0n) > 0n;
}
