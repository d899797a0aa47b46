// Bytes of an address nobody described → what kind of source they are, how to read it, and what it would bring. Pure; runs in the reader's thread.
import { NotAFeedError } from '../errors.ts';
import type { Warning } from '../domain.ts';
import { compactKey } from '../text/compact-key.ts';
import { canonicalUrl } from '../text/url.ts';
import { decodeBytes } from './decode.ts';
import { countFilled } from './fill-count.ts';
import { inferLists } from './infer-list.ts';
import { parsePage } from './kinds/dom.ts';
import { readSource } from './kinds/list.ts';
import { plainText } from '../text/markup.ts';
import type { ParsedFeed, ParsedItem } from './parsed.ts';
import type { SourceRules } from './rules.ts';

/** Bytes and how to take them; `kind` null: find out. A listing without rules gets inferred ones. */
export type PreviewJob = {
  bytes: Uint8Array;
  url: string;
  headers: Record<string, string>;
  kind: string | null;
  rules: SourceRules | null;
  zone: string;
  now: Date;
};

/** One item as it would be read. */
export type PreviewRow = {
  title: string | null;
  url: string | null;
  publishedAt: Date | null;
  summary: string | null;
  image: string | null;
};

/** A source as it would be read; nothing of it is stored. */
export type SourcePreview = {
  kind: string;
  rules: SourceRules;
  format: ParsedFeed['format'];
  version: string;
  title: string | null;
  homeUrl: string | null;
  /** Words above the list on its page, or null. */
  heading: string | null;
  count: number;
  /** The first ten items. */
  rows: PreviewRow[];
  newestAt: Date | null;
  /** Share of the items that have the field, 0 to 1. */
  fill: { field: string; rate: number }[];
  /** Keys of at most 20 articles as the store has them, to find them under a known source. */
  keys: string[];
  /** Of a sitemap index: its documents, newest first, at most 20. */
  parts: string[];
  warnings: Warning[];
};

/** The first items as rows for people to look at. */
export const rowsOf = (items: readonly ParsedItem[], most: number): PreviewRow[] =>
  items.slice(0, most).map((item) => ({
    title: item.title,
    url: item.url,
    publishedAt: item.publishedAt,
    summary: item.summaryHtml === null ? null : plainText(item.summaryHtml.slice(0, 2_000)).slice(0, 200),
    image: item.imageUrl,
  }));

function summarise(kind: string, rules: SourceRules, feed: ParsedFeed, heading: string | null): SourcePreview {
  const { items } = feed;
  const dates = items.flatMap((item) => (item.publishedAt === null ? [] : [item.publishedAt.getTime()]));
  return {
    kind,
    rules,
    format: feed.format,
    version: feed.version,
    title: feed.title,
    homeUrl: feed.homeUrl,
    heading,
    count: items.length,
    rows: rowsOf(items, 10),
    newestAt: dates.length === 0 ? null : new Date(dates.reduce((a, b) => Math.max(a, b))),
    fill:
      items.length === 0 ? [] : countFilled(items).map(({ field, seen, filled }) => ({ field, rate: filled / seen })),
    keys: items.slice(0, 20).flatMap((item) => (item.url === null ? [] : [compactKey(`u:${canonicalUrl(item.url)}`)])),
    parts: (feed.parts ?? []).slice(0, 20).map((part) => part.url),
    warnings: feed.warnings.slice(0, 50),
  };
}

function tryRead(kind: string, job: PreviewJob): SourcePreview | NotAFeedError {
  try {
    const type = job.headers['content-type'];
    const feed = readSource(kind, job.bytes, {
      ...job,
      rules: job.rules ?? {},
      ...(type ? { contentType: type } : {}),
    });
    return summarise(kind, job.rules ?? {}, feed, null);
  } catch (error) {
    if (error instanceof NotAFeedError) return error;
    throw error;
  }
}

/** The lists of a page as sources, likeliest first, at most 6; empty for what is no page. Never throws. */
export function previewLists(job: PreviewJob): SourcePreview[] {
  const type = job.headers['content-type'];
  const { text } = decodeBytes(job.bytes, type === undefined ? {} : { contentType: type });
  if (!/<[a-z!]/i.test(text.slice(0, 100_000))) return [];
  const page = parsePage(text, job.url);
  return inferLists(page, job).flatMap(({ rules, heading }) => {
    const read = tryRead('listing', { ...job, rules });
    return read instanceof NotAFeedError ? [] : [{ ...read, heading }];
  });
}

/**
 * Reads bytes as the kind that was asked for, or as the first that fits: feed, sitemap, list on a page. Throws NotAFeedError: that of the
 * kind asked for, or of reading them as a feed, which tells what they seem to be.
 */
export function previewDocument(job: PreviewJob): SourcePreview {
  const needsRules = job.kind === 'listing' && (job.rules?.lists ?? []).length === 0 && job.rules?.isJsonLd !== true;
  if (job.kind !== null && !needsRules) {
    const read = tryRead(job.kind, job);
    if (read instanceof NotAFeedError) throw read;
    return read;
  }
  const asFeed = needsRules ? null : tryRead('syndication', job);
  if (asFeed !== null && !(asFeed instanceof NotAFeedError)) return asFeed;
  const asSitemap = needsRules ? null : tryRead('sitemap', job);
  if (asSitemap !== null && !(asSitemap instanceof NotAFeedError)) return asSitemap;
  const [list] = previewLists(job);
  if (list !== undefined) return list;
  throw asFeed ?? new NotAFeedError('source.not_a_feed', 'a page on which no list of articles was found');
}
