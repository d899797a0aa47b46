// A sitemap index → its newest sitemaps, read and joined to one document. EFFECT.
import type { Context } from '../context.ts';
import { FetchError, NotAFeedError } from '../errors.ts';
import { joinMarks } from './marks.ts';
import type { ParsedFeed } from './parsed.ts';
import type { ReadDocument } from './read-document.ts';
import { answerError } from './settle.ts';
import { readArrived, type Receiver } from './take-in.ts';

type Parts = NonNullable<ParsedFeed['parts']>;

// News is in the newest; what an index of years lists behind them is archive.
const maxParts = 3;
const recentMs = 3 * 86_400_000;
const hourMs = 3_600_000;

/** True when the index alone tells whether its parts changed: the newest part's lastmod is a time of day, not a bare date or nothing. */
export function decides(parts: Parts): boolean {
  const newest = parts.reduce((most, part) => Math.max(most, part.updatedAt?.getTime() ?? 0), 0);
  return newest > 0 && newest % hourMs !== 0;
}

/** The parts worth a request: changed in the last three days, or the first two where no part says when it changed; at most three. */
export function chooseParts(parts: Parts, now: Date): string[] {
  const isDated = parts.some((part) => part.updatedAt !== null);
  const chosen = isDated
    ? parts.filter((part) => part.updatedAt !== null && now.getTime() - part.updatedAt.getTime() < recentMs)
    : parts.slice(0, 2);
  return chosen.slice(0, maxParts).map((part) => part.url);
}

/** Several documents of one source as one, in order; what the first says of itself stands. */
export function joinDocuments(first: ReadDocument, others: readonly ReadDocument[]): ReadDocument {
  const all = [first, ...others];
  const rows = new Uint8Array(all.reduce((sum, one) => sum + one.rows.length, 0));
  let from = 0;
  const entries = all.flatMap((one) => {
    const base = from;
    rows.set(one.rows, base);
    from += one.rows.length;
    return one.entries.map((entry) => ({ ...entry, start: entry.start + base, end: entry.end + base }));
  });
  const fill = new Map<string, { seen: number; filled: number }>();
  for (const { field, seen, filled } of all.flatMap((one) => one.fill)) {
    const sum = fill.get(field) ?? { seen: 0, filled: 0 };
    fill.set(field, { seen: sum.seen + seen, filled: sum.filled + filled });
  }
  return {
    ...first,
    marks: joinMarks(all.map((one) => one.marks)),
    entries,
    rows,
    lacking: all.flatMap((one) => one.lacking),
    fill: [...fill].map(([field, count]) => ({ field, ...count })),
    warnings: all.flatMap((one) => one.warnings),
  };
}

/**
 * Reads the newest parts of an index, one after the other in the host's spacing, robots.txt honoured, and joins them to it. A part that cannot be
 * had is a warning while another can; throws the first one's error when none can.
 */
export async function readParts(ctx: Context, source: Receiver, index: ReadDocument): Promise<ReadDocument> {
  const read: ReadDocument[] = [];
  const warnings: ReadDocument['warnings'] = [];
  let failure: Error | null = null;
  for (const url of chooseParts(index.feed.parts ?? [], ctx.now())) {
    try {
      const robots = await ctx.http.robots.check(url, ctx.signal);
      if (!robots.isAllowed)
        throw new FetchError('source.robots', `${new URL(url).host} forbids ${url} in robots.txt`, { weight: 'hard' });
      const answer = await ctx.http.get({
        url,
        accept: 'application/xml, text/xml;q=0.9, */*;q=0.1',
        signal: ctx.signal,
      });
      if (answer.status !== 200 || answer.blockedBy !== null) throw answerError(answer);
      read.push(await readArrived(ctx, source, answer));
    } catch (error) {
      if (!(error instanceof FetchError || error instanceof NotAFeedError)) throw error;
      failure ??= error;
      warnings.push({ code: 'feed.part_unreadable', message: `${url}: ${error.message}` });
    }
  }
  if (read.length === 0 && failure !== null) throw failure;
  const joined = joinDocuments(index, read);
  return { ...joined, warnings: [...joined.warnings, ...warnings] };
}
