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

const short = (text: string | null) => (text === null ? '00000000' : hash('sha1', text, 'hex').slice(0, 8));

/** The mark kept of an item that was read, 32 hex digits: its hash, then 8 digits each of its address and its own id (zeros: none). */
export function markOf(item: Pick<ParsedItem, 'hash' | 'url' | 'id'>): string {
  return item.hash + short(item.url) + short(item.id);
}

/** Marks by the hash they begin with. */
export type Marks = ReadonlyMap<string, string>;

/** True when an item that was read shares its address or its id with one that was passed over: then one of them names several articles. */
export function isNamedTwice(read: readonly string[], known: readonly string[]): boolean {
  const names = new Set<string>();
  for (const mark of known) {
    names.add(`u${mark.slice(16, 24)}`);
    names.add(`i${mark.slice(24)}`);
  }
  names.delete('u00000000');
  names.delete('i00000000');
  return read.some((mark) => names.has(`u${mark.slice(16, 24)}`) || names.has(`i${mark.slice(24)}`));
}
