// The console at size: how long each screen takes on the server over a million stories and 2,000 sources, and how much processor in node and
// PostgreSQL together, which says more on a busy machine; fails when half of the answers take more than 200 ms, or a screen that much processor.
// `npm run bench:console -- [--stories 1000000] [--sources 2000] [--rounds 20] [--only WORDS] [--serve PORT]`; `--serve` stays up
// to be looked at and prints the cookie of an admin.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import { makeAccount } from '../src/store/account.ts';
import { openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { openSession } from '../src/store/session.ts';
import { freshToken, hashToken } from '../src/web/admin/door.ts';
import { hashPassword } from '../src/web/admin/password.ts';
import { startWeb } from '../src/web/server.ts';
import { measuredScreens } from './console-screens.ts';
import { tellPollCount } from './console-sources.ts';
import { makeConsoleWorld } from './console-world.ts';

const most = 200;

// Processor time of PostgreSQL's processes that serve us, in milliseconds (hundredths of a second in proc(5)); what has ended keeps its last figure.
const spent = new Map<number, number>();
async function spentByDatabase(): Promise<number> {
  const { rows } = await sql<{
    pid: number;
  }>`select pid from pg_stat_activity where application_name = 'bench'`.execute(db);
  for (const { pid } of rows) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    spent.set(pid, (Number(fields[11]) + Number(fields[12])) * 10);
  }
  return [...spent.values()].reduce((sum, one) => sum + one, 0);
}

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { stories: text, sources: text, rounds: text, only: text, serve: text } });
const size = { stories: Number(values.stories ?? 1_000_000), sources: Number(values.sources ?? 2_000) };
const rounds = Number(values.rounds ?? 20);

const dataDir = mkdtempSync(join(tmpdir(), 'tin-console-'));
// Where the server runs as a user of its own, it must get in.
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const embedded = await startEmbedded({ dataDir, log, settings: { fsync: 'off', synchronous_commit: 'off' } });
const db = openDb(embedded.url, { max: 5, applicationName: 'bench', statementTimeoutMs: 0 });
let slow = 0;

try {
  const began = performance.now();
  await migrate(db, migrations, { log });
  await makeConsoleWorld(db, size);
  const took = Math.round((performance.now() - began) / 1_000);
  process.stdout.write(
    `${size.stories} stories, ${size.sources} sources, made in ${took} s. ${await tellPollCount(db)}\n`,
  );
  const account = await makeAccount(
    db,
    { name: 'do-dac', role: 'admin', password: await hashPassword(freshToken()) },
    'bench',
  );
  const token = freshToken();
  const session = { hash: hashToken(token), agent: 'bench', address: Buffer.alloc(8) };
  await openSession(db, { id: account ?? 0, name: 'do-dac' }, session);
  const port = Number(values.serve ?? 0);
  const config = { host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}` };
  const web = await startWeb({ config, db, now: () => new Date(), log, signal: new AbortController().signal });
  process.stdout.write(
    `${'screen'.padEnd(40)} ${['first', 'p50', 'p95', 'cpu', 'kB'].map((word) => word.padStart(7)).join(' ')}\n`,
  );
  for (const { name, path } of measuredScreens.filter((one) => one.name.includes(values.only ?? ''))) {
    const times: number[] = [];
    let bytes = 0;
    const before = (await spentByDatabase()) + process.cpuUsage().user / 1_000;
    for (let round = 0; round < rounds; round++) {
      const at = performance.now();
      const answer = await fetch(`${web.url}${path(size)}`, {
        headers: { cookie: `tin=${token}` },
        redirect: 'manual',
      });
      bytes = (await answer.arrayBuffer()).byteLength;
      times.push(performance.now() - at);
      if (answer.status !== 200) throw new Error(`${path(size)} answered ${answer.status}`);
    }
    const cpu = ((await spentByDatabase()) + process.cpuUsage().user / 1_000 - before) / rounds;
    const [first = 0] = times;
    times.sort((a, b) => a - b);
    const share = (part: number) => times[Math.max(0, Math.ceil(times.length * part) - 1)] ?? 0;
    const isSlow = share(0.5) > most || cpu > most;
    if (isSlow) slow += 1;
    const figures = [first, share(0.5), share(0.95), cpu, bytes / 1_000]
      .map((one) => one.toFixed(1).padStart(7))
      .join(' ');
    process.stdout.write(`${name.padEnd(40)} ${figures}${isSlow ? `   above ${most} ms` : ''}\n`);
  }
  if (values.serve !== undefined) {
    process.stdout.write(`${web.url}/quan-tri with the cookie tin=${token}\n`);
    await new Promise((resolve) => process.once('SIGTERM', resolve));
  }
  await web.close();
} finally {
  await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exitCode = slow > 0 ? 1 : 0;
