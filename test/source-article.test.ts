// Article pages as papers build them → headline, sapo, body, captions, dates, authors; and hostile ones that must end soon.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readArticlePage } from '../src/source/article-page.ts';
import { plainText } from '../src/text/markup.ts';

const now = new Date('2026-11-23T03:00:00Z');
const read = (name: string, o: Partial<Parameters<typeof readArticlePage>[1]> = {}) =>
  readArticlePage(readFileSync(new URL(`./fixtures/articles/${name}.html`, import.meta.url), 'utf8'), {
    url: `https://bao.example/${name}.html`,
    zone: 'Asia/Ho_Chi_Minh',
    now,
    ...o,
  });

test('JSON-LD and meta elements come first; sapo and captions are kept as such; boxes of other news go', () => {
  const page = read('jsonld-modern', { url: 'https://baobenlau.example/kinh-te/cau-ben-lau-thong-xe-88100.html' });

  expect({ ...page, bodyHtml: null }).toEqual({
    title: 'Cầu Bến Lau thông xe sau mười bốn tháng thi công',
    sapo: 'Cây cầu dài 312 m nối hai bờ sông Lau chính thức cho xe qua lại từ sáng nay, rút ngắn đường đi của hơn hai vạn người dân.',
    bodyHtml: null,
    publishedAt: new Date('2026-11-22T00:45:00Z'),
    updatedAt: new Date('2026-11-22T02:10:00Z'),
    authors: ['Lê Văn Chải', 'Hoàng Mơ'],
    section: 'Kinh tế',
    image: 'https://baobenlau.example/uploads/ld.jpg',
    pictures: [
      { url: 'https://baobenlau.example/uploads/cau-1.jpg', caption: 'Đoàn xe đầu tiên qua cầu. Ảnh: Hoàng Mơ' },
    ],
    canonical: 'https://baobenlau.example/kinh-te/cau-ben-lau-thong-xe-88100.html',
    from: {
      title: 'json-ld',
      sapo: 'page',
      date: 'json-ld',
      section: 'json-ld',
      author: 'json-ld',
      image: 'json-ld',
      body: 'mark',
      caption: 'page',
    },
  });
  expect(page.bodyHtml).toContain('<figcaption>Đoàn xe đầu tiên qua cầu. Ảnh: Hoàng Mơ</figcaption>');
  expect(page.bodyHtml).toContain('src="https://baobenlau.example/uploads/cau-1.jpg"');
  expect(page.bodyHtml).not.toMatch(/liên quan|track|Đọc nhiều/);
  expect(page.bodyHtml).toContain('Bến phà cũ sẽ được giữ lại');
});

test('a page of nested tables: the date beside the headline and not of today, the caption of the next row', () => {
  const page = read('aspnet-caption-table');

  expect(page).toMatchObject({
    title: 'Mường Hà gieo xong lúa mùa trước khi con nước về',
    publishedAt: new Date('2026-11-21T09:05:00Z'),
    pictures: [{ url: 'https://bao.example/Portals/0/2026/lua.jpg', caption: 'Nông dân bản Hin cấy lúa bằng máy.' }],
  });
  expect(page.sapo).toMatch(/^\(BMH\) - Đến hết tuần này/);
  expect(page.bodyHtml).toContain('<figcaption>Nông dân bản Hin cấy lúa bằng máy.</figcaption>');
  expect(plainText(page.bodyHtml ?? '')).not.toContain('Các tin khác');
  // The frame of a table around the picture is gone.
  expect(page.bodyHtml).toMatch(/<\/p>\s*<figure>/);
});

test('a page without a name for anything: the library finds the text', () => {
  const page = read('plain-divs');

  expect(page).toMatchObject({
    title: 'Giá dứa tại ruộng tăng nhẹ, nông dân Tân Lộc phấn khởi',
    sapo: 'Thương lái vào tận ruộng thu mua, giá cao hơn đầu vụ ba trăm đồng mỗi ký.',
    publishedAt: new Date('2026-11-20T02:30:00Z'),
    from: { body: 'library', date: 'meta', sapo: 'meta' },
  });
  expect(plainText(page.bodyHtml ?? '').split('\n')).toHaveLength(4);
  expect(page.bodyHtml).toMatch(/^<p>/);
});

test("a publisher's own selectors win over what the page says of itself", () => {
  const page = read('jsonld-modern', {
    rules: {
      title: '.detail-title',
      body: '.detail-content',
      date: '.detail-time',
      author: 'aside h3',
      drop: 'figure',
    },
  });

  expect(page).toMatchObject({
    authors: ['Đọc nhiều'],
    publishedAt: new Date('2026-11-22T00:45:00Z'),
    from: { title: 'rule', body: 'rule', date: 'rule', author: 'rule' },
  });
  expect(page.bodyHtml).not.toContain('figure');
});

const many = (text: string, count: number) => text.repeat(count);
test.each([
  ['unclosed divs and strange ends', many('<div><p>văn bản</x>', 60_000)],
  ['open tables', many('<table><tr><td>', 100_000)],
  ['one endless attribute', `<div title="${many('a', 3_000_000)}`],
  ['a million attributes', `<div ${many('a=1 ', 700_000)}>`],
  ['a script of JSON-LD that never ends', `<script type="application/ld+json">${many('[{"@graph":', 200_000)}`],
  ['deep JSON-LD', `<script type="application/ld+json">${many('[', 100_000)}${many(']', 100_000)}</script>`],
  ['forty thousand pictures with captions', many('<p><img src=/a.jpg></p><p class=caption>lời ảnh</p>', 40_000)],
  ['five thousand paragraphs of links', many('<div><p>một đoạn văn, có phẩy, <a href=/x>và liên kết</a></p>', 2_500)],
  ['nested formatting', `<p>${many('<b><i><font>', 30_000)}chữ`],
  ['only less-than signs', many('<', 2_000_000)],
])('a hostile page ends soon: %s', (_, html) => {
  const startedAt = performance.now();

  const page = readArticlePage(`<h1>Tiêu đề đủ dài để là tiêu đề</h1>${html}`, {
    url: 'https://bao.example/a.html',
    zone: 'Asia/Ho_Chi_Minh',
    now,
  });

  expect(page.publishedAt).toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(8_000);
});
