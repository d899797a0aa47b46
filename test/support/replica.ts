// Nothing → two PostgreSQL servers, one streaming from the other, with the schema in place.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../migrations/index.ts';
import { createLog } from '../../src/log.ts';
import { openDb } from '../../src/store/db.ts';
import { giveTo, preparePlace } from '../../src/store/embedded-place.ts';
import { startServer } from '../../src/store/embedded-server.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import { ensurePartitions } from '../../src/store/partition.ts';
import { afterFile } from './cleanup.ts';

/** One of the two; `stop` ends it, `start` starts it again where it was. */
export type TestServer = { url: string; stop: () => Promise<void>; start: () => Promise<void> };

const log = createLog({ level: 'silent', isTerminal: false });
const common = { fsync: 'off', wal_level: 'replica', max_wal_senders: '4', hot_standby: 'on' };

async function openServer(dataDir: string, settings: Record<string, string>): Promise<TestServer> {
  let running: Awaited<ReturnType<typeof startEmbedded>> | null = await startEmbedded({ dataDir, log, settings });
  const { url } = running;
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  afterFile(stop);
  const start = async () => {
    // On its old port; what starts next finds it running and joins it.
    await startServer(preparePlace(dataDir, log), Number(new URL(url).port), settings);
    running = await startEmbedded({ dataDir, log, settings });
  };
  return { url, stop, start };
}

/** A migrated primary and its hot standby, made of a copy of its stopped data folder; both end with the file. */
export async function startPair(): Promise<{ primary: TestServer; replica: TestServer }> {
  const folder = mkdtempSync(join(tmpdir(), 'tin-tinh-pair-'));
  chmodSync(folder, 0o755);
  afterFile(async () => rmSync(folder, { recursive: true, force: true }));
  const [first, second] = [join(folder, 'primary'), join(folder, 'replica')];
  const fresh = await startEmbedded({ dataDir: first, log, settings: common });
  const db = openDb(fresh.url, { max: 1 });
  await migrate(db, migrations, { log });
  await ensurePartitions(db);
  await db.destroy();
  await fresh.stop();
  // With the owner of the files, whom PostgreSQL runs as.
  spawnSync('cp', ['-a', first, second]);
  const primary = await openServer(first, common);
  const place = preparePlace(second, log);
  const signal = join(place.home, 'cluster', 'standby.signal');
  writeFileSync(signal, '');
  giveTo(place.account, signal);
  const { port, username, password } = new URL(primary.url);
  const replica = await openServer(second, {
    ...common,
    primary_conninfo: `host=127.0.0.1 port=${port} user=${username} password=${password}`,
    wal_retrieve_retry_interval: '200ms',
  });
  return { primary, replica };
}
