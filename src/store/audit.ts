// A change made by a person → the change and its line in the audit log, both or neither; and the log, searched.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { inTransaction } from './db.ts';

/** One line: who did what to which thing; `detail` holds no secrets. */
export type AuditNote = { actor: string; action: string; target: string; detail?: Record<string, unknown> };

/** A line as it is read, `at` by the database's clock. */
export type AuditLine = {
  id: number;
  at: Date;
  actor: string;
  action: string;
  target: string;
  detail: Record<string, unknown>;
};

/** Appends one line. Call it in the transaction of the change. */
export async function noteAudit(db: Db, note: AuditNote): Promise<void> {
  const detail = JSON.stringify(note.detail ?? {});
  const words = `${note.actor} ${note.action} ${note.action.replaceAll('.', ' ')} ${note.target} ${detail}`.slice(
    0,
    20_000,
  );
  await db
    .insertInto('audit')
    .values({ actor: note.actor, action: note.action, target: note.target, detail, words })
    .execute();
}

/**
 * Runs a change and notes it in one transaction (that of `db`, when it is one). `change` answers null (or false) when there was nothing to change: then nothing is noted.
 * A `note` that is a function is told what `change` answered, and may say null as well.
 */
export async function audited<T>(
  db: Db,
  note: AuditNote | ((done: T) => AuditNote | null),
  change: (trx: Db) => Promise<T>,
): Promise<T> {
  return inTransaction(db, async (trx) => {
    const done = await change(trx);
    const line = done === null || done === false ? null : typeof note === 'function' ? note(done) : note;
    if (line !== null) await noteAudit(trx, line);
    return done;
  });
}

/** What lines are wanted; absent = any. `from` and `to` are days in Vietnam, both included (`2026-11-22`). */
export type AuditWish = {
  words?: string;
  actor?: string;
  /** A whole action, `account.make`. */
  action?: string;
  target?: string;
  from?: string;
  to?: string;
};

const zone = sql.lit('Asia/Ho_Chi_Minh');

/**
 * The newest wanted lines, at most `limit`, older than line `before` where given. Indexes audit_at, audit_actor, audit_action, audit_target,
 * audit_words.
 */
export async function listAudit(db: Db, wish: AuditWish, limit: number, before: number | null): Promise<AuditLine[]> {
  const { actor, action, target, from, to } = wish;
  const words = wish.words?.trim() ?? '';
  const conditions = [
    ...(words === '' ? [] : [sql`to_tsvector('simple', words) @@ plainto_tsquery('simple', ${words})`]),
    ...(actor === undefined ? [] : [sql`actor = ${actor}`]),
    ...(action === undefined ? [] : [sql`action = ${action}`]),
    ...(target === undefined ? [] : [sql`target = ${target}`]),
    ...(from === undefined ? [] : [sql`at >= ${from}::date::timestamp at time zone ${zone}`]),
    ...(to === undefined ? [] : [sql`at < (${to}::date + 1)::timestamp at time zone ${zone}`]),
    ...(before === null ? [] : [sql`(at, id) < (select at, id from audit where id = ${before})`]),
  ];
  const where = conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
  return (
    await sql<AuditLine>`
      select id, at, actor, action, target, detail from audit where ${where} order by at desc, id desc limit ${limit}`.execute(
      db,
    )
  ).rows;
}

/** One line; null when there is none. Primary key. */
export async function readLine(db: Db, id: number): Promise<AuditLine | null> {
  const found = await sql<AuditLine>`select id, at, actor, action, target, detail from audit where id = ${id}`.execute(
    db,
  );
  return found.rows[0] ?? null;
}

/** The newest lines that hold all `words` ('' = every line), older than line `before` where given. */
export async function searchAudit(db: Db, words: string, limit: number, before: number | null): Promise<AuditLine[]> {
  return listAudit(db, { words }, limit, before);
}

/** Every action that was ever noted, by name, at most 200: a walk from one to the next along audit_action, not over the lines. */
export async function listActions(db: Db): Promise<string[]> {
  const found = await sql<{ action: string }>`
    with recursive walk as (
      (select action from audit order by action limit 1)
      union all
      select (select a.action from audit a where a.action > w.action order by a.action limit 1) from walk w where w.action is not null
    ) select action from walk where action is not null limit 200`.execute(db);
  return found.rows.map((row) => row.action);
}
