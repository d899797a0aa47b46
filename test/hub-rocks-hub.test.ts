// The steps of websub.rocks for hubs (its numbers stand in the names), with real servers: a subscriber, our site, our jobs.
import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { keepEditions } from '../src/edition/keep.ts';
import { publishDue } from '../src/edition/publish.ts';
import { deliverDue } from '../src/hub/deliver.ts';
import { keepHub } from '../src/hub/keep.ts';
import { verifyDue } from '../src/hub/verify.ts';
import type { Db } from '../src/store/db.ts';
import { countSubscriptions } from '../src/store/subscription.ts';
import { freshDatabase } from './support/database.ts';
import { type HubWorld, openHubWorld } from './support/hub.ts';
import { openReceiver, type Receiver } from './support/receiver.ts';
import { seedPublisher, seedStory } from './support/seed.ts';

let db: Db;
let world: HubWorld;
let paper: Awaited<ReturnType<typeof seedPublisher>>;

beforeAll(async () => {
  db = await freshDatabase();
  world = await openHubWorld(db);
  paper = await seedPublisher(db);
  await keepEditions(world.ctx);
  await publishStory();
});

// A story is written, and every document that somebody wants is rendered as the job would.
async function publishStory(title?: string): Promise<void> {
  await seedStory(db, paper, title === undefined ? {} : { title });
  await sql`update edition set changed_at = clock_timestamp()`.execute(db);
  await sql`update document set due_at = clock_timestamp()`.execute(db);
  await publishDue(world.ctx);
}

const topicOf = (format: string) => `${world.siteUrl}/feeds/tin-moi.${format}`;

async function subscribe(receiver: Receiver, more: Record<string, string> = {}, callback = `${receiver.url}/cb`) {
  const answer = await world.ask({
    'hub.mode': 'subscribe',
    'hub.topic': topicOf('rss'),
    'hub.callback': callback,
    ...more,
  });
  const asked = receiver.requests.length;
  const verified = await verifyDue(world.ctx);
  return { answer, verified, question: receiver.requests.slice(asked)[0] };
}

async function distribute(receiver: Receiver, title?: string) {
  const before = receiver.requests.length;
  await publishStory(title);
  await deliverDue(world.ctx);
  return receiver.requests.slice(before);
}

test('100: a subscription with mode, topic and callback alone is accepted, verified and told of the next change', async () => {
  const receiver = await openReceiver();

  const { answer, verified, question } = await subscribe(receiver);
  const [told, ...more] = await distribute(receiver);
  const topic = await world.send('GET', '/feeds/tin-moi.rss');

  expect(answer.status).toBe(202);
  expect(verified).toEqual({ subscribed: 1, left: 0, denied: 0, refused: 0, unanswered: 0 });
  expect(question?.method).toBe('GET');
  expect(Object.fromEntries(question?.query ?? [])).toEqual({
    'hub.mode': 'subscribe',
    'hub.topic': topicOf('rss'),
    'hub.challenge': expect.stringMatching(/^[\w-]{43}$/),
    'hub.lease_seconds': '864000',
  });
  expect(more).toEqual([]);
  expect(told?.method).toBe('POST');
  expect(told?.body.toString()).toBe(topic.body);
  expect(told?.headers['content-type']).toBe(topic.headers['content-type']);
  expect(told?.headers['x-hub-signature']).toBeUndefined();
  expect(told?.headers['link']).toBe(`<${topicOf('rss')}>; rel="self", <${world.siteUrl}/hub>; rel="hub"`);
  expect(topic.headers['link']).toBe(told?.headers['link']);
});

test.each(['atom', 'json'])(
  '105, 106: a topic of another kind (%s) comes whole, with its own Content-Type',
  async (format) => {
    const receiver = await openReceiver();

    await subscribe(receiver, { 'hub.topic': topicOf(format) });
    const [told] = await distribute(receiver);
    const topic = await world.send('GET', `/feeds/tin-moi.${format}`);

    expect(told?.body.toString()).toBe(topic.body);
    expect(told?.headers['content-type']).toBe(topic.headers['content-type']);
    expect(told?.headers['link']).toContain(`<${topicOf(format)}>; rel="self"`);
  },
);

test('101: a subscription with a secret is told with a valid signature, over Vietnamese letters too', async () => {
  const receiver = await openReceiver();
  const secret = 'bí mật của người đọc';

  await subscribe(receiver, { 'hub.secret': secret });
  const [told] = await distribute(receiver, 'Nhãn Sông Mã vào vụ thu hoạch');

  const expected = createHmac('sha256', secret)
    .update(told?.body ?? '')
    .digest('hex');
  expect(told?.headers['x-hub-signature']).toBe(`sha256=${expected}`);
  expect(told?.body.toString()).toContain('Nhãn Sông Mã vào vụ thu hoạch');
});

test('102: parameters that the hub does not know are ignored', async () => {
  const receiver = await openReceiver();

  const { answer, verified } = await subscribe(receiver, { foo: 'bar', 'hub.foo': 'hub.bar', 'hub.verify': 'sync' });

  expect(answer.status).toBe(202);
  expect(verified.subscribed).toBe(1);
});

test('103: asking again renews the one subscription with its new secret and lease instead of making another', async () => {
  const receiver = await openReceiver();
  const before = await countSubscriptions(db);

  await subscribe(receiver, { 'hub.secret': 'first', 'hub.lease_seconds': '600' });
  await subscribe(receiver, { 'hub.secret': 'second', 'hub.lease_seconds': '86400' });
  const told = await distribute(receiver);
  const lease = await sql<{ seconds: number }>`
    select extract(epoch from expires_at - now())::int as seconds from subscription where callback = ${`${receiver.url}/cb`}`.execute(
    db,
  );

  expect((await countSubscriptions(db)).all).toBe(before.all + 1);
  expect(told.map((request) => request.method)).toEqual(['POST']);
  expect(told[0]?.headers['x-hub-signature']).toBe(
    `sha256=${createHmac('sha256', 'second')
      .update(told[0]?.body ?? '')
      .digest('hex')}`,
  );
  expect(lease.rows[0]?.seconds).toBeGreaterThan(86_300);
});

test('104: after an unsubscription that the callback confirmed nothing is told any more', async () => {
  const receiver = await openReceiver();
  await subscribe(receiver);

  const { answer, verified, question } = await subscribe(receiver, { 'hub.mode': 'unsubscribe' });
  const told = await distribute(receiver);

  expect(answer.status).toBe(202);
  expect(verified.left).toBe(1);
  expect(question?.query.get('hub.mode')).toBe('unsubscribe');
  expect(question?.query.get('hub.challenge')).toMatch(/^[\w-]{43}$/);
  expect(told).toEqual([]);
});

describe('verification of intent', () => {
  test.each([
    ['another body', { status: 200, body: 'something else' }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }],
    ['404', { status: 404, body: '' }],
    ['an error', { status: 500, body: '' }],
  ])('fails on %s, and nothing is subscribed', async (_name, reaction) => {
    const receiver = await openReceiver();
    receiver.react = () => reaction;

    const { answer, verified } = await subscribe(receiver);

    expect(answer.status).toBe(202);
    expect(verified).toMatchObject({ subscribed: 0, refused: 1 });
    expect(await distribute(receiver)).toEqual([]);
    expect(receiver.requests.map((request) => request.path.split('?')[0])).toEqual(['/cb']);
  });

  test('a challenge is never used twice', async () => {
    const receiver = await openReceiver();

    const first = await subscribe(receiver);
    const second = await subscribe(receiver);

    expect(first.question?.query.get('hub.challenge')).not.toBe(second.question?.query.get('hub.challenge'));
  });

  test('a failed verification leaves the subscription as it was', async () => {
    const receiver = await openReceiver();
    await subscribe(receiver, { 'hub.secret': 'mine' });
    receiver.react = () => ({ status: 404 });

    await subscribe(receiver, { 'hub.secret': 'not mine' });
    await subscribe(receiver, { 'hub.mode': 'unsubscribe' });
    receiver.react = () => ({ status: 204 });
    const [told] = await distribute(receiver);

    expect(told?.headers['x-hub-signature']).toBe(
      `sha256=${createHmac('sha256', 'mine')
        .update(told?.body ?? '')
        .digest('hex')}`,
    );
  });

  test('the query of a callback stays as it is, and overlapping names are not overwritten', async () => {
    const receiver = await openReceiver();
    const callback = `${receiver.url}/cb?foo=bar&red=fi%2Fsh&hub.mode=mine`;

    const { question } = await subscribe(receiver, {}, callback);
    receiver.react = () => ({ status: 200 });
    const [told] = await distribute(receiver);

    expect(question?.path.startsWith('/cb?foo=bar&red=fi%2Fsh&hub.mode=mine&hub.mode=subscribe&')).toBe(true);
    expect(told?.path).toBe('/cb?foo=bar&red=fi%2Fsh&hub.mode=mine');
  });

  test('a callback that gives no answer is asked again, three times in all', async () => {
    const receiver = await openReceiver();
    receiver.react = () => 'drop';
    await subscribe(receiver);

    for (let round = 0; round < 4; round++) {
      await sql`update verification set due_at = now()`.execute(db);
      await verifyDue(world.ctx);
    }

    expect(receiver.requests.length).toBe(3);
    expect((await countSubscriptions(db)).unverified).toBe(0);
  });
});

test('a lease that is asked for is granted within bounds: 5 minutes to 30 days', async () => {
  const receiver = await openReceiver();

  const granted: (string | null | undefined)[] = [];
  for (const seconds of ['1', '7200', '999999999']) {
    const { question } = await subscribe(receiver, { 'hub.lease_seconds': seconds }, `${receiver.url}/${seconds}`);
    granted.push(question?.query.get('hub.lease_seconds'));
  }

  expect(granted).toEqual(['300', '7200', '2592000']);
});

test.each([
  ['no mode', { 'hub.mode': '' }, 400],
  ['an unknown mode', { 'hub.mode': 'denied' }, 400],
  ['publishing by others', { 'hub.mode': 'publish' }, 400],
  ['no callback', { 'hub.callback': '' }, 400],
  ['a callback that is no web address', { 'hub.callback': 'javascript:alert(1)' }, 400],
  ['a callback with a user name', { 'hub.callback': 'https://user:pass@reader.example/cb' }, 400],
  ['a secret of 200 bytes', { 'hub.secret': 'ă'.repeat(100) }, 400],
  ['a lease that is no number', { 'hub.lease_seconds': 'forever' }, 400],
  ['a topic of another site', { 'hub.topic': 'https://elsewhere.example/feeds/tin-moi.rss' }, 404],
  ['a page that is no feed', { 'hub.topic': 'SITE/tinh/son-la' }, 404],
  ['a feed that is not there', { 'hub.topic': 'SITE/feeds/tinh/atlantis/tin-moi.rss' }, 404],
  ['a feed with a query', { 'hub.topic': 'SITE/feeds/tin-moi.rss?x=1' }, 404],
])('a request with %s is refused at once, in words', async (_name, wrong, status) => {
  const form = {
    'hub.mode': 'subscribe',
    'hub.topic': topicOf('rss'),
    'hub.callback': 'https://reader.example/cb',
    ...wrong,
  };
  form['hub.topic'] = form['hub.topic'].replace('SITE', world.siteUrl);
  const before = await countSubscriptions(db);

  const answer = await world.ask(form);

  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.body.length).toBeGreaterThan(20);
  expect(await countSubscriptions(db)).toEqual(before);
});

test('a secret of 199 bytes and a topic with percent-encoded letters are taken', async () => {
  const receiver = await openReceiver();
  const topic = topicOf('rss').replace('tin-moi', 't%69n%2Dmoi');

  const { answer, question } = await subscribe(receiver, { 'hub.secret': 's'.repeat(199), 'hub.topic': topic });

  expect(answer.status).toBe(202);
  expect(question?.query.get('hub.topic')).toBe(topic);
});

test('only forms of a sensible size are read', async () => {
  const json = await world.send('POST', '/hub', { body: '{}', headers: { 'Content-Type': 'application/json' } });
  const long = await world.ask({ 'hub.mode': 'subscribe', padding: 'x'.repeat(20_000) });
  const page = await world.send('GET', '/hub');

  expect([json.status, long.status, page.status]).toEqual([415, 413, 200]);
});

test('when a feed is retired its subscribers are told "denied", and a new request for it as well', async () => {
  const receiver = await openReceiver();
  const id = await sql<{ id: number }>`
    insert into edition (path, title, publisher) values ('bao/cu/tin-moi', 'Tin mới báo cũ', 'cu') returning id`.execute(
    db,
  );
  const topic = `${world.siteUrl}/feeds/bao/cu/tin-moi.rss`;
  await subscribe(receiver, { 'hub.topic': topic });
  await sql`update edition set retired_at = now() where id = ${id.rows[0]?.id}`.execute(db);

  const kept = await keepHub(world.ctx);
  const verified = await verifyDue(world.ctx);
  const again = await subscribe(receiver, { 'hub.topic': topic });

  expect(kept.denied).toBe(1);
  expect(verified.denied).toBe(1);
  expect(again.verified.denied).toBe(1);
  expect(
    receiver.requests
      .slice(1)
      .map((request) => Object.fromEntries([...request.query].filter(([name]) => name !== 'hub.reason'))),
  ).toEqual([
    { 'hub.mode': 'denied', 'hub.topic': topic },
    { 'hub.mode': 'denied', 'hub.topic': topic },
  ]);
});
