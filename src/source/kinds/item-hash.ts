// An item of a feed → 16 hex digits that change when it does, and the mark that is kept of it.
import { hash } from 'node:crypto';
import type { ParsedItem } from '../parsed.ts';

/** Hash of an article as it stands in the source, from its opening tag up to its closing one. */
export function sliceHash(source: string, start: number, end: number): string {
  return hash('sha1', source.slice(start, end), 'hex').slice(0, 16);
}

/** Hash over all fields of an item, for those whose place in the source cannot be told. */
export function itemHash(item: Omit<ParsedItem, 'hash'>): string {
  return hash('sha1', JSON.stringify(item), 'hex').slice(0, 16);
}

/** What stands in a mark for an address or an id that an item has not. */
export const noName = '00000000';

const short = (text: string | null) => (text === null ? noName : hash('sha1', text, 'hex').slice(0, 8));

/** The part of a mark that an address makes: digits 16 to 24. */
export const addressMark = (url: string | null): string => short(url);

/** Bytes of a packed mark. */
export const markBytes = 20;

const seconds = (date: Date | null) =>
  Math.min(Math.max(Math.floor((date?.getTime() ?? 0) / 1_000), 0), 0xffffffff)
    .toString(16)
    .padStart(8, '0');

/**
 * The mark kept of an item that was read, 40 hex digits: its hash, then 8 digits each of its address, its own id, and the second of its
 * publication (zeros: none).
 */
export function markOf(item: Pick<ParsedItem, 'hash' | 'url' | 'id' | 'publishedAt'>): string {
  const url = short(item.url);
  // Most papers take the address for the id as well.
  const id = item.id === item.url ? url : short(item.id);
  return item.hash + url + id + seconds(item.publishedAt);
}

/** When the item of this mark says it was published; null when it does not. */
export function dateOfMark(mark: string): Date | null {
  const at = Number.parseInt(mark.slice(32, 40), 16);
  return at > 0 ? new Date(at * 1_000) : null;
}

/** Marks in document order as bytes, in a buffer of their own: what `source.item_marks` keeps. */
export function packMarks(marks: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(marks.join(''));
}

/** The kept bytes as marks by their hash; empty before the first document. */
export function unpackMarks(packed: Uint8Array | null): Map<string, string> {
  const hex = packed === null ? '' : Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).toString('hex');
  const marks = new Map<string, string>();
  for (let at = 0; at < hex.length; at += 2 * markBytes)
    marks.set(hex.slice(at, at + 16), hex.slice(at, at + 2 * markBytes));
  return marks;
}

/** Marks by the hash they begin with. */
export type Marks = ReadonlyMap<string, string>;

/** True when an item that was read shares its address or its id with one that was passed over: then one of them names several articles. */
export function isNamedTwice(read: readonly string[], known: readonly string[]): boolean {
  // Told of the few, asked of the many: usually two are new among fifty.
  const [few, many] = read.length < known.length ? [read, known] : [known, read];
  const addresses = new Set(few.map((mark) => mark.slice(16, 24)));
  const ids = new Set(few.map((mark) => mark.slice(24, 32)));
  addresses.delete(noName);
  ids.delete(noName);
  return many.some((mark) => addresses.has(mark.slice(16, 24)) || ids.has(mark.slice(24, 32)));
}
