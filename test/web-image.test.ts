// Pictures through the site: signed, checked by their bytes, no wider than needed, only while rights allow, never from inside.
import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../src/store/db.ts';
import { openImageCache } from '../src/web/image-cache.ts';
import { checkImage } from '../src/web/image-check.ts';
import { imagePath, readImagePath } from '../src/web/image-address.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { seedPicture, seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite, type TestSite } from './support/site.ts';

const folder = mkdtempSync(join(tmpdir(), 'tin-tinh-test-'));
let origin = '';
let asked: string[] = [];
let bodies: Record<string, { body: Buffer; type: string; status?: number; location?: string }> = {};
let db: Db;
let paper: Awaited<ReturnType<typeof seedPublisher>>;

async function picture(format: 'png' | 'jpeg' | 'webp' | 'gif', width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#98201b' } })
    .toFormat(format)
    .toBuffer();
}

function openSite(): Promise<TestSite> {
  return startTestSite(db, { pictures: [new URL(origin).host], dataDir: folder });
}

async function srcOf(
  site: TestSite,
  url: string,
  more: object = {},
): Promise<{ id: number; src: string; page: string }> {
  const { id } = await seedStory(db, paper, {
    title: `Tin ${url.slice(-12)} ${more === null}`,
    bodyHtml: '<p>Thân bài.</p>',
    media: [seedPicture(url)],
    ...more,
  });
  const page = (await site.get((await site.get(`/tin/${id}`)).headers['location'] ?? '')).text;
  return { id, page, src: /<img[^>]* src="(\/anh\/[^"]+)"/.exec(page)?.[1] ?? '' };
}

beforeAll(async () => {
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const found = bodies[request.url ?? ''];
    response.writeHead(found?.status ?? (found ? 200 : 404), {
      'Content-Type': found?.type ?? 'text/plain',
      ...(found?.location === undefined ? {} : { Location: found.location }),
    });
    response.end(found?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterFile(() => new Promise<void>((resolve) => server.close(() => resolve())));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bodies = {
    '/rong.jpg': { body: await picture('jpeg', 2000, 1000), type: 'text/html' },
    '/nho.png': { body: await picture('png', 40, 30), type: 'image/png' },
    '/gia.jpg': {
      body: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
      type: 'image/jpeg',
    },
    '/bom.png': {
      body: Buffer.concat([
        (await picture('png', 8, 8)).subarray(0, 16),
        Buffer.from('0000ffff0000ffff', 'hex'),
        Buffer.alloc(64),
      ]),
      type: 'image/png',
    },
    '/gay.jpg': { body: (await picture('jpeg', 900, 900)).subarray(0, 400), type: 'image/jpeg' },
    '/vao-trong.jpg': { body: Buffer.alloc(0), type: 'text/plain', status: 302, location: 'http://127.0.0.2:1/a.png' },
  };
  db = await freshDatabase();
  paper = await seedPublisher(db);
});

describe('a picture on a page', () => {
  it('comes from our own site, no wider than the page needs, whatever type its server claims', async () => {
    const site = await openSite();
    const { src, page } = await srcOf(site, `${origin}/rong.jpg`);
    const answer = await site.get(src);
    const facts = checkImage(answer.body);

    expect(page).not.toContain(`src="${origin}`);
    expect(page).toContain(`<meta property="og:image" content="https://tin.example${src}">`);
    expect([answer.status, answer.headers['content-type'], facts?.width, facts?.height]).toEqual([
      200,
      'image/webp',
      1080,
      540,
    ]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect((await site.get(src, { 'if-none-match': answer.headers['etag'] ?? '' })).status).toBe(304);
  });

  it('in an embed is ours as well, in every form, and only its small size may stand on other sites', async () => {
    const site = await openSite();
    const { src } = await srcOf(site, `${origin}/rong.jpg`);
    for (const path of ['tin-moi.json', 'tin-moi', 'manh/tin-moi']) {
      const { text } = await site.get(`/nhung/${path}?anh=1&so=1`);
      const image = /https:\/\/tin\.example(\/anh\/[\w/-]+)/.exec(text)?.[1] ?? '';
      expect([path, text.includes(origin)]).toEqual([path, false]);
      const answer = await site.get(image);
      expect([answer.status, checkImage(answer.body)?.width]).toEqual([200, 240]);
      expect(answer.headers['cross-origin-resource-policy']).toBe('cross-origin');
    }
    expect((await site.get(src)).headers['cross-origin-resource-policy']).toBe('same-site');
    const bare = await startTestSite(db);
    expect((await bare.get('/nhung/tin-moi.json?anh=1&so=1')).text).toContain('"image":null');
  });

  it('is fetched once for all readers, and after a restart comes from disk', async () => {
    asked = [];
    const site = await openSite();
    const { src } = await srcOf(site, `${origin}/nho.png`);
    await Promise.all(Array.from({ length: 20 }, () => site.get(src)));
    const again = await openSite();

    expect((await again.get(src)).status).toBe(200);
    expect(asked).toEqual(['/nho.png']);
  });

  it('of a body is rewritten as well', async () => {
    const site = await openSite();
    const { page } = await srcOf(site, `${origin}/nho.png`, {
      media: [],
      bodyHtml: `<p>a</p><img src="${origin}/rong.jpg?a=1&amp;b=2" alt="x"><p>b</p>`,
    });

    expect(page).toMatch(/<div class="body">[\s\S]*<img [^>]*src="\/anh\/[^"]+"[^>]*>/);
    expect(page).not.toContain(origin);
  });

  it.each(['/gia.jpg', '/bom.png', '/gay.jpg', '/vao-trong.jpg', '/khong-co.png'])('%s is not served', async (path) => {
    const site = await openSite();
    const { src } = await srcOf(site, `${origin}${path}`);

    expect(src).not.toBe('');
    expect((await site.get(src)).status).toBe(404);
  });

  it('is gone once its paper allows no pictures, or the story is withdrawn', async () => {
    const site = await openSite();
    const { src, id } = await srcOf(site, `${origin}/rong.jpg?rieng`);
    bodies['/rong.jpg?rieng'] = { body: await picture('png', 50, 50), type: 'image/png' };
    expect((await site.get(src)).status).toBe(200);
    await sql`update story set status = 'withdrawn' where id = ${id}`.execute(db);

    expect((await (await openSite()).get(src)).status).toBe(404);
  });

  it('is not shown at all where the site has no way out', async () => {
    const { page } = await srcOf(await startTestSite(db), `${origin}/rong.jpg`, {
      bodyHtml: `<p>a</p><img src="${origin}/nho.png">`,
    });

    expect(page).not.toContain('<img');
  });
});

it('an address changed in any letter leads nowhere', async () => {
  const secret = Buffer.alloc(32, 7);
  const address = { storyId: 12, width: 320, url: 'https://a.example/ảnh?x=1' };
  const path = imagePath(secret, { ...address, url: 'https://a.example/anh.png' });

  expect(readImagePath(secret, path)).toEqual({ ...address, url: 'https://a.example/anh.png' });
  for (const other of [path.replace('320', '321'), path.replace('/12/', '/13/'), `${path}A`, path.slice(0, -1)])
    expect(readImagePath(secret, other)).toBeNull();
  expect(readImagePath(Buffer.alloc(32, 8), path)).toBeNull();
});

it('sizes are read from the bytes of every kind', async () => {
  for (const kind of ['png', 'jpeg', 'webp', 'gif'] as const)
    expect(checkImage(await picture(kind, 33, 21))).toEqual({ type: `image/${kind}`, width: 33, height: 21 });
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(500, 0xff),
    Buffer.from('\xff\xd8\xff\xe0\x00\x00'.repeat(20), 'latin1'),
  ])
    expect(checkImage(bytes)).toBeNull();
});

it('the folder never grows far beyond its bound', async () => {
  const own = mkdtempSync(join(tmpdir(), 'tin-tinh-test-'));
  const cache = openImageCache(own, () => new Date(), 10_000);
  for (let index = 0; index < 40; index++) await cache.write(`p${index}`, Buffer.alloc(1_000, index));

  expect(readdirSync(own).length).toBeLessThan(14);
  expect(await cache.read('p39')).toEqual(Buffer.alloc(1_000, 39));
  expect(await cache.read('p0')).toBeNull();
});
