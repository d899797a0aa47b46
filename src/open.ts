// The environment → an open Context: log, database (embedded or the operator's own), schema, the way out.
import { migrations } from '../migrations/index.ts';
import { type Config, loadConfig } from './config.ts';
import type { Context } from './context.ts';
import { createLog, type Log } from './log.ts';
import { createGate } from './net/gate.ts';
import { authorityOf, createGuard } from './net/guard.ts';
import { createHttp } from './net/http.ts';
import { openReader } from './source/reader.ts';
import { type Db, openDb } from './store/db.ts';
import { type Embedded, startEmbedded } from './store/embedded.ts';
import { migrate } from './store/migrate.ts';

export type OpenOptions = {
  /** As of `readEnvironment()`. */
  env: Record<string, string | undefined>;
  signal: AbortSignal;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Most connections of the pool. */
  maxConnections?: number;
  /** Where the log goes: 1 (the default) or 2 for commands whose standard output is data. */
  logFd?: 1 | 2;
  /** Level when `LOG_LEVEL` is not set. */
  defaultLogLevel?: Config['logLevel'];
  /** False: the schema stays as it is, or absent (for `tin export`, `tin import` and `tin doctor`). */
  shouldMigrate?: boolean;
};

/**
 * What `openContext` gives: `databaseUrl` is the PostgreSQL in use; an authority (`127.0.0.1:4711`) added to `ownAuthorities` may
 * be fetched although it is not public; `close` ends everything it opened, in order, and may be called twice.
 */
export type Opened = {
  context: Context;
  isEmbedded: boolean;
  databaseUrl: string;
  ownAuthorities: Set<string>;
  close: () => Promise<void>;
};

/**
 * Opens all a process needs: checks the environment, starts or joins the embedded database (or takes `DATABASE_URL`), brings the
 * schema up to date. Throws ConfigError and StoreError with remedies, having closed what it had opened.
 */
export async function openContext(options: OpenOptions): Promise<Opened> {
  const config = loadConfig(options.env);
  const fd = options.logFd ?? 1;
  const level = options.env['LOG_LEVEL'] ? config.logLevel : (options.defaultLogLevel ?? config.logLevel);
  const log = createLog({ level, isTerminal: (fd === 1 ? process.stdout : process.stderr).isTTY === true, fd });
  const embedded = config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log }) : null;
  try {
    return await connect(config, log, embedded, options);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function connect(config: Config, log: Log, embedded: Embedded | null, options: OpenOptions): Promise<Opened> {
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const db = openDb(url, { max: options.maxConnections ?? 10, applicationName: options.applicationName });
  try {
    if (options.shouldMigrate !== false) await migrate(db, migrations, { log });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const readDb = config.readDatabaseUrl === null ? null : openReplica(config.readDatabaseUrl, options);
  const ownAuthorities = new Set<string>();
  const guard = createGuard({ allowNetworks: config.allowPrivateNetworks, allowAuthorities: ownAuthorities });
  const gate = createGate({
    spacingMs: config.hostSpacingMs,
    isFree: (target) => ownAuthorities.has(authorityOf(target)),
  });
  const http = createHttp({ userAgent: config.userAgent, guard, gate });
  const reader = openReader();
  let isClosed = false;
  return {
    context: {
      config,
      db,
      ...(readDb === null ? {} : { readDb }),
      http,
      reader,
      now: () => new Date(),
      log,
      signal: options.signal,
    },
    isEmbedded: embedded !== null,
    databaseUrl: url,
    ownAuthorities,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await http.close();
      await reader.close();
      await readDb?.destroy();
      await db.destroy();
      await embedded?.stop();
    },
  };
}

// Reads go elsewhere at once when it does not answer: nobody waits for it long.
function openReplica(url: string, options: OpenOptions): Db {
  return openDb(url, {
    max: options.maxConnections ?? 10,
    applicationName: `${options.applicationName} reads`,
    statementTimeoutMs: 10_000,
    connectionTimeoutMs: 1_000,
  });
}
