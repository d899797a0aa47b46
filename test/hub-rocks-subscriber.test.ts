// The steps of websub.rocks for subscribers (its numbers stand in the names): a paper and its hub are real servers, we poll and subscribe.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { keepHub } from '../src/hub/keep.ts';
import { subscribeDue } from '../src/hub/subscribe.ts';
import { readPushed } from '../src/source/pushed.ts';
import { listHubTallies } from '../src/store/push-body.ts';
import { rss } from './support/paper.ts';
import { linksTo, useSubscriber, withLinks } from './support/subscriber.ts';

const at = useSubscriber();
const { follow, push, form, callbackPath, verify, sign, pushBody, subscribed, titles } = at;

const atom = (links: string) =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:bao</id><title>Báo</title><updated>2026-11-20T02:00:00Z</updated>${links}<entry><id>urn:1</id><title>Một tin</title><link href="https://bao.example/1"/><updated>2026-11-20T02:00:00Z</updated></entry></feed>`;

test('100: discovers hub and topic in the Link headers', async () => {
  at.paper.reply('/rss', {
    body: withLinks(''),
    headers: { link: `<${at.hub.url}/h>; rel="hub", <${at.paper.origin}/canonical>; rel="self"` },
  });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${at.hub.url}/h`, topic_url: `${at.paper.origin}/canonical` });
});

test('102: discovers them in the links of an Atom feed', async () => {
  at.paper.reply('/rss', {
    body: atom(linksTo(`${at.hub.url}/h`, `${at.paper.origin}/a`)),
    headers: { 'content-type': 'application/atom+xml' },
  });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${at.hub.url}/h`, topic_url: `${at.paper.origin}/a` });
});

test('103: discovers them in the atom:links of an RSS feed', async () => {
  at.paper.reply('/rss', { body: withLinks(linksTo(`${at.hub.url}/h`, `${at.paper.origin}/a`, 'atom:link')) });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${at.hub.url}/h`, topic_url: `${at.paper.origin}/a` });
});

test('104: Link headers win over links in the document', async () => {
  at.paper.reply('/rss', {
    body: withLinks(linksTo(`${at.hub.url}/in-body`, `${at.paper.origin}/in-body`, 'atom:link')),
    headers: { link: `<${at.hub.url}/in-header>; rel=hub, <${at.paper.origin}/in-header>; rel=self` },
  });

  await follow();

  expect(await push()).toMatchObject({ hub_url: `${at.hub.url}/in-header`, topic_url: `${at.paper.origin}/in-header` });
});

test('1xx: subscribes with an unguessable callback, a secret and a lease, and confirms what it asked for', async () => {
  await subscribed();
  const asked = form();
  const known = await push();

  expect(asked.get('hub.mode')).toBe('subscribe');
  expect(asked.get('hub.callback')).toBe(`${at.world.siteUrl}/websub/${known?.token}`);
  expect(known?.token).toMatch(/^[0-9a-f]{64}$/);
  expect(Buffer.byteLength(asked.get('hub.secret') ?? '')).toBe(64);
  expect(asked.get('hub.lease_seconds')).toBe('864000');
  expect(known).toMatchObject({ state: 'active', trusted: null });
  const confirmed = await verify();
  expect(confirmed).toMatchObject({ status: 200, body: 'nonce-1' });
  expect(confirmed.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('200: subscribes to the topic that the feed names, not to the address it was read from', async () => {
  at.paper.reply('/rss', { body: withLinks(linksTo(`${at.hub.url}/h`, `${at.paper.origin}/other`, 'atom:link')) });
  await follow();

  await subscribeDue(at.world.ctx);

  expect(form().get('hub.topic')).toBe(`${at.paper.origin}/other`);
});

test.each([
  [201, 302],
  [202, 301],
])('%i: a feed that redirects (%i) is subscribed to where it names itself at the end', async (_step, status) => {
  at.paper.reply('/rss', { status, headers: { location: '/moved' } });
  at.paper.reply('/moved', { body: withLinks(linksTo(`${at.hub.url}/h`, `${at.paper.origin}/moved`, 'atom:link')) });
  await follow();

  await subscribeDue(at.world.ctx);

  expect(form().get('hub.topic')).toBe(`${at.paper.origin}/moved`);
});

test.each([
  [203, 302],
  [203, 307],
  [204, 301],
  [204, 308],
])('%i: a hub that redirects (%i) is followed with the same request', async (_step, status) => {
  at.paper.reply('/rss', { body: withLinks(linksTo(`${at.hub.url}/h`, `${at.paper.origin}/rss`, 'atom:link')) });
  await follow();
  at.hub.react = (request) => (request.path === '/h' ? { status, headers: { location: '/h2' } } : { status: 202 });

  const asked = await subscribeDue(at.world.ctx);

  expect(asked).toEqual({ asked: 1, failed: 0 });
  expect(at.hub.requests.map((request) => [request.method, request.path])).toEqual([
    ['POST', '/h'],
    ['POST', '/h2'],
  ]);
  expect(at.hub.requests[1]?.body.toString()).toBe(at.hub.requests[0]?.body.toString());
});

test('205: refuses to confirm another topic, a strange token, and what it did not ask for', async () => {
  await subscribed();

  expect((await verify({ 'hub.topic': 'https://elsewhere.example/feed' })).status).toBe(404);
  expect((await verify({ 'hub.mode': 'unsubscribe' })).status).toBe(404);
  expect((await verify({ 'hub.challenge': '' })).status).toBe(404);
  expect(
    (await at.world.send('GET', `/websub/${'0'.repeat(64)}?at.hub.mode=subscribe&at.hub.topic=x&at.hub.challenge=y`))
      .status,
  ).toBe(410);
  expect((await at.world.send('GET', '/websub/short')).status).toBe(410);
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
  const read = await readPushed(at.world.ctx);

  expect(answer.status).toBe(202);
  expect(before).toEqual(['Một tin']);
  expect(read).toMatchObject({ read: 1, created: 1 });
  expect(await titles()).toEqual(['Một tin', 'Hồ Quang Cúc']);
  expect(await listHubTallies(at.db, 9)).toMatchObject([{ pushes: 1, brought: 1, missed: 0, forged: 0 }]);
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
  const read = await readPushed(at.world.ctx);

  expect(answer.status).toBe(202);
  expect(read.read).toBe(0);
  expect(await titles()).toEqual(['Một tin']);
  expect(await listHubTallies(at.db, 9)).toMatchObject([{ pushes: 0, forged: 1 }]);
});

test('1xx: leaves the hub when the source is paused, and comes back when it is resumed', async () => {
  await subscribed();
  await sql`update source set is_paused = true`.execute(at.db);
  await keepHub(at.world.ctx);

  await subscribeDue(at.world.ctx);
  const asked = form().get('hub.mode');
  const confirmed = await verify({ 'hub.challenge': 'leaving' });
  const body = rss([{ title: 'Muộn', link: 'https://bao.example/3' }]);
  const late = await at.world.send('POST', callbackPath(), {
    body,
    headers: { 'x-hub-signature': sign(body, (await push())?.secret) },
  });
  const left = await push();
  await sql`update source set is_paused = false`.execute(at.db);
  await keepHub(at.world.ctx);
  await subscribeDue(at.world.ctx);

  expect(asked).toBe('unsubscribe');
  expect(confirmed).toMatchObject({ status: 200, body: 'leaving' });
  expect(left?.state).toBe('off');
  expect(late.status).toBe(410);
  expect(form().get('hub.mode')).toBe('subscribe');
});
