// Sketches in order of arrival → for each new one, who may be its copy: an index in memory that follows the tables. Pure but for its own rows.
import type { Sketch } from '../text/sketch.ts';

/**
 * Rows of sketched entries and an open-addressed table from hash to row. Memory: about 250 bytes an entry in the window (docs/clustering.md).
 */
export type SketchIndex = {
  count: number;
  /** By row: entry id, time seen in milliseconds, `Sketch.exact`. */
  ids: Float64Array;
  ats: Float64Array;
  exacts: Float64Array;
  /** Pairs of hash and row + 1; row 0 = free. */
  slots: Uint32Array;
  used: number;
  /** Scratch of `findNear`: the weight a row has gathered in the search that its stamp names. */
  weights: Uint16Array;
  stamps: Uint32Array;
  stamp: number;
  scratch: Uint32Array;
  /** Rows that the window would hold had they not been dropped to bound memory; 0 as a rule. */
  dropped: number;
  mostEntries: number;
};

/** Who may be a copy: `exact` are the same word for word, `near` share enough marks, those that share most first, of equals the latest. */
export type Near = { exact: number[]; near: number[] };

/** How far back edited copies are looked for: as far as the decision allows them (the veto `long-ago`). */
export const windowMs = 14 * 86_400_000;

/**
 * What two articles must share to be compared: their title, three marks, or six of those that many articles have: these say little by
 * themselves, but a story that forty papers carry has no others (docs/clustering.md).
 */
const weight = { mark: 2, common: 1, title: 6, least: 6 } as const;
/** Candidates that are compared. */
const candidateLimit = 6;
/** From so many articles on a mark counts as common: in a store of few words most candidates shared nothing but common sentences. */
const fewPostings = 4;
/** Latest rows kept for one hash: what more entries share is a common phrase and says little. */
const mostPostings = 16;
const titleSalt = 0x2545f491;
const exactSalt = 0x7f4a7c15;

/** An empty index. At most `mostEntries` are kept, by default a million (250 MB); beyond, the window gets shorter. */
export function newSketchIndex(mostEntries = 1_000_000): SketchIndex {
  return {
    count: 0,
    ids: new Float64Array(1_024),
    ats: new Float64Array(1_024),
    exacts: new Float64Array(1_024),
    slots: new Uint32Array(2 * 32_768),
    used: 0,
    weights: new Uint16Array(1_024),
    stamps: new Uint32Array(1_024),
    stamp: 0,
    scratch: new Uint32Array(mostPostings),
    dropped: 0,
    mostEntries,
  };
}

const salted = (hash: number, salt: number) => Math.imul(hash ^ salt, 0x9e3779b1) >>> 0;
const exactKey = (exact: number) => salted((exact % 2 ** 32) >>> 0, exactSalt);

function homeOf(hash: number, slots: Uint32Array): number {
  const h = Math.imul(hash, 0x85ebca6b);
  return ((h ^ (h >>> 15)) >>> 0) & (slots.length / 2 - 1);
}

function post(index: SketchIndex, hash: number, row: number): void {
  const { slots } = index;
  const mask = slots.length / 2 - 1;
  let at = homeOf(hash, slots);
  let oldest = -1;
  let count = 0;
  for (let held = slots[2 * at + 1] ?? 0; held !== 0; held = slots[2 * at + 1] ?? 0) {
    if (slots[2 * at] === hash) {
      count++;
      if (oldest < 0 || held < (slots[2 * oldest + 1] ?? 0)) oldest = at;
    }
    at = (at + 1) & mask;
  }
  if (count >= mostPostings) {
    slots[2 * oldest + 1] = row + 1;
    return;
  }
  slots[2 * at] = hash;
  slots[2 * at + 1] = row + 1;
  index.used++;
}

function widen(row: Float64Array, length: number): Float64Array {
  const wide = new Float64Array(length);
  wide.set(row);
  return wide;
}

// Puts the postings of the rows from `first` on into a table of `size` slots; rows are renumbered.
function rehash(index: SketchIndex, size: number, first: number): void {
  const { slots } = index;
  index.slots = new Uint32Array(2 * size);
  index.used = 0;
  for (let at = 0; at < slots.length; at += 2) {
    const row = (slots[at + 1] ?? 0) - 1;
    if (row >= first) post(index, slots[at] ?? 0, row - first);
  }
}

// Rows are in order of arrival, so what has left the window stands in front.
function makeRoom(index: SketchIndex, now: number): void {
  let first = 0;
  while (first < index.count && (index.ats[first] ?? 0) < now - windowMs) first++;
  const isFull = index.count - first >= index.mostEntries;
  if (isFull) {
    const least = index.count - Math.floor(index.mostEntries * 0.8);
    index.dropped += least - first;
    first = least;
  }
  if (first < index.count / 4) {
    const length = Math.min(index.ids.length * 2, Math.max(index.mostEntries, index.count + 1));
    for (const key of ['ids', 'ats', 'exacts'] as const) index[key] = widen(index[key], length);
    index.weights = new Uint16Array(length);
    index.stamps = new Uint32Array(length);
    index.stamp = 0;
    return;
  }
  for (const key of ['ids', 'ats', 'exacts'] as const) index[key].copyWithin(0, first, index.count);
  index.count -= first;
  index.stamps.fill(0);
  index.stamp = 0;
  rehash(index, index.slots.length / 2, first);
}

/** Takes an entry into the index, seen at `at` (milliseconds). Entries come in order of arrival; one that changed comes again. */
export function addSketch(index: SketchIndex, id: number, at: number, sketch: Sketch): void {
  if (index.count === index.ids.length) makeRoom(index, at);
  if (index.used + 20 > (index.slots.length / 2) * 0.7) rehash(index, index.slots.length, 0);
  const row = index.count++;
  index.ids[row] = id;
  index.ats[row] = at;
  index.exacts[row] = sketch.exact;
  for (const mark of sketch.marks) post(index, mark, row);
  if (sketch.title !== 0) post(index, salted(sketch.title, titleSalt), row);
  if (sketch.exact !== 0) post(index, exactKey(sketch.exact), row);
}

// Rows that have `hash` gather `full` when they are few, `common` when they are not.
function gather(index: SketchIndex, hash: number, full: number, common: number, since: number, met: number[]): void {
  const { slots, stamps, weights, scratch } = index;
  const mask = slots.length / 2 - 1;
  let at = homeOf(hash, slots);
  let count = 0;
  for (let held = slots[2 * at + 1] ?? 0; held !== 0; held = slots[2 * at + 1] ?? 0) {
    if (slots[2 * at] === hash && (index.ats[held - 1] ?? 0) >= since) scratch[count++] = held - 1;
    at = (at + 1) & mask;
  }
  const share = count >= fewPostings ? common : full;
  for (let i = 0; i < count; i++) {
    const row = scratch[i] ?? 0;
    if (stamps[row] === index.stamp) weights[row] = (weights[row] ?? 0) + share;
    else {
      stamps[row] = index.stamp;
      weights[row] = share;
      met.push(row);
    }
  }
}

function exactRows(index: SketchIndex, exact: number): number[] {
  const { slots } = index;
  const hash = exactKey(exact);
  const mask = slots.length / 2 - 1;
  const rows: number[] = [];
  let at = homeOf(hash, slots);
  for (let held = slots[2 * at + 1] ?? 0; held !== 0; held = slots[2 * at + 1] ?? 0) {
    if (slots[2 * at] === hash && index.exacts[held - 1] === exact) rows.push(held - 1);
    at = (at + 1) & mask;
  }
  return rows;
}

const idsOf = (index: SketchIndex, rows: readonly number[]) => [...new Set(rows.map((row) => index.ids[row] ?? 0))];

/**
 * Entries of the last 14 days before `at` that may be copies of the sketched one, its own earlier rows among them. Where some are the same
 * word for word, only those: what they are near to was found when they came.
 */
export function findNear(index: SketchIndex, sketch: Sketch, at: number): Near {
  const exact = sketch.exact === 0 ? [] : exactRows(index, sketch.exact);
  if (exact.length > 0) return { exact: idsOf(index, exact).sort((a, b) => a - b), near: [] };
  index.stamp = index.stamp === 0xffffffff ? 1 : index.stamp + 1;
  const met: number[] = [];
  const since = at - windowMs;
  for (const mark of sketch.marks) gather(index, mark, weight.mark, weight.common, since, met);
  if (sketch.title !== 0) gather(index, salted(sketch.title, titleSalt), weight.title, weight.title, since, met);
  const near = met.filter((row) => (index.weights[row] ?? 0) >= weight.least);
  near.sort((a, b) => (index.weights[b] ?? 0) - (index.weights[a] ?? 0) || b - a);
  return { exact: [], near: idsOf(index, near).slice(0, candidateLimit) };
}

/** Bytes that the index holds. */
export function sizeOfIndex(index: SketchIndex): number {
  return [index.ids, index.ats, index.exacts, index.slots, index.weights, index.stamps].reduce(
    (sum, row) => sum + row.byteLength,
    0,
  );
}
