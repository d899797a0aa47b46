// A site's address → what can be read of it: feeds, sitemaps, lists; politely, and told from what is known already.
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { discover } from '../src/source/discover.ts';
import { importRows } from '../src/source/import-list.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { readSourceAt } from '../src/source/read.ts';
import { inlineReader } from '../src/source/reader.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource } from '../src/store/source.ts';
import { freshDatabase } from './support/database.ts';
import { openPaper, rss } from './support/paper.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const now = new Date('2026-11-22T10:00:00Z');
const html = { 'content-type': 'text/html; charset=utf-8' };
const items = (origin: string, from = 1) =>
  [from, from + 1, from + 2, from + 3].map((n) => ({
    title: `Bài báo số ${n}`,
    link: `${origin}/tin/bai-bao-so-${n}-${5000 + n}.html`,
    date: new Date(now.getTime() - n * 3_600_000),
  }));

async function openWorld() {
  const paper = await openPaper();
  const ctx: Context = {
    config: loadConfig({ PUBLIC_URL: 'https://tin.example', HOST_SPACING: '0' }),
    db,
    http: createHttp({
      userAgent: 'TinTinh/test',
      guard: createGuard({ allowAuthorities: new Set([paper.authority]) }),
    }),
    reader: inlineReader(),
    now: () => now,
    log: createLog({ level: 'silent', isTerminal: false }),
    signal: new AbortController().signal,
  };
  return { paper, ctx };
}

beforeEach(async () => {
  await sql`truncate source, publisher, poll, entry, entry_key, cluster_due, article_due, source_fill, host restart identity cascade`.execute(
    db,
  );
});

test('feeds that a page names, its page of feeds, and the sitemap of robots.txt are found, tried and told apart', async () => {
  const { paper, ctx } = await openWorld();
  const at = (path: string) => paper.origin + path;
  paper.reply('/robots.txt', {
    headers: { 'content-type': 'text/plain' },
    body: `User-agent: *\nAllow: /\nSitemap: ${at('/tin.xml')}\n`,
  });
  paper.reply('/', {
    headers: html,
    body: `<html><head><title>Báo thử</title><link rel="alternate" type="application/rss+xml" title="Tin mới" href="/rss/tin-moi.rss"><link rel="alternate" type="application/rss+xml" href="/rss/hong.rss"></head><body><a href="/rss.html">RSS</a></body></html>`,
  });
  paper.reply('/rss/tin-moi.rss', { body: rss(items(paper.origin)) });
  paper.reply('/rss/kinh-te.rss', { body: rss(items(paper.origin, 11)) });
  paper.reply('/rss.html', {
    headers: html,
    body: '<ul><li><a href="/rss/tin-moi.rss">Tin mới</a><li><a href="/rss/kinh-te.rss">Kinh tế</a><li><a href="/rss/the-thao.rss">Thể thao</a></ul>',
  });
  paper.reply('/tin.xml', {
    body: `<urlset><url><loc>${at('/tin/bai-bao-so-1-5001.html')}</loc><lastmod>2026-11-22T09:00:00Z</lastmod></url></urlset>`,
  });

  const found = await discover(ctx, at('/'));

  expect(
    found.candidates.map((one) => ({
      kind: one.kind,
      path: new URL(one.url).pathname,
      by: one.by,
      count: one.preview?.count,
    })),
  ).toEqual([
    { kind: 'syndication', path: '/rss/tin-moi.rss', by: 'alternate', count: 4 },
    { kind: 'syndication', path: '/rss/kinh-te.rss', by: 'rss_page', count: 4 },
    { kind: 'sitemap', path: '/tin.xml', by: 'robots', count: 1 },
    { kind: 'syndication', path: '/rss/the-thao.rss', by: 'rss_page', count: undefined },
  ]);
  expect(found.notes).toEqual([expect.objectContaining({ url: at('/rss/hong.rss'), code: 'source.status' })]);
  expect(found.requests).toBeLessThanOrEqual(14);
  expect((await sql`select 1 from source`.execute(db)).rows).toEqual([]);
});

test('a site without feeds offers the list on its page with rules and rows; requests stay few', async () => {
  const { paper, ctx } = await openWorld();
  const body = readFileSync(new URL('./fixtures/pages/cards-lazy.html', import.meta.url), 'utf8').replace(
    /<base[^>]*>/,
    '',
  );
  paper.reply('/kinh-te', { headers: html, body });

  const found = await discover(ctx, `${paper.origin}/kinh-te`);

  expect(found.candidates[0]).toMatchObject({ kind: 'listing', by: 'page', preview: { count: 11 } });
  expect(found.candidates[0]?.preview?.rows[0]).toMatchObject({
    title: 'Mường Hà gieo xong lúa mùa trước khi con nước về',
    publishedAt: new Date('2026-11-22T09:07:00Z'),
  });
  expect(paper.requests.length).toBeLessThanOrEqual(16);
});

test('a candidate is known by its address in any spelling, or by the articles it brings', async () => {
  const { paper, ctx } = await openWorld();
  paper.reply('/rss', { body: rss(items(paper.origin)) });
  paper.reply('/rss/khac', { body: rss(items(paper.origin)) });
  paper.reply('/rss/moi', { body: rss(items(paper.origin, 50)) });
  const publisher = await ensurePublisher(db, {
    slug: 'bao-thu',
    name: 'Báo thử',
    siteUrl: paper.origin,
    province: null,
  });
  await addSource(db, { publisherId: publisher.id, url: `${paper.origin}/rss`, title: null, section: null });
  await ingestDue(ctx);

  expect((await readSourceAt(ctx, { url: `${paper.origin}/rss/` }).catch(() => null))?.twin ?? null).toBeNull();
  expect((await readSourceAt(ctx, { url: `${paper.origin}/rss` })).twin).toMatchObject({ why: 'address', share: 1 });
  expect((await readSourceAt(ctx, { url: `${paper.origin}/rss/khac` })).twin).toMatchObject({
    why: 'items',
    share: 1,
    publisherSlug: 'bao-thu',
  });
  expect((await readSourceAt(ctx, { url: `${paper.origin}/rss/moi` })).twin).toBeNull();
});

test('what robots.txt forbids is not read as a list, and said so', async () => {
  const { paper, ctx } = await openWorld();
  paper.reply('/robots.txt', { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /\n' });
  paper.reply('/', {
    headers: html,
    body: readFileSync(new URL('./fixtures/pages/wordpress.html', import.meta.url), 'utf8'),
  });

  const found = await discover(ctx, `${paper.origin}/`);

  expect(found.candidates.filter((one) => one.kind !== 'syndication')).toEqual([]);
  expect(found.notes.map((note) => note.code)).toContain('source.robots');
});

test('an OPML list gives a result a row: added, moved, duplicate, dead, no address; none stops the others', async () => {
  const { paper, ctx } = await openWorld();
  paper.reply('/a', { body: rss(items(paper.origin)) });
  paper.reply('/b', { body: rss(items(paper.origin)) });
  paper.reply('/cu', { status: 301, headers: { location: `${paper.origin}/moi` } });
  paper.reply('/moi', { body: rss(items(paper.origin, 50)) });
  paper.reply('/trang', { headers: html, body: '<html><title>Trang</title></html>' });
  paper.reply('/ban', { status: 503 });
  const row = (url: string) => `<outline text="Báo" xmlUrl="${url}"/>`;
  const paths = ['/a', '/a', '/cu', '/mat', '/trang', '/ban'];
  const opml = `<opml><body>${paths.map((path) => row(paper.origin + path)).join('')}${row('ftp://bao.example/x')}</body></opml>`;
  const steps: number[] = [];

  const results = await importRows(
    ctx,
    Buffer.from(opml),
    { section: null, readPages: 'needed' },
    { isChecked: true, onRow: (done) => steps.push(done) },
  );

  expect(results.map((one) => one.result)).toEqual([
    'added',
    'duplicate',
    'moved',
    'dead',
    'dead',
    'unsure',
    'skipped',
  ]);
  expect(
    (await sql<{ url: string }>`select url from source order by id`.execute(db)).rows.map((one) => one.url),
  ).toEqual(['/a', '/moi', '/ban'].map((path) => paper.origin + path));
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
