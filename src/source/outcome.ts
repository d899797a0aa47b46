// How a poll went → its row in the log and what its source remembers. Pure.
import { FetchError, TinError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import type { ClaimedSource, PollRecord, SourceOutcome } from '../store/source.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import { nextTry, weightOf } from './failure.ts';
import { freshnessOf } from './hints.ts';
import { nextPoll } from './schedule.ts';

/** A poll's row and its source's new state. */
export type Polled = { poll: PollRecord; source: SourceOutcome };

/** An answer other than 200 and 304 as an error, with the seconds to stay away (429 and 503 only), null when not asked. */
export function statusError(answer: HttpAnswer, now: Date): { error: FetchError; retryAfter: number | null } {
  const { status } = answer;
  const weight = weightOf(status);
  const retryAfter = status === 429 || status === 503 ? retryAfterSeconds(answer.headers['retry-after'], now) : null;
  return {
    error: new FetchError('source.status', `${new URL(answer.url).host} answered ${status}`, { weight }),
    retryAfter,
  };
}

/** A poll that reached its source. `jitter` is a number in [0, 1); `ttl` are the seconds the feed asks for, 0 for none. */
export function success(
  source: ClaimedSource,
  answer: HttpAnswer,
  ttl: number,
  poll: Omit<PollRecord, 'tookMs' | 'status' | 'bytes'>,
  extra: Partial<SourceOutcome>,
  jitter: number,
): Polled {
  const now = new Date(Math.round(jitter * 1e12));
  const next = nextPoll({
    sourceId: source.id,
    now,
    isSample: source.isSample,
    turnoverSeconds: null,
    newestAt: null,
    hasValidators: answer.headers['etag'] !== undefined || answer.headers['last-modified'] !== undefined,
    freshness: freshnessOf(answer.headers, now),
    hints: ttl > 0 ? { ttl } : null,
    agreedMinutes: null,
    pushedUntil: null,
  });
  // Validators are kept as received: an answer without them has none, except that a 304 need not repeat them.
  const kept = answer.status === 304;
  const etag = answer.headers['etag'] ?? (kept ? source.etag : null);
  const lastModified = answer.headers['last-modified'] ?? (kept ? source.lastModified : null);
  return {
    poll: { ...poll, tookMs: 0, status: answer.status, bytes: answer.body.length },
    source: {
      nextInSeconds: next.inSeconds,
      nextReason: next.reason,
      failures: 0,
      lastError: null,
      lastStatus: answer.status,
      isSuccess: true,
      ...(etag === source.etag && lastModified === source.lastModified ? {} : { etag, lastModified }),
      ...extra,
    },
  };
}

/** A poll that did not: one more failure, and a later date the harder it is. */
export function failure(
  source: ClaimedSource,
  error: unknown,
  status: number | null,
  retryAfter: number | null,
  jitter: number,
): Polled {
  const weight = error instanceof FetchError ? error.weight : error instanceof TinError ? 'soft' : 'temporary';
  const next = nextTry({
    sourceId: source.id,
    now: new Date(Math.round(jitter * 1e12)),
    isSample: source.isSample,
    failures: source.failures + 1,
    weight,
    retryAfter,
    status,
    goneSince: null,
  });
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof TinError ? error.code : 'source.unexpected';
  return {
    poll: {
      outcome: 'failed',
      tookMs: 0,
      status,
      bytes: 0,
      items: 0,
      created: 0,
      changed: 0,
      note: `${code}: ${message}`.slice(0, 500),
    },
    source: {
      nextInSeconds: next.inSeconds,
      nextReason: next.reason,
      failures: source.failures + 1,
      lastError: `${code}: ${message}`.slice(0, 500),
      lastStatus: status,
      isSuccess: false,
    },
  };
}
