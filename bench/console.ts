// The console at size: how long the server takes for each screen of sources over `--sources` sources, two weeks of their polls and `--stories` stories.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import { makeAccount } from '../src/store/account.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { countPollDays } from '../src/store/poll-day.ts';
import { openSession } from '../src/store/session.ts';
import { keepAnswer } from '../src/store/source-answer.ts';
import { startWeb } from '../src/web/server.ts';

const { values } = parseArgs({
  options: {
    sources: { type: 'string', default: '2000' },
    stories: { type: 'string', default: '1000000' },
    turns: { type: 'string', default: '20' },
    /** Stays up on this port to be looked at; prints the cookie of an admin. */
    serve: { type: 'string' },
  },
});
const [sources, stories, turns] = [Number(values.sources), Number(values.stories), Number(values.turns)];
const provinces = ['01', '14', '38', '48', '79', '92'];

/** Fills a migrated database: sources in every state, a poll an hour each for two weeks, and entries with their stories. */
async function fill(db: Db): Promise<void> {
  await ensurePartitions(db);
  await sql`insert into publisher (slug, name, site_url, province, rights_show)
    select 'bao-' || n, 'Báo tỉnh số ' || n, 'https://bao-' || n || '.example/', (${provinces}::text[])[n % 6 + 1], 'full'
    from generate_series(1, ${Math.ceil(sources / 2)}::int) n`.execute(db);
  await sql`
    insert into source (publisher_id, kind, url, host, title, section, is_paused, failures, failing_since, last_error, last_status, last_attempt_at,
      last_success_at, newest_at, turnover_seconds, took_ms, gone_since, blocked_by, next_fetch_at, next_reason)
    select (n + 1) / 2, (array['syndication', 'syndication', 'syndication', 'listing'])[n % 4 + 1], 'https://bao-' || (n + 1) / 2 || '.example/rss/' || n,
      'bao-' || (n + 1) / 2 || '.example', case n % 2 when 0 then 'Thời sự' else null end, case n % 3 when 0 then 'thoi-su' else null end, n % 41 = 0,
      case when n % 17 = 0 then 3 + n % 9 when n % 29 = 0 then 1 else 0 end, case when n % 17 = 0 then now() - interval '3 days' end,
      case when n % 17 = 0 then 'source.status: bao answered 404' when n % 29 = 0 then 'net.timeout: no answer within 20 s' end,
      case when n % 17 = 0 then 404 when n % 29 = 0 then null else 200 end, now() - interval '9 minutes', now() - interval '20 minutes',
      case when n % 13 = 0 then now() - interval '6 days' else now() - interval '40 minutes' end, 86400, 400 + n % 900, null,
      case when n % 53 = 0 then 'cloudflare' end, now() + make_interval(mins => n % 60), (array['rhythm', 'fresh', 'ttl', 'quiet'])[n % 4 + 1]
    from generate_series(1, ${sources}::int) n`.execute(db);
  await sql`
    insert into poll (source_id, started_at, took_ms, outcome, status, bytes, items, created, changed, skipped, lag_seconds, note)
    select s, at, 200 + (s * 7 + h) % 900, case when s % 17 = 0 and h < 72 then 'failed' when brought > 0 then 'new' else 'same_body' end,
      case when s % 17 = 0 and h < 72 then 404 else 200 end, 40000, case when brought > 0 then 30 else 0 end, brought, brought / 3, 0,
      case when brought > 0 then 300 + (s * 13 + h * 7) % 5000 end, case when s % 17 = 0 and h < 72 then 'source.status: bao answered 404' end
    from generate_series(0, 24 * 14 - 1) h, generate_series(1, ${sources}::int) s, lateral (select now() - make_interval(hours => h, mins => s % 60) as at) t,
      lateral (select greatest(0, (s + h * 5) % 9 - 5) as brought) b`.execute(db);
  for (let from = 1; from <= stories; from += 100_000)
    await sql`
      with made as (
        insert into entry (seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, section, province, published_at,
          is_date_guess, changed_at, listed_at, hash)
        select at, (n % ${sources} + 2) / 2, n % ${sources} + 1, 'https://bao.example/bai-' || n || '.html', 'Tin số ' || n, repeat('Sapo của tin. ', 12),
          '<p>' || repeat('Thân bài viết về việc này. ', 30) || '</p>', '{}', '{}', '[]', null, '14', at, false, at, at, '\\x00'
        from generate_series(${from}::int, ${Math.min(from + 99_999, stories)}::int) n, lateral (select now() - make_interval(secs => n % 2000000) as at) t
        returning id, seen_at, title, publisher_id
      ), told as (
        insert into story (title, summary, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
        select title, '', seen_at, seen_at, seen_at, publisher_id, id, seen_at from made returning id, lead_entry_id, lead_seen_at
      ) insert into story_entry (entry_id, seen_at, story_id) select lead_entry_id, lead_seen_at, id from told`.execute(
      db,
    );
  await sql`analyze`.execute(db);
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-console-'));
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'error', isTerminal: false, fd: 2 });
const embedded = await startEmbedded({ dataDir, log, settings: { fsync: 'off', synchronous_commit: 'off' } });
const db = openDb(embedded.url, { max: 10, applicationName: 'bench', statementTimeoutMs: 0 });
const ending = new AbortController();

async function measure(url: string, cookie: string, name: string, path: string): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now();
    const answer = await fetch(url + path, { headers: { cookie } });
    bytes = (await answer.arrayBuffer()).byteLength;
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  process.stdout.write(
    `${name.padEnd(34)} ${at(0.5).padStart(7)} ${at(0.95).padStart(7)} ${at(1).padStart(7)} ms   ${Math.round(bytes / 1_024)} kB\n`,
  );
}

try {
  await migrate(db, migrations, { log });
  await fill(db);
  const began = performance.now();
  const days = await countPollDays(db);
  const first = performance.now() - began;
  const again = performance.now();
  await countPollDays(db);
  process.stdout.write(
    `${sources} sources, ${stories} stories. Counting two weeks of polls: ${Math.round(first)} ms (${days} rows), today's again: ${Math.round(performance.now() - again)} ms\n`,
  );
  const page = Buffer.from(
    `<rss version="2.0"><channel><title>Báo</title>${'<item><title>Tin</title></item>'.repeat(2_000)}</channel></rss>`,
  );
  for (const kind of ['good', 'bad'] as const)
    await keepAnswer(db, 17, {
      kind,
      url: 'https://bao-9.example/rss/17',
      status: kind === 'good' ? 200 : 404,
      hops: [],
      headers: { 'content-type': 'text/xml' },
      body: page,
      note: null,
    });
  const id = (await makeAccount(db, { name: 'thu', role: 'admin', password: 'x' }, 'bench')) ?? 0;
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  await openSession(db, { id, name: 'thu' }, { hash, agent: 'bench', address: Buffer.alloc(8) });
  const port = Number(values.serve ?? 0);
  const config = { host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}` };
  const web = await startWeb({ config, db, now: () => new Date(), log, signal: ending.signal });
  const cookie = `tin=${token}`;
  process.stdout.write(`${'screen'.padEnd(34)} ${'p50'.padStart(7)} ${'p95'.padStart(7)} ${'most'.padStart(7)}\n`);
  await measure(web.url, cookie, 'list of sources', '/quan-tri');
  await measure(web.url, cookie, 'those that fail', '/quan-tri?tt=broken');
  await measure(web.url, cookie, 'searched without marks', '/quan-tri?q=bao+tinh+so+7');
  await measure(web.url, cookie, 'a page deep in the list', '/quan-tri?sau=6.0.1500');
  if (values.serve !== undefined) {
    process.stdout.write(`${web.url}/quan-tri with the cookie ${cookie}\n`);
    await new Promise((resolve) => process.once('SIGTERM', resolve));
  }
  await web.close();
} finally {
  ending.abort();
  await db.destroy();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
