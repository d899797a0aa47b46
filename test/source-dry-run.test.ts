// A document read by the rules of now and by others → what a person is told before saving them.
import { expect, test } from 'vitest';
import { compareReadings } from '../src/source/dry-run.ts';
import { readDocument } from '../src/source/read-document.ts';
import type { ListRule } from '../src/source/rules.ts';

const block = (n: number, rest = '') =>
  `<article><h3><a href="/thoi-su/bai-so-${n}-10${n}.html">Bài số ${n} về một việc trong tỉnh</a></h3><p class="sapo">Sapo ${n}</p><time>22/11/2026 08:0${n}</time>${rest}</article>`;
const page = (...blocks: string[]) => Buffer.from(`<html><body><main>${blocks.join('')}</main></body></html>`);
const read = (list: ListRule, bytes: Buffer) =>
  readDocument({
    kind: 'listing',
    rules: { lists: [list] },
    bytes,
    url: 'https://bao.example/thoi-su',
    headers: { 'content-type': 'text/html; charset=utf-8' },
    zone: 'Asia/Ho_Chi_Minh',
    now: new Date('2026-11-22T05:00:00Z'),
    sourceId: 1,
    section: null,
    province: null,
    isFirst: false,
    known: null,
  });
const rule: ListRule = { item: 'article', title: 'h3 a', link: 'h3 a@href', date: 'time', summary: '.sapo' };
const bytes = page(block(1), block(2), block(3));

test('the same rules change nothing', () => {
  const run = compareReadings(read(rule, bytes), read(rule, bytes));

  expect([run.before, run.after, run.same, run.rows]).toEqual([3, 3, 3, []]);
});

test('a field that is read otherwise is shown before and after, and counted', () => {
  const run = compareReadings(read(rule, bytes), read({ ...rule, summary: 'time' }, bytes));

  expect(run.rows.map((row) => [row.kind, row.fields.map((field) => field.field)])).toEqual([
    ['changed', ['summary', 'text']],
    ['changed', ['summary', 'text']],
    ['changed', ['summary', 'text']],
  ]);
  expect(run.rows[0]?.fields[0]).toEqual({ field: 'summary', before: 'Sapo 1', after: '22/11/2026 08:01' });
});

test('articles that come and go are told apart', () => {
  const narrow: ListRule = { ...rule, item: 'article:first-child' };
  const gone = compareReadings(read(rule, bytes), read(narrow, bytes));
  const added = compareReadings(read(narrow, bytes), read(rule, bytes));

  expect(gone.rows.map((row) => row.kind)).toEqual(['gone', 'gone']);
  expect(added.rows.map((row) => row.kind)).toEqual(['added', 'added']);
  expect(added.rows[0]?.key).not.toBeNull();
});

test('where the rules of now read nothing, all is added', () => {
  const run = compareReadings(null, read(rule, bytes));

  expect([run.before, run.rows.length]).toEqual([0, 3]);
  expect(run.filled.find((one) => one.field === 'title')).toEqual({ field: 'title', before: 0, after: 3 });
});

test('an article without a date, which waits for its page, is compared as well', () => {
  const undated: ListRule = { ...rule, date: '.no-such' };
  const bare = page(block(1).replace(/<time>.*<\/time>/, ''), block(2).replace(/<time>.*<\/time>/, ''));
  const run = compareReadings(read(rule, bytes), read(undated, bare));

  expect(run.after).toBe(2);
  expect(run.rows.find((row) => row.kind === 'changed')?.fields).toContainEqual(
    expect.objectContaining({ field: 'date', after: '' }),
  );
});
