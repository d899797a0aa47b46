// 10,000 subscribers of one topic → how long until all are told of a change while ingest goes on, beside a bare client that posts the
// same bytes to the same callbacks in the same run. `npm run bench:hub -- [--subscribers 10000] [--hosts 100] [--feeds 200] [--json]`
import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { Agent, request } from 'undici';
import { startHeartbeat } from '../jobs/heartbeat.ts';
import { timetable } from '../jobs/timetable.ts';
import { migrations } from '../migrations/index.ts';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { keepEditions } from '../src/edition/keep.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { openReader } from '../src/source/reader.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { channels, listen } from '../src/store/listen.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { makeSourcesDue } from '../src/store/source.ts';
import { askChild, nextMessage } from './errand.ts';
import { addFeedWorld, startFeedWorld } from './feed-world.ts';
import type { ReceiverMessage } from './hub-receiver.ts';
import { ownCpuSeconds, treeCpuSeconds } from './ingest-cpu.ts';

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '10000' },
    hosts: { type: 'string', default: '100' },
    feeds: { type: 'string', default: '200' },
    world: { type: 'string', default: '../shared/world/world.mjs' },
    port: { type: 'string', default: '18090' },
    json: { type: 'boolean' },
  },
});
const subscribers = Number(values.subscribers);
const hosts = Number(values.hosts);
const goalSeconds = 30;
const say = (text: string) => process.stderr.write(`${text}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Report = Exclude<ReceiverMessage, { port: number }>;

// Many readers at some hosts, as it is with reader services; every second one has a secret.
const callbackOf = (place: number, port: number) => `http://127.3.0.${1 + (place % hosts)}:${port}/cb/${place}`;

async function addSubscribers(db: Db, port: number): Promise<void> {
  const rows = Array.from({ length: subscribers }, (_, place) => ({
    callback: callbackOf(place, port),
    host: `127.3.0.${1 + (place % hosts)}:${port}`,
    secret: place % 2 === 0 ? `secret ${place}` : null,
  }));
  await sql`
    insert into subscription (edition_id, format, topic, callback, callback_key, host, secret, expires_at)
    select e.id, 'rss', 'http://site.example/feeds/tin-moi.rss', r.callback, substr(sha256(convert_to(r.callback, 'UTF8')), 1, 16), r.host, r.secret,
      now() + interval '1 day'
    from edition e cross join json_to_recordset(${JSON.stringify(rows)}::json) as r (callback text, host text, secret text)
    where e.path = 'tin-moi'`.execute(db);
}

async function documentOf(db: Db): Promise<{ body: Buffer; renderedAt: Date; items: number } | null> {
  const found = await sql<{ body: Buffer; renderedAt: Date; items: number }>`
    select d.body, d.rendered_at as "renderedAt", d.items from document d join edition e on e.id = d.edition_id
    where e.path = 'tin-moi' and d.format = 'rss' and d.items >= 50`.execute(db);
  return found.rows[0] ?? null;
}

async function until<T>(ask: () => Promise<T | null>, maxSeconds: number, what: string): Promise<T> {
  const endAt = performance.now() + maxSeconds * 1_000;
  while (performance.now() < endAt) {
    const found = await ask();
    if (found !== null) return found;
    await pause(50);
  }
  throw new Error(`${what} did not come within ${maxSeconds} s`);
}

const report = (receiver: ChildProcess, message: 'begin' | 'report') => askChild<Report>(receiver, message);

// What the network and the receiver allow: the same bytes, 64 at once, no signature, no database.
async function bareClient(body: Buffer, port: number): Promise<{ seconds: number; cpu: number }> {
  const agent = new Agent({ connections: 8, pipelining: 1 });
  const startedAt = performance.now();
  const cpu = ownCpuSeconds();
  let next = 0;
  const worker = async () => {
    while (next < subscribers) {
      const url = callbackOf(next++, port).replace('/cb/', '/bare/');
      const headers = { 'content-type': 'application/rss+xml; charset=utf-8' };
      await (await request(url, { method: 'POST', body, headers, dispatcher: agent })).body.dump();
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  await agent.close();
  return { seconds: (performance.now() - startedAt) / 1_000, cpu: ownCpuSeconds() - cpu };
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-bench-hub-'));
// As root the database runs as another user, who must be able to enter; else it would be made elsewhere and outlive this run.
chmodSync(dataDir, 0o755);
const stopping = new AbortController();
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const receiver = fork(fileURLToPath(new URL('./hub-receiver.ts', import.meta.url)));
const hello = await nextMessage<{ port: number }>(receiver);
const world = await startFeedWorld({
  script: values.world,
  feeds: values.feeds,
  items: '20',
  port: values.port,
  more: ['--base', '127.2.0.0'],
});
const embedded = await startEmbedded({ dataDir, log });
const db = openDb(embedded.url, { max: 10, applicationName: 'bench' });
try {
  await migrate(db, migrations, { log });
  const pidFile = await sql<{ dir: string }>`select current_setting('data_directory') as dir`.execute(db);
  const postgresPid = Number(readFileSync(join(pidFile.rows[0]?.dir ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const config = loadConfig({ DATA_DIR: dataDir, ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8', TRIAL: 'off' });
  const guard = createGuard({ allowNetworks: config.allowPrivateNetworks });
  const http = createHttp({ userAgent: 'TinTinh-bench', guard });
  const ctx: Context = { config, db, http, reader: openReader(), now: () => new Date(), log, signal: stopping.signal };
  await addFeedWorld(db, world);
  await ensurePartitions(db);
  await keepEditions(ctx);
  const heartbeat = startHeartbeat(ctx, timetable);
  void listen(embedded.url, channels, heartbeat.wake, { signal: stopping.signal });
  say(`reading ${values.feeds} feeds …`);
  await until(
    async () => {
      const idle = await sql`select where not exists (select from cluster_due)
        and (select count(*) from poll) >= ${Number(values.feeds)} and not exists (select from document where due_at is not null)`.execute(
        db,
      );
      return idle.rows.length > 0 ? true : null;
    },
    300,
    'the first reading of all feeds',
  );
  const first = await until(() => documentOf(db), 60, 'a document of 50 items');
  say(`reference: a bare client posts ${first.body.length} bytes to ${subscribers} callbacks at ${hosts} hosts …`);
  const bareRun = await bareClient(first.body, hello.port);
  const bare = await report(receiver, 'begin');
  if (bare.callbacks !== subscribers) throw new Error(`the bare client reached ${bare.callbacks} callbacks`);

  await addSubscribers(db, hello.port);
  // News at every feed every two seconds: polls, clustering and rendering go on all the time.
  const before = { polls: await countOf('poll'), entries: await countOf('entry') };
  const cpu = { own: ownCpuSeconds(), postgres: treeCpuSeconds(postgresPid), receiver: bare.cpuSeconds };
  say('news …');
  let isOver = false;
  const ingesting = (async () => {
    while (!isOver) {
      await world.ask('tick?n=1&k=2');
      await makeSourcesDue(db);
      await pause(2_000);
    }
  })();
  const changed = await until(
    async () => {
      const now = await documentOf(db);
      return now !== null && now.renderedAt > first.renderedAt && !now.body.equals(first.body) ? now : null;
    },
    120,
    'a changed document',
  );
  const told = await until(
    async () => {
      const now = await report(receiver, 'report');
      return now.callbacks >= subscribers ? now : null;
    },
    300,
    'the last subscriber',
  );
  const cpuAfter = { own: ownCpuSeconds(), postgres: treeCpuSeconds(postgresPid), receiver: told.cpuSeconds };
  isOver = true;
  await ingesting;
  const seconds = (told.lastAt - changed.renderedAt.getTime()) / 1_000;
  const meanwhile = {
    polls: (await countOf('poll')) - before.polls,
    entries: (await countOf('entry')) - before.entries,
  };
  const summary = {
    subscribers,
    hosts,
    documentBytes: changed.body.length,
    toldInSeconds: seconds,
    goalSeconds,
    bare: bareRun,
    ratio: seconds / bareRun.seconds,
    load: loadavg()[0] ?? 0,
    posts: told.posts,
    signaturesChecked: told.signed,
    wrong: told.wrong,
    meanwhile,
    cpu: {
      app: cpuAfter.own - cpu.own,
      postgres: cpuAfter.postgres - cpu.postgres,
      receiver: cpuAfter.receiver - cpu.receiver,
    },
    peakRssMb: process.resourceUsage().maxRSS / 1e3,
  };
  const round = (value: number) => Math.round(value * 100) / 100;
  if (values.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  else
    process.stdout.write(
      `${subscribers} subscribers at ${hosts} hosts, a document of ${Math.round(changed.body.length / 1000)} KB:\n` +
        `  told of a change in ${round(seconds)} s (goal ${goalSeconds} s ${seconds <= goalSeconds ? '✓' : '✗'}), from the saved document to the last callback\n` +
        `  bare client, same bytes, no database, no signatures, no ingest: ${round(bareRun.seconds)} s (CPU ${round(bareRun.cpu)} s); ratio ${round(summary.ratio)}; load of the machine ${round(summary.load)}\n` +
        `  meanwhile ${meanwhile.polls} polls and ${meanwhile.entries} new entries; CPU: app ${round(summary.cpu.app)} s, PostgreSQL ${round(summary.cpu.postgres)} s, receiver ${round(summary.cpu.receiver)} s\n` +
        `  ${told.signed} signatures checked, ${told.wrong} wrong; peak RSS ${Math.round(summary.peakRssMb)} MB\n`,
    );
  if (told.wrong > 0 || seconds > goalSeconds) process.exitCode = 1;
  stopping.abort();
  await heartbeat.stop();
  await http.close();
} finally {
  stopping.abort();
  await db.destroy();
  await embedded.stop();
  world.stop();
  receiver.disconnect();
  rmSync(dataDir, { recursive: true, force: true });
}

async function countOf(table: 'entry' | 'poll'): Promise<number> {
  const row = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(db);
  return row.rows[0]?.n ?? 0;
}
