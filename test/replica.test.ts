// Reads over a primary and a streaming replica: nothing older is shown after something newer, whichever server is away.
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { type Db, openDb } from '../src/store/db.ts';
import { openReadSide, type ReadSide, type ReadSideOptions } from '../src/store/replica.ts';
import { afterFile } from './support/cleanup.ts';
import { startPair } from './support/replica.ts';
import { seedDocument, seedEdition } from './support/seed.ts';
import { startTestSite } from './support/site.ts';
import { until } from './support/wait.ts';

const { primary, replica } = await startPair();
const open = (url: string): Db => {
  const db = openDb(url, { max: 5, connectionTimeoutMs: 1_000 });
  afterFile(async () => await db.destroy());
  return db;
};
const db = open(primary.url);
const readDb = open(replica.url);
await sql`create table counter (n integer not null)`.execute(db);
await sql`insert into counter values (0)`.execute(db);

const pauseReplay = async () => await sql`select pg_wal_replay_pause()`.execute(readDb);
const resumeReplay = async () => await sql`select pg_wal_replay_resume()`.execute(readDb);
const countUp = async () => await sql`update counter set n = n + 1`.execute(db);
const countIn = async (from: Db) => {
  const row = await sql<{ n: number; isReplica: boolean }>`
    select n, pg_is_in_recovery() as "isReplica" from counter`.execute(from);
  return row.rows[0] ?? { n: -1, isReplica: false };
};

let sides: ReadSide | null = null;
function watch(options: ReadSideOptions = {}): ReadSide {
  sides = openReadSide(db, readDb, { everyMs: 50, ...options });
  return sides;
}
afterEach(() => sides?.stop());

it('reads move to the replica once it shows what the primary shows', async () => {
  const changes: string[] = [];
  const { read, side } = watch({ onChange: (to) => changes.push(to) });
  expect((await read(countIn, false)).isReplica).toBe(false);
  await until(() => side() === 'replica');
  expect((await read(countIn, false)).isReplica).toBe(true);
  expect(changes).toEqual(['replica']);
});

it('no read shows an older state than one before it, while the replica falls behind and catches up again', async () => {
  const { read, side } = watch();
  await until(() => side() === 'replica');
  const seen: number[] = [];
  const from = new Set<boolean>();
  const endAt = performance.now() + 4_000;
  const writing = (async () => {
    while (performance.now() < endAt) await countUp();
  })();
  const lagging = (async () => {
    while (performance.now() < endAt) {
      await pauseReplay();
      await until(() => side() === 'primary' || performance.now() > endAt);
      await resumeReplay();
      await until(() => side() === 'replica' || performance.now() > endAt);
    }
  })();
  while (performance.now() < endAt) {
    const { n, isReplica } = await read(countIn, true);
    seen.push(n);
    from.add(isReplica);
  }
  await Promise.all([writing, lagging]);
  await resumeReplay();
  expect(from).toEqual(new Set([true, false]));
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

it('a changed document is never replaced by the older one that a replica still has', async () => {
  const edition = await seedEdition(db, { path: 'thu/tin-moi' });
  await seedDocument(db, edition, 'rss', { body: '<rss>1</rss>', etag: '"1"' });
  const site = await startTestSite(db, { readDb });
  const text = async () => (await site.get('/feeds/thu/tin-moi.rss')).text;
  await until(async () => (await text()) === '<rss>1</rss>');

  await pauseReplay();
  await seedDocument(db, edition, 'rss', { body: '<rss>2</rss>', etag: '"2"' });
  await until(async () => (await text()) === '<rss>2</rss>');
  await resumeReplay();
  const later = new Set<string>();
  const endAt = performance.now() + 3_500;
  while (performance.now() < endAt) later.add(await text());
  expect([...later]).toEqual(['<rss>2</rss>']);
  await site.close();
});

it('reads go to the primary while the replica is away, and back when it has returned', async () => {
  const { read, side } = watch();
  await until(() => side() === 'replica');
  await replica.stop();
  await countUp();
  const { n } = await countIn(db);
  expect(await read(countIn, true)).toEqual({ n, isReplica: false });
  await replica.start();
  await until(() => side() === 'replica');
  expect(await read(countIn, true)).toEqual({ n, isReplica: true });
});

it('a read that writes is run on the primary, and other reads stay where they are', async () => {
  const { read, side } = watch();
  await until(() => side() === 'replica');
  const raise = async (on: Db) => (await sql<{ n: number }>`update counter set n = n + 1 returning n`.execute(on)).rows;
  const { n } = await countIn(db);
  expect(await read(raise, true)).toEqual([{ n: n + 1 }]);
  expect(side()).toBe('replica');
});

it('while the primary is away the replica goes on answering, and the site stays ready', async () => {
  const { read, side } = watch();
  const site = await startTestSite(db, { readDb });
  await until(() => side() === 'replica');
  const { n } = await read(countIn, true);
  await primary.stop();
  expect(await read(countIn, true)).toEqual({ n, isReplica: true });
  expect(await until(async () => (await site.get('/healthz/ready')).status === 200)).toBe(true);
  await primary.start();
  await countUp();
  await until(async () => (await read(countIn, true)).n === n + 1);
  await site.close();
});
