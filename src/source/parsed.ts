// The neutral model between the readers of all kinds of feeds and the drafts: types only, markup is still foreign and unsafe.
import type { Media, Warning } from '../domain.ts';

/** A person or organisation as a feed names it; at least one of the three is present. */
export type ParsedAuthor = { name: string | null; email: string | null; url: string | null };

/** One item of a feed. Order of lists is that of the document; absent = null or an empty list. */
export type ParsedItem = {
  /** guid, atom:id, rdf:about or JSON Feed id, as written (trimmed; relative Atom ids are resolved). */
  id: string | null;
  /** Absolute http(s) URL of the article. */
  url: string | null;
  /** Plain text, one line, NFC. */
  title: string | null;
  /** Foreign HTML, relative URLs resolved; not sanitised. */
  summaryHtml: string | null;
  /** Foreign HTML of the full text, relative URLs resolved; not sanitised. */
  contentHtml: string | null;
  publishedAt: Date | null;
  /** The source's own claim of the last change. */
  updatedAt: Date | null;
  authors: ParsedAuthor[];
  /** Plain text labels, unique. */
  categories: string[];
  /** `enclosure` elements and links, JSON Feed attachments. */
  enclosures: Media[];
  /** Media RSS contents, and thumbnails as images, unique by URL. */
  media: Media[];
  imageUrl: string | null;
  commentsUrl: string | null;
  /** Where a reprint says it came from (`source`, `atom:source`). */
  originName: string | null;
  originUrl: string | null;
  /** GeoRSS or W3C geo position in degrees. */
  point: { lat: number; lon: number } | null;
  /** 16 hex digits over the item as its source wrote it; equal = the source says the same. */
  hash: string;
};

/** A whole feed, items in document order, at most 2,000 of them, without those the reader was told it knows. */
export type ParsedFeed = {
  format: 'rss' | 'rdf' | 'atom' | 'json' | 'sitemap' | 'listing' | 'api';
  /** As declared (`2.0`, `0.91`, `1.0`, `0.3`, `1.1`); empty when the document does not say. */
  version: string;
  title: string | null;
  /** Plain text. */
  description: string | null;
  homeUrl: string | null;
  selfUrl: string | null;
  /** WebSub hubs. */
  hubUrls: string[];
  id: string | null;
  /** BCP 47, as declared. */
  language: string | null;
  updatedAt: Date | null;
  /** Logo or picture of the feed, large if there is one. */
  imageUrl: string | null;
  /** Small square icon. */
  iconUrl: string | null;
  authors: ParsedAuthor[];
  ttlMinutes: number | null;
  /** Hours of the day (0-23, UTC) in which the publisher asks not to poll. */
  skipHours: number[];
  /** Days of the week (0 = Sunday) in which the publisher asks not to poll. */
  skipDays: number[];
  /** `sy:updatePeriod` divided by `sy:updateFrequency`. */
  updatePeriodMinutes: number | null;
  /** Next page (RFC 5005 or JSON Feed `next_url`). */
  nextUrl: string | null;
  /** Further documents that belong to this one (a sitemap index), newest first; absent for all other kinds. */
  parts?: { url: string; updatedAt: Date | null }[];
  /** A mark for every item of the document, read or passed over as known: see kinds/item-hash. */
  marks: string[];
  items: ParsedItem[];
  warnings: Warning[];
};
