// Articles that may have been taken down → one polite look at each on its own page; what is gone waits for an editor. EFFECT.
import type { Context } from '../context.ts';
import { FetchError } from '../errors.ts';
import { withdrawStory } from '../store/desk-withdraw.ts';
import { closeHost, hostName } from '../store/host.ts';
import { readPolicy } from '../store/policy.ts';
import { decideRemoval, type DueLook, dueLooks, noteLook, postponeLook, soleStoryOf } from '../store/removal.ts';
import { plainText } from '../text/markup.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import { decodeBytes } from './decode.ts';
import { clampRetry } from './failure.ts';
import { takeTurn } from './host-turn.ts';
import { judgeRemoval, nextLookHours, type PageAnswer, type RemovalVerdict } from './removal.ts';

/** What a run did; `removed` counts articles found taken down, `withdrawn` stories withdrawn without an editor. */
export type LookCount = { looks: number; removed: number; withdrawn: number };

const looksARun = 20;
const maxBytes = 1_000_000;

async function ask(ctx: Context, due: DueLook): Promise<PageAnswer | RemovalVerdict> {
  const robots = await ctx.http.robots.check(due.url, ctx.signal);
  if (!robots.isAllowed) return { state: 'unclear', evidence: 'robots.txt forbids a look' };
  const answer = await ctx.http.get({
    url: due.url,
    accept: 'text/html, application/xhtml+xml;q=0.9, */*;q=0.1',
    maxBytes,
    isCutAllowed: true,
    signal: ctx.signal,
  });
  if (answer.status === 429 || answer.status === 503) {
    const seconds = retryAfterSeconds(answer.headers['retry-after'], ctx.now());
    if (seconds !== null) await closeHost(ctx.db, hostName(due.url), clampRetry(seconds));
  }
  if (answer.blockedBy !== null) return { state: 'unclear', evidence: `a wall (${answer.blockedBy})` };
  const type = answer.headers['content-type'];
  const { text } = decodeBytes(answer.body, type === undefined ? {} : { contentType: type });
  const title = /<title[^>]{0,200}>([^<]{0,1000})/i.exec(text)?.[1] ?? '';
  return { status: answer.status, finalUrl: answer.url, title: plainText(title), text: plainText(text) };
}

async function look(ctx: Context, due: DueLook, promisedMinutes: number | null, count: LookCount): Promise<void> {
  const answered = await ask(ctx, due).catch((error: unknown): RemovalVerdict => {
    if (!(error instanceof FetchError)) throw error;
    return { state: 'unclear', evidence: error.code };
  });
  if (ctx.signal.aborted) return;
  const verdict = 'state' in answered ? answered : judgeRemoval(due, answered, due.looks);
  // A site that promised removal within hours looks again well before they are over.
  const soonest = promisedMinutes === null || due.isSample ? Number.POSITIVE_INFINITY : promisedMinutes / 60 / 4;
  const next = verdict.state === 'unclear' ? nextLookHours(due.looks + 1) : null;
  const nextInHours = next === null ? null : Math.min(next, soonest);
  await noteLook(ctx.db, due.entryId, { ...verdict, nextInHours });
  count.looks++;
  if (verdict.state !== 'removed') return;
  count.removed++;
  // Only where the paper's settings or the site's promise say so, and never a story that other papers still carry.
  const storyId = due.isAutomatic || soonest < Number.POSITIVE_INFINITY ? await soleStoryOf(ctx.db, due.entryId) : null;
  if (storyId === null) return;
  const reason = `removed at its source: ${verdict.evidence}`;
  await withdrawStory(ctx.db, storyId, { reason, by: 'source', at: ctx.now() });
  await decideRemoval(ctx.db, due.entryId, 'withdrawn');
  count.withdrawn++;
}

/**
 * Takes the looks that are due, at most 20 a run, one at a time and each in its host's turn; a busy host puts its look off. Touches removal,
 * host, for automatic withdrawals what `withdrawStory` touches, and the network (robots.txt is honoured). Throws when the database is away.
 */
export async function lookForRemovals(ctx: Context): Promise<LookCount> {
  const count: LookCount = { looks: 0, removed: 0, withdrawn: 0 };
  const { removalMinutes } = await readPolicy(ctx.db);
  for (const due of await dueLooks(ctx.db, looksARun)) {
    if (ctx.signal.aborted) break;
    const host = hostName(due.url);
    const turn = await takeTurn(ctx.db, { host, publisherId: due.publisherId });
    if (!turn.isTaken) {
      await postponeLook(ctx.db, due.entryId, Math.max(turn.inSeconds, 2));
      continue;
    }
    try {
      await look(ctx, due, removalMinutes, count);
    } finally {
      await turn.end(due.isSample ? 0 : ctx.config.hostSpacingMs);
    }
  }
  return count;
}
