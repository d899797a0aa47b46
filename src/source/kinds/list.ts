// The list of all kinds of sources: a new kind is a file of this folder, a line here, and a pair of fixtures.
import { NotAFeedError } from '../../errors.ts';
import type { ParsedFeed, ParsedItem } from '../parsed.ts';
import type { SourceRules } from '../rules.ts';
import { readFeed } from './index.ts';
import { markOf, type Marks } from './item-hash.ts';
import { readJsonApi } from './json-api.ts';
import { readListing } from './listing.ts';
import { binaryKind, notAFeed } from './not-a-feed.ts';
import { readSitemap } from './sitemap.ts';

/** What every reader is given besides the bytes. */
export type KindOptions = {
  contentType?: string;
  /** Address the bytes came from, after redirects. */
  base: string | undefined;
  headers: Record<string, string>;
  /** IANA zone meant by dates without one. */
  zone: string;
  maxItems: number;
  now: Date;
  /** Marks of items that are known: such items are left out of `items`, not of `marks`. */
  known?: Marks;
  rules: SourceRules;
};

/** One kind of source. `read` is linear, touches nothing, and throws NotAFeedError alone. */
export type SourceKind = {
  name: string;
  /** What `Accept` says when it is fetched. */
  accept: string;
  /** True for pages and sitemaps, which robots.txt speaks of; feeds are offered for polling. */
  isRobotsBound: boolean;
  /** True where items may lack headline or date, so that the article's own page is read for them. */
  isLacking: boolean;
  read: (bytes: Uint8Array, o: KindOptions) => ParsedFeed;
};

const pages = 'text/html, application/xhtml+xml;q=0.9, */*;q=0.1';

export const kinds: readonly SourceKind[] = [
  {
    name: 'syndication',
    accept:
      'application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1',
    isRobotsBound: false,
    isLacking: false,
    read: (bytes, { base, ...o }) => readFeed(bytes, { ...o, ...(base === undefined ? {} : { url: base }) }),
  },
  {
    name: 'sitemap',
    accept: 'application/xml, text/xml;q=0.9, */*;q=0.1',
    isRobotsBound: true,
    isLacking: true,
    read: readSitemap,
  },
  { name: 'listing', accept: pages, isRobotsBound: true, isLacking: true, read: readListing },
  { name: 'json-api', accept: 'application/json, */*;q=0.1', isRobotsBound: true, isLacking: true, read: readJsonApi },
];

/** The kind of this name, or null. */
export function kindOf(name: string): SourceKind | null {
  return kinds.find((kind) => kind.name === name) ?? null;
}

// What the reader of feeds does while it reads: a mark for every item, and known ones passed over.
function withMarks(feed: ParsedFeed, known: Marks | undefined): ParsedFeed {
  const isNew = (item: ParsedItem) => known?.has(item.hash) !== true;
  return { ...feed, marks: feed.items.map(markOf), items: feed.items.filter(isNew) };
}

/**
 * Reads a document as a source of the named kind (`syndication` knows all feeds). Linear in the bytes; touches nothing. Faults of
 * single items are warnings; throws NotAFeedError (`source.not_a_feed`) and nothing else.
 */
export function readSource(
  name: string,
  bytes: Uint8Array,
  o: Omit<KindOptions, 'maxItems' | 'headers' | 'base'> & {
    url?: string;
    headers?: Record<string, string>;
    maxItems?: number;
  },
): ParsedFeed {
  const kind = kindOf(name);
  if (kind === null) throw notAFeed(`a source of the unknown kind "${name.slice(0, 40)}"`);
  const { url, ...rest } = o;
  const options: KindOptions = {
    ...rest,
    base: url !== undefined && URL.canParse(url) ? url : undefined,
    headers: o.headers ?? {},
    maxItems: o.maxItems ?? 2_000,
  };
  try {
    if (bytes.length === 0) throw notAFeed('empty');
    const binary = name === 'sitemap' ? null : binaryKind(bytes);
    if (binary !== null) throw notAFeed(binary);
    const feed = kind.read(bytes, options);
    return kind.name === 'syndication' ? feed : withMarks(feed, o.known);
  } catch (cause) {
    if (cause instanceof NotAFeedError) throw cause;
    throw new NotAFeedError('source.not_a_feed', 'the reader could not make sense of it', { cause });
  }
}
