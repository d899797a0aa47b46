// Request headers → which encoding to send and whether the reader has it already (RFC 9110 §8.4, §12.5.3, §13).

/** What bytes can be sent as; `identity` is uncompressed. */
export type Encoding = 'br' | 'zstd' | 'gzip' | 'identity';

/** A version of something in one encoding, as far as conditional requests see it. */
export type Validators = {
  /** Strong entity tag with its quotes. */
  etag: string;
  /** Exactly the `Last-Modified` that is sent; null when none is. */
  lastModified: string | null;
  /** Milliseconds since 1970 after which these bytes have not changed; Infinity = never promise it. */
  unchangedSince: number;
};

const chosen = new Map<string, Encoding>();
const mostRemembered = 500;

function readEncoding(header: string): Encoding {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (name !== '') weights.set(name === 'x-gzip' ? 'gzip' : name, Number.isFinite(weight) ? weight : 0);
  }
  const any = weights.get('*') ?? 0;
  const br = weights.get('br') ?? any;
  // Who says `*` may mean anything; what is younger than the reader is sent only to those who name it.
  const zstd = weights.get('zstd') ?? 0;
  const gzip = weights.get('gzip') ?? any;
  const identity = weights.get('identity') ?? 0;
  const best = Math.max(br, zstd, gzip);
  if (best <= 0 || best < identity) return 'identity';
  if (br === best) return 'br';
  return zstd === best ? 'zstd' : 'gzip';
}

/**
 * The encoding for an `Accept-Encoding`: the heaviest of br, zstd, gzip, identity, in this order among equals; identity when the header is absent.
 * Remembers its answers, as few headers are in use: at most 500, then it forgets all.
 */
export function chooseEncoding(header: string | undefined): Encoding {
  if (header === undefined || header === '') return 'identity';
  const known = chosen.get(header);
  if (known !== undefined) return known;
  if (chosen.size >= mostRemembered) chosen.clear();
  const encoding = readEncoding(header.slice(0, 1000));
  chosen.set(header, encoding);
  return encoding;
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

// Tags hold no comma of ours, and a foreign one that does can only fail to match.
function tagMatches(header: string, etag: string): boolean {
  if (header === etag) return true;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => opaque(tag.trim()) === etag);
}

const httpDate = /^[A-Z][a-z]{2,8},? [ 0-9A-Za-z:-]{15,30}$/;

/** Milliseconds of an HTTP-date in any of its three forms; null for anything else. */
export function readHttpDate(text: string): number | null {
  if (!httpDate.test(text)) return null;
  // asctime has no zone and means GMT as well.
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : at;
}

/**
 * Whether the answer is 304. `If-None-Match` decides alone where it is present (lists, weak tags and `*` included);
 * else `If-Modified-Since` says yes when it repeats our `Last-Modified`, or names a time after which these bytes have not changed:
 * a story that was withdrawn makes the newest date of a feed go back, so an older version may carry a later date.
 */
export function isNotModified(
  ifNoneMatch: string | undefined,
  ifModifiedSince: string | undefined,
  has: Validators,
): boolean {
  if (ifNoneMatch !== undefined) return tagMatches(ifNoneMatch, has.etag);
  if (ifModifiedSince === undefined || has.lastModified === null) return false;
  if (ifModifiedSince === has.lastModified) return true;
  const since = readHttpDate(ifModifiedSince);
  return since !== null && since >= has.unchangedSince;
}
