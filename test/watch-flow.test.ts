// The watch on a real database: alerts open, are told once by e-mail and webhook, and close again.
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { listLatestAlerts, listLivingAlerts, noticeTroubles } from '../src/store/alert.ts';
import { listSamples, readFigures } from '../src/store/health.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { webhookHeaders } from '../src/hub/signature.ts';
import { toAlertFeed } from '../src/watch/feed.ts';
import { tellAlerts } from '../src/watch/tell.ts';
import { watchRiver } from '../src/watch/watch.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { openMailSink, readLetter } from './support/mail.ts';
import { openReceiver } from './support/receiver.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const mail = await openMailSink();
const receiver = await openReceiver();
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let now = new Date();
const http = createHttp({ userAgent: 'test/1', guard: createGuard({ allowNetworks: ['127.0.0.0/8'] }) });
afterFile(() => http.close());
const ctx = {
  config: loadConfig({
    DATABASE_URL: 'postgres://not/used',
    PUBLIC_URL: 'https://tin.example',
    SMTP_URL: mail.url,
    ALERT_TO: 'truc@tin.example, dem@tin.example',
    ALERT_WEBHOOK_URL: `${receiver.url}/hook`,
    ALERT_WEBHOOK_SECRET: secret,
  }),
  db,
  http,
  now: () => now,
  log: createLog({ level: 'silent', isTerminal: false }),
  signal: new AbortController().signal,
};
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};
// The clock of this process runs ahead of the database's in these tests; everything but that is of interest.
const kinds = async () =>
  (await listLivingAlerts(db)).filter((one) => one.kind !== 'clock').map((one) => [one.kind, one.openedAt !== null]);

beforeEach(async () => {
  now = new Date();
  await sql`truncate alert, alert_notice, health_sample, source, publisher, document, edition restart identity cascade`.execute(
    db,
  );
  mail.letters.length = 0;
  mail.isRefusing = false;
  receiver.requests.length = 0;
  receiver.react = () => ({ status: 204 });
});

async function addBrokenHost(host: string, sources: number): Promise<void> {
  const publisher = await ensurePublisher(db, {
    slug: host.replace('.', '-'),
    name: `Báo ${host}`,
    siteUrl: `https://${host}/`,
    province: null,
  });
  for (let index = 0; index < sources; index++)
    await sql`insert into source (publisher_id, url, host, failures, failing_since, last_error, last_success_at, next_fetch_at)
      values (${publisher.id}, ${`https://${host}/${index}.rss`}, ${host}, 5, now() - interval '5 hours', 'http.timeout: quá chậm',
        now() - interval '1 minute', now() + interval '1 hour')`.execute(db);
}

test('five broken sources of one host become one alert: one letter, one signed call, and one more of each when it ends', async () => {
  await addBrokenHost('bao.example', 5);
  await watchRiver(ctx);
  expect(await kinds()).toEqual([['host_down', false]]);
  expect(await tellAlerts(ctx)).toEqual({ told: 0, failed: 0 });

  later(16);
  expect(await watchRiver(ctx)).toMatchObject({ opened: 1 });
  await watchRiver(ctx);
  expect(await kinds()).toEqual([['host_down', true]]);
  await tellAlerts(ctx);
  await tellAlerts(ctx);

  expect(mail.letters.map((letter) => [letter.from, letter.to])).toEqual([
    ['tin-tinh@tin.example', ['truc@tin.example', 'dem@tin.example']],
  ]);
  const { subject, text } = readLetter(mail.letters[0]?.data ?? '');
  expect(subject).toMatch(/^\[Tin Tỉnh\] Cảnh báo: Báo bao\.example: 5 nguồn ở bao\.example đều không đọc được/);
  expect(text).toContain('https://tin.example/quan-tri/suc-khoe');
  expect(text).toContain('none of 5 sources at bao.example can be read (http.timeout)');
  const called = receiver.requests.map((request) => JSON.parse(String(request.body)));
  const call = called.find((one) => one.data.kind === 'host_down');
  expect(call).toMatchObject({
    type: 'alert.opened',
    data: { subject: 'bao.example', severity: 'warning', facts: { sources: 5 } },
  });
  const [request] = receiver.requests;
  const signed = webhookHeaders(secret, {
    id: String(request?.headers['webhook-id']),
    at: new Date(Number(request?.headers['webhook-timestamp']) * 1_000),
    body: request?.body ?? Buffer.alloc(0),
  });
  expect(request?.headers['webhook-signature']).toBe(signed['webhook-signature']);

  await sql`update source set failures = 0, failing_since = null, last_error = null`.execute(db);
  await watchRiver(ctx);
  expect(await kinds()).toEqual([['host_down', true]]);
  later(11);
  await watchRiver(ctx);
  expect(await kinds()).toEqual([]);
  // The letters' five minutes run on the database's clock.
  await sql`update alert_notice set told_at = told_at - interval '6 minutes'`.execute(db);
  await tellAlerts(ctx);
  expect(mail.letters).toHaveLength(2);
  expect(readLetter(mail.letters[1]?.data ?? '').text).toContain('✓ Hết: Báo bao.example');
  expect(receiver.requests.map((one) => JSON.parse(String(one.body)).type)).toContain('alert.closed');
});

test('what opens in a burst goes out in one letter, and none follows within five minutes', async () => {
  await db.insertInto('edition').values({ path: 'tin-moi', title: 'Tin mới' }).execute();
  await sql`insert into document (edition_id, format, due_at, problem) select id, 'rss', null, 'not valid' from edition`.execute(
    db,
  );
  for (const host of ['a.example', 'b.example']) await addBrokenHost(host, 2);
  await watchRiver(ctx);
  later(16);
  await watchRiver(ctx);
  await tellAlerts(ctx);

  expect(mail.letters).toHaveLength(1);
  const { subject, text } = readLetter(mail.letters[0]?.data ?? '');
  expect(subject).toMatch(/KHẨN: 1 bản tin dựng ra không hợp lệ: tin-moi\.rss \(\+\d\)$/);
  for (const part of ['a.example', 'b.example', 'tin-moi.rss']) expect(text).toContain(part);
  await addBrokenHost('c.example', 1);
  await watchRiver(ctx);
  later(16);
  await watchRiver(ctx);
  await tellAlerts(ctx);
  expect(mail.letters).toHaveLength(1);
});

test('a mail server or an endpoint that fails is tried again later, without a password in the log of it', async () => {
  mail.isRefusing = true;
  receiver.react = () => ({ status: 500 });
  await addBrokenHost('bao.example', 1);
  await watchRiver(ctx);
  later(16);
  await watchRiver(ctx);
  const first = await tellAlerts(ctx);
  expect(first.told).toBe(0);
  expect(first.failed).toBeGreaterThanOrEqual(2);
  expect((await noticeTroubles(db)).error).toMatch(/451|500/);
  expect(await tellAlerts(ctx)).toEqual({ told: 0, failed: 0 });

  mail.isRefusing = false;
  receiver.react = () => ({ status: 200 });
  const ids = receiver.requests.map((request) => request.headers['webhook-id']);
  await sql`update alert_notice set due_at = now() - interval '1 second' where due_at is not null`.execute(db);
  const second = await tellAlerts(ctx);
  expect(second).toEqual({ told: first.failed, failed: 0 });
  expect(
    receiver.requests
      .slice(ids.length)
      .map((request) => request.headers['webhook-id'])
      .sort(),
  ).toEqual(ids.sort());
});

test('two processes that watch at once open each alert once', async () => {
  await addBrokenHost('bao.example', 1);
  await Promise.all(Array.from({ length: 4 }, () => watchRiver(ctx)));
  later(16);
  const rounds = await Promise.all(Array.from({ length: 4 }, () => watchRiver(ctx)));
  expect(rounds.reduce((sum, round) => sum + (round?.opened ?? 0), 0)).toBe(1);
  await Promise.all(Array.from({ length: 4 }, () => tellAlerts(ctx)));
  expect(mail.letters).toHaveLength(1);
});

test('samples are kept one in five minutes, and for eight days', async () => {
  await watchRiver(ctx);
  await watchRiver(ctx);
  later(5);
  await watchRiver(ctx);
  expect(await listSamples(db, new Date(0))).toHaveLength(2);
  later(9 * 24 * 60);
  await watchRiver(ctx);
  const kept = await listSamples(db, new Date(0));
  expect(kept).toHaveLength(1);
  expect(kept[0]?.figures).toMatchObject({ sick: 0, cluster: 0 });
});

test('figures of an empty river are zeros, not errors', async () => {
  const figures = await readFigures(db);
  expect(figures).toMatchObject({
    sources: { all: 0, lastSuccessAt: null },
    queues: { cluster: { waiting: 0, oldestSeconds: 0 } },
    freshness: { p50: null, p95: null, entries: 0 },
    monthsAhead: 3,
  });
  expect(figures.size.databaseBytes).toBeGreaterThan(1e6);
});

test('the feed of alerts is valid, keeps its ids, and says when one is over', async () => {
  await addBrokenHost('<b>&.example', 1);
  await watchRiver(ctx);
  later(16);
  await watchRiver(ctx);
  const site = { publicUrl: 'https://tin.example', self: 'https://tin.example/a.atom', startedAt: new Date(0) };
  const open = toAlertFeed(await listLatestAlerts(db, 50), site, 'vi');
  await sql`update source set failures = 0, last_error = null`.execute(db);
  await watchRiver(ctx);
  later(11);
  await watchRiver(ctx);
  const over = toAlertFeed(await listLatestAlerts(db, 50), site, 'vi');
  const idOf = (feed: string) => /<id>(urn:uuid:[^<]+)<\/id>\n<title>[^<]*example/.exec(feed)?.[1];

  const { default: Parser } = await import('rss-parser');
  const read = await new Parser().parseString(over);
  expect(read.items.map((item) => item.title)).toContainEqual(expect.stringContaining('✓ Hết: Báo <b>&.example'));
  expect(idOf(open)).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  expect(idOf(over)).toBe(idOf(open));
});
