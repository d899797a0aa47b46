// One process of the site under 64 connections → requests per second of a 100-item feed and of pages, beside a bare node:http
// server that answers the same bytes in the same run. `npm run bench:serve -- [--seconds 6] [--rounds 2] [--only 304] [--json]`; with
// `--ingest [together|apart]` the whole app is loaded while it reads 1,000 feeds, in the same process or in one of its own.
import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import type { Db } from '../src/store/db.ts';
import { openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { seedDocument, seedEdition, seedPublisher, seedStory } from '../test/support/seed.ts';
import { askChild, nextMessage, runErrand } from './errand.ts';
import { startIngest } from './serve-app.ts';
import type { Load, LoadReport } from './serve-load.ts';
import type { SubjectMessage } from './serve-subject.ts';

const connections = 64;

type Subject = { url: string; cpuSeconds: () => Promise<number>; stop: () => void | Promise<void> };
type Case = {
  name: string;
  subject: 'site' | 'bare';
  path: string;
  headers: Record<string, string>;
  expect: number;
  /** Its readers ask with the tag of what they got last: the feed may change meanwhile. */
  isFollowing?: boolean;
  reference?: string;
  goal?: number;
};
type Result = {
  name: string;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  megabytesPerSecond: number;
  cpuMicroseconds: number;
};

const words =
  'huyện xã bản làng bà con nông dân mùa vụ cà phê nhãn xoài mận sầu riêng hợp tác xã doanh nghiệp đường giao thông trường học trạm y tế lãnh đạo tỉnh kiểm tra tiến độ công trình thuỷ lợi hồ chứa rừng phòng hộ du lịch cộng đồng lễ hội truyền thống thanh niên tình nguyện phụ nữ cựu chiến binh chương trình mục tiêu quốc gia giảm nghèo bền vững nông thôn mới kế hoạch năm thu ngân sách đạt tăng so với cùng kỳ'.split(
    ' ',
  );

// A small generator, so that every run serves the same bytes.
function openDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function sentence(roll: () => number, length: number): string {
  return Array.from({ length }, () => words[Math.floor(roll() * words.length)] ?? '').join(' ');
}

// 100 items with bodies of about 2 KB, shaped as the publisher writes them.
function writeFeed(): string {
  const roll = openDice(7);
  const items = Array.from({ length: 100 }, (_, index) => {
    const body = Array.from({ length: 4 }, () => `&lt;p&gt;${sentence(roll, 85)}.&lt;/p&gt;`).join('');
    const at = new Date(Date.UTC(2026, 10, 22, 1, index)).toUTCString();
    return `<item><title>${sentence(roll, 12)}</title><link>https://tin.example/tin/${index}</link><guid isPermaLink="false">tag:tin.example,2026:story/${index}</guid><pubDate>${at}</pubDate><description>${sentence(roll, 40)}</description><content:encoded>${body}</content:encoded></item>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Tin mới</title><link>https://tin.example/</link><description>Tin mới</description>\n${items.join('\n')}\n</channel></rss>\n`;
}

async function seed(db: Db, feed: string): Promise<void> {
  await seedDocument(db, await seedEdition(db, { path: 'tin-moi' }), 'rss', { body: feed, etag: '"bench"' });
  const roll = openDice(11);
  const paper = await seedPublisher(db, { name: 'Báo thử', slug: 'bao-thu' });
  for (let index = 0; index < 40; index++)
    await seedStory(db, paper, {
      title: `Bài ${index}`,
      summary: sentence(roll, 40),
      bodyHtml: `<p>${sentence(roll, 400)}</p>`,
    });
}

async function startSubject(kind: 'site' | 'bare', source: string): Promise<Subject> {
  const child = fork(fileURLToPath(new URL('./serve-subject.ts', import.meta.url)), [kind, source]);
  const first = await nextMessage<SubjectMessage>(child);
  if (!('url' in first)) throw new Error('the server did not say where it is');
  const cpuSeconds = async (): Promise<number> => {
    const message = await askChild<SubjectMessage>(child, 'cpu');
    return 'cpuSeconds' in message ? message.cpuSeconds : Number.NaN;
  };
  return { url: first.url, cpuSeconds, stop: () => child.disconnect() };
}

async function load(url: string, test: Case, seconds: number): Promise<LoadReport> {
  const { path, headers, expect: status, isFollowing = false } = test;
  const wanted: Load = { url, path, headers, status, connections, seconds, isFollowing };
  return runErrand<LoadReport>('./serve-load.ts', wanted);
}

async function measure(subject: Subject, test: Case, seconds: number): Promise<Result> {
  const before = await subject.cpuSeconds();
  const report = await load(subject.url, test, seconds);
  const cpu = (await subject.cpuSeconds()) - before;
  if (report.wrong > 0) throw new Error(`${test.name}: ${report.wrong} answers were not ${test.expect}`);
  return {
    name: test.name,
    requestsPerSecond: Math.round(report.requests / report.seconds),
    p50Ms: report.p50Ms,
    p99Ms: report.p99Ms,
    megabytesPerSecond: Math.round(report.bytes / report.seconds / 1e5) / 10,
    cpuMicroseconds: Math.round((cpu / report.requests) * 1e7) / 10,
  };
}

const gzip = { 'Accept-Encoding': 'gzip' };
const feedPath = '/feeds/tin-moi.rss';
const cases: Case[] = [
  {
    name: 'bare node:http, 304',
    subject: 'bare',
    path: feedPath,
    headers: { ...gzip, 'If-None-Match': '"bare"' },
    expect: 304,
  },
  {
    name: 'feed, 304',
    subject: 'site',
    path: feedPath,
    headers: { ...gzip, 'If-None-Match': '"bench-gz"' },
    expect: 304,
    isFollowing: true,
    reference: 'bare node:http, 304',
    goal: 20_000,
  },
  { name: 'bare node:http, gzip', subject: 'bare', path: feedPath, headers: gzip, expect: 200 },
  {
    name: 'feed, gzip',
    subject: 'site',
    path: feedPath,
    headers: gzip,
    expect: 200,
    reference: 'bare node:http, gzip',
    goal: 8_000,
  },
  {
    name: 'feed, brotli',
    subject: 'site',
    path: feedPath,
    headers: { 'Accept-Encoding': 'gzip, br' },
    expect: 200,
    reference: 'bare node:http, gzip',
  },
  { name: 'front page, gzip', subject: 'site', path: '/', headers: gzip, expect: 200, goal: 5_000 },
  { name: 'story page, gzip', subject: 'site', path: '/tin/1-bai-0', headers: gzip, expect: 200, goal: 5_000 },
];

// The best of some rounds: other work on the machine can only take away.
async function measureAll(
  subjects: Record<'site' | 'bare', Subject>,
  chosen: Case[],
  rounds: number,
  seconds: number,
): Promise<Result[]> {
  const best = new Map<string, Result>();
  for (const test of chosen) await load(subjects[test.subject].url, test, 1);
  for (let round = 0; round < rounds; round++) {
    for (const test of chosen) {
      const result = await measure(subjects[test.subject], test, seconds);
      if (result.requestsPerSecond > (best.get(test.name)?.requestsPerSecond ?? 0)) best.set(test.name, result);
    }
  }
  return [...best.values()];
}

function print(results: Result[], sizes: string): void {
  const of = (name: string | undefined): number =>
    results.find((result) => result.name === name)?.requestsPerSecond ?? Number.NaN;
  console.log(`${connections} connections; ${sizes}\n`);
  console.log('                          req/s   of bare      goal    p50 ms   p99 ms     MB/s   CPU µs');
  for (const result of results) {
    const test = cases.find((known) => known.name === result.name);
    const ratio = test?.reference ? `${Math.round((result.requestsPerSecond / of(test.reference)) * 100)} %` : '';
    const goal = test?.goal ? `${test.goal}${result.requestsPerSecond >= test.goal ? ' ✓' : ' ✗'}` : '';
    const cells = [
      String(result.requestsPerSecond).padStart(9),
      ratio.padStart(9),
      goal.padStart(9),
      String(result.p50Ms).padStart(9),
      String(result.p99Ms).padStart(8),
      String(result.megabytesPerSecond).padStart(8),
      String(result.cpuMicroseconds).padStart(8),
    ];
    console.log(result.name.padEnd(22) + cells.join(' '));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '2' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      ingest: { type: 'string' },
      feeds: { type: 'string', default: '1000' },
      world: { type: 'string', default: '../shared/world/world.mjs' },
      port: { type: 'string', default: '18070' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'tin-tinh-serve-'));
  // As root the database runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const log = createLog({ level: 'warn', isTerminal: false, fd: 2 });
  const server = await startEmbedded({ dataDir: join(folder, 'data'), log });
  const db = openDb(server.url, { max: 2 });
  const started: Pick<Subject, 'stop'>[] = [];
  try {
    await migrate(db, migrations, { log });
    const feed = writeFeed();
    await seed(db, feed);
    const file = join(folder, 'feed.rss');
    writeFileSync(file, feed);
    const ingest =
      values.ingest === undefined
        ? null
        : await startIngest(db, {
            databaseUrl: server.url,
            dataDir: join(folder, 'app'),
            port: Number(values.port),
            feeds: values.feeds,
            script: values.world,
            isTogether: values.ingest !== 'apart',
          });
    const site = ingest?.app ?? (await startSubject('site', server.url));
    started.push(ingest ?? site);
    const bare = await startSubject('bare', file);
    started.push(bare);
    const results = await measureAll(
      { site, bare },
      cases.filter((test) => test.name.includes(values.only)),
      Number(values.rounds),
      Number(values.seconds),
    );
    const zipped = Number(
      (await fetch(`${site.url}${feedPath}`, { method: 'HEAD', headers: gzip })).headers.get('content-length'),
    );
    if (ingest) console.log(await ingest.meanwhile());
    if (values.json) console.log(JSON.stringify({ feedBytes: Buffer.byteLength(feed), gzipBytes: zipped, results }));
    else
      print(
        results,
        `feed of 100 items, ${Math.round(Buffer.byteLength(feed) / 1000)} KB, ${Math.round(zipped / 1000)} KB as gzip`,
      );
  } finally {
    for (const subject of started) await subject.stop();
    await db.destroy();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
