// Who is inside the console, and who tries to get in: sessions and tries, all by hash.
import { sql } from 'kysely';
import { audited, noteAudit } from './audit.ts';
import type { Db } from './db.ts';
import { readSetting } from './setting.ts';
import type { Role } from './schema-console.ts';

/** A living session: whose it is, and what they may do. */
export type Session = {
  hash: Buffer;
  accountId: number;
  name: string;
  role: Role;
  hasTotp: boolean;
  createdAt: Date;
  seenAt: Date;
  expiresAt: Date;
  agent: string;
};

const sessionHours = 12;
const idleMinutes = 120;

const columns = sql`s.hash, s.account_id as "accountId", a.name, a.role, a.totp_secret is not null as "hasTotp", s.created_at as "createdAt",
  s.seen_at as "seenAt", s.expires_at as "expiresAt", s.agent`;
const isAlive = sql`s.expires_at > now() and s.seen_at > now() - make_interval(mins => ${sql.lit(idleMinutes)}) and a.is_active`;

/** Opens a session of 12 hours, 2 without use; notes it. Old ones of everybody go. Touches session, account and audit. */
export async function openSession(
  db: Db,
  account: { id: number; name: string },
  session: { hash: Buffer; agent: string; address: Buffer },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`delete from session where expires_at < now()`.execute(trx);
    await sql`insert into session (hash, account_id, agent, address, expires_at)
      values (${session.hash}, ${account.id}, ${session.agent}, ${session.address}, now() + make_interval(hours => ${sessionHours}))`.execute(
      trx,
    );
    await sql`update account set signed_in_at = now() where id = ${account.id}`.execute(trx);
    await noteAudit(trx, { actor: account.name, action: 'session.open', target: account.name });
  });
}

/** The living session of a hash, its use noted once a minute; null for none. Primary key. */
export async function findSession(db: Db, hash: Buffer): Promise<Session | null> {
  const found = await sql<Session>`
    select ${columns} from session s join account a on a.id = s.account_id where s.hash = ${hash} and ${isAlive}`.execute(
    db,
  );
  const session = found.rows[0] ?? null;
  if (session !== null)
    await sql`update session set seen_at = now() where hash = ${hash} and seen_at < now() - interval '1 minute'`.execute(
      db,
    );
  return session;
}

/** An account's living sessions, the last used first, at most 100. Index session_account. */
export async function listSessions(db: Db, accountId: number): Promise<Session[]> {
  return (
    await sql<Session>`select ${columns} from session s join account a on a.id = s.account_id
      where s.account_id = ${accountId} and ${isAlive} order by s.seen_at desc limit 100`.execute(db)
  ).rows;
}

/** Ends one session of an account whose hash begins with `head` (hex), or all but `keep` when `head` is null. Touches session and audit. */
export async function endSessions(
  db: Db,
  account: { id: number; name: string },
  which: { head: string } | { keep: Buffer },
): Promise<boolean> {
  const note = { actor: account.name, action: 'session.end', target: account.name };
  return audited(db, note, async (trx) => {
    const ended =
      'head' in which
        ? await sql`delete from session where account_id = ${account.id} and encode(hash, 'hex') like ${`${which.head}%`}`.execute(
            trx,
          )
        : await sql`delete from session where account_id = ${account.id} and hash <> ${which.keep}`.execute(trx);
    return (ended.numAffectedRows ?? 0n) > 0n;
  });
}

/** The deployment's own key for keyed hashes, 32 bytes, made when first asked for. Touches setting. */
export async function readConsoleKey(db: Db, fresh: Buffer): Promise<Buffer> {
  const text = JSON.stringify(fresh.toString('hex'));
  await sql`insert into setting (key, value) values ('console.key', ${text}::jsonb) on conflict (key) do nothing`.execute(
    db,
  );
  const kept = await readSetting(db, 'console.key');
  return Buffer.from(String(kept), 'hex');
}

/**
 * Counts one try under a key before it is made, so that a hundred at once are a hundred. Answers the seconds for which the key is closed: 0 =
 * go on. After `free` tries within 15 minutes each further one closes the key for 2, 4, 8 … at most 300 s; a refused try counts for nothing.
 */
export async function countTry(db: Db, key: Buffer, free: number): Promise<number> {
  const row = await sql<{ wait: number }>`
    insert into sign_in_try as t (key, tries) values (${key}, 1)
    on conflict (key) do update set
      tries = case when t.closed_until > now() then t.tries when t.last_at < now() - interval '15 minutes' then 1 else t.tries + 1 end,
      last_at = case when t.closed_until > now() then t.last_at else now() end,
      closed_until = case when t.closed_until > now() then t.closed_until
        when t.last_at >= now() - interval '15 minutes' and t.tries >= ${free}
        then now() + make_interval(secs => least(300, power(2, least(t.tries - ${free} + 1, 9)))) end
    returning case when last_at = now() then 0 else ceil(extract(epoch from closed_until - now()))::int end as wait`.execute(
    db,
  );
  return Math.max(0, row.rows[0]?.wait ?? 0);
}

/** Takes one counted try back: it was a right one. */
export async function forgiveTry(db: Db, key: Buffer): Promise<void> {
  await sql`update sign_in_try set tries = greatest(tries - 1, 0) where key = ${key}`.execute(db);
}

/** Forgets the tries of a key: the right password was given, or an admin opens the door. Old ones of everybody go. */
export async function forgetTries(db: Db, key: Buffer): Promise<void> {
  await sql`delete from sign_in_try where key = ${key} or last_at < now() - interval '1 day'`.execute(db);
}
