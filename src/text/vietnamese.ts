// Turns any spelling of Vietnamese text into one comparable form: NFC, tone-mark placement, folded, slug, syllables.

const nonAscii = /[^\x00-\x7f]/;

// Blocks whose letters and signs are composed already and never compose with each other: Latin with Vietnamese, quotes and dashes, money.
const mayCompose = /[^\u0000-\u02ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]/;

/**
 * The composed form (Unicode NFC) of `s`: papers send both `ệ` and `e` + marks, readers see one letter.
 * Text of letters that are composed comes back untouched at a fifth of the cost.
 */
export function toNfc(s: string): string {
  return mayCompose.test(s) ? s.normalize('NFC') : s;
}

// Letters that Unicode does not decompose, and how a reader types them without marks. `ð` is met where `đ` is meant.
const undecomposed: Record<string, string> = {
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ς: 'σ',
};

// code unit → folded code unit; 0 removes a mark, `several` asks the table of letters that fold to more than one.
const several = 0xffff;
const folded = new Uint16Array(0x1f00);
for (let code = 0; code < folded.length; code++) {
  const lower = String.fromCharCode(code).toLowerCase();
  const bare = lower
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
  const letters = undecomposed[bare] ?? bare;
  folded[code] = letters.length > 1 ? several : letters.length === 0 ? 0 : letters.charCodeAt(0);
}
folded[0] = several;
let scratch = new Uint16Array(4096);

/**
 * Lower case, marks off, `đ` → `d`: the form in which spellings with other marks, other mark placement, NFC or NFD are equal.
 * Letters of other scripts keep their base letters; digits, spaces and punctuation stay.
 */
export function fold(s: string): string {
  if (!nonAscii.test(s)) return s.toLowerCase();
  if (scratch.length < s.length) scratch = new Uint16Array(s.length * 2);
  let length = 0;
  for (let i = 0; i < s.length; i++) {
    const code = s.charCodeAt(i);
    const to = folded[code] ?? (isPlainSign(code) ? code : several);
    if (to === several) return foldSlowly(s);
    if (to !== 0) scratch[length++] = to;
  }
  return Buffer.from(scratch.buffer, 0, length * 2).toString('utf16le');
}

// Quotes, dashes, dots and the signs of money: what stands beside Vietnamese words and folds to itself.
function isPlainSign(code: number): boolean {
  return (code >= 0x2010 && code <= 0x2027) || (code >= 0x2030 && code <= 0x205e) || code === 0x20ab || code === 0x20ac;
}

function foldSlowly(s: string): string {
  const bare = s
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
  return bare.replace(/[đðøłßæœıς]/g, (letter) => undecomposed[letter] ?? letter);
}

/**
 * ASCII letters, digits and single hyphens for an address, cut at a word where possible; at most `maxLength` characters.
 * Empty when nothing of `s` can be written in ASCII: the caller needs a fallback of its own.
 */
export function slugify(s: string, maxLength = 80): string {
  // Folding never needs more than a few characters of input for one of output; a hostile megabyte is cut first.
  const words = fold(s.slice(0, maxLength * 16 + 64)).match(/[a-z0-9]+/g);
  if (words === null) return '';
  let out = '';
  for (const word of words) {
    if (out === '') out = word.slice(0, maxLength);
    else if (out.length + 1 + word.length <= maxLength) out += `-${word}`;
    else break;
  }
  return out;
}

// The five tone marks in the order grave, hook, tilde, acute, dot; '' is the level tone.
const toneMarks = ['\u0300', '\u0309', '\u0303', '\u0301', '\u0323'];
const vowelLetters = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y'];

type Vowel = { letter: string; tone: number };
const vowels = new Map<string, Vowel>();
const toned = new Map<string, string>();
for (const lower of vowelLetters) {
  for (const letter of [lower, lower.toUpperCase()]) {
    vowels.set(letter, { letter, tone: -1 });
    toneMarks.forEach((mark, tone) => {
      const composed = (letter + mark).normalize('NFC');
      vowels.set(composed, { letter, tone });
      toned.set(letter + tone, composed);
    });
  }
}

const vowelClass = [...vowels.keys()].join('');
const onsets = 'ngh|ng|nh|ch|gh|kh|ph|th|tr|[bcdđghklmnpqrstvx]';
const codas = 'ng|nh|ch|[cmnpt]';
const movable = new RegExp(`^(${onsets})?([${vowelClass}]{2,4})(${codas})?$`, 'iu');

// code unit → 0 no letter, 1 letter or mark, 2 vowel, 3 vowel with a tone; Vietnamese lies below U+1F00.
const kinds = new Uint8Array(0x1f00);
for (let code = 0; code < kinds.length; code++) if (/[\p{L}\p{M}]/u.test(String.fromCharCode(code))) kinds[code] = 1;
for (const [letter, vowel] of vowels) kinds[letter.charCodeAt(0)] = vowel.tone < 0 ? 2 : 3;

// All clusters of vowels that Vietnamese writes; others (French "née") are left as they are.
const clusters = new Set(
  (
    'ai ao au ay âu ây eo êu ia iê iêu iu oa oă oai oao oay oe oeo oi oo ôi ơi ua uâ uây uê ui uo uô uôi uơ uy uya uyê uyu ' +
    'ưa ưi ươ ươi ươu ưu ya yê yêu'
  ).split(' '),
);
const marked = /[ăâêôơư]/i;

function moveTone(word: string): string {
  const shaped = movable.exec(word);
  if (shaped === null) return word;
  const [, onset = '', cluster = '', coda = ''] = shaped;
  const parts: Vowel[] = [];
  let tone = -1;
  for (const letter of cluster) {
    const vowel = vowels.get(letter);
    if (vowel === undefined || (vowel.tone >= 0 && tone >= 0)) return word;
    if (vowel.tone >= 0) tone = vowel.tone;
    parts.push(vowel);
  }
  if (tone < 0) return word;
  const first = parts[0]?.letter.toLowerCase();
  const glide =
    parts.length > 1 && ((/^q$/i.test(onset) && first === 'u') || (/^g$/i.test(onset) && first === 'i')) ? 1 : 0;
  const nucleus = parts.slice(glide);
  if (nucleus.length > 1 && !clusters.has(nucleus.map((v) => v.letter.toLowerCase()).join(''))) return word;
  let at = nucleus.findLastIndex((v) => marked.test(v.letter));
  if (at < 0) at = nucleus.length === 3 || (nucleus.length === 2 && coda !== '') ? 1 : 0;
  const letters = parts.map((v, i) => (i === at + glide ? (toned.get(v.letter + tone) ?? v.letter) : v.letter));
  return onset + letters.join('') + coda;
}

// Papers use some 7,000 syllables: most are asked for again and again.
const moved = new Map<string, string>();

function moveToneOnce(word: string): string {
  const known = moved.get(word);
  if (known !== undefined) return known;
  const result = moveTone(word);
  if (moved.size >= 10_000) moved.clear();
  moved.set(word, result);
  return result;
}

const longestSyllable = 12;

/**
 * NFC text with every tone mark where the older school puts it (`hoà` → `hòa`, `khoẻ` → `khỏe`, `thuỷ` → `thủy`), and slips put
 * right (`tóan` → `toán`, `qúy` → `quý`, `gìa` → `già`). Two spellings of one word become equal; case and all else stay.
 */
export function placeToneMarks(s: string): string {
  const text = toNfc(s);
  if (text === s && !nonAscii.test(text)) return text;
  let out = '';
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    let kind = kinds[text.charCodeAt(i)] ?? 0;
    if (kind === 0) continue;
    const from = i;
    // Only a word with two vowels side by side, one of them toned, can carry its mark in the wrong place.
    let isCandidate = false;
    for (let last = 0; kind > 0; kind = kinds[text.charCodeAt(++i)] ?? 0) {
      isCandidate ||= kind + last > 4 && kind > 1 && last > 1;
      last = kind;
    }
    if (!isCandidate || i - from > longestSyllable) continue;
    const word = text.slice(from, i);
    const placed = moveToneOnce(word);
    if (placed === word) continue;
    out += text.slice(copied, from) + placed;
    copied = i;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

const wordOrNumber = /[\p{L}\p{M}\p{N}]+(?:(?<=\p{N})[.,](?=\p{N})[\p{L}\p{M}\p{N}]+)*/gu;

/**
 * The words and numbers of `s` in order, in lower case, NFC and with canonical tone marks, marks kept. Vietnamese is written
 * a syllable at a time, so a word here is a syllable; `1.234,5` is one number.
 */
export function syllables(s: string): string[] {
  return placeToneMarks(s).toLowerCase().match(wordOrNumber) ?? [];
}

// A coda k is met in names of the Central Highlands (Đắk Lắk).
const shape = new RegExp(`^(${onsets})?([${vowelClass}]{1,4})(${codas}|k)?$`, 'iu');

/**
 * Whether `s` (NFC) can be one syllable of Vietnamese by its spelling: onset, vowels, coda and a tone that the coda allows (before
 * c, ch, p, t, k only acute and dot below). Says nothing of its meaning; English words often pass, random letters rarely.
 */
export function isSyllable(s: string): boolean {
  const parts = shape.exec(s);
  if (parts === null) return false;
  let letters = '';
  let tone = -1;
  for (const letter of parts[2] ?? '') {
    const vowel = vowels.get(letter);
    if (vowel === undefined) return false;
    if (vowel.tone >= 0) {
      if (tone >= 0) return false;
      tone = vowel.tone;
    }
    letters += vowel.letter.toLowerCase();
  }
  const onset = parts[1]?.toLowerCase();
  if (letters.length > 1 && ((onset === 'q' && letters.startsWith('u')) || (onset === 'g' && letters.startsWith('i'))))
    letters = letters.slice(1);
  else if (onset === 'q') return false;
  if (letters.length > 1 && !clusters.has(letters)) return false;
  const isStopped = /^(?:ch?|p|t|k)$/i.test(parts[3] ?? '');
  return !isStopped || tone >= 3;
}
