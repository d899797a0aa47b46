import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clampRetry, isGoneForGood, nextTry, weightOf, type FailureFacts } from '../src/source/failure.ts';
import { jitterOf } from '../src/source/jitter.ts';
import { nextPoll, type PollFacts, wantsFull } from '../src/source/schedule.ts';

const now = new Date('2026-11-22T05:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const hour = 3_600;

// A source whose jitter is nothing at this instant, so that tests may name exact seconds.
const calm = findCalm();
function findCalm(): number {
  for (let id = 1; id < 20_000_000; id++) if (jitterOf(id, now) < 0.000_001) return id;
  return 0;
}

const facts = (fields: Partial<PollFacts> = {}): PollFacts => ({
  sourceId: calm,
  now,
  isSample: false,
  turnoverSeconds: 10 * hour,
  newestAt: hoursAgo(1),
  hasValidators: true,
  freshness: null,
  hints: null,
  agreedMinutes: null,
  pushedUntil: null,
  ...fields,
});
const failed = (fields: Partial<FailureFacts> = {}): FailureFacts => ({
  sourceId: calm,
  now,
  isSample: false,
  failures: 1,
  weight: 'temporary',
  retryAfter: null,
  status: null,
  goneSince: null,
  ...fields,
});

test('jitter is the same for the same source and instant, spread evenly, and makes a look later by a tenth at most', () => {
  expect(jitterOf(17, now)).toBe(jitterOf(17, now));
  const all = Array.from({ length: 1_000 }, (_, id) => jitterOf(id, now));
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  expect(mean).toBeGreaterThan(0.45);
  expect(mean).toBeLessThan(0.55);
  const waits = all.map((_, id) => nextPoll(facts({ sourceId: id })).inSeconds);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(hour);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1.1 * hour);
  expect(new Set(waits).size).toBeGreaterThan(200);
});

test('a source whose document turns over in 100 minutes is read with half of it known', () => {
  expect(nextPoll(facts({ turnoverSeconds: 6_000 }))).toEqual({ inSeconds: 3_000, reason: 'rhythm' });
});

test('between the bounds every pace keeps a third to two thirds of the document known, jitter and all', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_800, max: 7_200 }),
      fc.integer({ min: 1, max: 1e6 }),
      (turnoverSeconds, sourceId) => {
        const { inSeconds } = nextPoll(facts({ turnoverSeconds, sourceId }));
        const known = 1 - inSeconds / turnoverSeconds;
        expect(known).toBeGreaterThanOrEqual(1 / 3);
        expect(known).toBeLessThanOrEqual(2 / 3);
      },
    ),
  );
});

test('news waits an hour at most, two where every look costs a whole document', () => {
  expect(nextPoll(facts())).toEqual({ inSeconds: hour, reason: 'fresh' });
  expect(nextPoll(facts({ hasValidators: false }))).toEqual({ inSeconds: 2 * hour, reason: 'unconditional' });
});

test('a very fast source goes under the floor only when its overlap would break', () => {
  expect(nextPoll(facts({ turnoverSeconds: 1_500 }))).toEqual({ inSeconds: 900, reason: 'floor' });
  expect(nextPoll(facts({ turnoverSeconds: 1_200 }))).toEqual({ inSeconds: 600, reason: 'busy' });
  expect(nextPoll(facts({ turnoverSeconds: 60 }))).toEqual({ inSeconds: 300, reason: 'busy' });
});

test('a source that fell silent is asked a twenty-fourth of its silence later, at least daily', () => {
  const wait = (hours: number) => nextPoll(facts({ newestAt: hoursAgo(hours) }));
  expect(wait(72)).toEqual({ inSeconds: 3 * hour, reason: 'quiet' });
  expect(wait(24 * 400)).toEqual({ inSeconds: 24 * hour, reason: 'quiet' });
  expect(nextPoll(facts({ turnoverSeconds: null, newestAt: null }))).toEqual({ inSeconds: 1_800, reason: 'unknown' });
});

test('a longer wish of the paper is kept up to six hours, a shorter one lets us come sooner but not under the floor', () => {
  const maxAge = (seconds: number) => nextPoll(facts({ freshness: { seconds, by: 'cache_control' } }));
  expect(maxAge(2 * hour)).toEqual({ inSeconds: 2 * hour, reason: 'cache_control' });
  expect(maxAge(1e9)).toEqual({ inSeconds: 6 * hour, reason: 'cache_control' });
  expect(maxAge(1_200)).toEqual({ inSeconds: 1_200, reason: 'cache_control' });
  expect(maxAge(60)).toEqual({ inSeconds: 900, reason: 'cache_control' });
  expect(nextPoll(facts({ hints: { ttl: 3 * hour } }))).toEqual({ inSeconds: 3 * hour, reason: 'ttl' });
  // the longer of two wishes
  expect(nextPoll(facts({ hints: { ttl: 300 }, freshness: { seconds: 2 * hour, by: 'expires' } })).reason).toBe(
    'expires',
  );
  // a rhythm of its own is not hurried by a short wish
  expect(nextPoll(facts({ turnoverSeconds: 6_000, hints: { ttl: 60 } })).inSeconds).toBe(3_000);
});

test('an update period describes and never makes us miss what the items promise', () => {
  const daily = { period: 24 * hour };
  expect(nextPoll(facts({ hints: daily }))).toEqual({ inSeconds: 5 * hour, reason: 'update_period' });
  expect(nextPoll(facts({ hints: daily, turnoverSeconds: 6_000 }))).toEqual({ inSeconds: 3_000, reason: 'rhythm' });
  expect(nextPoll(facts({ hints: daily, turnoverSeconds: null })).inSeconds).toBe(6 * hour);
});

test('an agreement with the paper stands above its headers and hours', () => {
  const hints = { ttl: 5 * hour, skipHours: [5, 6] };
  expect(nextPoll(facts({ agreedMinutes: 5, hints }))).toEqual({ inSeconds: 300, reason: 'agreed' });
});

test('hours and days that a feed asks to skip are skipped to their end', () => {
  expect(nextPoll(facts({ hints: { skipHours: [6, 7] } }))).toEqual({ inSeconds: 3 * hour, reason: 'skip_hours' });
  // a Sunday; Monday begins 19 hours from now
  expect(nextPoll(facts({ hints: { skipDays: [0] } }))).toEqual({ inSeconds: 19 * hour, reason: 'skip_hours' });
});

test('a source that is pushed is only checked daily, or when the push runs out', () => {
  const pushed = (hours: number) => nextPoll(facts({ pushedUntil: hoursAgo(-hours) }));
  expect(pushed(200)).toEqual({ inSeconds: 24 * hour, reason: 'websub_backup' });
  expect(pushed(7)).toEqual({ inSeconds: 7 * hour, reason: 'websub_backup' });
  expect(pushed(-5).reason).toBe('fresh');
});

test('every wait is a whole number of seconds of at least five minutes and at most nine days, whatever a paper says', () => {
  const seconds = fc.option(fc.integer({ min: 1, max: 2 ** 40 }), { nil: null });
  fc.assert(
    fc.property(
      seconds,
      seconds,
      seconds,
      fc.subarray([...Array(24).keys()]),
      fc.subarray([0, 1, 2, 3, 4, 5, 6]),
      (turnover, age, ttl, skipHours, skipDays) => {
        const { inSeconds } = nextPoll(
          facts({
            turnoverSeconds: turnover,
            freshness: age === null ? null : { seconds: age, by: 'expires' },
            hints: { ...(ttl === null ? {} : { ttl }), skipHours, skipDays },
          }),
        );
        expect(Number.isInteger(inSeconds)).toBe(true);
        expect(inSeconds).toBeGreaterThanOrEqual(300);
        expect(inSeconds).toBeLessThanOrEqual(9 * 86_400);
      },
    ),
  );
});

test('validators are left out 12 to 24 hours after the last full answer, and where false 304s were seen', () => {
  const source = (hours: number, false304s = 0) => ({ id: calm, fullAt: hoursAgo(hours), false304s });
  expect([wantsFull(source(11.9), now), wantsFull(source(24), now)]).toEqual([false, true]);
  expect(wantsFull(source(1, 2), now)).toBe(true);
  expect(wantsFull({ id: 1, fullAt: null, false304s: 0 }, now)).toBe(true);
});

test('failures put a source off longer the harder and the more they are, never for ever', () => {
  const after = (failures: number, weight: FailureFacts['weight']) => nextTry(failed({ failures, weight })).inSeconds;
  expect([after(1, 'temporary'), after(1, 'soft'), after(1, 'hard')]).toEqual([900, 900, 3_600]);
  expect(after(3, 'soft')).toBe(2_700);
  expect([after(1e6, 'temporary'), after(1e6, 'soft'), after(1e6, 'hard')]).toEqual([4 * hour, 12 * hour, 24 * hour]);
});

test('papers that failed together are not asked again together, and none within a quarter of an hour', () => {
  const minutes = new Map<number, number>();
  for (let sourceId = 1; sourceId <= 1_500; sourceId++) {
    let at = 0;
    for (let failures = 1; failures <= 3; failures++) {
      const now = new Date(hoursAgo(0).getTime() + at * 1_000);
      const { inSeconds } = nextTry(failed({ sourceId, failures, weight: 'temporary', now }));
      expect(inSeconds).toBeGreaterThanOrEqual(900);
      at += inSeconds;
    }
    minutes.set(Math.floor(at / 60), (minutes.get(Math.floor(at / 60)) ?? 0) + 1);
  }
  // The third try lies between 90 and 135 minutes: no minute of them holds more than three times its share.
  expect(Math.max(...minutes.values())).toBeLessThan((3 * 1_500) / 45);
});

test('Retry-After is never undercut, brought within a minute and a day, and its source comes after its neighbours', () => {
  expect([clampRetry(0), clampRetry(600), clampRetry(1e9)]).toEqual([60, 600, 86_400]);
  expect(nextTry(failed({ retryAfter: 600, status: 429 }))).toEqual({ inSeconds: 900, reason: 'retry_after' });
  expect(nextTry(failed({ retryAfter: 600, status: 429, failures: 4 })).inSeconds).toBe(1_800);
  for (let sourceId = 1; sourceId < 500; sourceId++)
    expect(nextTry(failed({ sourceId, retryAfter: 3_600 })).inSeconds).toBeGreaterThanOrEqual(3_600);
});

test('410 is asked once more after three days and then once a month; 404 is a soft failure', () => {
  const day = 24 * hour;
  expect(nextTry(failed({ status: 410, weight: 'hard', goneSince: now }))).toEqual({
    inSeconds: 3 * day,
    reason: 'gone',
  });
  expect(nextTry(failed({ status: 410, weight: 'hard', goneSince: hoursAgo(72) })).inSeconds).toBe(30 * day);
  expect([isGoneForGood(null, now), isGoneForGood(hoursAgo(1), now), isGoneForGood(hoursAgo(72), now)]).toEqual([
    false,
    false,
    true,
  ]);
  expect(nextTry(failed({ status: 404, weight: weightOf(404) })).reason).toBe('failure_backoff');
});

test.each([
  [500, 'temporary'],
  [503, 'temporary'],
  [429, 'temporary'],
  [408, 'temporary'],
  [404, 'soft'],
  [300, 'soft'],
  [401, 'hard'],
  [403, 'hard'],
  [410, 'hard'],
  [451, 'hard'],
])('status %d weighs %s', (status, weight) => {
  expect(weightOf(status)).toBe(weight);
});
