import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { fillGaps } from '../src/source/fill.ts';
import { sourceHealth } from '../src/source/health.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { lookForRemovals } from '../src/source/look.ts';
import { listGaps } from '../src/store/gap.ts';
import { listRemovals, setAutomaticWithdrawal } from '../src/store/removal.ts';
import { listSourceHealth, setPace } from '../src/store/source-health.ts';
import { listStories } from '../src/store/story.ts';
import { clusterDue } from '../src/story/cluster.ts';
import { rss } from './support/paper.ts';
import {
  article,
  articles,
  ctx,
  days,
  db,
  entries,
  health,
  hoursAgo,
  lastPoll,
  now,
  openHttp,
  paper,
  read,
  subscribe,
} from './support/polling.ts';

test('an empty feed and half a document delete nothing, double nothing, and lend no validators', async () => {
  await subscribe('/e');
  const whole = rss(articles(1, 10));
  paper.reply('/e', { body: whole });
  await read();
  paper.reply('/e', { body: rss([]) });
  await read();
  expect(await lastPoll()).toMatchObject({ outcome: 'empty' });
  const [empty] = await listSourceHealth(db, 1);
  expect(empty && sourceHealth(empty, now)).toMatchObject({ state: 'slow', vi: expect.stringContaining('đang rỗng') });
  paper.reply('/e', { body: whole.slice(0, whole.length / 2) });
  expect(await read()).toMatchObject({ created: 0 });
  const kept = await db.selectFrom('source').select(['etag', 'failures']).executeTakeFirst();
  expect(kept).toEqual({ etag: null, failures: 0 });
  paper.reply('/e', { body: whole });
  expect(await read()).toEqual({ created: 0, changed: 0, failed: 0 });
  expect(await entries()).toBe(10);
  const [mended] = await listSourceHealth(db, 1);
  expect(mended?.lastError).toBeNull();
});

test('half an article at the end of a broken document neither comes in nor spoils the whole one', async () => {
  await subscribe('/half');
  const whole = rss(articles(1, 10));
  const at = (text: string) => whole.slice(0, whole.indexOf(text) + text.length);
  paper.reply('/half', { body: at('bai-so-8-') });
  expect(await read()).toMatchObject({ created: 7 });
  paper.reply('/half', { body: at('Tin số 8: đoàn') });
  expect(await read()).toMatchObject({ created: 0 });
  paper.reply('/half', { body: whole.replace('</channel></rss>', '') });
  expect(await read()).toEqual({ created: 3, changed: 0, failed: 0 });
  expect(await entries()).toBe(10);
});

test('Retry-After closes the host for all its sources', async () => {
  await subscribe('/f1', '/f2');
  paper.reply('/f1', { status: 429, headers: { 'retry-after': '3600' } });
  paper.reply('/f2', { body: rss(articles(1, 3)) });
  await ingestDue(ctx);
  const asked = paper.requests.length;
  await sql`update source set next_fetch_at = now()`.execute(db);
  await ingestDue(ctx);
  expect(paper.requests).toHaveLength(asked);
  const waits = await sql<{ s: number }>`select extract(epoch from free_at - now())::float8 as s from host`.execute(db);
  expect(waits.rows[0]?.s).toBeGreaterThan(3_590);
});

test('an hour of 304s is checked by a full answer, and a false 304 is noted', async () => {
  await subscribe('/g');
  const headers = { etag: '"luon-the"' };
  paper.reply('/g', { body: rss(articles(1, 5)), headers });
  await read();
  await sql`update source set full_at = now() - ${days(1)}`.execute(db);
  paper.reply('/g', { body: rss(articles(0, 5)), headers });
  expect(await read()).toMatchObject({ created: 1 });
  expect(paper.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  expect((await lastPoll())?.note).toContain('304 would have been false');
  expect(await db.selectFrom('source').select('false_304s').executeTakeFirst()).toEqual({ false_304s: 1 });
});

test('validators go back exactly as they came', async () => {
  await subscribe('/h');
  paper.reply('/h', {
    body: rss(articles(1, 3)),
    headers: { etag: 'W/"a b-gzip"', 'last-modified': 'Sun, 22 Nov 2026 99:99:99 GMT' },
  });
  await read();
  await read();
  expect(paper.requests.at(-1)?.headers).toMatchObject({
    'if-none-match': 'W/"a b-gzip"',
    'if-modified-since': 'Sun, 22 Nov 2026 99:99:99 GMT',
  });
});

test('a permanent redirect becomes the address after a week, not before', async () => {
  await subscribe('/cu');
  paper.reply('/cu', { status: 301, headers: { location: '/moi' } });
  paper.reply('/moi', { body: rss(articles(1, 3)) });
  await read();
  const address = async () => await db.selectFrom('source').select(['url', 'moved_to']).executeTakeFirst();
  expect(await address()).toEqual({ url: `${paper.origin}/cu`, moved_to: `${paper.origin}/moi` });
  await sql`update source set moved_since = moved_since - ${days(8)}`.execute(db);
  await read();
  expect(await lastPoll()).toMatchObject({ outcome: 'same_validators' });
  expect(await address()).toEqual({ url: `${paper.origin}/moi`, moved_to: null });
});

test('410 pauses a source and tells so; a good answer ends it', async () => {
  await subscribe('/k');
  paper.reply('/k', { body: rss(articles(1, 3)) });
  await read();
  paper.reply('/k', { status: 410 });
  await read();
  expect(await health()).toEqual(['paused']);
  const wait = await sql<{
    days: number;
  }>`select extract(epoch from next_fetch_at - now())::float8 / 86400 as days from source`.execute(db);
  expect(wait.rows[0]?.days).toBeGreaterThan(2.9);
  paper.reply('/k', { body: rss(articles(1, 4)) });
  await read();
  expect(await health()).toEqual(['ok']);
});

test('a document without an item in common raises a gap that the archive fills, page by page', async () => {
  await subscribe('/l');
  const page = (from: number, to: number, next: string | null) =>
    rss(articles(from, to)).replace(
      '<channel>',
      `<channel>${next === null ? '' : `<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="${paper.origin}${next}"/>`}`,
    );
  paper.reply('/l', { body: page(31, 40, null) });
  await read();
  paper.reply('/l', { body: page(1, 10, '/l?p=2') });
  paper.reply('/l?p=2', { body: page(11, 20, '/l?p=3') });
  paper.reply('/l?p=3', { body: page(21, 33, '/l?p=4') });
  expect(await read()).toMatchObject({ created: 10 });
  expect(await listGaps(db, 10)).toMatchObject([{ status: 'open', afterAt: hoursAgo(31), beforeAt: hoursAgo(10) }]);
  expect(await fillGaps(ctx)).toEqual({ pages: 1, found: 10, failed: 0 });
  expect(await fillGaps(ctx)).toEqual({ pages: 1, found: 10, failed: 0 });
  expect(await fillGaps(ctx)).toEqual({ pages: 0, found: 0, failed: 0 });
  expect(await listGaps(db, 10)).toMatchObject([{ status: 'filled', pages: 2, found: 20 }]);
  expect(await entries()).toBe(40);
});

test('a gap without an archive is shown and left to the paper’s other pages', async () => {
  await subscribe('/m', '/muc');
  await sql`update source set kind = 'sitemap', next_fetch_at = now() + interval '5 hours' where url like '%/muc'`.execute(
    db,
  );
  paper.reply('/m', { body: rss(articles(11, 20)) });
  await ingestDue(ctx);
  paper.reply('/m', { body: rss(articles(1, 10)) });
  await sql`update source set next_fetch_at = now() where url like '%/m'`.execute(db);
  await ingestDue(ctx);
  expect(await listGaps(db, 10)).toMatchObject([{ status: 'left', note: '1 other sources of the publisher asked' }]);
  expect(await health()).toContain('slow');
});

test('a gap of a paper without archive is filled from its sitemap, with what was missed and nothing older', async () => {
  await subscribe('/z');
  paper.reply('/z', { body: rss(articles(31, 40)) });
  await read();
  paper.reply('/z', { body: rss(articles(1, 10)) });
  await read();
  const news = (n: number) =>
    `<url><loc>${paper.origin}/thoi-su/bai-so-${n}-10${n}.html</loc><news:news><news:publication><news:name>Báo</news:name><news:language>vi</news:language></news:publication><news:publication_date>${hoursAgo(n).toISOString()}</news:publication_date><news:title>Bài số ${n}</news:title></news:news></url>`;
  const urls = Array.from({ length: 80 }, (_, index) => news(index + 1)).join('');
  paper.reply('/robots.txt', {
    body: `User-agent: *\nAllow: /\nSitemap: ${paper.origin}/sitemap-news.xml\n`,
    headers: { 'content-type': 'text/plain' },
  });
  paper.reply('/sitemap-news.xml', {
    body: `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">${urls}</urlset>`,
    headers: { 'content-type': 'application/xml' },
  });
  // Rules of robots.txt are kept for a day: this one has not been read yet.
  const fresh = { ...ctx, http: openHttp() };
  expect(await fillGaps(fresh)).toEqual({ pages: 0, found: 0, failed: 0 });
  expect(await fillGaps(fresh)).toEqual({ pages: 1, found: 20, failed: 0 });
  expect(await listGaps(db, 10)).toMatchObject([{ status: 'filled', found: 20 }]);
  expect(await entries()).toBe(40);
});

test('an article that leaves the feed early and answers 404 twice waits for an editor', async () => {
  await subscribe('/n');
  paper.reply('/n', { body: rss(articles(1, 10)) });
  await read();
  paper.reply('/n', { body: rss(articles(1, 10).filter((_, index) => index !== 3)) });
  await read();
  expect(await lookForRemovals(ctx)).toEqual({ looks: 1, removed: 0, withdrawn: 0 });
  expect(paper.requests.at(-1)?.path).toBe('/thoi-su/bai-so-4-104.html');
  expect(await lookForRemovals(ctx)).toMatchObject({ looks: 0 });
  await sql`update removal set due_at = now()`.execute(db);
  expect(await lookForRemovals(ctx)).toEqual({ looks: 1, removed: 1, withdrawn: 0 });
  expect(await listRemovals(db, 10)).toMatchObject([{ title: 'Bài số 4', evidence: 'http 404', why: 'vanished' }]);
});

test('a story is withdrawn without an editor only where the paper’s settings say so', async () => {
  await subscribe('/o');
  await setAutomaticWithdrawal(db, 'bao-thu', true);
  paper.reply('/o', { body: rss(articles(1, 10)) });
  await read();
  await clusterDue(ctx);
  expect(await listStories(db, {}, 20)).toHaveLength(10);
  paper.reply('/o', { body: rss(articles(1, 10).filter((_, index) => index !== 3)) });
  paper.reply('/thoi-su/bai-so-4-104.html', { status: 410 });
  await read();
  expect(await lookForRemovals(ctx)).toEqual({ looks: 1, removed: 1, withdrawn: 1 });
  expect((await listStories(db, {}, 20)).map((story) => story.title)).not.toContain('Bài số 4');
  expect(await listRemovals(db, 10)).toEqual([]);
});

test('an article that only changed its words, or fell off the end, is not looked at', async () => {
  await subscribe('/p');
  paper.reply('/p', { body: rss(articles(1, 10)) });
  await read();
  paper.reply('/p', {
    body: rss([article(0), ...articles(1, 9, (n) => (n === 4 ? { body: '<p>Lời mới hẳn.</p>' } : {}))]),
  });
  expect(await read()).toEqual({ created: 1, changed: 1, failed: 0 });
  expect(await lookForRemovals(ctx)).toMatchObject({ looks: 0 });
});

test('the first poll already knows the rhythm from the dates of the items', async () => {
  await subscribe('/q');
  paper.reply('/q', { body: rss(articles(1, 30, (n) => ({ date: hoursAgo(n / 20) }))) });
  await read();
  const source = await db
    .selectFrom('source')
    .select(['turnover_seconds', 'next_reason', 'overlap'])
    .executeTakeFirst();
  expect(source?.turnover_seconds).toBeGreaterThan(80 * 60);
  expect(source?.turnover_seconds).toBeLessThanOrEqual(90 * 60);
  expect(source).toMatchObject({ next_reason: 'rhythm', overlap: null });
});

test('a wall is named, not evaded, and told apart from the paper itself', async () => {
  await subscribe('/wall');
  paper.reply('/wall', {
    status: 403,
    headers: { 'cf-mitigated': 'challenge', 'content-type': 'text/html' },
    body: '<html>Just a moment</html>',
  });
  await read();
  const [row] = await listSourceHealth(db, 10);
  expect(row).toMatchObject({ blockedBy: 'cloudflare', nextReason: 'failure_backoff' });
  expect(row && sourceHealth(row, now)).toMatchObject({ state: 'blocked', vi: expect.stringContaining('cloudflare') });
  paper.reply('/wall', { body: rss(articles(1, 3)) });
  await read();
  expect(await health()).toEqual(['ok']);
});

test('a sitemap that robots.txt forbids is not asked for, and the source says so; a feed is offered all the same', async () => {
  await subscribe('/site.xml', '/rss');
  await sql`update source set kind = 'sitemap' where url like '%site.xml'`.execute(db);
  paper.reply('/robots.txt', { body: 'User-agent: *\nDisallow: /\n', headers: { 'content-type': 'text/plain' } });
  paper.reply('/rss', { body: rss(articles(1, 3)) });
  await ingestDue({ ...ctx, http: openHttp() });
  paper.reply('/robots.txt', { status: 404 });
  expect(paper.requests.map((request) => request.path).sort()).toEqual(['/robots.txt', '/rss']);
  expect((await listSourceHealth(db, 10)).map((row) => [row.kind, sourceHealth(row, now).state])).toEqual([
    ['sitemap', 'blocked'],
    ['syndication', 'ok'],
  ]);
});

test('a source under an agreement is read at the agreed pace', async () => {
  await subscribe('/pace');
  await setPace(db, 'bao-thu', 7);
  paper.reply('/pace', { body: rss(articles(1, 5)) });
  await read();
  const [row] = await listSourceHealth(db, 10);
  expect(row?.nextReason).toBe('agreed');
  const wait = ((row?.nextFetchAt.getTime() ?? 0) - Date.now()) / 1_000;
  expect(wait).toBeGreaterThan(400);
  expect(wait).toBeLessThan(470);
});
