// Big stores → how long a reader waits for the document of "Tin liên quan" of a story nobody has asked for yet, whose list was made behind the news, and of
// one whose list was not made yet. `npm run bench:document [-- --sizes 10000,1000000]`; `--data FOLDER` keeps the stores for the next run.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { startWeb } from '../src/web/server.ts';
import type { Round, Waits } from './ask-each.ts';
import { postmasterOf } from './bench-cpu.ts';
import { quantile, saveFigures } from './bench-figures.ts';
import { fillBigStore } from './big-store.ts';
import { openErrands } from './errand.ts';
import { ownCpuSeconds, treeCpuSeconds } from './ingest-cpu.ts';
import { makeAllLists } from './related-made.ts';
import { askedStory, fillIndex } from './related-store.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,1000000' },
    queries: { type: 'string', default: '400' },
    data: { type: 'string' },
    /** Milliseconds between an answer and the next question. */
    pause: { type: 'string', default: '0' },
  },
});
const queries = Number(values.queries);
const round = (value: number) => Math.round(value * 100) / 100;

const dataDir = values.data ?? mkdtempSync(join(tmpdir(), 'tin-bench-document-'));
mkdirSync(dataDir, { recursive: true });
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const embedded = await startEmbedded({ dataDir, log, settings: { max_wal_size: '512MB' } });

async function openBig(size: number): Promise<{ db: Db; url: string }> {
  const address = new URL(embedded.url);
  address.pathname = `/bench_${size}`;
  const admin = openDb(embedded.url, { max: 1 });
  const kept = await sql`select from pg_database where datname = ${`bench_${size}`}`.execute(admin);
  if (kept.rows.length === 0) await sql`create database ${sql.id(`bench_${size}`)}`.execute(admin);
  await admin.destroy();
  const db = openDb(address.href, { max: 1, applicationName: 'bench', statementTimeoutMs: 0 });
  await migrate(db, migrations, { log });
  if (kept.rows.length > 0) return { db, url: address.href };
  await ensurePartitions(db);
  const startedAt = performance.now();
  const passed = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  await fillBigStore(db, size, { onProgress: (stored) => console.error(`${stored} of ${size} entries, ${passed()}`) });
  await fillIndex(db, size, queries);
  console.error(`${size} filled in ${passed()}`);
  return { db, url: address.href };
}

// A number in the store may be that of a story that is hidden or merged: then the one before it that is shown is asked for, each once.
async function askedStories(db: Db, size: number): Promise<number[]> {
  const wanted = Array.from({ length: queries }, (_, i) => askedStory(size, i));
  const found = await sql<{ id: number }>`
    select s.id from unnest(${wanted}::bigint[]) with ordinality as w(id, place)
    cross join lateral (select id from story where id <= w.id and status = 'live' order by id desc limit 1) s
    order by w.place`.execute(db);
  return [...new Set(found.rows.map((row) => row.id))];
}

type Site = { waits: (ids: readonly number[]) => Promise<number[]>; bare: (count: number) => Promise<number[]> };

// Each has a memory of its own: what it is asked for the first time it has not. Its reader asks in a process of its own, one question after the other.
async function withSite<T>(url: string, work: (site: Site) => Promise<T>): Promise<T> {
  const pool = openDb(url);
  const ctx = {
    config: { host: '127.0.0.1', port: 0, publicUrl: 'https://tin.example' },
    db: pool,
    now: () => new Date(),
    log,
    signal: new AbortController().signal,
  };
  const web = await startWeb(ctx);
  const reader = openErrands<Waits>('./ask-each.ts');
  const waitsFor = async (urls: string[]) => {
    const round: Round = { urls, pauseMs: Number(values.pause) };
    return (await reader.ask(round)).ms;
  };
  try {
    return await work({
      waits: (ids) => waitsFor(ids.map((id) => `${web.url}/tin/${id}/tin-lien-quan.rss`)),
      bare: (count) => waitsFor(Array.from({ length: count }, () => `${web.url}/healthz/ready`)),
    });
  } finally {
    reader.end();
    await web.close();
    await pool.destroy();
  }
}

async function measure(size: number): Promise<Record<string, number>> {
  const { db, url } = await openBig(size);
  try {
    const asked = await askedStories(db, size);
    const warm = Math.min(100, Math.floor(asked.length / 4));
    // All of its processes: one document is served by several connections.
    const postmaster = await postmasterOf(db);
    const cost = await makeAllLists(db, size, asked, postmaster);
    const listed = await withSite(url, async ({ waits, bare }) => {
      await waits(asked.slice(0, warm));
      const cpu = { app: ownCpuSeconds(), postgres: treeCpuSeconds(postmaster) };
      const missed = await waits(asked.slice(warm));
      const spent = { app: ownCpuSeconds() - cpu.app, postgres: treeCpuSeconds(postmaster) - cpu.postgres };
      const held = await waits(Array.from(missed, (_, i) => asked.at(-1 - (i % 50)) ?? 0));
      // The reference: one answer that costs one look-up and a response.
      return { missed, spent, held, bare: await bare(missed.length) };
    });
    await sql`delete from related_list where story_id = any(${asked}::bigint[])`.execute(db);
    const unlisted = await withSite(url, async ({ waits }) => {
      await waits(asked.slice(0, warm));
      return waits(asked.slice(warm));
    });
    const { missed, spent, held, bare } = listed;
    // A process that has answered for a while: V8 has settled.
    const settled = missed.slice(missed.length / 2);
    const figures = {
      missP50: quantile(missed, 0.5),
      missP95: quantile(missed, 0.95),
      settledP50: quantile(settled, 0.5),
      settledP95: quantile(settled, 0.95),
      missCpuApp: (1000 * spent.app) / missed.length,
      missCpuPostgres: (1000 * spent.postgres) / missed.length,
      unlistedP50: quantile(unlisted, 0.5),
      unlistedP95: quantile(unlisted, 0.95),
      ...cost,
      heldP50: quantile(held, 0.5),
      oneQueryP50: quantile(bare, 0.5),
      oneQueryP95: quantile(bare, 0.95),
    };
    return {
      stories: size,
      ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)])),
    };
  } finally {
    await db.destroy();
  }
}

try {
  const documents: Record<string, number>[] = [];
  for (const size of values.sizes.split(',').map(Number)) documents.push(await measure(size));
  console.log(
    'the document of a story nobody asked for yet, ms; `settled`: the second half of them; `unlisted`: its list was not made yet either; `list`: what making one ahead costs; `held`: from memory; `oneQuery`: an answer that costs one look-up:',
  );
  console.table(documents);
  saveFigures('document', { documents });
} finally {
  await embedded.stop();
  if (values.data === undefined) rmSync(dataDir, { recursive: true, force: true });
}
