// JSON Feed 1.0 and 1.1 → the neutral model.
import { expect, it } from 'vitest';
import { NotAFeedError } from '../src/errors.ts';
import { readFeed } from '../src/source/kinds/index.ts';

const now = new Date('2026-11-22T03:00:00Z');
const read = (value: unknown, url = 'https://bao.example.vn/feed.json') =>
  readFeed(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)), { now, url });

it('reads a whole feed of version 1.1', () => {
  const feed = read({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'Báo  Tỉnh',
    description: 'Tin & bài',
    home_page_url: '/',
    feed_url: 'https://bao.example.vn/feed.json',
    next_url: '/feed2.json',
    icon: '/icon.png',
    favicon: '/favicon.ico',
    language: 'vi',
    hubs: [{ type: 'WebSub', url: 'https://hub.example/' }],
    authors: [{ name: 'Tòa soạn' }],
    items: [
      {
        id: 7,
        url: '/tin/7',
        title: 'Mưa <lớn>',
        content_html: '<p><img src="anh.jpg"> <a href="https://x.example/">x</a></p>',
        summary: 'Mưa < nắng',
        image: '/anh.jpg',
        date_published: '2026-11-20T08:00:00+07:00',
        date_modified: '2026-11-20T09:00:00+07:00',
        tags: ['Thời sự', 'Thời sự', 3],
        authors: [{ name: 'Lò Văn A', url: 'https://a.example/' }],
        attachments: [{ url: '/a.mp3', mime_type: 'audio/mpeg', size_in_bytes: 10 }],
      },
    ],
  });
  expect(feed).toMatchObject({
    format: 'json',
    version: '1.1',
    title: 'Báo Tỉnh',
    description: 'Tin & bài',
    homeUrl: 'https://bao.example.vn/',
    nextUrl: 'https://bao.example.vn/feed2.json',
    imageUrl: 'https://bao.example.vn/icon.png',
    iconUrl: 'https://bao.example.vn/favicon.ico',
    language: 'vi',
    hubUrls: ['https://hub.example/'],
    warnings: [],
  });
  expect(feed.items).toMatchObject([
    {
      id: '7',
      url: 'https://bao.example.vn/tin/7',
      title: 'Mưa <lớn>',
      summaryHtml: 'Mưa &lt; nắng',
      contentHtml: '<p><img src="https://bao.example.vn/anh.jpg"> <a href="https://x.example/">x</a></p>',
      imageUrl: 'https://bao.example.vn/anh.jpg',
      publishedAt: new Date('2026-11-20T01:00:00Z'),
      updatedAt: new Date('2026-11-20T02:00:00Z'),
      categories: ['Thời sự'],
      authors: [{ name: 'Lò Văn A', email: null, url: 'https://a.example/' }],
      enclosures: [{ url: 'https://bao.example.vn/a.mp3', type: 'audio/mpeg', length: 10, medium: 'audio' }],
    },
  ]);
  expect(feed.items[0]?.hash).toMatch(/^[0-9a-f]{16}$/);
});

it('reads the singular author of version 1.0 and gives it to items without one', () => {
  const feed = read({
    version: 'https://jsonfeed.org/version/1',
    title: 't',
    author: { name: 'A' },
    items: [
      { id: '1', content_text: 'một\n\nhai' },
      { id: '2', content_text: 'x', author: { name: 'B' } },
    ],
  });
  expect(feed.items.map((item) => item.authors.map((author) => author.name))).toEqual([['A'], ['B']]);
  expect(feed.items[0]?.contentHtml).toBe('<p>một</p><p>hai</p>');
});

it('turns a broken item or field into a warning and keeps its neighbours', () => {
  const feed = read({
    version: 'https://jsonfeed.org/version/1',
    title: 't',
    items: [
      null,
      { id: '1', title: 'a', date_published: 'hôm nào đó', tags: 'x', authors: 'y' },
      { id: '2', title: 'b' },
    ],
  });
  expect(feed.items.map((item) => item.title)).toEqual(['a', 'b']);
  expect(feed.warnings.map((w) => [w.code, w.item])).toEqual([
    ['item.not_an_object', 0],
    ['item.date_unreadable', 1],
  ]);
});

it.each([
  ['{"hello": 1}', 'JSON, but not a JSON Feed'],
  ['{"version": "https://jsonfeed.org/version/1", "items": [', 'damaged or cut-off JSON'],
])('says what %s seems to be', (text, message) => {
  expect(() => read(text)).toThrow(NotAFeedError);
  expect(() => read(text)).toThrow(message);
});
