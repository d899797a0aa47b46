// Articles and stores of N stories → what a story costs to file, and a list to make. `npm run bench:related [-- --sizes 10000,1000000]`
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
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
import { addPostings, findPostings, findVectors, saveVectors } from '../src/store/term.ts';
import { askedTerms, mostShared, packPostings } from '../src/story/posting.ts';
import { maxCandidates, relatedTo } from '../src/story/related.ts';
import { packVector, unpackVector } from '../src/story/vector.ts';
import { type BackendCpu, openBackendCpu } from './bench-cpu.ts';
import { quantile, saveFigures } from './bench-figures.ts';
import { corpusArticles, measureFiling, measureSteps, storeArticles } from './filing.ts';
import { askedStory, drawVector, openRelatedStore } from './related-store.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    queries: { type: 'string', default: '500' },
  },
});
const queries = Number(values.queries);
const filedAtOnce = 1_000;

type Store = {
  db: Db;
  backend: BackendCpu;
  size: number;
  list: number[];
  bare: number[];
  file: number[];
  cpu: { list: number; bare: number; file: number };
};

// The part of `relatedOf` that grows with the store.
async function makeList({ db }: Store, story: number): Promise<{ terms: Int32Array; ids: number[] }> {
  const vector = drawVector(story);
  const terms = askedTerms(vector);
  const ids = mostShared({ id: story, vector }, await findPostings(db, terms), maxCandidates);
  const stored = await findVectors(db, ids);
  relatedTo(
    { id: story, vector, at: new Date(), labels: new Map() },
    stored.map((one) => ({ id: one.storyId, vector: unpackVector(one.vector), at: one.publishedAt })),
  );
  return { terms, ids };
}

// The same rows by their keys, and nothing done with them: what PostgreSQL, the wire and the driver take.
async function readBare({ db }: Store, rows: { terms: Int32Array; ids: number[] }): Promise<void> {
  await sql`select term, stories from term_posting where term = any(${[...rows.terms]}::integer[])`.execute(db);
  await sql`select story_id, vector from story_vector where story_id = any(${rows.ids}::bigint[])`.execute(db);
}

function cpuMs({ backend }: Store): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + backend();
}

let nextStory = 6_000_000;

// Filed for good: their terms are those of the newest stories, as in life.
async function fileBatch({ db, size }: Store): Promise<number> {
  const filed = Array.from({ length: filedAtOnce }, (_, i) => ({ id: nextStory++, vector: drawVector(size + i) }));
  const startedAt = performance.now();
  await db.transaction().execute(async (trx) => {
    await saveVectors(
      trx,
      filed.map(({ id, vector }) => ({ storyId: id, basis: 0, vector: packVector(vector), publishedAt: new Date() })),
    );
    await addPostings(trx, packPostings(filed));
  });
  return performance.now() - startedAt;
}

// In turns, so that what else the machine does falls on all sizes, and on the reference, alike; stories of all ages are asked for.
async function measure(stores: Store[]): Promise<void> {
  for (const store of stores) for (let i = 0; i < queries; i++) await makeList(store, askedStory(store.size, i));
  // Only now: a pool opens another connection when one was idle for ten seconds.
  for (const store of stores) store.backend = await openBackendCpu(store.db);
  for (let i = 0; i < queries; i++) {
    for (const store of stores) {
      const story = askedStory(store.size, i);
      const cpu = cpuMs(store);
      const startedAt = performance.now();
      const rows = await makeList(store, story);
      store.list.push(performance.now() - startedAt);
      const listed = cpuMs(store);
      const bareAt = performance.now();
      await readBare(store, rows);
      store.bare.push(performance.now() - bareAt);
      store.cpu.list += listed - cpu;
      store.cpu.bare += cpuMs(store) - listed;
    }
  }
  for (let i = 0; i < 5; i++) {
    for (const store of stores) {
      const cpu = cpuMs(store);
      store.file.push(await fileBatch(store));
      store.cpu.file += cpuMs(store) - cpu;
    }
  }
}

async function sizesOf(db: Db): Promise<{ terms: number; postingMb: number; keyMb: number; vectorMb: number }> {
  const sizes = await sql<{ terms: number; postingMb: number; keyMb: number; vectorMb: number }>`
    select (select reltuples::float8 from pg_class where relname = 'term_posting') as terms, pg_table_size('term_posting')::float8 / 1e6 as "postingMb",
      pg_indexes_size('term_posting')::float8 / 1e6 as "keyMb", pg_total_relation_size('story_vector')::float8 / 1e6 as "vectorMb"`.execute(
    db,
  );
  return sizes.rows[0] ?? { terms: 0, postingMb: 0, keyMb: 0, vectorMb: 0 };
}

const round = (value: number) => Math.round(value * 100) / 100;

async function figuresOf({ db, size, list, bare, file, cpu }: Store): Promise<Record<string, number>> {
  return {
    stories: size,
    listP10: round(quantile(list, 0.1)),
    listP50: round(quantile(list, 0.5)),
    listP95: round(quantile(list, 0.95)),
    listCpu: round(cpu.list / queries),
    bareP50: round(quantile(bare, 0.5)),
    bareCpu: round(cpu.bare / queries),
    fileUs: Math.round((1000 * quantile(file, 0.5)) / filedAtOnce),
    fileCpuUs: Math.round((1000 * cpu.file) / file.length / filedAtOnce),
    ...Object.fromEntries(Object.entries(await sizesOf(db)).map(([name, value]) => [name, Math.round(value)])),
  };
}

async function measureArticles(url: string): Promise<Record<string, number> | null> {
  const articles = corpusArticles();
  if (articles === null) return null;
  const steps = measureSteps(articles);
  const db = openDb(url, { max: 1, applicationName: 'bench', statementTimeoutMs: 0 });
  try {
    await migrate(db, migrations, { log });
    await ensurePartitions(db);
    const stories = await storeArticles(db, articles, 2);
    await measureFiling(db, stories);
    const { app, postgres } = await measureFiling(db, stories);
    return Object.fromEntries(
      Object.entries({ ...steps, app, postgres }).map(([name, value]) => [name, Math.round(value * 10) / 10]),
    );
  } finally {
    await db.destroy();
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-bench-related-'));
// Else a root's database would lie elsewhere, and stay there.
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
// The log of a filling is of no use to anybody afterwards: little of it is kept on the disk.
const embedded = await startEmbedded({ dataDir, log, settings: { max_wal_size: '256MB' } });
const stores: Store[] = [];
try {
  const filing = await measureArticles(embedded.url);
  if (filing === null) console.log('the corpus is absent: what filing an article costs is not measured');
  else {
    console.log('filing an article of the corpus, µs of processor; `loop` is a bare loop over its characters:');
    console.table([filing]);
  }
  for (const size of values.sizes.split(',').map(Number)) {
    const startedAt = performance.now();
    const db = await openRelatedStore(embedded.url, size, queries, log);
    stores.push({
      db,
      backend: () => 0,
      size,
      list: [],
      bare: [],
      file: [],
      cpu: { list: 0, bare: 0, file: 0 },
    });
    console.error(`${size} filled in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  await measure(stores);
  const lists: Record<string, number>[] = [];
  for (const store of stores) lists.push(await figuresOf(store));
  console.log('a list, ms; `bare` reads the same rows by their keys and does nothing with them; filing, µs a story:');
  console.table(lists);
  const [first] = lists;
  for (const one of lists)
    console.log(
      `${one['stories']}: a list is ${((one['listCpu'] ?? 0) / (first?.['listCpu'] ?? 1)).toFixed(2)} × the smallest store's by CPU, ` +
        `${((one['listP50'] ?? 0) / (first?.['listP50'] ?? 1)).toFixed(2)} × by wall, ${((one['listCpu'] ?? 0) / (one['bareCpu'] ?? 1)).toFixed(2)} × the bare read`,
    );
  saveFigures('related', { filing, lists });
} finally {
  for (const { db } of stores) await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
