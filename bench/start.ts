// A machine that never ran it → seconds from `npm start` to the first published feed: with packages there, or (--clone) from a fresh checkout.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findFreePort } from '../src/store/embedded-server.ts';

const { values } = parseArgs({
  options: { clone: { type: 'boolean' }, runs: { type: 'string', default: '3' }, json: { type: 'boolean' } },
});
const here = fileURLToPath(new URL('..', import.meta.url));
const giveUpMs = 600_000;

/** Seconds after the start at which each thing was there. */
type Times = { live: number; ready: number; feed: number; items: number };

async function measure(): Promise<Times> {
  const folder = mkdtempSync(join(tmpdir(), 'tin-start-'));
  const project = values.clone ? join(folder, 'checkout') : here;
  if (values.clone) execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${here}`, project]);
  const port = await findFreePort();
  const startedAt = performance.now();
  const env = {
    ...process.env,
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: '',
    LOG_LEVEL: 'warn',
    DRAIN: '0',
  };
  const child = spawn('npm', ['start', '--silent'], {
    cwd: project,
    env,
    stdio: 'ignore',
    detached: true,
  });
  try {
    return await watch(child, port, startedAt);
  } finally {
    // The whole group: npm may end without its own child.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    while (
      await fetch(`http://127.0.0.1:${port}/healthz/live`).then(
        () => true,
        () => false,
      )
    )
      await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(child: ChildProcess, port: number, startedAt: number): Promise<Times> {
  const seconds = () => Math.round((performance.now() - startedAt) / 10) / 100;
  const times: Times = { live: 0, ready: 0, feed: 0, items: 0 };
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    return answer?.status === 200 ? await answer.text() : null;
  };
  while (performance.now() - startedAt < giveUpMs) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    if (times.live === 0 && (await ask('/healthz/live')) !== null) times.live = seconds();
    if (times.ready === 0 && (await ask('/healthz/ready')) !== null) times.ready = seconds();
    const items = ((await ask('/feeds/tin-moi.rss'))?.match(/<item>/g) ?? []).length;
    if (items > 0) return { ...times, feed: seconds(), items };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('no feed with an item came within ten minutes');
}

const runs: Times[] = [];
for (let turn = 0; turn < Number(values.runs); turn++) {
  runs.push(await measure());
  if (!values.json) console.log(`run ${turn + 1}: ${JSON.stringify(runs.at(-1))}`);
}
const sorted = runs.map((run) => run.feed).sort((a, b) => a - b);
const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
if (values.json) console.log(JSON.stringify({ clone: values.clone === true, median, runs }, null, 2));
else
  console.log(
    `npm start → first feed with stories${values.clone ? ', packages fetched on the way' : ''}: ${median} s (median of ${runs.length})`,
  );
