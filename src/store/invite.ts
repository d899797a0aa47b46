// One-time links to the console, by hash: made, looked at, and used up together with what they allow.
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { makeAccount, setPassword } from './account.ts';
import { noteAudit } from './audit.ts';
import type { Db } from './db.ts';
import { inTransaction } from './db.ts';
import type { Role } from './schema-console.ts';

/** A link as it stands in the database: `accountId` null makes an account, else sets that account's password. */
export type Invite = { role: Role; accountId: number | null; accountName: string | null; madeBy: string };

const hashOf = (link: string) => createHash('sha256').update(link).digest();

/**
 * Makes a link of 256 random bits, good for `hours`, and returns it; only its hash is kept. The link of the first start replaces the former
 * one. Touches invite and audit.
 */
export async function makeInvite(
  db: Db,
  invite: { role: Role; accountId: number | null; hours: number; isFirst?: boolean },
  actor: string,
): Promise<string> {
  const isFirst = invite.isFirst === true;
  const target = invite.accountId === null ? invite.role : String(invite.accountId);
  const link = randomBytes(32).toString('base64url');
  await inTransaction(db, async (trx) => {
    await sql`delete from invite where expires_at < now() or (is_first and ${isFirst})`.execute(trx);
    await sql`insert into invite (hash, role, account_id, made_by, is_first, expires_at)
      values (${hashOf(link)}, ${invite.role}, ${invite.accountId}, ${actor}, ${isFirst}, now() + make_interval(hours => ${invite.hours}))`.execute(
      trx,
    );
    await noteAudit(trx, { actor, action: 'invite.make', target, detail: { hours: invite.hours, isFirst } });
  });
  return link;
}

// The first start's link is dead as soon as somebody is here.
const isGood = sql`i.expires_at > now() and (not i.is_first or not exists (select 1 from account))`;

/** What a link is good for; null when it is unknown, used or too old, or is the first start's and somebody is here already. */
export async function findInvite(db: Db, link: string): Promise<Invite | null> {
  const found = await sql<Invite>`
    select i.role, i.account_id as "accountId", a.name as "accountName", i.made_by as "madeBy"
    from invite i left join account a on a.id = i.account_id where i.hash = ${hashOf(link)} and ${isGood}`.execute(db);
  return found.rows[0] ?? null;
}

class NameTaken extends Error {}

/**
 * Uses a link up and does what it allows, both or neither: an account of that name, or a new password for the account it was made for. `gone`:
 * somebody was faster, or it is too old; `taken`: the name is, and the link is still good. Touches invite, account, session and audit.
 */
export async function acceptInvite(
  db: Db,
  link: string,
  wanted: { name: string; password: string },
): Promise<'done' | 'gone' | 'taken'> {
  try {
    return await db.transaction().execute(async (trx) => {
      // Two holders of the first link: the second waits here for the first, and then finds no row.
      const used = await sql<{ role: Role; accountId: number | null }>`
        delete from invite i where i.hash = ${hashOf(link)} and ${isGood} returning i.role, i.account_id as "accountId"`.execute(
        trx,
      );
      const [invite] = used.rows;
      if (invite === undefined) return 'gone';
      const { name, password } = wanted;
      if (invite.accountId !== null) {
        await setPassword(trx, { id: invite.accountId, name }, password, { actor: name, keep: null });
        return 'done';
      }
      if ((await makeAccount(trx, { name, password, role: invite.role }, name)) === null) throw new NameTaken(name);
      return 'done';
    });
  } catch (error) {
    if (error instanceof NameTaken) return 'taken';
    throw error;
  }
}
