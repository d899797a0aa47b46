import { expect, test } from 'vitest';
import { freshnessOf, hintsOf, outsideSkipped, readHints } from '../src/source/hints.ts';
import { expectedOverlap, nextTurnover, turnoverOf } from '../src/source/rhythm.ts';

const now = new Date('2026-11-22T05:00:00Z');
const minutesAgo = (minutes: number) => now.getTime() - minutes * 60_000;
const every = (minutes: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => minutesAgo(from + index * minutes));

test('dates ten minutes apart tell that a document of fifty is replaced in about 500 minutes', () => {
  const turnover = turnoverOf(every(10, 50), now) ?? 0;
  expect(turnover).toBeGreaterThan(480 * 60);
  expect(turnover).toBeLessThanOrEqual(500 * 60);
});

test('the order of items does not matter, and dates ahead or from other years are no rhythm', () => {
  const dates = every(10, 50);
  expect(turnoverOf(dates.toReversed(), now)).toBe(turnoverOf(dates, now));
  expect(turnoverOf([...dates, Date.parse('2099-01-01'), Date.parse('1990-01-01')], now)).toBe(turnoverOf(dates, now));
});

test('a paper that sleeps at night is judged by its day', () => {
  // 60 in the last 10 hours, 14 hours of nothing, 20 before.
  const turnover = turnoverOf([...every(10, 60), ...every(10, 20, 24 * 60)], now) ?? 0;
  expect(turnover).toBe(2 * 40 * 600);
});

test('one burst in a quiet document does not make it a fast one', () => {
  const quiet = turnoverOf(every(60, 40), now) ?? 0;
  const burst = turnoverOf([...every(60, 36), ...Array.from({ length: 4 }, () => minutesAgo(5))], now) ?? 0;
  expect(burst).toBeGreaterThan(quiet * 0.7);
});

test('a document of daily batches is judged by its days, one single batch tells nothing', () => {
  const batches = [1, 2, 3].flatMap((day) => Array.from({ length: 10 }, () => minutesAgo(day * 1_440)));
  expect(turnoverOf(batches, now)).toBe(2 * 86_400);
  expect(
    turnoverOf(
      Array.from({ length: 30 }, () => minutesAgo(60)),
      now,
    ),
  ).toBeNull();
  expect(turnoverOf(every(10, 3), now)).toBeNull();
});

test('where polls overlap by less than a third, the measured pace corrects the dates', () => {
  expect(nextTurnover(36_000, { items: 50, known: 10, elapsedSeconds: 3_600 }, null)).toBe(4_500);
  expect(nextTurnover(36_000, { items: 50, known: 48, elapsedSeconds: 3_600 }, null)).toBe(36_000);
});

test('without dates the measured pace is all there is, blended with what was known', () => {
  expect(nextTurnover(null, { items: 50, known: 25, elapsedSeconds: 3_600 }, null)).toBe(7_200);
  expect(nextTurnover(null, { items: 50, known: 25, elapsedSeconds: 3_600 }, 14_400)).toBe(12_240);
  expect(nextTurnover(null, { items: 50, known: 50, elapsedSeconds: 3_600 }, 14_400)).toBe(14_400);
  expect(nextTurnover(null, null, null)).toBeNull();
  expect(expectedOverlap(7_200, 3_600)).toBe(0.5);
});

const said = (fields: Partial<Parameters<typeof hintsOf>[0]> = {}) =>
  hintsOf({ ttlMinutes: null, updatePeriodMinutes: null, skipHours: [], skipDays: [], ...fields });

test('a feed without wishes has no hints', () => {
  expect(said()).toBeNull();
  expect(said({ ttlMinutes: 0, updatePeriodMinutes: -5 })).toBeNull();
});

test('hints are seconds; skipping always is no hint', () => {
  expect(said({ ttlMinutes: 60, updatePeriodMinutes: 1_440, skipHours: [3, 1, 1, 99], skipDays: [6] })).toEqual({
    ttl: 3_600,
    period: 86_400,
    skipHours: [1, 3],
    skipDays: [6],
  });
  expect(said({ skipHours: [...Array(24).keys()], skipDays: [0, 1, 2, 3, 4, 5, 6] })).toBeNull();
});

test('hints come back from the store as they went in, and nonsense as nothing', () => {
  const hints = said({ ttlMinutes: 60, skipDays: [6] });
  expect(readHints(JSON.parse(JSON.stringify(hints)))).toEqual(hints);
  expect(readHints({ ttl: 'x', skipHours: 'y', skipDays: [null, 9] })).toBeNull();
  expect(readHints(null)).toBeNull();
});

test.each<[Record<string, string>, unknown]>([
  [{ 'cache-control': 'public, max-age=300' }, { seconds: 300, by: 'cache_control' }],
  [{ 'cache-control': 'Max-Age="60"' }, { seconds: 60, by: 'cache_control' }],
  [
    { 'cache-control': 'max-age=300', age: '280' },
    { seconds: 20, by: 'cache_control' },
  ],
  [{ 'cache-control': 'max-age=300', age: '900' }, null],
  [{ 'cache-control': 's-maxage=9' }, null],
  [{ 'cache-control': 'no-cache, max-age=300' }, null],
  [{ 'cache-control': 'max-age=-1' }, null],
  [
    { 'cache-control': 'max-age=300', expires: '0' },
    { seconds: 300, by: 'cache_control' },
  ],
  [
    { date: 'Sun, 22 Nov 2026 01:00:00 GMT', expires: 'Sun, 22 Nov 2026 01:10:00 GMT' },
    { seconds: 600, by: 'expires' },
  ],
  [{ expires: 'Sun, 22 Nov 2026 05:10:00 GMT' }, { seconds: 600, by: 'expires' }],
  [{ expires: '0' }, null],
  [{ expires: 'Thu, 01 Jan 1970 00:00:00 GMT' }, null],
  [{}, null],
])('%j stays fresh for %j', (headers, freshness) => {
  expect(freshnessOf(headers, now)).toEqual(freshness);
});

test('skipped hours are left at the next full hour that is not skipped', () => {
  expect(outsideSkipped(new Date('2026-11-22T05:20:00Z'), { skipHours: [5, 6] })).toEqual(
    new Date('2026-11-22T07:00:00Z'),
  );
  expect(outsideSkipped(new Date('2026-11-22T07:20:00Z'), { skipHours: [5, 6] })).toEqual(
    new Date('2026-11-22T07:20:00Z'),
  );
  expect(outsideSkipped(new Date('2026-11-21T22:20:00Z'), { skipDays: [6, 0] })).toEqual(
    new Date('2026-11-23T00:00:00Z'),
  );
});
