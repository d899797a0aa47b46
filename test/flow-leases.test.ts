// Readers that die, dawdle or cannot write: what becomes of the sources in their hands.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { takeTurn } from '../src/source/host-turn.ts';
import { claimDuePages, extendPages } from '../src/store/article.ts';
import { claimDueSources } from '../src/store/poll.ts';
import { article, articles, ctx, db, entries, lastPoll, paper, subscribe } from './support/polling.ts';
import { rss } from './support/paper.ts';
import { openRawServer } from './support/raw-server.ts';
import { until } from './support/wait.ts';

const lease = async () => {
  const found = await sql<{ seconds: number | null }>`
    select extract(epoch from claimed_until - now())::float8 as seconds from source where claimed_until is not null`.execute(
    db,
  );
  return found.rows[0]?.seconds ?? null;
};

// A paper that answers when the test says so.
async function subscribeToSlow() {
  const server = await openRawServer();
  let answer = () => {};
  server.reply('/cham', (socket) => {
    const body = rss(articles(1, 2));
    answer = () =>
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
  });
  await subscribe('/cham');
  await sql`update source set url = ${`${server.origin}/cham`}, host = ${server.authority}`.execute(db);
  return { asked: () => until(() => server.requests.length > 0), answer: () => answer() };
}

const slowCtx = {
  ...ctx,
  http: createHttp({ userAgent: 'test/1', guard: createGuard({ allowNetworks: ['127.0.0.0/8'] }) }),
};

test('a killed reader holds its sources up for half a minute at most', async () => {
  const slow = await subscribeToSlow();
  const reading = ingestDue(slowCtx);
  await slow.asked();
  expect(await lease()).toBeLessThanOrEqual(30);
  slow.answer();
  expect(await reading).toMatchObject({ polls: 1, created: 2 });
});

test('a reader that waits for a slow paper keeps its source beyond the lease', async () => {
  const slow = await subscribeToSlow();
  const reading = ingestDue(slowCtx, { leaseSeconds: 0.6 });
  await slow.asked();
  const claimedAt = performance.now();
  while (performance.now() - claimedAt < 1_500) {
    expect(await claimDueSources(db, { claimant: 'another', limit: 8, leaseSeconds: 30 })).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  slow.answer();
  expect(await reading).toMatchObject({ polls: 1, created: 2 });
  expect(await lease()).toBeNull();
});

test('what this process claimed and does not hold is read at its next run, not when the lease ends', async () => {
  await subscribe('/quen');
  paper.reply('/quen', { body: rss([article(1)]) });
  const claim = { claimant: 'we', limit: 8, leaseSeconds: 30 };
  expect(await claimDueSources(db, claim)).toHaveLength(1);
  // A claim of this moment may be on its way to another run.
  expect(await ingestDue(ctx, { claimant: 'we' })).toMatchObject({ polls: 0 });
  await sql`update source set last_attempt_at = last_attempt_at - interval '2 seconds'`.execute(db);
  expect(await ingestDue(ctx, { claimant: 'another' })).toMatchObject({ polls: 0 });
  expect(await ingestDue(ctx, { claimant: 'we' })).toMatchObject({ polls: 1, created: 1 });
});

test('what another run of this process holds is not given back', async () => {
  const slow = await subscribeToSlow();
  const reading = ingestDue(slowCtx, { claimant: 'we' });
  await slow.asked();
  await sql`update source set last_attempt_at = last_attempt_at - interval '2 seconds'`.execute(db);
  expect(await ingestDue(slowCtx, { claimant: 'we' })).toMatchObject({ polls: 0 });
  slow.answer();
  expect(await reading).toMatchObject({ polls: 1, created: 2 });
});

test('a full disk under PostgreSQL is no failure of the paper: it is due again at once, and nothing is lost', async () => {
  await subscribe('/day');
  paper.reply('/day', { body: rss([article(1), article(2)]) });
  await sql`create function full_disk() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = '53100'; end $$`.execute(db);
  await sql`create trigger full_disk before insert on entry_key for each row execute function full_disk()`.execute(db);
  await expect(ingestDue(ctx)).rejects.toThrow('could not extend file');
  const kept = await db
    .selectFrom('source')
    .select(['failures', 'last_error', 'claimed_until'])
    .where('next_fetch_at', '<=', sql<Date>`now()`)
    .execute();
  expect(kept).toEqual([{ failures: 0, last_error: null, claimed_until: null }]);
  await sql`drop trigger full_disk on entry_key`.execute(db);
  await sql`drop function full_disk()`.execute(db);
  expect(await ingestDue(ctx)).toMatchObject({ polls: 1, created: 2, failed: 0 });
  expect([await entries(), (await lastPoll())?.outcome]).toEqual([2, 'new']);
});

test('a turn at a host is held for as long as its work takes, and for half a minute at most when its process dies', async () => {
  const wanted = { host: 'bao.example', publisherId: null };
  const turn = await takeTurn(db, wanted, 0.6);
  if (!turn.isTaken) throw new Error(turn.why);
  const takenAt = performance.now();
  while (performance.now() - takenAt < 1_500) {
    expect(await takeTurn(db, wanted)).toMatchObject({ isTaken: false, why: 'busy' });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await turn.end(0);
  expect(await takeTurn(db, wanted)).toMatchObject({ isTaken: true });
  const left = await sql<{ seconds: number }>`
    select extract(epoch from busy_until - now())::float8 as seconds from host where name = 'bao.example'`.execute(db);
  expect(left.rows[0]?.seconds).toBeLessThanOrEqual(30);
});

test('the page of an article is claimed for half a minute, longer while it is read', async () => {
  await subscribe('/bai');
  await sql`insert into article_due (publisher_id, key, source_id, url, host, why, seed, is_first)
    select publisher_id, 'k', id, url, host, 'lacking', '{}', true from source`.execute(db);
  const [page] = await claimDuePages(db, { limit: 8, leaseSeconds: 0.3 });
  if (page === undefined) throw new Error('nothing was claimed');
  const again = () => claimDuePages(db, { limit: 8, leaseSeconds: 0.3 });
  await extendPages(db, [page], 30);
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect(await again()).toEqual([]);
  await sql`update article_due set claimed_until = now() - interval '1 second'`.execute(db);
  await extendPages(db, [page], 30);
  expect(await again()).toHaveLength(1);
});
