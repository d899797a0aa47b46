import { expect, test } from 'vitest';
import { type HealthRow, reasonWords, sourceHealth, stateWords, worstFirst } from '../src/source/health.ts';
import { judgeMove, weekMs } from '../src/source/redirect-memory.ts';
import { judgeRemoval, nextLookHours } from '../src/source/removal.ts';

const now = new Date('2026-11-22T05:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const old = 'http://bao.example/rss';
const target = 'https://moi.example/rss';
const source = (movedTo: string | null = null, movedSince: Date | null = null) => ({ url: old, movedTo, movedSince });
const hops = (...statuses: number[]) => statuses.map((status) => ({ status }));

test('a permanent redirect is watched for a week and then taken over', () => {
  expect(judgeMove(source(), hops(301), target, now)).toEqual({ movedTo: target, movedSince: now, newUrl: null });
  expect(judgeMove(source(target, daysAgo(6)), hops(301, 308), target, now)).toEqual({
    movedTo: target,
    movedSince: daysAgo(6),
    newUrl: null,
  });
  expect(judgeMove(source(target, new Date(now.getTime() - weekMs)), hops(301), target, now).newUrl).toBe(target);
});

test('another target begins a new week; a chain with one temporary hop, or none at all, forgets', () => {
  const forgotten = { movedTo: null, movedSince: null, newUrl: null };
  expect(judgeMove(source('https://x.example/', daysAgo(30)), hops(301), target, now).movedSince).toEqual(now);
  for (const status of [302, 303, 307])
    expect(judgeMove(source(target, daysAgo(30)), hops(301, status), target, now)).toEqual(forgotten);
  expect(judgeMove(source(target, daysAgo(30)), [], old, now)).toEqual(forgotten);
});

test('http to https of the same address is taken over at once, but not by a temporary redirect', () => {
  expect(judgeMove(source(), hops(301), 'https://bao.example/rss', now).newUrl).toBe('https://bao.example/rss');
  expect(judgeMove(source(), hops(302), 'https://bao.example/rss', now).newUrl).toBeNull();
  expect(judgeMove(source(), hops(301), 'https://bao.example/rss2', now).newUrl).toBeNull();
  expect(judgeMove({ ...source(), url: 'https://bao.example/rss' }, hops(301), old, now).newUrl).toBeNull();
});

const row = (fields: Partial<HealthRow> = {}): HealthRow => ({
  isPaused: false,
  failures: 0,
  failingSince: null,
  lastError: null,
  lastStatus: 200,
  lastSuccessAt: daysAgo(0),
  newestAt: daysAgo(0.1),
  turnoverSeconds: 36_000,
  tookMs: 300,
  goneSince: null,
  blockedBy: null,
  isHeld: false,
  gaps: 0,
  ...fields,
});

test.each<[string, Partial<HealthRow>]>([
  ['ok', {}],
  ['ok', { lastSuccessAt: null, newestAt: null, turnoverSeconds: null, tookMs: null }],
  ['quiet', { newestAt: daysAgo(3) }],
  ['ok', { newestAt: daysAgo(3), turnoverSeconds: 30 * 86_400 }],
  ['slow', { tookMs: 12_000 }],
  ['slow', { failures: 1, lastError: 'net.timeout: x' }],
  ['slow', { isHeld: true }],
  ['slow', { gaps: 1 }],
  ['broken', { failures: 3, failingSince: daysAgo(1), lastError: 'source.status: x', lastStatus: 404 }],
  ['broken', { failures: 1, lastSuccessAt: null, lastError: 'source.not_a_feed: x' }],
  ['blocked', { failures: 9, blockedBy: 'cloudflare' }],
  ['blocked', { failures: 9, blockedBy: 'robots' }],
  ['paused', { failures: 9, blockedBy: 'cloudflare', isPaused: true }],
  ['paused', { failures: 2, goneSince: daysAgo(4) }],
])('a source is %s when %j', (state, fields) => {
  const health = sourceHealth(row(fields), now);
  expect(health.state).toBe(state);
  expect(health.vi.length).toBeGreaterThan(5);
  expect(health.en).toMatch(/\.$/);
});

test('a broken source tells since when, how often and why', () => {
  const health = sourceHealth(
    row({
      failures: 4,
      failingSince: daysAgo(3),
      lastError: 'source.status: bao.example answered 404',
      lastStatus: 404,
    }),
    now,
  );
  expect(health.vi).toBe('Hỏng từ 3 ngày nay, 4 lần liền: máy chủ trả lời 404 (không thấy địa chỉ này).');
  expect(health.en).toBe('Broken for 3 days, 4 times in a row: the server answered 404 (not found).');
});

test('every state and reason has words; an unknown reason stands for itself', () => {
  expect([...worstFirst].sort()).toEqual(Object.keys(stateWords).sort());
  expect(reasonWords('ttl').vi).toContain('ttl');
  expect(reasonWords('x')).toEqual({ vi: 'x', en: 'x' });
});

const article = { url: 'https://bao.example/bai-1.html', title: 'Cầu mới thông xe' };
const page = (fields: object = {}) => ({
  status: 200,
  finalUrl: article.url,
  title: 'Báo',
  text: 'Cau moi thong xe sáng nay',
  ...fields,
});

test('an article is there when its page shows the headline, with or without marks', () => {
  expect(judgeRemoval(article, page(), 0).state).toBe('there');
  expect(judgeRemoval(article, page({ title: 'CẦU MỚI THÔNG XE', text: 'Bài viết không tồn tại' }), 1).state).toBe(
    'there',
  );
});

test('410 counts at once, 404 when it stands at the second look, an error of the server never', () => {
  expect(judgeRemoval(article, page({ status: 410 }), 0)).toEqual({ state: 'removed', evidence: 'http 410' });
  expect(judgeRemoval(article, page({ status: 404 }), 0).state).toBe('unclear');
  expect(judgeRemoval(article, page({ status: 404 }), 1).state).toBe('removed');
  for (const status of [403, 429, 500, 503]) expect(judgeRemoval(article, page({ status }), 5).state).toBe('unclear');
});

test('a short notice or a way back to the home page counts as removed at the second look', () => {
  const notice = page({ text: 'Bài viết không tồn tại hoặc đã bị gỡ bỏ. Về trang chủ.' });
  expect([judgeRemoval(article, notice, 0).state, judgeRemoval(article, notice, 1).state]).toEqual([
    'unclear',
    'removed',
  ]);
  expect(judgeRemoval(article, page({ finalUrl: 'https://bao.example/', text: 'Tin mới' }), 1)).toEqual({
    state: 'removed',
    evidence: 'redirect to the home page',
  });
  const long = `${'Một bài dài. '.repeat(400)} bài viết không tồn tại`;
  expect(judgeRemoval(article, page({ text: long }), 1).state).toBe('there');
});

test('an unclear article is looked at three times more and then left', () => {
  expect([1, 2, 3, 4].map(nextLookHours)).toEqual([1, 6, 24, null]);
});
