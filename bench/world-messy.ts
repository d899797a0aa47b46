// The feed world at its messiest over a simulated day → is an item lost or doubled, how many requests, is every Retry-After kept. `npm run world:messy`
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { Agent, request } from 'undici';
import { migrations } from '../migrations/index.ts';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { FetchError } from '../src/errors.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp, type Http } from '../src/net/http.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { parseOpml } from '../src/source/opml.ts';
import { openReader } from '../src/source/reader.ts';
import { publisherOf } from '../src/source/register.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { hostName } from '../src/store/host.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { secondsToRestedHost } from '../src/store/poll.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource } from '../src/store/source.ts';
import { expectedOf, linksOf } from './world-witness.ts';

const { values } = parseArgs({
  options: {
    feeds: { type: 'string', default: '1000' },
    polls: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    world: { type: 'string', default: '../shared/world/world.mjs' },
    port: { type: 'string', default: '18380' },
    json: { type: 'boolean' },
  },
});
const say = (text: string) => process.stderr.write(`${text}\n`);
const stepSeconds = 300;
// The world brings one item each ten minutes of its own clock: two a tick of twenty.
const tickSeconds = 1_200;
const hour = 3_600;
const pollsWanted = Number(values.polls);
if (!existsSync(values.world)) throw new Error(`the feed world is not at ${values.world}: give its path with --world`);

// Nothing that is counted depends on these: a slow feed holds up the simulated clock, long texts and tight packing only this machine.
const quick = ['--slowms', '400', '--bodybytes', '600', '--gzlevel', '1'];

type Kind = { f: number; url: string; fault: string; sub: string; valid: boolean };
type Spoken = {
  turn: number;
  host: string;
  url: string;
  start: number;
  end: number;
  status: number;
  retryAfter: number;
};

async function startWorld(): Promise<{ child: ChildProcess; origin: string }> {
  // All items lie in the past for the whole simulated day.
  const epoch = Math.floor(Date.now() / 1_000 - (pollsWanted * 1.1 + 8) * hour);
  const options = [
    '--preset',
    'messy',
    '--feeds',
    values.feeds,
    '--seed',
    values.seed,
    '--port',
    values.port,
    '--epoch',
    String(epoch),
  ];
  const child = spawn(process.execPath, [values.world, ...options, '--prewarm', '0', ...quick], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the feed world ended with ${code}`)));
  });
  return { child, origin: `http://127.0.0.1:${values.port}` };
}

// Simulated time passes by setting every date of the schedule back: nothing of the program knows of it.
async function pass(db: Db, seconds: number): Promise<void> {
  const back = sql`make_interval(secs => ${seconds})`;
  await sql`update source set next_fetch_at = next_fetch_at - ${back}, last_attempt_at = last_attempt_at - ${back}, last_success_at = last_success_at - ${back},
    full_at = full_at - ${back}, moved_since = moved_since - ${back}, gone_since = gone_since - ${back}, failing_since = failing_since - ${back}`.execute(
    db,
  );
  await sql`update host set free_at = free_at - ${back}`.execute(db);
  await sql`update gap set raised_at = raised_at - ${back}, due_at = due_at - ${back}`.execute(db);
}

const spoken: Spoken[] = [];
let turns = 0;
let passedSeconds = 0;
const simulated = () => performance.now() / 1_000 + passedSeconds;

/** Writes down every request, each hop of a redirect by itself. */
function witnessed(http: Http): Http {
  return {
    ...http,
    get: async (wanted) => {
      const start = simulated();
      const turn = ++turns;
      const note = (url: string, status: number, retryAfter: number) =>
        spoken.push({ turn, host: hostName(url), url, start, end: simulated(), status, retryAfter });
      try {
        const answer = await http.get(wanted);
        for (const hop of answer.hops) note(hop.url, hop.status, 0);
        note(answer.url, answer.status, Number(answer.headers['retry-after'] ?? 0));
        return answer;
      } catch (error) {
        if (error instanceof FetchError) for (const hop of error.hops) note(hop.url, hop.status, 0);
        note(wanted.url, 0, 0);
        throw error;
      }
    },
  };
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-messy-'));
// Open to other users, so that the cluster of a root user stays inside and goes with the folder.
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'fatal', isTerminal: false, fd: 2 });
const world = await startWorld();
const embedded = await startEmbedded({ dataDir, log });
const db = openDb(embedded.url, { max: 20, applicationName: 'messy' });
const agent = new Agent({ connections: 4 });
const control = async (path: string) => (await request(`${world.origin}/_ctl/${path}`)).body;
try {
  await migrate(db, migrations, { log });
  await ensurePartitions(db);
  const config = loadConfig({ DATA_DIR: dataDir, ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8', TRIAL: 'off' });
  const http = createHttp({
    userAgent: 'TinTinh-bench',
    guard: createGuard({ allowNetworks: config.allowPrivateNetworks }),
  });
  const ctx: Context = {
    config,
    db,
    http: witnessed(http),
    reader: openReader(),
    now: () => new Date(),
    log,
    signal: new AbortController().signal,
  };

  const publisherOfFeed = new Map<string, number>();
  for (const row of parseOpml(new Uint8Array(await (await control('opml')).arrayBuffer())).subscriptions) {
    if (row.xmlUrl === null) continue;
    const publisher = await ensurePublisher(
      db,
      publisherOf({ feedUrl: row.xmlUrl, siteUrl: row.htmlUrl, name: row.title }),
    );
    publisherOfFeed.set(row.xmlUrl, publisher.id);
    await addSource(db, { publisherId: publisher.id, url: row.xmlUrl, title: row.title, section: null });
  }
  const kinds = (await (await control('kinds')).json()) as Kind[];
  const readable = kinds.filter((kind) => !kind.fault.startsWith('err'));

  // What an onlooker sees in the feeds, by a reader of its own; asked before any item can have left a document unseen.
  const expected = new Map<string, { feed: number; url: string }>();
  let looks = 0;
  const look = async () => {
    const queue = [...readable];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let kind = queue.pop(); kind; kind = queue.pop()) {
          const url = kind.fault === 'redirect' ? kind.url.replace('/rss/', '/moi/') : kind.url;
          const answer = await request(url, { dispatcher: agent });
          looks++;
          const bytes = Buffer.from(await answer.body.arrayBuffer());
          const publisher = publisherOfFeed.get(kind.url) ?? 0;
          for (const link of linksOf(bytes, kind.sub))
            expected.set(expectedOf(publisher, link), { feed: kind.f, url: link });
        }
      }),
    );
  };

  const startedAt = performance.now();
  let sinceTick = 0;
  let ticks = 0;
  const duration = (pollsWanted * 1.1 + 2) * hour;
  const polls = async () => (await sql<{ n: number }>`select count(*)::int as n from poll`.execute(db)).rows[0]?.n ?? 0;
  await look();
  for (let at = 0; at <= duration; at += stepSeconds) {
    for (;;) {
      await ingestDue(ctx, { concurrency: 32 });
      const rest = await secondsToRestedHost(db);
      if (rest === null) break;
      await pass(db, rest + 0.05);
      passedSeconds += rest + 0.05;
    }
    await pass(db, stepSeconds);
    passedSeconds += stepSeconds;
    // The world stands still until every feed was read once: a door that closes for an hour at the first knock shuts its neighbours in.
    if (at >= 2 * hour) sinceTick += stepSeconds;
    if (sinceTick >= tickSeconds) {
      sinceTick = 0;
      ticks++;
      await (await control('tick?n=1&k=2')).dump();
      // Often enough for the documents that break off: they show 35 items, two leave at a tick.
      if (ticks % 15 === 0) await look();
    }
    if (at % (2 * hour) === 0)
      say(
        `${(at / hour).toFixed(0)} h of ${(duration / hour).toFixed(0)} h simulated, ${await polls()} polls, ${Math.round((performance.now() - startedAt) / 1_000)} s`,
      );
  }
  // The last items must have had their hour: two more without ticks.
  for (let at = 0; at <= 2.5 * hour; at += stepSeconds) {
    await ingestDue(ctx, { concurrency: 32 });
    await pass(db, stepSeconds);
    passedSeconds += stepSeconds;
  }
  await look();
  const simulatedHours = passedSeconds / hour;

  const stored = await sql<{ publisherId: number; url: string; n: number }>`
    select publisher_id as "publisherId", split_part(coalesce(url, ''), '?', 1) as url, count(*)::int as n from entry group by 1, 2`.execute(
    db,
  );
  const found = new Map(stored.rows.map((row) => [expectedOf(row.publisherId, row.url), row.n]));
  const lost = [...expected.entries()].filter(([name]) => !found.has(name));
  const doubled = [...found.entries()].filter(([name, count]) => count > 1 || !expected.has(name));

  // An ideal client: one request for each look, an hour apart (two where the paper cannot say "unchanged"), one more for a redirect that is not
  // a week old, one each hour at a closed or failing door, and nothing else.
  const ideal = kinds.reduce((sum, kind) => {
    const apart = kind.valid || kind.fault.startsWith('err') ? 1 : 2;
    return sum + Math.ceil(simulatedHours / apart) * (kind.fault === 'redirect' ? 2 : 1);
  }, 0);
  const closed = new Map<string, number>();
  let retryBroken = 0;
  let spacingBroken = 0;
  let atOnce = 0;
  const last = new Map<string, Spoken>();
  for (const one of spoken.toSorted((a, b) => a.start - b.start || a.turn - b.turn)) {
    if (one.start < (closed.get(one.host) ?? 0)) retryBroken++;
    const before = last.get(one.host);
    // Hops of one redirect belong to one turn.
    if (before !== undefined && before.turn !== one.turn) {
      if (one.start < before.end) atOnce++;
      else if (one.start - before.end < config.hostSpacingMs / 1_000 - 0.05) spacingBroken++;
    }
    last.set(one.host, one);
    if (one.status === 429 || one.status === 503) closed.set(one.host, one.end + one.retryAfter);
  }
  const stats = (await (await control('stats')).json()) as {
    requests: number;
    r200: number;
    r304: number;
    r429: number;
  };
  const perFeed = await sql<{ least: number; most: number }>`
    select min(n)::int as least, max(n)::int as most from (select count(*) as n from poll p where outcome <> 'failed' group by source_id) x`.execute(
    db,
  );
  const gaps = await sql<{ n: number }>`select count(*)::int as n from gap`.execute(db);
  const requests = stats.requests - looks;
  const summary = {
    feeds: kinds.length,
    simulatedHours: Math.round(simulatedHours * 10) / 10,
    itemsShown: expected.size,
    entries: found.size,
    lost: lost.length,
    doubled: doubled.length,
    polls: await polls(),
    pollsOfAGoodFeed: perFeed.rows[0],
    // As the world counts them, so with robots.txt.
    requests,
    ideal,
    ratio: Math.round((requests / ideal) * 1_000) / 1_000,
    answered429: spoken.filter((one) => one.status === 429).length,
    retryAfterBroken: retryBroken,
    spacingBroken,
    twoAtOnce: atOnce,
    gaps: gaps.rows[0]?.n,
    wallSeconds: Math.round((performance.now() - startedAt) / 1_000),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  else
    console.table(
      Object.entries(summary).map(([what, value]) => ({
        what,
        value: typeof value === 'object' ? JSON.stringify(value) : value,
      })),
    );
  for (const [, one] of lost.slice(0, 10)) say(`lost: feed ${one.feed} ${JSON.stringify(kinds[one.feed])} ${one.url}`);
  for (const [name] of doubled.slice(0, 10)) say(`doubled: ${name}`);
  if (lost.length + doubled.length + retryBroken + spacingBroken + atOnce > 0 || summary.ratio > 1.05)
    process.exitCode = 1;
  await http.close();
} finally {
  await agent.close();
  await db.destroy();
  await embedded.stop();
  world.child.kill();
  rmSync(dataDir, { recursive: true, force: true });
}
