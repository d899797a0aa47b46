// A JSON Feed 1.0 or 1.1 (https://www.jsonfeed.org/version/1.1/) → ParsedFeed.
import type { Media } from '../../domain.ts';
import type { ParsedAuthor, ParsedFeed, ParsedItem } from '../parsed.ts';
import { escapeHtml } from '../../text/markup.ts';
import { absoluteHtml } from './absolute-html.ts';
import { absoluteUrl } from './address.ts';
import { itemHash, isNamedTwice, type Marks, markOf } from './item-hash.ts';
import { dateOf, warn, type ReadContext } from './read-context.ts';
import { mediumOf } from './syndication-media.ts';
import { oneLine } from './syndication-text.ts';

type Values = Record<string, unknown>;
type Context = Pick<ReadContext, 'zone' | 'now' | 'warnings'> & {
  base: string | undefined;
  /** The feed's: an item without authors has these (JSON Feed 1.1, "Items"). */
  authors: ParsedAuthor[];
};

/** Labels, authors and attachments kept per item. */
const MAX_LIST = 100;

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** True when a parsed JSON document claims to be, or plainly is, a JSON Feed. */
export function isJsonFeed(value: unknown): value is Values {
  if (!isValues(value)) return false;
  const version = text(value['version']) ?? '';
  return (
    /jsonfeed\.org\/version/i.test(version) ||
    (Array.isArray(value['items']) &&
      (text(value['title']) !== null || text(value['feed_url']) !== null || text(value['home_page_url']) !== null))
  );
}

/** Reads a JSON Feed that `isJsonFeed` accepted. Wrong types are absent values; a broken item is left out with a warning. */
export function readJsonFeed(
  feed: Values,
  o: { base: string | undefined; zone: string; maxItems: number; now: Date; known?: Marks },
): ParsedFeed {
  const context: Context = { ...o, warnings: [], authors: authorsOf(feed, o.base) };
  const url = (value: unknown): string | null => (typeof value === 'string' ? absoluteUrl(value, o.base) : null);
  const read: ParsedItem[] = [];
  list(feed['items'])
    .slice(0, o.maxItems)
    .forEach((value, index) => {
      if (isValues(value)) read.push(readItem(context, value, index));
      else warn(context, 'item.not_an_object', 'an item is not an object', index);
    });
  if (list(feed['items']).length > o.maxItems)
    warn(context, 'feed.too_many_items', `only the first ${o.maxItems} items were read`);
  const marks = read.map(markOf);
  const isKnown = (mark: string) => o.known?.has(mark.slice(0, 16)) === true;
  const known = marks.filter(isKnown);
  const isWhole =
    known.length === 0 ||
    isNamedTwice(
      marks.filter((mark) => !isKnown(mark)),
      known,
    );
  const items = isWhole ? read : read.filter((item) => o.known?.has(item.hash) !== true);
  const version = /version\/([\d.]+)/.exec(text(feed['version']) ?? '')?.[1] ?? '';
  if (version === '') warn(context, 'feed.version_missing', 'no JSON Feed version is declared');
  return {
    format: 'json',
    version,
    title: line(feed['title']),
    description: line(feed['description']),
    homeUrl: url(feed['home_page_url']),
    selfUrl: url(feed['feed_url']),
    hubUrls: list(feed['hubs'])
      .map((hub) => (isValues(hub) ? url(hub['url']) : null))
      .filter((hub) => hub !== null),
    id: null,
    language: text(feed['language'])?.trim() ?? null,
    updatedAt: null,
    imageUrl: url(feed['icon']) ?? url(feed['favicon']),
    iconUrl: url(feed['favicon']),
    authors: context.authors,
    ttlMinutes: null,
    skipHours: [],
    skipDays: [],
    updatePeriodMinutes: null,
    nextUrl: url(feed['next_url']),
    marks,
    items,
    warnings: context.warnings,
  };
}

function line(value: unknown): string | null {
  return typeof value === 'string' ? oneLine(value) : null;
}

function readItem(context: Context, item: Values, index: number): ParsedItem {
  const { base } = context;
  const url = (value: unknown): string | null => (typeof value === 'string' ? absoluteUrl(value, base) : null);
  const date = (value: unknown): Date | null => (typeof value === 'string' ? dateOf(context, value, index) : null);
  const said = item['id'];
  const id = typeof said === 'number' && Number.isFinite(said) ? String(said) : (text(said)?.trim() ?? null);
  const html = text(item['content_html']);
  const plain = text(item['content_text']);
  const summary = text(item['summary']);
  const own = url(item['url']);
  const content = html !== null ? absoluteHtml(html, base) : plain !== null ? paragraphs(plain) : null;
  if (id === null) warn(context, 'item.id_missing', 'the item has no id', index);
  const authors = authorsOf(item, base);
  const image = url(item['image']) ?? url(item['banner_image']);
  const read: Omit<ParsedItem, 'hash'> = {
    id: id ?? own,
    url: own ?? (id !== null && /^https?:/i.test(id) ? absoluteUrl(id, undefined) : null),
    title: line(item['title']),
    summaryHtml: summary === null ? null : paragraphs(summary),
    contentHtml: content,
    publishedAt: date(item['date_published']),
    updatedAt: date(item['date_modified']),
    authors: authors.length > 0 ? authors : context.authors,
    categories: [
      ...new Set(
        list(item['tags'])
          .slice(0, MAX_LIST)
          .map(line)
          .filter((tag) => tag !== null),
      ),
    ],
    enclosures: list(item['attachments'])
      .slice(0, MAX_LIST)
      .map((attachment) => attachmentOf(attachment, base))
      .filter((media) => media !== null),
    media: [],
    imageUrl: image,
    commentsUrl: null,
    originName: null,
    originUrl: url(item['external_url']),
    point: null,
  };
  return Object.assign(read, { hash: itemHash(read) });
}

/** Plain text as HTML: blank lines part paragraphs, other line ends are breaks. */
function paragraphs(plain: string): string {
  const parts = plain
    .trim()
    .split(/\n[^\S\n]*\n\s*/)
    .map((part) => escapeHtml(part).replaceAll('\n', '<br>'));
  return parts.length === 1 ? (parts[0] ?? '') : parts.map((part) => `<p>${part}</p>`).join('');
}

/** `authors` of 1.1 and the singular `author` of 1.0, each once. */
function authorsOf(of: Values, base: string | undefined): ParsedAuthor[] {
  const said = [
    ...list(of['authors']).slice(0, MAX_LIST),
    ...(Array.isArray(of['author']) ? of['author'] : [of['author']]),
  ];
  const found: ParsedAuthor[] = [];
  for (const author of said.slice(0, MAX_LIST)) {
    const values: Values = isValues(author) ? author : { name: author };
    const link = text(values['url'])?.trim() ?? null;
    const email = link !== null && /^mailto:/i.test(link) ? link.slice(7) : null;
    const read = {
      name: line(values['name']),
      email,
      url: link === null || email !== null ? null : absoluteUrl(link, base),
    };
    if (
      (read.name !== null || read.email !== null || read.url !== null) &&
      !found.some((a) => a.name === read.name && a.email === read.email)
    )
      found.push(read);
  }
  return found;
}

function attachmentOf(value: unknown, base: string | undefined): Media | null {
  if (!isValues(value) || typeof value['url'] !== 'string') return null;
  const url = absoluteUrl(value['url'], base);
  if (url === null) return null;
  const type = text(value['mime_type']);
  const size = Number(value['size_in_bytes'] ?? Number.NaN);
  return {
    url,
    type,
    medium: mediumOf(undefined, type, url),
    length: Number.isFinite(size) && size >= 0 ? Math.trunc(size) : null,
    width: null,
    height: null,
    title: line(value['title']),
    credit: null,
  };
}
