// An article's terms + how common they are → its vector: the terms that tell it from others, strongest first. Pure.
import { kindOf, termKind } from '../text/terms.ts';
import { documentsWith, type Frequencies } from './frequency.ts';

/** Of length 1; at most 128 terms. Both arrays have the same length and order: heaviest term first, equal weights as they first occur. */
export type TermVector = { terms: Int32Array; weights: Float32Array };

// Measured on 2,481 articles of 611 events, both halves apart: 64 terms lose 0.4 points of nDCG@10, 192 gain nothing;
// see docs/related.md for these and the other figures here.
const maxTerms = 128;
const rarityPower = 0.8;
const nameBoost = 1.2;
// Syllables count half as often again as pairs, which share most of their occurrences.
const syllableCount = 1.5;
// Unseen documents that the rarity of terms is reckoned with: in a store of ten stories, what two of them share must not look common.
const imagined = 300;

// Logarithms are kept: of the rarity for each number of stories, of each count (counts are multiples of a half).
const rarities = new Float64Array(65_536);
let raritiesFor = -1;

function rarityOf(n: number, total: number): number {
  if (total !== raritiesFor) {
    rarities.fill(0);
    raritiesFor = total;
  }
  const known = rarities[n] ?? 0;
  if (known !== 0) return known;
  const rarity = Math.log(1 + (Math.max(total - n, 0) + imagined) / (n + 0.5)) ** rarityPower;
  rarities[n] = rarity;
  return rarity;
}

const keptCounts = 64;
const logOfCount = (count: number) => 1 + Math.log(count);
const countLogs = Float64Array.from({ length: keptCounts * 2 }, (_, i) => logOfCount(i / 2));
const syllableLogs = Float64Array.from({ length: keptCounts * 2 }, (_, i) => logOfCount((i / 2) * syllableCount));

function weigh(term: number, count: number, frequencies: Frequencies): number {
  const rarity = rarityOf(documentsWith(frequencies, term), frequencies.total);
  const kind = kindOf(term);
  if (kind === termKind.syllable)
    return (count < keptCounts ? (syllableLogs[count * 2] ?? 1) : logOfCount(count * syllableCount)) * rarity;
  return (
    (count < keptCounts ? (countLogs[count * 2] ?? 1) : logOfCount(count)) *
    rarity *
    (kind === termKind.name ? nameBoost : 1)
  );
}

// No weight is above 100: a histogram finds the heaviest in one pass, only they are sorted.
const steps = 32;
const histogram = new Int32Array(100 * steps + 1);
const stepOf = (weight: number) => Math.min(Math.floor(weight * steps), histogram.length - 1);

function leastStep(weights: Float64Array): number {
  histogram.fill(0);
  for (let i = 0; i < weights.length; i++) {
    const step = stepOf(weights[i] ?? 0);
    histogram[step] = (histogram[step] ?? 0) + 1;
  }
  let step = histogram.length - 1;
  for (let above = 0; step > 0; step--) {
    above += histogram[step] ?? 0;
    if (above >= maxTerms) break;
  }
  return step;
}

// A weight and its place in one number, the weight in front: typed arrays sort fast where no function compares. Places are below
// 2^16 (`termsOf` gives at most 12,000 terms), weights are told apart to 2^-28.
const places = 65_536;
const grain = 2 ** 28 * places;
const sortable = new Float64Array(places);

// The places of the heaviest, heaviest first, as the remainders of what is returned.
function heaviest(weights: Float64Array): Float64Array {
  const least = leastStep(weights);
  let count = 0;
  for (let i = 0; i < weights.length && i < places; i++) {
    const weight = weights[i] ?? 0;
    if (stepOf(weight) >= least) sortable[count++] = Math.floor((weight * grain) / places) * places + (places - 1 - i);
  }
  const sorted = sortable.subarray(0, count).sort().reverse();
  return sorted.subarray(0, maxTerms);
}

/** The vector of an article by TF-IDF, from its terms and their counts. No terms, no vector: empty arrays. */
export function vectorOf(
  { terms, counts }: { terms: Int32Array; counts: Float32Array },
  frequencies: Frequencies,
): TermVector {
  const weights = new Float64Array(terms.length);
  for (let i = 0; i < weights.length; i++) weights[i] = weigh(terms[i] ?? 0, counts[i] ?? 1, frequencies);
  const order = heaviest(weights);
  const vector = { terms: new Int32Array(order.length), weights: new Float32Array(order.length) };
  let squares = 0;
  for (let i = 0; i < order.length; i++) {
    const place = places - 1 - ((order[i] ?? 0) % places);
    const weight = weights[place] ?? 0;
    vector.terms[i] = terms[place] ?? 0;
    vector.weights[i] = weight;
    squares += weight * weight;
  }
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < order.length; i++) vector.weights[i] = (vector.weights[i] ?? 0) / length;
  return vector;
}

/** Term → weight, for comparing one vector with many. */
export type Lookup = TermVector & { slots: Uint8Array };

// An open hash table of places in the vector, counted from 1, so roomy that of the terms it lacks nearly all meet an empty slot: a list of
// related stories asks 30,000 times, and nearly always in vain.
const slotBits = 12;
const slotMask = (1 << slotBits) - 1;
const slotOf = (term: number) => Math.imul(term, 0x9e3779b1) >>> (32 - slotBits);

/** The vector as a lookup. */
export function lookupOf({ terms, weights }: TermVector): Lookup {
  const slots = new Uint8Array(1 << slotBits);
  const length = Math.min(terms.length, maxTerms);
  for (let i = length - 1; i >= 0; i--) {
    let slot = slotOf(terms[i] ?? 0);
    while (slots[slot] !== 0) slot = (slot + 1) & slotMask;
    slots[slot] = i + 1;
  }
  return { terms, weights, slots };
}

/** The weight of a term, 0 when the vector lacks it. */
export function weightIn({ terms, weights, slots }: Lookup, term: number): number {
  for (let slot = slotOf(term); ; slot = (slot + 1) & slotMask) {
    const place = slots[slot] ?? 0;
    if (place === 0) return 0;
    if (terms[place - 1] === term) return weights[place - 1] ?? 0;
  }
}

/** Cosine of two vectors, 0 to 1. */
export function similarity(a: Lookup, { terms, weights }: TermVector): number {
  const { slots } = a;
  let sum = 0;
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] ?? 0;
    if (slots[slotOf(term)] !== 0) sum += weightIn(a, term) * (weights[i] ?? 0);
  }
  return Math.min(sum, 1);
}

const bytesPerTerm = 6;
const weightScale = 65_535;

/** The vector as it is stored: for each term 4 bytes and 2 bytes of weight, little-endian, in order. */
export function packVector({ terms, weights }: TermVector): Buffer {
  const bytes = Buffer.alloc(terms.length * bytesPerTerm);
  for (let i = 0; i < terms.length; i++) {
    bytes.writeInt32LE(terms[i] ?? 0, i * bytesPerTerm);
    bytes.writeUInt16LE(Math.round((weights[i] ?? 0) * weightScale), i * bytesPerTerm + 4);
  }
  return bytes;
}

/** The inverse of `packVector`; a broken tail is left out. */
export function unpackVector(bytes: Uint8Array): TermVector {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Math.min(Math.floor(bytes.byteLength / bytesPerTerm), maxTerms);
  const vector = { terms: new Int32Array(length), weights: new Float32Array(length) };
  for (let i = 0; i < length; i++) {
    vector.terms[i] = view.getInt32(i * bytesPerTerm, true);
    vector.weights[i] = view.getUint16(i * bytesPerTerm + 4, true) / weightScale;
  }
  return vector;
}
