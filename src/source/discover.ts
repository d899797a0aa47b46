// A site's address → the sources it offers: feeds, sitemaps and lists on its page, each tried, few requests in all. EFFECT.
import { FetchError, NotAFeedError, TinError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { findTwin, spellingsOf, type Twin } from '../store/repeated.ts';
import type { NamedLink, PageLinks } from './page-links.ts';
import type { SourcePreview } from './preview-document.ts';
import { checkAnswer } from './read.ts';
import { fetchInTurn, type Way } from './turn.ts';

/** How a candidate was found. */
export type FoundBy = 'given' | 'alternate' | 'rss_page' | 'link' | 'path' | 'robots' | 'page';

/** A source that could be added. `preview` null: named by the site, not tried (a site may list dozens). */
export type Candidate = {
  kind: string;
  url: string;
  title: string | null;
  by: FoundBy;
  preview: SourcePreview | null;
  twin: Twin | null;
};

/** What was found, the best first; `notes` tell in English what was refused or failed on the way, as `code: address: message`. */
export type Discovery = {
  siteUrl: string;
  title: string | null;
  candidates: Candidate[];
  notes: { code: string; url: string; message: string }[];
  requests: number;
};

/** `onStep` hears of each request before it is made. `maxRequests` bounds them (default 14, robots.txt apart). */
export type DiscoverOptions = { maxRequests?: number; onStep?: (url: string, count: number) => void };

const commonFeeds = [
  '/rss/home.rss',
  '/rss/tin-moi.rss',
  '/rss',
  '/rss.xml',
  '/feed',
  '/rss/tin-moi-nhat.rss',
  '/feed.xml',
];
const commonSitemaps = ['/sitemap.xml', '/news-sitemap.xml', '/sitemap-news.xml'];
const triedFeeds = 4;
const triedSitemaps = 3;
const maxCandidates = 100;
const zone = 'Asia/Ho_Chi_Minh';

type Search = {
  ctx: Way;
  options: DiscoverOptions;
  result: Discovery;
  tried: Map<string, HttpAnswer | null>;
};

async function get(search: Search, url: string, isRobotsBound: boolean, isGuess = false): Promise<HttpAnswer | null> {
  const { ctx, options, result, tried } = search;
  const known = tried.get(url);
  if (known !== undefined) return known;
  if (result.requests >= (options.maxRequests ?? 14) || ctx.signal.aborted) return null;
  result.requests++;
  options.onStep?.(url, result.requests);
  let answer: HttpAnswer | null = null;
  try {
    answer = checkAnswer(await fetchInTurn(ctx, { url, accept: '*/*', isRobotsBound }));
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    // That a usual path leads nowhere is no news.
    if (!isGuess || error.code !== 'source.status')
      result.notes.push({ code: error.code, url, message: error.message });
  }
  tried.set(url, answer);
  return answer;
}

async function preview(search: Search, answer: HttpAnswer, kind: string): Promise<SourcePreview | null> {
  try {
    return await search.ctx.reader.run('preview', {
      bytes: answer.body,
      url: answer.url,
      headers: answer.headers,
      kind,
      rules: null,
      zone,
      now: search.ctx.now(),
    });
  } catch (error) {
    if (!(error instanceof TinError)) throw error;
    if (!(error instanceof NotAFeedError))
      search.result.notes.push({ code: error.code, url: answer.url, message: error.message });
    return null;
  }
}

async function add(search: Search, candidate: Omit<Candidate, 'twin'>, otherUrl = candidate.url): Promise<void> {
  const { result, ctx } = search;
  const isKnown = result.candidates.some(
    (one) => one.url === candidate.url && one.kind === candidate.kind && candidate.kind !== 'listing',
  );
  if (isKnown || result.candidates.length >= maxCandidates) return;
  const urls = candidate.kind === 'listing' ? [] : spellingsOf([candidate.url, otherUrl]);
  const twin = await findTwin(ctx.db, { urls, keys: candidate.preview?.keys ?? [] });
  result.candidates.push({ ...candidate, twin });
}

// Feeds that the site names: the first few are read, the others listed as they are.
async function tryFeeds(search: Search, links: readonly NamedLink[], by: FoundBy, most: number): Promise<number> {
  let good = 0;
  let tries = 0;
  for (const link of links) {
    if (search.result.candidates.some((known) => known.url === link.url)) continue;
    if (tries >= most) {
      if (by !== 'path')
        await add(search, { kind: 'syndication', url: link.url, title: link.title, by, preview: null });
      continue;
    }
    tries++;
    const answer = await get(search, link.url, false, by === 'path');
    const read = answer === null ? null : await preview(search, answer, 'syndication');
    if (answer === null || read === null) continue;
    good++;
    await add(
      search,
      { kind: 'syndication', url: link.url, title: link.title ?? read.title, by, preview: read },
      answer.url,
    );
    if (by === 'path') break;
  }
  return good;
}

async function linksIn(search: Search, answer: HttpAnswer): Promise<PageLinks> {
  return search.ctx.reader.run('links', {
    bytes: answer.body,
    contentType: answer.headers['content-type'],
    url: answer.url,
  });
}

async function trySitemaps(search: Search, urls: readonly string[], by: FoundBy): Promise<boolean> {
  let isFound = false;
  for (const url of urls.slice(0, triedSitemaps)) {
    const answer = await get(search, url, true, by === 'path');
    const read = answer === null ? null : await preview(search, answer, 'sitemap');
    if (answer === null || read === null) continue;
    isFound = true;
    const [part] = read.parts;
    const inner = part === undefined ? null : await get(search, part, true);
    const shown = inner === null ? null : await preview(search, inner, 'sitemap');
    await add(search, {
      kind: 'sitemap',
      url,
      title: read.title,
      by,
      preview: shown === null ? read : { ...shown, parts: read.parts, version: 'index' },
    });
    if (by === 'path') break;
  }
  return isFound;
}

const rank = (candidate: Candidate) =>
  (candidate.twin === null ? 0 : -100) +
  (candidate.preview === null ? -60 : Math.min(candidate.preview.count, 20)) +
  (candidate.preview?.rows.every((row) => row.publishedAt !== null && row.title !== null) ? 15 : 0) +
  ({ syndication: 30, sitemap: 5, listing: 10 }[candidate.kind] ?? 0);

/**
 * Looks at a site for sources: `link rel=alternate`, its pages of feeds, the usual paths, sitemaps of robots.txt, and the lists on the page
 * itself with the rules that read them. Polite: at most 14 requests, one at a time in the host's turn, robots.txt honoured. Says which known
 * source a candidate repeats. Stores nothing but the host's turn. Throws FetchError when the page itself cannot be had and NotAFeedError never.
 */
export async function discover(ctx: Way, siteUrl: string, options: DiscoverOptions = {}): Promise<Discovery> {
  const result: Discovery = { siteUrl, title: null, candidates: [], notes: [], requests: 0 };
  const search: Search = { ctx, options, result, tried: new Map() };
  const answer = await get(search, siteUrl, false);
  const { origin } = new URL(answer?.url ?? siteUrl);
  const given = answer === null ? null : await preview(search, answer, 'syndication');
  if (given !== null) {
    await add(search, { kind: 'syndication', url: siteUrl, title: given.title, by: 'given', preview: given });
    return result;
  }
  const links = answer === null ? null : await linksIn(search, answer);
  result.title = links?.title ?? null;
  let feeds = links === null ? 0 : await tryFeeds(search, links.alternates, 'alternate', triedFeeds);
  for (const index of links?.indexes.slice(0, 2) ?? []) {
    const page = await get(search, index.url, false);
    const inner = page === null ? null : await linksIn(search, page);
    if (inner !== null)
      feeds += await tryFeeds(search, [...inner.alternates, ...inner.feeds], 'rss_page', feeds > 0 ? 1 : 3);
  }
  if (links !== null) feeds += await tryFeeds(search, links.feeds, 'link', feeds > 0 ? 0 : 2);
  const robots = await ctx.http.robots.check(siteUrl, ctx.signal).catch(() => null);
  const named = [...(robots?.sitemaps ?? []), ...(links?.sitemaps.map((one) => one.url) ?? [])];
  const isSitemapFound = await trySitemaps(search, [...new Set(named)], 'robots');
  if (feeds === 0) {
    const paths = commonFeeds.map((path) => ({ url: origin + path, title: null }));
    await tryFeeds(search, paths, 'path', paths.length);
  }
  if (!isSitemapFound)
    await trySitemaps(
      search,
      commonSitemaps.map((path) => origin + path),
      'path',
    );
  if (answer !== null) await addLists(search, answer, robots?.isAllowed !== false);
  result.candidates.sort((a, b) => rank(b) - rank(a));
  return result;
}

async function addLists(search: Search, answer: HttpAnswer, isAllowed: boolean): Promise<void> {
  if (!isAllowed) {
    search.result.notes.push({
      code: 'source.robots',
      url: answer.url,
      message: 'robots.txt does not allow to read this page as a list',
    });
    return;
  }
  const lists = await search.ctx.reader.run('lists', {
    bytes: answer.body,
    url: answer.url,
    headers: answer.headers,
    kind: 'listing',
    rules: null,
    zone,
    now: search.ctx.now(),
  });
  for (const list of lists)
    await add(search, {
      kind: 'listing',
      url: answer.url,
      title: list.heading ?? list.title,
      by: 'page',
      preview: list,
    });
}
