// Filed vectors ⇄ postings of terms: what goes under each term, and which stories an article shares most with. Pure.
import { indexedTerms, queriedTerms } from './related.ts';
import type { TermVector } from './vector.ts';

/** Stories under one term as they are stored: 6 bytes little-endian each, in the order in which they were filed. */
export type PackedPosting = { term: number; stories: Buffer };

const idBytes = 6;
// Of a term this many stories are met: those whose numbers, and so whose days, are nearest to the article's.
const metPerTerm = 64;

// A term and a place among the filed pairs in one number: typed arrays sort fast where no function compares.
const maxPairs = 2 ** 21;
const lowestTerm = -(2 ** 31);

/**
 * The postings of a batch of filed stories, in the order of the terms; stories stand in the order given. Throws RangeError for more
 * than 65,536 stories.
 */
export function packPostings(filed: readonly { id: number; vector: TermVector }[]): PackedPosting[] {
  if (filed.length * indexedTerms > maxPairs)
    throw new RangeError(`${filed.length} stories are too many for one batch`);
  const pairs = new Float64Array(filed.length * indexedTerms);
  let count = 0;
  for (const [i, { vector }] of filed.entries()) {
    const { terms } = vector;
    for (let k = 0; k < terms.length && k < indexedTerms; k++)
      pairs[count++] = ((terms[k] ?? 0) - lowestTerm) * maxPairs + i;
  }
  const sorted = pairs.subarray(0, count).sort();
  const bytes = Buffer.allocUnsafe(count * idBytes);
  const postings: PackedPosting[] = [];
  for (let from = 0; from < count; ) {
    const slot = Math.floor((sorted[from] ?? 0) / maxPairs);
    let to = from;
    while (to < count && Math.floor((sorted[to] ?? 0) / maxPairs) === slot) {
      bytes.writeUIntLE(filed[(sorted[to] ?? 0) % maxPairs]?.id ?? 0, to * idBytes, idBytes);
      to++;
    }
    postings.push({ term: slot + lowestTerm, stories: bytes.subarray(from * idBytes, to * idBytes) });
    from = to;
  }
  return postings;
}

/** The heaviest terms of an article: what its postings are asked by. */
export function askedTerms({ terms }: TermVector): Int32Array {
  return terms.subarray(0, queriedTerms);
}

// The ids of one posting in ascending order. They were filed in that order but for stories whose words changed later.
let ids = new Float64Array(256);

function readIds(stories: Buffer): number {
  const count = Math.floor(stories.length / idBytes);
  if (ids.length < count) ids = new Float64Array(count * 2);
  let isAscending = true;
  let last = 0;
  for (let i = 0, at = 0; i < count; i++, at += idBytes) {
    const low = (stories[at] ?? 0) | ((stories[at + 1] ?? 0) << 8) | ((stories[at + 2] ?? 0) << 16);
    const high = (stories[at + 3] ?? 0) | ((stories[at + 4] ?? 0) << 8) | ((stories[at + 5] ?? 0) << 16);
    const id = low + high * 0x1000000;
    if (id <= last) isAscending = false;
    ids[i] = last = id;
  }
  if (isAscending) return count;
  ids.subarray(0, count).sort();
  let distinct = 0;
  for (let i = 0; i < count; i++) if (i === 0 || ids[i] !== ids[i - 1]) ids[distinct++] = ids[i] ?? 0;
  return distinct;
}

// Where the ids nearest to `at` begin, of `count` in ascending order; as many as are met follow.
function nearestTo(at: number, count: number): number {
  let from = 0;
  let to = count;
  while (to - from > metPerTerm) {
    if (at - (ids[from] ?? 0) > (ids[to - 1] ?? 0) - at) from++;
    else to--;
  }
  return from;
}

// Stories met so far and the weight they share, in an open hash table that all articles use in turn: 40 terms meet 2,560 at most.
const metBits = 13;
const metMask = (1 << metBits) - 1;
const metIds = new Float64Array(1 << metBits);
const metWeights = new Float64Array(1 << metBits);
const metSlots = new Uint16Array(queriedTerms * metPerTerm);

function meet(id: number, weight: number, met: number): number {
  let slot = Math.imul(id | 0, 0x9e3779b1) >>> (32 - metBits);
  while (metWeights[slot] !== 0 && metIds[slot] !== id) slot = (slot + 1) & metMask;
  if (metWeights[slot] === 0) {
    metIds[slot] = id;
    metSlots[met++] = slot;
  }
  metWeights[slot] = (metWeights[slot] ?? 0) + weight;
  return met;
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
  let met = 0;
  for (const { term, stories } of postings) {
    const weight = weights.get(term) ?? 0;
    if (weight === 0) continue;
    // Each term once, whatever the list holds: the table has room for so many.
    weights.delete(term);
    const count = readIds(stories);
    const from = nearestTo(at, count);
    for (let i = from; i < Math.min(from + metPerTerm, count); i++)
      if (ids[i] !== id) met = meet(ids[i] ?? 0, weight, met);
  }
  return takeHeaviest(met, limit);
}

// Weights by steps: the first pass finds the step that the last place is in. 40 weights of a vector of length 1 make 6.4 at most.
const steps = 4_096;
const stepsAOne = 640;
const histogram = new Uint16Array(steps);
const stepOf = (weight: number) => Math.min(Math.floor(weight * stepsAOne), steps - 1);

function leastStep(met: number, limit: number): number {
  histogram.fill(0);
  for (let i = 0; i < met; i++) {
    const step = stepOf(metWeights[metSlots[i] ?? 0] ?? 0);
    histogram[step] = (histogram[step] ?? 0) + 1;
  }
  let step = steps - 1;
  for (let above = 0; step > 0; step--) {
    above += histogram[step] ?? 0;
    if (above >= limit) break;
  }
  return step;
}

// Empties the table. Most of what was met shares one term: only what is heavy enough is put in order.
function takeHeaviest(met: number, limit: number): number[] {
  const least = leastStep(met, limit);
  const heavy: { id: number; weight: number }[] = [];
  for (let i = 0; i < met; i++) {
    const slot = metSlots[i] ?? 0;
    const weight = metWeights[slot] ?? 0;
    if (stepOf(weight) >= least) heavy.push({ id: metIds[slot] ?? 0, weight });
    metWeights[slot] = 0;
  }
  return heavy
    .sort((a, b) => b.weight - a.weight || b.id - a.id)
    .slice(0, limit)
    .map((one) => one.id);
}
