// robots.txt: what it means, and how a site is asked for it.
import { expect, test } from 'vitest';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { crawlDelayOf, isPathAllowed, readRobots } from '../src/net/robots-rules.ts';
import { afterFile } from './support/cleanup.ts';
import { answer, openRawServer } from './support/raw-server.ts';

const allowed = (text: string, path: string) => isPathAllowed(readRobots(text, 'tintinh'), path);

test.each([
  ['User-agent: *\nDisallow: /quan-tri', '/quan-tri/a', false],
  ['User-agent: *\nDisallow: /quan-tri', '/tin/a', true],
  ['User-agent: *\nDisallow:', '/a', true],
  ['User-agent: *\nDisallow: /\nAllow: /tin', '/tin/a', true],
  ['User-agent: *\nAllow: /a\nDisallow: /a', '/a', true],
  ['User-agent: *\nDisallow: /*.aspx$', '/doc/1.aspx', false],
  ['User-agent: *\nDisallow: /*.aspx$', '/doc/1.aspx?id=1', true],
  ['User-agent: *\nDisallow: /a*b*c$', '/a1b2b3c', false],
  ['User-agent: *\nDisallow: /*?print=', '/bai?id=1&print=1', true],
  ['User-agent: *\nDisallow: /*print=', '/bai?id=1&print=1', false],
  ['User-agent: *\nDisallow: /tin-mới', '/tin-m%e1%bb%9bi/1', false],
  ['User-agent: *\nDisallow: /\n\nUser-agent: TinTinh\nDisallow: /x', '/tin', true],
  ['User-agent: TinTinh/0.1\nDisallow: /x\nUser-agent: *\nDisallow: /\nuser-agent: tintinh\nDisallow: /y', '/y', false],
  [
    'User-agent: Bad\nUser-agent: TinTinh # chúng ta\nSitemap: https://a.example/s.xml\nDisallow: / # hết',
    '/tin',
    false,
  ],
  ['User-agent: Bad\nDisallow: /', '/tin', true],
  ['\ufeffUser-agent: *\r\nDisallow: /a\rDisallow: /b', '/b', false],
  ['Disallow: /', '/a', true],
  ['<html><title>404</title></html>', '/a', true],
])('%j lets %s be read: %s', (text, path, expected) => {
  expect(allowed(text, path)).toBe(expected);
});

test('delay and sitemaps are read, nonsense is not', () => {
  const rules = readRobots(
    'User-agent: *\nCrawl-delay: 2.5\nSitemap: https://a.example/1.xml\nsitemap: /2.xml\nSitemap: javascript:x\nCrawl-delay: -1',
    'tintinh',
  );
  expect([crawlDelayOf(rules), rules.sitemaps]).toEqual([2.5, ['https://a.example/1.xml']]);
});

test('a hostile file costs no more than its length', () => {
  const startedAt = performance.now();
  const names = 'user-agent: *\n'.repeat(15_000) + 'disallow: /a\n'.repeat(20_000);
  const stars = `user-agent: *\n${`disallow: /${'*a'.repeat(800)}b\n`.repeat(300)}`;
  allowed(names, '/b');
  allowed(stars, `/${'a'.repeat(4_000)}`);
  expect(performance.now() - startedAt).toBeLessThan(1_500);
});

const site = await openRawServer();
const http = createHttp({
  userAgent: 'TinTinh/0.1 (+https://tin.example)',
  guard: createGuard({ allowNetworks: ['127.0.0.0/8'] }),
  // Each name is a site of its own on the same server.
  resolve: async () => ['127.0.0.1'],
});
afterFile(() => http.close());
let sites = 0;
async function check(reply: string | Buffer, path = '/tin') {
  site.reply('/robots.txt', reply);
  return http.robots.check(`http://bao-${++sites}.example:${site.port}${path}`);
}

test('a site is asked once, however many ask at once', async () => {
  site.requests.length = 0;
  site.reply('/robots.txt', answer('200 OK', {}, 'User-agent: TinTinh\nDisallow: /x\nCrawl-delay: 7'));
  const ask = (path: string) => http.robots.check(`http://mot.example:${site.port}${path}`);
  const [first, second] = await Promise.all([ask('/x/1'), ask('/tin')]);
  await ask('/tin');

  expect(site.requests).toHaveLength(1);
  expect(first).toEqual({
    isAllowed: false,
    isExplicit: true,
    crawlDelaySeconds: 7,
    sitemaps: [],
    reason: 'rules',
  });
  expect(second.isAllowed).toBe(true);
});

test.each([
  ['404', 'none', true],
  ['403', 'none', true],
  ['500', 'unreachable', false],
  ['503', 'unreachable', false],
  ['429', 'unreachable', false],
])('a robots.txt answered with %s is "%s"', async (status, reason, isAllowed) => {
  expect(await check(answer(`${status} x`, {}, 'User-agent: *\nDisallow: /'))).toMatchObject({ reason, isAllowed });
});

test('silence means nothing for now, redirects without end mean no rules, and a long file is read to its bound', async () => {
  expect(await check('')).toMatchObject({ reason: 'unreachable', isAllowed: false });
  expect(await check(answer('302 Found', { Location: '/robots.txt' }))).toMatchObject({
    reason: 'none',
    isAllowed: true,
  });
  const long = `User-agent: *\nDisallow: /a\n${'# '.repeat(400_000)}\nDisallow: /b`;
  expect(await check(answer('200 OK', {}, long), '/a')).toMatchObject({ reason: 'rules', isAllowed: false });
});

test('an address that may not be called at all is refused as such', async () => {
  await expect(http.robots.check('http://169.254.169.254/x')).rejects.toMatchObject({ code: 'net.private_address' });
});
