import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { closeHost, forgetHosts, freeHost, hostName, takeHost } from '../src/store/host.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import {
  claimDueSources,
  finishPoll,
  moveSource,
  type PollRecord,
  secondsToRestedHost,
  type SourceOutcome,
} from '../src/store/poll.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource } from '../src/store/source.ts';
import { freshDatabase } from './support/database.ts';

const db = await freshDatabase({ max: 20 });
await ensurePartitions(db);

beforeEach(async () => {
  await sql`truncate source, publisher, poll, host restart identity cascade`.execute(db);
});

async function add(publisher: string, ...urls: string[]): Promise<number> {
  const { id } = await ensurePublisher(db, {
    slug: publisher,
    name: publisher,
    siteUrl: `https://${publisher}.example/`,
    province: null,
  });
  for (const url of urls) await addSource(db, { publisherId: id, url, title: null, section: null });
  return id;
}
const claim = (limit = 10) => claimDueSources(db, { claimant: 'test', limit, leaseSeconds: 60 });
const done: SourceOutcome = {
  nextInSeconds: 0,
  nextReason: 'rhythm',
  failures: 0,
  lastError: null,
  lastStatus: 200,
  isSuccess: true,
};
const poll: PollRecord = {
  outcome: 'new',
  tookMs: 12,
  status: 200,
  bytes: 10,
  items: 1,
  created: 1,
  changed: 0,
  note: null,
};
const rested = async () => await sql`update host set free_at = now() - interval '1 second'`.execute(db);

test('two hosts of one publisher are not read at once', async () => {
  await add('a', 'https://a.example/1', 'https://b.example/1');
  await add('c', 'https://c.example/1');
  const first = await claim();
  expect(first).toHaveLength(2);
  expect(new Set(first.map((source) => source.publisherId)).size).toBe(2);
  expect(await claim()).toEqual([]);
});

test('www. and the bare name are one host', async () => {
  await add('a', 'https://www.bao.example/1');
  await add('b', 'https://bao.example/2');
  expect(await claim()).toHaveLength(1);
  expect(hostName('https://www.bao.example:8443/x')).toBe('bao.example:8443');
});

test('a host rests after a poll for as long as asked, and says when it is rested', async () => {
  await add('a', 'https://a.example/1', 'https://a.example/2');
  const [source] = await claim();
  if (!source) throw new Error('nothing claimed');
  await finishPoll(db, source, { ...done, nextInSeconds: 900 }, poll, 5_000);
  expect(await claim()).toEqual([]);
  const seconds = (await secondsToRestedHost(db)) ?? 0;
  expect(seconds).toBeGreaterThan(3);
  expect(seconds).toBeLessThanOrEqual(5);
  await rested();
  expect(await claim()).toHaveLength(1);
});

test('without spacing no host row is written', async () => {
  await add('a', 'https://a.example/1');
  const [source] = await claim();
  if (!source) throw new Error('nothing claimed');
  await finishPoll(db, source, done, poll, 0);
  expect(await db.selectFrom('host').selectAll().execute()).toEqual([]);
});

test('a closed host puts off all its sources, a pause after a poll does not shorten it', async () => {
  await add('a', 'https://a.example/1', 'https://a.example/2', 'https://b.example/1');
  const [source] = await claim(1);
  if (!source) throw new Error('nothing claimed');
  await finishPoll(db, source, { ...done, nextInSeconds: 3_600 }, poll, 5_000);
  await closeHost(db, 'a.example', 3_600);
  await finishPoll(db, source, { ...done, nextInSeconds: 3_600 }, poll, 5_000);
  const rows = await sql<{ url: string; reason: string; wait: number }>`
    select url, next_reason as reason, extract(epoch from next_fetch_at - now())::float8 as wait from source where host = 'a.example' order by id`.execute(
    db,
  );
  expect(rows.rows.every((row) => row.wait > 3_590 && row.wait < 3_700)).toBe(true);
  expect((await claim()).map((one) => one.url)).toEqual(['https://b.example/1']);
  const host = await sql<{
    why: string;
    wait: number;
  }>`select why, extract(epoch from free_at - now())::float8 as wait from host where name = 'a.example'`.execute(db);
  expect(host.rows[0]?.why).toBe('retry_after');
  expect(host.rows[0]?.wait).toBeGreaterThan(3_590);
  expect(await secondsToRestedHost(db)).toBeNull();
});

test("a page's turn and a poll never meet at a host or a publisher", async () => {
  const publisherId = await add('a', 'https://a.example/1');
  const turn = { host: 'a.example', publisherId, leaseSeconds: 60 };
  expect(await takeHost(db, turn)).toEqual({ isTaken: true });
  expect(await takeHost(db, turn)).toMatchObject({ isTaken: false, why: 'busy' });
  expect(await takeHost(db, { ...turn, host: 'cdn.example' })).toMatchObject({ isTaken: false, why: 'busy' });
  expect(await claim()).toEqual([]);
  await freeHost(db, 'a.example', 5_000, Number.POSITIVE_INFINITY);
  expect(await takeHost(db, turn)).toMatchObject({ isTaken: false, why: 'spacing' });
  await rested();
  expect(await claim()).toHaveLength(1);
  expect(await takeHost(db, turn)).toMatchObject({ isTaken: false, why: 'busy' });
});

test('sixteen claimants of polls and pages together never meet at a host', async () => {
  for (const name of ['a', 'b', 'c']) await add(name, ...[1, 2, 3, 4].map((n) => `https://${name}.example/${n}`));
  const live = new Map<string, number>();
  let most = 0;
  let polls = 0;
  const enter = (host: string) => {
    live.set(host, (live.get(host) ?? 0) + 1);
    most = Math.max(most, live.get(host) ?? 0);
  };
  const leave = (host: string) => live.set(host, (live.get(host) ?? 0) - 1);
  await Promise.all(
    Array.from({ length: 16 }, async (_, worker) => {
      for (let turn = 0; turn < 25; turn++) {
        const host = `${['a', 'b', 'c'][(worker + turn) % 3] ?? 'a'}.example`;
        if (worker % 2 === 0 && (await takeHost(db, { host, publisherId: null, leaseSeconds: 60 })).isTaken) {
          enter(host);
          await sql`select pg_sleep(0.002)`.execute(db);
          leave(host);
          await freeHost(db, host, 0, Number.POSITIVE_INFINITY);
        }
        for (const source of await claimDueSources(db, { claimant: `w${worker}`, limit: 2, leaseSeconds: 60 })) {
          enter(source.host);
          await sql`select pg_sleep(0.002)`.execute(db);
          leave(source.host);
          polls++;
          await finishPoll(db, source, { ...done, nextInSeconds: 900 }, poll, 1);
        }
      }
    }),
  );
  expect(most).toBe(1);
  expect(polls).toBe(12);
});

test('what a poll learnt comes back with the next claim; a failure is dated at its first', async () => {
  await add('a', 'https://a.example/1');
  const [source] = await claim();
  if (!source) throw new Error('nothing claimed');
  const newestAt = new Date('2026-11-22T05:00:00Z');
  await finishPoll(
    db,
    source,
    {
      ...done,
      turnoverSeconds: 3_600,
      newestAt,
      overlap: 0.5,
      hints: { ttl: 60 },
      isFull: true,
      movedTo: 'https://x.example/',
      movedSince: newestAt,
      blockedBy: null,
      validatorUrl: 'https://y.example/',
    },
    poll,
    0,
  );
  const [again] = await claim();
  expect(again).toMatchObject({
    turnoverSeconds: 3_600,
    newestAt,
    hints: { ttl: 60 },
    movedTo: 'https://x.example/',
    movedSince: newestAt,
    validatorUrl: 'https://y.example/',
    agreedMinutes: null,
    pushedUntil: null,
    pushedSince: null,
    kind: 'syndication',
  });
  expect(again?.fullAt).toBeInstanceOf(Date);
  const failed = { ...done, isSuccess: false, failures: 1 };
  await finishPoll(db, source, failed, poll, 0);
  await sql`update source set failing_since = now() - interval '1 hour'`.execute(db);
  await finishPoll(db, source, { ...failed, failures: 2 }, poll, 0);
  const since = await sql<{
    hours: number;
  }>`select extract(epoch from now() - failing_since)::float8 / 3600 as hours from source`.execute(db);
  expect(since.rows[0]?.hours).toBeGreaterThan(0.9);
  await finishPoll(db, source, done, poll, 0);
  expect((await sql`select failing_since from source`.execute(db)).rows).toEqual([{ failing_since: null }]);
});

test('a source moves to its new address unless another source is there already', async () => {
  await add('a', 'https://a.example/1', 'https://a.example/2');
  expect(await moveSource(db, 1, 'https://moi.example/1', 'moi.example')).toBe(true);
  expect(await moveSource(db, 2, 'https://moi.example/1', 'moi.example')).toBe(false);
});

test('hosts at which nothing happened for a day are forgotten', async () => {
  await closeHost(db, 'a.example', 60);
  expect(await forgetHosts(db)).toBe(0);
  await sql`update host set free_at = now() - interval '2 days'`.execute(db);
  expect(await forgetHosts(db)).toBe(1);
});
