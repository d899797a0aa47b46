// A sitemap, a news sitemap or an index of them (https://www.sitemaps.org/protocol.html) → ParsedFeed.
import { gunzipSync } from 'node:zlib';
import type { ParsedFeed, ParsedItem } from '../parsed.ts';
import { decodeBytes } from '../decode.ts';
import { absoluteUrl } from './address.ts';
import { articleLikeness } from './article-address.ts';
import { decodeEntities } from './entities.ts';
import { emptyFeed, emptyItem } from './empty.ts';
import { itemHash } from './item-hash.ts';
import type { KindOptions } from './list.ts';
import { notAFeed, textKind } from './not-a-feed.ts';
import { dateOf, warn } from './read-context.ts';
import { tokenise } from './tokenise.ts';

/** Beyond this nothing is read: the protocol allows 50,000 addresses a file, and the newest stand near the ends. */
const maxRows = 50_000;
const maxItems = 1_000;
const maxParts = 200;
const maxBytes = 40_000_000;
const maxField = 4_096;
/** A plain sitemap lists the whole archive: only what changed lately is news. News sitemaps hold two days (developers.google.com). */
const recentMs = 3 * 86_400_000;
/** Of a sitemap without any date, this many rows from either end. */
const undatedEnd = 50;

type Row = {
  url: string;
  date: string;
  lastmod: string;
  title: string;
  image: string;
  caption: string;
  keywords: string;
};

const emptyRow = (): Row => ({ url: '', date: '', lastmod: '', title: '', image: '', caption: '', keywords: '' });

const fields: Readonly<Record<string, keyof Row>> = {
  loc: 'url',
  lastmod: 'lastmod',
  'news:publication_date': 'date',
  'news:title': 'title',
  'news:keywords': 'keywords',
  'image:loc': 'image',
  'image:caption': 'caption',
};

// Prefixes are a convention that every generator follows; `n:title` of a stranger is read as its last part where that says enough.
function fieldOf(name: string): keyof Row | undefined {
  const known = fields[name];
  if (known !== undefined) return known;
  const local = name.slice(name.indexOf(':') + 1);
  if (local === 'publication_date') return 'date';
  if (local === 'loc' || local === 'lastmod') return name.includes(':') && local === 'loc' ? undefined : fields[local];
  return undefined;
}

type Rows = { rows: Row[]; isIndex: boolean; isSitemap: boolean; isCut: boolean };

function readRows(source: string): Rows {
  const result: Rows = { rows: [], isIndex: false, isSitemap: false, isCut: false };
  let row: Row | null = null;
  let field: keyof Row | null = null;
  let text = '';
  const add = (start: number, end: number) => {
    if (field !== null && text.length < maxField) text += source.slice(start, Math.min(end, start + maxField));
  };
  const nameOf = (start: number, end: number) => source.slice(start, Math.min(end, start + 60)).toLowerCase();
  tokenise(source, {
    onopentagname(start, end) {
      const name = nameOf(start, end);
      const local = name.slice(name.indexOf(':') + 1);
      if (local === 'sitemapindex') result.isIndex = result.isSitemap = true;
      else if (local === 'urlset') result.isSitemap = true;
      else if (local === 'url' || local === 'sitemap') row = emptyRow();
      else if (row !== null) {
        field = fieldOf(name) ?? null;
        text = '';
      }
    },
    onclosetag(start, end) {
      const name = nameOf(start, end);
      const local = name.slice(name.indexOf(':') + 1);
      if ((local === 'url' || local === 'sitemap') && row !== null) {
        if (row.url !== '' && result.rows.length < maxRows) result.rows.push(row);
        else if (row.url !== '') result.isCut = true;
        row = null;
      } else if (row !== null && field !== null) {
        if (row[field] === '') row[field] = decodeEntities(text).replace(/\s+/g, ' ').trim();
        field = null;
      }
    },
    ontext: add,
    oncdata(start, end, offset) {
      add(start, end - offset);
    },
  });
  return result;
}

// A body that is gzip by itself (`sitemap.xml.gz`), not by its transfer. A truncated one is an error like any other non-sitemap.
function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw notAFeed(`a damaged or too large gzip file (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

/**
 * Reads a sitemap. Items are the pages changed in the last three days, newest first, at most 1,000; addresses that look like sections
 * are left out. Titles and publication dates come from news sitemaps only; `lastmod` is a change, not a publication. An index has no
 * items and names its `parts`, newest first, at most 200. Linear; throws NotAFeedError for everything else.
 */
export function readSitemap(bytes: Uint8Array, o: KindOptions): ParsedFeed {
  const plain = unpacked(bytes);
  const { text, warnings } = decodeBytes(plain, o.contentType === undefined ? {} : { contentType: o.contentType });
  const lines = /^\s*https?:\/\/\S+\s*(?:\n|$)/.test(text) ? textRows(text) : null;
  const { rows, isIndex, isSitemap, isCut } = lines ?? readRows(text);
  if (!isSitemap) throw notAFeed(textKind(text, undefined));
  const feed = emptyFeed('sitemap', isIndex ? 'index' : '');
  feed.warnings.push(...warnings);
  if (isCut) warn(feed, 'feed.too_many_items', `only the first ${maxRows} addresses were read`);
  const context = { zone: o.zone, now: o.now, warnings: feed.warnings };
  if (isIndex) feed.parts = partsOf(rows, o, context);
  else feed.items = itemsOf(rows, o, context);
  if (!isIndex && rows.length > 0 && feed.items.length === 0)
    warn(feed, 'feed.nothing_recent', `none of ${rows.length} addresses is an article of the last three days`);
  return feed;
}

// "sitemap.txt": one address a line.
function textRows(text: string): Rows {
  const rows: Row[] = [];
  for (const line of text.split('\n', maxRows)) if (line.trim() !== '') rows.push({ ...emptyRow(), url: line.trim() });
  return { rows, isIndex: false, isSitemap: true, isCut: false };
}

type Context = Parameters<typeof dateOf>[0];

// "sitemap-2026-11.xml", "news_20261122.xml": the name tells the age where lastmod does not.
function ageInName(url: string): number {
  const found = /(20[1-4]\d)[-_/]?(0[1-9]|1[0-2])(?:[-_/]?(0[1-9]|[12]\d|3[01]))?/.exec(url);
  return found === null ? 0 : Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3] ?? 28));
}

function partsOf(rows: Row[], o: KindOptions, context: Context): { url: string; updatedAt: Date | null }[] {
  const parts = rows.flatMap((row) => {
    const url = absoluteUrl(row.url, o.base);
    return url === null ? [] : [{ url, updatedAt: row.lastmod === '' ? null : dateOf(context, row.lastmod) }];
  });
  const rank = (part: { url: string; updatedAt: Date | null }) => part.updatedAt?.getTime() ?? ageInName(part.url);
  const isNews = (part: { url: string }) => Number(/news|tin-?(?:tuc|moi)|latest|google/i.test(part.url));
  return parts.sort((a, b) => isNews(b) - isNews(a) || rank(b) - rank(a)).slice(0, maxParts);
}

function isRecent(date: Date | null, o: KindOptions): boolean {
  return date !== null && o.now.getTime() - date.getTime() < recentMs;
}

type Dated = { row: Row; url: string; index: number; publishedAt: Date | null; updatedAt: Date | null };

function itemsOf(rows: Row[], o: KindOptions, context: Context): ParsedItem[] {
  const seen = new Set<string>();
  const found: Dated[] = [];
  // Many home-made sitemaps give every row the moment of their making: such a date says nothing.
  const stamps = new Set(rows.map((row) => row.lastmod));
  const isStamped = rows.length >= 20 && stamps.size === 1;
  for (const [index, row] of rows.entries()) {
    const url = absoluteUrl(row.url, o.base);
    if (url === null || seen.has(url)) continue;
    seen.add(url);
    const isNews = row.title !== '' || row.date !== '';
    if (o.rules.within !== undefined && !url.includes(o.rules.within)) continue;
    if (!isNews && o.rules.within === undefined && articleLikeness(new URL(url)) < 2) continue;
    found.push({
      row,
      url,
      index,
      publishedAt: row.date === '' ? null : dateOf(context, row.date, index),
      updatedAt: row.lastmod === '' || isStamped ? null : dateOf(context, row.lastmod, index),
    });
  }
  const isDated = found.some((one) => one.publishedAt !== null || one.updatedAt !== null);
  const chosen = isDated
    ? found.filter((one) => isRecent(one.publishedAt ?? one.updatedAt, o))
    : found.filter((_, index) => index < undatedEnd || index >= found.length - undatedEnd);
  const at = (one: Dated) => (one.publishedAt ?? one.updatedAt)?.getTime() ?? 0;
  chosen.sort((a, b) => at(b) - at(a) || a.index - b.index);
  const limit = Math.min(maxItems, o.maxItems);
  if (chosen.length > limit) warn(context, 'feed.too_many_items', `only the newest ${limit} items were read`);
  return chosen.slice(0, limit).map((one) => toItem(one, o));
}

function toItem(one: Dated, o: KindOptions): ParsedItem {
  const { row } = one;
  const image = row.image === '' ? null : absoluteUrl(row.image, o.base);
  const item: Omit<ParsedItem, 'hash'> = {
    ...emptyItem(),
    url: one.url,
    title: row.title === '' ? null : row.title.normalize('NFC'),
    publishedAt: one.publishedAt,
    updatedAt: one.updatedAt,
    imageUrl: image,
    categories: row.keywords
      .split(',', 30)
      .map((word) => word.trim())
      .filter((word, index, words) => word !== '' && words.indexOf(word) === index),
  };
  return { ...item, hash: itemHash(item) };
}
