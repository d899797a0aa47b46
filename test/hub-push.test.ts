// What a hub's pushes are worth: trust that is earned and lost, renewals, denials, and pushes that nobody can read.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { subscribeDue } from '../src/hub/subscribe.ts';
import { readPushed } from '../src/source/pushed.ts';
import { listHubTallies } from '../src/store/push-body.ts';
import { rss } from './support/paper.ts';
import { linksTo, useSubscriber, withLinks } from './support/subscriber.ts';

const at = useSubscriber();
const { poll, follow, push, verify, sign, pushBody, subscribed } = at;

test('a push earns trust: the next poll is a day away; what the poll then finds unannounced costs it', async () => {
  await subscribed();
  const before = (await push())?.trusted;
  const body = rss([{ title: 'Được đẩy', link: 'https://bao.example/2' }]);
  await pushBody(body, { 'x-hub-signature': sign(body) });
  await readPushed(at.world.ctx);
  const trusted = (await push())?.trusted ?? 0;
  await poll();
  const backup = await sql<{ hours: number; why: string }>`
    select extract(epoch from next_fetch_at - now())::float8 / 3600 as hours, next_reason as why from source`.execute(
    at.db,
  );

  // An hour ago the hub was confirmed, half an hour ago an article appeared, and nobody told us.
  await sql`update push set verified_at = now() - interval '1 hour'`.execute(at.db);
  at.paper.reply('/rss', {
    body: withLinks(linksTo(`${at.hub.url}/hub`, `${at.paper.origin}/rss`, 'atom:link')).replace(
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
  expect(await listHubTallies(at.db, 9)).toMatchObject([{ pushes: 1, brought: 1, missed: 1 }]);
});

test('a push is no poll: what the source remembers of its last one stays as it was', async () => {
  const id = await subscribed();
  const remembered = async () =>
    (
      await sql`select etag, body_hash, item_marks, last_success_at, next_fetch_at, next_reason, failures from source where id = ${id}`.execute(
        at.db,
      )
    ).rows[0];
  const before = await remembered();
  const body = rss([{ title: 'Chỉ một mục', link: 'https://bao.example/2' }]);

  await pushBody(body, { 'x-hub-signature': sign(body) });
  await readPushed(at.world.ctx);

  expect(await remembered()).toEqual(before);
  const log = await sql<{
    outcome: string;
    created: number;
  }>`select outcome, created from poll where source_id = ${id} order by id`.execute(at.db);
  expect(log.rows).toEqual([
    { outcome: 'new', created: 1 },
    { outcome: 'pushed', created: 1 },
  ]);
});

test('a renewal keeps callback and secret, pushes go on meanwhile, and one that stalls ends the trust six hours later', async () => {
  await subscribed();
  const body = rss([{ title: 'Được đẩy', link: 'https://bao.example/2' }]);
  await pushBody(body, { 'x-hub-signature': sign(body) });
  await readPushed(at.world.ctx);
  const first = at.hub.requests.at(-1)?.body.toString();
  await sql`update push set due_at = now(), trusted_until = now() + interval '6 hours'`.execute(at.db);

  await subscribeDue(at.world.ctx);
  const stalled = await push();
  const more = rss([{ title: 'Trong lúc gia hạn', link: 'https://bao.example/4' }]);
  const answer = await pushBody(more, { 'x-hub-signature': sign(more) });
  await readPushed(at.world.ctx);
  const meanwhile = await push();
  await verify();

  expect(at.hub.requests.at(-1)?.body.toString()).toBe(first);
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
  await readPushed(at.world.ctx);
  await sql`update source set next_fetch_at = now() + interval '20 hours'`.execute(at.db);

  const answer = await verify({ 'hub.mode': 'denied', 'hub.reason': 'no more' });
  const due = await sql<{ isDue: boolean }>`select next_fetch_at <= now() as "isDue" from source`.execute(at.db);
  await poll();

  expect(answer.status).toBe(200);
  expect(await push()).toMatchObject({ state: 'denied', trusted: null });
  expect(due.rows[0]?.isDue).toBe(true);
  expect(await subscribeDue(at.world.ctx)).toEqual({ asked: 0, failed: 0 });
});

test('a hub that refuses or cannot be reached is asked again later, while polls go on', async () => {
  at.paper.reply('/rss', { body: withLinks(linksTo(`${at.hub.url}/h`, `${at.paper.origin}/rss`, 'atom:link')) });
  await follow();
  at.hub.react = () => ({ status: 500, body: 'not today' });

  const asked = await subscribeDue(at.world.ctx);
  const row = await sql<{ seconds: number; error: string }>`
    select extract(epoch from due_at - now())::int as seconds, last_error as error from push`.execute(at.db);

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
    at.db,
  );
  const due = await sql<{
    why: string;
  }>`select next_reason as why from source where id = ${id} and next_fetch_at <= now()`.execute(at.db);

  expect(waiting.rows[0]?.n).toBe(20);
  expect(due.rows).toEqual([{ why: 'push_overflow' }]);
});

test('a push that is no feed is logged and dropped, and does not hold up the next one', async () => {
  const id = await subscribed();
  const page = '<!doctype html><title>Bảo trì</title>';
  const body = rss([{ title: 'Sau đó', link: 'https://bao.example/5' }]);
  await pushBody(page, { 'x-hub-signature': sign(page), 'content-type': 'text/html' });
  await pushBody(body, { 'x-hub-signature': sign(body) });

  const read = await readPushed(at.world.ctx);
  const log = await sql<{ outcome: string; note: string | null }>`
    select outcome, note from poll where source_id = ${id} and outcome = 'failed'`.execute(at.db);

  expect(read).toMatchObject({ read: 1, failed: 1, created: 1 });
  expect(log.rows[0]?.note).toMatch(/^push: /);
  expect((await sql`select from push_body where source_id = ${id}`.execute(at.db)).rows).toEqual([]);
});

test('without a public address that the world can reach nobody is asked', async () => {
  at.paper.reply('/rss', { body: withLinks(linksTo(`${at.hub.url}/h`, `${at.paper.origin}/rss`, 'atom:link')) });
  await follow();
  const closed = { ...at.world.ctx, config: { ...at.world.ctx.config, allowPrivateNetworks: [] } };

  expect(await subscribeDue(closed)).toEqual({ asked: 0, failed: 0 });
  expect(at.hub.requests).toEqual([]);
});
