// Any search and any combination is a feed under one address; what moved, moves; what was ended is gone.
import { beforeAll, describe, expect, it } from 'vitest';
import { followStories } from '../src/edition/search-index.ts';
import { parseStrictXml } from '../src/edition/strict-xml.ts';
import type { Db } from '../src/store/db.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { addEdition, editionStates, retireEdition } from '../src/store/edition-desk.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite, type TestSite } from './support/site.ts';
import { until } from './support/wait.ts';

let db: Db;
let site: TestSite;
const signal = new AbortController().signal;

beforeAll(async () => {
  db = await freshDatabase();
  const paper = await seedPublisher(db, { slug: 'bao-a' });
  await ensureEditions(db, [{ path: 'tin-moi', title: 'Tin mới', filter: {} }]);
  await seedStory(db, paper, { title: 'Lũ quét ở bản xa', province: '14', section: 'thoi-su' });
  await seedStory(db, paper, { title: 'Chợ phiên đông vui', province: '14', section: 'kinh-te' });
  await followStories({ db, signal });
  site = await startTestSite(db);
});

const q = encodeURIComponent;
const target = async (path: string) => {
  const { status, headers } = await site.get(path);
  return `${status} ${headers['location'] ?? ''}`.trim();
};

describe('a search', () => {
  it('is a feed in three formats that names its own address', async () => {
    const address = `/feeds/tim-kiem.rss?q=l%C5%A9+qu%C3%A9t`;
    const answer = await site.get(address);

    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/rss+xml; charset=utf-8');
    expect(answer.headers['link']).toBe(`<${publicUrl}${address}>; rel="self"`);
    const [channel] = parseStrictXml(answer.text).children;
    expect(channel?.children.filter((child) => child.name === 'item')).toHaveLength(1);
    expect(channel?.children.find((child) => child.name === 'atom:link')?.attributes.get('href')).toBe(
      `${publicUrl}${address}`,
    );
    for (const format of ['atom', 'json']) expect((await site.get(address.replace('rss', format))).status).toBe(200);
  });

  it('is conditional, compressed once, and the same whatever else hangs on its address', async () => {
    const { etag = '' } = (await site.get('/feeds/tim-kiem.json?q=ch%E1%BB%A3')).headers;

    expect((await site.get('/feeds/tim-kiem.json?q=ch%E1%BB%A3', { 'if-none-match': etag })).status).toBe(304);
    expect((await site.get('/feeds/tim-kiem.json?q=ch%E1%BB%A3&_=17', { 'if-none-match': etag })).status).toBe(304);
  });

  it.each([
    [`/feeds/tim-kiem.rss?q=${q('LŨ')}`, '301 /feeds/tim-kiem.rss?q=l%C5%A9'],
    [`/feeds/tim-kiem.rss?q=${q('lũ')}%20${q('quét')}`, '301 /feeds/tim-kiem.rss?q=l%C5%A9+qu%C3%A9t'],
    [`/feeds/tim-kiem.rss?tinh=Ha-Giang&q=lu`, '301 /feeds/tim-kiem.rss?q=lu&tinh=tuyen-quang'],
    ['/feeds/Tim-Kiem.xml?q=lu', '301 /feeds/tim-kiem.rss?q=lu'],
    ['/feeds/tim-kiem.rss?tinh=son-la&chuyen-muc=kinh-te', '301 /feeds/tinh/son-la/chuyen-muc/kinh-te/tin-moi.rss'],
    ['/feeds/tim-kiem.atom', '301 /feeds/tin-moi.atom'],
    ['/feeds/tim-kiem.atom?q=-lu', '404'],
    ['/feeds/tim-kiem.atom?q=lu&bao=khong-co', '404'],
  ])('has one canonical address: %s → %s', async (path, expected) => {
    expect(await target(path)).toBe(expected);
  });
});

describe('a combination', () => {
  it('that nobody saved is made when it is asked for', async () => {
    const answer = await site.get('/feeds/tinh/son-la/chuyen-muc/kinh-te/tin-moi.json');
    const feed = JSON.parse(answer.text) as { title: string; feed_url: string; items: { title: string }[] };

    expect(feed.title).toBe('Tin mới Sơn La · Kinh tế');
    expect(feed.feed_url).toBe(`${publicUrl}/feeds/tinh/son-la/chuyen-muc/kinh-te/tin-moi.json`);
    expect(feed.items.map((item) => item.title)).toEqual(['Chợ phiên đông vui']);
  });

  it.each([
    ['/feeds/chuyen-muc/kinh-te/tinh/son-la/tin-moi.rss', '301 /feeds/tinh/son-la/chuyen-muc/kinh-te/tin-moi.rss'],
    ['/feeds/tinh/vinh-phuc/chuyen-muc/y-te/tin-moi.rss', '404'],
    ['/feeds/tinh/vinh-phuc/bao/bao-a/tin-moi.rss', '301 /feeds/tinh/phu-tho/bao/bao-a/tin-moi.rss'],
    ['/feeds/tinh/hoa-binh/tin-moi.atom', '301 /feeds/tinh/phu-tho/tin-moi.atom'],
    ['/feeds/tinh/son-la/tinh/ha-noi/tin-moi.rss', '404'],
    ['/feeds/tinh/son-la/bao/khong-co/tin-moi.rss', '404'],
  ])('%s → %s', async (path, expected) => {
    expect(await target(path)).toBe(expected);
  });
});

describe('the page of a combination', () => {
  it('lists its stories and announces its feeds', async () => {
    const page = await site.get('/tinh/son-la/chuyen-muc/kinh-te');

    expect(page.status).toBe(200);
    expect(page.text).toContain('Chợ phiên đông vui');
    expect(page.text).not.toContain('>Lũ quét ở bản xa</a></h2>');
    expect(page.text).toContain(`href="${publicUrl}/feeds/tinh/son-la/chuyen-muc/kinh-te/tin-moi.rss"`);
  });

  it('has one address', async () => {
    expect(await target('/chuyen-muc/kinh-te/tinh/son-la')).toBe('301 /tinh/son-la/chuyen-muc/kinh-te');
    expect(await target('/tinh/son-la/feed')).toBe('301 /feeds/tinh/son-la/tin-moi.rss');
    expect(await target('/tinh/son-la/chuyen-muc/khong-co')).toBe('404');
  });
});

describe('a saved search', () => {
  it('has an address of its own, to which its query moves; retired it is 410, and comes back when it is made again', async () => {
    const wanted = { path: 'tu-khoa/cho-phien/tin-moi', title: 'Chợ phiên', filter: { words: 'chợ phiên' } };
    expect(await addEdition(db, wanted)).toEqual({ kind: 'made', path: wanted.path });
    expect(await addEdition(db, wanted)).toEqual({ kind: 'known', path: wanted.path });
    expect(await target(`/feeds/tim-kiem.rss?q=${q('chợ')}+${q('phiên')}`)).toBe(`301 /feeds/${wanted.path}.rss`);

    expect((await site.get('/tu-khoa/cho-phien')).text).toContain('Chợ phiên đông vui');
    expect(await retireEdition(db, wanted.path)).toBe(true);
    await until(async () => (await target('/tu-khoa/cho-phien')) === '410');
    expect(await target(`/feeds/${wanted.path}.rss`)).toBe('410');
    expect(await addEdition(db, wanted)).toEqual({ kind: 'restored', path: wanted.path });
  });

  it('with the slug of another gets a number', async () => {
    const path = 'tu-khoa/lu/tin-moi';
    await addEdition(db, { path, title: 'lũ', filter: { words: 'lũ' } });

    expect(await addEdition(db, { path, title: 'lu', filter: { words: 'lu' } })).toEqual({
      kind: 'made',
      path: 'tu-khoa/lu-2/tin-moi',
    });
    expect((await editionStates(db)).map((state) => state.path)).toContain('tu-khoa/lu-2/tin-moi');
  });
});

it('an edition whose path changed moves there for good', async () => {
  await ensureEditions(db, [{ path: 'cu/tin-moi', title: 'Cũ', filter: { publisher: 'bao-a' } }]);
  await ensureEditions(db, [{ path: 'bao/bao-a/tin-moi', title: 'Mới', filter: { publisher: 'bao-a' } }]);

  expect(await target('/feeds/cu/tin-moi.atom')).toBe('301 /feeds/bao/bao-a/tin-moi.atom');
});

it('zstd is sent to those who name it, under a tag of its own', async () => {
  const plain = await site.get('/feeds/tim-kiem.rss?q=ban');
  const packed = await site.get('/feeds/tim-kiem.rss?q=ban', { 'accept-encoding': 'gzip, zstd' });

  expect(packed.headers['content-encoding']).toBe('zstd');
  expect(packed.headers['etag']).not.toBe(plain.headers['etag']);
  expect((await site.get('/feeds/tim-kiem.rss?q=ban', { 'accept-encoding': '*' })).headers['content-encoding']).toBe(
    'br',
  );
});

it('the sitemap lists our pages of two days with name, language, date and title', async () => {
  const index = await site.get('/sitemap.xml');
  const sitemap = await site.get('/sitemap-tin-1.xml');

  expect(index.text).toContain(`<loc>${publicUrl}/sitemap-tin-1.xml</loc>`);
  const urls = parseStrictXml(sitemap.text).children.map((url) => url.children.map((child) => child.name));
  expect(urls).toEqual([
    ['loc', 'lastmod', 'news:news'],
    ['loc', 'lastmod', 'news:news'],
  ]);
  expect(sitemap.text).toContain('<news:title>Chợ phiên đông vui</news:title>');
  expect((await site.get('/sitemap-tin-2.xml')).status).toBe(404);
  expect((await site.get('/robots.txt')).text).toContain(`Sitemap: ${publicUrl}/sitemap.xml`);
});
