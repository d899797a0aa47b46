// An article and its candidates → the stories its reader wants next, best first, each with a reason. Pure.
import { type Reason, reasonFor } from './reason.ts';
import { lookupOf, similarity, type TermVector } from './vector.ts';

/** An article whose related stories are sought: a stored story, or a text that is not stored. */
export type RelatedArticle = {
  vector: TermVector;
  /** When it was published; null = unknown. */
  at: Date | null;
  /** Names and places as the article writes them, by term (see `termsOf`). */
  labels: ReadonlyMap<number, string>;
  /** Its story; null when it is not stored. */
  id: number | null;
};

/** A story that may be related. */
export type RelatedCandidate = { id: number; vector: TermVector; at: Date | null };

/** One related story. `score` orders a list: 0 to 1, rounded to three digits. `copies`: candidates left out because they repeat it. */
export type Related = { id: number; score: number; reason: Reason; copies: number[] };

/** How many related stories a list holds. */
export const maxRelated = 8;

// Most terms an article is found by, and most candidates it is compared with: the measured plateau, see docs/related.md.
/** Candidates that an article is compared with. */
export const maxCandidates = 64;
/** Terms of a story that go to the index, from the heaviest. */
export const indexedTerms = 32;
/** Terms of an article that are looked up, from the heaviest. */
export const queriedTerms = 40;

/** Cosine from which two stories are copies of one another. */
// No two independent reports of one event came as near as this in the corpus, and half of its lightly edited copies did.
export const copySimilarity = 0.9;
const leastScore = 0.03;
// A story that shares neither event nor name nor place must be nearer than that.
const leastTopicScore = 0.06;
const decayDays = 30;
const decayFloor = 0.4;
const unknownTime = 0.8;
// How much the best candidate's own neighbourhood adds: it knows words of the event that the article lacks.
const companionWeight = 2;
// A list of eight that repeats one report eight times helps nobody: what resembles a better place loses up to this share.
const repetitionPenalty = 0.2;
const dayMs = 86_400_000;

function timeFactor(a: Date | null, b: Date | null): number {
  if (a === null || b === null) return unknownTime;
  return decayFloor + (1 - decayFloor) * Math.exp(-Math.abs(a.getTime() - b.getTime()) / (decayDays * dayMs));
}

type Scored = RelatedCandidate & { similarity: number; time: number; own: number; score: number };

const byScore = (a: Scored, b: Scored) => b.score - a.score || b.id - a.id;

function scoreAll(article: RelatedArticle, candidates: readonly RelatedCandidate[]): Scored[] {
  const lookup = lookupOf(article.vector);
  const scored: Scored[] = [];
  for (const candidate of candidates) {
    if (candidate.id === article.id) continue;
    const alike = similarity(lookup, candidate.vector);
    if (alike >= copySimilarity) continue;
    const time = timeFactor(article.at, candidate.at);
    const own = alike * time;
    if (own >= leastScore) scored.push({ ...candidate, similarity: alike, time, own, score: own });
  }
  return scored.sort(byScore);
}

// The best candidate tells of the same event in other words; what is near to both is nearer than what is near to one.
function addCompanion(scored: Scored[]): void {
  const [best] = scored;
  if (best === undefined) return;
  const lookup = lookupOf(best.vector);
  const weight = companionWeight * best.own;
  for (const one of scored) {
    const near = one === best ? 1 : similarity(lookup, one.vector);
    one.score = ((one.similarity + weight * near) * one.time) / (1 + weight);
  }
  scored.sort(byScore);
}

// Greedy: each place goes to the best of the rest, repetition counted off.
function pickDiverse(scored: readonly Scored[], limit: number): { one: Scored; copies: number[] }[] {
  let rest = scored.map((one) => ({ one, repeats: 0 }));
  const picked: { one: Scored; copies: number[] }[] = [];
  const worth = ({ one, repeats }: { one: Scored; repeats: number }) =>
    one.score * (1 - repetitionPenalty * Math.max(0, 2 * repeats - 1));
  while (picked.length < limit) {
    const [first, ...others] = rest;
    if (first === undefined) break;
    const { one } = others.reduce((best, other) => (worth(other) > worth(best) ? other : best), first);
    const lookup = lookupOf(one.vector);
    const copies: number[] = [];
    rest = rest.filter((other) => {
      if (other.one === one) return false;
      const alike = similarity(lookup, other.one.vector);
      other.repeats = Math.max(other.repeats, alike);
      if (alike >= copySimilarity) copies.push(other.one.id);
      return alike < copySimilarity;
    });
    picked.push({ one, copies });
  }
  return picked;
}

/**
 * The related stories of an article, best first, at most `limit`: never the article's own story, a copy of it, or copies of
 * one another. Candidates may come in any order and hold anything; the same input gives the same list.
 */
export function relatedTo(
  article: RelatedArticle,
  candidates: readonly RelatedCandidate[],
  limit: number = maxRelated,
): Related[] {
  const scored = scoreAll(article, candidates);
  addCompanion(scored);
  const list = pickDiverse(scored.slice(0, limit * 2), limit).map(({ one, copies }) => ({
    id: one.id,
    score: Math.round(one.score * 1000) / 1000,
    reason: reasonFor(article, one),
    copies,
  }));
  return list.filter(({ reason, score }) => reason.kind !== 'topic' || score >= leastTopicScore);
}
