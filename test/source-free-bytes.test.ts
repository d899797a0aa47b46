import { expect, test } from 'vitest';
import { freeBytes } from '../src/source/free-bytes.ts';

test('bytes with a buffer to themselves are given back', () => {
  const bytes = Buffer.concat([Buffer.alloc(200_000, 1)]);
  freeBytes(bytes);
  expect(bytes.length).toBe(0);
});

test('a small piece of a shared buffer leaves it alone', () => {
  const neighbours = Array.from({ length: 2_000 }, (_, n) => Buffer.from(`số ${n}`));
  for (const one of neighbours) freeBytes(one);
  expect(neighbours.map((one) => one.toString())).toEqual(neighbours.map((_, n) => `số ${n}`));
  const whole = Buffer.alloc(10_000, 2);
  freeBytes(whole.subarray(0, 4_000));
  freeBytes(whole.subarray(5_000));
  expect(whole.length).toBe(10_000);
});

test('what is no bytes, or none, is nothing', () => {
  for (const value of [null, undefined, 'chữ', 7, new Uint8Array(0)]) expect(() => freeBytes(value)).not.toThrow();
});
