// The battery's hostile upstream against the real river, inside the network namespace: `hostile.ts DIR OUT [arguments of the runner]`.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrations } from '../../migrations/index.ts';
import { createLog } from '../../src/log.ts';
import { openDb } from '../../src/store/db.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';

const [dir = '', out = '', host = '127.0.0.1', ...rest] = process.argv.slice(2);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const dataDir = mkdtempSync(join(tmpdir(), 'tin-battery-'));
// Nothing in it outlives the run, so nothing waits for the disk.
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const embedded = await startEmbedded({ dataDir, log, settings });
try {
  const template = 'tin_battery_template';
  const admin = new pg.Client({ connectionString: embedded.url });
  await admin.connect();
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
    child.once('exit', (code) => resolve(code ?? 1));
  });
} finally {
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
