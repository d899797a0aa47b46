// The feed world → how fast and at what cost the whole river runs: cold, unchanged, two new items a feed. `npm run bench:ingest`
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { startHeartbeat } from '../jobs/heartbeat.ts';
import { timetable } from '../jobs/timetable.ts';
import { migrations } from '../migrations/index.ts';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { keepEditions } from '../src/edition/keep.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { openReader } from '../src/source/reader.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { listen } from '../src/store/listen.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { makeSourcesDue } from '../src/store/source.ts';
import { listBatch } from '../src/story/relate-ahead.ts';
import type { BareFetch } from './bare-fetch.ts';
import { addFeedWorld, startFeedWorld } from './feed-world.ts';
import { ownCpuSeconds, treeCpuSeconds } from './ingest-cpu.ts';
import { openBooks, readBooks, statementBooks } from './statements.ts';

const { values } = parseArgs({
  options: {
    feeds: { type: 'string', default: '1000' },
    items: { type: 'string', default: '50' },
    world: { type: 'string', default: '../shared/world/world.mjs' },
    port: { type: 'string', default: '18080' },
    json: { type: 'boolean' },
    /** Prints after each phase what PostgreSQL spent its time on. */
    statements: { type: 'boolean' },
    /** The river itself: without the jobs that stand behind the news (search, related stories). */
    alone: { type: 'boolean' },
    /** How many times two new items come. */
    rounds: { type: 'string', default: '1' },
  },
});
const say = (text: string) => process.stderr.write(`${text}\n`);

type Figures = {
  phase: string /** until every entry has its story */;
  wallSeconds: number /** until every document is fresh */;
  freshSeconds: number;
  appCpu: number;
  postgresCpu: number;
  /** Until search and related stories have followed as well, which nobody waits for. */
  followedSeconds: number;
  followedCpu: number;
  requests: number;
  entries: number;
  perSecond: number;
};

// Two marks: every entry has its story (`isRead`), and every document somebody reads is fresh again (`isIdle`).
async function progressOf(db: Db, polls: number): Promise<{ isRead: boolean; isIdle: boolean }> {
  const row = await sql<{
    isRead: boolean;
    isFresh: boolean;
  }>`select (select count(*) from poll) >= ${polls} and not exists (select 1 from cluster_due) as "isRead",
    not exists (select 1 from document where due_at is not null) as "isFresh"`.execute(db);
  const { isRead = false, isFresh = false } = row.rows[0] ?? {};
  return { isRead, isIdle: isRead && isFresh };
}

// The lists of a whole import would take their job minutes, with its rests: nobody waits for them, but the next phase shall not pay for them.
async function hasFollowed(ctx: Context): Promise<boolean> {
  const { db } = ctx;
  const row = await sql<{ has: boolean }>`
    select coalesce((select value::bigint from setting where key = 'word.change_id'), 0) >= newest
      and coalesce((select filed from related_state), 0) >= newest as has
    from (select coalesce(max(change_id), 0) as newest from story) s`.execute(db);
  if (!(row.rows[0]?.has ?? false)) return false;
  for (let isMore = true; isMore; ) ({ isMore } = await listBatch(ctx));
  return (await sql`select from related_due limit 1`.execute(db)).rows.length === 0;
}

async function count(db: Db, table: 'entry' | 'poll'): Promise<number> {
  const row = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(db);
  return row.rows[0]?.n ?? 0;
}

async function phase(
  name: string,
  ctx: Context,
  postgresPid: number,
  feeds: number,
  act: () => Promise<void>,
): Promise<Figures> {
  const before = { entries: await count(ctx.db, 'entry'), polls: await count(ctx.db, 'poll') };
  const cpu = { app: ownCpuSeconds(), postgres: treeCpuSeconds(postgresPid) };
  const startedAt = performance.now();
  await act();
  let wallSeconds: number | null = null;
  for (;;) {
    // Asking costs as well: often only while it tells how many entries a second.
    await new Promise((resolve) => setTimeout(resolve, wallSeconds === null ? 200 : 500));
    const { isRead, isIdle } = await progressOf(ctx.db, before.polls + feeds);
    const passed = (performance.now() - startedAt) / 1_000;
    if (isRead) wallSeconds ??= passed;
    if (isIdle && wallSeconds !== null) break;
    if (passed > 300) throw new Error(`${name}: not idle after 300 s`);
  }
  const freshSeconds = (performance.now() - startedAt) / 1_000;
  const spent = { app: ownCpuSeconds() - cpu.app, postgres: treeCpuSeconds(postgresPid) - cpu.postgres };
  while (!values.alone && !(await hasFollowed(ctx))) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    if ((performance.now() - startedAt) / 1_000 > 600)
      throw new Error(`${name}: search and related not there after 600 s`);
  }
  const followedSeconds = (performance.now() - startedAt) / 1_000;
  if (values.statements) for (const line of await readBooks(ctx.db)) say(line);
  // Before anything is counted: the bench's own queries are no part of the river.
  const followedCpu = ownCpuSeconds() - cpu.app + treeCpuSeconds(postgresPid) - cpu.postgres;
  const entries = (await count(ctx.db, 'entry')) - before.entries;
  const items = name === 'cold' ? feeds * Number(values.items) : entries;
  return {
    phase: name,
    wallSeconds,
    freshSeconds,
    appCpu: spent.app,
    postgresCpu: spent.postgres,
    followedSeconds,
    followedCpu,
    requests: (await count(ctx.db, 'poll')) - before.polls,
    entries,
    perSecond: items / wallSeconds,
  };
}

async function bareFetch(urls: string[]): Promise<BareFetch> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./bare-fetch.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(urls));
  return JSON.parse(await text(child.stdout)) as BareFetch;
}

// The same rows written once more by one statement inside PostgreSQL, with the same primary key.
async function bareInsert(db: Db, postgresPid: number): Promise<{ wallSeconds: number; cpu: number }> {
  await sql`create table bare_entry (like entry including indexes)`.execute(db);
  const cpu = treeCpuSeconds(postgresPid);
  const startedAt = performance.now();
  await sql`insert into bare_entry select * from entry`.execute(db);
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  const spent = treeCpuSeconds(postgresPid) - cpu;
  await sql`drop table bare_entry`.execute(db);
  return { wallSeconds, cpu: spent };
}

const followers = ['search', 'relate', 'related lists'];
const jobs = values.alone ? timetable.filter((job) => !followers.includes(job.name)) : timetable;
const dataDir = mkdtempSync(join(tmpdir(), 'tin-bench-'));
// Open to the user PostgreSQL runs as, or root's cluster would be kept elsewhere and outlive the folder.
chmodSync(dataDir, 0o755);
const stopping = new AbortController();
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const world = await startFeedWorld({
  script: values.world,
  feeds: values.feeds,
  items: values.items,
  port: values.port,
});
const embedded = await startEmbedded({ dataDir, log, ...(values.statements ? { settings: statementBooks } : {}) });
const db = openDb(embedded.url, { max: 10, applicationName: 'bench' });
try {
  await migrate(db, migrations, { log });
  if (values.statements) await openBooks(db);
  const pidFile = await sql<{ dir: string }>`select current_setting('data_directory') as dir`.execute(db);
  const postgresPid = Number(readFileSync(join(pidFile.rows[0]?.dir ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const config = loadConfig({
    DATA_DIR: dataDir,
    ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
    TRIAL: 'off',
    HOST_SPACING: '0',
  });
  const http = createHttp({
    userAgent: 'TinTinh-bench',
    guard: createGuard({ allowNetworks: config.allowPrivateNetworks }),
  });
  const reader = openReader();
  const ctx: Context = { config, db, http, reader, now: () => new Date(), log, signal: stopping.signal };
  await addFeedWorld(db, world);
  const urls = (await db.selectFrom('source').select('url').orderBy('id').execute()).map((row) => row.url);
  say(`${urls.length} feeds × ${values.items} items; reference: bare fetch …`);
  const fetched = await bareFetch(urls);
  const baseRss = process.memoryUsage().rss / 1e6;
  let heartbeat = startHeartbeat(ctx, []);
  const results: Figures[] = [];
  say('cold …');
  results.push(
    await phase('cold', ctx, postgresPid, urls.length, async () => {
      await ensurePartitions(db);
      await keepEditions(ctx);
      heartbeat = startHeartbeat(ctx, jobs);
      void listen(embedded.url, ['source_due', 'cluster_due', 'document_due'], (channel) => heartbeat.wake(channel), {
        signal: stopping.signal,
      });
    }),
  );
  const inserted = await bareInsert(db, postgresPid);
  say('unchanged …');
  results.push(await phase('unchanged', ctx, postgresPid, urls.length, () => makeSourcesDue(db)));
  for (let round = 0; round < Number(values.rounds); round++) {
    await world.ask('tick?n=1&k=2');
    say('two new items a feed …');
    results.push(await phase('two new', ctx, postgresPid, urls.length, () => makeSourcesDue(db)));
  }
  const peakRss = process.resourceUsage().maxRSS / 1e3;
  const failed = await sql<{ n: number }>`select count(*)::int as n from poll where outcome = 'failed'`.execute(db);
  const summary = {
    results,
    reference: { bareFetch: fetched, bareInsert: inserted },
    peakRssMb: peakRss,
    rssBeforeMb: baseRss,
    failedPolls: failed.rows[0]?.n,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  else {
    const round = (value: number) => Math.round(value * 100) / 100;
    console.table(
      results.map((row) => ({
        ...row,
        wallSeconds: round(row.wallSeconds),
        freshSeconds: round(row.freshSeconds),
        followedSeconds: round(row.followedSeconds),
        followedCpu: round(row.followedCpu),
        appCpu: round(row.appCpu),
        postgresCpu: round(row.postgresCpu),
        cpu: round(row.appCpu + row.postgresCpu),
        perSecond: Math.round(row.perSecond),
      })),
    );
    const cold = results[0];
    const floor = fetched.cpu + inserted.cpu;
    process.stdout.write(
      `reference in this run: bare fetch and gunzip ${round(fetched.wallSeconds)} s wall, ${round(fetched.cpu)} s CPU; bare insert of the same rows ${round(inserted.wallSeconds)} s wall, ${round(inserted.cpu)} s CPU\n` +
        `cold CPU is ${round(cold ? (cold.appCpu + cold.postgresCpu) / floor : 0)} × fetch + insert; peak RSS ${Math.round(peakRss)} MB; failed polls ${failed.rows[0]?.n}\n`,
    );
  }
  stopping.abort();
  await heartbeat.stop();
  await http.close();
  await reader.close();
} finally {
  stopping.abort();
  await db.destroy();
  await embedded.stop();
  world.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
