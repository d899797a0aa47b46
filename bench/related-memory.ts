// Vectors → candidates, as story/posting finds them with store/term.ts, but in memory: for measuring quality without a database.
import { askedTerms, mostShared, packPostings } from '../src/story/posting.ts';
import type { TermVector } from '../src/story/vector.ts';

/** Postings by term; as in the store, the newest 128 stories of each. */
export type MemoryIndex = ReadonlyMap<number, Buffer>;

const mostBytes = 128 * 6;

const atOnce = 50_000;

export function buildMemoryIndex(vectors: TermVector[]): MemoryIndex {
  const index = new Map<number, Buffer>();
  for (let from = 0; from < vectors.length; from += atOnce) {
    const filed = vectors.slice(from, from + atOnce).map((vector, i) => ({ id: from + i, vector }));
    for (const { term, stories } of packPostings(filed))
      index.set(term, Buffer.concat([index.get(term) ?? Buffer.alloc(0), stories]).subarray(-mostBytes));
  }
  return index;
}

/** The ids that share the most weight of the article's heaviest terms, at most `limit`, itself left out. */
export function candidatesOf(index: MemoryIndex, id: number, vector: TermVector, limit: number): number[] {
  const postings = [...askedTerms(vector)].flatMap((term) => {
    const stories = index.get(term);
    return stories === undefined ? [] : [{ term, stories }];
  });
  return mostShared({ id, vector }, postings, limit);
}
