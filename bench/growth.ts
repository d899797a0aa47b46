// Stores of N entries, and 1, 2 and 4 processes of jobs → what a new entry costs. `npm run bench:growth [-- --sizes 10000,1000000,5000000] [--processes 1,2,4]`
import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { migrations } from '../migrations/index.ts';
import { keepEditions } from '../src/edition/keep.ts';
import { publishDue } from '../src/edition/publish.ts';
import { followStories } from '../src/edition/search-index.ts';
import { createLog } from '../src/log.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { clusterDue } from '../src/story/cluster.ts';
import { relateDue } from '../src/story/relate.ts';
import { openBenchContext } from './bench-context.ts';
import { postmasterOf } from './bench-cpu.ts';
import { saveFigures } from './bench-figures.ts';
import { fillBigStore } from './big-store.ts';
import { askChild } from './errand.ts';
import { addFeedWorld, type FeedWorld, startFeedWorld } from './feed-world.ts';
import { ownCpuSeconds, treeCpuSeconds } from './ingest-cpu.ts';
import { fillIndex } from './related-store.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,1000000' },
    processes: { type: 'string', default: '1,2,4' },
    feeds: { type: 'string', default: '200' },
    /** In how many turns the stores are measured, one after the other in each, so that an hour in which the machine is slow is everybody's. */
    turns: { type: 'string', default: '4' },
    port: { type: 'string', default: '18210' },
    world: { type: 'string', default: '../shared/world/world.mjs' },
  },
});
const feeds = Number(values.feeds);
const turns = Number(values.turns);
// The first feeds only bring memories up to the store and plans into connections.
const aTurn = Math.floor(feeds / (turns + 1));
const round = (value: number) => Math.round(value * 100) / 100;
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });

async function makeDatabase(server: string, name: string): Promise<string> {
  const admin = openDb(server, { max: 1 });
  await sql`create database ${sql.id(name)}`.execute(admin);
  await admin.destroy();
  const address = new URL(server);
  address.pathname = `/${name}`;
  const db = openDb(address.href, { max: 1 });
  await migrate(db, migrations, { log });
  await ensurePartitions(db);
  await db.destroy();
  return address.href;
}

async function fill(url: string, size: number): Promise<void> {
  const db = openDb(url, { max: 1, statementTimeoutMs: 0 });
  await fillBigStore(db, size, { onProgress: (stored) => console.error(`${stored} of ${size} entries stored`) });
  await fillIndex(db, size, 1);
  await sql`checkpoint`.execute(db);
  await db.destroy();
}

async function countEntries(db: Db): Promise<{ all: number; waiting: number }> {
  const row = await sql<{ all: number; waiting: number }>`
    select (select last_value from entry_id) as all, (select count(*) from cluster_due) as waiting`.execute(db);
  return row.rows[0] ?? { all: 0, waiting: 0 };
}

type Step = { cpuUs: number; wallUs: number };

/** A store that is measured turn by turn; each takes the feeds of the world's next part. */
type Store = {
  size: number;
  warm(): Promise<void>;
  turn(number: number): Promise<void>;
  figures(): Figures;
  close(): Promise<void>;
};
type Figures = Record<string, number>;

// One step after the other, so that each has its price; in life they run beside each other.
async function openStore(url: string, size: number, world: FeedWorld): Promise<Store> {
  const { ctx, close } = openBenchContext(url, new AbortController().signal);
  const postmaster = await postmasterOf(ctx.db);
  const cpu = () => ownCpuSeconds() + treeCpuSeconds(postmaster);
  const steps: Record<string, () => Promise<unknown>> = {
    ingest: () => ingestDue(ctx),
    cluster: () => clusterDue(ctx),
    publish: () => publishDue(ctx),
    search: () => followStories(ctx),
    // The first call may take what came for an import, and stand back.
    relate: async () => ((await relateDue(ctx)) > 0 ? null : relateDue(ctx)),
  };
  const spent: Record<string, Step> = {};
  const river: number[] = [];
  let entries = 0;
  const each = (name: string) => Math.round((spent[name]?.cpuUs ?? 0) / entries);
  const begin = async (part: number) => {
    await addFeedWorld(ctx.db, world, part * aTurn, (part + 1) * aTurn);
    await keepEditions(ctx);
  };
  return {
    size,
    warm: async () => {
      await begin(0);
      for (const run of Object.values(steps)) await run();
    },
    turn: async (number) => {
      const before = (await countEntries(ctx.db)).all;
      await begin(number);
      let riverUs = 0;
      for (const [name, run] of Object.entries(steps)) {
        const from = cpu();
        const startedAt = performance.now();
        await run();
        const cpuUs = (cpu() - from) * 1e6;
        const sum = (spent[name] ??= { cpuUs: 0, wallUs: 0 });
        sum.cpuUs += cpuUs;
        sum.wallUs += (performance.now() - startedAt) * 1e3;
        if (name === 'ingest' || name === 'cluster' || name === 'publish') riverUs += cpuUs;
      }
      const came = (await countEntries(ctx.db)).all - before;
      entries += came;
      river.push(riverUs / came);
    },
    figures: () => ({
      stored: size,
      entries,
      ...Object.fromEntries(Object.keys(steps).map((name) => [`${name}Us`, each(name)])),
      riverUs: each('ingest') + each('cluster') + each('publish'),
      leastUs: Math.round(Math.min(...river)),
      mostUs: Math.round(Math.max(...river)),
      clusterPerSecond: Math.round((entries * 1e6) / (spent['cluster']?.wallUs ?? 1)),
    }),
    close,
  };
}

async function measureStores(sizes: readonly number[], world: FeedWorld): Promise<Figures[]> {
  const stores: Store[] = [];
  try {
    for (const size of sizes) {
      const url = await makeDatabase(embedded.url, `store_${size}`);
      await fill(url, size);
      stores.push(await openStore(url, size, world));
    }
    for (const store of stores) await store.warm();
    for (let number = 1; number <= turns; number++)
      for (const store of stores) {
        await store.turn(number);
        console.error(`turn ${number} of ${turns}, ${store.size} stored: measured`);
      }
    return stores.map((store) => store.figures());
  } finally {
    for (const store of stores) await store.close();
  }
}

async function untilDone(db: Db, sources: number): Promise<void> {
  for (;;) {
    const row = await sql<{ polls: number }>`select count(*) as polls from poll`.execute(db);
    if ((row.rows[0]?.polls ?? 0) >= sources && (await countEntries(db)).waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function measureProcesses(url: string, count: number, world: FeedWorld): Promise<Figures> {
  const db = openDb(url, { max: 2, applicationName: 'bench' });
  const postmaster = await postmasterOf(db);
  const worker = fileURLToPath(new URL('growth-worker.ts', import.meta.url));
  const sources = await addFeedWorld(db, world);
  const from = treeCpuSeconds(postmaster);
  const startedAt = performance.now();
  const children = Array.from({ length: count }, () =>
    fork(worker, [url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  await untilDone(db, sources);
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpus = await Promise.all(children.map((child) => askChild<number>(child, 'cpu')));
  const postgres = treeCpuSeconds(postmaster) - from;
  for (const child of children) child.disconnect();
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  const entries = (await countEntries(db)).all;
  await db.destroy();
  return {
    processes: count,
    entries,
    seconds: round(seconds),
    perSecond: Math.round(entries / seconds),
    appUs: Math.round((1e6 * cpus.reduce((sum, one) => sum + one, 0)) / entries),
    postgresUs: Math.round((1e6 * postgres) / entries),
  };
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-bench-growth-'));
chmodSync(dataDir, 0o755);
const embedded = await startEmbedded({ dataDir, log, settings: { max_wal_size: '2GB' } });
const world = await startFeedWorld({ script: values.world, feeds: values.feeds, items: '50', port: values.port });
try {
  const stores = await measureStores(values.sizes.split(',').map(Number), world);
  console.log('µs of processor (app and PostgreSQL) a new entry, by what is stored already:');
  console.table(
    stores.map((one) => ({
      ...one,
      ofFirst: round((one['riverUs'] ?? 0) / (stores[0]?.['riverUs'] ?? 1)),
      leastOfFirst: round((one['leastUs'] ?? 0) / (stores[0]?.['leastUs'] ?? 1)),
    })),
  );
  const processes: Figures[] = [];
  for (const count of values.processes.split(',').map(Number)) {
    const url = await makeDatabase(embedded.url, `processes_${count}`);
    processes.push(await measureProcesses(url, count, world));
  }
  console.log('processes of jobs on one PostgreSQL, until every entry has its story:');
  console.table(processes);
  saveFigures('growth', { stores, processes });
} finally {
  world.stop();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
