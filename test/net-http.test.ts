import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const routes = new Map<string, Handler>();
const seen: IncomingMessage[] = [];
const server = createServer((request, response) => {
  seen.push(request);
  const handler = routes.get(request.url ?? '');
  if (handler) handler(request, response);
  else response.writeHead(404).end();
});
let origin = '';
const authorities = new Set<string>();
const http = createHttp({ userAgent: 'test/1', guard: createGuard({ allowAuthorities: authorities }) });

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  authorities.add(`127.0.0.1:${port}`);
});

afterAll(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
});

const text = 'Tin mới '.repeat(1_000);

test.each([
  ['gzip', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
  ['zstd', zstdCompressSync(text)],
  ['gzip', Buffer.from(text)],
])('a %s body is unpacked', async (coding, bytes) => {
  routes.set('/packed', (_, response) => response.writeHead(200, { 'content-encoding': coding }).end(bytes));
  expect((await http.get({ url: `${origin}/packed` })).body.toString()).toBe(text);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)('a small %s body that holds much is unpacked whole', async (coding, pack) => {
  const much = Buffer.alloc(3_000_000, 'tin ');
  routes.set('/much', (_, response) => response.writeHead(200, { 'content-encoding': coding }).end(pack(much)));
  expect((await http.get({ url: `${origin}/much` })).body.equals(much)).toBe(true);
});

test.each([
  ['a truncated gzip body', { 'content-encoding': 'gzip' }, gzipSync(text).subarray(0, 60), 'net.encoding'],
  ['a bomb', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(3_000_000)), 'net.too_large'],
  ['two layers', { 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync(text)), 'net.encoding'],
  ['too many bytes', {}, Buffer.alloc(2_000_001), 'net.too_large'],
])('%s is refused', async (_, headers, bytes, code) => {
  routes.set('/bad', (__, response) => response.writeHead(200, headers).end(bytes));
  await expect(http.get({ url: `${origin}/bad`, maxBytes: 2_000_000, maxWireBytes: 2_000_000 })).rejects.toMatchObject({
    code,
  });
});

test('validators go out exactly as given and stay off other origins', async () => {
  routes.set('/v', (_, response) => response.writeHead(304).end());
  routes.set('/away', (_, response) =>
    response.writeHead(302, { location: origin.replace('127.0.0.1', 'localhost') }).end(),
  );
  const answer = await http.get({ url: `${origin}/v`, etag: 'W/"a, b"', lastModified: 'yesterday' });
  expect(answer.status).toBe(304);
  expect(seen.at(-1)?.headers).toMatchObject({
    'if-none-match': 'W/"a, b"',
    'if-modified-since': 'yesterday',
    'user-agent': 'test/1',
  });
  expect(seen.at(-1)?.headers['cookie']).toBeUndefined();
});

test('redirects are followed by hand and told', async () => {
  routes.set('/one', (_, response) => response.writeHead(301, { location: '/two?x=1' }).end());
  routes.set('/two?x=1', (_, response) => response.end('here'));
  const answer = await http.get({ url: `${origin}/one` });
  expect(answer).toMatchObject({
    status: 200,
    url: `${origin}/two?x=1`,
    hops: [{ status: 301, url: `${origin}/one` }],
  });
});

test.each([
  ['/loop', '/loop', 'net.too_many_redirects'],
  ['/private', 'http://169.254.169.254/latest/', 'net.private_address'],
  ['/scheme', 'file:///etc/passwd', 'net.scheme'],
  ['/mangled', 'http://[', 'net.bad_redirect'],
])('a redirect from %s to %s ends as %s', async (path, location, code) => {
  routes.set(path, (_, response) => response.writeHead(302, { location }).end());
  await expect(http.get({ url: origin + path })).rejects.toMatchObject({ code });
});

test('a server that never ends its body meets the deadline', async () => {
  routes.set('/slow', (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.write('x');
  });
  await expect(http.get({ url: `${origin}/slow`, deadlineMs: 150 })).rejects.toMatchObject({ code: 'net.deadline' });
});

test('endless headers are refused', async () => {
  routes.set('/headers', (_, response) =>
    response
      .writeHead(200, Object.fromEntries(Array.from({ length: 60 }, (__, i) => [`x-${i}`, 'a'.repeat(1_000)])))
      .end(),
  );
  await expect(http.get({ url: `${origin}/headers` })).rejects.toMatchObject({ code: 'net.headers_too_large' });
});

test('a name with one private address among its answers is refused, and a public one is dialled as checked', async () => {
  const asked: string[] = [];
  const mixed = createHttp({
    userAgent: 'test/1',
    guard: createGuard(),
    resolve: async (hostname) => {
      asked.push(hostname);
      return ['93.184.216.34', '10.0.0.1'];
    },
  });
  await expect(mixed.get({ url: 'http://paper.example/' })).rejects.toMatchObject({ code: 'net.private_address' });
  expect(asked).toEqual(['paper.example']);
  await mixed.close();
});

test('a name that resolves to our own server is dialled at that address with its own Host', async () => {
  routes.set('/named', (request, response) => response.end(request.headers.host));
  const named = createHttp({
    userAgent: 'test/1',
    guard: createGuard({ allowNetworks: ['127.0.0.0/8'] }),
    resolve: async () => ['127.0.0.1'],
  });
  const { port } = server.address() as AddressInfo;
  expect((await named.get({ url: `http://paper.example:${port}/named` })).body.toString()).toBe(
    `paper.example:${port}`,
  );
  await named.close();
});
