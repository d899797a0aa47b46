// Turns text into a row of hashed syllables and numbers that no spelling school, case, or Unicode form can change.
import { toNfc } from './vietnamese.ts';

/** What a token is: `word` in small letters, `name` with a capital inside a sentence, `opener` with a capital where any word has one. */
export const tokenKind = { word: 0, name: 1, opener: 2, number: 3 } as const;

/** The tokens of a text in order; the three rows have one length, and their slots of one index speak of one token. */
export type Tokens = {
  /** Hash of the syllable without case and with its tone wherever it stands (`hòa` = `hoà`), or of the number's digits. */
  hash: Uint32Array;
  /** One of `tokenKind`. */
  kind: Uint8Array;
  /** 1 where a run of names or numbers cannot go on from the token before: punctuation between names, more than one mark between numbers. */
  isBroken: Uint8Array;
};

const blank = 0;
const lower = 1;
const upper = 2;
const digit = 3;
const stop = 4;

// One entry a UTF-16 unit: class in bits 0–2, tone in bits 3–5, letter without case and tone above.
const spelled = 0x2100;
const table = new Uint32Array(0x10000);

// Grave, hook, tilde, acute, dot below.
const toneOf: Record<string, number> = { '\u0300': 1, '\u0309': 2, '\u0303': 3, '\u0301': 4, '\u0323': 5 };

for (let code = 0; code < spelled; code++) {
  const char = String.fromCharCode(code);
  if (/\p{Nd}/u.test(char)) table[code] = digit | (code << 6);
  else if (/[\p{L}\p{M}]/u.test(char)) {
    const small = char.toLowerCase();
    let letters = '';
    let tone = 0;
    for (const part of small.normalize('NFD')) {
      const mark = toneOf[part];
      if (mark === undefined) letters += part;
      else tone = mark;
    }
    const bare = letters.normalize('NFC');
    // U+00F0 is met where U+0111 is meant.
    const letter = bare === '\u00f0' ? 0x111 : (bare.codePointAt(0) ?? code);
    table[code] = (small === char ? lower : upper) | (tone << 3) | (letter << 6);
  } else if (/[.!?:;…"“”‘’'()[\]•\n\r]/.test(char)) table[code] = stop;
}

// Above: punctuation and symbols divide; every other script counts as small letters.
for (let code = spelled; code < table.length; code++) {
  const isMark = code < 0x2c00 || (code >= 0x3000 && code < 0x3040) || (code >= 0xff00 && code < 0xff10);
  table[code] = isMark ? blank : lower | (code << 6);
}

const entryOf = (code: number) => table[code] ?? blank;

/** A UTF-16 unit's letter without case and tone in bits 3 and up, its tone below; 0 for what divides words. */
export const letterAndTone = (code: number): number => entryOf(code) >>> 3;

function isDigitAt(s: string, i: number): boolean {
  return i < s.length && (entryOf(s.charCodeAt(i)) & 7) === digit;
}

// "." or "," before exactly three digits: a thousands mark, which papers set or leave out.
function isThousandsMark(s: string, i: number): boolean {
  const code = s.charCodeAt(i);
  return (
    (code === 46 || code === 44) &&
    isDigitAt(s, i + 1) &&
    isDigitAt(s, i + 2) &&
    isDigitAt(s, i + 3) &&
    !isDigitAt(s, i + 4)
  );
}

function spread(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

const seed = 0x811c9dc5;
const prime = 0x01000193;

/** Tokens in rows that belong to this module and hold until the next scan; `lines` are the indexes of those that begin a new line. */
export type LentTokens = Tokens & { lines: readonly number[] };

// Making three rows anew for each text took longer than filling them.
let rows: Tokens = { hash: new Uint32Array(0), kind: new Uint8Array(0), isBroken: new Uint8Array(0) };

function roomFor(length: number): Tokens {
  if (rows.hash.length < length) {
    const size = Math.max(16_384, length + (length >>> 1));
    rows = { hash: new Uint32Array(size), kind: new Uint8Array(size), isBroken: new Uint8Array(size) };
  }
  return rows;
}

// Tags inside a word or a sentence; every other one ends a line, as in `plainText`.
const inlineTags = new Set(
  'a abbr b bdi bdo cite code del em i img ins kbd mark q s small span strong sub sup td th time u var wbr'.split(' '),
);
const tagAt = /<\/?([a-z0-9]+)/y;

function endsLine(s: string, at: number): boolean {
  tagAt.lastIndex = at;
  return !inlineTags.has(tagAt.exec(s)?.[1] ?? '');
}

// Index behind the tag at `at` where that ends no line; else `at`.
function afterInline(s: string, at: number): number {
  if (s.charCodeAt(at) !== 60 || endsLine(s, at)) return at;
  return s.indexOf('>', at) + 1 || at;
}

/**
 * Like `scan`, but of text known to be NFC, in rows that the next scan overwrites; for callers that read them at once. `from` says from
 * which index on it is safe HTML (as `safeHtml` makes it) rather than plain text: never, when left out.
 */
export function scanLent(s: string, from = s.length): LentTokens {
  const length = s.length;
  // A token takes at least one character.
  const { hash, kind, isBroken } = roomFor(length);
  const lines: number[] = [];
  let count = 0;
  let i = 0;
  let isSentenceStart = true;
  let marks = 0;
  while (i < length) {
    const code = s.charCodeAt(i);
    let entry = entryOf(code);
    let type = entry & 7;
    if (type === blank || type === stop) {
      if (type === stop) {
        isSentenceStart = true;
        marks++;
        if (code === 10 && i < from && count > (lines.at(-1) ?? 0)) lines.push(count);
      } else if (code === 60 && i >= from) {
        if (endsLine(s, i)) {
          isSentenceStart = true;
          marks++;
          if (count > (lines.at(-1) ?? 0)) lines.push(count);
        }
        const end = s.indexOf('>', i);
        i = end < 0 ? length : end;
      } else if (code === 38 && i >= from) {
        marks++;
        // Safe HTML holds short references only: `&amp;`, `&quot;`.
        const end = s.slice(i, i + 9).indexOf(';');
        if (end > 0) i += end;
      } else if (code > 32 && code !== 0xa0) marks++;
      i++;
      continue;
    }
    let h = seed;
    if (type === digit) {
      do {
        h = Math.imul(h ^ (entry >>> 6), prime);
        i++;
        if (i < length && isThousandsMark(s, i)) i++;
        entry = i < length ? entryOf(s.charCodeAt(i)) : blank;
      } while ((entry & 7) === digit);
      kind[count] = tokenKind.number;
      isBroken[count] = marks > 1 ? 1 : 0;
    } else {
      kind[count] = type === lower ? tokenKind.word : isSentenceStart ? tokenKind.opener : tokenKind.name;
      isBroken[count] = marks > 0 ? 1 : 0;
      let tone = 0;
      let hasSmall = false;
      do {
        if (type === lower) hasSmall = true;
        h = Math.imul(h ^ (entry >>> 6), prime);
        tone |= entry & 56;
        i++;
        entry = i < length ? entryOf(s.charCodeAt(i)) : blank;
        if (entry === blank && i >= from) {
          // `<b>M</b>ưa`: a word goes on behind a tag inside it.
          i = afterInline(s, i);
          entry = i < length ? entryOf(s.charCodeAt(i)) : blank;
        }
        type = entry & 7;
      } while (type === lower || (type === upper && !hasSmall));
      h ^= Math.imul(tone, 0x9e3779b1);
    }
    hash[count++] = spread(h);
    isSentenceStart = false;
    marks = 0;
  }
  return {
    hash: hash.subarray(0, count),
    kind: kind.subarray(0, count),
    isBroken: isBroken.subarray(0, count),
    lines: lines.at(-1) === count ? lines.slice(0, -1) : lines,
  };
}

/**
 * Tokens of plain text. A token is a run of letters or of digits; letters and digits part (`200km`), and so does a small letter from
 * a capital behind it (`LạtĐà`, where a paper lost a line break). In a number, thousands marks fall away (`1.200` = `1200`).
 * Linear, one pass.
 */
export function scan(text: string): Tokens {
  const { hash, kind, isBroken } = scanLent(toNfc(text));
  return { hash: hash.slice(), kind: kind.slice(), isBroken: isBroken.slice() };
}
