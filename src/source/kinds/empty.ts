// Nothing said → a feed and an item with every field absent, for kinds that fill in a few.
import type { ParsedFeed, ParsedItem } from '../parsed.ts';

/** A feed that says nothing but what it is. */
export function emptyFeed(format: ParsedFeed['format'], version: string): ParsedFeed {
  return {
    format,
    version,
    title: null,
    description: null,
    homeUrl: null,
    selfUrl: null,
    hubUrls: [],
    id: null,
    language: null,
    updatedAt: null,
    imageUrl: null,
    iconUrl: null,
    authors: [],
    ttlMinutes: null,
    skipHours: [],
    skipDays: [],
    updatePeriodMinutes: null,
    nextUrl: null,
    marks: [],
    items: [],
    warnings: [],
  };
}

/** An item that says nothing, without its hash. */
export function emptyItem(): Omit<ParsedItem, 'hash'> {
  return {
    id: null,
    url: null,
    title: null,
    summaryHtml: null,
    contentHtml: null,
    publishedAt: null,
    updatedAt: null,
    authors: [],
    categories: [],
    enclosures: [],
    media: [],
    imageUrl: null,
    commentsUrl: null,
    originName: null,
    originUrl: null,
    point: null,
  };
}
