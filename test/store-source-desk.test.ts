// The list of sources in PostgreSQL: its verdicts are those of source/health.ts, its order and pages hold every source once.
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { sourceHealth, worstFirst } from '../src/source/health.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { countPollDays, lastDays, readPollDays } from '../src/store/poll-day.ts';
import { countStates, findSources, readSources, type SourceFilter, stateOrder } from '../src/store/source-desk.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher } from './support/seed.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const now = new Date('2026-11-22T05:00:00Z');
const all: SourceFilter = { state: null, province: null, kind: null, words: null };
const hoursAgo = (hours: number | null) => (hours === null ? null : new Date(now.getTime() - hours * 3_600_000));
const find = async (filter: Partial<SourceFilter> = {}) =>
  (await findSources(db, { ...all, ...filter }, { now, after: null, limit: 100 })).map((place) => place.id);

beforeEach(async () => {
  await sql`truncate source, publisher, poll, poll_day, gap, held_poll restart identity cascade`.execute(db);
});

const wild = fc.record({
  is_paused: fc.boolean(),
  failures: fc.constantFrom(0, 1, 2, 3, 9),
  gone: fc.option(fc.constantFrom(1, 100)),
  blocked_by: fc.option(fc.constantFrom('robots', 'cloudflare')),
  success: fc.option(fc.constantFrom(1, 90)),
  newest: fc.option(fc.constantFrom(1, 47, 49, 400)),
  turnover_seconds: fc.option(fc.constantFrom(3_600, 1_000_000)),
  took_ms: fc.option(fc.constantFrom(500, 9_999, 10_000)),
  isHeld: fc.boolean(),
  gap: fc.constantFrom('none', 'open', 'filled', 'dismissed', 'old'),
});

test('the database judges every source as the pure verdict does', async () => {
  expect(stateOrder).toEqual(worstFirst);
  const rows = fc.sample(wild, { numRuns: 300, seed: 7 });
  const { id: publisherId } = await seedPublisher(db);
  for (const [n, row] of rows.entries()) {
    const { id } = await db
      .insertInto('source')
      .values({
        publisher_id: publisherId,
        url: `https://bao.example/${n}`,
        host: 'bao.example',
        is_paused: row.is_paused,
        failures: row.failures,
        gone_since: hoursAgo(row.gone),
        blocked_by: row.blocked_by,
        last_success_at: hoursAgo(row.success),
        newest_at: hoursAgo(row.newest),
        turnover_seconds: row.turnover_seconds,
        took_ms: row.took_ms,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    if (row.isHeld)
      await sql`insert into held_poll (source_id, items, fresh, twins, url, headers, body, examples)
        values (${id}, 1, 1, 1, 'x', '{}', '', '[]')`.execute(db);
    if (row.gap !== 'none')
      await sql`insert into gap (source_id, status, raised_at, dismissed_at) values (${id}, ${row.gap === 'filled' ? 'filled' : 'open'},
        ${row.gap === 'old' ? sql`now() - interval '3 days'` : sql`now()`}, ${row.gap === 'dismissed' ? sql`now()` : null})`.execute(
        db,
      );
  }

  const places = await findSources(db, all, { now, after: null, limit: 1_000 });
  const judged = await readSources(
    db,
    places.map((place) => place.id),
  );

  expect(judged.length).toBe(301);
  expect(places.map((place) => stateOrder[place.rank - 1])).toEqual(judged.map((row) => sourceHealth(row, now).state));
  const counts = await countStates(db, all, now);
  for (const state of stateOrder)
    expect(counts.get(state) ?? 0, state).toBe(judged.filter((row) => sourceHealth(row, now).state === state).length);
  expect([...counts.values()].every((count) => count > 0)).toBe(true);
});

test('pages of the list follow each other without a hole or a repetition', async () => {
  for (let n = 0; n < 23; n++) await seedPublisher(db);
  await sql`update source set failures = id % 5, failing_since = now()`.execute(db);
  const seen: number[] = [];
  let after = null;
  for (;;) {
    const page = await findSources(db, all, { now, after, limit: 4 });
    seen.push(...page.map((place) => place.id));
    after = page.at(-1) ?? null;
    if (after === null) break;
  }

  expect(seen).toEqual(await find());
  expect(new Set(seen).size).toBe(23);
});

test('a search forgives marks, composition and case, and takes % for itself', async () => {
  const { sourceId } = await seedPublisher(db, { name: 'Báo Điện tử Sơn La'.normalize('NFD'), province: '14' });
  const other = await seedPublisher(db, { name: 'Báo 100%', province: '38' });

  expect(await find({ words: 'dien tu son la' })).toEqual([sourceId]);
  expect(await find({ words: '100%' })).toEqual([other.sourceId]);
  expect(await find({ words: '%' })).toEqual([other.sourceId]);
  expect(await find({ province: '38' })).toEqual([other.sourceId]);
  expect(await find({ province: '38', kind: 'listing' })).toEqual([]);
});

test('polls are counted by days of Vietnam, once each, and again while the day lasts', async () => {
  const { sourceId } = await seedPublisher(db);
  const today = (await sql<{ at: Date }>`select now() as at`.execute(db)).rows[0]?.at ?? now;
  const days = lastDays(today, 3);
  const poll = (at: Date, outcome: string, created = 0, lag: number | null = null) =>
    db
      .insertInto('poll')
      .values({ source_id: sourceId, started_at: at, took_ms: 100, outcome, items: 30, created, lag_seconds: lag })
      .execute();
  // Midnight in Vietnam is 17:00 in UTC.
  const midnight = new Date(`${days[2]}T00:00:00+07:00`);
  await poll(new Date(midnight.getTime() - 1_000), 'new', 2, 600);
  await poll(midnight, 'new', 5, 60);
  await poll(midnight, 'failed');
  await poll(midnight, 'called_off');
  await countPollDays(db);
  await poll(midnight, 'same_body');
  await countPollDays(db);

  const counted = await readPollDays(db, [sourceId], 3);
  expect(counted.map((day) => [day.onDate, day.polls, day.failed, day.unchanged, day.created, day.lagSeconds])).toEqual(
    [
      [days[1], 1, 0, 0, 2, 600],
      [days[2], 3, 1, 1, 5, 60],
    ],
  );
});
