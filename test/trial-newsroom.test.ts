// The trial newsroom over HTTP: formats, validators, gzip, pages, pictures, loopback.
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { gunzipSync } from 'node:zlib';
import Parser from 'rss-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { papers } from '../src/trial/papers.ts';
import { startTrialNewsroom, type TrialNewsroom } from '../src/trial/newsroom.ts';

const startedAt = new Date('2026-11-20T02:00:00Z');
const log = { info: () => undefined, warn: () => undefined };

type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };

function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers, method, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    call.on('error', reject);
    call.end();
  });
}

let now = new Date(startedAt.getTime() + 10_000);
let newsroom: TrialNewsroom;

beforeAll(async () => {
  newsroom = await startTrialNewsroom({ now: () => now, startedAt, port: 0, log });
});
afterAll(async () => {
  await newsroom.stop();
});

function feedOf(slug: string, index = 0): string {
  return newsroom.papers.find((paper) => paper.slug === slug)?.feeds[index]?.url ?? '';
}

function decoded(slug: string, body: Buffer): string {
  const charset = papers.find((paper) => paper.slug === slug)?.charset;
  return new TextDecoder(charset).decode(body).normalize('NFC');
}

describe('feeds of the trial newsroom', () => {
  it('each answer with the content type of their format and say that they are a sample', async () => {
    const seen = [];
    for (const paper of newsroom.papers) {
      for (const feed of paper.feeds) {
        const reply = await get(feed.url);
        seen.push([
          paper.slug,
          reply.status,
          reply.headers['content-type'],
          /toà soạn thử/i.test(decoded(paper.slug, reply.body)),
        ]);
      }
    }
    expect(seen).toEqual([
      ['nui-ngan', 200, 'application/rss+xml; charset=utf-8', true],
      ['song-may', 200, 'application/rss+xml; charset=utf-8', true],
      ['song-may', 200, 'text/xml; charset=utf-8', true],
      ['dong-chieu', 200, 'text/xml; charset=windows-1258', true],
      ['bien-sang', 200, 'application/feed+json; charset=utf-8', true],
      ['gio-lam', 200, 'application/atom+xml; charset=utf-8', true],
      ['dai-ngan', 200, 'application/rdf+xml; charset=utf-8', true],
      ['mien-dua', 200, 'text/html; charset=utf-8', true],
      ['ben-gio', 200, 'application/rss+xml; charset=utf-8', true],
    ]);
  });

  it('are read by a common reader with title, link, date and unique id in every item', async () => {
    for (const slug of ['nui-ngan', 'song-may', 'dong-chieu', 'gio-lam', 'dai-ngan', 'ben-gio']) {
      const reply = await get(feedOf(slug));
      const feed = await new Parser().parseString(decoded(slug, reply.body));
      expect(feed.items.length, slug).toBeGreaterThanOrEqual(7);
      const complete = feed.items.filter(
        (item) => item.title && item.link?.startsWith(newsroom.origin) && !Number.isNaN(Date.parse(item.isoDate ?? '')),
      );
      expect(complete.length, slug).toBe(feed.items.length);
      expect(new Set(feed.items.map((item) => item.guid ?? item.link)).size, slug).toBe(feed.items.length);
    }
  });

  it('hold JSON Feed 1.1 with id, text and date in every item', async () => {
    const feed: unknown = JSON.parse((await get(feedOf('bien-sang'))).body.toString());
    expect(feed).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      feed_url: feedOf('bien-sang'),
      language: 'vi',
    });
    const items = (feed as { items: Record<string, string>[] }).items;
    expect(items.length).toBeGreaterThanOrEqual(7);
    for (const item of items)
      expect([item.id, item.title, item.content_html, Number.isNaN(Date.parse(item.date_published ?? ''))]).toEqual([
        expect.stringMatching(/^tag:/),
        expect.stringMatching(/\S/),
        expect.stringMatching(/<p>/),
        false,
      ]);
  });

  it('show the damage of the wild in one paper: bare ampersands, undeclared entities, GMT+7, decomposed titles', async () => {
    const text = (await get(feedOf('mien-dua'))).body.toString();
    const titles = [...text.matchAll(/<item>\n<title>(.*)<\/title>/g)].map((found) => found[1] ?? '');
    expect([
      / & /.test(text),
      /&nbsp;/.test(text),
      /GMT\+7<\/pubDate>/.test(text),
      titles.length >= 7,
      titles.every((title) => title === title.normalize('NFD')),
      titles.some((title) => title !== title.normalize('NFC')),
    ]).toEqual([true, true, true, true, true, true]);
  });

  it('share articles between two feeds of one paper, in one of them with tracking parameters', async () => {
    const parser = new Parser();
    const all = await parser.parseString((await get(feedOf('song-may', 0))).body.toString());
    const economy = await parser.parseString((await get(feedOf('song-may', 1))).body.toString());
    const links = new Set(all.items.map((item) => item.link));
    const shared = economy.items.filter((item) => links.has(item.link?.split('?')[0]));
    expect(shared.length).toBe(economy.items.length);
    expect(shared.every((item) => item.link?.includes('utm_source=rss'))).toBe(true);
    expect(shared.length).toBeGreaterThanOrEqual(3);
  });
});

describe('validators', () => {
  it('answer 304 with the same ETag to If-None-Match and to If-Modified-Since', async () => {
    const first = await get(feedOf('gio-lam'));
    const etag = String(first.headers.etag);
    const byTag = await get(feedOf('gio-lam'), { 'if-none-match': `"other", W/${etag}` });
    const byDate = await get(feedOf('gio-lam'), { 'if-modified-since': String(first.headers['last-modified']) });
    expect([byTag.status, byTag.body.length, byTag.headers.etag, byDate.status]).toEqual([304, 0, etag, 304]);
  });

  it('prefer If-None-Match over If-Modified-Since', async () => {
    const first = await get(feedOf('gio-lam'));
    const reply = await get(feedOf('gio-lam'), {
      'if-none-match': '"stale"',
      'if-modified-since': String(first.headers['last-modified']),
    });
    expect(reply.status).toBe(200);
  });

  it('give gzip to those who ask, with the same bytes inside and an ETag of its own', async () => {
    const plain = await get(feedOf('ben-gio'));
    const packed = await get(feedOf('ben-gio'), { 'accept-encoding': 'br, gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect(packed.headers.etag).not.toBe(plain.headers.etag);
  });

  it('change when a new article appears, and not before', async () => {
    const early = await get(feedOf('song-may'));
    const again = await get(feedOf('song-may'), { 'if-none-match': String(early.headers.etag) });
    const before = now;
    now = new Date(startedAt.getTime() + 40 * 60_000);
    const later = await get(feedOf('song-may'), { 'if-none-match': String(early.headers.etag) });
    now = before;
    expect([again.status, later.status]).toEqual([304, 200]);
  });

  it('send the headers of GET and no body to HEAD', async () => {
    const [head, full] = [await get(feedOf('nui-ngan'), {}, 'HEAD'), await get(feedOf('nui-ngan'))];
    expect([head.status, head.body.length, head.headers['content-length'], head.headers.etag]).toEqual([
      200,
      0,
      String(full.body.length),
      full.headers.etag,
    ]);
  });
});

describe('pages of the trial newsroom', () => {
  it('open for every link of a feed, with sapo, structured data and photos that are PNG', async () => {
    const feed = await new Parser().parseString((await get(feedOf('nui-ngan'))).body.toString());
    for (const item of feed.items) {
      const page = await get(item.link ?? '');
      const html = page.body.toString();
      expect(
        [
          page.status,
          html.includes('class="sapo"'),
          html.includes('application/ld+json'),
          html.includes('property="og:title"'),
          html.includes('Toà soạn thử'),
        ],
        item.link,
      ).toEqual([200, true, true, true, true]);
      for (const image of html.matchAll(/<img src="([^"]+)"/g)) {
        const picture = await get(image[1] ?? '');
        expect([picture.status, picture.headers['content-type'], picture.body.subarray(1, 4).toString()]).toEqual([
          200,
          'image/png',
          'PNG',
        ]);
      }
    }
  });

  it('write JSON-LD that names headline, dates and publisher', async () => {
    const feed = await new Parser().parseString((await get(feedOf('nui-ngan'))).body.toString());
    const html = (await get(feed.items[0]?.link ?? '')).body.toString();
    const facts: unknown = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(html)?.[1] ?? 'null');
    expect(facts).toMatchObject({
      '@type': 'NewsArticle',
      headline: feed.items[0]?.title,
      publisher: { name: 'Báo Núi Ngàn (toà soạn thử)' },
    });
  });

  it('lead from each home page to its feeds', async () => {
    for (const paper of newsroom.papers) {
      const html = decoded(paper.slug, (await get(paper.siteUrl)).body);
      for (const feed of paper.feeds)
        expect(html).toContain(
          `rel="alternate" type="${{ 'bien-sang': 'application/feed+json', 'gio-lam': 'application/atom+xml', 'dai-ngan': 'application/rdf+xml' }[paper.slug] ?? 'application/rss+xml'}" title="${feed.title}" href="${feed.url}"`,
        );
    }
  });

  it('hide articles that are not out yet, wrong numbers, other paths and other methods', async () => {
    const missing = [
      `${newsroom.origin}/nui-ngan/bai/muong-lua-sau-mot-nam-gan-dan-sat-viec-000001.html`,
      `${newsroom.origin}/nui-ngan/../../etc/passwd`,
      `${newsroom.origin}/nui-ngan/anh/khong-co-1.png`,
      `${newsroom.origin}/bao-la/`,
    ];
    const seen = [];
    for (const url of missing) seen.push((await get(url)).status);
    seen.push((await get(feedOf('nui-ngan'), {}, 'POST')).status);
    expect(seen).toEqual([404, 404, 404, 404, 405]);
  });
});

describe('the port', () => {
  it('refuses to listen anywhere but on loopback', async () => {
    await expect(
      startTrialNewsroom({ now: () => now, startedAt, port: 0, host: '0.0.0.0', log }),
    ).rejects.toMatchObject({ code: 'trial.not-loopback' });
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find((one) => !one.internal && one.family === 'IPv4')?.address;
  it.skipIf(!outside)('is closed on the outer address of the machine', async () => {
    const result = await new Promise((resolve) => {
      const socket = connect({ host: outside, port: Number(new URL(newsroom.origin).port) }, () => resolve('open'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.setTimeout(2000, () => resolve('timeout'));
    });
    expect(result).not.toBe('open');
  });

  it('gives way to a free one when it is taken, and article names stay', async () => {
    const taken = Number(new URL(newsroom.origin).port);
    const second = await startTrialNewsroom({ now: () => now, startedAt, port: taken, log });
    const guids = async (room: TrialNewsroom): Promise<unknown[]> =>
      (await new Parser().parseString((await get(room.papers[0]?.feeds[0]?.url ?? '')).body.toString())).items.map(
        (item) => [item.guid, item.isoDate],
      );
    const [a, b] = [await guids(newsroom), await guids(second)];
    await second.stop();
    expect(second.origin).not.toBe(newsroom.origin);
    expect(b).toEqual(a);
  });
});
