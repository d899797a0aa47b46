// Any string → text and addresses that every reader of feeds accepts: no control characters, ASCII URLs, dates that exist.
import { excerpt, plainText } from '../text/markup.ts';
import { toNfc } from '../text/vietnamese.ts';

// C0, DEL and C1 controls, U+FFFD (readers take it for broken encoding), non-characters, byte order marks and zero-width
// spaces, and the bidirectional overrides that would turn around the words after them. Joiners and LRM/RLM stay.
// The second part are the last two code points of each further plane, as surrogate pairs.
const unwanted =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\uffff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]/g;

// What nearly all texts are made of, composed and wanted: Latin with Vietnamese, quotes and dashes, money. One look tells, where taking out
// the others looks several times.
const usual = '\\u0020-\\u007e\\u00a1-\\u02ff\\u1e00-\\u1eff\\u2010-\\u2027\\u2030-\\u205e\\u20a0-\\u20bf';
const rare = new RegExp(`[^${usual}\\t\\n\\r\\u00a0]`);
const rareInLine = new RegExp(`[^${usual}]|^ | $| {2}`);

/** `text` without characters that XML forbids or validators flag, and without lone surrogates; white space is kept as it is. */
export function cleanCharacters(text: string): string {
  return rare.test(text) ? text.toWellFormed().replace(unwanted, '') : text;
}

/** One line of clean NFC text: runs of white space of every kind become one space, ends are trimmed. */
export function cleanLine(text: string): string {
  if (!rareInLine.test(text)) return text;
  return toNfc(cleanCharacters(text).replace(/\s+/gu, ' ').trim());
}

function decodeOnce(text: string): string {
  return cleanLine(plainText(text.replaceAll('<', '&lt;')));
}

/**
 * A line of plain text that reads the same to a reader that takes it for HTML and to one that does not: entities are decoded
 * until none is left, and what still looks like a tag gets the brackets ‹ ›. At most `maxChars` characters.
 * RSS has no way to say which of the two a title is, and readers are split.
 */
export function unambiguousLine(text: string, maxChars: number): string {
  // A hostile megabyte is cut before it is worked on; entities are at most ten times as long as what they mean.
  let line = cleanLine(text.slice(0, maxChars * 10));
  for (let pass = 0; pass < 8 && line.includes('&'); pass++) {
    const decoded = decodeOnce(line);
    if (decoded === line) break;
    line = decoded;
  }
  line = line.replace(/<([/!?]?[a-zA-Z][^<>]*)>/g, '‹$1›').replace(/<(?=[/!?a-zA-Z])/g, '‹');
  return line.length <= maxChars ? line : cleanLine(excerpt(line, maxChars));
}

const maxUrlLength = 2000;

/**
 * An absolute http(s) URL in ASCII, every character one of RFC 2396 (validators of feeds still check against it), without
 * credentials; null when `value` is not such an address or is longer than 2,000 characters.
 */
export function strictUrl(value: string | null | undefined): string | null {
  if (!value || value.length > maxUrlLength) return null;
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return null;
  url.username = '';
  url.password = '';
  const start = url.origin.length;
  const href = url.href;
  const rest = href
    .slice(start)
    .replace(/%(?![0-9a-fA-F]{2})/g, '%25')
    .replace(/[^0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]/g, (character) => encodeURIComponent(character.toWellFormed()));
  const [beforeHash = '', ...afterHash] = rest.split('#');
  const strict = url.origin + beforeHash + (afterHash.length > 0 ? `#${afterHash.join('%23')}` : '');
  return strict.length > maxUrlLength || !hostOf.test(url.origin) ? null : strict;
}

// Letters, digits, dots, hyphens and underscores, or an IPv6 address in brackets.
const hostOf = /^https?:\/\/(?:[0-9a-z._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;

/** The earliest date we publish: validators take what is older for a mistake. */
export const earliestDate = new Date('1990-01-02T00:00:00Z');

/** `date` if it exists and lies between 1990 and `now`, else the nearer of the two bounds; `fallback` when it does not exist. */
export function plausibleDate(date: Date, now: Date, fallback: Date): Date {
  const time = Number.isNaN(date.getTime()) ? fallback.getTime() : date.getTime();
  const known = Number.isNaN(time) ? earliestDate.getTime() : time;
  return new Date(Math.max(earliestDate.getTime(), Math.min(known, now.getTime())));
}
