// Items that were read → how many of them have each field. Pure.
import type { ParsedItem } from './parsed.ts';

const fields: readonly [string, (item: ParsedItem) => boolean][] = [
  ['title', (item) => item.title !== null],
  ['url', (item) => item.url !== null],
  ['date', (item) => item.publishedAt !== null],
  ['summary', (item) => item.summaryHtml !== null],
  ['content', (item) => item.contentHtml !== null],
  ['image', (item) => item.imageUrl !== null || item.media.length > 0 || item.enclosures.length > 0],
  ['author', (item) => item.authors.length > 0],
  ['section', (item) => item.categories.length > 0],
];

/** How many of these items have each field. */
export function countFilled(items: readonly ParsedItem[]): { field: string; seen: number; filled: number }[] {
  return fields.map(([field, has]) => ({ field, seen: items.length, filled: items.filter(has).length }));
}
