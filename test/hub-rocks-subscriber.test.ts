// The steps of websub.rocks for subscribers (its numbers stand in the names): a paper and its hub are real servers, we poll and subscribe.
import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { keepHub } from '../src/hub/keep.ts';
import { subscribeDue } from '../src/hub/subscribe.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { readPushed } from '../src/source/pushed.ts';
import type { Db } from '../src/store/db.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { listHubTallies } from '../src/store/push-body.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource, makeSourcesDue } from '../src/store/source.ts';
import { freshDatabase } from './support/database.ts';
import { type HubWorld, openHubWorld } from './support/hub.ts';
import { openPaper, type Paper, rss } from './support/paper.ts';
import { openReceiver, type Receiver } from './support/receiver.ts';

let db: Db;
let world: HubWorld;
let paper: Paper;
let hub: Receiver;

beforeAll(async () => {
  db = await freshDatabase();
  world = await openHubWorld(db);
  await ensurePartitions(db);
});

beforeEach(async () => {
  await sql`delete from source`.execute(db);
  await sql`delete from hub_tally`.execute(db);
  paper = await openPaper();
  hub = await openReceiver();
  hub.react = () => ({ status: 202 });
});

const atom = (links: string) =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:bao</id><title>Báo</title><updated>2026-11-20T02:00:00Z</updated>${links}<entry><id>urn:1</id><title>Một tin</title><link href="https://bao.example/1"/><updated>2026-11-20T02:00:00Z</updated></entry></feed>`;
const withLinks = (links: string) =>
  rss([{ title: 'Một tin', link: 'https://bao.example/1' }]).replace(
    '<channel>',
    `<channel xmlns:atom="http://www.w3.org/2005/Atom">${links}`,
  );
const linksTo = (hubUrl: string, self: string, name = 'link') =>
  `<${name} rel="hub" href="${hubUrl}"/><${name} rel="self" href="${self}"/>`;

async function poll(): Promise<void> {
  await makeSourcesDue(db);
  await sql`update host set free_at = now()`.execute(db);
  await sql`update source set next_fetch_at = now(), claimed_until = null`.execute(db);
  await ingestDue(world.ctx);
}

/** Adds the paper's feed and polls it once, so that what it offers is known. */
async function follow(path = '/rss'): Promise<number> {
  const publisher = await ensurePublisher(db, {
    slug: `bao-${paper.authority.replace(/\W/g, '-')}`,
    name: 'Báo thử',
    siteUrl: `${paper.origin}/`,
    province: null,
    rights: { show: 'full', excerptChars: 300, images: true },
  });
  await addSource(db, { publisherId: publisher.id, url: `${paper.origin}${path}`, title: null, section: null });
  await poll();
  const row = await sql<{ id: number }>`select id from source`.execute(db);
  return row.rows[0]?.id ?? 0;
}

type Push = {
  token: string;
  secret: string;
  topic_url: string;
  hub_url: string;
  state: string;
  trusted: number | null;
};

async function push(): Promise<Push | undefined> {
  const rows = await sql<Push>`
    select token, secret, topic_url, hub_url, state, extract(epoch from trusted_until - now())::int as trusted from push`.execute(
    db,
  );
  return rows.rows[0];
}

const form = () => new URLSearchParams(hub.requests.at(-1)?.body.toString());

const callbackPath = () => new URL(form().get('hub.callback') ?? 'http://x.example').pathname;

/** The hub puts its question to our callback. */
async function verify(asked: Record<string, string> = {}) {
  const query = new URLSearchParams({
    'hub.mode': form().get('hub.mode') ?? '',
    'hub.topic': form().get('hub.topic') ?? '',
    'hub.challenge': 'nonce-1',
    'hub.lease_seconds': '864000',
    ...asked,
  });
  return world.send('GET', `${callbackPath()}?${query.toString()}`);
}

const sign = (body: string, secret = form().get('hub.secret') ?? '', method = 'sha256') =>
  `${method}=${createHmac(method, secret).update(body).digest('hex')}`;

async function pushBody(body: string, headers: Record<string, string>) {
  return world.send('POST', callbackPath(), { body, headers: { 'content-type': 'application/rss+xml', ...headers } });
}

/** A paper with a hub that has confirmed our subscription. */
async function subscribed(): Promise<number> {
  paper.reply('/rss', { body: withLinks(linksTo(`${hub.url}/hub`, `${paper.origin}/rss`, 'atom:link')) });
  const id = await follow();
  await subscribeDue(world.ctx);
  await verify();
  return id;
}

const titles = async () =>
  (
    await sql<{
      title: string;
    }>`select title from entry where source_id in (select id from source) order by id`.execute(db)
  ).rows.map((row) => row.title);

test('100: discovers hub and topic in the Link headers', async () => {
  paper.reply('/rss', {
    body: withLinks(''),
    headers: { link: `<${hub.url}/h>; rel="hub", <${paper.origin}/canonical>; rel="self"` },
  });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${hub.url}/h`, topic_url: `${paper.origin}/canonical` });
});

test('102: discovers them in the links of an Atom feed', async () => {
  paper.reply('/rss', {
    body: atom(linksTo(`${hub.url}/h`, `${paper.origin}/a`)),
    headers: { 'content-type': 'application/atom+xml' },
  });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${hub.url}/h`, topic_url: `${paper.origin}/a` });
});

test('103: discovers them in the atom:links of an RSS feed', async () => {
  paper.reply('/rss', { body: withLinks(linksTo(`${hub.url}/h`, `${paper.origin}/a`, 'atom:link')) });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${hub.url}/h`, topic_url: `${paper.origin}/a` });
});

test('104: Link headers win over links in the document', async () => {
  paper.reply('/rss', {
    body: withLinks(linksTo(`${hub.url}/in-body`, `${paper.origin}/in-body`, 'atom:link')),
    headers: { link: `<${hub.url}/in-header>; rel=hub, <${paper.origin}/in-header>; rel=self` },
  });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${hub.url}/in-header`, topic_url: `${paper.origin}/in-header` });
});

test('1xx: subscribes with an unguessable callback, a secret and a lease, and confirms what it asked for', async () => {
  await subscribed();
  const asked = form();
  const known = await push();

  expect(asked.get('hub.mode')).toBe('subscribe');
  expect(asked.get('hub.callback')).toBe(`${world.siteUrl}/websub/${known?.token}`);
  expect(known?.token).toMatch(/^[0-9a-f]{64}$/);
  expect(Buffer.byteLength(asked.get('hub.secret') ?? '')).toBe(64);
  expect(asked.get('hub.lease_seconds')).toBe('864000');
  expect(known).toMatchObject({ state: 'active', trusted: null });
  const confirmed = await verify();
  expect(confirmed).toMatchObject({ status: 200, body: 'nonce-1' });
  expect(confirmed.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('200: subscribes to the topic that the feed names, not to the address it was read from', async () => {
  paper.reply('/rss', { body: withLinks(linksTo(`${hub.url}/h`, `${paper.origin}/other`, 'atom:link')) });
  await follow();

  await subscribeDue(world.ctx);

  expect(form().get('hub.topic')).toBe(`${paper.origin}/other`);
});

test.each([
  [201, 302],
  [202, 301],
])('%i: a feed that redirects (%i) is subscribed to where it names itself at the end', async (_step, status) => {
  paper.reply('/rss', { status, headers: { location: '/moved' } });
  paper.reply('/moved', { body: withLinks(linksTo(`${hub.url}/h`, `${paper.origin}/moved`, 'atom:link')) });
  await follow();

  await subscribeDue(world.ctx);

  expect(form().get('hub.topic')).toBe(`${paper.origin}/moved`);
});

test.each([
  [203, 302],
  [203, 307],
  [204, 301],
  [204, 308],
])('%i: a hub that redirects (%i) is followed with the same request', async (_step, status) => {
  paper.reply('/rss', { body: withLinks(linksTo(`${hub.url}/h`, `${paper.origin}/rss`, 'atom:link')) });
  await follow();
  hub.react = (request) => (request.path === '/h' ? { status, headers: { location: '/h2' } } : { status: 202 });

  const asked = await subscribeDue(world.ctx);

  expect(asked).toEqual({ asked: 1, failed: 0 });
  expect(hub.requests.map((request) => [request.method, request.path])).toEqual([
    ['POST', '/h'],
    ['POST', '/h2'],
  ]);
  expect(hub.requests[1]?.body.toString()).toBe(hub.requests[0]?.body.toString());
});

test('205: refuses to confirm another topic, a strange token, and what it did not ask for', async () => {
  await subscribed();

  expect((await verify({ 'hub.topic': 'https://elsewhere.example/feed' })).status).toBe(404);
  expect((await verify({ 'hub.mode': 'unsubscribe' })).status).toBe(404);
  expect((await verify({ 'hub.challenge': '' })).status).toBe(404);
  expect(
    (await world.send('GET', `/websub/${'0'.repeat(64)}?hub.mode=subscribe&hub.topic=x&hub.challenge=y`)).status,
  ).toBe(410);
  expect((await world.send('GET', '/websub/short')).status).toBe(410);
  expect(await push()).toMatchObject({ state: 'active' });
});

test('300: a signed push is thanked with 2xx at once, and its items become entries', async () => {
  await subscribed();
  const body = rss([
    { title: 'Hồ Quang Cúc', link: 'https://bao.example/2', guid: 'g2' },
    { title: 'Một tin', link: 'https://bao.example/1' },
  ]);

  const answer = await pushBody(body, { 'x-hub-signature': sign(body) });
  const before = await titles();
  const read = await readPushed(world.ctx);

  expect(answer.status).toBe(202);
  expect(before).toEqual(['Một tin']);
  expect(read).toMatchObject({ read: 1, created: 1 });
  expect(await titles()).toEqual(['Một tin', 'Hồ Quang Cúc']);
  expect(await listHubTallies(db, 9)).toMatchObject([{ pushes: 1, brought: 1, missed: 0, forged: 0 }]);
});

test.each([
  ['301: a push with a wrong signature', (body: string) => ({ 'x-hub-signature': sign(body, 'guessed') })],
  [
    '301: a push signed by an unknown method',
    (body: string) => ({ 'x-hub-signature': sign(body).replace('sha256', 'md5') }),
  ],
  ['302: a push without a signature', () => ({})],
])('%s is answered like any other and ignored', async (_name, headersOf) => {
  await subscribed();
  const body = rss([{ title: 'Tin giả', link: 'https://bao.example/9' }]);

  const answer = await pushBody(body, headersOf(body));
  const read = await readPushed(world.ctx);

  expect(answer.status).toBe(202);
  expect(read.read).toBe(0);
  expect(await titles()).toEqual(['Một tin']);
  expect(await listHubTallies(db, 9)).toMatchObject([{ pushes: 0, forged: 1 }]);
});

test('1xx: leaves the hub when the source is paused, and comes back when it is resumed', async () => {
  await subscribed();
  await sql`update source set is_paused = true`.execute(db);
  await keepHub(world.ctx);

  await subscribeDue(world.ctx);
  const asked = form().get('hub.mode');
  const confirmed = await verify({ 'hub.challenge': 'leaving' });
  const body = rss([{ title: 'Muộn', link: 'https://bao.example/3' }]);
  const late = await world.send('POST', callbackPath(), {
    body,
    headers: { 'x-hub-signature': sign(body, (await push())?.secret) },
  });
  const left = await push();
  await sql`update source set is_paused = false`.execute(db);
  await keepHub(world.ctx);
  await subscribeDue(world.ctx);

  expect(asked).toBe('unsubscribe');
  expect(confirmed).toMatchObject({ status: 200, body: 'leaving' });
  expect(left?.state).toBe('off');
  expect(late.status).toBe(410);
  expect(form().get('hub.mode')).toBe('subscribe');
});

test('a push earns trust: the next poll is a day away; what the poll then finds unannounced costs it', async () => {
  await subscribed();
  const before = (await push())?.trusted;
  const body = rss([{ title: 'Được đẩy', link: 'https://bao.example/2' }]);
  await pushBody(body, { 'x-hub-signature': sign(body) });
  await readPushed(world.ctx);
  const trusted = (await push())?.trusted ?? 0;
  await poll();
  const backup = await sql<{ hours: number; why: string }>`
    select extract(epoch from next_fetch_at - now())::float8 / 3600 as hours, next_reason as why from source`.execute(
    db,
  );

  // An hour ago the hub was confirmed, half an hour ago an article appeared, and nobody told us.
  await sql`update push set verified_at = now() - interval '1 hour'`.execute(db);
  paper.reply('/rss', {
    body: withLinks(linksTo(`${hub.url}/hub`, `${paper.origin}/rss`, 'atom:link')).replace(
      '<item>',
      `<item><title>Bị bỏ sót</title><link>https://bao.example/7</link><pubDate>${new Date(Date.now() - 1_800_000).toUTCString()}</pubDate></item><item><title>Vừa đăng</title><link>https://bao.example/8</link><pubDate>${new Date().toUTCString()}</pubDate></item><item>`,
    ),
  });
  await poll();

  expect(before).toBe(null);
  // Three quarters of ten days, and six hours more for a renewal that stalls.
  expect(trusted / 86_400).toBeCloseTo(7.75, 1);
  expect(backup.rows[0]).toMatchObject({ why: 'websub_backup' });
  expect(backup.rows[0]?.hours).toBeGreaterThan(20);
  expect((await push())?.trusted).toBe(null);
  expect(await listHubTallies(db, 9)).toMatchObject([{ pushes: 1, brought: 1, missed: 1 }]);
});

test('a push is no poll: what the source remembers of its last one stays as it was', async () => {
  const id = await subscribed();
  const remembered = async () =>
    (
      await sql`select etag, body_hash, item_marks, last_success_at, next_fetch_at, next_reason, failures from source where id = ${id}`.execute(
        db,
      )
    ).rows[0];
  const before = await remembered();
  const body = rss([{ title: 'Chỉ một mục', link: 'https://bao.example/2' }]);

  await pushBody(body, { 'x-hub-signature': sign(body) });
  await readPushed(world.ctx);

  expect(await remembered()).toEqual(before);
  const log = await sql<{
    outcome: string;
    created: number;
  }>`select outcome, created from poll where source_id = ${id} order by id`.execute(db);
  expect(log.rows).toEqual([
    { outcome: 'new', created: 1 },
    { outcome: 'pushed', created: 1 },
  ]);
});

test('a renewal keeps callback and secret, pushes go on meanwhile, and one that stalls ends the trust six hours later', async () => {
  await subscribed();
  const body = rss([{ title: 'Được đẩy', link: 'https://bao.example/2' }]);
  await pushBody(body, { 'x-hub-signature': sign(body) });
  await readPushed(world.ctx);
  const first = hub.requests.at(-1)?.body.toString();
  await sql`update push set due_at = now(), trusted_until = now() + interval '6 hours'`.execute(db);

  await subscribeDue(world.ctx);
  const stalled = await push();
  const more = rss([{ title: 'Trong lúc gia hạn', link: 'https://bao.example/4' }]);
  const answer = await pushBody(more, { 'x-hub-signature': sign(more) });
  await readPushed(world.ctx);
  const meanwhile = await push();
  await verify();

  expect(hub.requests.at(-1)?.body.toString()).toBe(first);
  expect(stalled).toMatchObject({ state: 'renewing' });
  expect(answer.status).toBe(202);
  // A push does not make up for a renewal that is overdue.
  expect(meanwhile?.trusted).toBeLessThanOrEqual(6 * 3_600);
  expect(await push()).toMatchObject({ state: 'active' });
  expect((await push())?.trusted).toBeGreaterThan(7 * 86_400);
});

test('a denial ends it: the source is polled as any other and the hub is not asked again at once', async () => {
  await subscribed();
  const body = rss([{ title: 'Được đẩy', link: 'https://bao.example/2' }]);
  await pushBody(body, { 'x-hub-signature': sign(body) });
  await readPushed(world.ctx);
  await sql`update source set next_fetch_at = now() + interval '20 hours'`.execute(db);

  const answer = await verify({ 'hub.mode': 'denied', 'hub.reason': 'no more' });
  const due = await sql<{ isDue: boolean }>`select next_fetch_at <= now() as "isDue" from source`.execute(db);
  await poll();

  expect(answer.status).toBe(200);
  expect(await push()).toMatchObject({ state: 'denied', trusted: null });
  expect(due.rows[0]?.isDue).toBe(true);
  expect(await subscribeDue(world.ctx)).toEqual({ asked: 0, failed: 0 });
});

test('a hub that refuses or cannot be reached is asked again later, while polls go on', async () => {
  paper.reply('/rss', { body: withLinks(linksTo(`${hub.url}/h`, `${paper.origin}/rss`, 'atom:link')) });
  await follow();
  hub.react = () => ({ status: 500, body: 'not today' });

  const asked = await subscribeDue(world.ctx);
  const row = await sql<{ seconds: number; error: string }>`
    select extract(epoch from due_at - now())::int as seconds, last_error as error from push`.execute(db);

  expect(asked).toEqual({ asked: 0, failed: 1 });
  expect(row.rows[0]?.seconds).toBeGreaterThan(290);
  expect(row.rows[0]?.error).toContain('500 not today');
});

test('pushes that nobody reads in time are bounded, and the source is polled instead', async () => {
  const id = await subscribed();
  for (let count = 0; count < 21; count++) {
    const body = rss([{ title: `Tin ${count}`, link: `https://bao.example/n${count}` }]);
    await pushBody(body, { 'x-hub-signature': sign(body) });
  }
  const waiting = await sql<{ n: number }>`select count(*)::int as n from push_body where source_id = ${id}`.execute(
    db,
  );
  const due = await sql<{
    why: string;
  }>`select next_reason as why from source where id = ${id} and next_fetch_at <= now()`.execute(db);

  expect(waiting.rows[0]?.n).toBe(20);
  expect(due.rows).toEqual([{ why: 'push_overflow' }]);
});

test('a push that is no feed is logged and dropped, and does not hold up the next one', async () => {
  const id = await subscribed();
  const page = '<!doctype html><title>Bảo trì</title>';
  const body = rss([{ title: 'Sau đó', link: 'https://bao.example/5' }]);
  await pushBody(page, { 'x-hub-signature': sign(page), 'content-type': 'text/html' });
  await pushBody(body, { 'x-hub-signature': sign(body) });

  const read = await readPushed(world.ctx);
  const log = await sql<{ outcome: string; note: string | null }>`
    select outcome, note from poll where source_id = ${id} and outcome = 'failed'`.execute(db);

  expect(read).toMatchObject({ read: 1, failed: 1, created: 1 });
  expect(log.rows[0]?.note).toMatch(/^push: /);
  expect((await sql`select from push_body where source_id = ${id}`.execute(db)).rows).toEqual([]);
});

test('without a public address that the world can reach nobody is asked', async () => {
  paper.reply('/rss', { body: withLinks(linksTo(`${hub.url}/h`, `${paper.origin}/rss`, 'atom:link')) });
  await follow();
  const closed = { ...world.ctx, config: { ...world.ctx.config, allowPrivateNetworks: [] } };

  expect(await subscribeDue(closed)).toEqual({ asked: 0, failed: 0 });
  expect(hub.requests).toEqual([]);
});
