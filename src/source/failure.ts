// How a poll failed → how long to stay away, for the source or for its whole host. Pure.
import { jitterOf } from './jitter.ts';
import { bounds, type NextPoll, spread } from './schedule.ts';

/** `hard`: will not mend by itself; `soft`: may; `temporary`: very likely will. */
export type Weight = 'hard' | 'soft' | 'temporary';

/** What the decision rests on. */
export type FailureFacts = {
  sourceId: number;
  now: Date;
  isSample: boolean;
  /** Consecutive failures including this one, at least 1. */
  failures: number;
  weight: Weight;
  /** Seconds the server asked us to stay away; null when it did not. */
  retryAfter: number | null;
  /** HTTP status of the answer; null when there was none. */
  status: number | null;
  /** First 410 of a row of them, this one included; null for other failures. */
  goneSince: Date | null;
};

const minute = 60;
const hour = 3_600;
const day = 24 * hour;

// Linear, then capped: the third failure waits three steps. Never for ever, and never sooner than a paper that is well would be asked.
const steps: Record<Weight, { step: number; cap: number }> = {
  temporary: { step: 15 * minute, cap: 4 * hour },
  soft: { step: 15 * minute, cap: 12 * hour },
  hard: { step: hour, cap: day },
};

// So much later than its host opens again, for each time a source was told to stay away.
const behind = 5 * minute;
/** Least and most that a Retry-After counts. */
const retryBounds = { least: minute, most: day };
// A 410 is asked once more after three days; if it stands, an admin is asked, and we knock once a month.
const confirmAfter = 3 * day;
const knockEvery = 30 * day;

/** True when a 410 was confirmed days after the first: from here on an admin is asked. */
export function isGoneForGood(goneSince: Date | null, now: Date): boolean {
  return goneSince !== null && now.getTime() - goneSince.getTime() >= (confirmAfter - hour) * 1_000;
}

/** Seconds a Retry-After counts, from a minute to a day. */
export function clampRetry(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), retryBounds.least), retryBounds.most);
}

/**
 * When to try again. Retry-After is never undercut; the source that was told so comes some minutes after its host opens again, and later the
 * more often it was told, or it would close the host each time before its neighbours have had their turn (seen in the feed world: four feeds
 * starved by a fifth that always answers 429).
 */
export function nextTry(facts: FailureFacts): NextPoll {
  const { step, cap } = steps[facts.weight];
  const backoff = Math.min(step * facts.failures, cap);
  if (facts.retryAfter !== null)
    return {
      inSeconds: spread(clampRetry(facts.retryAfter) + Math.min(behind * facts.failures, cap), facts),
      reason: 'retry_after',
    };
  if (facts.status === 410) {
    const wait = isGoneForGood(facts.goneSince, facts.now) ? knockEvery : confirmAfter;
    return { inSeconds: spread(wait, facts), reason: 'gone' };
  }
  if (facts.isSample)
    return { inSeconds: Math.min(bounds.sample * facts.failures, 10 * minute), reason: 'failure_backoff' };
  return { inSeconds: scatter(backoff, facts), reason: 'failure_backoff' };
}

// What failed together (our own line was down, a provider of many papers) must not come back together: up to half as long again.
function scatter(seconds: number, facts: FailureFacts): number {
  return Math.round(seconds * (1 + jitterOf(facts.sourceId, facts.now) / 2));
}

/** Weight of an HTTP status that is no success. 404 is soft: feeds come back after a site's rebuilding. */
export function weightOf(status: number): Weight {
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'temporary';
  if (status === 404 || status === 400 || (status >= 300 && status < 400)) return 'soft';
  return 'hard';
}
