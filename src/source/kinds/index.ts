// Bytes of a response → ParsedFeed: decode, tell the kind, one switch.
import { NotAFeedError } from '../../errors.ts';
import { decodeBytes } from '../decode.ts';
import type { ParsedFeed } from '../parsed.ts';
import type { Marks } from './item-hash.ts';
import { isJsonFeed, readJsonFeed } from './jsonfeed.ts';
import { binaryKind, notAFeed, textKind } from './not-a-feed.ts';
import { readSyndication } from './syndication.ts';

/** Items read from one document; whoever sends more sends an archive. */
const MAX_ITEMS = 2_000;

export type ReadFeedOptions = {
  contentType?: string;
  /** Address the bytes came from, after redirects: what relative addresses resolve against. */
  url?: string;
  /** Further response headers, names in lower case: `content-location` and `content-language` are used. */
  headers?: Record<string, string>;
  /** IANA zone meant by dates without one; default Asia/Ho_Chi_Minh. */
  zone?: string;
  /** Items read at most; default 2,000. */
  maxItems?: number;
  /** Marks of items that are known: see kinds/item-hash. Such items are left out of `items`, not of `marks`. */
  known?: Marks;
  now: Date;
};

/**
 * Reads a feed of any kind. Linear in the bytes; touches nothing. Faults of single items or fields are warnings of the result;
 * throws `NotAFeedError` (`source.not_a_feed`) and nothing else, saying what the bytes seem to be.
 */
export function readFeed(bytes: Uint8Array, o: ReadFeedOptions): ParsedFeed {
  const kind = bytes.length === 0 ? 'empty' : binaryKind(bytes);
  if (kind !== null) throw notAFeed(kind);
  const { text, warnings } = decodeBytes(bytes, o.contentType === undefined ? {} : { contentType: o.contentType });
  try {
    const feed = readText(text, o);
    feed.warnings.unshift(...warnings);
    feed.language ??= o.headers?.['content-language']?.split(',')[0]?.trim() || null;
    return feed;
  } catch (cause) {
    if (cause instanceof NotAFeedError) throw cause;
    throw new NotAFeedError('source.not_a_feed', 'not a feed: the reader could not make sense of it', { cause });
  }
}

function readText(text: string, o: ReadFeedOptions): ParsedFeed {
  const base = baseOf(o);
  const options = {
    base,
    zone: o.zone ?? 'Asia/Ho_Chi_Minh',
    maxItems: o.maxItems ?? MAX_ITEMS,
    now: o.now,
    ...(o.known === undefined ? {} : { known: o.known }),
  };
  switch (firstCharacter(text)) {
    case '{':
    case '[': {
      const value = parseJson(text);
      if (isJsonFeed(value)) return readJsonFeed(value, options);
      throw notAFeed(textKind(text, value));
    }
    default: {
      const feed = readSyndication(text, options);
      if (feed) return feed;
      throw notAFeed(textKind(text, undefined));
    }
  }
}

function baseOf(o: ReadFeedOptions): string | undefined {
  const location = o.headers?.['content-location'];
  const own = o.url !== undefined && URL.canParse(o.url) ? o.url : undefined;
  return (location ? URL.parse(location.trim(), own)?.href : undefined) ?? own;
}

function firstCharacter(text: string): string {
  return /[^\s\ufeff]/.exec(text)?.[0] ?? '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^[\s\ufeff]+/, ''));
  } catch {
    return undefined;
  }
}
