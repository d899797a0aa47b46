// Search at size: how long a story costs the index, and how long the first page takes, over `--stories` invented stories.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
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
import { isSyllable } from '../src/text/vietnamese.ts';

const { values } = parseArgs({ options: { stories: { type: 'string', default: '1000000' } } });
const count = Number(values.stories);
const batch = 500;

// Every syllable that spelling allows, in a random but fixed order; a few are in every second headline, most are rare (Zipf).
let seed = 42;
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const onsets = [
  '',
  'b',
  'c',
  'ch',
  'd',
  'đ',
  'g',
  'h',
  'kh',
  'l',
  'm',
  'n',
  'ng',
  'nh',
  'ph',
  's',
  't',
  'th',
  'tr',
  'v',
  'x',
];
const cores = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'ai', 'ao', 'oi', 'ươ', 'uô', 'iê'];
const codas = ['', 'n', 'ng', 'm', 't', 'c', 'p', 'nh', 'i', 'u'];
const tones = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'];
const words = onsets
  .flatMap((onset) =>
    cores.flatMap((core) => codas.flatMap((coda) => tones.map((tone) => `${onset}${core}${tone}${coda}`))),
  )
  .map((word) => word.normalize('NFC'))
  .filter(isSyllable)
  .map((word) => ({ word, at: random() }))
  .sort((a, b) => a.at - b.at)
  .map((one) => one.word);
const pick = () => words[Math.floor(words.length ** random()) - 1] ?? 'tin';
const line = (length: number) => Array.from({ length }, pick).join(' ');

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
const db = openDb(embedded.url, { max: 4, applicationName: 'bench' });

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
  process.stdout.write(
    `${name.padEnd(34)} ${at(0.5).padStart(7)} ${at(0.95).padStart(7)} ${at(1).padStart(7)} ms   ${(finds / times.length).toFixed(1)} finds\n`,
  );
}

try {
  await migrate(db, migrations, { log });
  const began = performance.now();
  let made = 0;
  let vectorMs = 0;
  for (let from = 1; from <= count; from += batch) {
    const at = performance.now();
    const rows = Array.from({ length: Math.min(batch, count - from + 1) }, (_, i) => story(from + i));
    vectorMs += performance.now() - at;
    await indexStories(db, rows, []);
    made += rows.length;
    if (made % 100_000 === 0)
      process.stderr.write(`${made} stories, ${((performance.now() - began) / made).toFixed(3)} ms each\n`);
  }
  const each = ((performance.now() - began) * 1_000) / made;
  process.stdout.write(
    `${made} stories indexed: ${each.toFixed(0)} µs each, of which ${((vectorMs * 1_000) / made).toFixed(0)} µs making and folding the text\n`,
  );
  await sql`vacuum analyze story_search`.execute(db);
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
    'phrases',
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
} finally {
  await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
