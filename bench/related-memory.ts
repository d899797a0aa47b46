// Vectors → candidates, as store/term.ts finds them in PostgreSQL, but in memory: for measuring quality without a database.
import { indexedTerms, queriedTerms } from '../src/story/related.ts';
import type { TermVector } from '../src/story/vector.ts';

export type MemoryIndex = { postings: Map<number, number[]>; vectors: TermVector[] };

export function buildMemoryIndex(vectors: TermVector[]): MemoryIndex {
  const postings = new Map<number, number[]>();
  vectors.forEach(({ terms }, id) => {
    for (const term of terms.subarray(0, indexedTerms)) {
      const list = postings.get(term);
      if (list === undefined) postings.set(term, [id]);
      else list.push(id);
    }
  });
  return { postings, vectors };
}

/** The ids that share the most weight of the article's heaviest terms; of each term only the newest `perTerm` are seen. */
export function candidatesOf(
  index: MemoryIndex,
  { terms, weights }: TermVector,
  perTerm: number,
  limit: number,
): number[] {
  const shared = new Map<number, number>();
  for (let i = 0; i < Math.min(terms.length, queriedTerms); i++) {
    const list = index.postings.get(terms[i] ?? 0) ?? [];
    for (const id of list.slice(-perTerm)) shared.set(id, (shared.get(id) ?? 0) + (weights[i] ?? 0));
  }
  return [...shared]
    .sort((a, b) => b[1] - a[1] || b[0] - a[0])
    .slice(0, limit)
    .map(([id]) => id);
}
