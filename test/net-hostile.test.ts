// What a server can do wrong on the wire → an error with a name, in time, and a process that goes on.
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { afterFile } from './support/cleanup.ts';
import { answer, openRawServer } from './support/raw-server.ts';

const paper = await openRawServer();
const other = await openRawServer();
const authorities = new Set([paper.authority, other.authority]);
const http = createHttp({ userAgent: 'test/1', guard: createGuard({ allowAuthorities: authorities }) });
afterFile(() => http.close());
const get = (path: string, options: { deadlineMs?: number; maxBytes?: number } = {}) =>
  http.get({ url: paper.origin + path, ...options });
const words = 'Tin mới. '.repeat(5_000);

test('endless headers end at 32 kB', async () => {
  let sent = 0;
  paper.reply('/headers', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const more = () => {
      while (!socket.destroyed && sent < 50_000_000) {
        sent += 1_000;
        if (!socket.write(`X-${sent}: ${'v'.repeat(990)}\r\n`)) break;
      }
    };
    socket.on('drain', more);
    more();
  });

  await expect(get('/headers')).rejects.toMatchObject({ code: 'net.headers_too_large', weight: 'hard' });
  expect(sent).toBeLessThan(8_000_000);
});

test('a status line without end is cut off by the bytes of the connection', async () => {
  paper.reply('/status', (socket) => {
    socket.write('HTTP/1.1 200 ');
    const more = () => {
      while (!socket.destroyed && socket.write('O'.repeat(65_536)));
    };
    socket.on('drain', more);
    more();
  });

  await expect(get('/status')).rejects.toMatchObject({ code: expect.stringMatching(/^net\.(too_large|bad_answer)$/) });
});

test('chunk extensions without end are cut off by the bytes of the connection', async () => {
  paper.reply('/extensions', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;');
    const more = () => {
      while (!socket.destroyed && socket.write('a'.repeat(65_536)));
    };
    socket.on('drain', more);
    more();
  });

  await expect(get('/extensions')).rejects.toMatchObject({
    code: expect.stringMatching(/^net\.(too_large|bad_answer)$/),
  });
});

test('an endless body ends at the cap', async () => {
  paper.reply('/endless', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const more = () => {
      while (!socket.destroyed && socket.write('<item/>'.repeat(10_000)));
    };
    socket.on('drain', more);
    more();
  });

  await expect(get('/endless')).rejects.toMatchObject({ code: 'net.too_large' });
});

test.each([
  ['a body that drips', 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<rss>'],
  ['a body labelled gzip that never comes', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip'],
  ['headers that never end', 'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n'],
  ['silence', ''],
])('%s meets the deadline', async (name, bytes) => {
  const path = `/${encodeURIComponent(name)}`;
  paper.reply(path, (socket) => {
    socket.write(bytes);
    const drip = setInterval(
      () => (socket.destroyed ? clearInterval(drip) : socket.write(bytes === '' ? '' : 'X')),
      20,
    );
    socket.on('close', () => clearInterval(drip));
  });
  const startedAt = performance.now();

  await expect(get(path, { deadlineMs: 200 })).rejects.toMatchObject({ code: 'net.deadline', weight: 'temporary' });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test.each([
  ['gzip', gzipSync(words)],
  ['br', brotliCompressSync(words)],
  ['zstd', zstdCompressSync(words)],
])('a %s body cut in the middle is an error, not half a document', async (coding, whole) => {
  paper.reply(
    '/half',
    answer('200 OK', { 'Content-Encoding': coding }, whole.subarray(0, Math.floor(whole.length * 0.6))),
  );

  await expect(get('/half')).rejects.toMatchObject({ code: 'net.encoding' });
});

test.each([
  ['one stream', gzipSync(Buffer.alloc(40_000_000))],
  ['many members', Buffer.concat(Array.from({ length: 40 }, () => gzipSync(Buffer.alloc(1_000_000))))],
])('a bomb of %s is refused by what it unpacks to', async (_, bomb) => {
  paper.reply('/bomb', answer('200 OK', { 'Content-Encoding': 'gzip' }, bomb));

  await expect(get('/bomb')).rejects.toMatchObject({ code: 'net.too_large', weight: 'hard' });
});

test.each(['UTF-8', 'none', 'windows-1258'])('the label "%s" is no coding', async (label) => {
  paper.reply('/label', answer('200 OK', { 'Content-Encoding': label }, 'ok'));

  expect((await get('/label')).body.toString()).toBe('ok');
});

test('identity beside a coding is no second layer', async () => {
  paper.reply('/layers', answer('200 OK', { 'Content-Encoding': 'identity, gzip' }, gzipSync('ok')));

  expect((await get('/layers')).body.toString()).toBe('ok');
});

test.each([
  ['closes early', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>', 'net.cut'],
  ['breaks off its chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n<rss>', 'net.cut'],
  ['sends no number of a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'net.bad_answer'],
  ['answers without HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'net.bad_answer'],
  ['has a status of letters', 'HTTP/1.1 OK 200\r\n\r\n', 'net.bad_answer'],
  ['hangs up', '', 'net.cut'],
])('a server that %s is told as %s', async (_, bytes, code) => {
  paper.reply('/broken', bytes);

  await expect(get('/broken')).rejects.toMatchObject({ code });
});

test.each([
  ['HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss/>'],
  ['a status without words', 'HTTP/1.1 200\r\nContent-Length: 6\r\n\r\n<rss/>'],
  [
    'a connection said to stay that is closed',
    'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 6\r\n\r\n<rss/>',
  ],
])('%s is read', async (_, bytes) => {
  paper.reply('/odd', bytes);

  expect((await get('/odd')).body.toString()).toBe('<rss/>');
  expect((await get('/odd')).body.toString()).toBe('<rss/>');
});

test('an error answer tells its status and headers whatever its body does', async () => {
  paper.reply('/429', answer('429 Slow Down', { 'Retry-After': '600', 'Content-Encoding': 'gzip' }, 'not gzip at all'));
  paper.reply('/503', (socket) => {
    socket.write('HTTP/1.1 503 No\r\nRetry-After: 60\r\nContent-Length: 90000000\r\n\r\n');
    socket.write('x'.repeat(200_000));
  });

  expect(await get('/429')).toMatchObject({ status: 429, headers: { 'retry-after': '600' } });
  expect(await get('/503')).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
});

test('cookies are neither kept nor sent, and validators go back byte for byte or not at all', async () => {
  const etag = 'W/"\u00e9\\ a, b"';
  paper.reply('/state', answer('200 OK', { 'Set-Cookie': 'a=1', ETag: etag }, '<rss/>'));
  const { headers } = await get('/state');
  await http.get({ url: `${paper.origin}/state`, etag: headers['etag'] ?? '', lastModified: 'ngày\u1ed1' });

  const asked = paper.requests.at(-1) ?? '';
  expect(headers['etag']).toBe(etag);
  expect(asked).toContain(`if-none-match: ${etag}`);
  expect(asked).not.toMatch(/cookie|if-modified-since/i);
});

test('what was given for one origin is not told to another, also not after the way back', async () => {
  const secret = { authorization: 'Bearer s3cret', cookie: 'sid=1', 'x-key': 'k' };
  paper.reply('/start', answer('302 Found', { Location: '/same' }));
  paper.reply('/same', answer('302 Found', { Location: `${other.origin}/there` }));
  other.reply('/there', answer('307 Temporary Redirect', { Location: `${paper.origin}/back` }));
  paper.reply('/back', answer('200 OK', {}, 'ok'));
  paper.requests.length = 0;

  const found = await http.get({ url: `${paper.origin}/start`, headers: secret, etag: '"1"' });

  const sent = [...paper.requests.slice(0, 2), ...other.requests, ...paper.requests.slice(2)];
  expect(sent.map((head) => /s3cret/.test(head))).toEqual([true, true, false, false]);
  expect(sent.map((head) => /sid=1|x-key|if-none-match/.test(head))).toEqual([true, true, false, false]);
  expect(found.hops.map(({ status, url }) => `${status} ${new URL(url).pathname}`)).toEqual([
    '302 /start',
    '302 /same',
    '307 /there',
  ]);
});

test('validators go to the address that gave them', async () => {
  paper.reply('/old', answer('301 Moved', { Location: `${other.origin}/new` }));
  other.reply('/new', answer('304 Not Modified', {}));
  paper.requests.length = other.requests.length = 0;

  await http.get({ url: `${paper.origin}/old`, etag: '"1"', validatorUrl: `${other.origin}/new` });

  expect([paper.requests[0], other.requests[0]].map((head) => head?.includes('if-none-match: "1"'))).toEqual([
    false,
    true,
  ]);
});

test('a redirect to bare Vietnamese letters is followed as browsers do', async () => {
  paper.reply('/vn', answer('302 Found', { Location: Buffer.from('/tin-mới').toString('latin1') }));
  paper.reply('/tin-m%E1%BB%9Bi', answer('200 OK', {}, 'ok'));

  expect((await get('/vn')).body.toString()).toBe('ok');
});

test('the sixth redirect is one too many, and the error tells the way', async () => {
  paper.reply('/ring', answer('302 Found', { Location: '/ring' }));
  paper.requests.length = 0;

  await expect(get('/ring')).rejects.toMatchObject({
    code: 'net.too_many_redirects',
    hops: Array.from({ length: 5 }, () => ({ status: 302, url: `${paper.origin}/ring` })),
  });
  expect(paper.requests).toHaveLength(6);
  expect((await http.get({ url: `${paper.origin}/ring`, maxHops: 0 })).status).toBe(302);
});

test.each([
  'http://169.254.169.254/latest/',
  'http://[::ffff:10.0.0.1]/',
  'http://localhost:8900/',
  'http://8.8.8.8:5432/',
  'http://user@8.8.8.8/',
  'file:///etc/passwd',
  'data:text/xml,<rss/>',
])('a redirect to %s is refused and nothing is sent', async (target) => {
  paper.reply('/away', answer('302 Found', { Location: target }));

  await expect(get('/away')).rejects.toMatchObject({
    code: expect.stringMatching(/^net\.(private_address|userinfo|scheme|port)$/),
    hops: [{ status: 302, url: `${paper.origin}/away` }],
  });
});

test('a name that answers otherwise the second time is dialled at what was checked', async () => {
  const inside = await openRawServer('127.0.0.3');
  inside.reply('/', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret');
  let asked = 0;
  const guard = createGuard({ allowNetworks: ['127.0.0.1/32'] });
  const rebinding = createHttp({
    userAgent: 'test/1',
    guard,
    resolve: async () => (++asked === 1 ? ['127.0.0.1'] : ['127.0.0.3']),
  });
  paper.reply('/', answer('200 OK', { Connection: 'close' }, 'public'));
  const url = `http://bao.example:${paper.port}/`;

  expect((await rebinding.get({ url })).body.toString()).toBe('public');
  expect(asked).toBe(1);
  await expect(rebinding.get({ url })).rejects.toMatchObject({ code: 'net.private_address' });
  expect(inside.requests).toEqual([]);
  await rebinding.close();
});

test.each([['localhost'], ['postgres'], ['kho.internal'], ['may-in.local.']])(
  'the name %s of the local network is refused even where it resolves publicly',
  async (name) => {
    const named = createHttp({ userAgent: 'test/1', guard: createGuard(), resolve: async () => ['93.184.215.14'] });
    await expect(named.get({ url: `http://${name}/` })).rejects.toMatchObject({ code: 'net.private_address' });
    await named.close();
  },
);

test('an address that refuses is followed by the next of the same name', async () => {
  const two = createHttp({
    userAgent: 'test/1',
    guard: createGuard({ allowNetworks: ['127.0.0.0/8'] }),
    resolve: async () => ['127.0.0.9', '127.0.0.1'],
  });
  paper.reply('/alive', answer('200 OK', {}, 'ok'));

  expect((await two.get({ url: `http://bao.example:${paper.port}/alive` })).body.toString()).toBe('ok');
  await two.close();
});

test('a post sends its bytes as they are, follows nothing, and keeps the beginning of the answer', async () => {
  const body = Buffer.from([0, 255, 13, 10, 200]);
  paper.reply(
    '/hook',
    answer('307 Temporary Redirect', { Location: `${other.origin}/elsewhere` }, 'y'.repeat(200_000)),
  );
  other.requests.length = 0;

  const told = await http.post({
    url: `${paper.origin}/hook`,
    body,
    contentType: 'application/octet-stream',
    headers: { 'x-hub-signature': 'sha256=ab' },
  });

  expect(told).toMatchObject({ status: 307, hops: [] });
  expect(told.body.length).toBe(65_536);
  expect(paper.requests.at(-1)?.endsWith(body.toString('latin1'))).toBe(true);
  expect(paper.requests.at(-1)).toMatch(/^POST[^]*x-hub-signature: sha256=ab/);
  expect(other.requests).toEqual([]);
  await expect(http.post({ url: 'http://10.0.0.1/', body, contentType: 'text/plain' })).rejects.toMatchObject({
    code: 'net.private_address',
  });
});

test('posts to one host reuse their connections', async () => {
  const sockets = new Set<unknown>();
  paper.reply('/again', (socket) => {
    sockets.add(socket);
    socket.write(answer('202 Accepted', {}));
  });
  for (let i = 0; i < 12; i++)
    await http.post({ url: `${paper.origin}/again`, body: Buffer.from('{}'), contentType: 'application/json' });

  // The next may be sent before the last is quite put away, so there may be a second one.
  expect(sockets.size).toBeLessThan(3);
});

test('the caller can call a request off', async () => {
  const controller = new AbortController();
  paper.reply('/never', () => controller.abort());

  await expect(http.get({ url: `${paper.origin}/never`, signal: controller.signal })).rejects.toMatchObject({
    code: 'net.aborted',
  });
});
