// The health screen over HTTP and in a browser: figures for people, as JSON and as a feed; the private link; nothing wider than a phone.
import { sql } from 'kysely';
import { describe, expect, it, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { searchAudit } from '../src/store/audit.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { writeSetting } from '../src/store/setting.ts';
import { watchRiver } from '../src/watch/watch.ts';
import { makePerson, openBrowserless, sessionOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { chromiumPath, openDeskBrowser, phone, plainUrl, signedIn, wide } from './support/desk-browser.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite } from './support/site.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const site = await startTestSite(db);
const { get, send, signIn } = openBrowserless(site.url);
const path = '/quan-tri/suc-khoe';
let now = new Date();
const ctx = {
  config: loadConfig({ DATABASE_URL: 'postgres://not/used' }),
  db,
  now: () => now,
  log: createLog({ level: 'silent', isTerminal: false }),
};

const paper = await seedPublisher(db, { name: 'Báo Mường Chanh' });
await seedStory(db, paper, { title: 'Cầu Nà Lìm thông xe' });
await sql`update source set failures = 6, failing_since = now() - interval '9 hours', last_error = 'http.timeout: x', last_success_at = now()`.execute(
  db,
);
// Four looks over an hour, ending now, so that alerts are open and curves have something to show.
for (const minutes of [60, 40, 20, 0]) {
  now = new Date(Date.now() - minutes * 60_000);
  await watchRiver(ctx);
}
await makePerson(db, 'chu-nha', 'admin');
await makePerson(db, 'khach', 'viewer');
const admin = sessionOf(await signIn('chu-nha'));
const viewer = sessionOf(await signIn('khach'));

test('a viewer sees what is wrong and what to do, states, queues and sizes; a stranger nothing', async () => {
  const page = await (await get(path, viewer)).text();

  for (const part of [
    'Báo Mường Chanh: 1 nguồn ở',
    'Mở trang báo xem còn hoạt động không',
    'hỏng 1',
    'bài chờ ghép tin',
    'Cỡ cơ sở dữ liệu',
    'Chưa có nơi nhận cảnh báo',
    '<svg class="spark"',
  ])
    expect(page).toContain(part);
  expect(page).not.toContain('lien-ket');
  for (const each of [path, `${path}.json`, `${path}/canh-bao.atom`]) expect((await get(each)).status, each).toBe(303);
  expect((await get(`${path}/${'a'.repeat(43)}.atom`)).status).toBe(404);
});

test('the same figures are there as JSON, with the words of alerts', async () => {
  const answer = await get(`${path}.json`, viewer);
  const body = (await answer.json()) as { alerts: { kind: string; words: { en: { remedy: string } } }[] };

  expect([answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    'application/json',
    'no-store',
  ]);
  expect(body).toMatchObject({
    states: { broken: 1, ok: 0 },
    figures: {
      sources: { all: 1, failing: 1 },
      queues: { cluster: { waiting: 0 } },
      documents: { broken: 0 },
      monthsAhead: 3,
    },
  });
  expect(body.alerts.map((alert) => alert.kind)).toContain('host_down');
  expect(body.alerts[0]?.words.en.remedy).toMatch(/\w/);
});

test('alerts are a feed for the session, and by a private link that an admin makes anew', async () => {
  const feed = await get(`${path}/canh-bao.atom`, viewer);
  expect([feed.status, feed.headers.get('content-type')]).toEqual([200, 'application/atom+xml; charset=utf-8']);

  expect((await send(path, `${path}/lien-ket`, {}, viewer)).status).toBe(403);
  const linkOf = (page: string) =>
    /https:\/\/tin\.example(\/quan-tri\/suc-khoe\/[\w-]{43}\.atom)/.exec(page)?.[1] ?? '';
  const first = linkOf(await (await send(path, `${path}/lien-ket`, {}, admin)).text());
  const read = await get(first);
  const body = await read.text();
  expect(read.status).toBe(200);
  expect(body).toContain('Báo Mường Chanh');
  expect(body).toContain(`<link rel="self" type="application/atom+xml" href="https://tin.example${first}"/>`);
  expect(await (await get(path, admin)).text()).not.toContain(first.slice(-48, -5));

  const second = linkOf(await (await send(path, `${path}/lien-ket`, {}, admin)).text());
  expect([(await get(first)).status, (await get(second)).status]).toEqual([404, 200]);
  await writeSetting(db, 'alert_feed', null);
  expect((await get(second)).status).toBe(404);
  expect((await searchAudit(db, 'health feed_link', 5, null)).map((line) => line.actor)).toEqual([
    'chu-nha',
    'chu-nha',
  ]);
});

describe.skipIf(chromiumPath === '')('in a browser', () => {
  it('has nothing that axe finds fault with, and fits a phone and a desk', async () => {
    const plain = await startTestSite(db, { publicUrl: plainUrl });
    const desk = await openDeskBrowser(() => plain.url);
    const person = await signedIn(db, 'admin');
    for (const viewport of [phone, wide])
      expect(await desk.judge(person, path, viewport, 'suc-khoe')).toEqual({ status: 200, faults: [], surplus: 0 });
    expect(desk.problems).toEqual([]);
  });
});
