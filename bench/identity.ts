// Stores of growing size → what identity costs for one entry, in processor time of this process and of PostgreSQL. `npm run bench:identity -- --sizes 10000,1000000`
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
import { addSketches, findTexts } from '../src/store/sketch.ts';
import { addSketch, findNear, newSketchIndex, sizeOfIndex, type SketchIndex } from '../src/story/sketch-index.ts';
import { packSketch, type Sketch, sketchOf } from '../src/text/sketch.ts';
import { ownCpuSeconds, treeCpuSeconds } from './ingest-cpu.ts';

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,1000000,5000000' }, batches: { type: 'string', default: '12' } },
});
const batch = 2_000;
// One mark in twenty is a phrase of officialese that many articles share, the rest are met once or twice.
const commonShare = 0.05;
const commonPhrases = 20_000;

const random32 = () => Math.floor(Math.random() * 0xffffffff) + 1;
const randomMark = () =>
  Math.random() < commonShare ? Math.floor(Math.random() ** 3 * commonPhrases) + 1 : random32();

function inventedSketch(): Sketch {
  return {
    exact: Math.floor(Math.random() * 2 ** 53),
    title: random32(),
    skeleton: random32(),
    marks: Uint32Array.from({ length: 15 }, randomMark),
    lines: Uint32Array.from({ length: 5 }, random32),
  };
}

// All of them seen within the window of 14 days, which is the worst there is: a store of years has its rows but not its postings.
async function fill(db: Db, count: number): Promise<SketchIndex> {
  const step = 100_000;
  for (let start = 0; start < count; start += step) {
    const end = Math.min(count, start + step) - 1;
    await sql`insert into entry_text (hash, entry_id) select (random() * 9e15)::bigint, e from generate_series(${start}::bigint, ${end}::bigint) e`.execute(
      db,
    );
    await sql`insert into entry_sketch (batch, entry_id, seen_at, publisher_id, sketch)
      select ${start}::bigint / ${step} - 1000000, e, now() - interval '1 day', e % 200, decode(repeat(md5(e::text), 6), 'hex') || '\x0102'::bytea from generate_series(${start}::bigint, ${end}::bigint) e`.execute(
      db,
    );
  }
  await sql`vacuum analyze entry_text`.execute(db);
  const index = newSketchIndex(8_000_000);
  const at = Date.now() - 86_400_000;
  for (let id = 0; id < count; id++) addSketch(index, id, at, inventedSketch());
  return index;
}

const median = (times: number[]) => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;

async function size(db: Db, like: string): Promise<number> {
  const row = await sql<{ bytes: number }>`
    select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as bytes from pg_class where relname like ${like} and relkind = 'r'`.execute(
    db,
  );
  return row.rows[0]?.bytes ?? 0;
}

type Parts = { sketch: number; search: number; texts: number; keep: number };

// Microseconds of processor time an entry, this process and PostgreSQL together.
async function cost(postgres: number, work: () => unknown): Promise<number> {
  const before = ownCpuSeconds() + treeCpuSeconds(postgres);
  await work();
  return ((ownCpuSeconds() + treeCpuSeconds(postgres) - before) * 1e6) / batch;
}

const syllables = 'mường chanh nà lìm suối bản cầu treo nước lũ người dân học sinh xã huyện tỉnh đường rừng lúa'.split(
  ' ',
);
const words = (n: number) => Array.from({ length: n }, () => syllables[random32() % syllables.length]).join(' ');
const articles = Array.from({ length: batch }, () => ({
  title: words(12),
  summary: words(35),
  html: Array.from({ length: 5 }, () => `<p>${words(70)}.</p>`).join(''),
}));

async function oneBatch(store: { db: Db; index: SketchIndex }, postgres: number, firstId: number): Promise<Parts> {
  const { db, index } = store;
  const sketched = await cost(postgres, () => articles.map(sketchOf));
  const entries = Array.from({ length: batch }, (_, at) => ({ entryId: firstId + at, sketch: inventedSketch() }));
  const now = Date.now();
  const search = await cost(postgres, () => {
    for (const { entryId, sketch } of entries) {
      findNear(index, sketch, now);
      addSketch(index, entryId, now, sketch);
    }
  });
  const hashes = entries.map((entry) => entry.sketch.exact);
  const texts = await cost(postgres, () => findTexts(db, hashes));
  const rows = entries.map(({ entryId, sketch }) => ({
    entryId,
    seenAt: new Date(),
    publisherId: entryId % 200,
    sketch: packSketch(sketch),
  }));
  const keep = await cost(postgres, () =>
    addSketches(
      db,
      rows,
      entries.map(({ entryId, sketch }) => ({ hash: sketch.exact, entryId })),
    ),
  );
  return { sketch: sketched, search, texts, keep };
}

const folder = mkdtempSync(join(tmpdir(), 'tin-identity-'));
chmodSync(folder, 0o755);
const log = createLog({ level: 'silent', isTerminal: false });
const embedded = await startEmbedded({ dataDir: folder, log });
const admin = openDb(embedded.url, { max: 1, statementTimeoutMs: 0 });
const directory = await sql<{ dir: string }>`select current_setting('data_directory') as dir`.execute(admin);
const postgres = Number(readFileSync(join(directory.rows[0]?.dir ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
const stores: { count: number; db: Db; index: SketchIndex; parts: Parts[] }[] = [];
try {
  for (const count of values.sizes.split(',').map(Number)) {
    const url = new URL(embedded.url);
    url.pathname = `/identity_${count}`;
    await sql.raw(`create database identity_${count}`).execute(admin);
    const db = openDb(url.href, { max: 1, statementTimeoutMs: 0 });
    await migrate(db, migrations, { log });
    await ensurePartitions(db);
    stores.push({ count, db, index: await fill(db, count), parts: [] });
  }
  await sql`checkpoint`.execute(admin);
  // In turns, so that whatever else the machine does falls on all sizes alike; the first turns warm each store's pages.
  const turns = Number(values.batches);
  for (let turn = 0; turn < turns + 3; turn++) {
    for (const store of stores) {
      const parts = await oneBatch(store, postgres, 1_000_000_000 + turn * batch);
      if (turn >= 3) store.parts.push(parts);
    }
  }
  let first = 0;
  for (const { count, db, index, parts } of stores) {
    const of = (key: keyof Parts) => median(parts.map((part) => part[key]));
    const all = of('sketch') + of('search') + of('texts') + of('keep');
    first ||= all;
    const megabytes = async (like: string) => ((await size(db, like)) / 1e6).toFixed(0);
    console.log(
      `${String(count).padStart(9)} stored: sketch ${of('sketch').toFixed(1)}, search and take in ${of('search').toFixed(1)}, older texts ${of('texts').toFixed(1)}, keep ${of('keep').toFixed(1)} µs; ` +
        `together ${all.toFixed(1)} µs, ${(all / first).toFixed(2)} × the first; memory ${(sizeOfIndex(index) / 1e6).toFixed(0)} MB, ` +
        `entry_sketch ${await megabytes('entry_sketch_2%')} MB, entry_text ${await megabytes('entry_text')} MB with indexes`,
    );
  }
} finally {
  for (const { db } of stores) await db.destroy();
  await admin.destroy();
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}
