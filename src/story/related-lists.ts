// New lists and the lists that stand → the lists to write: the stories' own, and those of older stories they enter. Pure.
import { reasonFor } from './reason.ts';
import { copySimilarity, maxRelated, type Related, type RelatedArticle, type RelatedCandidate } from './related.ts';
import { lookupOf, similarity } from './vector.ts';

/** One place in a story's list as it is stored. */
export type ListPlace = { storyId: number; relatedId: number; score: number; reason: string; subject: string | null };

/** A story with the candidates it was compared with and the list that came of it. */
export type Ranked = {
  article: RelatedArticle & { id: number };
  candidates: readonly RelatedCandidate[];
  list: readonly Related[];
};

// A full list of an older story changes only for a clearly better one: its readers' validators hold, and two that are nearly
// equal do not take turns.
const betterBy = 1.15;

const toPlace = (storyId: number, { id, score, reason }: Omit<Related, 'copies'>): ListPlace => ({
  storyId,
  relatedId: id,
  score,
  reason: reason.kind,
  subject: reason.subject,
});

const saysSame = (a: ListPlace, b: ListPlace | undefined) =>
  a.relatedId === b?.relatedId && a.reason === b.reason && a.subject === b.subject;

// The same stories in the same order for the same reasons: that the scores moved a little is nobody's news.
function settle(old: readonly ListPlace[], fresh: ListPlace[]): ListPlace[] | null {
  return old.length === fresh.length && fresh.every((place, i) => saysSame(place, old[i])) ? null : fresh;
}

function enter(old: readonly ListPlace[], place: ListPlace, copies: ReadonlySet<number>): ListPlace[] | null {
  if (old.some((other) => other.relatedId === place.relatedId || copies.has(other.relatedId))) return null;
  const lowest = old.at(-1);
  if (old.length >= maxRelated && lowest !== undefined && place.score < lowest.score * betterBy) return null;
  return [...old, place].sort((a, b) => b.score - a.score || b.relatedId - a.relatedId).slice(0, maxRelated);
}

function copiesOf({ article, candidates }: Ranked): Set<number> {
  const lookup = lookupOf(article.vector);
  return new Set(candidates.filter((one) => similarity(lookup, one.vector) >= copySimilarity).map((one) => one.id));
}

/**
 * The lists that change, whole, by story. `standing` holds the present lists of the ranked stories and of all they are
 * related to, best first. A ranked story enters the list of each story in its own list that is not ranked itself.
 */
export function planLists(
  ranked: readonly Ranked[],
  standing: ReadonlyMap<number, readonly ListPlace[]>,
): Map<number, ListPlace[]> {
  const planned = new Map<number, ListPlace[]>();
  const own = new Set(ranked.map(({ article }) => article.id));
  for (const one of ranked) {
    const { article, candidates, list } = one;
    const settled = settle(
      standing.get(article.id) ?? [],
      list.map((related) => toPlace(article.id, related)),
    );
    if (settled !== null) planned.set(article.id, settled);
    if (list.length === 0) continue;
    const copies = copiesOf(one);
    for (const { id, score } of list) {
      const older = candidates.find((candidate) => candidate.id === id);
      if (own.has(id) || older === undefined) continue;
      const reason = reasonFor({ ...older, labels: article.labels }, article);
      const entered = enter(
        planned.get(id) ?? standing.get(id) ?? [],
        toPlace(id, { id: article.id, score, reason }),
        copies,
      );
      if (entered !== null) planned.set(id, entered);
    }
  }
  return planned;
}
