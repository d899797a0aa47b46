// An answer, an error, and what reading taught → the poll's row, its source's new state, and what the host is owed. Pure.
import { FetchError, TinError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import type { ClaimedSource, PollRecord, SourceOutcome } from '../store/poll.ts';
import { clampRetry, nextTry, type Weight, weightOf } from './failure.ts';
import { freshnessOf, type Hints, readHints } from './hints.ts';
import { judgeMove } from './redirect-memory.ts';
import { nextPoll, spread } from './schedule.ts';

/** What a poll comes to. `newUrl`: the source moves there for good. `closeHostSeconds`: its whole host is left alone for so long. */
export type Settled = {
  poll: PollRecord;
  source: SourceOutcome;
  newUrl: string | null;
  closeHostSeconds: number | null;
};

/** How a poll was asked: when it was answered, and whether without validators. */
export type Asked = { now: Date; isFull: boolean };

/** What a document taught; absent = nothing new. `isWhole` false: its validators are not to be trusted (cut off, or empty). */
export type Learnt = Partial<
  Pick<SourceOutcome, 'bodyHash' | 'itemMarks' | 'title' | 'turnoverSeconds' | 'newestAt' | 'overlap'>
> & { hints?: Hints | null; isWhole?: boolean; isFalse304?: boolean };

const differs = <T>(a: T, b: T) => (a instanceof Date && b instanceof Date ? a.getTime() !== b.getTime() : a !== b);

/** A poll that reached its source (200 or 304). Only what changed is written. */
export function settleSuccess(
  source: ClaimedSource,
  answer: HttpAnswer,
  asked: Asked,
  poll: Omit<PollRecord, 'tookMs' | 'status' | 'bytes'>,
  learnt: Learnt = {},
): Settled {
  const { hints: saidHints, isWhole = true, isFalse304 = false, ...remembered } = learnt;
  const hints = saidHints === undefined ? readHints(source.hints) : saidHints;
  // Validators are kept as received: an answer without them has none, except that a 304 need not repeat them.
  const kept = answer.status === 304;
  const etag = isWhole ? (answer.headers['etag'] ?? (kept ? source.etag : null)) : null;
  const lastModified = isWhole ? (answer.headers['last-modified'] ?? (kept ? source.lastModified : null)) : null;
  const hasAny = etag !== null || lastModified !== null;
  const validatorUrl =
    kept && answer.url === source.url ? source.validatorUrl : hasAny && answer.url !== source.url ? answer.url : null;
  const false304s = source.false304s + (isFalse304 ? 1 : 0);
  const next = nextPoll({
    sourceId: source.id,
    now: asked.now,
    isSample: source.isSample,
    turnoverSeconds: learnt.turnoverSeconds === undefined ? source.turnoverSeconds : learnt.turnoverSeconds,
    newestAt: learnt.newestAt === undefined ? source.newestAt : learnt.newestAt,
    hasValidators: hasAny && false304s < 2,
    freshness: freshnessOf(answer.headers, asked.now),
    hints,
    agreedMinutes: source.agreedMinutes,
    pushedUntil: source.pushedUntil,
  });
  const { newUrl, movedTo, movedSince } = judgeMove(source, answer.hops, answer.url, asked.now);
  return {
    poll: { ...poll, tookMs: 0, status: answer.status, bytes: answer.body.length },
    source: {
      nextInSeconds: next.inSeconds,
      nextReason: next.reason,
      failures: 0,
      // No failure, but something a person should see: it stands until a document has items again.
      lastError: poll.outcome === 'empty' ? 'source.empty: the document holds no items' : null,
      lastStatus: answer.status,
      isSuccess: true,
      isFull: asked.isFull && !kept,
      ...(etag === source.etag && lastModified === source.lastModified ? {} : { etag, lastModified }),
      ...(validatorUrl === source.validatorUrl ? {} : { validatorUrl }),
      ...(saidHints === undefined || JSON.stringify(hints) === JSON.stringify(readHints(source.hints))
        ? {}
        : { hints }),
      ...(isFalse304 ? { false304s } : {}),
      ...(differs(movedTo, source.movedTo) || differs(movedSince, source.movedSince) ? { movedTo, movedSince } : {}),
      ...(source.goneSince === null ? {} : { goneSince: null }),
      ...(source.blockedBy === null ? {} : { blockedBy: null }),
      ...remembered,
    },
    newUrl,
    closeHostSeconds: null,
  };
}

/** What is known of a failed poll. `retryAfter`: seconds the server asked for, null when it did not. */
export type FailedPoll = {
  error: unknown;
  status: number | null;
  retryAfter: number | null;
  /** Name of the wall that answered, or `robots`; null = the site itself or nobody. */
  blockedBy: string | null;
};

/** An answer that is neither 200 nor 304 as an error; a wall that answered with any status is named. */
export function answerError(answer: HttpAnswer): FetchError {
  const { host } = new URL(answer.url);
  return answer.blockedBy === null
    ? new FetchError('source.status', `${host} answered ${answer.status}`, { weight: weightOf(answer.status) })
    : new FetchError('source.blocked', `${host} is behind a wall (${answer.blockedBy}), status ${answer.status}`, {
        weight: 'hard',
        remedy: 'ask the paper to let this reader in',
      });
}

/** A poll that did not reach its source: one more failure, validators and items stay as they are, the next try later the harder it is. */
export function settleFailure(source: ClaimedSource, failed: FailedPoll, now: Date): Settled {
  const { error, status } = failed;
  const weight: Weight = error instanceof FetchError ? error.weight : error instanceof TinError ? 'soft' : 'temporary';
  const goneSince = status === 410 ? (source.goneSince ?? now) : source.goneSince;
  const failures = source.failures + 1;
  const next = nextTry({
    sourceId: source.id,
    now,
    isSample: source.isSample,
    failures,
    weight,
    retryAfter: failed.retryAfter,
    status,
    goneSince,
  });
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof TinError ? error.code : 'source.unexpected';
  const note = `${code}: ${message}`.replaceAll('\0', '').slice(0, 500);
  // No answer at all says nothing about a wall that stood there before.
  const blockedBy = status === null && failed.blockedBy === null ? source.blockedBy : failed.blockedBy;
  return {
    poll: { outcome: 'failed', tookMs: 0, status, bytes: 0, items: 0, created: 0, changed: 0, note },
    source: {
      nextInSeconds: next.inSeconds,
      nextReason: next.reason,
      failures,
      lastError: note,
      lastStatus: status,
      isSuccess: false,
      ...(differs(goneSince, source.goneSince) ? { goneSince } : {}),
      ...(blockedBy === source.blockedBy ? {} : { blockedBy }),
    },
    newUrl: null,
    closeHostSeconds:
      failed.retryAfter === null || source.isSample
        ? null
        : spread(clampRetry(failed.retryAfter), { sourceId: source.id, now }),
  };
}
