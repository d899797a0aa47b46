// A data folder → the address of a running PostgreSQL in it, shared by every process of ours that asks.
import pg from 'pg';
import { StoreError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ensureCluster, owner, readPassword } from './embedded-cluster.ts';
import type { Place } from './embedded-place.ts';
import { preparePlace } from './embedded-place.ts';
import { clearForeignMark, findFreePort, isAlive, readMark, startServer, stopServer } from './embedded-server.ts';

/** The server is reached at `url` (superuser, scram, loopback) until `stop`; the last process that stops ends it. */
export type Embedded = { url: string; stop: () => Promise<void> };

type Options = {
  /** Absolute path; made when absent. */
  dataDir: string;
  log: Log;
  /** PostgreSQL settings on top of the house's own, used when this call starts the server. */
  settings?: Record<string, string>;
};

const database = 'tin_tinh';
const giveUpAfterMs = 120_000;
const pauseMs = 250;
// Held shared by every process that uses the server, and alone by the one that ends it: the bytes of "tine".
const useLock = 0x74696e65;

/**
 * Joins the PostgreSQL of `dataDir`, or starts it (making it first when there is none). Works as root, after a kill -9, beside
 * other processes of ours; see docs/embedded-postgres.md. Nobody may connect from outside this machine.
 * Throws StoreError with a remedy (`store.embedded_*`, `store.data_*`, `store.initdb_failed`, `store.password_missing`).
 * Touches `dataDir`, one port of loopback, and spawns processes that outlive a killed parent and are joined again.
 */
export async function startEmbedded(options: Options): Promise<Embedded> {
  const { dataDir, log } = options;
  const place = preparePlace(dataDir, log);
  await ensureCluster(place, log);
  const password = readPassword(place);
  let isStopping = false;
  let joined = await join(place, password, options, null);
  const { port } = joined;
  watch();
  await ensureDatabase(joined.client, joined.port, password);
  return { url: toUrl(port, password, database), stop };

  // A crash of one backend cuts every connection, ours too: hold the server again, or start it again where it was.
  function watch(): void {
    joined.client.once('end', () => {
      if (isStopping) return;
      log.error({ port }, 'lost the embedded database, starting it again');
      join(place, password, options, port).then(
        (again) => {
          joined = again;
          if (isStopping) void leave(place, again.client);
          else watch();
        },
        (error: unknown) => log.fatal({ err: error }, 'the embedded database is gone'),
      );
    });
  }

  async function stop(): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    const isLast = await leave(place, joined.client);
    log.debug({ isLast }, 'left the embedded database');
  }
}

type Joined = { client: pg.Client; port: number };

// Tries in turn what the mark allows: hold the running server, wait for one that is starting or dying, start one.
async function join(place: Place, password: string, options: Options, onlyPort: number | null): Promise<Joined> {
  const { log } = options;
  const giveUpAt = performance.now() + giveUpAfterMs;
  let said = 'it does not answer';
  while (performance.now() < giveUpAt) {
    const mark = readMark(place);
    if (mark !== null && isAlive(mark.pid)) {
      const client = mark.isReady ? await hold(mark.port, password) : null;
      if (client !== null) {
        log.debug({ port: mark.port, server: mark.pid }, 'joined the embedded database');
        return { client, port: mark.port };
      }
      clearForeignMark(place, mark);
    }
    if (mark === null || !isAlive(mark.pid) || readMark(place) === null) {
      const port = onlyPort ?? (await findFreePort());
      log.info({ port }, 'starting the embedded database');
      const result = await startServer(place, port, options.settings ?? {});
      if (result.outcome === 'started') continue;
      said = result.said;
      if (result.outcome === 'failed') break;
    }
    await pause();
  }
  throw new StoreError('store.embedded_failed', `the embedded database did not start: ${said}`, {
    remedy: `read ${place.home}/server.log; or set DATABASE_URL to a PostgreSQL 15 or later`,
  });
}

// A connection that holds the lock of use is what "somebody needs this server" means: it ends with its process, however that ends.
async function hold(port: number, password: string): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: toUrl(port, password, 'postgres'),
    application_name: 'tin-tinh holds the server',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [useLock]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (error instanceof Error && 'code' in error && error.code === '28P01') {
      throw new StoreError('store.embedded_password', 'the server of this data folder refuses its password', {
        remedy: 'restore the file "password" beside the cluster, or set DATA_DIR to a new folder',
        cause: error,
      });
    }
    return null;
  }
}

// Gives up the shared lock and tries to take it alone: only the last user can, and then nobody new gets in before the end.
async function leave(place: Place, client: pg.Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [useLock]);
    const { rows } = await client.query<{ isLast: boolean }>('select pg_try_advisory_lock($1) as "isLast"', [useLock]);
    if (rows[0]?.isLast !== true) return false;
    await stopServer(place);
    return true;
  } catch {
    // The connection broke: the server is gone already, or somebody else is ending it.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(client: pg.Client, port: number, password: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (rowCount !== 0) return;
  try {
    await client.query(`create database ${database}`);
  } catch (error) {
    // Two first starts at once: the other one made it.
    const probe = new pg.Client({ connectionString: toUrl(port, password, database) });
    await probe.connect().catch(() => {
      throw error;
    });
    await probe.end();
  }
}

function toUrl(port: number, password: string, name: string): string {
  return `postgres://${owner}:${password}@127.0.0.1:${port}/${name}`;
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
