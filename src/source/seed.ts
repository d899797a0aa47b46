// An item as its source wrote it ↔ JSON that waits beside the address of its page; and page + item → one whole item. Pure.
import { escapeHtml, excerpt, plainText } from '../text/markup.ts';
import { fold } from '../text/vietnamese.ts';
import type { ArticlePage } from './article-page.ts';
import { emptyItem } from './kinds/empty.ts';
import { itemHash } from './kinds/item-hash.ts';
import type { ParsedItem } from './parsed.ts';

/** What of an item is kept until its page was read. */
export type Seed = Pick<
  ParsedItem,
  | 'id'
  | 'url'
  | 'title'
  | 'summaryHtml'
  | 'contentHtml'
  | 'publishedAt'
  | 'updatedAt'
  | 'authors'
  | 'categories'
  | 'imageUrl'
>;

const maxHtml = 4_000;

/** The item as JSON; long markup is cut, as the page has all of it. */
export function toSeed(item: Seed): string {
  const short = (html: string | null) => (html === null || html.length <= maxHtml ? html : null);
  const seed: Seed = {
    id: item.id,
    url: item.url,
    title: item.title,
    summaryHtml: short(item.summaryHtml),
    contentHtml: short(item.contentHtml),
    publishedAt: item.publishedAt,
    updatedAt: item.updatedAt,
    authors: item.authors.slice(0, 20),
    categories: item.categories.slice(0, 30),
    imageUrl: item.imageUrl,
  };
  return JSON.stringify(seed).toWellFormed().replaceAll('\\u0000', '');
}

const text = (value: unknown) => (typeof value === 'string' ? value : null);
const date = (value: unknown) => {
  const at = typeof value === 'string' ? new Date(value) : null;
  return at === null || Number.isNaN(at.getTime()) ? null : at;
};

/** The item back from its JSON, fields that are not as written absent. */
export function readSeed(value: unknown, url: string): Omit<ParsedItem, 'hash'> {
  const said = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const authors = Array.isArray(said['authors']) ? said['authors'] : [];
  const categories = Array.isArray(said['categories']) ? said['categories'] : [];
  return {
    ...emptyItem(),
    id: text(said['id']),
    url: text(said['url']) ?? url,
    title: text(said['title']),
    summaryHtml: text(said['summaryHtml']),
    contentHtml: text(said['contentHtml']),
    publishedAt: date(said['publishedAt']),
    updatedAt: date(said['updatedAt']),
    authors: authors.flatMap((author: unknown) => {
      const name = typeof author === 'object' && author !== null && 'name' in author ? text(author.name) : null;
      return name === null ? [] : [{ name, email: null, url: null }];
    }),
    categories: categories.filter((label: unknown): label is string => typeof label === 'string'),
    imageUrl: text(said['imageUrl']),
  };
}

const isCutShort = (title: string) => /(?:…|\.\.\.)$/.test(title);

// Of two headlines of one article the source's own, unless it was cut; the page's where it has none.
function titleOf(seed: string | null, page: string | null): string | null {
  if (seed === null) return page;
  if (page === null) return seed;
  const begun = fold(seed.replace(/(?:…|\.\.\.)$/, '').trim());
  return isCutShort(seed) && fold(page).startsWith(begun) ? page : seed;
}

const openingChars = 1_500;

// Enough of the text to know copies by, of papers that gave no right to more. Rights are decided again where documents are made.
function opening(html: string): string {
  const parts: string[] = [];
  let length = 0;
  for (const part of plainText(html).split('\n')) {
    if (length + part.length > openingChars) {
      if (parts.length === 0) parts.push(excerpt(part, openingChars));
      break;
    }
    parts.push(part);
    length += part.length;
  }
  return parts.map((part) => `<p>${escapeHtml(part)}</p>`).join('');
}

/**
 * What a source and the article's page say together: headline, date and id of the source first (it is what readers saw), text, sapo, captions,
 * authors and section of the page. Without the right to the full text only its opening (1,500 characters) is kept. `page` null: the page could
 * not be read and the item stands as its source wrote it.
 */
export function joinPage(seed: Omit<ParsedItem, 'hash'>, page: ArticlePage | null, isFull: boolean): ParsedItem {
  if (page === null) return { ...seed, hash: itemHash(seed) };
  const own = seed.contentHtml ?? '';
  const body = page.bodyHtml === null ? null : isFull ? page.bodyHtml : opening(page.bodyHtml);
  const isLonger = body !== null && plainText(body).length >= plainText(own).length;
  const joined: Omit<ParsedItem, 'hash'> = {
    ...seed,
    title: titleOf(seed.title, page.title),
    summaryHtml: page.sapo === null ? seed.summaryHtml : `<p>${escapeHtml(page.sapo)}</p>`,
    contentHtml: isLonger ? body : seed.contentHtml,
    publishedAt: seed.publishedAt ?? page.publishedAt,
    updatedAt: seed.updatedAt ?? page.updatedAt,
    authors: seed.authors.length > 0 ? seed.authors : page.authors.map((name) => ({ name, email: null, url: null })),
    categories: seed.categories.length > 0 || page.section === null ? seed.categories : [page.section],
    imageUrl: seed.imageUrl ?? page.image,
    media: page.pictures.slice(0, 20).map(({ url, caption }) => ({
      url,
      type: null,
      medium: 'image',
      length: null,
      width: null,
      height: null,
      title: caption,
      credit: null,
    })),
  };
  return { ...joined, hash: itemHash(joined) };
}
