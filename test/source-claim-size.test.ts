// How many sources a run claims at once, by how quickly it reads them.
import { expect, test } from 'vitest';
import { openClaimSize } from '../src/source/claim-size.ts';

test('a claim takes what was worked off in half a second, between one and twelve for each poll at once', () => {
  let at = 0;
  const size = openClaimSize(8, () => at);
  expect(size(0)).toBe(24);
  at += 240;
  expect(size(24)).toBe(50);
  at += 10;
  expect(size(74)).toBe(96);
  at += 60_000;
  expect(size(80)).toBe(8);
  expect(size(80)).toBe(8);
});
