// How a poll went well, and what the source is like → when to look next, and why. Pure; failures are in failure.ts.
import { type Freshness, type Hints, outsideSkipped } from './hints.ts';
import { jitterOf } from './jitter.ts';
import { expectedOverlap, leastOverlap } from './rhythm.ts';

/** What the decision rests on; clock and dates are the caller's. */
export type PollFacts = {
  sourceId: number;
  now: Date;
  /** A paper of the trial newsroom, on our own machine. */
  isSample: boolean;
  /** See rhythm.ts; null = unknown. */
  turnoverSeconds: number | null;
  /** Date of the newest item; null = unknown. */
  newestAt: Date | null;
  /** An unchanged document costs the paper a 304 and no body. */
  hasValidators: boolean;
  freshness: Freshness | null;
  hints: Hints | null;
  /** Pace agreed with the publisher; null = none. */
  agreedMinutes: number | null;
  /** Until when a hub pushes what is new (WebSub); null = nobody does. */
  pushedUntil: Date | null;
};

/** Why a source is looked at when it is: stored with it, shown in words by health.ts. */
export type Reason =
  | 'sample'
  | 'agreed'
  | 'rhythm'
  | 'busy'
  | 'floor'
  | 'fresh'
  | 'unconditional'
  | 'quiet'
  | 'unknown'
  | 'cache_control'
  | 'expires'
  | 'ttl'
  | 'update_period'
  | 'skip_hours'
  | 'websub_backup'
  | 'retry_after'
  | 'failure_backoff'
  | 'gone';

/** Next look in seconds from now. */
export type NextPoll = { inSeconds: number; reason: Reason };

const minute = 60;
const hour = 3_600;
const day = 24 * hour;

/**
 * Bounds of the house in seconds. `floor`: no source is asked more often unless its overlap would break or its paper agreed; `least`: not
 * even then. `fresh`: news waits no longer than this for a source that is alive; twice that where every look costs the paper a whole
 * document. `longest` wish of a paper that is believed: servers that keep files for a month mean pictures.
 */
export const bounds = {
  floor: 15 * minute,
  least: 5 * minute,
  fresh: hour,
  unconditional: 2 * hour,
  unknown: 30 * minute,
  longest: 6 * hour,
  quietest: day,
  sample: 20,
};

/** What the source's own rhythm wants, before anybody else is asked. */
function ownPace(facts: PollFacts): NextPoll {
  const ceiling = ceilingOf(facts);
  if (facts.turnoverSeconds === null)
    return ceiling.inSeconds > bounds.unconditional ? ceiling : { inSeconds: bounds.unknown, reason: 'unknown' };
  // Half of the document new at each look: the middle between a third and two thirds.
  const half = Math.round(facts.turnoverSeconds / 2);
  const hasStopped = ceiling.reason === 'quiet' && silenceOf(facts) > facts.turnoverSeconds;
  if (hasStopped || half >= ceiling.inSeconds) return ceiling;
  if (half >= bounds.floor) return { inSeconds: half, reason: 'rhythm' };
  return expectedOverlap(facts.turnoverSeconds, bounds.floor) < leastOverlap
    ? { inSeconds: Math.max(half, bounds.least), reason: 'busy' }
    : { inSeconds: bounds.floor, reason: 'floor' };
}

/** The longest wait between two looks: an hour for a source that is alive, a twenty-fourth of its silence for one that is not. */
function ceilingOf(facts: PollFacts): NextPoll {
  const alive: NextPoll = facts.hasValidators
    ? { inSeconds: bounds.fresh, reason: 'fresh' }
    : { inSeconds: bounds.unconditional, reason: 'unconditional' };
  const quiet = Math.min(Math.round(silenceOf(facts) / 24), bounds.quietest);
  return quiet > bounds.unconditional ? { inSeconds: quiet, reason: 'quiet' } : alive;
}

const silenceOf = (facts: PollFacts) =>
  facts.newestAt === null ? 0 : (facts.now.getTime() - facts.newestAt.getTime()) / 1_000;

/** The paper's own wishes upon that pace: a shorter one lets us come sooner (never under the floor), a longer one is kept. */
function asWished(pace: NextPoll, facts: PollFacts): NextPoll {
  const wishes: NextPoll[] = [];
  if (facts.freshness) wishes.push({ inSeconds: facts.freshness.seconds, reason: facts.freshness.by });
  if (facts.hints?.ttl !== undefined) wishes.push({ inSeconds: facts.hints.ttl, reason: 'ttl' });
  const longest = wishes.reduce<NextPoll | null>(
    (most, wish) => (most === null || wish.inSeconds > most.inSeconds ? wish : most),
    null,
  );
  let next = pace;
  const isAlive = pace.reason === 'fresh' || pace.reason === 'unconditional' || pace.reason === 'unknown';
  if (longest !== null && isAlive && longest.inSeconds < pace.inSeconds)
    next = { inSeconds: Math.max(longest.inSeconds, bounds.floor), reason: longest.reason };
  if (longest !== null && longest.inSeconds > next.inSeconds)
    next = { inSeconds: Math.max(next.inSeconds, Math.min(longest.inSeconds, bounds.longest)), reason: longest.reason };
  // The period describes and does not ask: it never makes us miss what the items' own dates promise.
  const period = Math.min(
    facts.hints?.period ?? 0,
    bounds.longest,
    facts.turnoverSeconds === null ? bounds.longest : facts.turnoverSeconds / 2,
  );
  return period > next.inSeconds ? { inSeconds: Math.round(period), reason: 'update_period' } : next;
}

/**
 * When to look again after a poll that reached its source: the source's rhythm within the house's bounds, then the paper's wishes, an
 * agreement above both, a hub that pushes, hours to skip; at last up to 10 % of jitter, always later, never sooner.
 */
export function nextPoll(facts: PollFacts): NextPoll {
  if (facts.isSample) return { inSeconds: bounds.sample, reason: 'sample' };
  let next: NextPoll =
    facts.agreedMinutes === null
      ? asWished(ownPace(facts), facts)
      : { inSeconds: facts.agreedMinutes * minute, reason: 'agreed' };
  const pushed = facts.pushedUntil === null ? 0 : (facts.pushedUntil.getTime() - facts.now.getTime()) / 1_000;
  if (Math.min(pushed, day) > next.inSeconds)
    next = { inSeconds: Math.round(Math.min(pushed, day)), reason: 'websub_backup' };
  const inSeconds = spread(next.inSeconds, facts);
  if (facts.agreedMinutes !== null) return { ...next, inSeconds };
  const at = new Date(facts.now.getTime() + inSeconds * 1_000);
  const open = outsideSkipped(at, facts.hints);
  if (open.getTime() === at.getTime()) return { ...next, inSeconds };
  const wait = (open.getTime() - facts.now.getTime()) / 1_000;
  return { inSeconds: Math.round(wait + jitterOf(facts.sourceId, facts.now) * 5 * minute), reason: 'skip_hours' };
}

/** Up to a tenth later, so that sources read together do not wake together. */
export function spread(seconds: number, facts: { sourceId: number; now: Date }): number {
  return Math.round(seconds * (1 + jitterOf(facts.sourceId, facts.now) / 10));
}

/**
 * True when the next request goes out without validators, 12 to 24 hours after the last that did: some servers answer 304 for ever. Also
 * where they were caught at it twice. `fullAt` null = the first poll, which has no validators anyway.
 */
export function wantsFull(source: { id: number; fullAt: Date | null; false304s: number }, now: Date): boolean {
  if (source.fullAt === null || source.false304s >= 2) return true;
  const after = (12 + 12 * jitterOf(source.id, source.fullAt)) * hour * 1_000;
  return now.getTime() - source.fullAt.getTime() >= after;
}
