// A PostgreSQL address → the typed query builder every store function takes first.
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { letResultsGo } from './let-go.ts';
import { prepareStatements } from './prepare.ts';
import type { Schema } from './schema.ts';
import { sendTogether } from './together.ts';

export type Db = Kysely<Schema>;

/** What a pool is opened with. `max` counts connections; `applicationName` shows in pg_stat_activity. */
export type DbOptions = {
  max?: number;
  applicationName?: string;
  statementTimeoutMs?: number;
  /**
   * After so long without a statement the server ends a transaction (default 15 s). A process that is parted from PostgreSQL in the middle of
   * one would hold its locks until the server hears of it, hours later, and all others wait for the lock under which sources are claimed.
   * Well below a lease (30 s), far above what lies between two statements.
   */
  silentTransactionMs?: number;
  connectionTimeoutMs?: number;
  /** Told of every statement that ended well, with its parameters: for the check of plans. */
  onQuery?: (statement: string, parameters: readonly unknown[]) => void;
};

const int8 = 20;

// Ids are identity columns that stay far below 2^53; a number is what JSON, URLs and maps want.
function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`);
  return value;
}

const types = new pg.TypeOverrides();
types.setTypeParser(int8, readInt8);

type Held = { client: pg.PoolClient; bornAt: number };
const connections = new WeakMap<Db, Set<Held>>();

/**
 * Opens a pool on a PostgreSQL of version 15 or later; connects on first use. bigint arrives as number, timestamptz as Date.
 * Idle connections that break are dropped quietly: the next query opens a fresh one or rejects.
 * Close it with `db.destroy()`.
 */
export function openDb(url: string, options: DbOptions = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'tin-tinh',
    statement_timeout: options.statementTimeoutMs ?? 60_000,
    idle_in_transaction_session_timeout: options.silentTransactionMs ?? 15_000,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 10_000,
    // A new connection is a new process, a login, and every plan anew: some 40 ms of processor. News comes in bursts with minutes between.
    idleTimeoutMillis: 600_000,
    maxLifetimeSeconds: 3_600,
    keepAlive: true,
    // Statements of one connection may be on their way together: see together.ts.
    pipeline: true,
    types,
  });
  const open = new Set<Held>();
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    // While a connection is lent out the pool does not listen: one that dies between two statements of a transaction would end the
    // process. The next statement rejects in any case.
    client.on('error', () => undefined);
    const held = { client, bornAt: performance.now() };
    open.add(held);
    client.once('end', () => open.delete(held));
    letResultsGo(client);
    prepareStatements(client);
    sendTogether(client);
  });
  const { onQuery } = options;
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    ...(onQuery === undefined
      ? {}
      : {
          log: ({ level, query }) => {
            if (level === 'query') onQuery(query.sql, query.parameters);
          },
        }),
  });
  connections.set(db, open);
  pools.set(db, pool);
  return db;
}

/**
 * Cuts every connection of the pool that was opened before `bornBefore` (as of `performance.now()`): what waits on one rejects, the next
 * query opens a fresh one. For after an outage, when nobody can tell which of them will ever be answered.
 */
export function cutConnections(db: Db, bornBefore: number): number {
  let count = 0;
  for (const { client, bornAt } of connections.get(db) ?? []) {
    if (bornAt >= bornBefore) continue;
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    count += 1;
  }
  return count;
}

const pools = new WeakMap<Db, pg.Pool>();

/** A pool's connections at this moment, and how many callers wait for one; zeros for what `openDb` did not open. */
export function poolState(db: Db): { total: number; idle: number; waiting: number } {
  const pool = pools.get(db);
  return { total: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 };
}

/** Runs `work` in a transaction: the one that `db` is already, or a new one. */
export async function inTransaction<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
