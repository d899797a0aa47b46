// PostgreSQL that dies, falls silent or is full, as the pool, the site and the jobs see it.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openRelay } from '../bench/faults/kit/relay.ts';
import { openSayings } from '../jobs/sayings.ts';
import type { Context } from '../src/context.ts';
import { openDb } from '../src/store/db.ts';
import { lockClaims, takeHost } from '../src/store/host.ts';
import { takeTurn } from '../src/source/host-turn.ts';
import { openPulse } from '../src/store/pulse.ts';
import { isDatabaseTrouble } from '../src/store/trouble.ts';
import { startTestSite } from './support/site.ts';
import { seedPartner } from './support/partner.ts';
import { seedDocument, seedEdition } from './support/seed.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase, freshDatabaseUrl, openTestDb } from './support/database.ts';
import { until } from './support/wait.ts';

const pace = { everyMs: 20, silentMs: 150, givenUpMs: 400 };

// A database behind a link that the test can cut or silence.
async function openLinked(wanted: Partial<typeof pace> = {}) {
  const url = new URL(await freshDatabaseUrl());
  const relay = await openRelay(Number(url.port));
  url.port = String(relay.port);
  const db = openTestDb(url.href);
  const stopping = new AbortController();
  const changes: unknown[] = [];
  const pulse = openPulse(url.href, {
    db,
    signal: stopping.signal,
    pace: { ...pace, ...wanted },
    onChange: (change) => changes.push(change.isAway ? 'away' : 'back'),
  });
  afterFile(async () => {
    stopping.abort();
    await relay.close();
    await pulse.stop();
  });
  return { db, relay, pulse, changes };
}

test('a connection that dies between two statements of a transaction ends neither the process nor the pool', async () => {
  const db = await freshDatabase({ max: 2 });
  const killed = db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    const pid = rows[0]?.pid ?? 0;
    await sql`select pg_terminate_backend(${pid})`.execute(db);
    await until(async () => {
      const left = await sql`select from pg_stat_activity where pid = ${pid}`.execute(db);
      return left.rows.length === 0;
    });
    // The farewell has been read by now: nobody asked anything when it came.
    await new Promise((resolve) => setImmediate(resolve));
    return sql`select 1`.execute(trx);
  });
  await expect(killed).rejects.toThrow(/connection|terminat/i);
  const after = await sql<{ one: number }>`select 1 as one`.execute(db);
  expect(after.rows).toEqual([{ one: 1 }]);
});

test('who is parted from PostgreSQL in the middle of a transaction keeps no lock from the others', async () => {
  const url = new URL(await freshDatabaseUrl());
  const other = openTestDb(url.href);
  const relay = await openRelay(Number(url.port));
  url.port = String(relay.port);
  const parted = openDb(url.href, { max: 1, silentTransactionMs: 300 });
  const lock = sql`select pg_advisory_xact_lock(4711)`;
  const inside = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const working = parted.transaction().execute(async (trx) => {
    await lock.execute(trx);
    relay.set('silent');
    inside.resolve();
    await leave.promise;
  });
  working.catch(() => undefined);
  await inside.promise;
  await expect(other.transaction().execute(async (trx) => (await lock.execute(trx)).rows.length)).resolves.toBe(1);
  leave.resolve();
  await relay.close();
  await expect(working).rejects.toThrow(/connection|terminat/i);
  await parted.destroy();
});

test("a claim that waits for another does so for a while only, and stands in nobody's way afterwards", async () => {
  const db = await freshDatabase({ max: 3 });
  const held = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const holding = db.transaction().execute(async (trx) => {
    await lockClaims(trx);
    // The lock is taken with the statement behind it.
    await sql`select 1`.execute(trx);
    held.resolve();
    await leave.promise;
  });
  await held.promise;
  await expect(db.transaction().execute((trx) => lockClaims(trx, 100))).rejects.toMatchObject({ code: '55P03' });
  leave.resolve();
  await holding;
  await db.transaction().execute((trx) => lockClaims(trx, 100));
});

test('a turn that ends while PostgreSQL is away is given back when it answers again', async () => {
  const { db, relay } = await openLinked();
  const wanted = { host: 'bao.example', publisherId: null };
  const turn = await takeTurn(db, wanted);
  if (!turn.isTaken) throw new Error(turn.why);
  relay.set('down');
  await expect(turn.end(0)).rejects.toThrow(/connect|ECONN|terminat/i);
  relay.set('ok');
  await until(async () => (await takeTurn(db, wanted)).isTaken);
});

test('a turn whose lease ran out while PostgreSQL was away is not taken from whoever has it now', async () => {
  const { db, relay } = await openLinked();
  const wanted = { host: 'bao.example', publisherId: null };
  const turn = await takeTurn(db, wanted, 0.5);
  if (!turn.isTaken) throw new Error(turn.why);
  relay.set('down');
  await expect(turn.end(0)).rejects.toThrow(/connect|ECONN|terminat/i);
  await new Promise((resolve) => setTimeout(resolve, 600));
  relay.set('ok');
  await until(async () => (await takeHost(db, { ...wanted, leaseSeconds: 30 })).isTaken);
  await turn.end(0);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await takeHost(db, { ...wanted, leaseSeconds: 30 })).toMatchObject({ isTaken: false, why: 'busy' });
});

test('a silent PostgreSQL is known to be away, and what waited on it is let go when it answers again', async () => {
  // Patient enough that a busy machine is not taken for a second outage.
  const silentMs = 600;
  const { db, relay, pulse, changes } = await openLinked({ silentMs });
  await sql`select 1`.execute(db);
  relay.set('silent');
  const hung = sql`select 1`.execute(db).then(
    () => 'answered',
    () => 'let go',
  );
  await until(() => pulse.isAway());
  // Given up once: from now on the old connections are not to be trusted.
  await new Promise((resolve) => setTimeout(resolve, pace.givenUpMs + silentMs));
  relay.set('ok');
  expect(await hung).toBe('let go');
  await until(() => !pulse.isAway());
  expect((await sql<{ two: number }>`select 2 as two`.execute(db)).rows).toEqual([{ two: 2 }]);
  expect(changes).toEqual(['away', 'back']);
});

test('a PostgreSQL that only answers late keeps its connections', async () => {
  const { db, relay, pulse } = await openLinked({ givenUpMs: 15_000 });
  const working = sql`select pg_sleep(0.8)`.execute(db);
  await sql`select 1`.execute(db);
  relay.set('slow', 120);
  await until(() => pulse.isAway());
  relay.set('ok');
  await until(() => !pulse.isAway());
  await expect(working).resolves.toBeDefined();
});

test('while PostgreSQL is silent a warm feed comes at once with its age, and everything else is told within two seconds to come back', async () => {
  const { db, relay, pulse } = await openLinked();
  await seedDocument(db, await seedEdition(db, { path: 'tin-moi' }), 'rss', { body: '<rss/>', etag: '"v1"' });
  const { key } = await seedPartner(db);
  let aheadMs = 0;
  const site = await startTestSite(db, { isAway: pulse.isAway, now: () => new Date(Date.now() + aheadMs) });
  expect((await site.get('/feeds/tin-moi.rss')).status).toBe(200);
  relay.set('silent');
  const startedAt = performance.now();
  const [page, ready, api, form] = await Promise.all([
    site.get('/tin/12'),
    site.get('/healthz/ready'),
    site.get('/api/v1/stories', { authorization: `Bearer ${key}` }),
    site.get('/hub', { 'content-type': 'application/x-www-form-urlencoded' }, 'POST'),
  ]);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  for (const answer of [page, ready, api]) {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(form.status).toBe(400);
  aheadMs = 600_000;
  const warmAt = performance.now();
  const warm = await site.get('/feeds/tin-moi.rss');
  expect(performance.now() - warmAt).toBeLessThan(200);
  expect([warm.status, warm.text, Number(warm.headers['age']) >= 590]).toEqual([200, '<rss/>', true]);
  expect((await site.get('/healthz/live')).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, pace.givenUpMs));
  relay.set('ok');
  await until(async () => (await site.get('/healthz/ready')).status === 200);
  // The first answers afterwards do not wait for the check either, and say so until it has ended.
  await until(async () => (await site.get('/feeds/tin-moi.rss')).headers['age'] === undefined, 10_000);
});

test('a trouble of PostgreSQL that meets every job is one line a minute', () => {
  const lines: unknown[] = [];
  let at = 0;
  const log = { error: (fields: object, text: string) => lines.push({ ...fields, text }) };
  const say = openSayings({ now: () => new Date(at), log } as unknown as Context);
  const full = Object.assign(new Error('could not extend file'), { severity: 'ERROR', code: '53100' });
  for (at = 0; at < 120_000; at += 5_000) for (const job of ['ingest', 'cluster', 'publish']) say(job, full);
  expect(lines).toEqual([
    expect.objectContaining({ code: 'store.disk_full', job: 'ingest' }),
    expect.objectContaining({ code: 'store.disk_full', more: 35 }),
  ]);
  say('ingest', new Error('something of our own'));
  say('cluster', new Error('something of our own'));
  expect(lines).toHaveLength(4);
});

test.each([
  [{ code: '53100', severity: 'ERROR' }, true],
  [{ code: '57P01', severity: 'FATAL' }, true],
  [{ code: 'ECONNREFUSED' }, true],
  [{ code: '40P01', severity: 'ERROR' }, true],
  [{ code: '22021', severity: 'ERROR' }, false],
  [{ code: '23505', severity: 'ERROR' }, false],
  [{ code: '53100' }, false],
])('the error %j is trouble of PostgreSQL: %j', (fields, isTrouble) => {
  expect(isDatabaseTrouble(Object.assign(new Error('x'), fields))).toBe(isTrouble);
});
