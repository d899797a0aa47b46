// A gap in what we read of a source → the pages of its archive, read one after the other until they reach what is known. EFFECT.
import type { Context } from '../context.ts';
import { FetchError, TinError } from '../errors.ts';
import { type DueGap, dueGaps, noteGapPage, noteGapSitemap, postponeGap } from '../store/gap.ts';
import { closeHost, hostName } from '../store/host.ts';
import { pushedSource } from '../store/push-body.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import { clampRetry } from './failure.ts';
import { afterPage, chooseSitemap, earliest, gapLimits, isWithin } from './gap.ts';
import { takeTurn } from './host-turn.ts';
import { addressMark, dateOfMark } from './kinds/item-hash.ts';
import { kindOf } from './kinds/list.ts';
import { countMarks, listMarks, timesOf } from './marks.ts';
import { readParts } from './parts.ts';
import type { ReadDocument } from './read-document.ts';
import { checkRules } from './rules.ts';
import { answerError } from './settle.ts';
import { readArrived, takeIn } from './take-in.ts';

/** What a run did: pages read, articles found in them. */
export type FillCount = { pages: number; found: number; failed: number };

const gapsARun = 10;
const againSeconds = 900;

// What of a sitemap lies in the gap: it lists years, and only the missing hours are asked for.
function withinGap(gap: DueGap, document: ReadDocument): ReadDocument {
  const { entries, lacking, marks } = document;
  const dates = new Map(listMarks(marks).map((mark) => [mark.slice(16, 24), dateOfMark(mark)]));
  const isMissing = (url: string) => {
    const date = dates.get(addressMark(url)) ?? null;
    return date !== null && isWithin(gap, date);
  };
  return {
    ...document,
    entries: entries.filter((entry) => isWithin(gap, entry.publishedAt)),
    lacking: lacking.filter((item) => isMissing(item.url)),
  };
}

async function findSitemap(ctx: Context, gap: DueGap): Promise<void> {
  const robots = await ctx.http.robots.check(gap.sourceUrl, ctx.signal);
  const url = chooseSitemap(robots.sitemaps, (one) => URL.canParse(one) && hostName(one) === gap.host);
  await noteGapSitemap(ctx.db, gap.id, url);
}

async function readDue(ctx: Context, gap: DueGap, url: string): Promise<ReadDocument | null> {
  const known = await pushedSource(ctx.db, gap.sourceId);
  if (known === null) return null;
  const checked = gap.kind === 'syndication' ? checkRules(known.rules) : null;
  const rules = checked !== null && 'rules' in checked ? checked.rules : {};
  const source =
    gap.kind === 'syndication' ? { ...known, rules } : { ...known, kind: 'sitemap', rules, itemMarks: null };
  if (gap.kind === 'sitemap' && !(await ctx.http.robots.check(url, ctx.signal)).isAllowed)
    throw new FetchError('source.robots', `${gap.host} forbids ${url} in robots.txt`, { weight: 'hard' });
  const answer = await ctx.http.get({ url, accept: kindOf(source.kind)?.accept ?? '*/*', signal: ctx.signal });
  if (answer.status === 429 || answer.status === 503) {
    const seconds = retryAfterSeconds(answer.headers['retry-after'], ctx.now());
    if (seconds !== null) await closeHost(ctx.db, gap.host, clampRetry(seconds));
  }
  if (answer.status !== 200 || answer.blockedBy !== null) throw answerError(answer);
  const own = await readArrived(ctx, source, answer);
  const document = own.feed.parts === undefined ? own : await readParts(ctx, source, own);
  return gap.kind === 'syndication' ? document : withinGap(gap, document);
}

async function readPage(ctx: Context, gap: DueGap, count: FillCount): Promise<void> {
  if (gap.url === null) return findSitemap(ctx, gap);
  const { url } = gap;
  const document = await readDue(ctx, gap, url);
  if (document === null) return;
  await ctx.db.transaction().execute(async (trx) => {
    const source = { id: gap.sourceId, publisherId: gap.publisherId };
    const { created, doubt } = await takeIn(trx, source, document);
    const items = countMarks(document.marks);
    const { nextUrl } = document.feed;
    const left = { status: 'partly' as const, nextUrl: null };
    const follows =
      doubt !== null
        ? left
        : afterPage(
            { ...gap, url, pages: gap.pages + 1 },
            {
              items,
              known: items - created - document.lacking.length,
              oldestAt: earliest(timesOf(document.marks)),
              // An archive lies where its feed lies.
              nextUrl: nextUrl !== null && hostName(nextUrl) === gap.host ? nextUrl : null,
            },
          );
    const note = doubt === null ? null : 'a page was in doubt and left out';
    await noteGapPage(trx, gap.id, { ...follows, found: created + document.lacking.length, note });
    count.pages++;
    count.found += created + document.lacking.length;
  });
}

/**
 * Reads the pages that are due of all open gaps, each in its host's turn; a page that fails is tried four times and then left. Touches gap, host,
 * entry, entry_key, cluster_due, and the network. Throws when the database is away.
 */
export async function fillGaps(ctx: Context): Promise<FillCount> {
  const count: FillCount = { pages: 0, found: 0, failed: 0 };
  for (const gap of await dueGaps(ctx.db, gapsARun)) {
    if (ctx.signal.aborted) break;
    const turn = await takeTurn(ctx.db, { host: gap.host, publisherId: gap.publisherId });
    if (!turn.isTaken) {
      await postponeGap(ctx.db, gap.id, Math.max(turn.inSeconds, 2), false);
      continue;
    }
    try {
      await readPage(ctx, gap, count);
    } catch (error) {
      if (!(error instanceof TinError)) throw error;
      if (ctx.signal.aborted) break;
      count.failed++;
      const note = `${error.code}: ${error.message}`.replaceAll('\0', '').slice(0, 300);
      if (gap.tries + 1 < gapLimits.tries) await postponeGap(ctx.db, gap.id, againSeconds * (gap.tries + 1), true);
      else await noteGapPage(ctx.db, gap.id, { status: 'partly', nextUrl: null, found: 0, note });
    } finally {
      await turn.end(gap.isSample ? 0 : ctx.config.hostSpacingMs);
    }
  }
  return count;
}
