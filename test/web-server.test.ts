// The server as a process sees it: hostile bytes, slow ends, and a close that cuts nobody off.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Db } from '../src/store/db.ts';
import { freshDatabase } from './support/database.ts';
import { seedDocument, seedEdition, seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite } from './support/site.ts';

// Everything a connection answers to these bytes until it ends.
function speak(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
  });
}

async function seedFeed(db: Db): Promise<void> {
  await seedDocument(db, await seedEdition(db, { path: 'tin-moi' }), 'rss', { body: '<rss/>', etag: '"v1"' });
}

describe('the server', () => {
  it('answers bytes that are no HTTP with a plain 400 and the security headers', async () => {
    const site = await startTestSite(await freshDatabase());
    for (const bytes of [
      '\u0016\u0003\u0001 TLS?\r\n\r\n',
      'GET / HTTP/1.1\r\nA b: c\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
    ]) {
      const answer = await speak(site.url, bytes);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('X-Content-Type-Options: nosniff');
      expect(answer).toContain('không hiểu');
    }
  });

  it('refuses headers beyond 16 KB with 431', async () => {
    const site = await startTestSite(await freshDatabase());
    expect(await speak(site.url, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  it('gives the first reader of an address what it gives all others, with a name for the request', async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    const paper = await seedPublisher(db, { name: 'Báo Thử', slug: 'bao-thu' });
    const { id } = await seedStory(db, paper, { title: 'Được mùa nhãn', bodyHtml: '<p>Sông Mã</p>' });
    const paths = [
      '/',
      '/?lang=en',
      '/feeds',
      '/feeds/tin-moi.rss',
      '/feeds/tim-kiem.atom?q=nhan',
      `/tin/${id}-duoc-mua-nhan`,
      ...['rss', 'atom', 'json'].map((ending) => `/tin/${id}/tin-lien-quan.${ending}`),
      '/nhung/tin-moi',
      '/opml',
      '/sitemap.xml',
    ];
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const site = await startTestSite(db);
      for (const path of paths) {
        const [first, later] = [await site.get(path, headers), await site.get(path, headers)];
        expect(first.status, path).toBe(200);
        expect(first.headers['x-request-id'], path).toMatch(/^[0-9a-f]{16}$/);
        expect(first.headers['strict-transport-security'], path).toMatch(/max-age=\d+/);
        const { 'x-request-id': _name, ...same } = first.headers;
        expect({ ...same, date: '' }, path).toEqual({ ...later.headers, date: '' });
        expect(first.body.equals(later.body), path).toBe(true);
      }
    }
  });

  it('says that the fault is its own when an answer cannot be written', async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    // No header may hold this dash.
    const site = await startTestSite(db, { publicUrl: 'https://tin\u2013tinh.example' });
    const answer = await speak(site.url, 'GET /feeds/tin-moi.rss HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    expect(answer).not.toContain('<rss/>');
  });

  it('takes requests with an absolute target and of HTTP/1.0, and refuses HTTP/1.1 without Host', async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    const site = await startTestSite(db);
    for (const head of [
      'GET /feeds/tin-moi.rss HTTP/1.0',
      'GET /feeds/tin-moi.rss HTTP/1.1\r\nHost:\r\nConnection: close',
      'GET http://evil.example/feeds/tin-moi.rss HTTP/1.1\r\nHost: evil.example\r\nConnection: close',
    ]) {
      const answer = await speak(site.url, `${head}\r\n\r\n`);
      expect(answer, head).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer, head).toContain('<rss/>');
      expect(answer, head).not.toContain('evil.example');
    }
    const refused = await speak(site.url, 'GET /feeds/tin-moi.rss HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(refused).toMatch(/^HTTP\/1\.1 400 /);
    expect(refused.toLowerCase()).toContain('x-content-type-options: nosniff');
  });

  it('answers several requests in one breath, in order', async () => {
    const db = await freshDatabase();
    await seedFeed(db);
    const site = await startTestSite(db);
    const one = 'GET /feeds/tin-moi.rss HTTP/1.1\r\nHost: a\r\nIf-None-Match: "v1"\r\n\r\n';
    const answer = await speak(
      site.url,
      `${one}GET /khong-co HTTP/1.1\r\nHost: a\r\n\r\n${one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    );
    expect([...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => match[1])).toEqual(['304', '404', '304']);
  });

  it('finishes an answer under way when it closes, lets go of idle connections, and takes no more', async () => {
    const db = await freshDatabase();
    const edition = await seedEdition(db, { path: 'tin-moi' });
    const site = await startTestSite(db);
    // This one waits for its first rendering while the server is told to close.
    const waiting = site.get('/feeds/tin-moi.rss');
    const idle = speak(site.url, 'GET /healthz/live HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(async () => (await db.selectFrom('document').select('format').execute()).length).toBe(1);
    const closed = site.close();
    await seedDocument(db, edition, 'rss', { body: '<rss/>', etag: '"v1"' });
    expect((await waiting).text).toBe('<rss/>');
    expect(await idle).toMatch(/^HTTP\/1\.1 200 /);
    await closed;
    await expect(site.get('/healthz/live')).rejects.toThrow('ECONNREFUSED');
  });

  it('sends an answer to its end to a reader who takes it slowly while the server closes', async () => {
    const db = await freshDatabase();
    const edition = await seedEdition(db, { path: 'tin-moi' });
    const body = `<rss>${'x'.repeat(16_000_000)}</rss>`;
    await seedDocument(db, edition, 'rss', { body, etag: '"v1"' });
    const site = await startTestSite(db);
    const { hostname, port } = new URL(site.url);
    let size = 0;
    let begun = () => {};
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const socket = connect(Number(port), hostname, () =>
      socket.write('GET /feeds/tin-moi.rss HTTP/1.1\r\nHost: a\r\n\r\n'),
    );
    socket.on('data', (data) => {
      size += data.length;
      begun();
      // A sip at a time: most of it lies with the server while it closes.
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
    const over = new Promise((resolve) => socket.on('close', resolve));
    await beginning;
    await site.close();
    await over;
    expect(size).toBeGreaterThan(body.length);
  });

  it('says ready while the database answers', async () => {
    const db = await freshDatabase();
    await seedStory(db, await seedPublisher(db));
    const answer = await (await startTestSite(db)).get('/healthz/ready');
    expect([answer.status, answer.headers['cache-control'], answer.text]).toEqual([
      200,
      'no-store',
      '{"status":"ready"}',
    ]);
  });

  it('gives the style sheet for a year under a name that follows its content, and icons', async () => {
    const site = await startTestSite(await freshDatabase());
    const [, path = ''] = /href="(\/static\/site\.[\w-]+\.css)"/.exec((await site.get('/')).text) ?? [];
    const style = await site.get(path);
    expect([style.status, style.headers['content-type'], style.headers['cache-control']]).toEqual([
      200,
      'text/css; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
    expect((await site.get('/static/site.old.css')).status).toBe(404);
    for (const [icon, type] of [
      ['/icon.svg', 'image/svg+xml'],
      ['/icon.png', 'image/png'],
      ['/favicon.ico', 'image/png'],
    ] as const)
      expect((await site.get(icon)).headers['content-type']).toBe(type);
  });
});
