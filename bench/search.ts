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
import { indexStories, type IndexedStory, type Period, searchStories } from '../src/store/search.ts';
import { filterQuery, looseFilterQuery, parseSearch, storyWords } from '../src/text/search.ts';
import { fold } from '../src/text/vietnamese.ts';
import { openVocabulary } from './vocabulary.ts';
import { saveFigures } from './bench-figures.ts';

const { values } = parseArgs({
  options: { stories: { type: 'string', default: '1000000' }, fastupdate: { type: 'string', default: 'on' } },
});
const count = Number(values.stories);
const batch = 500;

const { words, pair, line } = openVocabulary(42);

const texts = Array.from({ length: 500 }, () => ({ title: line(12), summary: line(32) }));
const provinces = ['01', '14', '38', '79', '96'];
const newest = Date.UTC(2026, 10, 22);
// 20,000 stories in six days.
const secondsApart = 26;

function listedAt(id: number): Date {
  return new Date(newest - (count - id) * secondsApart * 1_000);
}

function story(id: number, text = { title: line(12), summary: line(32) }): IndexedStory {
  const said = storyWords({
    ...text,
    // One province has one story of five thousand.
    provinces: [id % 5_000 === 0 ? '66' : (provinces[id % provinces.length] ?? '01')],
    sections: ['thoi-su'],
    publishers: [`bao-${id % 200}`],
  });
  return { id, listedAt: listedAt(id), ...said };
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-search-'));
// Where the server runs as a user of its own, it must get in.
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const embedded = await startEmbedded({ dataDir, log });
const db = openDb(embedded.url, { max: 1, applicationName: 'bench' });

const questions: { name: string; p50: number; p95: number; most: number; cpuP95: number; finds: number }[] = [];
let server = 0;

// Processor time of the server's process and of this one, in ms (proc(5), schedstat in ns); wall time on a busy machine says little.
function serverMs(): number {
  return Number(readFileSync(`/proc/${server}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return serverMs() + (user + system) / 1e3;
}

type Question = { words: string; province?: string; period?: Period; page?: number };

async function ask({
  words: typed,
  province,
  period,
  page = 1,
}: Question): Promise<{ finds: number; tookMs: number; cpuMs: number }> {
  const filter = { words: parseSearch(typed)?.text ?? '', ...(province === undefined ? {} : { province }) };
  let after: Awaited<ReturnType<typeof searchStories>>[number] | null = null;
  for (let at = 1; ; at++) {
    const [began, spent] = [performance.now(), spentMs()];
    const exact = filterQuery(filter);
    if (exact === null) throw new TypeError('no search');
    const found = await searchStories(db, { exact, loose: looseFilterQuery(filter) }, 26, after, period);
    const [tookMs, cpuMs] = [performance.now() - began, spentMs() - spent];
    after = found.at(-1) ?? null;
    if (at === page || found.length < 26) return { finds: found.length, tookMs, cpuMs };
  }
}

async function measure(name: string, asked: Question[]): Promise<void> {
  const times: number[] = [];
  const cpu: number[] = [];
  let finds = 0;
  let worst = '';
  for (const question of asked) {
    const answer = await ask(question);
    finds += answer.finds;
    if (answer.tookMs > Math.max(0, ...times)) worst = question.words;
    times.push(answer.tookMs);
    cpu.push(answer.cpuMs);
  }
  const at = (values: number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
  const round = (value: number) => Math.round(value * 10) / 10;
  const result = {
    name,
    p50: round(at(times, 0.5)),
    p95: round(at(times, 0.95)),
    most: round(at(times, 1)),
    cpuP95: round(at(cpu, 0.95)),
    finds: round(finds / times.length),
  };
  questions.push(result);
  const columns = [result.p50, result.p95, result.most, result.cpuP95, result.finds].map((value) =>
    value.toFixed(1).padStart(8),
  );
  process.stdout.write(`${name.padEnd(36)}${columns.join('')}   slowest: ${worst.slice(0, 40)}\n`);
}

try {
  await migrate(db, migrations, { log });
  // The bulk is copied from a fiftieth of it and indexed in one go; what is measured comes after, story by story as in life.
  const base = Math.min(50_000, count);
  await sql`drop index story_word_keys`.execute(db);
  for (let from = 1; from <= base; from += batch)
    await indexStories(
      db,
      Array.from({ length: batch }, (_, i) => story(from + i)),
      [],
    );
  // The days of a story are the first of its numbers.
  for (let copies = 1; copies * base < count; copies++)
    await sql`
      insert into story_word
      select id, at, said, plain, (extract(epoch from at) / 1382400)::integer || keys[2:]
      from (
        select story_id + ${copies * base} as id, listed_at + make_interval(secs => ${copies * base * secondsApart}) as at, said, plain, keys
        from story_word where story_id <= ${base}
      ) copied`.execute(db);
  await db.connection().execute(async (one) => {
    await sql`set maintenance_work_mem = '512MB'`.execute(one);
    await sql`set statement_timeout = 0`.execute(one);
    await sql`create index story_word_keys on story_word using gin (keys) with (fastupdate = ${sql.raw(values.fastupdate)})`.execute(
      one,
    );
  });
  await sql`vacuum analyze story_word`.execute(db);
  const more = 5_000;
  const rows = Array.from({ length: more }, (_, i) => story(count + i + 1));
  const { rows: here } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  server = here[0]?.pid ?? 0;
  const began = serverMs();
  for (let from = 0; from < more; from += batch) await indexStories(db, rows.slice(from, from + batch), []);
  // What was put aside is filed now, as the server does by itself every 4 MB.
  if (values.fastupdate === 'on') await sql`select gin_clean_pending_list('story_word_keys')`.execute(db);
  const each = ((serverMs() - began) * 1_000) / more;
  const at = process.cpuUsage().user;
  for (const { id } of rows.slice(0, 2_000)) story(id, texts[id % texts.length]);
  const folding = (process.cpuUsage().user - at) / 2_000;
  const size = await sql<{ heap: string; index: string }>`
    select pg_size_pretty(pg_table_size('story_word')) as heap, pg_size_pretty(pg_relation_size('story_word_keys')) as index`.execute(
    db,
  );
  process.stdout.write(
    `${count} stories, table ${size.rows[0]?.heap ?? ''}, word index ${size.rows[0]?.index ?? ''}; one more costs ${each.toFixed(0)} µs of processor in PostgreSQL and ${folding.toFixed(0)} µs to fold\n`,
  );
  const some = (from: number, to: number) =>
    Array.from({ length: 100 }, (_, i) => words[from + Math.floor(((to - from) * i) / 100)] ?? '');
  const near = (word: string, i: number) => words[i * 3] ?? word;
  const only = (typed: string[]): Question[] => typed.map((one) => ({ words: one }));
  process.stdout.write(
    `${'ms, first page of 25'.padEnd(36)}${['p50', 'p95', 'most', 'cpu p95', 'finds'].map((head) => head.padStart(8)).join('')}\n`,
  );
  await measure('common words, marked', only(some(0, 100)));
  await measure('middling words', only(some(100, 2_000)));
  await measure('rare words', only(some(2_000, words.length)));
  await measure('two words', only(some(0, 2_000).map((word, i) => `${word} ${words[i * 7] ?? ''}`)));
  await measure('words of two syllables', only(some(0, 1_000).map((word) => `"${pair(word)}"`)));
  await measure('phrases nobody wrote', only(some(0, 200).map((word, i) => `"${word} ${near(word, i)}"`)));
  await measure(
    'phrases of common words',
    only(some(0, 60).map((word, i) => `"${words[(i * 7) % 60] ?? ''} ${word}"`)),
  );
  await measure('common words, no marks', only(some(0, 100).map(fold)));
  await measure('middling words, no marks', only(some(100, 2_000).map(fold)));
  await measure('phrases, no marks', only(some(0, 1_000).map((word) => fold(`"${pair(word)}"`))));
  await measure(
    'phrases nobody wrote, no marks',
    only(some(0, 200).map((word, i) => fold(`"${word} ${near(word, i)}"`))),
  );
  await measure('excluded', only(some(0, 300).map((word, i) => `${word} -${words[i] ?? ''}`)));
  await measure('a word without its neighbour', only(some(0, 300).map((word) => `${word} -"${pair(word)}"`)));
  await measure(
    'common, of a small province',
    some(0, 100).map((word) => ({ words: word, province: '66' })),
  );
  await measure(
    'phrases of a province',
    some(0, 1_000).map((word) => ({ words: `"${pair(word)}"`, province: '14' })),
  );
  await measure('words nobody wrote', only(some(0, 100).map((word) => `${word} zzz${word}`)));
  await measure(
    'twenty words, two of them at least',
    only(some(0, 400).map((_, i) => Array.from({ length: 20 }, (_unused, at) => words[i + at * 17] ?? '').join(' '))),
  );
  await measure(
    'twenty words without marks, said so',
    only(some(0, 400).map((_, i) => fold(`"${texts[i]?.title ?? ''}" ${texts[i + 1]?.summary ?? ''}`))),
  );
  await measure(
    'tenth page of common words',
    some(0, 100).map((word) => ({ words: word, page: 10 })),
  );
  await measure(
    'fourth page of middling words',
    some(100, 1_000).map((word) => ({ words: fold(word), page: 4 })),
  );
  const day = (id: number, days: number): Period => ({
    since: listedAt(id),
    until: new Date(listedAt(id).getTime() + days * 86_400_000),
  });
  await measure(
    'middling words of a week',
    some(100, 2_000).map((word, i) => ({ words: word, period: day(i * Math.floor(count / 120), 7) })),
  );
  await measure(
    'phrases of a year long ago',
    some(0, 200).map((word, i) => ({ words: `"${word} ${near(word, i)}"`, period: day(1, 200) })),
  );
  saveFigures('search', { stories: count, indexUs: each, foldUs: folding, questions });
} finally {
  await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
