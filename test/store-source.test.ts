import { beforeEach, expect, test } from 'vitest';
import { sql } from 'kysely';
import { ensurePublisher } from '../src/store/publisher.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { claimDueSources, finishPoll, type SourceOutcome } from '../src/store/poll.ts';
import { addSource, countSources, removeSource } from '../src/store/source.ts';
import { freshDatabase } from './support/database.ts';

const db = await freshDatabase({ max: 20 });
await ensurePartitions(db);

beforeEach(async () => {
  await sql`truncate source, publisher, poll restart identity cascade`.execute(db);
});

async function seed(hosts: number, perHost: number): Promise<void> {
  for (let host = 0; host < hosts; host++) {
    const publisher = await ensurePublisher(db, {
      slug: host === 0 ? 'bao' : `bao-${host}`,
      name: 'Báo',
      siteUrl: `https://h${host}.example/`,
      province: null,
    });
    for (let index = 0; index < perHost; index++)
      await addSource(db, {
        publisherId: publisher.id,
        url: `https://h${host}.example/${index}.rss`,
        title: null,
        section: null,
      });
  }
}

const claim = (limit = 10) => claimDueSources(db, { claimant: 'test', limit, leaseSeconds: 60 });
const nobody = { id: 0, host: '' };
const done: SourceOutcome = {
  nextInSeconds: 900,
  nextReason: 'usual',
  failures: 0,
  lastError: null,
  lastStatus: 200,
  isSuccess: true,
};
const poll = {
  outcome: 'new' as const,
  tookMs: 12,
  status: 200,
  bytes: 10,
  items: 1,
  created: 1,
  changed: 0,
  note: null,
};

test('a claim takes one source of a host and leaves the host alone until the poll is finished', async () => {
  await seed(3, 4);
  const first = await claim();
  expect(first.map((source) => new URL(source.url).host).sort()).toEqual(['h0.example', 'h1.example', 'h2.example']);
  expect(await claim()).toEqual([]);
  await finishPoll(db, first[0] ?? nobody, done, poll, 0);
  const next = await claim();
  expect(next).toHaveLength(1);
  expect(new URL(next[0]?.url ?? '').host).toBe(new URL(first[0]?.url ?? '').host);
});

test('sixteen claimants at once never hold one host twice and lose no source', async () => {
  await seed(10, 4);
  const live = new Map<string, number>();
  const read: string[] = [];
  let most = 0;
  const worker = async (name: string) => {
    for (;;) {
      const claimed = await claimDueSources(db, { claimant: name, limit: 3, leaseSeconds: 60 });
      if (claimed.length === 0 && (await countSources(db)).due === 0) return;
      for (const source of claimed) {
        const { host } = new URL(source.url);
        live.set(host, (live.get(host) ?? 0) + 1);
        most = Math.max(most, live.get(host) ?? 0);
      }
      for (const source of claimed) {
        read.push(source.url);
        live.set(new URL(source.url).host, (live.get(new URL(source.url).host) ?? 0) - 1);
        await finishPoll(db, source, done, poll, 0);
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, index) => worker(`w${index}`)));
  expect(most).toBe(1);
  expect(read.sort()).toEqual([...new Set(read)].sort());
  expect(read).toHaveLength(40);
});

test('a claim that nobody finishes comes back after its lease', async () => {
  await seed(1, 1);
  expect(await claimDueSources(db, { claimant: 'dies', limit: 1, leaseSeconds: 60 })).toHaveLength(1);
  expect(await claim()).toEqual([]);
  await sql`update source set claimed_until = now() - interval '1 second'`.execute(db);
  expect(await claim()).toHaveLength(1);
});

test('a finished poll is logged and sets the next date by the database clock', async () => {
  await seed(1, 1);
  const [source] = await claim();
  await finishPoll(db, source ?? nobody, { ...done, etag: 'W/"1"', itemMarks: Buffer.alloc(16, 7) }, poll, 0);
  const row = await sql`select etag, last_modified, encode(item_marks, 'hex') as hashes, claimed_until, next_reason,
    next_fetch_at between now() + interval '890 s' and now() + interval '901 s' as on_time, last_success_at is not null as ok from source`.execute(
    db,
  );
  expect(row.rows).toEqual([
    {
      etag: 'W/"1"',
      last_modified: null,
      hashes: '07'.repeat(16),
      claimed_until: null,
      next_reason: 'usual',
      on_time: true,
      ok: true,
    },
  ]);
  expect(await db.selectFrom('poll').select(['outcome', 'created', 'took_ms']).execute()).toEqual([
    { outcome: 'new', created: 1, took_ms: 12 },
  ]);
});

test('the same address is one source', async () => {
  await seed(1, 1);
  const publisher = await ensurePublisher(db, {
    slug: 'bao',
    name: 'Khác',
    siteUrl: 'https://khac.example/',
    province: null,
  });
  expect(publisher.name).toBe('Báo');
  expect(
    await addSource(db, { publisherId: publisher.id, url: 'https://h0.example/0.rss', title: null, section: null }),
  ).toBe(false);
  expect(await removeSource(db, 'https://h0.example/0.rss')).toBe(true);
  expect(await removeSource(db, '1')).toBe(false);
});
