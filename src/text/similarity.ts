// Rows of tokens → sets of shingles, and what two sets have in common.

/** Distinct 32-bit hashes in rising order. */
export type HashSet = Uint32Array;

/** The shingles of a text: each hash once, and where it first stands. The two rows have one length. */
export type Shingles = {
  hash: HashSet;
  /** Index of the first token of the shingle's first occurrence, at most 65,535. */
  at: Uint16Array;
};

/** What two texts share, counted in shingles; `head` and `half` are parts of one text that the whole other holds. */
export type Overlap = { shared: number; heads: [number, number]; halves: [number, number] };

/** Tokens in a shingle: three meet by chance between reports of one event, five lose too much at each edit (docs/clustering.md). */
const shingleSize = 4;
/** The opening of a text in tokens: a lead and the sentence behind it. */
const headTokens = 80;
/** Longer texts are compared by their first 65,535 tokens, some 300 KB. */
const mostTokens = 0xffff;

/** Sorts `values` in place and returns them without repeats. */
export function toHashSet(values: Uint32Array): HashSet {
  values.sort();
  let kept = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (i === 0 || value !== values[i - 1]) values[kept++] = value;
  }
  return values.slice(0, kept);
}

function mix(h: number, x: number): number {
  const y = Math.imul(h ^ x, 0x9e3779b1);
  return y ^ (y >>> 15);
}

/** All runs of four tokens, sorted by hash. Empty when there are fewer than four. */
export function shinglesOf(tokens: Uint32Array): Shingles {
  const count = Math.max(0, Math.min(tokens.length, mostTokens) - shingleSize + 1);
  let hash = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const h = mix(mix(mix(mix(0, tokens[i] ?? 0), tokens[i + 1] ?? 0), tokens[i + 2] ?? 0), tokens[i + 3] ?? 0);
    const spread = Math.imul(h, 0x85ebca6b);
    hash[i] = spread ^ (spread >>> 13);
  }
  let at = new Uint16Array(count);
  for (let i = 0; i < count; i++) at[i] = i;
  ({ hash, at } = sortByHash(hash, at));
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0 && hash[i] === hash[i - 1]) continue;
    // The sort is stable, so the first of equal hashes is the first in the text.
    hash[kept] = hash[i] ?? 0;
    at[kept++] = at[i] ?? 0;
  }
  return { hash: hash.slice(0, kept), at: at.slice(0, kept) };
}

// Radix sort by the four bytes of the hash: three times as fast here as sorting packed doubles natively.
function sortByHash(
  hash: Uint32Array<ArrayBuffer>,
  at: Uint16Array<ArrayBuffer>,
): { hash: Uint32Array<ArrayBuffer>; at: Uint16Array<ArrayBuffer> } {
  const count = hash.length;
  let from = { hash, at };
  let to = { hash: new Uint32Array(count), at: new Uint16Array(count) };
  const next = new Uint32Array(256);
  for (let shift = 0; shift < 32; shift += 8) {
    next.fill(0);
    for (let i = 0; i < count; i++) {
      const byte = ((from.hash[i] ?? 0) >>> shift) & 255;
      next[byte] = (next[byte] ?? 0) + 1;
    }
    let start = 0;
    for (let byte = 0; byte < 256; byte++) {
      const size = next[byte] ?? 0;
      next[byte] = start;
      start += size;
    }
    for (let i = 0; i < count; i++) {
      const value = from.hash[i] ?? 0;
      const byte = (value >>> shift) & 255;
      const slot = next[byte] ?? 0;
      next[byte] = slot + 1;
      to.hash[slot] = value;
      to.at[slot] = from.at[i] ?? 0;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** How many hashes two sets share. */
export function countShared(a: HashSet, b: HashSet): number {
  let i = 0;
  let j = 0;
  let shared = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] ?? 0;
    const y = b[j] ?? 0;
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return shared;
}

/** How many hashes of `part` are not in `whole`. */
export function countMissing(part: HashSet, whole: HashSet): number {
  return part.length - countShared(part, whole);
}

/** Shared hashes as a share of both sets together; 0 when both are empty. */
export function jaccard(shared: number, a: number, b: number): number {
  return shared / (a + b - shared || 1);
}

/** Shared hashes as a share of the smaller set; 0 when it is empty. */
export function containment(shared: number, a: number, b: number): number {
  return shared / (Math.min(a, b) || 1);
}

/** Counts what two texts share, in one pass over both. */
export function overlapOf(a: Shingles, b: Shingles): Overlap {
  const halfA = a.hash.length >>> 1;
  const halfB = b.hash.length >>> 1;
  const overlap: Overlap = { shared: 0, heads: [0, 0], halves: [0, 0] };
  let i = 0;
  let j = 0;
  while (i < a.hash.length && j < b.hash.length) {
    const x = a.hash[i] ?? 0;
    const y = b.hash[j] ?? 0;
    if (x === y) {
      const atA = a.at[i] ?? 0;
      const atB = b.at[j] ?? 0;
      overlap.shared++;
      if (atA < headTokens) overlap.heads[0]++;
      if (atB < headTokens) overlap.heads[1]++;
      if (atA < halfA) overlap.halves[0]++;
      if (atB < halfB) overlap.halves[1]++;
    }
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return overlap;
}

/** How many distinct shingles begin in the first 80 tokens, and how many in the first half. */
export function partsOf(shingles: Shingles): { head: number; half: number } {
  const half = shingles.hash.length >>> 1;
  const parts = { head: 0, half: 0 };
  for (const at of shingles.at) {
    if (at < headTokens) parts.head++;
    if (at < half) parts.half++;
  }
  return parts;
}
