// Feeds over real HTTP and a real database: every rule of caching, addresses and what happens when something is away.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../src/store/db.ts';
import { openDb } from '../src/store/db.ts';
import { freshDatabase, freshDatabaseUrl } from './support/database.ts';
import { seedDocument, seedEdition } from './support/seed.ts';
import type { TestSite } from './support/site.ts';
import { publicUrl, startTestSite } from './support/site.ts';

const body = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0">${'<item><title>Được mùa nhãn ở Sông Mã</title></item>'.repeat(200)}</rss>`;
const lastModified = 'Sun, 22 Nov 2026 01:00:00 GMT';

async function seedFeed(db: Db): Promise<number> {
  const edition = await seedEdition(db, { path: 'tin-moi' });
  await seedDocument(db, edition, 'rss', { body, etag: '"v1"', lastModified: new Date(lastModified) });
  await seedDocument(db, edition, 'atom', { body: body.replaceAll('rss', 'feed'), etag: '"a1"' });
  await seedDocument(db, edition, 'json', { body: JSON.stringify({ title: body }), etag: '"j1"' });
  return edition;
}

/** A site with a clock that the test moves. */
async function siteWithClock(db: Db): Promise<{ site: TestSite; pass: (ms: number) => void }> {
  let ahead = 0;
  const site = await startTestSite(db, { now: () => new Date(Date.now() + ahead) });
  return { site, pass: (ms) => (ahead += ms) };
}

describe('a feed in memory', () => {
  let site: TestSite;
  beforeAll(async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    site = await startTestSite(db);
  });

  it('comes with everything that caches and readers need', async () => {
    for (const attempt of ['first', 'from memory']) {
      const { status, headers, text } = await site.get('/feeds/tin-moi.rss');
      expect([attempt, status, text]).toEqual([attempt, 200, body]);
      expect(headers).toMatchObject({
        'content-type': 'application/rss+xml; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
        etag: '"v1"',
        'last-modified': lastModified,
        'cache-control': 'public, max-age=60, stale-while-revalidate=300, stale-if-error=86400',
        vary: 'Accept-Encoding',
        link: `<${publicUrl}/feeds/tin-moi.rss>; rel="self", <${publicUrl}/hub>; rel="hub"`,
        'x-content-type-options': 'nosniff',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['age']).toBeUndefined();
    }
  });

  it('has the type of its format, and opens JSON to other sites', async () => {
    expect((await site.get('/feeds/tin-moi.atom')).headers['content-type']).toBe('application/atom+xml; charset=utf-8');
    const json = await site.get('/feeds/tin-moi.json');
    expect(json.headers['content-type']).toBe('application/feed+json; charset=utf-8');
    expect(json.headers['access-control-allow-origin']).toBe('*');
    const preflight = await site.get(
      '/feeds/tin-moi.json',
      { 'access-control-request-headers': 'if-none-match' },
      'OPTIONS',
    );
    expect([preflight.status, preflight.headers['access-control-allow-headers']]).toEqual([
      204,
      'If-None-Match, If-Modified-Since',
    ]);
  });

  it('is compressed as the reader prefers, each encoding under a tag of its own', async () => {
    const cases: [string, string | undefined, string][] = [
      ['gzip', 'gzip', '"v1-gz"'],
      ['gzip, deflate, br', 'br', '"v1-br"'],
      ['br;q=0.5, gzip;q=0.8', 'gzip', '"v1-gz"'],
      ['gzip;q=0, br;q=0', undefined, '"v1"'],
      ['*', 'br', '"v1-br"'],
      ['deflate', undefined, '"v1"'],
      ['identity, gzip;q=0.1', undefined, '"v1"'],
      ['x-gzip', 'gzip', '"v1-gz"'],
      ['GZIP', 'gzip', '"v1-gz"'],
      ['gzip;q=zzz', undefined, '"v1"'],
    ];
    for (const [accept, encoding, etag] of cases) {
      const answer = await site.get('/feeds/tin-moi.rss', { 'accept-encoding': accept });
      expect([accept, answer.headers['content-encoding'], answer.headers['etag']]).toEqual([accept, encoding, etag]);
      const plain =
        encoding === 'br'
          ? brotliDecompressSync(answer.body)
          : encoding === 'gzip'
            ? gunzipSync(answer.body)
            : answer.body;
      expect(plain.toString()).toBe(body);
      expect(Number(answer.headers['content-length'])).toBe(answer.body.length);
      expect(answer.headers['vary']).toBe('Accept-Encoding');
    }
  });

  it('is 304 for its tag alone, in a list, weak, or as a star, and repeats what a cache must keep', async () => {
    for (const tag of ['"v1"', 'W/"v1"', '"v0", "v1"', 'W/"x" , W/"v1"', '*', ' * ']) {
      const { status, headers, body: bytes } = await site.get('/feeds/tin-moi.rss', { 'if-none-match': tag });
      expect([tag, status, bytes.length]).toEqual([tag, 304, 0]);
      expect(headers).toMatchObject({
        etag: '"v1"',
        vary: 'Accept-Encoding',
        'last-modified': lastModified,
        link: `<${publicUrl}/feeds/tin-moi.rss>; rel="self", <${publicUrl}/hub>; rel="hub"`,
        'x-content-type-options': 'nosniff',
      });
      expect(headers['cache-control']).toContain('max-age=60');
      expect(headers['content-type']).toBeUndefined();
    }
    for (const tag of ['"v0"', 'v1', '"v1-gz"', '""', ',,,'])
      expect((await site.get('/feeds/tin-moi.rss', { 'if-none-match': tag })).status).toBe(200);
    const zipped = await site.get('/feeds/tin-moi.rss', { 'if-none-match': '"v1-gz"', 'accept-encoding': 'gzip' });
    expect([zipped.status, zipped.headers['etag']]).toEqual([304, '"v1-gz"']);
  });

  it('follows If-Modified-Since only where there is no If-None-Match', async () => {
    const since = async (value: string, more = {}): Promise<number> =>
      (await site.get('/feeds/tin-moi.rss', { 'if-modified-since': value, ...more })).status;
    expect(await since(lastModified)).toBe(304);
    expect(await since(lastModified, { 'if-none-match': '"v0"' })).toBe(200);
    expect(await since('Sun, 22 Nov 2026 00:59:59 GMT')).toBe(200);
    expect(await since('Sun, 22 Nov 2099 00:00:00 GMT')).toBe(304);
    expect(await since('Sunday, 22-Nov-99 00:00:00 GMT')).toBe(200);
    for (const nonsense of ['yesterday', '0', '2099-01-01', 'Sun, 99 Foo 2099 99:00:00 GMT'])
      expect(await since(nonsense)).toBe(200);
  });

  it('answers HEAD like GET without the body', async () => {
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const get = await site.get('/feeds/tin-moi.rss', headers);
      const head = await site.get('/feeds/tin-moi.rss', headers, 'HEAD');
      expect(head.body.length).toBe(0);
      expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
    }
    expect((await site.get('/feeds/tin-moi.rss', { 'if-none-match': '"v1"' }, 'HEAD')).status).toBe(304);
  });

  it('ignores what hangs on its address', async () => {
    const answer = await site.get('/feeds/tin-moi.rss?_=123&utm_source=x');
    expect([answer.status, answer.text]).toEqual([200, body]);
  });
});

describe('the first answer of a process', () => {
  it('may be HEAD, conditional or compressed like any later one', async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    const head = await (await startTestSite(db)).get('/feeds/tin-moi.rss', {}, 'HEAD');
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([
      200,
      0,
      String(Buffer.byteLength(body)),
    ]);
    const same = await (await startTestSite(db)).get('/feeds/tin-moi.rss', { 'if-none-match': '"v1"' });
    expect([same.status, same.headers['etag'], same.headers['link']]).toEqual([
      304,
      '"v1"',
      `<${publicUrl}/feeds/tin-moi.rss>; rel="self", <${publicUrl}/hub>; rel="hub"`,
    ]);
    const zipped = await (await startTestSite(db)).get('/feeds/tin-moi.rss', { 'accept-encoding': 'gzip' });
    expect([gunzipSync(zipped.body).toString() === body, zipped.headers['etag']]).toEqual([true, '"v1-gz"']);
  });
});

describe('addresses of feeds', () => {
  it('have one canonical form to which every variant moves for good', async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    const site = await startTestSite(db);
    const general = [
      '/rss',
      '/feed',
      '/feed/',
      '/rss.xml',
      '/feed.xml',
      '/index.xml',
      '/RSS',
      '/tin-moi.rss',
      '/feeds/tin-moi',
      '/feeds/tin-moi/',
      '/feeds/Tin-Moi.RSS',
      '/feeds/tin-moi.xml',
      '/feeds//tin-moi.rss',
      '/feeds/tin-moi.rss/',
      '/feeds/rss',
      '/feeds/tin-moi/feed',
    ];
    for (const path of general) {
      const answer = await site.get(`${path}?_=1`);
      expect([path, answer.status, answer.headers['location']]).toEqual([path, 301, '/feeds/tin-moi.rss']);
    }
    const others: [string, string][] = [
      ['/atom', '/feeds/tin-moi.atom'],
      ['/atom.xml', '/feeds/tin-moi.atom'],
      ['/feed.json', '/feeds/tin-moi.json'],
      ['/feeds/tin-moi/atom', '/feeds/tin-moi.atom'],
      ['/tinh/son-la.rss', '/feeds/tinh/son-la/tin-moi.rss'],
      ['/tinh/son-la/feed', '/feeds/tinh/son-la/tin-moi.rss'],
      ['/tinh/son-la/tin-moi.atom', '/feeds/tinh/son-la/tin-moi.atom'],
      ['/feeds/tinh/son-la', '/feeds/tinh/son-la/tin-moi.rss'],
      ['/feeds/Tinh/Son-La/Tin-Moi.json', '/feeds/tinh/son-la/tin-moi.json'],
      ['/feeds/', '/feeds'],
    ];
    for (const [path, location] of others)
      expect([path, (await site.get(path)).headers['location']]).toEqual([path, location]);
  });

  it('are 404 when there is no such edition, whatever else is asked', async () => {
    const site = await startTestSite(await freshDatabase());
    for (const path of [
      '/feeds/khong-co.rss',
      '/feeds/..%2f..%2fetc%2fpasswd',
      '/feeds/tin-moi.exe',
      `/feeds/${'a/'.repeat(500)}b.rss`,
      '/feeds/%ff%fe.rss',
    ])
      expect([path, (await site.get(path)).status]).toEqual([path, 404]);
  });

  it('are 410 once the edition is retired, also where it was in memory', async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    const { site, pass } = await siteWithClock(db);
    expect((await site.get('/feeds/tin-moi.rss')).status).toBe(200);
    await db.updateTable('edition').set({ retired_at: new Date() }).execute();
    pass(10_000);
    const answer = await site.get('/feeds/tin-moi.rss');
    expect(answer.status).toBe(410);
    expect(answer.text).toContain('không còn được xuất bản');
  });
});

describe('a feed that changes', () => {
  it('is new for readers when its document is, in all encodings, without a restart', async () => {
    const db = await freshDatabase();
    const edition = await seedFeed(db);
    const { site, pass } = await siteWithClock(db);
    await site.get('/feeds/tin-moi.rss', { 'accept-encoding': 'gzip' });
    await seedDocument(db, edition, 'rss', { body: `${body}<!-- 2 -->`, etag: '"v2"' });
    expect((await site.get('/feeds/tin-moi.rss')).headers['etag']).toBe('"v1"');
    pass(5_000);
    expect((await site.get('/feeds/tin-moi.rss')).headers['etag']).toBe('"v2"');
    const zipped = await site.get('/feeds/tin-moi.rss', { 'accept-encoding': 'gzip', 'if-none-match': '"v1-gz"' });
    expect([zipped.status, gunzipSync(zipped.body).toString()]).toEqual([200, `${body}<!-- 2 -->`]);
  });

  it('is served as it is while a newer version is due, which is asked for', async () => {
    const db = await freshDatabase();
    const edition = await seedFeed(db);
    await db
      .updateTable('edition')
      .set({ changed_at: new Date(Date.now() + 60_000) })
      .execute();
    const site = await startTestSite(db);
    expect((await site.get('/feeds/tin-moi.rss')).text).toBe(body);
    const row = await db
      .selectFrom('document')
      .select('due_at')
      .where('edition_id', '=', edition)
      .where('format', '=', 'rss')
      .executeTakeFirstOrThrow();
    expect(row.due_at).not.toBeNull();
  });

  it('is awaited when it was never rendered, and everybody waits for the same rendering', async () => {
    const db = await freshDatabase();
    const edition = await seedEdition(db, { path: 'tin-moi' });
    const site = await startTestSite(db);
    const answers = Promise.all([1, 2, 3].map(() => site.get('/feeds/tin-moi.rss')));
    await expect
      .poll(
        async () => (await db.selectFrom('document').select('format').where('due_at', 'is not', null).execute()).length,
      )
      .toBe(1);
    await seedDocument(db, edition, 'rss', { body, etag: '"v1"' });
    for (const answer of await answers) expect([answer.status, answer.text]).toEqual([200, body]);
  });

  it('is 503 with Retry-After when nobody renders it in time', async () => {
    const db = await freshDatabase();
    await seedEdition(db, { path: 'tin-moi' });
    const answer = await (await startTestSite(db)).get('/feeds/tin-moi.rss');
    expect([answer.status, answer.headers['retry-after'], answer.headers['cache-control']]).toEqual([
      503,
      '5',
      'no-store',
    ]);
  });
});

describe('with PostgreSQL away', () => {
  it('feeds keep coming from memory with their age, conditional and compressed as ever', async () => {
    const db = openDb(await freshDatabaseUrl());
    await seedFeed(db);
    const { site, pass } = await siteWithClock(db);
    await site.get('/feeds/tin-moi.rss');
    await db.destroy();
    pass(3_600_000);
    for (const attempt of [1, 2]) {
      const answer = await site.get('/feeds/tin-moi.rss');
      expect([attempt, answer.status, answer.text]).toEqual([attempt, 200, body]);
      expect(Number(answer.headers['age'])).toBeGreaterThanOrEqual(3_600);
    }
    const same = await site.get('/feeds/tin-moi.rss', { 'if-none-match': '"v1"' });
    expect([same.status, Number(same.headers['age']) >= 3_600]).toEqual([304, true]);
    expect((await site.get('/feeds/tin-moi.rss', { 'accept-encoding': 'br' })).headers['content-encoding']).toBe('br');
    expect((await site.get('/feeds/tin-moi.atom')).status).toBe(503);
  });
});
