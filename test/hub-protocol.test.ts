// WebSub's words, signatures and pauses: the pure parts of the hub room.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedUrl } from '../src/edition/document.ts';
import { openPool } from '../src/hub/pool.ts';
import {
  hubForm,
  isReachable,
  readHubQuestion,
  readHubRequest,
  topicPath,
  topicType,
  topicUrl,
  withParameters,
} from '../src/hub/protocol.ts';
import { endpointRest, nextDelivery, nextWebhook, renewAfter } from '../src/hub/retry.ts';
import { isSigned, signBody, webhookHeaders } from '../src/hub/signature.ts';
import { planEvents } from '../src/hub/webhook-plan.ts';
import type { Told } from '../src/store/webhook-event.ts';
import { feedType } from '../src/web/feed-headers.ts';

test.each(['rss', 'atom', 'json', 'partner', 'google', 'msn'] as const)(
  'the topic of a document in %s has the address and the type under which the site serves it',
  (format) => {
    expect(topicUrl('https://tin.example', 'tinh/son-la/tin-moi', format)).toBe(
      feedUrl('https://tin.example', 'tinh/son-la/tin-moi', format),
    );
    expect(topicType(format)).toBe(feedType(format));
  },
);

test.each([
  ['https://tin.example/feeds/a.rss', '/feeds/a.rss'],
  ['https://tin.example:443/feeds/%61.rss', '/feeds/a.rss'],
  ['https://TIN.example/feeds/a.rss#part', '/feeds/a.rss'],
  ['http://tin.example/feeds/a.rss', null],
  ['https://tin.example.evil.example/feeds/a.rss', null],
  ['https://tin.example@evil.example/feeds/a.rss', null],
  ['https://user@tin.example/feeds/a.rss', null],
  ['https://tin.example/feeds/a.rss?b', null],
  ['https://tin.example/%E0%A4', null],
  ['feeds/a.rss', null],
])('the topic %s lies at %s within our site', (topic, path) => {
  expect(topicPath(topic, 'https://tin.example')).toBe(path);
});

test('a site that lives under a path owns only what lies below it', () => {
  expect(topicPath('https://x.example/tin/feeds/a.rss', 'https://x.example/tin')).toBe('/feeds/a.rss');
  expect(topicPath('https://x.example/tinkhac/feeds/a.rss', 'https://x.example/tin')).toBe(null);
});

test('whatever the form says, a request is refused in words or well-formed', () => {
  const key = fc.constantFrom('hub.mode', 'hub.topic', 'hub.callback', 'hub.secret', 'hub.lease_seconds', 'x');
  const value = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.constantFrom('subscribe', 'unsubscribe', '0', '-1', '1e3', '99999999999999999999'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value)), (pairs) => {
      const read = readHubRequest(new URLSearchParams(pairs));
      const isFine =
        'refused' in read
          ? read.refused.length > 10
          : /^https?:\/\/[^#]*$/.test(read.callback) &&
            read.leaseSeconds >= 300 &&
            read.leaseSeconds <= 30 * 86_400 &&
            Buffer.byteLength(read.secret ?? '') < 200;
      expect(isFine).toBe(true);
    }),
  );
});

test.each([
  ['https://a.example/cb', 'https://a.example/cb?hub.mode=denied'],
  ['https://a.example/cb?a=b', 'https://a.example/cb?a=b&hub.mode=denied'],
  ['https://a.example/cb?', 'https://a.example/cb?&hub.mode=denied'],
])('parameters are joined to %s', (callback, joined) => {
  expect(withParameters(callback, { 'hub.mode': 'denied' })).toBe(joined);
});

test.each([
  ['https://tin.example.vn', true],
  ['https://tin.example.vn/duoi', true],
  ['http://tin.example.vn', false],
  ['https://localhost', false],
  ['https://10.0.0.1', false],
  ['https://[2001:db8::1]', false],
  ['https://tin.local', false],
  ['https://may-chu', false],
])('callbacks under %s can be reached from outside: %s', (publicUrl, isIt) => {
  expect(isReachable(publicUrl)).toBe(isIt);
});

test('a hub question is read with its lease clamped to 14 days; one without challenge is none', () => {
  const question = (query: string) => readHubQuestion(new URLSearchParams(query));

  expect(question('hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=99999999')).toEqual({
    mode: 'subscribe',
    topic: 't',
    challenge: 'c',
    leaseSeconds: 14 * 86_400,
  });
  expect(question('hub.mode=subscribe&hub.topic=t&hub.challenge=c')).toBe(null);
  expect(question('hub.mode=subscribe&hub.topic=t&hub.lease_seconds=60')).toBe(null);
  expect(question('hub.mode=unsubscribe&hub.topic=t&hub.challenge=c')).toEqual({
    mode: 'unsubscribe',
    topic: 't',
    challenge: 'c',
  });
  expect(question('hub.mode=denied&hub.topic=t')).toEqual({ mode: 'denied', topic: 't', reason: null });
  expect(question('hub.mode=denied')).toBe(null);
});

test('a form for a hub asks for ten days with a secret, and for leaving without either', () => {
  const wanted = { topic: 'https://bao.example/rss', callback: 'https://tin.example/websub/x', secret: 's' };

  expect(Object.fromEntries(new URLSearchParams(hubForm({ mode: 'subscribe', ...wanted })))).toEqual({
    'hub.mode': 'subscribe',
    'hub.topic': 'https://bao.example/rss',
    'hub.callback': 'https://tin.example/websub/x',
    'hub.secret': 's',
    'hub.lease_seconds': '864000',
  });
  expect(Object.fromEntries(new URLSearchParams(hubForm({ mode: 'unsubscribe', ...wanted })))).not.toHaveProperty(
    'hub.secret',
  );
});

describe('signatures', () => {
  const body = Buffer.from('<rss>Tiếng Việt</rss>');

  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('%s is verified, in either case of letters', (method) => {
    const hex = createHmac(method, 'khoá').update(body).digest('hex');

    expect(isSigned(`${method}=${hex}`, 'khoá', body)).toBe(true);
    expect(isSigned(`${method.toUpperCase()}=${hex.toUpperCase()}`, 'khoá', body)).toBe(true);
    expect(isSigned(`${method}=${hex}`, 'khoa', body)).toBe(false);
    expect(isSigned(`${method}=${hex}`, 'khoá', Buffer.from('<rss/>'))).toBe(false);
  });

  test.each([null, '', 'sha256', 'sha256=', 'sha256=zz', `md5=${'0'.repeat(32)}`, `sha256=${'0'.repeat(40)}`, 'a=b=c'])(
    'the header %s proves nothing',
    (header) => {
      expect(isSigned(header, 'khoá', body)).toBe(false);
    },
  );

  test('what we sign is SHA-256, and we accept it ourselves', () => {
    const header = signBody('khoá', body);

    expect(header).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(isSigned(header, 'khoá', body)).toBe(true);
  });

  test('a webhook is signed over id, whole seconds and bytes', () => {
    const secret = `whsec_${Buffer.from('một khoá dài').toString('base64')}`;
    const headers = webhookHeaders(secret, { id: 'a-b', at: new Date(1_700_000_000_999), body });

    expect(headers).toEqual({
      'webhook-id': 'a-b',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${createHmac('sha256', 'một khoá dài').update(`a-b.1700000000.${body.toString()}`).digest('base64')}`,
    });
  });
});

describe('pauses', () => {
  const failed = (attempts: number, ageSeconds = 0, retryAfter: number | null = null) => ({
    attempts,
    ageSeconds,
    retryAfter,
    jitter: 0,
  });

  test('a distribution is tried nine times within a day, later each time', () => {
    const pauses = Array.from({ length: 9 }, (_, index) => nextDelivery(failed(index + 1)));

    expect(pauses).toEqual([30, 120, 600, 1_800, 3_600, 10_800, 21_600, 21_600, null]);
    expect(nextDelivery(failed(2, 90_000))).toBe(null);
  });

  test('Retry-After lengthens a pause up to six hours and never shortens it', () => {
    expect(nextDelivery(failed(1, 0, 5_000))).toBe(5_000);
    expect(nextDelivery(failed(1, 0, 1))).toBe(30);
    expect(nextWebhook(failed(1, 0, 9_999_999))).toBe(21_600);
  });

  test('a webhook is tried for three days and not longer', () => {
    expect(nextWebhook(failed(40, 71 * 3_600))).toBe(21_600);
    expect(nextWebhook(failed(40, 72 * 3_600))).toBe(null);
  });

  test('an endpoint rests from its fifth failure on, for an hour at most', () => {
    expect([4, 5, 6, 8, 100].map(endpointRest)).toEqual([0, 30, 60, 240, 3_600]);
  });

  test.each([
    [300, 150],
    [86_400, 43_200],
    [10 * 86_400, 7.5 * 86_400],
    [14 * 86_400, 10.5 * 86_400],
  ])('a lease of %i s is renewed after %i s', (lease, after) => {
    expect(renewAfter(lease)).toBe(after);
  });
});

test('a pool keeps its bounds, lets hosts take turns, and gives back what did not begin', async () => {
  const running = new Map<string, number>();
  const order: string[] = [];
  let [now, most] = [0, 0];
  const pool = openPool<{ host: string; name: string }>({
    total: 5,
    perHost: 2,
    run: async (job) => {
      order.push(job.name);
      now += 1;
      most = Math.max(most, now);
      running.set(job.host, (running.get(job.host) ?? 0) + 1);
      if ((running.get(job.host) ?? 0) > 2) throw new Error('too many at one host');
      await new Promise((resolve) => setImmediate(resolve));
      running.set(job.host, (running.get(job.host) ?? 0) - 1);
      now -= 1;
    },
  });
  const jobs = (host: string, count: number) =>
    Array.from({ length: count }, (_, place) => ({ host, name: `${host}${place}` }));

  pool.add([...jobs('a', 20), ...jobs('b', 4), ...jobs('c', 4)]);
  const back = pool.takeBack('a').length;
  while (pool.size() > 0) await pool.step();

  expect(most).toBe(5);
  expect(back).toBe(18);
  expect(order.toSorted()).toEqual(['a0', 'a1', 'b0', 'b1', 'b2', 'b3', 'c0', 'c1', 'c2', 'c3']);
});

describe('what an endpoint is told', () => {
  const listener = (kinds: string[]) => ({
    id: 7,
    kinds: kinds as never,
    editionId: null,
    reader: { partnerId: null, show: 'full' as const, images: true },
  });
  const all = listener(['story.published', 'story.updated', 'story.corrected', 'story.withdrawn']);
  const change = (correctionId = 0) => ({ id: 3, changeId: 9, status: 'live' as const, correctionId });
  const told = (isLive: boolean, correctionId = 0): Map<string, Told> =>
    new Map([['7.3', { webhookId: 7, storyId: 3, isLive, correctionId }]]);

  test.each([
    ['seen for the first time', new Map<string, Told>(), 'shown', 0, 'story.published'],
    ['seen before', told(true), 'shown', 0, 'story.updated'],
    ['corrected since', told(true, 4), 'shown', 5, 'story.corrected'],
    ['changed after a correction that was told', told(true, 5), 'shown', 5, 'story.updated'],
    ['gone', told(true), 'none', 0, 'story.withdrawn'],
    ['gone for long', told(false), 'none', 0, undefined],
    ['never seen and gone', new Map<string, Told>(), 'none', 0, undefined],
    ['back again', told(false), 'shown', 0, 'story.published'],
    ['under embargo', new Map<string, Told>(), 'wait', 0, undefined],
  ] as const)('a story that is %s', (_name, before, sight, correctionId, kind) => {
    const plan = planEvents([change(correctionId)], [all], before, () => sight);

    expect(plan.events.map((event) => event.kind)).toEqual(kind === undefined ? [] : [kind]);
  });

  test('a kind nobody asked for is remembered though it is not told', () => {
    const plan = planEvents([change()], [listener(['story.withdrawn'])], new Map(), () => 'shown');

    expect(plan.events).toEqual([]);
    expect(plan.told).toEqual([{ webhookId: 7, storyId: 3, changeId: 9, correctionId: 0, isLive: true }]);
  });
});
