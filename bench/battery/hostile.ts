// The battery's hostile upstream against the real river, inside the network namespace: `hostile.ts DIR OUT [arguments of the runner]`.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { migrations } from '../../migrations/index.ts';
import { createLog } from '../../src/log.ts';
import { openDb } from '../../src/store/db.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';

const [dir = '', out = '', host = '127.0.0.1', ...rest] = process.argv.slice(2);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const dataDir = mkdtempSync(join(tmpdir(), 'tin-battery-'));
// A folder nobody else may enter would send the cluster elsewhere.
chmodSync(dataDir, 0o755);
let cluster = join(dataDir, 'postgres', 'cluster');
// Nothing in it outlives the run, so nothing waits for the disk.
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '128MB' };
const embedded = await startEmbedded({ dataDir, log, settings });
try {
  const template = 'tin_battery_template';
  const admin = new pg.Client({ connectionString: embedded.url });
  await admin.connect();
  cluster = String((await admin.query('show data_directory')).rows[0]?.data_directory ?? cluster);
  await admin.query(`create database ${template} template template0 encoding 'UTF8'`);
  await admin.end();
  const url = new URL(embedded.url);
  url.pathname = `/${template}`;
  const db = openDb(url.href, { max: 1, applicationName: 'battery' });
  await migrate(db, migrations, { log });
  await db.destroy();
  process.exitCode = await new Promise<number>((resolve) => {
    const child = spawn(
      process.execPath,
      [
        join(dir, 'run-battery.mjs'),
        '--adapter',
        join(import.meta.dirname, 'ingest-adapter.ts'),
        '--host',
        host,
        '--out',
        out,
        ...rest,
      ],
      { stdio: 'inherit', env: { ...process.env, BATTERY_SERVER: embedded.url, BATTERY_TEMPLATE: template } },
    );
    // Called off: the runner first, then the server, so that nothing stays behind.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill('SIGKILL'));
    child.once('exit', (code) => resolve(code ?? 1));
  });
} finally {
  await embedded.stop();
  for (const folder of [dirname(cluster), dataDir]) rmSync(folder, { recursive: true, force: true });
}
