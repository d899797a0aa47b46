// Documents' terms → how common each term is, in bounded memory: a count-min sketch that forgets slowly. Pure.
import { endianness } from 'node:os';

/** How often terms occur over documents, in 8 MB whatever their number; see docs/related.md. */
export type Frequencies = {
  /** Documents counted, less those forgotten. */
  total: number;
  /** Two rows of counters, in turns of 16. */
  counts: Uint16Array;
};

const columnBits = 21;
const columns = 1 << columnBits;
const most = 65_535;
// What is rare is rare in the news of now: at this many documents all counters are halved.
const memory = 200_000;

/** Frequencies of nothing. */
export function newFrequencies(): Frequencies {
  return { total: 0, counts: new Uint16Array(2 * columns) };
}

// Both counters of a term lie in one line of the processor's cache (32 counters): a story asks for hundreds of terms, and a memory of
// 8 MB answers each line late. The halves of a line are the two rows.
const lineBits = columnBits + 1 - 5;
const lineOf = (term: number) => (Math.imul(term, 0x9e3779b1) >>> (32 - lineBits)) << 5;
const mixed = (term: number) => Math.imul(term ^ (term >>> 15), 0x85ebca6b) >>> 24;
const firstColumn = (term: number) => lineOf(term) | (mixed(term) & 15);
const secondColumn = (term: number) => lineOf(term) | 16 | (mixed(term) >>> 4);

/** Counts one document's distinct terms. Changes `frequencies`. */
export function countDocument(frequencies: Frequencies, terms: Iterable<number>): void {
  const { counts } = frequencies;
  for (const term of terms) {
    const first = firstColumn(term);
    const second = secondColumn(term);
    const [x, y] = [counts[first] ?? 0, counts[second] ?? 0];
    // Conservative update: only the smaller counter can be the true one.
    if (x <= y && x < most) counts[first] = x + 1;
    if (y <= x && y < most) counts[second] = y + 1;
  }
  frequencies.total += 1;
  if (frequencies.total < memory) return;
  frequencies.total >>>= 1;
  for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] ?? 0) >>> 1;
}

/** In how many of the counted documents a term occurs: never too few (up to 65,535), seldom too many. */
export function documentsWith({ counts }: Frequencies, term: number): number {
  return Math.min(counts[firstColumn(term)] ?? 0, counts[secondColumn(term)] ?? 0);
}

const isLittleEndian = endianness() === 'LE';

/** The counters as they are stored: little-endian, in order. A copy. */
export function packCounts({ counts }: Frequencies): Buffer {
  const bytes = Buffer.from(new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength));
  return isLittleEndian ? bytes : bytes.swap16();
}

/** The inverse of `packCounts`; null when the bytes are of another size, as another version of the program wrote them. */
export function unpackCounts(total: number, bytes: Buffer): Frequencies | null {
  const { counts } = newFrequencies();
  if (bytes.length !== counts.byteLength) return null;
  const own = Buffer.from(counts.buffer);
  bytes.copy(own);
  if (!isLittleEndian) own.swap16();
  return { total, counts };
}
