import { expect, test } from 'vitest';
import { FetchError, NotAFeedError } from '../src/errors.ts';
import type { HttpAnswer } from '../src/net/http.ts';
import { openAnswerTurns, owesAnswer } from '../src/source/answer-turn.ts';
import { answerError, settleFailure, settleSuccess } from '../src/source/settle.ts';
import type { ClaimedSource } from '../src/store/poll.ts';

const now = new Date('2026-11-22T05:00:00Z');
const url = 'https://bao.example/rss';
const source = (fields: Partial<ClaimedSource> = {}): ClaimedSource => ({
  id: 7,
  publisherId: 1,
  publisherSlug: 'bao',
  province: null,
  zone: 'Asia/Ho_Chi_Minh',
  isSample: false,
  kind: 'syndication',
  rules: null,
  pages: 'none',
  url,
  host: 'bao.example',
  section: null,
  etag: '"a"',
  lastModified: null,
  validatorUrl: null,
  bodyHash: null,
  itemMarks: null,
  failures: 0,
  lastSuccessAt: null,
  turnoverSeconds: 36_000,
  newestAt: now,
  hints: null,
  fullAt: now,
  false304s: 0,
  movedTo: null,
  movedSince: null,
  goneSince: null,
  blockedBy: null,
  answerAt: null,
  agreedMinutes: null,
  pushedUntil: null,
  pushedSince: null,
  ...fields,
});
const answer = (fields: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  headers: { etag: '"a"' },
  body: Buffer.from('x'),
  url,
  hops: [],
  blockedBy: null,
  ...fields,
});
const asked = { now, isFull: false };
const poll = { outcome: 'new' as const, items: 1, created: 1, changed: 0, note: null };
const succeed = (from: ClaimedSource, got: HttpAnswer, learnt = {}, how = asked) =>
  settleSuccess(from, got, how, poll, learnt).source;

test('a quiet success writes nothing but its date: validators, hints and moves stand', () => {
  expect(succeed(source(), answer())).toEqual({
    nextInSeconds: expect.any(Number),
    nextReason: 'fresh',
    failures: 0,
    lastError: null,
    lastStatus: 200,
    isSuccess: true,
    isFull: false,
  });
});

test('validators are kept as received, quotes, W/ and all; a 304 that does not repeat them keeps them, a 200 without loses them', () => {
  expect(succeed(source(), answer({ headers: { etag: 'W/"b-gzip"', 'last-modified': 'hôm qua' } }))).toMatchObject({
    etag: 'W/"b-gzip"',
    lastModified: 'hôm qua',
  });
  expect(succeed(source(), answer({ status: 304, headers: {} }))).not.toHaveProperty('etag');
  expect(succeed(source(), answer({ headers: {} }))).toMatchObject({
    etag: null,
    lastModified: null,
    nextReason: 'unconditional',
  });
});

test('a document that was cut off or empty lends no validators, so the next answer is whole', () => {
  expect(succeed(source(), answer({ headers: { etag: '"half"' } }), { isWhole: false })).toMatchObject({
    etag: null,
    lastModified: null,
  });
});

test('a redirected source remembers who gave its validators and where it may be moving', () => {
  const moved = answer({ url: 'https://moi.example/rss', hops: [{ status: 301, url }] });
  expect(succeed(source(), moved)).toMatchObject({
    validatorUrl: 'https://moi.example/rss',
    movedTo: 'https://moi.example/rss',
    movedSince: now,
  });
  const weekAgo = new Date(now.getTime() - 7 * 86_400_000);
  const settled = settleSuccess(source({ movedTo: moved.url, movedSince: weekAgo }), moved, asked, poll);
  expect(settled.newUrl).toBe('https://moi.example/rss');
  expect(succeed(source({ movedTo: moved.url, movedSince: weekAgo }), answer())).toMatchObject({
    movedTo: null,
    movedSince: null,
  });
});

test('success ends a 410 and a wall; hints of the document are kept for the 304s after it', () => {
  expect(succeed(source({ goneSince: now, blockedBy: 'cloudflare' }), answer())).toMatchObject({
    goneSince: null,
    blockedBy: null,
  });
  expect(succeed(source(), answer(), { hints: { ttl: 10_800 } })).toMatchObject({
    hints: { ttl: 10_800 },
    nextReason: 'ttl',
  });
  expect(succeed(source({ hints: { ttl: 10_800 } }), answer({ status: 304 })).nextReason).toBe('ttl');
  expect(succeed(source({ hints: { ttl: 10_800 } }), answer(), { hints: null })).toMatchObject({
    hints: null,
    nextReason: 'fresh',
  });
});

test('a full answer is dated; a false 304 is counted, and two of them end trust in the validators', () => {
  const full = { now, isFull: true };
  expect(succeed(source(), answer(), {}, full).isFull).toBe(true);
  expect(succeed(source({ false304s: 1 }), answer(), { isFalse304: true }, full)).toMatchObject({
    false304s: 2,
    nextReason: 'unconditional',
  });
});

const fail = (from: ClaimedSource, fields: object) =>
  settleFailure(
    from,
    {
      error: new FetchError('net.timeout', 'late', { weight: 'temporary' }),
      status: null,
      retryAfter: null,
      blockedBy: null,
      ...fields,
    },
    now,
  );

test('a failure touches neither validators nor items and tells its code', () => {
  const { source: after, poll: row } = fail(source({ failures: 2 }), {
    error: new NotAFeedError('source.not_a_feed', 'a page'),
  });
  expect(after).toEqual({
    nextInSeconds: expect.any(Number),
    nextReason: 'failure_backoff',
    failures: 3,
    lastError: 'source.not_a_feed: a page',
    lastStatus: null,
    isSuccess: false,
  });
  expect(row).toMatchObject({ outcome: 'failed', created: 0, note: 'source.not_a_feed: a page' });
});

test('Retry-After closes the whole host for at least as long, but never that of a trial paper', () => {
  const asks = { status: 429, retryAfter: 3_600, error: answerError(answer({ status: 429 })) };
  const settled = fail(source(), asks);
  expect(settled.closeHostSeconds).toBeGreaterThanOrEqual(3_600);
  expect(settled.source).toMatchObject({ nextReason: 'retry_after' });
  expect(fail(source({ isSample: true }), asks).closeHostSeconds).toBeNull();
  expect(fail(source(), { ...asks, retryAfter: 1e12 }).closeHostSeconds).toBeLessThanOrEqual(1.1 * 86_400);
});

test('410 is dated at its first and keeps that date', () => {
  const gone = { status: 410, error: answerError(answer({ status: 410 })) };
  expect(fail(source(), gone).source).toMatchObject({ goneSince: now, nextReason: 'gone' });
  expect(fail(source({ goneSince: new Date(now.getTime() - 4 * 86_400_000) }), gone).source).not.toHaveProperty(
    'goneSince',
  );
});

test('a wall is named and stays named while nobody answers', () => {
  const walled = answer({ status: 403, blockedBy: 'cloudflare' });
  expect(answerError(walled)).toMatchObject({ code: 'source.blocked', weight: 'hard' });
  expect(fail(source(), { status: 403, blockedBy: 'cloudflare' }).source).toMatchObject({ blockedBy: 'cloudflare' });
  expect(fail(source({ blockedBy: 'cloudflare' }), {}).source).not.toHaveProperty('blockedBy');
  expect(fail(source({ blockedBy: 'cloudflare' }), { status: 500 }).source).toMatchObject({ blockedBy: null });
});

test('good answers are kept seldom for one source, and never many at once', () => {
  const hoursAgo = (hours: number) => ({ answerAt: new Date(now.getTime() - hours * 3_600_000) });
  const turns = openAnswerTurns();
  const takenAt = (ms: number, tries: number) =>
    Array.from({ length: tries }, () => turns.take(ms)).filter(Boolean).length;

  expect([owesAnswer({ answerAt: null }, now), owesAnswer(hoursAgo(5), now), owesAnswer(hoursAgo(6), now)]).toEqual([
    true,
    false,
    true,
  ]);
  expect([takenAt(0, 1_000), takenAt(100, 10), takenAt(1_000, 10), takenAt(60_000, 1_000)]).toEqual([20, 0, 5, 20]);
});
