// Distribution under trouble: subscribers that fail, hang, leave or come back, and the rest that must not suffer for it.
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { keepEditions } from '../src/edition/keep.ts';
import { publishDue } from '../src/edition/publish.ts';
import { deliverDue } from '../src/hub/deliver.ts';
import { keepHub } from '../src/hub/keep.ts';
import { verifyDue } from '../src/hub/verify.ts';
import type { Db } from '../src/store/db.ts';
import { claimDeliveries, countDeliveries, dueDeliveryHosts, lineUpSubscribers } from '../src/store/delivery.ts';
import { countSubscriptions } from '../src/store/subscription.ts';
import { freshDatabase } from './support/database.ts';
import { type HubWorld, openHubWorld } from './support/hub.ts';
import { openReceiver, type Reaction, type Receiver } from './support/receiver.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { until } from './support/wait.ts';

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

beforeEach(async () => {
  await sql`delete from subscription`.execute(db);
});

async function publishStory(): Promise<void> {
  await seedStory(db, paper);
  await sql`update edition set changed_at = clock_timestamp()`.execute(db);
  await sql`update document set due_at = clock_timestamp()`.execute(db);
  await publishDue(world.ctx);
}

async function subscribe(receiver: Receiver, path = '/cb', lease = '86400'): Promise<void> {
  const { react } = receiver;
  receiver.react = (request) => ({ body: request.query.get('hub.challenge') ?? '' });
  await world.ask({
    'hub.mode': 'subscribe',
    'hub.topic': `${world.siteUrl}/feeds/tin-moi.rss`,
    'hub.callback': `${receiver.url}${path}`,
    'hub.lease_seconds': lease,
  });
  await verifyDue(world.ctx);
  receiver.react = react;
  receiver.requests.length = 0;
}

// The pause is over: what waits for another attempt is due. A second ago, as the column rounds now() up to the next millisecond half the time.
async function passTime(): Promise<void> {
  await sql`update delivery set due_at = now() - interval '1 second' where claimed_until is null`.execute(db);
}

async function document(): Promise<Buffer> {
  const found = await sql<{ body: Buffer }>`
    select d.body from document d join edition e on e.id = d.edition_id where e.path = 'tin-moi' and d.format = 'rss'`.execute(
    db,
  );
  return found.rows[0]?.body ?? Buffer.alloc(0);
}

const dues = async () =>
  (
    await sql<{ attempts: number; seconds: number }>`
      select attempts, extract(epoch from due_at - now())::int as seconds from delivery order by subscription_id`.execute(
      db,
    )
  ).rows;

test.each<[string, Reaction]>([
  ['an error', { status: 500, body: 'no' }],
  ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/cb' } }],
  ['a permanent redirect', { status: 308, headers: { location: '/other' } }],
  ['a refusal', { status: 404 }],
  ['a broken connection', 'drop'],
])(
  '%s is a failure: it is tried again later with growing pauses, and the subscription stays',
  async (_name, reaction) => {
    const receiver = await openReceiver();
    receiver.react = () => reaction;
    await subscribe(receiver);

    await publishStory();
    const first = await deliverDue(world.ctx);
    const afterFirst = await dues();
    await passTime();
    await deliverDue(world.ctx);
    const afterSecond = await dues();
    receiver.react = () => ({ status: 202 });
    await passTime();
    const last = await deliverDue(world.ctx);

    expect(first).toEqual({ told: 0, failed: 1, gone: 0 });
    expect(afterFirst[0]?.attempts).toBe(1);
    expect(afterFirst[0]?.seconds).toBeGreaterThanOrEqual(29);
    expect(afterSecond[0]?.attempts).toBe(2);
    expect(afterSecond[0]?.seconds).toBeGreaterThanOrEqual(119);
    expect(last).toEqual({ told: 1, failed: 0, gone: 0 });
    expect(receiver.requests.every((request) => request.path === '/cb')).toBe(true);
    expect(await countSubscriptions(db)).toMatchObject({ all: 1, failing: 0 });
  },
);

test('a retry carries the newest document, once, however often it changed meanwhile', async () => {
  const receiver = await openReceiver();
  receiver.react = () => ({ status: 503 });
  await subscribe(receiver);
  await publishStory();
  await deliverDue(world.ctx);

  await publishStory();
  await publishStory();
  await deliverDue(world.ctx);
  const before = receiver.requests.length;
  receiver.react = () => ({ status: 200 });
  await passTime();
  await deliverDue(world.ctx);
  const newest = await document();

  // Changes do not hasten the retry of one who fails.
  expect(before).toBe(1);
  expect(receiver.requests.length).toBe(2);
  expect(receiver.requests[1]?.body.equals(newest)).toBe(true);
  expect(await countDeliveries(db)).toMatchObject({ waiting: 0 });
});

test('who never answers holds nobody else up: a change that comes meanwhile is told within seconds', async () => {
  const silent = await openReceiver('127.0.0.2');
  silent.react = () => 'hang';
  await subscribe(silent);
  const good = await openReceiver();
  await subscribe(good);
  await publishStory();
  const stopping = new AbortController();
  const running = deliverDue({ ...world.ctx, signal: stopping.signal });
  await until(() => silent.requests.length === 1 && good.requests.length === 1);

  await publishStory();

  await until(() => good.requests.length === 2, 4_000);
  expect(silent.requests.length).toBe(1);
  stopping.abort();
  await running;
});

test('Retry-After puts the next attempt off', async () => {
  const receiver = await openReceiver();
  receiver.react = () => ({ status: 429, headers: { 'retry-after': '4000' } });
  await subscribe(receiver);
  await publishStory();

  await deliverDue(world.ctx);

  expect((await dues())[0]?.seconds).toBeGreaterThanOrEqual(3_999);
});

test('after its last attempt a distribution is given up, but the next change is told again', async () => {
  const receiver = await openReceiver();
  receiver.react = () => ({ status: 500 });
  await subscribe(receiver);
  await publishStory();
  for (let round = 0; round < 12; round++) {
    await passTime();
    await deliverDue(world.ctx);
  }
  const given = receiver.requests.length;
  const state = await countSubscriptions(db);

  receiver.react = () => ({ status: 204 });
  await publishStory();
  const told = await deliverDue(world.ctx);

  expect(given).toBe(9);
  expect(state).toMatchObject({ all: 1, failing: 1 });
  expect(told.told).toBe(1);
  expect(await countSubscriptions(db)).toMatchObject({ all: 1, failing: 0 });
});

test('410 ends a subscription, the end of its lease as well, and neither is told again', async () => {
  const gone = await openReceiver();
  gone.react = () => ({ status: 410 });
  await subscribe(gone);
  const over = await openReceiver();
  await subscribe(over);
  await sql`update subscription set expires_at = now() - interval '1 second' where callback = ${`${over.url}/cb`}`.execute(
    db,
  );

  await publishStory();
  const first = await deliverDue(world.ctx);
  const kept = await keepHub(world.ctx);
  await publishStory();
  const second = await deliverDue(world.ctx);

  expect(first).toEqual({ told: 0, failed: 0, gone: 1 });
  expect(kept.expired).toBe(1);
  expect(second).toEqual({ told: 0, failed: 0, gone: 0 });
  expect([gone.requests.length, over.requests.length]).toEqual([1, 0]);
  expect((await countSubscriptions(db)).all).toBe(0);
});

test('the answer of a callback is not read: one that never ends its body has been told', async () => {
  const receiver = await openReceiver();
  receiver.react = () => ({ status: 200, body: 'x'.repeat(3_000_000) });
  await subscribe(receiver);
  await publishStory();

  expect(await deliverDue(world.ctx)).toEqual({ told: 1, failed: 0, gone: 0 });
});

test('a change that comes while a subscriber is being told is told afterwards', async () => {
  const receiver = await openReceiver();
  await subscribe(receiver);
  let isFirst = true;
  receiver.react = async () => {
    if (isFirst) {
      isFirst = false;
      await publishStory();
      await lineUpSubscribers(db);
    }
    return { status: 200 };
  };

  await publishStory();
  const done = await deliverDue(world.ctx);
  const newest = await document();

  expect(done.told).toBe(2);
  expect(receiver.requests[1]?.body.equals(newest)).toBe(true);
  expect(receiver.requests[0]?.body.equals(newest)).toBe(false);
});

test('hosts that hang neither hold up the others nor get more than eight requests at once', {
  timeout: 60_000,
}, async () => {
  const hanging = await openReceiver('127.0.0.2');
  const well = await openReceiver('127.0.0.3');
  for (let reader = 0; reader < 30; reader++) await subscribe(hanging, `/h${reader}`);
  for (let reader = 0; reader < 30; reader++) await subscribe(well, `/w${reader}`);
  let [now, most] = [0, 0];
  hanging.react = () => {
    now += 1;
    most = Math.max(most, now);
    return 'hang';
  };
  let toldAt = 0;
  well.react = () => {
    toldAt = performance.now();
    return { status: 200 };
  };

  await publishStory();
  const startedAt = performance.now();
  const done = await deliverDue(world.ctx);

  expect(done.told).toBe(30);
  expect(toldAt - startedAt).toBeLessThan(5_000);
  expect(most).toBe(8);
  // The others of that host rest and were not tried.
  expect(done.failed).toBe(8);
  expect((await dues()).filter((due) => due.attempts === 0).length).toBe(22);
});

test('several processes that deliver at once tell every subscriber once, and keep to eight at a host together', async () => {
  const receiver = await openReceiver();
  await subscribe(receiver);
  const elsewhere = await openReceiver('127.0.0.4');
  await subscribe(elsewhere);
  let [now, most] = [0, 0];
  receiver.react = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return { status: 200 };
  };
  await sql`
    insert into subscription (edition_id, format, topic, callback, callback_key, host, expires_at)
    select edition_id, format, topic, callback || '/' || n, int4send(n), host, expires_at from subscription, generate_series(1, 300) n
    where host = ${new URL(receiver.url).host}`.execute(db);

  await publishStory();
  const done = await Promise.all([deliverDue(world.ctx), deliverDue(world.ctx), deliverDue(world.ctx)]);

  expect(done.reduce((sum, one) => sum + one.told, 0)).toBe(302);
  expect(new Set(receiver.requests.map((request) => request.path)).size).toBe(301);
  expect(receiver.requests.length).toBe(301);
  expect(elsewhere.requests.length).toBe(1);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
});

test('what a process claimed and never settled falls due again at the end of its lease', async () => {
  const receiver = await openReceiver();
  await subscribe(receiver);
  await publishStory();
  await lineUpSubscribers(db);
  const [claim] = await claimDeliveries(db, {
    limit: 10,
    perHost: 10,
    leaseSeconds: 300,
    hosts: await dueDeliveryHosts(db, []),
  });

  const early = await deliverDue(world.ctx);
  await sql`update delivery set due_at = now() - interval '1 second', claimed_until = now() - interval '1 second'`.execute(
    db,
  );
  const late = await deliverDue(world.ctx);

  expect(claim?.callback).toBe(`${receiver.url}/cb`);
  expect([early.told, late.told]).toEqual([0, 1]);
});

test('a callback in a private network is never called', async () => {
  const receiver = await openReceiver();
  const guarded = await openHubWorld(db, { networks: '', publicUrl: world.siteUrl });
  await guarded.ask({
    'hub.mode': 'subscribe',
    'hub.topic': `${world.siteUrl}/feeds/tin-moi.rss`,
    'hub.callback': `${receiver.url}/cb`,
  });

  const verified = await verifyDue(guarded.ctx);
  await sql`
    insert into subscription (edition_id, format, topic, callback, callback_key, host, expires_at)
    select id, 'rss', 'x', ${`${receiver.url}/cb`}, 'key', '127.0.0.1', now() + interval '1 day' from edition where path = 'tin-moi'`.execute(
    db,
  );
  await publishStory();
  const done = await deliverDue(guarded.ctx);

  expect(verified).toMatchObject({ subscribed: 0, unanswered: 1 });
  expect(done).toEqual({ told: 0, failed: 1, gone: 0 });
  expect(receiver.requests).toEqual([]);
  expect((await countSubscriptions(db)).unverified).toBe(0);
});

test('a document that nobody subscribed to leaves no trace, and equal bytes are told to nobody', async () => {
  await publishStory();
  const changes = await sql<{ n: number }>`select count(*)::int as n from topic_change`.execute(db);
  const receiver = await openReceiver();
  await subscribe(receiver);
  await deliverDue(world.ctx);

  await sql`update document set due_at = clock_timestamp()`.execute(db);
  await publishDue(world.ctx);
  const done = await deliverDue(world.ctx);

  expect(changes.rows[0]?.n).toBe(0);
  expect(done).toEqual({ told: 0, failed: 0, gone: 0 });
});

test('a topic with subscribers stays fresh although nobody fetches it', async () => {
  const receiver = await openReceiver();
  await subscribe(receiver);
  await sql`update document set read_at = now() - interval '20 days', due_at = null`.execute(db);

  const kept = await keepHub(world.ctx);
  const read = await sql<{ hours: number }>`
    select extract(epoch from now() - d.read_at)::int / 3600 as hours from document d join edition e on e.id = d.edition_id
    where e.path = 'tin-moi' and d.format = 'rss'`.execute(db);

  expect(kept.asked).toBe(1);
  expect(read.rows[0]?.hours).toBe(0);
});
