// How a poll went → when to look next, and why. Pure.
/** What the decision rests on; times in seconds. */
export type PollFacts = {
  isSample: boolean;
  /** Seconds the server asked to keep the answer (max-age), 0 when it did not. */
  maxAge: number;
  /** Seconds of the feed's own ttl or sy:update*, 0 when absent. */
  ttl: number;
  /** Consecutive failures including this one; 0 after success. */
  failures: number;
  weight: 'hard' | 'soft' | 'temporary' | null;
  /** Seconds the server asked us to stay away (Retry-After), null when it did not. */
  retryAfter: number | null;
};

/** Next look in seconds from now, with the reason that is stored and shown. */
export type NextPoll = { inSeconds: number; reason: string };

const minute = 60;
const day = 86_400;
const usual = 15 * minute;
const longest = 6 * 3_600;
const sampleInterval = 20;
const failureStep = { temporary: 5 * minute, soft: 15 * minute, hard: 3_600 };

/** `jitter` is a number in [0, 1): spreads sources by up to 10 % so that they do not wake together. */
export function nextPoll(facts: PollFacts, jitter: number): NextPoll {
  const spread = (seconds: number) => Math.round(seconds * (1 + jitter / 10));
  if (facts.retryAfter !== null)
    return { inSeconds: spread(Math.min(Math.max(facts.retryAfter, minute), day)), reason: 'retry_after' };
  if (facts.failures > 0) {
    const step = facts.isSample ? sampleInterval : failureStep[facts.weight ?? 'temporary'];
    return { inSeconds: spread(Math.min(step * facts.failures, day)), reason: 'failure_backoff' };
  }
  if (facts.isSample) return { inSeconds: sampleInterval, reason: 'sample' };
  const asked = Math.min(Math.max(facts.maxAge, facts.ttl), longest);
  return asked > usual
    ? { inSeconds: spread(asked), reason: facts.maxAge >= facts.ttl ? 'cache_control' : 'ttl' }
    : { inSeconds: spread(usual), reason: 'usual' };
}

/** Seconds of a Cache-Control header's max-age; 0 when there is none. */
export function maxAgeOf(cacheControl: string | undefined): number {
  const found = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,9})/i.exec(cacheControl ?? '');
  return found ? Number(found[1]) : 0;
}

/** Seconds of a Retry-After header, in either of its forms (RFC 9110 §10.2.3); null when absent or unreadable. */
export function retryAfterOf(header: string | undefined, now: Date): number | null {
  const text = (header ?? '').trim();
  if (text === '') return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.round((at - now.getTime()) / 1_000));
}
