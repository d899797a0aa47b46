// Search at size: how long a story costs the index, and how long the first page takes, over `--stories` invented stories.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import { openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { indexStories, searchStories } from '../src/store/search.ts';
import { exactQuery, looseQuery, parseSearch, searchVector } from '../src/text/search.ts';
import { openVocabulary } from './vocabulary.ts';
import { saveFigures } from './bench-figures.ts';

const { values } = parseArgs({
  options: { stories: { type: 'string', default: '1000000' }, fastupdate: { type: 'string', default: 'on' } },
});
const count = Number(values.stories);
const batch = 500;

const { words, pair, line } = openVocabulary(42);

const titles = Array.from({ length: 500 }, () => line(12));
const summaries = Array.from({ length: 500 }, () => line(32));
const provinces = ['01', '14', '38', '79', '96'];
const newest = Date.UTC(2026, 10, 22);

function story(id: number): { id: number; listedAt: Date; words: string } {
  const vector = searchVector({
    title: line(12),
    summary: line(32),
    provinces: [provinces[id % provinces.length] ?? '01'],
    sections: ['thoi-su'],
    publishers: [`bao-${id % 200}`],
  });
  return { id, listedAt: new Date(newest - (count - id) * 26_000), words: vector };
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-search-'));
// Where the server runs as a user of its own, it must get in.
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const embedded = await startEmbedded({ dataDir, log });
const db = openDb(embedded.url, { max: 1, applicationName: 'bench' });

const questions: { name: string; p50: number; p95: number; most: number; finds: number }[] = [];

async function measure(name: string, typed: string[]): Promise<void> {
  const times: number[] = [];
  let finds = 0;
  for (const one of typed) {
    const search = parseSearch(one);
    if (search === null) continue;
    const began = performance.now();
    finds += (await searchStories(db, { exact: exactQuery(search), loose: looseQuery(search) }, 25)).length;
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  questions.push({
    name,
    p50: Number(at(0.5)),
    p95: Number(at(0.95)),
    most: Number(at(1)),
    finds: finds / times.length,
  });
  process.stdout.write(
    `${name.padEnd(34)} ${at(0.5).padStart(7)} ${at(0.95).padStart(7)} ${at(1).padStart(7)} ms   ${(finds / times.length).toFixed(1)} finds\n`,
  );
}

try {
  await migrate(db, migrations, { log });
  // The bulk is copied from a fiftieth of it and indexed in one go; what is measured comes after, story by story as in life.
  const base = Math.min(50_000, count);
  await sql`drop index story_search_words`.execute(db);
  for (let from = 1; from <= base; from += batch)
    await indexStories(
      db,
      Array.from({ length: batch }, (_, i) => story(from + i)),
      [],
    );
  for (let copies = 1; copies * base < count; copies++)
    await sql`
      insert into story_search
      select id, at, ts_delete(words, '@m' || to_char(listed_at at time zone 'UTC', 'YYYYMM'))
        || ('''@m' || to_char(at at time zone 'UTC', 'YYYYMM') || '''')::tsvector
      from (
        select story_id + ${copies * base} as id, listed_at + make_interval(secs => ${copies * base * 26}) as at, listed_at, words
        from story_search where story_id <= ${base}
      ) copied`.execute(db);
  await db.connection().execute(async (one) => {
    await sql`set maintenance_work_mem = '512MB'`.execute(one);
    await sql`set statement_timeout = 0`.execute(one);
    await sql`create index story_search_words on story_search using gin (words) with (fastupdate = ${sql.raw(values.fastupdate)})`.execute(
      one,
    );
  });
  await sql`vacuum analyze story_search`.execute(db);
  const more = 5_000;
  const rows = Array.from({ length: more }, (_, i) => story(count + i + 1));
  const { rows: here } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  // Processor time of the server's process, in hundredths of a second (proc(5)); wall time on a busy machine says little.
  const ticks = () => {
    const fields =
      readFileSync(`/proc/${here[0]?.pid ?? 0}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  const began = ticks();
  for (let from = 0; from < more; from += batch) await indexStories(db, rows.slice(from, from + batch), []);
  // What was put aside is filed now, as the server does by itself every 4 MB.
  if (values.fastupdate === 'on') await sql`select gin_clean_pending_list('story_search_words')`.execute(db);
  const each = ((ticks() - began) * 10_000) / more;
  const at = process.cpuUsage().user;
  for (const { id } of rows.slice(0, 2_000))
    searchVector({
      title: titles[id % titles.length] ?? '',
      summary: summaries[id % summaries.length] ?? '',
      provinces: ['14'],
      sections: [],
      publishers: [],
    });
  const folding = (process.cpuUsage().user - at) / 2_000;
  const size = await sql<{ heap: string; index: string }>`
    select pg_size_pretty(pg_table_size('story_search')) as heap, pg_size_pretty(pg_relation_size('story_search_words')) as index`.execute(
    db,
  );
  process.stdout.write(
    `${count} stories, table ${size.rows[0]?.heap ?? ''}, word index ${size.rows[0]?.index ?? ''}; one more costs ${each.toFixed(0)} µs of processor in PostgreSQL and ${folding.toFixed(0)} µs to fold\n`,
  );
  const some = (from: number, to: number) =>
    Array.from({ length: 100 }, (_, i) => words[from + Math.floor(((to - from) * i) / 100)] ?? '');
  process.stdout.write(
    `${'first page of 25'.padEnd(34)} ${'p50'.padStart(7)} ${'p95'.padStart(7)} ${'most'.padStart(7)}\n`,
  );
  await measure('common words, marked', some(0, 100));
  await measure('middling words', some(100, 2_000));
  await measure('rare words', some(2_000, words.length));
  await measure(
    'two words',
    some(0, 2_000).map((word, i) => `${word} ${words[i * 7] ?? ''}`),
  );
  await measure(
    'words of two syllables',
    some(0, 1_000).map((word) => `"${pair(word)}"`),
  );
  await measure(
    'phrases nobody wrote',
    some(0, 200).map((word, i) => `"${word} ${words[i * 3] ?? ''}"`),
  );
  await measure(
    'common words, no marks',
    some(0, 100).map((word) => word.normalize('NFD').replace(/\p{M}/gu, '')),
  );
  await measure(
    'excluded',
    some(0, 300).map((word, i) => `${word} -${words[i] ?? ''}`),
  );
  saveFigures('search', { stories: count, indexUs: each, foldUs: folding, questions });
} finally {
  await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
