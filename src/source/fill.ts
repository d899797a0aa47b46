// A gap in what we read of a source → the pages of its archive, read one after the other until they reach what is known. EFFECT.
import type { Context } from '../context.ts';
import { TinError } from '../errors.ts';
import { type DueGap, dueGaps, noteGapPage, postponeGap } from '../store/gap.ts';
import { closeHost, freeHost, hostName, takeHost } from '../store/host.ts';
import { pushedSource } from '../store/push-body.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import { clampRetry } from './failure.ts';
import { afterPage, gapLimits } from './gap.ts';
import { dateOfMark } from './kinds/item-hash.ts';
import { checkRules } from './rules.ts';
import { answerError } from './settle.ts';
import { readArrived, takeIn } from './take-in.ts';

/** What a run did: pages read, articles found in them. */
export type FillCount = { pages: number; found: number; failed: number };

const gapsARun = 10;
const leaseSeconds = 60;
const againSeconds = 900;

async function readPage(ctx: Context, gap: DueGap, count: FillCount): Promise<void> {
  const source = await pushedSource(ctx.db, gap.sourceId);
  if (source === null) return;
  const answer = await ctx.http.get({
    url: gap.url,
    accept: 'application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.1',
    signal: ctx.signal,
  });
  if (answer.status === 429 || answer.status === 503) {
    const seconds = retryAfterSeconds(answer.headers['retry-after'], ctx.now());
    if (seconds !== null) await closeHost(ctx.db, gap.host, clampRetry(seconds));
  }
  if (answer.status !== 200 || answer.blockedBy !== null) throw answerError(answer);
  const checked = checkRules(source.rules);
  const document = await readArrived(ctx, { ...source, rules: 'rules' in checked ? checked.rules : {} }, answer);
  await ctx.db.transaction().execute(async (trx) => {
    const { created, doubt } = await takeIn(trx, source, document);
    const dates = document.marks.map(dateOfMark).filter((date) => date !== null);
    const oldestAt = dates.reduce<Date | null>((least, date) => (least === null || date < least ? date : least), null);
    const { nextUrl } = document.feed;
    const left = { status: 'partly' as const, nextUrl: null };
    const follows =
      doubt !== null
        ? left
        : afterPage(
            { ...gap, pages: gap.pages + 1 },
            {
              items: document.marks.length,
              known: document.marks.length - created,
              oldestAt,
              // An archive lies where its feed lies.
              nextUrl: nextUrl !== null && hostName(nextUrl) === gap.host ? nextUrl : null,
            },
          );
    await noteGapPage(trx, gap.id, {
      ...follows,
      found: created,
      note: doubt === null ? null : 'a page was in doubt and left out',
    });
    count.pages++;
    count.found += created;
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
    const turn = await takeHost(ctx.db, { host: gap.host, publisherId: gap.publisherId, leaseSeconds });
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
      await freeHost(ctx.db, gap.host, gap.isSample ? 0 : ctx.config.hostSpacingMs);
    }
  }
  return count;
}
