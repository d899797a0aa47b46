// Article pages that wait → entries with headline, date and text: claim, take the host's turn, ask robots.txt, fetch, read, store. EFFECT.
import type { Context } from '../context.ts';
import { FetchError, TinError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import {
  type ClaimedPage,
  claimDuePages,
  extendPages,
  finishPage,
  postponeHostPages,
  postponePage,
} from '../store/article.ts';
import { addFill } from '../store/fill.ts';
import { closeHost } from '../store/host.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import { clampRetry } from './failure.ts';
import { takeTurn } from './host-turn.ts';
import { keepExtending, shortLease } from './lease.ts';
import { fillOf } from './read-page.ts';
import { type ArticleRule, checkRules } from './rules.ts';
import { takeIn } from './take-in.ts';

/** What a run did: `read` pages, of which `stored` made or changed an entry; `left` were given up. */
export type ArticleCount = { read: number; stored: number; left: number };

const perClaim = 8;
const mostARun = 200;
const maxBytes = 4_000_000;
// A page that fails is tried again after minutes, then hours; a paper's outage of a night is outlived.
const retrySeconds = [300, 1_800, 7_200, 21_600, 43_200];

type Outcome =
  | { kind: 'answer'; answer: HttpAnswer }
  /** Nothing was tried: it costs no attempt. */
  | { kind: 'later'; inSeconds: number; error: string }
  | { kind: 'failed'; error: string }
  /** The page will never be read: what the source said has to do. */
  | { kind: 'refused'; error: string };

// The paper's selectors, and over them those of the source.
function rulesOf(page: ClaimedPage): ArticleRule {
  const ofPaper = checkRules({ article: page.articleRules ?? {} });
  const ofSource = checkRules(page.rules);
  return {
    ...('rules' in ofPaper ? ofPaper.rules.article : {}),
    ...('rules' in ofSource ? ofSource.rules.article : {}),
  };
}

async function fetchPage(ctx: Context, page: ClaimedPage): Promise<Outcome> {
  const robots = await ctx.http.robots.check(page.url, ctx.signal);
  if (robots.reason === 'unreachable') return { kind: 'failed', error: 'source.robots_unreachable' };
  if (!robots.isAllowed) return { kind: 'refused', error: 'source.robots' };
  const answer = await ctx.http.get({
    url: page.url,
    accept: 'text/html, application/xhtml+xml;q=0.9, */*;q=0.1',
    maxBytes,
    signal: ctx.signal,
  });
  if (answer.status === 429 || answer.status === 503) {
    const asked = retryAfterSeconds(answer.headers['retry-after'], ctx.now());
    const seconds = clampRetry(asked ?? retrySeconds[0] ?? 300);
    await closeHost(ctx.db, page.host, seconds);
    await postponeHostPages(ctx.db, page.host, seconds);
    return { kind: 'later', inSeconds: seconds, error: `source.status ${answer.status}` };
  }
  if (answer.blockedBy !== null) return { kind: 'failed', error: `source.blocked ${answer.blockedBy}` };
  if (answer.status === 404 || answer.status === 410)
    return {
      kind: page.tries === 0 && answer.status === 404 ? 'failed' : 'refused',
      error: `source.status ${answer.status}`,
    };
  if (answer.status !== 200) return { kind: 'failed', error: `source.status ${answer.status}` };
  if (new URL(answer.url).pathname === '/' && new URL(page.url).pathname !== '/')
    return { kind: 'refused', error: 'source.redirect_home' };
  const type = answer.headers['content-type'] ?? 'text/html';
  if (!/html|xml|text\/plain/i.test(type)) return { kind: 'refused', error: `source.not_a_page ${type.slice(0, 60)}` };
  return { kind: 'answer', answer };
}

// One page, or none where it cannot be had, as an entry; false when there is still no headline.
async function store(ctx: Context, page: ClaimedPage, answer: HttpAnswer | null): Promise<boolean> {
  const { document, from } = await ctx.reader.run('page', {
    bytes: answer === null ? null : answer.body,
    contentType: answer?.headers['content-type'],
    url: answer?.url ?? page.url,
    seed: page.seed,
    rules: rulesOf(page),
    isFull: page.show === 'full',
    zone: page.zone,
    now: ctx.now(),
    sourceId: page.sourceId,
    section: page.section,
    province: page.province,
    isFirst: page.isFirst,
  });
  if (document.entries.length === 0) return false;
  await ctx.db.transaction().execute(async (trx) => {
    await takeIn(trx, { id: page.sourceId, publisherId: page.publisherId }, document);
    await finishPage(trx, page);
    if (answer !== null) await addFill(trx, page.sourceId, 'page', fillOf(from));
  });
  return true;
}

// What the page did not give: the item stands as its source wrote it where it has a headline; a known entry is left as it is.
async function giveUp(ctx: Context, page: ClaimedPage, error: string, count: ArticleCount): Promise<void> {
  count.left++;
  const isStored = page.why === 'lacking' && (await store(ctx, page, null));
  if (isStored) count.stored++;
  else await postponePage(ctx.db, page, { inSeconds: null, isTry: true, error });
}

async function settle(ctx: Context, page: ClaimedPage, outcome: Outcome, count: ArticleCount): Promise<void> {
  if (outcome.kind === 'later')
    return postponePage(ctx.db, page, { inSeconds: outcome.inSeconds, isTry: false, error: outcome.error });
  if (outcome.kind === 'refused') return giveUp(ctx, page, outcome.error, count);
  if (outcome.kind === 'failed') {
    const wait = retrySeconds[page.tries];
    if (wait === undefined) return giveUp(ctx, page, outcome.error, count);
    return postponePage(ctx.db, page, { inSeconds: wait, isTry: true, error: outcome.error });
  }
  count.read++;
  if (await store(ctx, page, outcome.answer)) count.stored++;
  else await postponePage(ctx.db, page, { inSeconds: null, isTry: true, error: 'source.no_headline' });
}

async function readOne(ctx: Context, page: ClaimedPage, count: ArticleCount): Promise<void> {
  const turn = await takeTurn(ctx.db, { host: page.host, publisherId: page.publisherId });
  if (!turn.isTaken) {
    const inSeconds = Math.max(1, turn.inSeconds);
    if (turn.why === 'retry_after') await postponeHostPages(ctx.db, page.host, inSeconds);
    return postponePage(ctx.db, page, { inSeconds, isTry: false, error: null });
  }
  let spacingMs = page.isSample ? 0 : ctx.config.hostSpacingMs;
  try {
    const robots = await ctx.http.robots.check(page.url, ctx.signal).catch(() => null);
    spacingMs = Math.max(spacingMs, Math.min((robots?.crawlDelaySeconds ?? 0) * 1_000, 60_000));
    const outcome = await fetchPage(ctx, page).catch((error: unknown): Outcome => {
      if (!(error instanceof FetchError)) throw error;
      return { kind: error.weight === 'hard' ? 'refused' : 'failed', error: error.code };
    });
    // A page that we called off ourselves is due again at once.
    if (ctx.signal.aborted) return await postponePage(ctx.db, page, { inSeconds: 0, isTry: false, error: null });
    await settle(ctx, page, outcome, count);
  } catch (error) {
    if (!(error instanceof TinError) || error.code.startsWith('store.')) throw error;
    // The reader gave the page up (too slow, too large): it will not get better.
    ctx.log.warn({ url: page.url, code: error.code }, `article page not read: ${error.message}`);
    await giveUp(ctx, page, error.code, count);
  } finally {
    await turn.end(spacingMs);
  }
}

/**
 * Reads the pages that are due, those of different hosts at once, at most 200 a run. A page that cannot be had leaves its item as its source
 * wrote it, or, where that has no headline, waits as given up for an editor's eyes. Touches article_due, source_fill, host, entry, entry_key,
 * cluster_due and the network (robots.txt is honoured). Throws when the database is away.
 */
export async function readArticlesDue(ctx: Context): Promise<ArticleCount> {
  const count: ArticleCount = { read: 0, stored: 0, left: 0 };
  for (let taken = 0; taken < mostARun && !ctx.signal.aborted; ) {
    const pages = await claimDuePages(ctx.db, { limit: perClaim, leaseSeconds: shortLease });
    if (pages.length === 0) break;
    taken += pages.length;
    const letGo = keepExtending(shortLease, () => extendPages(ctx.db, pages, shortLease));
    await Promise.all(pages.map((page) => readOne(ctx, page, count))).finally(letGo);
  }
  return count;
}
