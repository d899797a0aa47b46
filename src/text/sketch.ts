// An article's title and text → a hundred bytes by which its copies are found and its publisher's habits are learnt, in one pass.
import { type LentTokens, scanLent, tokenKind } from './scan.ts';

/** What is kept of every article. No text can be read back from it. All numbers but `exact` are unsigned 32-bit hashes, 0 for none. */
export type Sketch = {
  /** Equal for two articles whose titles and texts are the same word for word; 53 bits; 0 for texts too short to be told apart. */
  exact: number;
  /** All words of the title. */
  title: number;
  /** The title with one mark for every number and name: equal for the issues of a series. 0 where it has neither or says little else. */
  skeleton: number;
  /** The smallest shingles of the opening and of the whole text: two texts share as many of them as they are alike. At most 16. */
  marks: Uint32Array;
  /** Short lines at the edges of the body, where a publisher's own lines stand. At most nine. */
  lines: Uint32Array;
};

const shingleSize = 4;
/** Shingles kept of the whole text, and of the first tokens so that a copy cut to its lead is found too (docs/clustering.md). */
const kept = { text: 12, head: 4 } as const;
const headTokens = 48;
/** Longer texts are known by their first 65,535 tokens, as in `similarity`. */
const mostTokens = 0xffff;
/** Distinct shingles below which equal texts are no proof. */
const fewestShingles = 8;
const edges = { first: 3, last: 6 } as const;
const lineTokens = { least: 3, most: 60 } as const;

function mix(h: number, x: number): number {
  const y = Math.imul(h ^ x, 0x9e3779b1);
  return y ^ (y >>> 15);
}

const finish = (h: number) => {
  const y = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (y ^ (y >>> 13)) >>> 0 || 1;
};

// The smallest hashes lie so close together that millions of articles would share them by chance: each is kept as another hash of its tokens.
function markAt(hash: Uint32Array, at: number): number {
  let h = 0x3c6ef372;
  for (let i = at; i < at + shingleSize; i++) h = mix(h, hash[i] ?? 0);
  return finish(h);
}

/** The least of a stream of hashes, rising, with where they stand. */
type Least = { size: number; hash: Uint32Array; at: Uint32Array };
const least = (size: number): Least => ({ size: 0, hash: new Uint32Array(size), at: new Uint32Array(size) });

function offer(best: Least, hash: number, at: number): void {
  const { hash: row } = best;
  let i = best.size;
  if (i === row.length && hash >= (row[i - 1] ?? 0)) return;
  for (let j = 0; j < i; j++) if (row[j] === hash) return;
  if (i === row.length) i--;
  else best.size++;
  for (; i > 0 && (row[i - 1] ?? 0) > hash; i--) {
    row[i] = row[i - 1] ?? 0;
    best.at[i] = best.at[i - 1] ?? 0;
  }
  row[i] = hash;
  best.at[i] = at;
}

function marksOf(tokens: Uint32Array): Uint32Array {
  const text = least(kept.text);
  const head = least(kept.head);
  const count = Math.min(tokens.length, mostTokens) - shingleSize + 1;
  let border = 0xffffffff;
  for (let i = 0; i < count; i++) {
    const a = Math.imul(tokens[i] ?? 0, 0x2c1b3c6d) ^ Math.imul(tokens[i + 1] ?? 0, 0x297a2d39);
    const b = Math.imul(tokens[i + 2] ?? 0, 0x1b56c4e9) + Math.imul(tokens[i + 3] ?? 0, 0x9e3779b1);
    const h = Math.imul(a ^ (a >>> 15) ^ b, 0x85ebca6b);
    const order = (h ^ (h >>> 13)) >>> 0;
    if (i < headTokens) offer(head, order, i);
    if (order > border) continue;
    offer(text, order, i);
    if (text.size === kept.text) border = text.hash[kept.text - 1] ?? 0;
  }
  const marks: number[] = [];
  for (let i = 0; i < text.size; i++) marks.push(markAt(tokens, text.at[i] ?? 0));
  for (let i = 0; i < head.size; i++) {
    const mark = markAt(tokens, head.at[i] ?? 0);
    if (!marks.includes(mark)) marks.push(mark);
  }
  return Uint32Array.from(marks);
}

function hashOf(tokens: Uint32Array, seed: number): number {
  let h = seed;
  for (let i = 0; i < tokens.length; i++) h = mix(h, tokens[i] ?? 0);
  return tokens.length === 0 ? 0 : finish(h);
}

/** `Sketch.skeleton` of a title. */
export function skeletonOf(title: string): number {
  return skeletonIn(scanLent(title));
}

function skeletonIn({ hash, kind }: LentTokens): number {
  let h = 0x51ed270b;
  let words = 0;
  let slots = 0;
  let before = -1;
  for (let i = 0; i < hash.length; i++) {
    const type = kind[i];
    const isSlot = type === tokenKind.number || type === tokenKind.name;
    // Names of several syllables are one; so are "27/9" and "12.5".
    if (isSlot && before === type) continue;
    h = mix(h, isSlot ? type : (hash[i] ?? 0));
    if (isSlot) slots++;
    else words++;
    before = isSlot ? type : -1;
  }
  return slots > 0 && words >= 2 ? finish(h) : 0;
}

/** Whether line `index` of `count` lines is one of those that a publisher may put around its articles. */
export function isEdge(index: number, count: number): boolean {
  return index < edges.first || index >= count - edges.last;
}

function lineHash(tokens: Uint32Array): number {
  const isShort = tokens.length >= lineTokens.least && tokens.length <= lineTokens.most;
  return isShort ? hashOf(tokens, 0x6d2b79f5) : 0;
}

/** The hash under which a sketch's `lines` hold this line of text; 0 for one of fewer than 3 or more than 60 tokens. */
export function hashOfLine(line: string): number {
  return lineHash(scanLent(line).hash);
}

// `from`: lines before it are not the body's.
function edgesOf({ hash, lines }: LentTokens, from: number): Uint32Array {
  const found: number[] = [];
  const count = hash.length === 0 ? 0 : lines.length + 1;
  for (let line = from; line < count; line++) {
    if (!isEdge(line - from, count - from)) line = count - edges.last;
    const start = line === 0 ? 0 : (lines[line - 1] ?? 0);
    const key = lineHash(hash.subarray(start, line === lines.length ? hash.length : lines[line]));
    if (key !== 0) found.push(key);
  }
  return Uint32Array.from(found);
}

function exactOf(title: number, tokens: Uint32Array): number {
  let low = title;
  let high = 0x243f6a88 ^ title;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? 0;
    low = mix(low, token);
    high = Math.imul(high ^ token, 0x01000193) ^ (high >>> 17);
  }
  return (finish(high) & 0x1fffff) * 2 ** 32 + finish(low);
}

/**
 * The sketch of an article: `title` and `summary` are NFC text of one line, and the body either `text` with one block a line or safe HTML.
 * Never throws; linear; about 10 ns a character.
 */
export function sketchOf(article: { title: string; summary: string } & ({ text: string } | { html: string })): Sketch {
  const ofTitle = scanLent(article.title);
  const title = hashOf(ofTitle.hash, 0x7ab1e);
  const skeleton = skeletonIn(ofTitle);
  const before = article.summary === '' ? '' : `${article.summary}\n`;
  const tokens = 'html' in article ? scanLent(before + article.html, before.length) : scanLent(before + article.text);
  const marks = marksOf(tokens.hash);
  return {
    exact: marks.length >= fewestShingles ? exactOf(title, tokens.hash) : 0,
    title,
    skeleton,
    marks,
    lines: edgesOf(tokens, before === '' ? 0 : 1),
  };
}

const headBytes = 18;

/** A sketch as it is stored, 18 to 118 bytes. */
export function packSketch({ exact, title, skeleton, marks, lines }: Sketch): Buffer {
  const bytes = Buffer.allocUnsafe(headBytes + 4 * (marks.length + lines.length));
  bytes.writeUInt32LE(Math.floor(exact / 2 ** 32), 0);
  bytes.writeUInt32LE(exact % 2 ** 32, 4);
  bytes.writeUInt32LE(title, 8);
  bytes.writeUInt32LE(skeleton, 12);
  bytes[16] = marks.length;
  bytes[17] = lines.length;
  let at = headBytes;
  for (const row of [marks, lines]) for (const hash of row) at = bytes.writeUInt32LE(hash, at);
  return bytes;
}

/** The inverse of `packSketch`; null for bytes of another shape, as another version of the program may have written. */
export function unpackSketch(bytes: Buffer): Sketch | null {
  if (bytes.length < headBytes) return null;
  const [marks = 0, lines = 0] = [bytes[16], bytes[17]];
  if (bytes.length !== headBytes + 4 * (marks + lines)) return null;
  const row = (start: number, length: number) => {
    const hashes = new Uint32Array(length);
    for (let i = 0; i < length; i++) hashes[i] = bytes.readUInt32LE(start + 4 * i);
    return hashes;
  };
  return {
    exact: bytes.readUInt32LE(0) * 2 ** 32 + bytes.readUInt32LE(4),
    title: bytes.readUInt32LE(8),
    skeleton: bytes.readUInt32LE(12),
    marks: row(headBytes, marks),
    lines: row(headBytes + 4 * marks, lines),
  };
}
