// A list of migrations + a database of any age → the schema this program knows.
import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import { StoreError } from '../errors.ts';
import type { Db } from './db.ts';

/** One step forward: runs in a transaction of its own and is remembered by its name. */
export type Migration = { name: string; up: (db: Kysely<unknown>) => Promise<void> };

/** What the runner tells: one line per step taken. */
type MigrationLog = { info(fields: object, message: string): void };

const oldestVersion = 15;
// Any number that no other advisory lock of ours uses: the bytes of "tinm".
const lockKey = 0x74696e6d;

/**
 * Brings the schema up to the end of `list`, oldest first, each step in one transaction under one advisory lock; steps already
 * taken are skipped, so it may run at every start and in many processes at once. Returns the names of the steps it took.
 * Throws StoreError: `store.unreachable`, `store.postgres_too_old` (before 15), `store.not_utf8`,
 * `store.schema_newer` (the database holds a step that `list` does not know).
 */
export async function migrate(db: Db, list: readonly Migration[], options: { log: MigrationLog }): Promise<string[]> {
  await checkServer(db);
  const taken: string[] = [];
  for (;;) {
    const name = await takeNextStep(db, list);
    if (name === null) return taken;
    taken.push(name);
    options.log.info({ migration: name }, 'schema migrated');
  }
}

async function checkServer(db: Db): Promise<void> {
  const { version, encoding } = await askServer(db);
  const major = Math.floor(version / 10_000);
  if (major < oldestVersion) {
    throw new StoreError('store.postgres_too_old', `the database runs PostgreSQL ${major}`, {
      remedy: `use PostgreSQL ${oldestVersion} or later, or leave DATABASE_URL empty for the embedded one`,
    });
  }
  if (encoding !== 'UTF8') {
    throw new StoreError('store.not_utf8', `the database stores text as ${encoding}`, {
      remedy: "make a database with UTF-8: create database tin encoding 'UTF8' template template0",
    });
  }
}

async function askServer(db: Db): Promise<{ version: number; encoding: string }> {
  try {
    const { rows } = await sql<{ version: number; encoding: string }>`
      select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding
    `.execute(db);
    const row = rows[0];
    if (row === undefined) throw new Error('the server answered without a row');
    return row;
  } catch (cause) {
    const said =
      cause instanceof Error && cause.message !== '' ? cause.message : String((cause as { code?: unknown }).code);
    throw new StoreError('store.unreachable', `the database does not answer: ${said}`, {
      remedy: 'check DATABASE_URL (host, port, user, password, database name) and that the server runs',
      cause,
    });
  }
}

// The lock is the transaction's own, so it also holds behind a pooler that shares connections between transactions.
async function takeNextStep(db: Db, list: readonly Migration[]): Promise<string | null> {
  return await db.transaction().execute(async (trx) => {
    await sql`set local statement_timeout = 0`.execute(trx);
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
    await sql`select pg_advisory_xact_lock(${lockKey})`.execute(trx);
    const done = await readNames(trx);
    const known = new Set(list.map((step) => step.name));
    const unknown = [...done].filter((name) => !known.has(name));
    if (unknown.length > 0) {
      throw new StoreError(
        'store.schema_newer',
        `the database was migrated by a newer program (${unknown.join(', ')})`,
        {
          remedy: 'start the newer program, or point DATABASE_URL or DATA_DIR at another database',
        },
      );
    }
    const next = list.find((step) => !done.has(step.name));
    if (next === undefined) return null;
    await next.up(trx as unknown as Kysely<unknown>);
    await sql`insert into schema_migration (name) values (${next.name})`.execute(trx);
    return next.name;
  });
}

async function readNames<T>(trx: Transaction<T>): Promise<Set<string>> {
  // Asked first, because even an idle "if not exists" needs the right to create tables.
  const { rows: found } = await sql<{ isThere: boolean }>`
    select to_regclass('schema_migration') is not null as "isThere"
  `.execute(trx);
  if (found[0]?.isThere !== true) {
    await sql`create table schema_migration (name text primary key, applied_at timestamptz not null default now())`.execute(
      trx,
    );
  }
  const { rows } = await sql<{ name: string }>`select name from schema_migration`.execute(trx);
  return new Set(rows.map((row) => row.name));
}
