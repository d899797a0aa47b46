// Filed vectors ⇄ postings of terms: what goes under each term, and which stories an article shares most with. Pure.
import { indexedTerms, queriedTerms } from './related.ts';
import type { TermVector } from './vector.ts';

/** Stories under one term as they are stored: 6 bytes little-endian each, in the order in which they were filed. */
export type PackedPosting = { term: number; stories: Buffer };

const idBytes = 6;
// Of a term this many stories are met: those whose numbers, and so whose days, are nearest to the article's.
const metPerTerm = 64;

/** The postings of a batch of filed stories, in the order of the terms; stories stand in the order given. */
export function packPostings(filed: readonly { id: number; vector: TermVector }[]): PackedPosting[] {
  const pairs: { term: number; id: number }[] = [];
  for (const { id, vector } of filed)
    for (const term of vector.terms.subarray(0, indexedTerms)) pairs.push({ term, id });
  // Stable: of one term the stories keep their order.
  pairs.sort((a, b) => a.term - b.term);
  const postings: PackedPosting[] = [];
  for (let from = 0; from < pairs.length; ) {
    const term = pairs[from]?.term ?? 0;
    let to = from;
    while (pairs[to]?.term === term) to++;
    const stories = Buffer.allocUnsafe((to - from) * idBytes);
    for (let i = from; i < to; i++) stories.writeUIntLE(pairs[i]?.id ?? 0, (i - from) * idBytes, idBytes);
    postings.push({ term, stories });
    from = to;
  }
  return postings;
}

const unpackIds = (stories: Buffer) =>
  Array.from({ length: Math.floor(stories.length / idBytes) }, (_, i) => stories.readUIntLE(i * idBytes, idBytes));

/** The heaviest terms of an article: what its postings are asked by. */
export function askedTerms({ terms }: TermVector): Int32Array {
  return terms.subarray(0, queriedTerms);
}

/**
 * The stories that share most weight of the article's asked terms, best first, at most `limit`, itself left out. `id` is its own
 * number, or null for an article that is not stored, which meets the newest.
 */
export function mostShared(
  { id, vector }: { id: number | null; vector: TermVector },
  postings: readonly PackedPosting[],
  limit: number,
): number[] {
  const weights = new Map<number, number>();
  const asked = askedTerms(vector);
  for (let i = 0; i < asked.length; i++) weights.set(asked[i] ?? 0, vector.weights[i] ?? 0);
  const at = id ?? Number.MAX_SAFE_INTEGER;
  const shared = new Map<number, number>();
  for (const { term, stories } of postings) {
    const weight = weights.get(term) ?? 0;
    const ids = [...new Set(unpackIds(stories))];
    if (ids.length > metPerTerm) {
      ids.sort((a, b) => Math.abs(a - at) - Math.abs(b - at));
      ids.length = metPerTerm;
    }
    for (const story of ids) if (story !== id) shared.set(story, (shared.get(story) ?? 0) + weight);
  }
  return [...shared]
    .sort((a, b) => b[1] - a[1] || b[0] - a[0])
    .slice(0, limit)
    .map(([story]) => story);
}
