import { expect, test } from 'vitest';
import { maxAgeOf, nextPoll, type PollFacts, retryAfterOf } from '../src/source/schedule.ts';

const facts = (fields: Partial<PollFacts> = {}): PollFacts => ({
  isSample: false,
  maxAge: 0,
  ttl: 0,
  failures: 0,
  weight: null,
  retryAfter: null,
  ...fields,
});

test('a source without wishes is read every quarter of an hour, spread by at most a tenth', () => {
  expect(nextPoll(facts(), 0)).toEqual({ inSeconds: 900, reason: 'usual' });
  expect(nextPoll(facts(), 0.999).inSeconds).toBeLessThanOrEqual(990);
});

test('a longer wish of the paper is kept, up to six hours', () => {
  expect(nextPoll(facts({ ttl: 3_600 }), 0)).toEqual({ inSeconds: 3_600, reason: 'ttl' });
  expect(nextPoll(facts({ maxAge: 1e9 }), 0)).toEqual({ inSeconds: 21_600, reason: 'cache_control' });
});

test('failures put a source off longer the harder and the more they are, never beyond a day', () => {
  const after = (failures: number, weight: 'hard' | 'soft' | 'temporary') =>
    nextPoll(facts({ failures, weight }), 0).inSeconds;
  expect([after(1, 'temporary'), after(1, 'soft'), after(1, 'hard')]).toEqual([300, 900, 3_600]);
  expect(after(3, 'soft')).toBe(2_700);
  expect(after(10_000, 'hard')).toBe(86_400);
});

test('Retry-After is kept in both forms, with absurd values brought within a minute and a day', () => {
  const now = new Date('2026-11-22T05:00:00Z');
  const next = (header: string) =>
    nextPoll(facts({ failures: 1, weight: 'temporary', retryAfter: retryAfterOf(header, now) }), 0).inSeconds;
  expect([next('600'), next('Sun, 22 Nov 2026 05:10:00 GMT'), next('0'), next('999999999')]).toEqual([
    600, 600, 60, 86_400,
  ]);
  expect(retryAfterOf('soon', now)).toBeNull();
  expect(retryAfterOf(undefined, now)).toBeNull();
});

test.each([
  ['public, max-age=300', 300],
  ['max-age="60"', 60],
  ['s-maxage=9', 0],
  ['no-cache', 0],
  [undefined, 0],
])('max-age of "%s" is %d', (header, seconds) => {
  expect(maxAgeOf(header)).toBe(seconds);
});
