// Stores of N stories → what a story costs to file, and a list to make. `npm run bench:related [-- --sizes 10000,100000,1000000]`
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
import { addPostings, findPostings, findVectors, saveVectors } from '../src/store/term.ts';
import { askedTerms, mostShared, packPostings } from '../src/story/posting.ts';
import { indexedTerms, maxCandidates, relatedTo } from '../src/story/related.ts';
import { packVector, type TermVector, unpackVector } from '../src/story/vector.ts';

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,100000,1000000' }, queries: { type: 'string', default: '500' } },
});
const queries = Number(values.queries);
const vectorTerms = 128;
const filedAtOnce = 1_000;
const idBytes = 6;
const mostPerTerm = 128;

// Terms as news has them: the rank of a term is log-uniform, so some stand in every tenth story and most in a handful; and every
// second of the rarer ones is a word of its days, which stories of other days do not have.
const vocabulary = 3_000_000;
const lasting = 2_000;
const dayStories = 5_000;
const logVocabulary = Math.log(vocabulary);
let state = 1;
const startAt = (story: number) => {
  state = Math.imul(story + 1, 0x9e3779b1) >>> 0;
};
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
}
function drawTerm(story: number): number {
  const rank = Math.floor(Math.exp(random() * logVocabulary));
  const days = rank > lasting && random() < 0.5 ? Math.floor(story / dayStories) : 0;
  return Math.imul(rank + days * vocabulary, 0x9e3779b1) | 0;
}

// The heaviest terms are the rarest: what is drawn first of 32 is filed.
function drawVector(story: number): TermVector {
  startAt(story);
  const terms = Int32Array.from(new Set(Array.from({ length: vectorTerms }, () => drawTerm(story))));
  return { terms, weights: Float32Array.from(terms, (_, i) => 0.2 / Math.sqrt(i + 1)) };
}

// Postings in passes over parts of the terms, so that 5 M stories fit into memory; the key is built afterwards.
async function fillPostings(db: Db, size: number): Promise<void> {
  const passes = Math.max(1, Math.ceil(size / 500_000));
  for (let pass = 0; pass < passes; pass++) {
    const drawn = new Float64Array(Math.ceil((size * indexedTerms * 1.1) / passes) + 1_000);
    let count = 0;
    for (let story = 1; story <= size; story++) {
      startAt(story);
      for (let i = 0; i < indexedTerms; i++) {
        const term = drawTerm(story);
        if ((term >>> 0) % passes === pass && count < drawn.length) drawn[count++] = (term >>> 0) * 8_388_608 + story;
      }
    }
    const sorted = drawn.subarray(0, count).sort();
    const terms: number[] = [];
    const stories: Buffer[] = [];
    const flush = async () => {
      await sql`insert into term_posting select * from unnest(${terms}::integer[], ${stories}::bytea[])`.execute(db);
      terms.length = 0;
      stories.length = 0;
    };
    for (let from = 0; from < sorted.length; ) {
      const term = Math.floor((sorted[from] ?? 0) / 8_388_608);
      let to = from;
      while (to < sorted.length && Math.floor((sorted[to] ?? 0) / 8_388_608) === term) to++;
      const first = Math.max(from, to - mostPerTerm);
      const bytes = Buffer.allocUnsafe((to - first) * idBytes);
      for (let i = first; i < to; i++) bytes.writeUIntLE((sorted[i] ?? 0) % 8_388_608, (i - first) * idBytes, idBytes);
      terms.push(term | 0);
      stories.push(bytes);
      from = to;
      if (terms.length === 20_000) await flush();
    }
    if (terms.length > 0) await flush();
  }
}

async function fill(db: Db, size: number): Promise<void> {
  await sql`alter table term_posting drop constraint term_posting_pkey`.execute(db);
  await fillPostings(db, size);
  await sql`set maintenance_work_mem = '512MB'`.execute(db);
  await sql`alter table term_posting add primary key (term)`.execute(db);
  await sql`insert into story_vector (story_id, basis, vector, published_at)
    select s, 0, decode(repeat(md5(s::text), 48), 'hex'), now() - (${size} - s) * interval '20 seconds' from generate_series(1::bigint, ${size}::bigint) s`.execute(
    db,
  );
  for (const table of ['term_posting', 'story_vector']) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db);
}

const quantile = (times: number[], q: number) => times.toSorted((a, b) => a - b)[Math.floor(times.length * q)] ?? 0;

// The part of `relatedOf` that grows with the store. Candidates' own vectors are the ones they would have.
async function makeList(db: Db, size: number, story: number): Promise<void> {
  const vector = drawVector(story);
  const postings = await findPostings(db, askedTerms(vector));
  const ids = mostShared({ id: story <= size ? story : null, vector }, postings, maxCandidates);
  const stored = await findVectors(db, ids);
  relatedTo(
    { id: null, vector, at: new Date(), labels: new Map() },
    stored.map((one) => ({ id: one.storyId, vector: unpackVector(one.vector), at: one.publishedAt })),
  );
}

// CPU of this process and of its database connection, in milliseconds: what a quiet machine would take, whatever else runs here.
async function backendOf(db: Db): Promise<number> {
  const row = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return row.rows[0]?.pid ?? 0;
}
function cpuMs(backend: number): number {
  const own = process.cpuUsage();
  const fields = readFileSync(`/proc/${backend}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // Fields 14 and 15 of proc(5), in ticks of 10 ms.
  return (own.user + own.system) / 1_000 + (Number(fields[11]) + Number(fields[12])) * 10;
}

let nextStory = 6_000_000;

// Filed for good: their terms are those of the newest stories, as in life.
async function fileBatch(db: Db, size: number): Promise<number> {
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

type Store = { db: Db; size: number; one: number[]; file: number[]; listCpuMs: number; fileCpuMs: number };

// Ticks are coarse: one size after the other, many at a time.
async function measureCpu(stores: Store[]): Promise<void> {
  for (const store of stores) {
    const { db, size } = store;
    const backend = await backendOf(db);
    const startedAt = cpuMs(backend);
    for (let i = 0; i < queries; i++) await makeList(db, size, Math.ceil(size * ((i * 0.618) % 1) + 1));
    const listedAt = cpuMs(backend);
    for (let i = 0; i < 5; i++) await fileBatch(db, size);
    store.listCpuMs = (listedAt - startedAt) / queries;
    store.fileCpuMs = (cpuMs(backend) - listedAt) / (5 * filedAtOnce);
  }
}

// In turns, so that what else the machine does falls on all sizes alike; stories of all ages are asked for.
async function measure(stores: Store[]): Promise<void> {
  for (const { db, size } of stores) for (let i = 0; i < queries / 4; i++) await makeList(db, size, size - i);
  await measureCpu(stores);
  for (let i = 0; i < queries; i++) {
    for (const { db, size, one, file } of stores) {
      const story = i % 2 === 0 ? size - i : Math.ceil(size * ((i * 0.618) % 1) + 1);
      const startedAt = performance.now();
      await makeList(db, size, story);
      one.push(performance.now() - startedAt);
      if (i % 50 !== 25) continue;
      file.push(await fileBatch(db, size));
    }
  }
}

async function report({ db, size, one, file, listCpuMs, fileCpuMs }: Store, base: Store): Promise<void> {
  const sizes = await sql<{ rows: number; tableMb: number; keyMb: number; vectorMb: number }>`
    select (select reltuples::float8 from pg_class where relname = 'term_posting') as rows, pg_table_size('term_posting')::float8 / 1e6 as "tableMb",
      pg_indexes_size('term_posting')::float8 / 1e6 as "keyMb", pg_total_relation_size('story_vector')::float8 / 1e6 as "vectorMb"`.execute(
    db,
  );
  const [bytes] = sizes.rows;
  const ms = (list: number[], q: number) => `${quantile(list, q).toFixed(2)} ms`;
  const ratio = quantile(one, 0.5) / quantile(base.one, 0.5);
  console.log(
    `${String(size).padStart(9)} stories: a list p10 ${ms(one, 0.1)} p50 ${ms(one, 0.5)} p95 ${ms(one, 0.95)}, ${ratio.toFixed(2)} × the smallest; ` +
      `CPU ${listCpuMs.toFixed(2)} ms (${(listCpuMs / base.listCpuMs).toFixed(2)} ×); filing ${((1000 * quantile(file, 0.5)) / filedAtOnce).toFixed(0)} µs a story, CPU ${(1000 * fileCpuMs).toFixed(0)} µs; ` +
      `${((bytes?.rows ?? 0) / 1e6).toFixed(1)} M terms, term_posting ${bytes?.tableMb.toFixed(0)} MB + key ${bytes?.keyMb.toFixed(0)} MB, story_vector ${bytes?.vectorMb.toFixed(0)} MB`,
  );
}

async function openStore(url: string, size: number): Promise<Store> {
  const admin = openDb(url, { max: 1 });
  await sql`create database ${sql.id(`bench_${size}`)}`.execute(admin);
  await admin.destroy();
  const address = new URL(url);
  address.pathname = `/bench_${size}`;
  const db = openDb(address.href, { max: 1, applicationName: 'bench', statementTimeoutMs: 0 });
  await migrate(db, migrations, { log });
  await fill(db, size);
  return { db, size, one: [], file: [], listCpuMs: 0, fileCpuMs: 0 };
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-bench-related-'));
// Else a root's database would lie elsewhere, and stay there.
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
// The log of a filling is of no use to anybody afterwards: little of it is kept on the disk.
const embedded = await startEmbedded({ dataDir, log, settings: { max_wal_size: '256MB' } });
const stores: Store[] = [];
try {
  for (const size of values.sizes.split(',')) {
    const startedAt = performance.now();
    stores.push(await openStore(embedded.url, Number(size)));
    console.error(`${size} filled in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  await measure(stores);
  for (const store of stores) await report(store, stores[0] ?? store);
} finally {
  for (const { db } of stores) await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
