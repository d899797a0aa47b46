// A text → its words in rows lent until the next text: few of them stand near a place, and only those become strings.
import { letterAndTone } from './scan.ts';
import { placeToneMarks, toNfc } from './vietnamese.ts';

/** What stands between a word and the one before it. */
export const gap = { break: 0, space: 1, dash: 2, dot: 3, comma: 4 } as const;
type Gap = (typeof gap)[keyof typeof gap];

const isApostrophe = (code: number) => code === 0x27 || code === 0x2019 || code === 0x02bc;

// A table of UTF-16 units: patterns with Unicode classes took most of the time.
const letter = 1;
const digit = 2;
const upper = 4;
const classes = new Uint8Array(65_536);
for (let code = 0; code < 65_536; code++) {
  const char = String.fromCharCode(code);
  if (/[\p{L}\p{M}]/u.test(char)) classes[code] = /\p{Lu}/u.test(char) ? letter | upper : letter;
  else if (/\p{N}/u.test(char)) classes[code] = digit;
}
// A word hashes alike wherever its tone mark stands, whatever its case and its apostrophes.
const spelled = Uint32Array.from({ length: 65_536 }, (_, code) =>
  isApostrophe(code) ? 0x27 << 3 : letterAndTone(code),
);

function hashOf(text: string, from: number, to: number): number {
  let hash = to - from;
  let tone = 0;
  for (let i = from; i < to; i++) {
    const unit = spelled[text.charCodeAt(i)] ?? 0;
    tone |= unit & 7;
    hash = Math.imul(hash ^ (unit >>> 3), 0x01000193);
  }
  return hash ^ Math.imul(tone, 0x9e3779b1);
}

// Never asked of the string beyond its end, where charCodeAt answers NaN and slows the whole loop down.
const classAt = (text: string, at: number) => (at < text.length ? (classes[text.charCodeAt(at)] ?? 0) : 0);

// Letters and digits, and letters after apostrophes: "Ea H'leo".
function endOfWord(text: string, start: number): number {
  let i = start;
  while (classAt(text, i) !== 0) i++;
  while (isApostrophe(text.charCodeAt(i)) && (classAt(text, i + 1) & letter) !== 0) {
    i++;
    while ((classAt(text, i) & letter) !== 0) i++;
  }
  return i;
}

function gapOf(between: string): Gap {
  if (between === ' ') return gap.space;
  if (between === ', ') return gap.comma;
  if (/^\s+$/.test(between)) return gap.space;
  if (/^\s*[-–—]\s*$/.test(between)) return gap.dash;
  if (/^\.\s*$/.test(between)) return gap.dot;
  if (/^\s*[,;(/]\s*$/.test(between)) return gap.comma;
  return gap.break;
}

// Headlines are made of few words; the bound only keeps strange text from filling the memory. Found by a hash of their characters and
// then compared: to make a string of each word first would cost more than all the rest.
const wordBits = 15;
const wordMask = (1 << wordBits) - 1;
const maxKnownWords = 20_000;
const knownWords: ({ raw: string; key: string } | undefined)[] = Array.from({ length: 1 << wordBits });
let knownCount = 0;

/** Slots that `slotAt` tells words apart by. */
export const wordSlots = 1 << wordBits;

const slotOf = (hash: number) => Math.imul(hash, 0x9e3779b1) >>> (32 - wordBits);

function keyOf(text: string, from: number, to: number, hash: number): string {
  let slot = slotOf(hash);
  for (let known = knownWords[slot]; known !== undefined; known = knownWords[slot]) {
    if (known.raw.length === to - from && text.startsWith(known.raw, from)) return known.key;
    slot = (slot + 1) & wordMask;
  }
  const raw = text.slice(from, to);
  // Old keyboards wrote the Icelandic letter.
  const key = placeToneMarks(raw.replaceAll('Ð', 'Đ')).toLowerCase().replace(/[’ʼ]/g, "'");
  if (knownCount < maxKnownWords) {
    knownWords[slot] = { raw, key };
    knownCount++;
  }
  return key;
}

/** Texts of more words are read as far as these. */
export const mostWords = 4_000;
const wordFrom = new Int32Array(mostWords);
const wordTo = new Int32Array(mostWords);
const wordHash = new Int32Array(mostWords);
const wordGap = new Uint8Array(mostWords);
const wordIsCapital = new Uint8Array(mostWords);
let count = 0;
let words = '';

/** Reads a text: its words stand in the rows until the next one is read. Returns how many they are. Linear. */
export function readWords(text: string): number {
  words = toNfc(text);
  count = 0;
  let end = 0;
  for (let i = 0; i < words.length && count < mostWords; ) {
    const kind = classAt(words, i);
    if (kind === 0) {
      i++;
      continue;
    }
    const from = i;
    const isOneSpace = from - end === 1 && words.charCodeAt(end) === 32;
    i = endOfWord(words, i);
    wordGap[count] = count === 0 ? gap.break : isOneSpace ? gap.space : gapOf(words.slice(end, from));
    end = i;
    wordFrom[count] = from;
    wordTo[count] = i;
    wordHash[count] = hashOf(words, from, i);
    wordIsCapital[count++] = (kind & upper) === 0 ? 0 : 1;
  }
  return count;
}

/** Word `at` in small letters, its tone mark where the older school puts it; '' beyond the last. */
export const wordAt = (at: number): string =>
  at < count ? keyOf(words, wordFrom[at] ?? 0, wordTo[at] ?? 0, wordHash[at] ?? 0) : '';

/** Whether word `at` begins with a capital. */
export const isCapitalAt = (at: number): boolean => at < count && wordIsCapital[at] === 1;

/** What stands before word `at`; a break beyond the last. */
export const gapAt = (at: number): number => (at < count ? (wordGap[at] ?? 0) : gap.break);

/** A number below `wordSlots`, the same for every spelling of a word; some words share one. */
export const slotAt = (at: number): number => slotOf(wordHash[at] ?? 0);

/** Whether nearly all letters of a text are capitals. */
export function isShoutedText(text: string): boolean {
  let [letters, capitals] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const kind = classAt(text, i);
    if ((kind & letter) !== 0) letters++;
    if ((kind & upper) !== 0) capitals++;
  }
  return letters > 12 && capitals > letters * 0.7;
}
