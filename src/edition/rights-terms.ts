// An agreement, the deployment's policy, who asks and when → whether a story may go out, and at most how much of it.
import type { Agreement, Policy, Rights } from '../domain.ts';
import type { ListedStory } from '../store/story.ts';

/** Who is to get it: everybody on our own site and feeds, or one partner within its product. */
export type Audience = 'public' | { partnerId: number; show: Rights['show']; images: boolean };

/** All that decides beside the story itself. */
export type Terms = { policy: Policy; now: Date; audience: Audience };

/** What may be done with a story: show it within these rights, wait until a moment, or nothing, and why. */
export type Permission =
  | { kind: 'may-show'; rights: Rights; expiresAt: Date | null }
  | { kind: 'not-yet'; at: Date }
  | { kind: 'gone'; reason: 'expired' | 'agreement' | 'agencies' | 'partner' };

const minuteMs = 60_000;
const dayMs = 86_400_000;
const rank: Record<Rights['show'], number> = { headline: 0, excerpt: 1, full: 2 };

/** The policy of a deployment that publishes under agreements alone: nothing is added to them. */
export const ownPolicy: Policy = {
  profile: 'own',
  needsAgreement: false,
  embargoMinutes: 0,
  leastAgencies: 0,
  agencies: 0,
  isExact: false,
  removalMinutes: null,
  hasComments: true,
};

/** Terms for our own site, pages and public feeds. */
export function publicTerms(policy: Policy, now: Date): Terms {
  return { policy, now, audience: 'public' };
}

// Days of an agreement are days in Việt Nam.
function dayIn(now: Date): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}

/** Whether a written agreement exists and its days include `now`. */
export function isInForce(agreement: Agreement, now: Date): boolean {
  return agreement.number !== null && isWithinDays(agreement, now);
}

function isWithinDays(agreement: Agreement, now: Date): boolean {
  const day = dayIn(now);
  return (agreement.from === null || agreement.from <= day) && (agreement.until === null || day <= agreement.until);
}

// Text that must be exact is never shown with its pictures taken out: then a cut of its own words is shown instead.
function exactRights(rights: Rights, policy: Policy, hasPictures: boolean): Rights {
  return policy.isExact && rights.show === 'full' && !rights.images && hasPictures
    ? { ...rights, show: 'excerpt' }
    : rights;
}

function least(rights: Rights, audience: Audience): Rights {
  if (audience === 'public') return rights;
  return {
    ...rights,
    show: rank[audience.show] < rank[rights.show] ? audience.show : rights.show,
    images: rights.images && audience.images,
  };
}

function isForPartner(agreement: Agreement, audience: Audience): boolean {
  if (audience === 'public' || agreement.partners === 'all') return true;
  return agreement.partners === 'listed' && agreement.partnerIds.includes(audience.partnerId);
}

/** Minutes that a paper's articles wait under a policy. Invented papers wait for their own agreement only. */
export function embargoOf(story: Pick<ListedStory, 'publisher'>, policy: Policy): number {
  const own = story.publisher.agreement.embargoMinutes;
  return story.publisher.isSample ? own : Math.max(own, policy.embargoMinutes);
}

/**
 * Whether a story may go out now to this audience, decided by the agreement with the paper whose words it shows and by the policy.
 * Hours count from that paper's own publication, from our first sight of it where the paper gave no date. The policy's own rules do not
 * bind invented papers, which made no agreement with anybody; what their rows say does.
 */
export function permissionFor(story: ListedStory, terms: Terms): Permission {
  const { policy, now, audience } = terms;
  const { agreement, isSample, rights } = story.publisher;
  const stated = story.publishedAt.getTime();
  const published = Number.isNaN(stated) ? story.seenAt.getTime() : stated;
  if (!isSample && policy.needsAgreement && !isInForce(agreement, now)) return { kind: 'gone', reason: 'agreement' };
  if (!isWithinDays(agreement, now)) return { kind: 'gone', reason: 'agreement' };
  if (!isSample && policy.agencies < policy.leastAgencies) return { kind: 'gone', reason: 'agencies' };
  if (!isForPartner(agreement, audience)) return { kind: 'gone', reason: 'partner' };
  const at = published + embargoOf(story, policy) * minuteMs;
  if (now.getTime() < at) return { kind: 'not-yet', at: new Date(at) };
  const end = agreement.expiryDays === null ? null : published + agreement.expiryDays * dayMs;
  if (end !== null && now.getTime() >= end) return { kind: 'gone', reason: 'expired' };
  // A full text whose pictures are not granted is asked about by its own markup.
  const hasPictures = story.bodyHtml.includes('<img');
  return {
    kind: 'may-show',
    rights: exactRights(least(rights, audience), policy, hasPictures),
    expiresAt: end === null ? null : new Date(end),
  };
}
