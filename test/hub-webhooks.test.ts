// Webhooks from end to end: stories change, a real receiver is told; it fails, hangs, comes back, and nothing is lost or out of order.
import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { tellPartners } from '../jobs/tell.ts';
import { noAgreement } from '../src/store/agreement.ts';
import type { Db } from '../src/store/db.ts';
import { asStoryWriter } from '../src/store/story-writer.ts';
import { insertStoryEvents } from '../src/store/story-event.ts';
import type { WebhookKind } from '../src/store/webhook.ts';
import { addWebhook, enableWebhook, listWebhooks } from '../src/store/webhook.ts';
import { listEvents, replayEvents } from '../src/store/webhook-event.ts';
import { freshDatabase } from './support/database.ts';
import { type HubWorld, openHubWorld } from './support/hub.ts';
import { openReceiver, type Received, type Receiver } from './support/receiver.ts';
import { seedEdition, seedPublisher, seedStory } from './support/seed.ts';

const secret = 'whsec_bMOgIGtob8OhIHRo4butIG5naGnhu4dtIGNobyB3ZWJob29r';
const everyKind: WebhookKind[] = ['story.published', 'story.updated', 'story.corrected', 'story.withdrawn'];

let db: Db;
let world: HubWorld;
let paper: Awaited<ReturnType<typeof seedPublisher>>;

beforeAll(async () => {
  db = await freshDatabase();
  world = await openHubWorld(db, { publicUrl: 'https://tin.example' });
  paper = await seedPublisher(db, { name: 'Báo Sơn La', province: '14' });
});

beforeEach(async () => {
  await sql`delete from webhook`.execute(db);
});

async function listen(receiver: Receiver, more: Partial<Parameters<typeof addWebhook>[1]> = {}): Promise<number> {
  return addWebhook(db, {
    partnerId: null,
    name: 'thử',
    url: `${receiver.url}/hook`,
    secret,
    kinds: everyKind,
    editionId: null,
    show: 'full',
    images: true,
    ...more,
  });
}

async function change(id: number, set: { title?: string; status?: string; mergedInto?: number }): Promise<void> {
  await asStoryWriter(db, async (trx) => {
    await sql`update story set title = coalesce(${set.title ?? null}, title), status = coalesce(${set.status ?? null}, status),
      merged_into = ${set.mergedInto ?? null}, changed_at = clock_timestamp(), change_id = nextval('story_change') where id = ${id}`.execute(
      trx,
    );
  });
}

// The pause is over: what waits for another attempt, and endpoints that rest, are due now.
async function passTime(): Promise<void> {
  await sql`update webhook_event set due_at = now() where state = 'waiting'`.execute(db);
  await sql`update webhook set retry_at = null`.execute(db);
}

type Message = {
  type: string;
  id: string;
  timestamp: string;
  data: { number: number; title?: string; status: string; [field: string]: unknown };
};
const read = (request: Received | undefined) => JSON.parse(request?.body.toString() ?? 'null') as Message;
const told = (receiver: Receiver) =>
  receiver.requests.map((request) => [read(request).type, read(request).data.number]);

test('a new story is published, a change updates it, a correction corrects it, a withdrawal withdraws it', async () => {
  const receiver = await openReceiver();
  await listen(receiver);
  const story = await seedStory(db, paper, { title: 'Cà phê Mai Sơn được mùa', url: 'https://baosonla.example/1' });

  await tellPartners(world.ctx);
  await change(story.id, { title: 'Cà phê Mai Sơn được mùa, được giá' });
  await tellPartners(world.ctx);
  await asStoryWriter(db, async (trx) =>
    insertStoryEvents(trx, [{ kind: 'correct', storyId: story.id, actor: 'biên tập', reason: 'sai số liệu' }]),
  );
  await change(story.id, {});
  await tellPartners(world.ctx);
  await change(story.id, { status: 'withdrawn' });
  await tellPartners(world.ctx);

  expect(told(receiver)).toEqual([
    ['story.published', story.id],
    ['story.updated', story.id],
    ['story.corrected', story.id],
    ['story.withdrawn', story.id],
  ]);
  expect(read(receiver.requests[1]).data).toMatchObject({
    id: `urn:uuid:${story.uid}`,
    status: 'live',
    title: 'Cà phê Mai Sơn được mùa, được giá',
    url: `https://tin.example/tin/${story.id}-ca-phe-mai-son-duoc-mua-duoc-gia`,
    source: { name: 'Báo Sơn La', url: 'https://baosonla.example/1' },
  });
  expect(read(receiver.requests[3]).data).toEqual({
    id: `urn:uuid:${story.uid}`,
    number: story.id,
    status: 'withdrawn',
    reason: 'withdrawn',
    merged_into: null,
  });
});

test('a message is signed over its id, its time and its bytes, as the Standard Webhooks specification says', async () => {
  const receiver = await openReceiver();
  await listen(receiver);
  await seedStory(db, paper, { title: 'Mận hậu “đỏ” & ngọt' });

  await tellPartners(world.ctx);

  const [request] = receiver.requests;
  const id = request?.headers['webhook-id'];
  const timestamp = request?.headers['webhook-timestamp'];
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const mac = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.${request?.body.toString()}`)
    .digest('base64');
  expect(request?.headers['webhook-signature']).toBe(`v1,${mac}`);
  expect(request?.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(10);
  expect(read(request).id).toBe(id);
});

test('a receiver that fails, hangs and recovers is told everything, each story in order, under the same ids', {
  timeout: 60_000,
}, async () => {
  const receiver = await openReceiver();
  const id = await listen(receiver);
  const [first, second] = [await seedStory(db, paper), await seedStory(db, paper)];
  receiver.react = () => ({ status: 500 });
  await tellPartners(world.ctx);
  await change(first.id, {});
  await change(second.id, {});
  receiver.react = () => 'drop';
  await passTime();
  await tellPartners(world.ctx);
  await change(first.id, { status: 'withdrawn' });
  const attempts = receiver.requests.length;
  const failedIds = receiver.requests.map((request) => request.headers['webhook-id']);

  receiver.react = () => ({ status: 200 });
  receiver.requests.length = 0;
  await passTime();
  await tellPartners(world.ctx);
  await passTime();
  await tellPartners(world.ctx);

  // Both "published" were tried twice; what came after them for the same story waited.
  expect(attempts).toBe(4);
  const numbersOf = (story: { id: number }) =>
    told(receiver)
      .filter(([, number]) => number === story.id)
      .map(([type]) => type);
  // Its first words were withdrawn before they could be told: they never are.
  expect(numbersOf(first)).toEqual(['story.withdrawn']);
  expect(numbersOf(second)).toEqual(['story.published', 'story.updated']);
  expect(failedIds).toContain(
    receiver.requests.find((request) => read(request).data.number === second.id)?.headers['webhook-id'],
  );
  const log = await listEvents(db, id, { limit: 10 });
  expect(log.map((event) => event.state).sort()).toEqual([
    'delivered',
    'delivered',
    'delivered',
    'overtaken',
    'overtaken',
  ]);
  expect((await listWebhooks(db, 10))[0]).toMatchObject({
    failures: 0,
    failingSince: null,
    lastError: null,
    waiting: 0,
  });
});

test('a receiver that does not answer in time counts as failed, and others do not wait for it', {
  timeout: 60_000,
}, async () => {
  const [slow, well] = [await openReceiver(), await openReceiver()];
  slow.react = () => 'hang';
  await listen(slow);
  await listen(well);
  await seedStory(db, paper);
  let toldAt = 0;
  well.react = () => {
    toldAt = performance.now();
    return { status: 200 };
  };

  const startedAt = performance.now();
  const done = await tellPartners(world.ctx);

  expect(done).toMatchObject({ delivered: 1, failed: 1 });
  expect(toldAt - startedAt).toBeLessThan(5_000);
});

test('after five failures in a row an endpoint rests and is then asked with one event at a time', async () => {
  const receiver = await openReceiver();
  await listen(receiver);
  for (let count = 0; count < 12; count++) await seedStory(db, paper);
  receiver.react = () => ({ status: 503 });
  await tellPartners(world.ctx);
  const before = receiver.requests.length;
  const resting = await tellPartners(world.ctx);

  await sql`update webhook set retry_at = null`.execute(db);
  await sql`update webhook_event set due_at = now()`.execute(db);
  await tellPartners(world.ctx);

  expect(before).toBeGreaterThanOrEqual(5);
  expect(before).toBeLessThanOrEqual(12);
  expect(resting).toMatchObject({ delivered: 0, failed: 0 });
  expect(receiver.requests.length).toBe(before + 1);
});

test('an event is given up after three days, an endpoint that failed as long is disabled, and enabling tells what waited', async () => {
  const receiver = await openReceiver();
  const id = await listen(receiver);
  await seedStory(db, paper);
  receiver.react = () => ({ status: 500 });
  await tellPartners(world.ctx);
  await sql`update webhook_event set waiting_since = now() - interval '73 hours'`.execute(db);
  await sql`update webhook set failing_since = now() - interval '73 hours', failures = 20`.execute(db);
  await seedStory(db, paper);
  await passTime();

  const done = await tellPartners(world.ctx);
  const [disabled] = await listWebhooks(db, 1);
  await passTime();
  const silent = await tellPartners(world.ctx);
  receiver.react = () => ({ status: 200 });
  await enableWebhook(db, id);
  const again = await tellPartners(world.ctx);
  const states = (await listEvents(db, id, { limit: 9 })).map((event) => event.state);

  expect(done.disabled).toBe(1);
  expect(disabled?.disabledReason).toContain('3 days');
  expect(silent).toMatchObject({ delivered: 0, failed: 0 });
  expect(again.delivered).toBe(1);
  expect(states).toEqual(['delivered', 'given_up']);
});

test('410 disables an endpoint at once', async () => {
  const receiver = await openReceiver();
  await listen(receiver);
  receiver.react = () => ({ status: 410 });
  await seedStory(db, paper);

  await tellPartners(world.ctx);

  expect((await listWebhooks(db, 1))[0]?.disabledReason).toContain('410');
});

test('replaying tells events once more under their old ids, one or all since a time', async () => {
  const receiver = await openReceiver();
  const id = await listen(receiver);
  await seedStory(db, paper);
  await seedStory(db, paper);
  await tellPartners(world.ctx);
  const [, older] = await listEvents(db, id, { limit: 2 });
  const ids = receiver.requests.map((request) => request.headers['webhook-id']);

  const one = await replayEvents(db, id, { uid: older?.uid ?? '' });
  await tellPartners(world.ctx);
  const all = await replayEvents(db, id, { since: new Date(0) });
  await tellPartners(world.ctx);

  expect([one, all]).toEqual([1, 2]);
  expect(
    receiver.requests
      .map((request) => request.headers['webhook-id'])
      .slice(2)
      .sort(),
  ).toEqual([...ids, older?.uid].sort());
});

test('an endpoint hears only the kinds and the edition it asked for, also of stories that only another paper puts there', async () => {
  const receiver = await openReceiver();
  const other = await seedPublisher(db, { province: '01' });
  const editionId = await seedEdition(db, { path: 'tinh/lao-cai/tin-moi', filter: { province: '15' } });
  await listen(receiver, { editionId, kinds: ['story.published', 'story.withdrawn'] });
  await seedStory(db, paper, { province: '14' });
  const inside = await seedStory(db, other, { province: '15' });
  const carried = await seedStory(db, paper, { province: '14' });
  await sql`insert into story_fit (kind, value, listed_at, story_id) values ('province', '15', now(), ${carried.id})`.execute(
    db,
  );

  await tellPartners(world.ctx);
  await change(inside.id, { title: 'Khác' });
  await sql`update story set province = '14' where id = ${inside.id}`.execute(db);
  await tellPartners(world.ctx);

  expect(told(receiver).sort()).toEqual(
    [
      ['story.published', inside.id],
      ['story.published', carried.id],
      ['story.withdrawn', inside.id],
    ].sort(),
  );
});

test('what is told never exceeds the rights of the paper, and a partner the paper excludes is told nothing', async () => {
  const receiver = await openReceiver();
  const partner = await sql<{
    id: number;
  }>`insert into partner (slug, name) values ('doi-tac', 'Đối tác') returning id`.execute(db);
  const partnerId = partner.rows[0]?.id ?? 0;
  const headlines = await seedPublisher(db, { rights: { show: 'headline', images: false } });
  const closed = await seedPublisher(db);
  await sql`update publisher set agreement = ${JSON.stringify({ ...noAgreement, partners: 'none' })}::jsonb where id = ${closed.id}`.execute(
    db,
  );
  await listen(receiver, { partnerId });
  await seedStory(db, headlines, { title: 'Chỉ đầu đề', summary: 'Sapo kín', bodyHtml: '<p>Thân bài kín</p>' });
  await seedStory(db, closed, { title: 'Không cho đối tác', bodyHtml: '<p>kín</p>' });

  await tellPartners(world.ctx);

  const bodies = receiver.requests.map((request) => request.body.toString());
  expect(bodies.length).toBe(1);
  expect(bodies[0]).toContain('Chỉ đầu đề');
  expect(bodies[0]).not.toMatch(/kín/);
});

test('a story that was merged is withdrawn with the story it lives on in; one never told is never withdrawn', async () => {
  const receiver = await openReceiver();
  const [kept, gone] = [await seedStory(db, paper), await seedStory(db, paper)];
  await listen(receiver);
  await change(kept.id, {});
  await tellPartners(world.ctx);
  await change(gone.id, { status: 'merged', mergedInto: kept.id });
  await tellPartners(world.ctx);
  const copy = await seedStory(db, paper);
  await tellPartners(world.ctx);
  await change(copy.id, { status: 'merged', mergedInto: kept.id });
  await tellPartners(world.ctx);

  expect(told(receiver)).toEqual([
    ['story.published', kept.id],
    ['story.published', copy.id],
    ['story.withdrawn', copy.id],
  ]);
  expect(read(receiver.requests[2]).data).toMatchObject({
    reason: 'merged',
    merged_into: { id: `urn:uuid:${kept.uid}`, number: kept.id, url: `https://tin.example/tin/${kept.id}` },
  });
});

test('a new endpoint hears nothing of what stood before it, and two readers at once note a change once', async () => {
  const receiver = await openReceiver();
  await seedStory(db, paper);
  await listen(receiver);
  const story = await seedStory(db, paper);

  await Promise.all([tellPartners(world.ctx), tellPartners(world.ctx), tellPartners(world.ctx)]);

  expect(told(receiver)).toEqual([['story.published', story.id]]);
});
