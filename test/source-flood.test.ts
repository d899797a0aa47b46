import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FreshItem, judgeFlood, maybeFlood, pathOf, type Twin } from '../src/source/flood.ts';
import { afterPage, compareMarks, gapBetween, worthALook } from '../src/source/gap.ts';
import { noName, packMarks } from '../src/source/kinds/item-hash.ts';

const at = (hours: number) => new Date(Date.UTC(2026, 10, 22) - hours * 3_600_000);
const text = (name: string) =>
  `${name}: đoàn công tác kiểm tra tiến độ thi công kè chống sạt lở bờ sông và động viên công nhân.`;

const fresh = (index: number, fields: Partial<FreshItem> = {}): FreshItem => ({
  title: `Bài ${index}`,
  summary: text(`Bài ${index}`),
  url: `https://bao.example/thoi-su/bai-viet-${index}-100${index}.html`,
  publishedAt: at(index),
  isDateGuess: false,
  ...fields,
});
const twin = (index: number, fields: Partial<Twin> = {}): Twin => ({
  entryId: index,
  seenAt: at(0),
  title: `Bài ${index}`,
  summary: text(`Bài ${index}`),
  url: `http://bao-cu.example/?p=${index}`,
  publishedAt: at(index),
  ...fields,
});
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const verdict = (items: FreshItem[], twins: Twin[]) => judgeFlood(items, twins, 20);

test('a few new articles are never a flood', () => {
  expect([maybeFlood(2, 2), maybeFlood(3, 20), maybeFlood(3, 5), maybeFlood(5, 100)]).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('twenty guids and addresses that changed together are the twenty known articles', () => {
  const result = verdict(
    range(20).map((n) => fresh(n)),
    range(20).map((n) => twin(n)),
  );
  expect(result).toMatchObject({ verdict: 'remap', strong: 20, weak: 0 });
  expect(result.pairs.every((pair) => pair.twin.entryId === pair.fresh + 1)).toBe(true);
});

test('all dates jumped to now and all guids changed: the text tells', () => {
  const items = range(20).map((n) => fresh(n, { publishedAt: at(0), url: null }));
  expect(
    verdict(
      items,
      range(20).map((n) => twin(n)),
    ),
  ).toMatchObject({ verdict: 'remap', strong: 20 });
});

test('a move to another host with the same paths is recognised although summaries and dates were lost', () => {
  const items = range(10).map((n) =>
    fresh(n, {
      summary: '',
      isDateGuess: true,
      url: `https://moi.example/bai/tin-so-${n}-2026.html`,
    }),
  );
  const known = range(10).map((n) => twin(n, { url: `http://cu.example/bai/tin-so-${n}-2026.html` }));
  expect(verdict(items, known)).toMatchObject({ verdict: 'remap', strong: 10 });
});

test("a column's daily headlines with other text are news", () => {
  const items = range(10).map((n) => fresh(n, { title: `Giá vàng tỉnh ${n}`, summary: text(`Giá mới ${n}`) }));
  const known = range(10).map((n) => twin(n, { title: `Giá vàng tỉnh ${n}`, publishedAt: at(n + 24) }));
  expect(verdict(items, known)).toMatchObject({ verdict: 'pass', pairs: [] });
});

test('headlines alone that come back with other dates are in doubt and held', () => {
  const bare = { summary: '', url: null };
  const items = range(10).map((n) => fresh(n, { ...bare, publishedAt: at(0) }));
  const known = range(10).map((n) => twin(n, { ...bare }));
  expect(verdict(items, known)).toMatchObject({ verdict: 'hold', strong: 0, weak: 10 });
});

test('a headline that several stored articles carry proves nothing', () => {
  const items = range(6).map((n) => fresh(n, { title: 'Dự báo thời tiết', summary: '', url: null }));
  const known = range(12).map((n) =>
    twin(n, { title: 'Dự báo thời tiết', summary: '', url: null, publishedAt: at(n + 30) }),
  );
  expect(verdict(items, known).verdict).toBe('pass');
});

test('a busy hour with one rewritten article among the new ones passes', () => {
  expect(
    verdict(
      range(10).map((n) => fresh(n)),
      [twin(3)],
    ),
  ).toMatchObject({ verdict: 'pass', strong: 1, pairs: [] });
});

test('one stored article answers for one fresh article only', () => {
  const items = range(6).map((n) => fresh(n, { title: 'Tin vắn', summary: text('Tin vắn'), publishedAt: at(1) }));
  const result = verdict(items, [twin(1, { title: 'Tin vắn', summary: text('Tin vắn') })]);
  expect(result).toMatchObject({ verdict: 'pass', strong: 1 });
});

test('ten thousand articles under one headline are judged in linear time', () => {
  const items = range(2_000).map((n) => fresh(n, { title: 'a', url: null }));
  const known = range(2_000).map((n) => twin(n, { title: 'a', url: null }));
  const startedAt = performance.now();
  judgeFlood(items, known, 2_000);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test.each([
  ['https://a.example/thoi-su/bai-1234.html', '/thoi-su/bai-1234.html'],
  ['http://b.example/thoi-su/bai-1234.html#x', '/thoi-su/bai-1234.html'],
  ['https://a.example/?id=12345', '/?id=12345'],
  ['https://a.example/', null],
  ['https://a.example/thoi-su', null],
  [null, null],
])('the path of %s is %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});

const hex = (text: string | number, digits: number) => String(text).padStart(digits, '0');
/** A mark: hash of the words, address, id, no date. */
const mark = (item: number, words = item, id = 0) => hex(words, 16) + hex(item, 8) + hex(id, 8) + hex(0, 8);
const compare = (before: readonly string[], now: readonly string[]) => compareMarks(packMarks(before), packMarks(now));
const marks = (from: number, to: number) => range(to - from + 1).map((n) => mark(from + n - 1));

test('an edited item is known by its address, one without any name by its words', () => {
  expect(compare(marks(1, 4), [mark(1, 99), mark(2), mark(7)])).toEqual({ known: 2, gone: [] });
  const bare = mark(0, 5);
  expect(compare([bare], [bare]).known).toBe(1);
  expect(compare([bare], [mark(0, 6)]).known).toBe(0);
});

test('items that leave from the middle are gone early, those at the end are not', () => {
  const before = marks(1, 10);
  expect(compare(before, marks(1, 7)).gone).toEqual([]);
  expect(compare(before, [mark(1), mark(3), mark(4), mark(10)]).gone).toHaveLength(6);
  expect(compare(before, [mark(1), ...marks(3, 10)]).gone).toEqual([mark(2)]);
  expect(compare(before, [mark(77)]).gone).toEqual([]);
});

test('a document that grew at its head is compared as any other, however little it takes', () => {
  // By address or id, each item for itself: slow, and what is meant.
  const isSame = (a: string, b: string) =>
    [16, 24].some(
      (from) => a.slice(from, from + 8) !== noName && a.slice(from, from + 8) === b.slice(from, from + 8),
    ) || a.slice(0, 32) === b.slice(0, 32);
  const byHand = (before: readonly string[], now: readonly string[]) => {
    const isThere = before.map((old) => now.some((item) => isSame(old, item)));
    return {
      known: now.filter((item) => before.some((old) => isSame(old, item))).length,
      gone: before.filter((_, at) => !isThere[at] && isThere.slice(at + 1).includes(true)),
    };
  };
  const some = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 })),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(some, some, some, fc.nat(9), (above, listed, others, kept) => {
      const [head = [], all = [], tail = []] = [above, listed, others].map((some) => some.map((one) => mark(...one)));
      // A document that lists an article twice has it at two places; what fell off its end did so all the same.
      const before = all.filter((one, at) => !all.slice(0, at).some((other) => isSame(one, other)));
      for (const now of [
        [...head, ...before.slice(0, kept)],
        [...head, ...before.slice(0, kept), ...tail],
      ])
        expect(compare(before, now)).toEqual(byHand(before, now));
    }),
  );
});

test('one or two articles gone are worth a look at their pages, half a document in another order is not', () => {
  expect(worthALook(['a', 'b'], 10)).toEqual(['a', 'b']);
  expect(worthALook(['a', 'b', 'c'], 10)).toEqual([]);
  expect(worthALook(['a', 'b', 'c'], 50)).toHaveLength(3);
});

const times = (...minutes: number[]) => minutes.map((minute) => at(minute).getTime());

test('two documents without an item in common leave a gap between their dates', () => {
  const before = { items: 10, newestAt: at(10) };
  expect(gapBetween(before, { items: 10, known: 0, times: times(2, 5) })).toEqual({
    afterAt: at(10),
    beforeAt: at(5),
  });
  expect(gapBetween(before, { items: 10, known: 0, times: [] })).toEqual({ afterAt: at(10), beforeAt: null });
  expect(gapBetween(before, { items: 10, known: 1, times: times(2) })).toBeNull();
});

test('a document that reaches back behind the last one leaves no gap, nor does the first or a tiny one', () => {
  const before = { items: 10, newestAt: at(10) };
  expect(gapBetween(before, { items: 10, known: 0, times: times(2, 12) })).toBeNull();
  expect(gapBetween({ items: 0, newestAt: null }, { items: 10, known: 0, times: times(2) })).toBeNull();
  expect(gapBetween(before, { items: 2, known: 0, times: times(2) })).toBeNull();
});

test('an archive is followed until it reaches what is known, never in a circle and never for ever', () => {
  const gap = { afterAt: at(50), pages: 1, url: 'https://a.example/2' };
  const page = { items: 10, known: 0, oldestAt: at(20), nextUrl: 'https://a.example/3' };
  expect(afterPage(gap, page)).toEqual({ status: 'open', nextUrl: 'https://a.example/3' });
  expect(afterPage(gap, { ...page, known: 1 })).toEqual({ status: 'filled', nextUrl: null });
  expect(afterPage(gap, { ...page, oldestAt: at(60) })).toEqual({ status: 'filled', nextUrl: null });
  for (const end of [{ nextUrl: null }, { nextUrl: gap.url }, { items: 0 }])
    expect(afterPage(gap, { ...page, ...end })).toEqual({ status: 'partly', nextUrl: null });
  expect(afterPage({ ...gap, pages: 10 }, page).status).toBe('partly');
});
