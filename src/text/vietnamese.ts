// Turns any spelling of Vietnamese text into one comparable form: NFC, tone-mark placement, folded, slug, syllables.

const nonAscii = /[^\x00-\x7f]/;

/**
 * The composed form (Unicode NFC) of `s`: papers send both `ệ` and `e` + marks, readers see one letter.
 * ASCII comes back untouched and at no cost.
 */
export function toNfc(s: string): string {
  return nonAscii.test(s) ? s.normalize('NFC') : s;
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
};

// code point → folded letters, for the precomposed Latin blocks; filled once, 7,936 slots.
const foldTable: string[] = [];
for (let code = 0x80; code < 0x1f00; code++) {
  const lower = String.fromCharCode(code).toLowerCase();
  const bare = lower.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  const isMark = code >= 0x300 && code <= 0x36f;
  foldTable[code] = isMark ? '' : (undecomposed[bare] ?? bare.normalize('NFC'));
}

/**
 * Lower case, marks off, `đ` → `d`: the form in which spellings with other marks, other mark placement, NFC or NFD are equal.
 * Letters of other scripts keep their base letters; digits, spaces and punctuation stay.
 */
export function fold(s: string): string {
  if (!nonAscii.test(s)) return s.toLowerCase();
  let out = '';
  let plainFrom = 0;
  for (let i = 0; i < s.length; i++) {
    const code = s.charCodeAt(i);
    if (code < 0x80) continue;
    const bare = code < 0x1f00 ? foldTable[code] : undefined;
    if (bare === undefined) continue;
    if (i > plainFrom) out += s.slice(plainFrom, i);
    out += bare;
    plainFrom = i + 1;
  }
  out += s.slice(plainFrom);
  return out.toLowerCase();
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
const tonedClass = [...toned.values()].join('');
const onsets = 'ngh|ng|nh|ch|gh|kh|ph|th|tr|[bcdđghklmnpqrstvx]';
const codas = 'ng|nh|ch|[cmnpt]';
const twoVowels = new RegExp(`[${tonedClass}][${vowelClass}]|[${vowelClass}][${tonedClass}]`);
const wholeSyllable = new RegExp(`(?<!\\p{L})(${onsets})?([${vowelClass}]{2,4})(${codas})?(?![\\p{L}\\p{M}])`, 'giu');

// All clusters of vowels that Vietnamese writes; others (French "née") are left as they are.
const clusters = new Set(
  (
    'ai ao au ay âu ây eo êu ia iê iêu iu oa oă oai oao oay oe oeo oi oo ôi ơi ua uâ uây uê ui uo uô uôi uơ uy uya uyê uyu ' +
    'ưa ưi ươ ươi ươu ưu ya yê yêu'
  ).split(' '),
);
const marked = /[ăâêôơư]/i;

function moveTone(match: string, onset = '', cluster: string, coda = ''): string {
  const parts: Vowel[] = [];
  let tone = -1;
  for (const letter of cluster) {
    const vowel = vowels.get(letter);
    if (vowel === undefined || (vowel.tone >= 0 && tone >= 0)) return match;
    if (vowel.tone >= 0) tone = vowel.tone;
    parts.push(vowel);
  }
  if (tone < 0) return match;
  const first = parts[0]?.letter.toLowerCase();
  const glide = parts.length > 1 && ((/^q$/i.test(onset) && first === 'u') || (/^g$/i.test(onset) && first === 'i')) ? 1 : 0;
  const nucleus = parts.slice(glide);
  if (nucleus.length > 1 && !clusters.has(nucleus.map((v) => v.letter.toLowerCase()).join(''))) return match;
  let at = nucleus.findLastIndex((v) => marked.test(v.letter));
  if (at < 0) at = nucleus.length === 3 || (nucleus.length === 2 && coda !== '') ? 1 : 0;
  const letters = parts.map((v, i) => (i === at + glide ? (toned.get(v.letter + tone) ?? v.letter) : v.letter));
  return onset + letters.join('') + coda;
}

// Papers use some 7,000 syllables: most are asked for again and again.
const moved = new Map<string, string>();

function moveToneOnce(match: string, onset?: string, cluster = '', coda?: string): string {
  const known = moved.get(match);
  if (known !== undefined) return known;
  const result = moveTone(match, onset, cluster, coda);
  if (moved.size >= 10_000) moved.clear();
  moved.set(match, result);
  return result;
}

/**
 * NFC text with every tone mark where the older school puts it (`hoà` → `hòa`, `khoẻ` → `khỏe`, `thuỷ` → `thủy`), and slips put
 * right (`tóan` → `toán`, `qúy` → `quý`, `gìa` → `già`). Two spellings of one word become equal; case and all else stay.
 */
export function placeToneMarks(s: string): string {
  const text = toNfc(s);
  return twoVowels.test(text) ? text.replace(wholeSyllable, moveToneOnce) : text;
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
  if (letters.length > 1 && ((onset === 'q' && letters.startsWith('u')) || (onset === 'g' && letters.startsWith('i')))) letters = letters.slice(1);
  else if (onset === 'q') return false;
  if (letters.length > 1 && !clusters.has(letters)) return false;
  const isStopped = /^(?:ch?|p|t|k)$/i.test(parts[3] ?? '');
  return !isStopped || tone >= 3;
}
