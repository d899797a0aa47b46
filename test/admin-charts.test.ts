// Numbers → the console's charts, and what the console says of times, durations and typed words.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineChart, niceTop, sparkline, stackedBars } from '../src/web/admin/charts.ts';
import { dataTable, isConfirmed } from '../src/web/admin/parts.ts';
import { daySteps, hourSteps, pollCharts } from '../src/web/admin/source-charts.ts';
import { duration, pollWords } from '../src/web/admin/source-parts.ts';
import { sourceWords } from '../src/web/admin/words-source.ts';
import { untilTime } from '../src/web/when.ts';

const now = new Date('2026-11-22T05:30:00Z');
const heights = (svg: string) => [...svg.matchAll(/<rect[^>]* height="([\d.]+)"/g)].map((match) => Number(match[1]));
const step = { polls: 0, failed: 0, unchanged: 0, created: 0, changed: 0, lagSeconds: null };

test('the top of a scale is round and never below the values', () => {
  expect([0, 1, 3, 7, 11, 24, 26, 400].map(niceTop)).toEqual([1, 1, 5, 10, 20, 25, 50, 500]);
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (most) => {
      expect(niceTop(most)).toBeGreaterThanOrEqual(most * (1 - 1e-12));
      expect(niceTop(most)).toBeLessThan(most * 2.51);
    }),
  );
});

test('a sparkline shows every day, and what is not nothing is seen', async () => {
  const svg = String(await sparkline([0, 1, 1_000], '3 ngày & hơn'));

  expect(heights(svg)).toEqual([1, 2, 22]);
  expect(svg).toContain('aria-label="3 ngày &amp; hơn"');
});

test('stacked bars stand on each other within the chart', async () => {
  const series = [
    { name: 'a', colour: 'c1', values: [3, 0] },
    { name: 'b', colour: 'c3', values: [7, 5] },
  ] as const;
  const svg = String(await stackedBars(series, { label: 'thử', labels: ['x', 'y'] }));

  expect(heights(svg)).toHaveLength(3);
  const [low = 0, high = 0, other = 0] = heights(svg);
  expect(high / low).toBeCloseTo(7 / 3, 1);
  expect(other).toBeCloseTo((high / 7) * 5, 1);
  expect(svg).toContain('<title>y: a 0, b 5</title>');
});

test('a line has a hole where there is no value', async () => {
  const svg = String(await lineChart([1, 2, null, 4], { label: 'thử', labels: ['a', 'b', 'c', 'd'] }));

  expect(/ d="(M[^M]+)(M[^M]+)"/.exec(svg)).not.toBeNull();
  expect([...svg.matchAll(/<circle/g)]).toHaveLength(3);
});

test('steps of time are whole: hours and days without a poll are there as nothing', () => {
  const row = { hourAt: new Date('2026-11-22T03:00:00Z'), ...step, polls: 2, items: 4, created: 1 };
  const hours = hourSteps([row], now, 4);
  const days = daySteps([], new Date('2026-11-22T18:00:00Z'), 3);

  expect(hours.map((one) => [one.label, one.polls])).toEqual([
    ['09:00', 0],
    ['10:00', 2],
    ['11:00', 0],
    ['12:00', 0],
  ]);
  expect(days.map((one) => one.label)).toEqual(['21/11', '22/11', '23/11']);
});

test('charts come with their figures as a table, and with words where there is nothing', async () => {
  const full = String(await pollCharts([{ ...step, label: '10:00', polls: 3, failed: 1, lagSeconds: 600 }], 'vi'));

  expect(full).toContain('<details>');
  expect(full).toContain('10 phút');
  expect(String(await pollCharts([{ ...step, label: '10:00' }], 'vi'))).not.toContain('<svg');
});

test('durations, polls and what is to come are said as people say them', () => {
  expect([40, 720, 12_600, 400_000].map((seconds) => duration(seconds, 'vi'))).toEqual([
    '40 giây',
    '12 phút',
    '3,5 giờ',
    '5 ngày',
  ]);
  const poll = { outcome: 'new', items: 25, created: 2, changed: 0, skipped: 3 };
  expect(pollWords(poll, sourceWords('vi'))).toBe('có tin mới hoặc đổi: 3 bỏ qua / 23 trùng / 2 mới');
  expect(pollWords({ ...poll, outcome: 'same_body', items: 0 }, sourceWords('vi'))).toBe('chưa đổi (cùng nội dung)');
  const later = (minutes: number) =>
    untilTime(new Date(now.getTime() + minutes * 60_000), now, 'Asia/Ho_Chi_Minh', 'vi');
  expect([0, 5, 90, 3_000, 20_000].map(later)).toEqual([
    'ngay bây giờ',
    '5 phút nữa',
    '2 giờ nữa',
    '2 ngày nữa',
    '06/12/2026',
  ]);
});

test('a typed confirmation forgives case and composition and nothing else', () => {
  const typed = (text: string) => isConfirmed(new URLSearchParams({ xac_nhan: text }), 'xoá 3 nguồn');

  expect([' Xoá 3 nguồn '.normalize('NFD'), 'XOÁ 3 NGUỒN'].map(typed)).toEqual([true, true]);
  expect(['xoa 3 nguon', 'xoá 2 nguồn', ''].map(typed)).toEqual([false, false, false]);
});

test('what tables and charts are given never becomes markup', async () => {
  const table = String(await dataTable({ caption: '<b>', columns: ['"><i>'], rows: [['<script>']] }));

  expect(table).not.toMatch(/<b>|<i>|<script>/);
  expect(table).toContain('data-label="&quot;&gt;&lt;i&gt;"');
});
