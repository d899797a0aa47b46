// Two documents of one source, read one after the other → is there a gap between them, and what vanished in between. Pure.
import { noName } from './kinds/item-hash.ts';
import { countAbove, countMarks, listMarks } from './marks.ts';

/** What two documents have in common. `gone`: marks of items that left although an older one, behind them, is still there. */
export type Comparison = { known: number; gone: string[] };

// A mark's names as short strings: `u` and its address, `i` and its id, or its words where it has neither.
const addressOf = (mark: string) => mark.slice(16, 24);
const idOf = (mark: string) => mark.slice(24, 32);

type Names = { addresses: Set<string>; ids: Set<string>; words: Set<string> };

function namesOf(marks: readonly string[]): Names {
  const names: Names = { addresses: new Set(), ids: new Set(), words: new Set() };
  for (const mark of marks) {
    const [address, id] = [addressOf(mark), idOf(mark)];
    if (address !== noName) names.addresses.add(address);
    if (id !== noName) names.ids.add(id);
    if (address === noName && id === noName) names.words.add(mark.slice(0, 16));
  }
  return names;
}

function isIn(names: Names, mark: string): boolean {
  const [address, id] = [addressOf(mark), idOf(mark)];
  if (address === noName && id === noName) return names.words.has(mark.slice(0, 16));
  return (address !== noName && names.addresses.has(address)) || (id !== noName && names.ids.has(id));
}

// Answers whether a document lists an item: most stand there as they are, and names are only taken apart for one that does not.
function finder(marks: readonly string[]): (mark: string) => boolean {
  const whole = new Set(marks.map((mark) => mark.slice(0, 32)));
  let names: Names | null = null;
  return (mark) => whole.has(mark.slice(0, 32)) || isIn((names ??= namesOf(marks)), mark);
}

/**
 * Compares two documents by the packed marks of their items (kinds/item-hash.ts), newest first as feeds have it. An item is the same when address
 * or id is, so one that was edited is still known.
 */
export function compareMarks(before: Uint8Array, now: Uint8Array): Comparison {
  if (before.byteLength === 0) return { known: 0, gone: [] };
  // What most polls find: what fell off the end, or stands unchanged below what is new, is not gone.
  const above = countAbove(before, now);
  if (above !== null) return { known: countMarks(now) - above, gone: [] };
  return compareNames(listMarks(before), listMarks(now));
}

function compareNames(before: readonly string[], now: readonly string[]): Comparison {
  const [isOld, isPresent] = [finder(before), finder(now)];
  let known = 0;
  for (const mark of now) if (isOld(mark)) known++;
  const gone: string[] = [];
  // Backwards: what is missing behind the last item that still stands fell off the end.
  let stands = false;
  for (let at = before.length - 1; at >= 0; at--) {
    const mark = before[at] ?? '';
    if (isPresent(mark)) stands = true;
    else if (stands) gone.push(mark);
  }
  return { known, gone: gone.reverse() };
}

/** Articles whose own pages are worth a look; more than a few at once is a feed in another order, not a paper that takes news down. */
export function worthALook(gone: readonly string[], items: number): readonly string[] {
  return gone.length <= Math.max(2, Math.floor(items / 10)) ? gone : [];
}

/** News may be missing between `afterAt` (newest known before) and `beforeAt` (oldest of the new document); null = no dates tell. */
export type Gap = { afterAt: Date | null; beforeAt: Date | null };

/** Documents shorter than this prove nothing. */
const shortest = 3;

/** The earliest of some times in milliseconds; null of none. */
export function earliest(times: readonly number[]): Date | null {
  const least = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  return Number.isFinite(least) ? new Date(least) : null;
}

/**
 * The gap between the last good document (`items` of them, `newestAt` its newest date) and the new one: not one item in common (`known`). Null
 * when there is none, or when the new document reaches back behind the old one. `times`: when its items were published, in milliseconds.
 */
export function gapBetween(
  before: { items: number; newestAt: Date | null },
  now: { items: number; known: number; times: readonly number[] },
): Gap | null {
  if (before.items < shortest || now.items < shortest || now.known > 0) return null;
  const oldest = earliest(now.times);
  if (oldest !== null && before.newestAt !== null && oldest <= before.newestAt) return null;
  return { afterAt: before.newestAt, beforeAt: oldest };
}

/** Pages that a gap is followed through at most, and how often a page that fails is tried. */
export const gapLimits = { pages: 10, tries: 4 };

/**
 * What follows after a page of an archive was read: `known` of its items were known, `oldestAt` is its oldest date. `filled` when it
 * reached what was known; a page that leads on is followed unless it was seen before or the limit is reached.
 */
export function afterPage(
  gap: { afterAt: Date | null; pages: number; url: string },
  page: { items: number; known: number; oldestAt: Date | null; nextUrl: string | null },
): { status: 'filled' | 'partly' | 'open'; nextUrl: string | null } {
  const isReached = page.known > 0 || (gap.afterAt !== null && page.oldestAt !== null && page.oldestAt <= gap.afterAt);
  if (page.items > 0 && isReached) return { status: 'filled', nextUrl: null };
  const isOver = page.items === 0 || page.nextUrl === null || page.nextUrl === gap.url || gap.pages >= gapLimits.pages;
  return isOver ? { status: 'partly', nextUrl: null } : { status: 'open', nextUrl: page.nextUrl };
}

const aroundMs = 3_600_000;

/** True for a date that may lie in the gap: within an hour of its bounds; a bound that is unknown bounds nothing. */
export function isWithin(gap: Gap, date: Date): boolean {
  return (
    (gap.afterAt === null || date.getTime() >= gap.afterAt.getTime() - aroundMs) &&
    (gap.beforeAt === null || date.getTime() <= gap.beforeAt.getTime() + aroundMs)
  );
}

/** The sitemap to look into of those that robots.txt names: one of news if there is one, else the first; null = none on the host. */
export function chooseSitemap(sitemaps: readonly string[], isOnHost: (url: string) => boolean): string | null {
  const own = sitemaps.filter(isOnHost);
  return own.find((url) => /news|tin-?tuc|tin-?moi|bai-?viet/i.test(url)) ?? own[0] ?? null;
}
