// The whole app as `npm start` runs it, over a bench's database, with the feed world's news coming in without a pause.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';
import { makeSourcesDue } from '../src/store/source.ts';
import { addFeedWorld, startFeedWorld } from './feed-world.ts';
import { treeCpuSeconds } from './ingest-cpu.ts';
import { serviceFlags } from './service-flags.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A running app: where it answers, its CPU so far, and what ends it. */
export type RunningApp = { url: string; cpuSeconds: () => Promise<number>; stop: () => Promise<void> };

async function startApp(options: {
  databaseUrl: string;
  dataDir: string;
  port: number;
  role: string;
}): Promise<RunningApp> {
  const main = fileURLToPath(new URL('../jobs/main.ts', import.meta.url));
  const child = spawn(process.execPath, [...serviceFlags, main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      DATA_DIR: options.dataDir,
      PORT: String(options.port),
      ROLE: options.role,
      TRIAL: 'off',
      HOST_SPACING: '0',
      ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
      LOG_LEVEL: 'error',
    },
  });
  process.once('exit', () => child.kill());
  const url = `http://127.0.0.1:${options.port}`;
  const isUp = () =>
    fetch(`${url}/healthz/live`).then(
      (answer) => answer.ok,
      () => false,
    );
  for (let waited = 0; options.role !== 'jobs' && !(await isUp()); waited += 100) {
    if (child.exitCode !== null || waited > 60_000) throw new Error('the app did not start');
    await pause(100);
  }
  return {
    url,
    cpuSeconds: async () => treeCpuSeconds(child.pid ?? 0),
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** News of many feeds coming in while somebody else measures. */
export type Ingest = { app: RunningApp; meanwhile: () => Promise<string>; stop: () => Promise<void> };

/**
 * Starts the app and reads `feeds` feeds of 50 items; from then on two new items a feed every two seconds. `together`: one process does
 * everything, as by default; else one serves and another reads.
 */
export async function startIngest(
  db: Db,
  options: { databaseUrl: string; dataDir: string; port: number; feeds: string; script: string; isTogether: boolean },
): Promise<Ingest> {
  const { databaseUrl, dataDir, port } = options;
  const world = await startFeedWorld({
    script: options.script,
    feeds: options.feeds,
    items: '50',
    port: String(port + 1),
  });
  await addFeedWorld(db, world);
  const app = await startApp({ databaseUrl, dataDir, port, role: options.isTogether ? 'all' : 'web' });
  const reader = options.isTogether ? null : await startApp({ databaseUrl, dataDir, port: port + 2, role: 'jobs' });
  const count = async (table: 'entry' | 'poll'): Promise<number> => {
    const row = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(db);
    return row.rows[0]?.n ?? 0;
  };
  // Well under way: the first polls are in.
  while ((await count('poll')) < Number(options.feeds) / 10) await pause(200);
  let isOver = false;
  const ticking = (async () => {
    while (!isOver) {
      await pause(2_000);
      await world.ask('tick?n=1&k=2');
      await makeSourcesDue(db);
    }
  })();
  const startedAt = performance.now();
  const before = { polls: await count('poll'), entries: await count('entry') };
  return {
    app,
    meanwhile: async () => {
      const seconds = Math.round((performance.now() - startedAt) / 1_000);
      const polls = (await count('poll')) - before.polls;
      return `meanwhile, in ${seconds} s: ${polls} polls, ${(await count('entry')) - before.entries} new entries`;
    },
    stop: async () => {
      isOver = true;
      await ticking;
      await Promise.all([app.stop(), reader?.stop()]);
      world.stop();
    },
  };
}
