// Fourteen invented pages, each built as provincial sites are → the list that is inferred on them, with every date.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inferLists } from '../src/source/infer-list.ts';
import { parsePage } from '../src/source/kinds/dom.ts';
import { readSource } from '../src/source/kinds/list.ts';
import { checkRules } from '../src/source/rules.ts';

type Expected = {
  url: string;
  now: string;
  items: { url: string; title: string; date: string; image?: string }[];
};

const folder = new URL('./fixtures/pages/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => name.slice(0, -5));
const table: string[] = [];

const read = (name: string) => ({
  html: readFileSync(new URL(`${name}.html`, folder)),
  expected: JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Expected,
});

const bare = (url: string | null) => (url ?? '').replace(/\?redirect=.*$/, '');

test.each(names)('%s: its list is inferred, and the rules read it whole with every date right', (name) => {
  const { html, expected } = read(name);
  const now = new Date(expected.now);
  const clock = { zone: 'Asia/Ho_Chi_Minh', now };

  const [best] = inferLists(parsePage(html.toString(), expected.url), clock);

  expect(best, 'a list is found').toBeDefined();
  const rules = best?.rules ?? {};
  expect(checkRules(JSON.parse(JSON.stringify(rules)))).toEqual({ rules });
  const feed = readSource('listing', html, { ...clock, url: expected.url, rules });
  table.push(
    `${name.padEnd(18)} ${String(feed.items.length).padStart(2)} of ${expected.items.length}  ${JSON.stringify(rules)}`,
  );
  expect(
    feed.items.map((item) => ({ url: bare(item.url), title: item.title, date: item.publishedAt?.toISOString() })),
  ).toEqual(expected.items.map(({ url, title, date }) => ({ url, title, date })));
  const isPictured = expected.items[0]?.image !== undefined;
  expect(feed.items.map((item) => (isPictured ? item.imageUrl : undefined))).toEqual(
    expected.items.map((item) => item.image),
  );
});

const headline = (n: number) => `Bài viết thứ ${n} kể chuyện làng bên sông`;
const link = (n: number) => `/tin/bai-viet-so-${n}-ve-viec-lang-${900 + n}.html`;
const rows = (make: (n: number) => string) => [1, 2, 3, 4, 5].map(make).join('\n');
const day = (n: number) => `${20 - n}/11/2026`;

test.each([
  [
    'numbered classes',
    rows((n) => `<div class="news-${n} o"><a href="${link(n)}">${headline(n)}</a><p>${day(n)}</p></div>`),
  ],
  ['loose dates behind links', rows((n) => `- <a href="${link(n)}">${headline(n)}</a> (${day(n)})<br>`)],
  ['loose dates in items', `<ul>${rows((n) => `<li><a href="${link(n)}">${headline(n)}</a> - ${day(n)}`)}</ul>`],
  [
    'one link around all',
    rows((n) => `<a class="the" href="${link(n)}"><h4>${headline(n)}</h4><small>${day(n)}</small></a>`),
  ],
  [
    'headlines in pictures only',
    rows(
      (n) =>
        `<div class="o"><a href="${link(n)}" title="${headline(n)}"><img src="/${n}.jpg"></a><i>${day(n)}</i></div>`,
    ),
  ],
  [
    'two columns of a table',
    `<table><tr>${rows((n) => `${n % 2 ? '<tr>' : ''}<td><a href="${link(n)}">${headline(n)}</a><br><font>${day(n)}</font></td>`)}</table>`,
  ],
])('%s: every headline with its day', (_, body) => {
  const page = parsePage(`<html><body><h1>Tin</h1><div>${body}</div></body></html>`, 'https://bao.example/tin');

  const [best] = inferLists(page, { zone: 'Asia/Ho_Chi_Minh', now: new Date('2026-11-22T10:00:00Z') });

  expect(best?.items.map((item) => [item.title, item.publishedAt?.toISOString()])).toEqual(
    [1, 2, 3, 4, 5].map((n) => [headline(n), new Date(Date.UTC(2026, 10, 20 - n, -7)).toISOString()]),
  );
});

test('a day that stands in a headline is not the day of the article', () => {
  const body = rows((n) => `<p class="o"><a href="${link(n)}">Kỷ niệm ngày 20/11/2026 tại trường bản số ${n}</a></p>`);
  const page = parsePage(`<html><body>${body}</body></html>`, 'https://bao.example/tin');

  const [best] = inferLists(page, { zone: 'Asia/Ho_Chi_Minh', now: new Date('2026-11-22T10:00:00Z') });

  expect(best?.items.map((item) => item.publishedAt)).toEqual([null, null, null, null, null]);
});

test('at least ten structures were shown', () => {
  process.stdout.write(`${table.join('\n')}\n`);
  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(table.length).toBe(names.length);
});
