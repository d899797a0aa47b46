// A change made by a person → the change and its line in the audit log, both or neither; and the log, searched.
import { sql } from 'kysely';
import type { Db } from './db.ts';

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

/** Runs a change and notes it in one transaction. `change` answers null (or false) when there was nothing to change: then nothing is noted. */
export async function audited<T>(db: Db, note: AuditNote, change: (trx: Db) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    const done = await change(trx);
    if (done !== null && done !== false) await noteAudit(trx, note);
    return done;
  });
}

/** The newest lines that hold all `words` ('' = every line), older than line `before` where given. Primary key, or audit_words. */
export async function searchAudit(db: Db, words: string, limit: number, before: number | null): Promise<AuditLine[]> {
  const isAny = words.trim() === '';
  return (
    await sql<AuditLine>`
      select id, at, actor, action, target, detail from audit
      where ${isAny ? sql`true` : sql`to_tsvector('simple', words) @@ plainto_tsquery('simple', ${words})`}
        and ${before === null ? sql`true` : sql`id < ${before}`}
      order by id desc limit ${limit}`.execute(db)
  ).rows;
}
