// A seed → invented Vietnamese: every syllable that spelling allows, in a fixed random order, and lines made of them.
import { commonSyllables } from '../src/text/search-key.ts';
import { fold, isSyllable } from '../src/text/vietnamese.ts';

const onsets = [
  '',
  'b',
  'c',
  'ch',
  'd',
  'đ',
  'g',
  'h',
  'kh',
  'l',
  'm',
  'n',
  'ng',
  'nh',
  'ph',
  's',
  't',
  'th',
  'tr',
  'v',
  'x',
];
const cores = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'ai', 'ao', 'oi', 'ươ', 'uô', 'iê'];
const codas = ['', 'n', 'ng', 'm', 't', 'c', 'p', 'nh', 'i', 'u'];
const tones = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'];

// Everybody's words are spelled as Vietnamese spells them, each with marks that happen to be first.
function commonFirst(words: readonly string[]): string[] {
  const byPlain = new Map(words.toReversed().map((word) => [fold(word), word]));
  const common = new Set(commonSyllables.flatMap((plain) => byPlain.get(plain) ?? []));
  return [...common, ...words.filter((word) => !common.has(word))];
}

/** The words from common to rare (Zipf), the second syllable that belongs to each, and a maker of lines. The same seed gives the same. */
export function openVocabulary(seed: number) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const shuffled = onsets
    .flatMap((onset) =>
      cores.flatMap((core) => codas.flatMap((coda) => tones.map((tone) => `${onset}${core}${tone}${coda}`))),
    )
    .map((word) => word.normalize('NFC'))
    .filter(isSyllable)
    .map((word) => ({ word, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map((one) => one.word);
  const words = commonFirst(shuffled);
  const pick = () => words[Math.floor(words.length ** random()) - 1] ?? 'tin';
  // Most words of Vietnamese are two syllables that belong together.
  const second = new Map(words.map((word, i) => [word, words[(i * 7 + 3) % words.length] ?? 'tin']));
  const pair = (first: string) => `${first} ${second.get(first) ?? ''}`;
  const line = (length: number) =>
    Array.from({ length: Math.ceil(length / 1.6) }, () => (random() < 0.6 ? pair(pick()) : pick())).join(' ');
  return { words, pair, line, random };
}
