// The contract of every kind of source: its fixture is read right, and empty, truncated, wrong, huge and hostile input ends soon and well.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { NotAFeedError } from '../src/errors.ts';
import { kinds, readSource } from '../src/source/kinds/list.ts';
import type { ParsedFeed } from '../src/source/parsed.ts';
import { checkRules, type SourceRules } from '../src/source/rules.ts';

const folder = new URL('./fixtures/kinds/', import.meta.url);
const files = new Map(readdirSync(folder).map((name) => [name.replace(/\.\w+$/, ''), new URL(name, folder)]));
const rules = JSON.parse(readFileSync(new URL('rules.json', folder), 'utf8')) as Record<string, SourceRules>;
const now = new Date('2026-11-22T10:00:00Z');
const bytesOf = (name: string) => readFileSync(files.get(name) ?? folder);
const read = (name: string, bytes: Uint8Array) =>
  readSource(name, bytes, {
    zone: 'Asia/Ho_Chi_Minh',
    now,
    rules: rules[name] ?? {},
    url: 'https://bao.example/nguon',
  });

const isAddress = (url: string | null) => url === null || /^https?:\/\//.test(url);
const isMoment = (date: Date | null) => date === null || !Number.isNaN(date.getTime());

// What every feed promises by its type, as a list of what is broken.
function broken(feed: ParsedFeed): string[] {
  const faults: string[] = [];
  if (feed.items.length > 2_000 || feed.marks.length < feed.items.length) faults.push('count');
  for (const item of feed.items) {
    if (!/^[0-9a-f]{16}$/.test(item.hash)) faults.push('hash');
    if (!isAddress(item.url) || !isAddress(item.imageUrl)) faults.push(`address ${item.url} ${item.imageUrl}`);
    if (/[\n\r]/.test(item.title ?? '')) faults.push('title');
    if (!isMoment(item.publishedAt) || !isMoment(item.updatedAt)) faults.push('date');
  }
  return faults;
}

// Whatever comes, a kind answers with a feed, or says that it is none in the one way there is.
function outcome(name: string, bytes: Uint8Array): ParsedFeed | 'refused' {
  try {
    return read(name, bytes);
  } catch (error) {
    if (error instanceof NotAFeedError && error.code === 'source.not_a_feed') return 'refused';
    throw error;
  }
}

const names = kinds.map((kind) => kind.name);
const utf8 = (text: string) => Buffer.from(text);
const many = (text: string, count: number) => text.repeat(count);

test('every kind has its fixture and rules that pass the check', () => {
  expect([...files.keys()].filter((name) => name !== 'rules').sort()).toEqual([...names].sort());
  expect(names.map((name) => checkRules(rules[name]))).toEqual(names.map((name) => ({ rules: rules[name] })));
});

test.each(names)('%s: the same two articles are read from its fixture', (name) => {
  const feed = read(name, bytesOf(name));

  expect(feed.items.map(({ url, title, publishedAt }) => ({ url, title, at: publishedAt?.toISOString() }))).toEqual([
    {
      url: 'https://bao.example/tin/muong-ha-gieo-xong-lua-mua-4501.html',
      title: 'Mường Hà gieo xong lúa mùa',
      at: '2026-11-22T01:30:00.000Z',
    },
    {
      url: 'https://bao.example/tin/cau-ben-lau-thong-xe-4500.html',
      title: 'Cầu Bến Lau thông xe',
      at: '2026-11-22T00:05:00.000Z',
    },
  ]);
});

test.each(names)('%s: an item that is known is passed over and keeps its mark', (name) => {
  const { marks } = read(name, bytesOf(name));
  const known = new Map(marks.slice(0, 1).map((mark) => [mark.slice(0, 16), mark]));

  const again = readSource(name, bytesOf(name), {
    zone: 'Asia/Ho_Chi_Minh',
    now: new Date(now.getTime() + 3_600_000),
    rules: rules[name] ?? {},
    url: 'https://bao.example/nguon',
    known,
  });

  expect(again.marks).toEqual(marks);
  expect(again.items.map((item) => item.title)).toEqual(['Cầu Bến Lau thông xe']);
});

const strange: [string, Uint8Array][] = [
  ['nothing', utf8('')],
  ['white space', utf8(' \n\t\ufeff ')],
  ['a page of errors', utf8('<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>')],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex')],
  ['random bytes', Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7_919 + 13) % 256))],
  ['zero bytes', Buffer.alloc(100_000)],
  ['half a gzip', gzipSync(utf8('x'.repeat(10_000))).subarray(0, 20)],
  ['a bomb of gzip', gzipSync(Buffer.alloc(60_000_000))],
  ['null', utf8('null')],
  ['deep JSON', utf8(many('[', 200_000))],
  ['deep objects', utf8(`${many('{"data":', 50_000)}1${many('}', 50_000)}`)],
  ['a list of the wrong things', utf8('{"data":{"posts":[1,null,"a",[],{"slug":{}},{"slug":"javascript:alert(1)"}]}}')],
  ['prototype paths', utf8('{"data":{"__proto__":{"posts":[]},"posts":{"constructor":1}}}')],
  ['a million open tags', utf8(`<html><ul class=tin>${many('<li><a href=/tin/a-b-c-d-e-1234.html>', 300_000)}`)],
  ['a million open items', utf8(`<rss><channel>${many('<item><title>', 300_000)}`)],
  ['unclosed urls', utf8(`<urlset>${many('<url><loc>https://bao.example/a-b-c-d-e-1234.html', 200_000)}`)],
  ['a million urls', utf8(`<urlset>${many('<url><loc>/tin/a-b-c-d-e-12345.html</loc></url>', 250_000)}</urlset>`)],
  [
    'a sitemap of a sitemap',
    utf8(`<sitemapindex>${many('<sitemap><loc>/s.xml</loc></sitemap>', 200_000)}</sitemapindex>`),
  ],
  ['only less-than', utf8(many('<', 3_000_000))],
  [
    'entities',
    utf8(
      `<!DOCTYPE a [<!ENTITY b "${many('x', 900)}">]><urlset><url><loc>${many('&b;', 200_000)}</loc></url></urlset>`,
    ),
  ],
  [
    'script addresses',
    utf8(
      '<ul class="tin"><li><a href="javascript:alert(1)">Một tiêu đề đủ dài để đọc</a><img src="data:text/html,x"></ul>',
    ),
  ],
  ['one endless line of classes', utf8(`<ul class="tin ${many('a ', 1_000_000)}"><li><a href="/x">y</a></ul>`)],
  [
    'dates that never end',
    utf8(
      `<ul class="tin">${many(`<li><a href="/tin/bai-bao-so-mot-1234.html">Bài báo</a><span class="ngay">${many('22/11/', 300)}</span>`, 200)}</ul>`,
    ),
  ],
];

test.each(names.flatMap((name) => strange.map(([what, bytes]) => [name, what, bytes] as const)))(
  '%s survives %s',
  (name, _, bytes) => {
    const startedAt = performance.now();

    const feed = outcome(name, bytes);

    expect(feed === 'refused' ? [] : broken(feed)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  },
);

test.each(names)('%s: cut off anywhere, it is refused or brings whole fields only', (name) => {
  const whole = bytesOf(name);
  const urls = new Set(read(name, whole).items.map((item) => item.url));
  for (let end = 0; end < whole.length; end += 23) {
    const feed = outcome(name, whole.subarray(0, end));
    // An address that is cut in the middle would be an article that does not exist.
    const read = feed === 'refused' ? [] : feed.items.map((item) => item.url);
    expect(read.filter((url) => url !== null && !urls.has(url))).toEqual([]);
  }
});

test.each(names)('%s never takes the fixture of another kind for its own', (name) => {
  const others = names.filter((other) => other !== name);

  expect(others.map((other) => outcome(name, bytesOf(other)))).toEqual(others.map(() => 'refused'));
});

test('a listing whose page changed is refused, as silence would hide it', () => {
  expect(outcome('listing', utf8('<html><body><div class="moi"><a href="/a">b</a></div></body></html>'))).toBe(
    'refused',
  );
});

test('a sitemap may be gzip by itself, a list of addresses, or an index', () => {
  const plain = read('sitemap', gzipSync(bytesOf('sitemap')));
  const lines = read('sitemap', utf8('https://bao.example/tin/mot-hai-ba-bon-nam-1.html\nhttps://bao.example/a\n'));
  const index = read(
    'sitemap',
    utf8(
      '<sitemapindex><sitemap><loc>/a-2025-01.xml</loc></sitemap><sitemap><loc>/a-2026-11.xml</loc></sitemap><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>',
    ),
  );

  expect(plain.items).toHaveLength(2);
  expect(lines.items.map((item) => item.url)).toEqual(['https://bao.example/tin/mot-hai-ba-bon-nam-1.html']);
  expect(index.parts?.map((part) => part.url)).toEqual([
    'https://bao.example/news.xml',
    'https://bao.example/a-2026-11.xml',
    'https://bao.example/a-2025-01.xml',
  ]);
});

test.each([
  [{ lists: [{ item: 'ul >>> li[' }] }, 'lists 0 item is no CSS selector'],
  [{ lists: [{}] }, 'lists 0 lacks "item"'],
  [{ list: [] }, 'knows no "list"'],
  [{ api: { items: 'a' } }, 'api lacks "url"'],
  [[], 'is no object'],
])('rules that cannot be meant are refused by name: %j', (value, problem) => {
  expect(checkRules(value)).toEqual({ problem });
});
