// A folder below the experiment's → a scratch PostgreSQL that may be killed, and only that one.
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createLog } from '../../../src/log.ts';
import { ensureCluster, owner, readPassword } from '../../../src/store/embedded-cluster.ts';
import { preparePlace } from '../../../src/store/embedded-place.ts';
import { readMark, startServer, stopServer } from '../../../src/store/embedded-server.ts';
import { pause, type Room } from './experiment.ts';

/** A server of ours. `port` stays the same over restarts. */
export type Cluster = {
  url: string;
  urlAt: (host: string, port: number) => string;
  port: number;
  /** Folder of the data itself. */
  data: string;
  postmaster: () => number;
  /** `kill -9` of the postmaster, after making sure that it works in our folder. */
  kill: () => void;
  /** Starts it again, also while remains of a killed one are still there. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Asks as superuser over a connection of its own for each question. */
  query: <T extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<T[]>;
  number: (text: string) => Promise<number>;
  /** Asks in another database of the cluster. */
  queryAt: (database: string, text: string) => Promise<void>;
};

/** Makes and starts a cluster below the room's folder (or `folder`), ended with the room. */
export async function openCluster(
  room: Room,
  options: { port: number; settings?: Record<string, string>; folder?: string },
): Promise<Cluster> {
  const log = createLog({ level: 'silent', isTerminal: false });
  const place = preparePlace(options.folder ?? room.folder, log);
  await ensureCluster(place, log);
  const password = readPassword(place);
  const data = join(place.home, 'cluster');
  const urlAt = (host: string, port: number) => `postgres://${owner}:${password}@${host}:${port}/tin_tinh`;

  async function start(): Promise<void> {
    for (let tries = 0; ; tries++) {
      const { outcome, ...rest } = await startServer(place, options.port, options.settings ?? {});
      if (outcome === 'started') return;
      if (outcome === 'failed' || tries > 100)
        throw new Error(`PostgreSQL did not start: ${'said' in rest ? rest.said : ''}`);
      await pause(200);
    }
  }

  function postmaster(): number {
    const pid = readMark(place)?.pid ?? 0;
    if (pid <= 1 || readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(data))
      throw new Error(`process ${pid} is not the postmaster of ${data}`);
    return pid;
  }

  async function query<T extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
    name = 'tin_tinh',
  ): Promise<T[]> {
    const url = urlAt('127.0.0.1', options.port).replace(/[^/]*$/, name);
    const client = new pg.Client({ connectionString: url, application_name: 'faults', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  await start();
  room.after(async () => stopServer(place));
  await query('create database tin_tinh', [], 'postgres');
  return {
    url: urlAt('127.0.0.1', options.port),
    urlAt,
    port: options.port,
    data,
    postmaster,
    kill: () => process.kill(postmaster(), 'SIGKILL'),
    start,
    stop: () => stopServer(place),
    query,
    queryAt: async (database, text) => void (await query(text, [], database)),
    number: async (text) => Number(Object.values((await query(text))[0] ?? {})[0] ?? 0),
  };
}

/** The last lines of the server's log. */
export function serverLog(cluster: Cluster): string {
  return readFileSync(join(cluster.data, '..', 'server.log'), 'utf8').slice(-2_000);
}
