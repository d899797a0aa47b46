// The entries of a story → the one whose words it shows. Pure.

/** Reasons to lead, to be put in any order. */
export type LeadRule = 'origin' | 'own-province' | 'earliest' | 'richest';

/** An entry as the choice sees it; dates on the database's clock. */
export type LeadCandidate = {
  entryId: number;
  /** What an admin said of its paper: the greater leads before any reason is asked. Absent = 0. */
  weight?: number;
  /** True when other members name its publisher as their origin, or when it alone names none. */
  isOrigin: boolean;
  /** True when its publisher is the paper of the province the story is about. */
  isOwnProvince: boolean;
  publishedAt: Date;
  /** Characters of plain text. */
  length: number;
  hasImage: boolean;
};

/** Origin, the province's own paper, earliest, richest. */
export const usualPriority: readonly LeadRule[] = ['origin', 'own-province', 'earliest', 'richest'];

// A text must be this much longer to count as richer, and this much earlier to count as first: less would let leads flap.
const richer = 1.3;
const earlierMs = 10 * 60_000;

function compare(rule: LeadRule, a: LeadCandidate, b: LeadCandidate): number {
  if (rule === 'origin') return Number(b.isOrigin) - Number(a.isOrigin);
  if (rule === 'own-province') return Number(b.isOwnProvince) - Number(a.isOwnProvince);
  if (rule === 'earliest') {
    const apart = a.publishedAt.getTime() - b.publishedAt.getTime();
    return Math.abs(apart) < earlierMs ? 0 : apart;
  }
  if (a.length > b.length * richer) return -1;
  if (b.length > a.length * richer) return 1;
  return Number(b.hasImage) - Number(a.hasImage);
}

function isBetter(a: LeadCandidate, b: LeadCandidate, priority: readonly LeadRule[]): boolean {
  const said = (b.weight ?? 0) - (a.weight ?? 0);
  if (said !== 0) return said < 0;
  for (const rule of priority) {
    const order = compare(rule, a, b);
    if (order !== 0) return order < 0;
  }
  return false;
}

/**
 * The id of the entry that leads. `current` stays unless another is better by a rule of `priority` (rules in order, the first that tells
 * two apart decides); with `isSettled` (the story has been shown for long) it stays unless it is gone. Among equals the smallest id leads.
 * Throws nothing; null only for no candidates.
 */
export function chooseLead(
  candidates: readonly LeadCandidate[],
  options: { current?: number | undefined; isSettled?: boolean; priority?: readonly LeadRule[] } = {},
): number | null {
  const priority = options.priority ?? usualPriority;
  const current = candidates.find((c) => c.entryId === options.current);
  if (current !== undefined && options.isSettled === true) return current.entryId;
  let best = current;
  for (const candidate of [...candidates].sort((a, b) => a.entryId - b.entryId)) {
    if (best === undefined || isBetter(candidate, best, priority)) best = candidate;
  }
  return best?.entryId ?? null;
}

/** Which members are the origin: those whose publisher another member names, else those that name nobody while others do. */
export function originsAmong(
  members: readonly { entryId: number; publisher: string; origin: string | null }[],
): Set<number> {
  const named = new Set(members.flatMap((m) => (m.origin !== null && m.origin !== m.publisher ? [m.origin] : [])));
  const origins = members.filter((m) => named.has(m.publisher) && (m.origin === null || m.origin === m.publisher));
  const found = origins.length > 0 ? origins : named.size > 0 ? members.filter((m) => m.origin === null) : [];
  return new Set(found.map((m) => m.entryId));
}
