import { expect, test } from 'vitest';
import { toDrafts } from '../src/source/draft.ts';
import { toWords } from '../src/source/words.ts';
import type { ParsedFeed, ParsedItem } from '../src/source/parsed.ts';

const now = new Date('2026-11-22T05:00:00Z');
let count = 0;

function item(fields: Partial<ParsedItem> = {}): ParsedItem {
  count++;
  return {
    id: `id-${count}`,
    url: `https://bao.example/bai-${count}.html`,
    title: `Bài ${count}`,
    summaryHtml: '<p>Sapo</p>',
    contentHtml: null,
    publishedAt: new Date('2026-11-22T01:00:00Z'),
    updatedAt: null,
    authors: [],
    categories: [],
    enclosures: [],
    media: [],
    imageUrl: null,
    commentsUrl: null,
    originName: null,
    originUrl: null,
    point: null,
    hash: count.toString(16).padStart(16, '0'),
    ...fields,
  };
}

function feed(items: ParsedItem[]): ParsedFeed {
  return {
    format: 'rss',
    version: '2.0',
    title: 'Báo',
    description: null,
    homeUrl: null,
    selfUrl: null,
    hubUrls: [],
    id: null,
    language: 'vi',
    updatedAt: null,
    imageUrl: null,
    iconUrl: null,
    authors: [],
    ttlMinutes: null,
    skipHours: [],
    skipDays: [],
    updatePeriodMinutes: null,
    nextUrl: null,
    marks: [],
    items,
    warnings: [],
  };
}

const draft = (items: ParsedItem[]) => toDrafts(feed(items), { sourceId: 7, now });

test('an article is keyed by its address first and by its guid within the source', () => {
  const { drafts } = draft([item()]);
  expect(drafts[0]?.keys.map((key) => key.slice(0, 2))).toEqual(['u:', 'g:']);
});

test('tracking variants of an address are one key', () => {
  const [a] = draft([item({ url: 'https://bao.example/a-1.html?utm_source=rss', id: null })]).drafts;
  const [b] = draft([item({ url: 'https://bao.example/a-1.html', id: null })]).drafts;
  expect(a?.keys).toEqual(b?.keys);
});

test('a guid on two articles names none of them', () => {
  const { drafts } = draft([item({ id: 'same', title: 'Một' }), item({ id: 'same', title: 'Hai' })]);
  expect(drafts.map((one) => one.keys.map((key) => key.slice(0, 2)))).toEqual([['u:'], ['u:']]);
});

test('the home page as link of every article loses none of them', () => {
  const home = 'https://bao.example/';
  const { drafts } = draft([item({ id: null, url: home, title: 'Một' }), item({ id: null, url: home, title: 'Hai' })]);
  expect(drafts.map((one) => one.keys[0]?.slice(0, 2))).toEqual(['t:', 't:']);
  expect(new Set(drafts.map((one) => one.keys[0])).size).toBe(2);
});

test('the same article twice in a document is one draft and a warning', () => {
  const { drafts, warnings } = draft([
    item({ url: 'https://bao.example/x.html', title: 'Một', id: 'a' }),
    item({ url: 'https://bao.example/x.html?utm_medium=rss', title: 'Một', id: 'b' }),
  ]);
  expect(drafts).toHaveLength(1);
  expect(warnings.map((warning) => warning.code)).toContain('item.repeated');
});

test.each([
  ['absent', null, 'item.date_missing'],
  ['in the future', new Date('2026-11-22T12:00:00Z'), 'item.date_unbelievable'],
  ['before the web', new Date('1970-01-01T00:00:00Z'), 'item.date_unbelievable'],
])('a date that is %s becomes a guess of now, never a date in the future', (_, publishedAt, code) => {
  const { drafts, warnings } = draft([item({ publishedAt })]);
  expect(drafts[0]).toMatchObject({ publishedAt: now, isDateGuess: true });
  expect(warnings).toMatchObject([{ code, item: 0 }]);
});

test('a clock that runs a minute ahead is believed and set to now', () => {
  const { drafts } = draft([item({ publishedAt: new Date(now.getTime() + 60_000) })]);
  expect(drafts[0]).toMatchObject({ publishedAt: now, isDateGuess: false });
});

test('an item without a title takes the first words of its text', () => {
  const { drafts } = draft([item({ title: null, summaryHtml: '<p>Mưa lớn ở vùng cao.</p>' })]);
  expect(drafts[0]?.title).toBe('Mưa lớn ở vùng cao.');
});

test('an item without any words is left out with a warning and loses no neighbour', () => {
  const { drafts, warnings } = draft([item({ title: ' ', summaryHtml: null }), item({ title: 'Còn đây' })]);
  expect(drafts.map((one) => one.title)).toEqual(['Còn đây']);
  expect(warnings).toMatchObject([{ code: 'item.empty', item: 0 }]);
});

test('a title cannot turn around the words after it', () => {
  const { drafts } = draft([item({ title: 'Ảnh \u202egpj.exe\u202c và \u2067khác\u2069' })]);
  expect(drafts[0]?.title).toBe('Ảnh gpj.exe và khác');
});

test('control characters and lone surrogates do not reach the store', () => {
  const { drafts } = draft([
    item({ title: 'Tin\u0000 m\u0007ới \ud800', summaryHtml: 's\u0000t\ud800', contentHtml: 'a\u0000b\udfff' }),
  ]);
  const [first] = drafts;
  expect(first?.title).toBe('Tin m ới \ufffd');
  expect(first && toWords(first, { section: null, baseUrl: 'https://bao.example/' })).toMatchObject({
    summary: 'st\ufffd',
    bodyHtml: 'ab\ufffd',
  });
});
