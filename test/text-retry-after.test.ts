import { expect, test } from 'vitest';
import { longestRetrySeconds, retryAfterSeconds } from '../src/text/retry-after.ts';

const now = new Date('2026-11-22T10:00:00Z');

test.each([
  ['120', 120],
  [' 0 ', 0],
  ['1.2', 2],
  ['30, 60', 30],
  ['999999999999999999999', longestRetrySeconds],
  ['Sun, 22 Nov 2026 10:02:00 GMT', 120],
  ['Sunday, 22-Nov-26 10:02:00 GMT', 120],
  ['Sun Nov 22 10:02:00 2026', 120],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', longestRetrySeconds],
  ['soon', null],
  ['-5', null],
  ['2026', 2026],
  ['Feb 31', null],
  ['9'.repeat(5_000), null],
  ['', null],
  [undefined, null],
])('Retry-After %j is %j seconds', (header, seconds) => {
  expect(retryAfterSeconds(header, now)).toBe(seconds);
});
