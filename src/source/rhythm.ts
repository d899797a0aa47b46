// The dates of a feed's items, and what a poll found of the last one → in which time its whole document is replaced. Pure.

/** Fewer dates than this tell no rhythm. */
const fewest = 4;
const oldestMs = 400 * 86_400_000;
const shortestSeconds = 60;
const longestSeconds = 400 * 86_400;

/**
 * Seconds in which a document is replaced completely, judged by its items' dates (milliseconds) alone, so it is right from the first poll. Half of the
 * items are taken as a window that slides over the document; the lower quartile of its spans counts, doubled: the pace of the day, not of
 * day and night together, and not that of one burst. Null when the dates tell nothing: too few, or all one instant (an import).
 */
export function turnoverOf(dates: readonly number[], now: Date): number | null {
  const [newest, oldest] = [now.getTime() + 3_600_000, now.getTime() - oldestMs];
  const within = Float64Array.from(dates).filter((time) => time <= newest && time > oldest);
  const times = within.sort().reverse();
  if (times.length < fewest) return null;
  const half = Math.floor(times.length / 2);
  const spans = new Float64Array(times.length - half);
  for (let at = 0; at < spans.length; at++) spans[at] = (times[at] ?? 0) - (times[at + half] ?? 0);
  spans.sort();
  const typical = spans[Math.floor((spans.length - 1) / 4)] ?? 0;
  // A document of batches: the quartile lies inside one batch, the whole document still tells how often they come.
  const span = typical > 0 ? typical * (times.length / half) : (times[0] ?? 0) - (times.at(-1) ?? 0);
  const seconds = Math.round(span / 1_000);
  return seconds < shortestSeconds ? null : Math.min(seconds, longestSeconds);
}

/** What a poll found: `items` in the document, `known` of them from the last one, `elapsedSeconds` since that one was read. */
export type Overlap = { items: number; known: number; elapsedSeconds: number };

/** Least overlap that is safe. */
export const leastOverlap = 1 / 3;

/** Share of the document that was known, 0 to 1; null for a document without items. */
export function overlapOf(found: Overlap | null): number | null {
  return found === null || found.items === 0 ? null : found.known / found.items;
}

/**
 * The turnover to go by: the items' dates, corrected by what the poll found. Where the overlap was under a third the measured pace wins
 * if it is the faster one; without readable dates it is all there is, blended with what was `before`. Null = nothing is known.
 */
export function nextTurnover(dated: number | null, found: Overlap | null, before: number | null): number | null {
  const fresh = found === null ? 0 : found.items - found.known;
  const measured =
    found === null || fresh <= 0 || found.items === 0
      ? null
      : Math.max(shortestSeconds, Math.round((found.elapsedSeconds * found.items) / fresh));
  if (measured !== null && (overlapOf(found) ?? 1) < leastOverlap) return Math.min(measured, dated ?? measured);
  if (dated !== null) return dated;
  if (measured === null) return before;
  return before === null ? measured : Math.round(before * 0.7 + measured * 0.3);
}

/** Overlap that a poll after `seconds` will find in a document of this turnover: 0 to 1. */
export function expectedOverlap(turnover: number, seconds: number): number {
  return Math.max(0, 1 - seconds / turnover);
}
