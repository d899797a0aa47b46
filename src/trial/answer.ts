// A path of the newsroom → the representation that stands there now.
import { articleNumber } from './address.ts';
import type { Published } from './article.ts';
import { toTrialAtom } from './feeds/atom.ts';
import { toTrialJson } from './feeds/json.ts';
import { type FeedInput, newestChange } from './feeds/model.ts';
import { toDamagedRss, toLegacyRss } from './feeds/own-rss.ts';
import { toRdf } from './feeds/rdf.ts';
import { toPackagedRss } from './feeds/rss.ts';
import { articlePage, homePage, papersPage } from './pages.ts';
import { type Dialect, type Paper, papers } from './papers.ts';
import { drawPicture } from './picture.ts';
import { findArticle, visibleArticles } from './schedule.ts';
import { encodeWindows1258 } from './windows1258.ts';

/** Bytes with their type and the last change of what they show. */
export type Answer = { contentType: string; body: Uint8Array; changedAt: Date; maxAgeSeconds: number };

const mostInFeed = 60;
const mostInBox = 8;

const writers: Record<Dialect, (input: FeedInput) => string> = {
  'plain-rss': toPackagedRss,
  'full-rss': toPackagedRss,
  'windows-1258': toLegacyRss,
  damaged: toDamagedRss,
  atom: toTrialAtom,
  rdf: toRdf,
  json: toTrialJson,
};

function encode(paper: Paper, text: string): Uint8Array {
  return paper.charset === 'windows-1258' ? encodeWindows1258(text) : new TextEncoder().encode(text);
}

/**
 * `target` is path and query as they stand in the request line. Null = nothing there. Pure but for the cache of pictures:
 * equal arguments give equal bytes.
 */
export function answer(target: string, o: { origin: string; startedAt: Date; now: Date }): Answer | null {
  const path = target.split('?', 1)[0] ?? '';
  if (path === '/')
    return {
      contentType: 'text/html; charset=utf-8',
      body: Buffer.from(papersPage(o.origin)),
      changedAt: o.startedAt,
      maxAgeSeconds: 60,
    };
  if (path === '/robots.txt')
    return {
      contentType: 'text/plain',
      body: Buffer.from('User-agent: *\nAllow: /\n'),
      changedAt: o.startedAt,
      maxAgeSeconds: 3600,
    };
  const paper = papers.find(({ slug }) => path.startsWith(`/${slug}/`));
  if (!paper) return null;
  const rest = path.slice(paper.slug.length + 2);
  const picture = /^anh\/([a-z0-9-]{1,120})-([1-9])\.png$/.exec(rest);
  if (picture?.[1] && picture[2]) return pictureAnswer(paper, picture[1], Number(picture[2]), o);
  const page = /^bai\/([a-z0-9-]{1,120})-(\d{6})\.html$/.exec(rest);
  if (page?.[1] && page[2]) return pageAnswer(paper, page[1], Number(page[2]), o);
  const mine = visibleArticles(o.startedAt, o.now).filter((article) => article.paper === paper.slug);
  if (rest === '')
    return {
      contentType: `text/html; charset=${paper.charset}`,
      body: encode(paper, homePage(o.origin, paper, mine)),
      changedAt: newestChange(mine) ?? o.startedAt,
      maxAgeSeconds: 30,
    };
  return feedAnswer(paper, rest, mine, o);
}

function feedAnswer(
  paper: Paper,
  path: string,
  mine: readonly Published[],
  o: { origin: string; startedAt: Date },
): Answer | null {
  const feed = paper.feeds.find((one) => one.path.split('?', 1)[0] === path);
  if (!feed) return null;
  const wanted = feed.categories;
  const articles = mine
    .filter(({ categories }) => !wanted || categories.some((label) => wanted.includes(label)))
    .slice(0, mostInFeed);
  const text = writers[paper.dialect]({ origin: o.origin, paper, feed, articles });
  return {
    contentType: feed.contentType,
    body: encode(paper, text),
    changedAt: newestChange(articles) ?? o.startedAt,
    maxAgeSeconds: 30,
  };
}

function pageAnswer(
  paper: Paper,
  slug: string,
  number: number,
  o: { origin: string; startedAt: Date; now: Date },
): Answer | null {
  const article = number === articleNumber(paper.slug, slug) ? findArticle(o.startedAt, o.now, paper.slug, slug) : null;
  if (!article) return null;
  const latest = visibleArticles(o.startedAt, o.now)
    .filter((other) => other.paper === paper.slug && other.slug !== slug)
    .slice(0, mostInBox);
  const changedAt = newestChange([article, ...latest]) ?? o.startedAt;
  return {
    contentType: `text/html; charset=${paper.charset}`,
    body: encode(paper, articlePage(o.origin, paper, article, latest)),
    changedAt,
    maxAgeSeconds: 60,
  };
}

function pictureAnswer(paper: Paper, slug: string, number: number, o: { startedAt: Date; now: Date }): Answer | null {
  const photo = findArticle(o.startedAt, o.now, paper.slug, slug)?.photos[number - 1];
  if (!photo) return null;
  return {
    contentType: 'image/png',
    body: drawPicture(`${slug}-${number}`, photo.scene),
    changedAt: o.startedAt,
    maxAgeSeconds: 86_400,
  };
}
