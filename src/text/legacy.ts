// Turns bytes in the Vietnamese font encodings of before Unicode into text, and tells from the text which of them it is.
import { isSyllable } from './vietnamese.ts';

// TCVN 5712:1993, the VN3 set ("ABC"), 0xA0–0xFF; a space stands where the set has no letter. Capitals exist only without tone.
const tcvn3High =
  '\u00a0ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ ';
const cp1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

const tcvn3 = new Map<number, string>();
for (let i = 0; i < 96; i++) {
  const letter = tcvn3High[i];
  if (letter !== undefined && letter !== ' ') tcvn3.set(0xa0 + i, letter);
}
const punctuation = new Map<number, string>();
for (let i = 0; i < 32; i++) {
  const sign = cp1252[i];
  if (sign !== undefined && sign !== ' ') punctuation.set(0x80 + i, sign);
}

function oneByte(byte: number): string {
  return byte < 0x80 || byte >= 0xa0 ? String.fromCharCode(byte) : (punctuation.get(byte) ?? '\ufffd');
}

const cased = /[A-Za-zĂÂÊÔƠƯĐăâêôơưđ]/g;

// TCVN3 writes toned capitals with the codes of small letters and a font of capitals. A word with two or more sure capitals and no
// sure small letter stands in capitals; a word that does not say follows its neighbour.
function restoreCapitals(words: string[]): string {
  let before = false;
  const known = words.map((word) => {
    const letters = word.match(cased);
    if (letters === null) return null;
    const capitals = letters.filter((c) => c !== c.toLowerCase()).length;
    if (capitals < letters.length) return false;
    return capitals >= 2 ? true : null;
  });
  let after: boolean | null = null;
  const next: (boolean | null)[] = [];
  for (let i = words.length - 1; i >= 0; i--) {
    next[i] = after;
    after = known[i] ?? after;
  }
  return words
    .map((word, i) => {
      if (!/\p{L}/u.test(word)) return word;
      let isCapital = known[i] ?? false;
      if (known[i] === null) {
        const startsWithCapital = /^[^\p{L}]*[A-ZĂÂÊÔƠƯĐ]/u.test(word);
        isCapital = startsWithCapital ? before || next[i] === true : before && next[i] !== false;
      }
      before = isCapital && !/[.!?]$/.test(word);
      return isCapital ? word.toUpperCase() : word;
    })
    .join('');
}

/** Text of bytes in TCVN3 (ABC fonts: .VnTime); what the set does not know is U+FFFD. Headlines in capitals get their capitals back. */
export function decodeTcvn3(bytes: Uint8Array): string {
  let out = '';
  let hasToned = false;
  for (const byte of bytes) {
    if (byte < 0x80) out += String.fromCharCode(byte);
    else {
      out += byte < 0xa0 ? oneByte(byte) : (tcvn3.get(byte) ?? '\ufffd');
      if (byte >= 0xb5) hasToned = true;
    }
  }
  return hasToned ? restoreCapitals(out.split(/(\s+|[<>&"';]+)/)) : out;
}

// VNI-Windows writes a base letter and then a sign, both as Windows-1252 letters; some letters have a code of their own.
const vniLetters: Record<string, string> = { ô: 'ơ', ö: 'ư', ñ: 'đ', í: 'í', ì: 'ì', æ: 'ỉ', ó: 'ĩ', ò: 'ị', î: 'ỵ' };
const vniSigns: Record<string, string> = {
  ù: '\u0301',
  ø: '\u0300',
  û: '\u0309',
  õ: '\u0303',
  ï: '\u0323',
  ê: '\u0306',
  é: '\u0306\u0301',
  è: '\u0306\u0300',
  ú: '\u0306\u0309',
  ü: '\u0306\u0303',
  ë: '\u0306\u0323',
  â: '\u0302',
  á: '\u0302\u0301',
  à: '\u0302\u0300',
  å: '\u0302\u0309',
  ã: '\u0302\u0303',
  ä: '\u0302\u0323',
};
for (const table of [vniLetters, vniSigns])
  for (const [from, to] of Object.entries(table)) table[from.toUpperCase()] = to.toUpperCase();

/** Text of bytes in VNI-Windows (VNI-Times); NFC. A sign without a vowel before it stays the Windows-1252 letter that it is. */
export function decodeVni(bytes: Uint8Array): string {
  let out = '';
  let vowel = '';
  for (const byte of bytes) {
    if (byte < 0x80) {
      const letter = String.fromCharCode(byte);
      out += letter;
      vowel = /[aeouyAEOUY]/.test(letter) ? letter : '';
      continue;
    }
    const letter = oneByte(byte);
    const sign = vniSigns[letter];
    const whole = vowel === '' || sign === undefined ? '' : (vowel + sign).normalize('NFC');
    // A sign that does not compose with its letter ("ơ" with a breve) is no sign here.
    if (whole.length === 1) {
      out = out.slice(0, -1) + whole;
      vowel = '';
      continue;
    }
    const own = vniLetters[letter];
    out += own ?? letter;
    vowel = own !== undefined && /[ơưƠƯ]/.test(own) ? own : '';
  }
  return out;
}

const sampleBytes = 200_000;
const enoughWords = 8;
const enoughPart = 0.9;
const word = /\p{L}[\p{L}\p{M}]*/gu;

// How many of the words that are written with high bytes can be Vietnamese syllables, and how large a part of all words they are.
function plausibility(text: string): { words: number; part: number; density: number } {
  let high = 0;
  let good = 0;
  let all = 0;
  const plain = text.replace(/<[^<>]{0,2000}>/g, ' ');
  for (const [found] of plain.matchAll(word)) {
    all++;
    // eslint-disable-next-line no-control-regex -- "written in ASCII"
    if (!/[^\x00-\x7f]/.test(found)) continue;
    high++;
    if (isSyllable(found)) good++;
    if (high >= 2000) break;
  }
  const broken = plain.match(/\ufffd/g)?.length ?? 0;
  return { words: high, part: good / Math.max(1, high + broken), density: high / Math.max(1, all) };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Which of the two legacy encodings the bytes are in, judged by how many of their words become Vietnamese syllables; null when
 * neither reading is Vietnamese (other languages, other charsets, too few words to tell). Looks at the first 200,000 bytes.
 */
export function guessLegacy(bytes: Uint8Array): 'tcvn3' | 'vni' | null {
  const sample = bytes.length > sampleBytes ? bytes.subarray(0, sampleBytes) : bytes;
  if (!sample.some((byte) => byte >= 0xa0) || isUtf8(sample)) return null;
  const readings = [
    { name: 'tcvn3' as const, ...plausibility(decodeTcvn3(sample)) },
    { name: 'vni' as const, ...plausibility(decodeVni(sample)) },
  ].filter((r) => r.words >= enoughWords && r.part >= enoughPart && r.density >= 0.25);
  readings.sort((a, b) => b.part - a.part);
  return readings[0]?.name ?? null;
}
