// Two articles → whether they are one text, akin, or strangers, and on what evidence. Pure.
import type { Signature } from '../text/signature.ts';
import { containment, countMissing, countShared, jaccard, overlapOf } from '../text/similarity.ts';
import { compareSlots } from '../text/slots.ts';

/** What forbids a merge whatever the overlap. */
export type Veto = 'title-numbers' | 'numbers' | 'names' | 'head-numbers' | 'series' | 'long-ago';

/**
 * What speaks for a merge: `exact`, the same word for word; `copy`, nearly the whole text; `title`, the same title over a shared text (shortened, continued, "cập nhật");
 * `edit`, an edited copy whose score over all measures is high enough; `even`, a copy edited a little everywhere, both openings and both
 * first halves kept, with no fact that differs (a follow-up has its news in front and the old text behind).
 */
export type Ground = 'exact' | 'copy' | 'title' | 'edit' | 'even';

/** A decision with all that led to it. Shares are 0 to 1 and rounded to three digits; pairs are [first in second, second in first]. */
export type Evidence = {
  kind: 'same' | 'related' | 'different';
  ground: Ground | null;
  veto: Veto | null;
  jaccard: number;
  /** Share of the shorter text that the longer one holds. */
  containment: number;
  /** Shares of each article's first 80 syllables found anywhere in the other. */
  leads: [number, number];
  /** Shares of each article's first half found anywhere in the other. */
  halves: [number, number];
  /** Words of the titles: Jaccard, and share of the shorter found in the longer. */
  title: [number, number];
  /** Places (words around a number or a name) in both texts: filled alike, with another number, with another name. */
  slots: [number, number, number];
  /** Numbers in one title that the other article has nowhere. */
  news: number;
  /** Weighted mean of the shares less what speaks against; see `scoreOf`. */
  score: number;
  /** One of the texts is too short to tell by it: a summary is no witness against a copy. */
  isShort: boolean;
};

/** Evidence for two articles whose titles and texts are the same word for word (`Sketch.exact`): what `match` would find, unread. */
export const exactEvidence: Evidence = {
  kind: 'same',
  ground: 'exact',
  veto: null,
  jaccard: 1,
  containment: 1,
  leads: [1, 1],
  halves: [1, 1],
  title: [1, 1],
  slots: [0, 0, 0],
  news: 0,
  score: 1,
  isShort: false,
};

/** An article as matching sees it. */
export type Article = {
  signature: Signature;
  /** Anything that is equal for one publisher; null where unknown. */
  publisher: string | number | null;
  /** Publication on the caller's clock; null where unknown. */
  at: Date | null;
  /** True when the publisher's habits show the article to be one of a series (`story/habit`). */
  isSerial?: boolean;
};

/** The borders of the decision. Each stands with the nearest wrong pair of the corpus in docs/clustering.md. */
export const borders = {
  copyJaccard: 0.88,
  copyLead: 0.6,
  wholeContainment: 0.96,
  wholeLead: 0.9,
  wholeJaccard: 0.7,
  equalTitle: 0.9,
  equalTitleContainment: 0.65,
  equalTitleLead: 0.6,
  likeTitle: 0.75,
  cutTitle: 0.95,
  likeTitleContainment: 0.8,
  likeTitleLead: 0.72,
  editScore: 0.71,
  editJaccard: 0.5,
  evenLead: 0.68,
  evenHalf: 0.65,
  evenJaccard: 0.62,
  evenOtherFacts: 0.06,
  otherFacts: 0.12,
  related: 0.25,
} as const;

/** Shingles below which nothing is merged, and below which only equal titles can merge. */
const fewest = { any: 8, byText: 40 } as const;

const day = 86_400_000;

const round = (share: number) => Math.round(share * 1000) / 1000;

// Weights in twentieths. What two papers' desks leave alone longest is the opening, so it counts most.
function scoreOf(e: Omit<Evidence, 'kind' | 'ground' | 'veto' | 'score' | 'isShort'>): number {
  const [lowLead, highLead] = [Math.min(...e.leads), Math.max(...e.leads)];
  const shares =
    2 * (e.jaccard + e.containment + e.halves[0] + e.halves[1] + e.title[0] + e.title[1]) + 3 * lowLead + 5 * highLead;
  return shares / 20 - otherFacts(e.slots) - 0.04 * e.news;
}

function otherFacts([alike, number, name]: readonly [number, number, number]): number {
  return (number + name) / (alike + number + name || 1);
}

function isEven(e: Evidence): boolean {
  if (e.news > 0 || otherFacts(e.slots) > borders.evenOtherFacts || e.jaccard < borders.evenJaccard) return false;
  return Math.min(...e.leads) >= borders.evenLead && Math.min(...e.halves) >= borders.evenHalf;
}

function groundOf(e: Evidence, shingleCount: number): Ground | null {
  const lead = Math.max(...e.leads);
  const [equal, shorter] = e.title;
  if (shingleCount < fewest.any) return null;
  const isLong = shingleCount >= fewest.byText;
  if (isLong) {
    if (e.jaccard >= borders.copyJaccard && lead >= borders.copyLead) return 'copy';
    if (e.containment >= borders.wholeContainment && lead >= borders.wholeLead && e.jaccard >= borders.wholeJaccard)
      return 'copy';
  }
  if (equal >= borders.equalTitle && e.containment >= borders.equalTitleContainment && lead >= borders.equalTitleLead)
    return 'title';
  const isLikeTitle = equal >= borders.likeTitle || (shorter >= borders.cutTitle && equal >= 0.4);
  if (isLong && isLikeTitle && e.containment >= borders.likeTitleContainment && lead >= borders.likeTitleLead)
    return 'title';
  if (isLong && e.jaccard >= borders.editJaccard && e.score >= borders.editScore) return 'edit';
  return isLong && isEven(e) ? 'even' : null;
}

function vetoOf(a: Article, b: Article, e: Evidence): Veto | null {
  if (compareSlots(a.signature.slots.title, b.signature.slots.title).otherNumber > 0) return 'title-numbers';
  const [, number, name] = e.slots;
  const share = otherFacts(e.slots);
  if (number > 0 && share > borders.otherFacts) return 'numbers';
  // One other name in a short text may be a byline or a slip; two are another event.
  if (name > 0 && share > (name > 1 ? borders.otherFacts : 0.3)) return 'names';
  if (compareSlots(a.signature.slots.head, b.signature.slots.head).otherNumber > 1) return 'head-numbers';
  const isOnePublisher = a.publisher !== null && a.publisher === b.publisher;
  if (isOnePublisher && (a.isSerial || b.isSerial) && (number + name + e.news > 0 || e.jaccard < 0.97)) return 'series';
  const apart = a.at === null || b.at === null ? 0 : Math.abs(a.at.getTime() - b.at.getTime());
  if (apart > 14 * day && e.jaccard < 0.9) return 'long-ago';
  return null;
}

const pair = (a: number, ofA: number, b: number, ofB: number): [number, number] => [
  round(a / (ofA || 1)),
  round(b / (ofB || 1)),
];

/** Decides whether `a` and `b` are one text lineage. Symmetric but for the order inside the pairs. */
export function match(a: Article, b: Article): Evidence {
  const x = a.signature;
  const y = b.signature;
  const { shared, heads, halves } = overlapOf(x.shingles, y.shingles);
  const sizes = [x.shingles.hash.length, y.shingles.hash.length] as const;
  const words = countShared(x.titleWords, y.titleWords);
  const slots = compareSlots(x.slots.text, y.slots.text);
  const shares = {
    jaccard: round(jaccard(shared, ...sizes)),
    containment: round(containment(shared, ...sizes)),
    leads: pair(heads[0], x.parts.head, heads[1], y.parts.head),
    halves: pair(halves[0], x.parts.half, halves[1], y.parts.half),
    title: [
      jaccard(words, x.titleWords.length, y.titleWords.length),
      containment(words, x.titleWords.length, y.titleWords.length),
    ].map(round) as [number, number],
    slots: [slots.alike, slots.otherNumber, slots.otherName] as [number, number, number],
    news: countMissing(x.titleNumbers, y.numbers) + countMissing(y.titleNumbers, x.numbers),
  };
  const evidence: Evidence = {
    kind: 'different',
    ground: null,
    veto: null,
    ...shares,
    score: round(scoreOf(shares)),
    isShort: Math.min(...sizes) < fewest.byText,
  };
  evidence.ground = groundOf(evidence, Math.min(...sizes));
  evidence.veto = vetoOf(a, b, evidence);
  if (evidence.ground !== null && evidence.veto === null) evidence.kind = 'same';
  else if (evidence.containment >= borders.related) evidence.kind = 'related';
  return evidence;
}
