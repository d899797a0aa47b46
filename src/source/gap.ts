// Two documents of one source, read one after the other → is there a gap between them, and what vanished in between. Pure.

/** A document as far as gaps are concerned. `hashes` in document order, newest first as feeds have it. */
export type Reading = { hashes: readonly string[]; dates: readonly Date[] };

/** News may be missing between `afterAt` (newest known before) and `beforeAt` (oldest of the new document); null = no dates tell. */
export type Gap = { afterAt: Date | null; beforeAt: Date | null };

/** Documents shorter than this prove nothing. */
const shortest = 3;

/**
 * The gap between the last good document (`before`, its item hashes; `newestAt`, its newest date) and `now`: not one item in common,
 * neither by hash nor by name (`knownItems`). Null when there is none, or when the new document reaches back behind the old one.
 */
export function gapBetween(
  before: { hashes: ReadonlySet<string>; newestAt: Date | null },
  now: Reading & { knownItems: number },
): Gap | null {
  if (before.hashes.size < shortest || now.hashes.length < shortest || now.knownItems > 0) return null;
  if (now.hashes.some((hash) => before.hashes.has(hash))) return null;
  const times = now.dates.map((date) => date.getTime());
  const oldest = times.length === 0 ? null : new Date(times.reduce((least, time) => Math.min(least, time), Infinity));
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

/**
 * How many items left the document early: gone although an older one, behind them, is still there. `changed` items of the new document
 * explain as many of them: a changed item has another hash.
 */
export function vanishedEarly(before: readonly string[], now: ReadonlySet<string>, changed: number): number {
  let last = -1;
  for (let at = before.length - 1; at >= 0 && last < 0; at--) if (now.has(before[at] ?? '')) last = at;
  let gone = 0;
  for (let at = 0; at < last; at++) if (!now.has(before[at] ?? '')) gone++;
  return Math.max(0, gone - changed);
}
