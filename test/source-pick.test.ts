// A person points at one article of a page → the list it belongs to, its fields, and an inert likeness of the page.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildList, guessLists, snapshotPage } from '../src/source/build-list.ts';
import { elementsOf, parsePage } from '../src/source/kinds/dom.ts';
import { linkOf, nameOf } from '../src/source/kinds/fields.ts';
import type { ListRule } from '../src/source/rules.ts';

type Expected = { url: string; now: string; items: { url: string; title: string }[] };

const folder = new URL('./fixtures/pages/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => name.slice(0, -5))
  // Its articles stand in JSON-LD alone: there is nothing to point at.
  .filter((name) => name !== 'jsonld-only');

const zone = 'Asia/Ho_Chi_Minh';
const stored = (html: string, url = 'https://bao.example/muc', now = new Date('2026-11-22T10:00:00Z')) => ({
  bytes: Buffer.from(html),
  contentType: 'text/html; charset=utf-8',
  url,
  zone,
  now,
});

/** The number of the first element that the test finds. */
function numberOf(html: string, isIt: (name: string, text: string, classes: string) => boolean): number {
  const elements = elementsOf(parsePage(html, 'https://bao.example/muc').root);
  return elements.findIndex((one) => isIt(one.name, nameOf(one), one.attribs['class'] ?? ''));
}

test.each(names)('%s: pointing at any of its articles describes a list that holds the article', (name) => {
  const html = readFileSync(new URL(`${name}.html`, folder));
  const expected = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Expected;
  const page = { ...stored('', expected.url, new Date(expected.now)), bytes: html, contentType: null };
  const wanted = new Set(expected.items.map((item) => item.url));
  const elements = elementsOf(parsePage(html.toString('utf8'), expected.url).root);
  const links = elements.flatMap((one, number) => {
    const url = one.name === 'a' ? linkOf(one, expected.url) : null;
    return url !== null && wanted.has(url) ? [{ number, url }] : [];
  });
  const tried = links.filter((_, index) => index % Math.ceil(links.length / 8) === 0);
  const missed = tried.filter(({ number, url }) => {
    const built = buildList({ ...page, lists: [], at: 0, pick: { number, field: 'item' } });
    return (
      built.problem !== null ||
      !built.marks.link.some((mark) => linkOf(elements[mark] ?? elements[0] ?? never(), expected.url) === url)
    );
  });

  expect(tried.length).toBeGreaterThan(2);
  expect(missed).toEqual([]);
});

function never(): never {
  throw new Error('the page has no elements');
}

const plain = `<html><body><div class="menu"><a href="/a">A</a><a href="/b">B</a></div><div class="list">${[1, 2, 3, 4]
  .map(
    (n) =>
      `<div class="row"><h3 class="t"><a href="/tin/bai-so-${n}-90${n}.html">Bài viết thử nghiệm số ${n} của báo</a></h3><span class="tac-gia">Lò Văn ${n}</span><p class="mo-ta">Đoạn mở đầu khá dài của bài viết thử nghiệm số ${n}, để máy nhận ra.</p><i class="luc">0${n}:30 22/11/2026</i></div>`,
  )
  .join('')}</div></body></html>`;

test('one article pointed at gives the whole list with its fields, rows and shares', () => {
  const number = numberOf(plain, (name, text) => name === 'a' && text.includes('số 2'));
  const built = buildList({ ...stored(plain), lists: [], at: 0, pick: { number, field: 'item' } });

  expect(built).toMatchObject({ problem: null, count: 4, total: 4 });
  expect(built.rows.map((row) => row.title)).toEqual([1, 2, 3, 4].map((n) => `Bài viết thử nghiệm số ${n} của báo`));
  expect(built.rows[0]?.publishedAt).toEqual(new Date('2026-11-21T18:30:00Z'));
  expect(built.fill).toContainEqual({ field: 'summary', rate: 1 });
  expect(built.marks.item).toHaveLength(4);
});

test('a field pointed at in one item is found in all of them, and in none it is said', () => {
  const lists: ListRule[] = [{ item: 'div.row' }];
  const author = numberOf(plain, (_name, _text, classes) => classes === 'tac-gia');
  const menu = numberOf(plain, (_name, _text, classes) => classes === 'menu');
  const built = buildList({ ...stored(plain), lists, at: 0, pick: { number: author, field: 'summary' } });

  expect(built.lists).toEqual([{ item: 'div.row', summary: '.tac-gia' }]);
  expect(built.rows.map((row) => row.summary)).toEqual(['Lò Văn 1', 'Lò Văn 2', 'Lò Văn 3', 'Lò Văn 4']);
  expect(buildList({ ...stored(plain), lists, at: 0, pick: { number: menu, field: 'title' } }).problem).toBe('outside');
});

test('brothers with short names are a list as well, and a lone element is none', () => {
  const html = '<body><ul><li><a href="/x/1">Giá</a></li><li><a href="/x/2">Vé</a></li></ul><p>Chỉ là chữ</p></body>';
  const pick = (isIt: (name: string) => boolean) =>
    buildList({ ...stored(html), lists: [], at: 0, pick: { number: numberOf(html, isIt), field: 'item' } });

  expect(pick((name) => name === 'li')).toMatchObject({
    problem: null,
    count: 2,
    lists: [{ item: 'body:nth-of-type(1) > ul:nth-of-type(1) > li' }],
  });
  expect(pick((name) => name === 'p')).toMatchObject({ problem: 'no_list', lists: [] });
});

test('the page is guessed at first, the likeliest list in front', () => {
  expect(guessLists(stored(plain))[0]).toMatchObject({ count: 4, rules: { lists: [{ item: 'div.list > div' }] } });
});

test('the likeness of a page holds its texts and nothing that runs, loads or leads anywhere', () => {
  const foul = `<html><head><base href="https://x.example"><style>*{background:url(//x.example/a)}</style></head><body onload="a()"><img src="//x.example/b.png" alt='"><script>a()</script>' onerror=a()>
<script>a()</script><svg onload=a()></svg><a href="javascript:a()" class='x" onclick="a()'>Đọc &lt;b&gt; tiếp</a><form action="//x.example"><input autofocus onfocus=a()></form><iframe src="//x.example"></iframe></body></html>`;
  const { markup } = snapshotPage(stored(foul));
  const tags = [...markup.matchAll(/<(\/?[a-z]+)([^>]*)>/g)];

  expect(new Set(tags.map(([, name]) => name))).toEqual(new Set(['div', '/div', 'span', '/span']));
  for (const [, , attributes] of tags)
    expect(attributes).toMatch(/^(?: data-n="\d+" data-t="[^"<>]*"(?: class="sn-[a-z]+")?)?$/);
  expect(markup).toContain('Đọc &lt;b&gt; tiếp');
});
