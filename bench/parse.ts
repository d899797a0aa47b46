// The same bytes read by us and by the npm readers, interleaved in one process: items per second of CPU. `npm run bench:parse [-- --json]`.
// Each reader is first run warm, as it is in a process that reads all day; what its first thousand items cost is told beside.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseFeed as parseRowan } from '@rowanmanning/feed-parser';
import { parseFeed as parseFeedsmith } from 'feedsmith';
import RssParser from 'rss-parser';
import { toDrafts } from '../src/source/draft.ts';
import { readFeed } from '../src/source/kinds/index.ts';
import { HOSTILE, newsFeed } from './feeds.ts';

/** Items of 2 KB in 20 MB. */
const BIG_ITEMS = 10_500;
const RATIO_GOAL = 1.5;
const MICROSECONDS_GOAL = 45;
const HOSTILE_GOAL_MS = 1_000;
const LINEAR_GOAL = 2.3;
/** Items of small feeds after which V8 has settled for every reader. */
const WARM_ITEMS = 60_000;

// Each reads every field it knows of every item: @rowanmanning/feed-parser does so only when asked, hence `toJSON`.
type Reader = { name: string; read: (bytes: Buffer) => Promise<number> | number };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const now = new Date('2026-11-22T00:00:00Z');
const readers: readonly Reader[] = [
  {
    name: 'tin-tinh',
    read: (bytes) => {
      const feed = readFeed(bytes, {
        now,
        contentType: 'application/rss+xml; charset=utf-8',
        url: 'https://bao.example.vn/rss',
        maxItems: 20_000,
      });
      return toDrafts(feed, { sourceId: 1, now }).drafts.length;
    },
  },
  {
    name: 'rss-parser',
    read: async (bytes) => (await new RssParser().parseString(bytes.toString('utf8'))).items.length,
  },
  {
    name: 'feedsmith',
    read: (bytes) => (parseFeedsmith(bytes.toString('utf8')).feed as { items?: unknown[] }).items?.length ?? 0,
  },
  { name: '@rowanmanning/feed-parser', read: (bytes) => parseRowan(bytes.toString('utf8')).toJSON().items.length },
];

type Row = { reader: string; itemsPerCpuSecond: number; microsecondsPerItem: number; firstThousand?: number };

async function cpuPerItem(reader: Reader, bytes: Buffer, items: number, times: number): Promise<number> {
  // Nobody pays for what another reader left behind.
  collectGarbage();
  const start = process.cpuUsage();
  for (let i = 0; i < times; i++) {
    const read = await reader.read(bytes);
    if (read !== items) throw new Error(`${reader.name} read ${read} items of ${items}`);
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / times / items;
}

const tenths = (value: number) => Number(value.toFixed(1));
const rowOf = (reader: Reader, microseconds: number): Row => ({
  reader: reader.name,
  itemsPerCpuSecond: Math.round(1e6 / microseconds),
  microsecondsPerItem: tenths(microseconds),
});

/** Many small feeds: readers that are warm, in turns. */
async function measureSmall(bytes: Buffer, items: number): Promise<Row[]> {
  const [rounds, perRound] = [9, 5_000 / items];
  const first: number[] = [];
  for (const reader of readers) first.push(await cpuPerItem(reader, bytes, items, 1_000 / items));
  for (const reader of readers) await cpuPerItem(reader, bytes, items, WARM_ITEMS / items);
  const times = readers.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, reader] of readers.entries())
      times[index]?.push(await cpuPerItem(reader, bytes, items, perRound));
  return readers.map((reader, index) => ({
    ...rowOf(reader, median(times[index] ?? [])),
    firstThousand: tenths(first[index] ?? Number.NaN),
  }));
}

/** One large feed; a reader ten times slower than we are reads it once. */
async function measureBig(bytes: Buffer, items: number): Promise<Row[]> {
  const times = readers.map((): number[] => []);
  for (let round = 0; round < 4; round++)
    for (const [index, reader] of readers.entries()) {
      if (round > 0 && (times[index]?.[0] ?? 0) > 10 * (times[0]?.[0] ?? 0)) continue;
      times[index]?.push(await cpuPerItem(reader, bytes, items, 1));
    }
  // the first round warms up
  return readers.map((reader, index) => rowOf(reader, median((times[index] ?? []).slice(-3))));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function hostile() {
  return HOSTILE.map(({ name, make }) => {
    const time = (bytes: Buffer): number => {
      const runs = [0, 1, 2, 3, 4, 5, 6].map(() => {
        collectGarbage();
        const start = process.cpuUsage();
        toDrafts(readFeed(bytes, { now, url: 'https://a.example/rss' }), {
          sourceId: 1,
          now,
        });
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1_000;
      });
      return Math.min(...runs);
    };
    const ms = time(make(1));
    // What is quick is compared at four times its size: a collection of V8 weighs as much as the difference otherwise.
    const of = ms < 50 ? 4 : 1;
    const [single, doubledMs] = [of === 1 ? ms : time(make(of)), time(make(2 * of))];
    // under 20 ms the clock is coarser than the difference
    return {
      name,
      ms: Math.round(ms),
      compared: `${of} and ${2 * of} ×: ${Math.round(single)}, ${Math.round(doubledMs)} ms`,
      ratio: Number((doubledMs / single).toFixed(2)),
      ok: ms < HOSTILE_GOAL_MS && (doubledMs < 20 || doubledMs / single <= LINEAR_GOAL),
    };
  });
}

function ratioOf(rows: readonly Row[]): number {
  const [ours, ...others] = rows;
  return Number(((ours?.itemsPerCpuSecond ?? 0) / Math.max(...others.map((row) => row.itemsPerCpuSecond))).toFixed(2));
}

const small = newsFeed(50);
const big = newsFeed(BIG_ITEMS);
const fifty = await measureSmall(small, 50);
const twentyMb = await measureBig(big, BIG_ITEMS);
const attacks = hostile();
const ratios = { fifty: ratioOf(fifty), twentyMb: ratioOf(twentyMb) };
const ok = ratios.fifty >= RATIO_GOAL && ratios.twentyMb >= RATIO_GOAL && attacks.every((attack) => attack.ok);

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ fifty, twentyMb, ratios, hostile: attacks, ok }));
} else {
  for (const [title, rows, ratio] of [
    [`50 items, ${small.length} bytes`, fifty, ratios.fifty],
    [`${BIG_ITEMS} items, ${(big.length / 1e6).toFixed(1)} MB`, twentyMb, ratios.twentyMb],
  ] as const) {
    console.log(`\n${title} (ours: bytes to drafts): ${ratio} × the fastest other (goal ≥ ${RATIO_GOAL})`);
    console.table(rows);
  }
  console.log(`Goal for us: ≤ ${MICROSECONDS_GOAL} µs of CPU per item on a quiet machine.`);
  console.log('\nHostile input, ours, CPU ms; twice the size in at most 2.3 × the time:');
  console.table(attacks);
  console.log(ok ? 'all goals met' : 'NOT all goals met');
}
process.exitCode = ok ? 0 : 1;
