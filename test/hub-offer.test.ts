// Headers and pages of all kinds → the hub they offer, in linear time; and what a hub missed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countMissed, findOffer, readLinkHeader } from '../src/source/hub-offer.ts';

const none = { hubUrls: [], selfUrl: null };
const url = 'https://bao.example/rss/tin-moi';
const offer = (link: string, feed: { hubUrls: string[]; selfUrl: string | null } = none, page: string | null = null) =>
  findOffer({ url, headers: link === '' ? {} : { link }, feed, page });

test.each([
  [
    '<https://hub.example/>; rel="hub", <https://bao.example/a>; rel="self"',
    'https://hub.example/',
    'https://bao.example/a',
  ],
  ['</hub>;rel=hub,</a?b=c,d>;rel=self', 'https://bao.example/hub', 'https://bao.example/a?b=c,d'],
  ['<https://hub.example/>; title="a, b; rel=\\"self\\""; REL="Preconnect HUB"', 'https://hub.example/', url],
  ['<http://a.example/>; rel=hub, <https://b.example/>; rel=hub', 'https://b.example/', url],
])('the header %s offers %s for %s', (link, hubUrl, topicUrl) => {
  expect(offer(link)).toEqual({ hubUrl, topicUrl });
});

test.each([
  '',
  '<https://hub.example/>',
  'https://hub.example/; rel=hub',
  '<ftp://hub.example/>; rel=hub',
  '<https://user:pass@hub.example/>; rel=hub',
  '<https://hub.example/>; rel=hubs',
  '<https://hub.example/; rel=hub',
])('the header "%s" offers nothing', (link) => {
  expect(offer(link)).toBe(null);
});

test('101: the links of an HTML page are an offer, after those of the header', () => {
  const page = `<!doctype html><head><LINK href='/hub?a=1&amp;b=2' rel="preload hub"><link rel=self href=https://bao.example/trang></head>`;

  expect(offer('', none, page)).toEqual({
    hubUrl: 'https://bao.example/hub?a=1&b=2',
    topicUrl: 'https://bao.example/trang',
  });
  expect(offer('<https://h.example/>; rel=hub', none, page)).toEqual({ hubUrl: 'https://h.example/', topicUrl: url });
});

test('a feed without self link is its own topic, and a self link in the header counts beside a hub in the feed', () => {
  expect(offer('', { hubUrls: ['https://hub.example/'], selfUrl: null })?.topicUrl).toBe(url);
  expect(
    offer('<https://bao.example/s>; rel=self', { hubUrls: ['https://hub.example/'], selfUrl: null })?.topicUrl,
  ).toBe('https://bao.example/s');
});

test('whatever a header holds is read without complaint, and what comes out are web addresses', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'<>;,="\\ rel=hub/:ahtps.') }), (text) => {
      for (const link of readLinkHeader(text, url)) expect(link.url).toMatch(/^https?:/);
    }),
  );
});

test.each(['<'.repeat(8_000), '<a>;rel="'.repeat(2_000), '\\"'.repeat(4_000), ','.repeat(8_000)])(
  'a hostile header or page takes no time',
  (text) => {
    const startedAt = performance.now();
    readLinkHeader(text, url);
    offer('', none, `<link ${text.repeat(20)}`);
    expect(performance.now() - startedAt).toBeLessThan(500);
  },
);

test('a hub missed what appeared after it was confirmed and more than ten minutes before the poll', () => {
  const at = (minutes: number) => ({ publishedAt: new Date(Date.UTC(2026, 10, 22, 12, minutes)) });
  const now = at(60).publishedAt;
  const brought = [at(-5), at(5), at(45), at(55), at(60)];

  expect(countMissed(brought, at(0).publishedAt, now)).toBe(2);
  expect(countMissed(brought, null, now)).toBe(0);
});
