// Items of a feed → the same within the sizes that aggregators take.
import type { Warning } from '../domain.ts';
import type { FeedItem } from './item.ts';
import { escapeXml } from './xml.ts';

/** Google's limit for a whole feed, in bytes. */
export const maxDocumentBytes = 2_000_000;
/** Google's limit for one item, in bytes. */
export const maxItemBytes = 1_000_000;
// Markup around an item's texts, and around the feed.
const itemOverhead = 1_500;
const mediaOverhead = 400;
const feedOverhead = 10_000;
// What a character reference in a body counts beside its bytes: each costs some 350 bytes of memory while it is written and read back, by us
// and by whoever reads the feed. An article has a hundred of them; 300,000 (`<` without end) took 105 MB.
const referenceCost = 20;

function referencesIn(html: string): number {
  let count = 0;
  for (let at = html.indexOf('&'); at >= 0; at = html.indexOf('&', at + 1)) count += 1;
  return count;
}

const textsOf = (item: FeedItem): string[] => [
  item.title,
  item.teaser,
  item.source.name,
  ...item.authors,
  ...item.categories,
  ...item.media.flatMap((media) => [media.title ?? '', media.credit ?? '']),
];

const addressesOf = (item: FeedItem): string[] => [
  item.url,
  item.originalUrl ?? '',
  item.source.url ?? '',
  ...item.media.map((media) => media.url),
];

const overheadOf = (item: FeedItem): number =>
  itemOverhead + item.media.length * mediaOverhead + referencesIn(item.contentHtml) * referenceCost;

// What an item weighs at most, told by lengths alone: nearly all documents are far below every limit, and nobody needs to know how far. Texts are
// clean (see `clean.ts`): in JSON a character takes four bytes at most; escaped twice it takes 11, and there are three of it; addresses are ASCII.
function mostOf(item: FeedItem): number {
  let bytes = overheadOf(item) + 2 + item.contentHtml.length * 4;
  for (const text of textsOf(item)) bytes += 33 * text.length + 40;
  for (const address of addressesOf(item)) bytes += 12 * address.length;
  return bytes;
}

// An upper bound of an item's weight in the heaviest of the formats, in bytes: a description is escaped twice, and names stand in several places.
function weigh(item: FeedItem): number {
  let bytes = overheadOf(item) + Buffer.byteLength(JSON.stringify(item.contentHtml));
  for (const text of textsOf(item)) bytes += 3 * Buffer.byteLength(escapeXml(escapeXml(text))) + 40;
  for (const address of addressesOf(item)) bytes += 2 * Buffer.byteLength(escapeXml(address));
  return bytes;
}

function isSurelyWithin(items: readonly FeedItem[]): boolean {
  let total = feedOverhead;
  for (const item of items) {
    const most = mostOf(item);
    total += most;
    if (most > maxItemBytes || total > maxDocumentBytes) return false;
  }
  return true;
}

/**
 * Leaves out bodies (`bare(i)` gives item i without its body, null when it has none), first of items that are too large alone,
 * then from the end, then whole items from the end, until the feed fits in every format. Each omission is a note.
 */
export function fitSizes(
  items: readonly FeedItem[],
  bare: (i: number) => FeedItem | null,
): { items: FeedItem[]; notes: Warning[] } {
  if (isSurelyWithin(items)) return { items: [...items], notes: [] };
  const notes: Warning[] = [];
  const fitted = items.map((item) => ({ item, bytes: weigh(item) }));
  let total = fitted.reduce((sum, one) => sum + one.bytes, feedOverhead);
  const dropBody = (i: number, why: string) => {
    const [present, item] = [fitted[i], bare(i)];
    if (present === undefined || item === null) return;
    const bytes = weigh(item);
    total += bytes - present.bytes;
    fitted[i] = { item, bytes };
    notes.push({ code: 'document.body-dropped', message: `${item.id}: body left out, ${why}`, item: i });
  };
  for (const [i, { bytes }] of fitted.entries()) {
    if (bytes > maxItemBytes) dropBody(i, `item above ${maxItemBytes} bytes`);
  }
  for (let i = fitted.length - 1; i >= 0 && total > maxDocumentBytes; i--) {
    dropBody(i, `document above ${maxDocumentBytes} bytes`);
  }
  while (total > maxDocumentBytes) {
    const last = fitted.pop();
    if (last === undefined) break;
    total -= last.bytes;
    notes.push({
      code: 'document.item-dropped',
      message: `${last.item.id}: item left out, document above ${maxDocumentBytes} bytes`,
      item: fitted.length,
    });
  }
  return { items: fitted.map((one) => one.item), notes };
}
