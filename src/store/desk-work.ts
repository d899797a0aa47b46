// Work that a person waits for (a look at a site, an import) in PostgreSQL: begun by one request, told and shown by any other.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** One piece of work. `isLost`: it was running and its process has been silent for a minute. `result` is plain JSON: dates are text. */
export type DeskWork = {
  uid: string;
  kind: string;
  actor: string;
  input: unknown;
  state: 'running' | 'done' | 'failed';
  isLost: boolean;
  /** What was done so far, in order. */
  steps: string[];
  done: number;
  total: number | null;
  result: unknown;
  problem: { code: string; message: string } | null;
};

const mostSteps = 200;

/** Keeps new work and forgets that of more than a day ago, at most 200 rows a time; returns its uid. Index desk_work_created. */
export async function openWork(
  db: Db,
  wanted: { kind: string; actor: string; input: object; body?: Buffer },
): Promise<string> {
  await sql`delete from desk_work where uid in (
    select uid from desk_work where created_at < now() - interval '1 day' order by created_at limit 200)`.execute(db);
  const row = await db
    .insertInto('desk_work')
    .values({ kind: wanted.kind, actor: wanted.actor, input: JSON.stringify(wanted.input), body: wanted.body ?? null })
    .returning('uid')
    .executeTakeFirstOrThrow();
  return row.uid;
}

/** The work of this uid as it stands; null when there is none or it is no uid. Primary key of desk_work. */
export async function findWork(db: Db, uid: string): Promise<DeskWork | null> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uid)) return null;
  const found = await sql<DeskWork>`
    select uid, kind, actor, input, state, state = 'running' and beat_at < now() - interval '1 minute' as "isLost", steps, done, total, result, problem
    from desk_work where uid = ${uid}`.execute(db);
  return found.rows[0] ?? null;
}

/** The bytes that a piece of work is about; null when there are none. Primary key of desk_work. */
export async function readWorkBody(db: Db, uid: string): Promise<Buffer | null> {
  const row = await db.selectFrom('desk_work').select('body').where('uid', '=', uid).limit(1).executeTakeFirst();
  return row?.body ?? null;
}

/** Says how far the work is; its beat is renewed. `step` is added to its steps, of which the first 200 are kept. Touches desk_work. */
export async function beatWork(
  db: Db,
  uid: string,
  at: { step?: string; done?: number; total?: number; result?: unknown },
): Promise<void> {
  const { step = null, done = null, total = null } = at;
  const result = at.result === undefined ? null : JSON.stringify(at.result);
  await sql`
    update desk_work set beat_at = now(), done = coalesce(${done}::int, done), total = coalesce(${total}::int, total),
      result = coalesce(${result}::jsonb, result),
      steps = case when ${step}::text is null or jsonb_array_length(steps) >= ${mostSteps}::int then steps else steps || to_jsonb(${step}::text) end
    where uid = ${uid} and state = 'running'`.execute(db);
}

/** Ends the work with what came of it, or with what went wrong. Touches desk_work. */
export async function endWork(
  db: Db,
  uid: string,
  end: { result: unknown; body?: Buffer } | { problem: { code: string; message: string } },
): Promise<void> {
  const isDone = 'result' in end;
  const result = isDone ? JSON.stringify(end.result) : null;
  const problem = isDone ? null : JSON.stringify(end.problem);
  const body = isDone ? (end.body ?? null) : null;
  await sql`
    update desk_work set state = ${isDone ? 'done' : 'failed'}, result = coalesce(${result}::jsonb, result), problem = ${problem}::jsonb,
      body = coalesce(${body}::bytea, body), beat_at = now()
    where uid = ${uid}`.execute(db);
}

/** Puts another result in the place of finished work's, for work that goes on step by step. Touches desk_work. */
export async function replaceResult(db: Db, uid: string, result: unknown): Promise<void> {
  await sql`update desk_work set result = ${JSON.stringify(result)}::jsonb where uid = ${uid} and state = 'done'`.execute(
    db,
  );
}
