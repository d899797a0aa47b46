// Papers without feeds through the whole river: a list on a page, a sitemap, short feeds whose pages are read.
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { readArticlesDue } from '../src/source/article.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { inlineReader } from '../src/source/reader.ts';
import { listFill } from '../src/store/fill.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource } from '../src/store/source.ts';
import { freshDatabase } from './support/database.ts';
import { openPaper, rss } from './support/paper.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const start = new Date(Math.floor(Date.now() / 60_000) * 60_000);
let now = start;
const html = { 'content-type': 'text/html; charset=utf-8' };
const text = (n: number) =>
  `<p>${`Đoạn thứ nhất của bài số ${n} kể tỉ mỉ chuyện trong bản, từ con đường mới mở đến mùa lúa chín. `.repeat(8)}</p><p>${`Đoạn thứ hai của bài ${n} nói thêm về dự định năm tới. `.repeat(8)}</p>`;
const page = (n: number, body = text(n)) =>
  `<html><head><script type="application/ld+json">{"@type":"NewsArticle","headline":"Bài báo dài số ${n} của bản Hin","datePublished":"${new Date(start.getTime() - n * 3_600_000).toISOString()}","author":{"name":"Lò Ín"}}</script></head><body><h1>Bài báo dài số ${n} của bản Hin</h1><h2 class="sapo">Sapo của bài số ${n}, một câu đủ dài để là sapo.</h2><div class="article-content">${body}</div></body></html>`;

async function openWorld() {
  const paper = await openPaper();
  const own = new Set([paper.authority]);
  const ctx: Context = {
    config: loadConfig({ PUBLIC_URL: 'https://tin.example', HOST_SPACING: '0' }),
    db,
    http: createHttp({ userAgent: 'TinTinh/test', guard: createGuard({ allowAuthorities: own }) }),
    reader: inlineReader(),
    now: () => now,
    log: createLog({ level: 'silent', isTerminal: false }),
    signal: new AbortController().signal,
  };
  return { paper, ctx };
}

beforeEach(async () => {
  now = start;
  await sql`truncate source, publisher, poll, entry, entry_key, cluster_due, article_due, source_fill, host restart identity cascade`.execute(
    db,
  );
});

async function subscribe(url: string, o: { kind?: string; rules?: object; show?: 'headline' | 'full' }): Promise<void> {
  const publisher = await ensurePublisher(db, {
    slug: 'bao-ban-hin',
    name: 'Báo bản Hin',
    siteUrl: 'https://bao.example/',
    province: '14',
    rights: { show: o.show ?? 'full', excerptChars: 300, images: true },
  });
  await addSource(db, {
    publisherId: publisher.id,
    url,
    title: null,
    section: null,
    ...(o.kind === undefined ? {} : { kind: o.kind }),
    ...(o.rules === undefined ? {} : { rules: o.rules }),
  });
}

const again = async (ctx: Context) => {
  await sql`update source set next_fetch_at = now()`.execute(db);
  await sql`update host set free_at = now(), busy_until = null`.execute(db);
  return ingestDue(ctx);
};

const readPages = async (ctx: Context) => {
  await sql`update article_due set due_at = now() where due_at is not null`.execute(db);
  return readArticlesDue(ctx);
};

const entries = async () =>
  (
    await sql<{ title: string; summary: string; body_html: string; published_at: Date; is_date_guess: boolean }>`
      select title, summary, body_html, published_at, is_date_guess from entry order by id`.execute(db)
  ).rows;

const listOf = (origin: string, numbers: number[]) =>
  `<html><body><ul class="ds">${numbers.map((n) => `<li><a href="${origin}/tin/bai-bao-dai-so-${n}-cua-ban-hin-${1000 + n}.html">Bài báo dài số ${n} của bản Hin</a></li>`).join('')}</ul></body></html>`;

test('a list without dates makes no entry until the page of the article was read, and none twice', async () => {
  const { paper, ctx } = await openWorld();
  paper.reply('/danh-sach', { headers: html, body: listOf(paper.origin, [1, 2]) });
  for (const n of [1, 2, 3])
    paper.reply(`/tin/bai-bao-dai-so-${n}-cua-ban-hin-${1000 + n}.html`, { headers: html, body: page(n) });
  await subscribe(`${paper.origin}/danh-sach`, { kind: 'listing', rules: { lists: [{ item: 'ul.ds > li' }] } });

  await again(ctx);
  expect(await entries()).toEqual([]);
  while ((await readPages(ctx)).read > 0);

  expect(await entries()).toEqual(
    [1, 2].map((n) => ({
      title: `Bài báo dài số ${n} của bản Hin`,
      summary: `Sapo của bài số ${n}, một câu đủ dài để là sapo.`,
      body_html: expect.stringContaining(`Đoạn thứ hai của bài ${n}`),
      published_at: new Date(start.getTime() - n * 3_600_000),
      is_date_guess: false,
    })),
  );
  paper.reply('/danh-sach', { headers: html, body: listOf(paper.origin, [3, 1, 2]) });
  await again(ctx);
  while ((await readPages(ctx)).read > 0);
  expect((await entries()).map((entry) => entry.title)).toHaveLength(3);
  expect(paper.requests.filter(({ path }) => path.startsWith('/tin/')).length).toBe(3);
  const fill = await listFill(db, { limit: 100 });
  expect(fill.filter((row) => row.place === 'page' && ['title', 'body', 'image'].includes(row.field))).toEqual([
    expect.objectContaining({ field: 'body', now: 1, seen: 3, isDrift: false }),
    expect.objectContaining({ field: 'image', now: 0 }),
    expect.objectContaining({ field: 'title', now: 1 }),
  ]);
});

test('a page that cannot be had leaves its item as the list wrote it; without a headline it is given up', async () => {
  const { paper, ctx } = await openWorld();
  paper.reply('/danh-sach', { headers: html, body: listOf(paper.origin, [1]) });
  paper.reply('/tin/bai-bao-dai-so-1-cua-ban-hin-1001.html', { status: 410 });
  await subscribe(`${paper.origin}/danh-sach`, { kind: 'listing', rules: { lists: [{ item: 'ul.ds > li' }] } });

  await again(ctx);
  expect(await readPages(ctx)).toEqual({ read: 0, stored: 1, left: 1 });

  expect(await entries()).toMatchObject([
    { title: 'Bài báo dài số 1 của bản Hin', body_html: '', is_date_guess: true },
  ]);
  expect((await sql`select 1 from article_due`.execute(db)).rows).toEqual([]);
});

test('robots.txt keeps us from the page of an article: its item stands as the list wrote it', async () => {
  const { paper, ctx } = await openWorld();
  paper.reply('/robots.txt', { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /tin/\n' });
  paper.reply('/danh-sach', { headers: html, body: listOf(paper.origin, [1]) });
  await subscribe(`${paper.origin}/danh-sach`, { kind: 'listing', rules: { lists: [{ item: 'ul.ds > li' }] } });

  await again(ctx);
  await readPages(ctx);

  expect(paper.requests.map(({ path }) => path)).not.toContain('/tin/bai-bao-dai-so-1-cua-ban-hin-1001.html');
  expect(await entries()).toMatchObject([{ title: 'Bài báo dài số 1 của bản Hin', is_date_guess: true }]);
});

test('a news sitemap brings headlines and dates; a plain one sends us to the pages; an index to its newest part', async () => {
  const { paper, ctx } = await openWorld();
  const url = (n: number) => `${paper.origin}/tin/bai-bao-dai-so-${n}-cua-ban-hin-${1000 + n}.html`;
  const date = (n: number) => new Date(start.getTime() - n * 3_600_000).toISOString();
  const xml = { 'content-type': 'application/xml' };
  paper.reply('/index.xml', {
    headers: xml,
    body: `<sitemapindex><sitemap><loc>${paper.origin}/cu.xml</loc><lastmod>2020-01-01</lastmod></sitemap><sitemap><loc>${paper.origin}/moi.xml</loc><lastmod>${date(1)}</lastmod></sitemap></sitemapindex>`,
  });
  paper.reply('/moi.xml', {
    headers: xml,
    body: `<urlset><url><loc>${url(1)}</loc><news:news><news:title>Bài báo dài số 1 của bản Hin</news:title><news:publication_date>${date(1)}</news:publication_date></news:news></url><url><loc>${url(2)}</loc><lastmod>${date(2)}</lastmod></url><url><loc>${url(9)}</loc><lastmod>2020-01-01</lastmod></url></urlset>`,
  });
  paper.reply('/tin/bai-bao-dai-so-2-cua-ban-hin-1002.html', { headers: html, body: page(2) });
  await subscribe(`${paper.origin}/index.xml`, { kind: 'sitemap', show: 'headline' });

  await again(ctx);
  expect((await entries()).map(({ title }) => title)).toEqual(['Bài báo dài số 1 của bản Hin']);
  await readPages(ctx);

  expect((await entries()).map(({ title }) => title)).toEqual([
    'Bài báo dài số 1 của bản Hin',
    'Bài báo dài số 2 của bản Hin',
  ]);
  expect(paper.requests.map(({ path }) => path)).not.toContain('/cu.xml');
  // Without the right to the full text only its opening is kept.
  expect((await entries())[1]?.body_html.length).toBeLessThan(1_700);
});

test('a short feed is filled from the page where rights are full; a later teaser does not take the text back', async () => {
  const { paper, ctx } = await openWorld();
  const link = `${paper.origin}/tin/bai-1.html`;
  const item = { title: 'Bài báo dài số 1 của bản Hin', link, guid: 'x1', date: new Date(start.getTime() - 3_600_000) };
  paper.reply('/rss', { body: rss([item]) });
  paper.reply('/tin/bai-1.html', { headers: html, body: page(1) });
  await subscribe(`${paper.origin}/rss`, {});

  await again(ctx);
  expect((await entries())[0]?.body_html).toBe('<p>Sapo của Bài báo dài số 1 của bản Hin.</p>');
  await readPages(ctx);
  expect((await entries())[0]?.body_html).toContain('Đoạn thứ hai của bài 1');

  paper.reply('/rss', { body: rss([{ ...item, title: 'Bài báo dài số 1 của bản Hin (sửa)' }]) });
  await again(ctx);
  expect((await entries())[0]).toMatchObject({ title: 'Bài báo dài số 1 của bản Hin' });
  await readPages(ctx);
  expect(await entries()).toMatchObject([
    { title: 'Bài báo dài số 1 của bản Hin (sửa)', body_html: expect.stringContaining('Đoạn thứ hai của bài 1') },
  ]);
});

test('a short feed of a paper that gave its headlines only is left alone', async () => {
  const { paper, ctx } = await openWorld();
  paper.reply('/rss', { body: rss([{ title: 'Tin ngắn', link: `${paper.origin}/tin/a.html`, date: start }]) });
  await subscribe(`${paper.origin}/rss`, { show: 'headline' });

  await again(ctx);

  expect(await readPages(ctx)).toEqual({ read: 0, stored: 0, left: 0 });
});
