// What a person types into a search, and what a story says → the two sides of the index of words, in one spelling.
import { keyOf, pairKey, pairRarity, spellingKeys, type WordKeys, wordKeys } from './search-key.ts';
import { fold, syllables } from './vietnamese.ts';

/** One condition of a search: a word, or several that must stand side by side. Canonical spelling: NFC, lower case, tone marks placed. */
export type SearchTerm = { words: string[]; isExcluded: boolean };

/** A search as it is meant. `text` is its one canonical form: two searches that mean the same way have the same. */
export type Search = { text: string; terms: SearchTerm[] };

/** Conditions of an edition; see `EditionFilter` of the domain. */
type Filter = { province?: string; section?: string; publisher?: string; words?: string };

const maxTyped = 200;
const maxTerms = 12;
const maxWord = 60;
const typedTerm = /(-?)(?:["“”]([^"“”]*)["“”]|([^\s"“”]+))/g;

// Never within a letter of two code units.
function cut(word: string): string {
  return word.length <= maxWord ? word : word.slice(0, maxWord).replace(/[\ud800-\udbff]$/, '');
}

// A mark without a letter below it is no word: nothing of it is left without marks.
const isWord = (word: string): boolean => fold(word) !== '';

function written({ words, isExcluded }: SearchTerm): string {
  const text = words.length > 1 ? `"${words.join(' ')}"` : (words[0] ?? '');
  return isExcluded ? `-${text}` : text;
}

/**
 * Reads a search: words that must all be there, `"words side by side"`, `-word` or `-"several words"` that must not. What joins
 * letters and is neither space nor letter makes them stand side by side (`covid-19`). At most 200 characters and 12 conditions
 * are read. Null when nothing is asked for: no word, or only words that must not be there.
 */
export function parseSearch(typed: string): Search | null {
  const terms = new Map<string, SearchTerm>();
  for (const [, minus, phrase, word] of typed.slice(0, maxTyped).toWellFormed().matchAll(typedTerm)) {
    const words = syllables(phrase ?? word ?? '')
      .filter(isWord)
      .map(cut);
    if (words.length === 0) continue;
    const term = { words, isExcluded: minus === '-' };
    if (terms.size < maxTerms) terms.set(written(term), term);
  }
  const all = [...terms.values()];
  if (all.every((term) => term.isExcluded)) return null;
  return { text: [...terms.keys()].join(' '), terms: all };
}

/**
 * A search as the store asks it: pieces that a story's words hold as they are written (`said`) and without marks (`plain`), and those they must not
 * hold (`notSaid`, `notPlain`). `keys` finds the candidates: of each list a story has at least one number.
 */
export type WordQuery = { said: string[]; plain: string[]; notSaid: string[]; notPlain: string[]; keys: number[][] };

function piece(words: readonly string[]): string {
  return ` ${words.join(' ')} `;
}

// Typed without marks a word or phrase means every spelling of it; with one mark, all of it as it stands.
function isPlain({ words }: SearchTerm): boolean {
  return words.every((word) => wordKeys(word).plain === word);
}

const mostLists = 5;

// Rare words first: they find few stories, and the common ones then hardly narrow them.
function candidateKeys(terms: readonly SearchTerm[], isForgiving: boolean): number[][] {
  const lists = new Map<string, { rarity: number; keys: readonly number[] }>();
  for (const term of terms) {
    const isAnySpelling = isForgiving || isPlain(term);
    let before: WordKeys | null = null;
    for (const word of term.words) {
      const found: WordKeys = wordKeys(word);
      const { plain, rarity } = found;
      const pair = before === null ? null : pairKey(before, found);
      if (pair !== null) lists.set(`${pair}`, { rarity: pairRarity, keys: [pair] });
      if (isAnySpelling) lists.set(`${plain}*`, { rarity, keys: spellingKeys(plain) });
      else lists.set(word, { rarity, keys: [keyOf(word)] });
      before = found;
    }
  }
  const sorted = [...lists.values()].toSorted((a, b) => b.rarity - a.rarity);
  return sorted.slice(0, mostLists).map((list) => [...list.keys]);
}

const nothing: WordQuery = { said: [' @none '], plain: [], notSaid: [], notPlain: [], keys: [[keyOf('@none')]] };

// `lũ -lũ` would look through every story with the word for none.
function isContradiction({ said, plain, notSaid, notPlain }: WordQuery): boolean {
  const wanted = [...said.map(fold), ...plain];
  return (
    said.some((one) => notSaid.some((not) => one.includes(not))) ||
    wanted.some((one) => notPlain.some((not) => one.includes(not)))
  );
}

function toQuery(search: Search, isForgiving: boolean): WordQuery {
  const wanted = search.terms.filter((term) => !term.isExcluded);
  const excluded = search.terms.filter((term) => term.isExcluded);
  const pieces = (terms: readonly SearchTerm[], isKept: (term: SearchTerm) => boolean) =>
    terms.filter(isKept).map((term) => piece(term.words));
  const isMarked = (term: SearchTerm) => !isPlain(term);
  const query = {
    said: isForgiving ? [] : pieces(wanted, isMarked),
    plain: isForgiving ? wanted.map((term) => piece(term.words.map(fold))) : pieces(wanted, isPlain),
    notSaid: pieces(excluded, isMarked),
    notPlain: pieces(excluded, isPlain),
    keys: candidateKeys(wanted, isForgiving),
  };
  return isContradiction(query) ? nothing : query;
}

/** A search with the marks that were typed; words without any match every spelling. */
export function exactQuery(search: Search): WordQuery {
  return toQuery(search, false);
}

/**
 * The same search forgiving all marks; null where none were typed, so that the exact one says it all. What is excluded keeps its marks: nobody means to
 * lose `hoà` with `-hoá`.
 */
export function looseQuery(search: Search): WordQuery | null {
  return search.terms.every((term) => term.isExcluded || isPlain(term)) ? null : toQuery(search, true);
}

const facets = { province: 't', section: 'c', publisher: 'b' } as const;

function facet(kind: keyof typeof facets, value: string): string {
  return `@${facets[kind]}${value.replace(/[^a-z0-9-]/g, '')}`;
}

function facetsOf(filter: Filter): string[] {
  return (['province', 'section', 'publisher'] as const).flatMap((kind) => {
    const value = filter[kind];
    return value === undefined ? [] : [facet(kind, value)];
  });
}

function within(parts: readonly string[], query: WordQuery): WordQuery {
  return {
    ...query,
    said: [...parts.map((part) => piece([part])), ...query.said],
    keys: [...parts.map((part) => [keyOf(part)]), ...query.keys],
  };
}

const anything: WordQuery = { said: [], plain: [], notSaid: [], notPlain: [], keys: [] };

/**
 * The query of an edition's conditions; null where an index of stories answers without any search (none or one condition, no
 * words). Words are read by `parseSearch`; when nothing can be read from them the query matches nothing.
 */
export function filterQuery(filter: Filter): WordQuery | null {
  const parts = facetsOf(filter);
  if (filter.words === undefined) return parts.length < 2 ? null : within(parts, anything);
  const search = parseSearch(filter.words);
  return search === null ? nothing : within(parts, exactQuery(search));
}

/** The query of a filter that forgives all marks of its words; null where the filter has none, or none with marks. */
export function looseFilterQuery(filter: Filter): WordQuery | null {
  const search = filter.words === undefined ? null : parseSearch(filter.words);
  const loose = search === null ? null : looseQuery(search);
  return loose === null ? null : within(facetsOf(filter), loose);
}

// No story is as long; a hostile one ends there.
const mostWords = 16_000;

/** What a story is found by. `facets` are all values of its papers, not only of its lead. */
export type SearchedStory = {
  title: string;
  summary: string;
  provinces: readonly string[];
  sections: readonly string[];
  publishers: readonly string[];
};

/** A story as the index keeps it. */
export type StoryWords = { said: string; plain: string; keys: number[] };

/**
 * A story's words as they are written, a space before and after each, and the same without marks; a stroke between headline and summary, which no
 * phrase passes. Provinces, sections and papers stand as words of their own behind the last stroke. `keys` are the numbers of all of them, each once:
 * what a search asks first.
 */
export function storyWords(story: SearchedStory): StoryWords {
  const keys = new Set<number>();
  let said = '';
  let plain = '';
  let left = mostWords;
  for (const text of [story.title, story.summary]) {
    let before: WordKeys | null = null;
    for (const typed of syllables(text).slice(0, left)) {
      const word = cut(typed);
      const found: WordKeys = wordKeys(word);
      if (found.plain === '') continue;
      said += ` ${word}`;
      plain += ` ${found.plain}`;
      for (const key of found.keys) keys.add(key);
      const pair = before === null ? null : pairKey(before, found);
      if (pair !== null) keys.add(pair);
      before = found;
      left -= 1;
    }
    said += ' /';
    plain += ' /';
  }
  for (const kind of ['province', 'section', 'publisher'] as const)
    for (const value of story[`${kind}s`]) {
      const part = facet(kind, value);
      said += ` ${part}`;
      keys.add(keyOf(part));
    }
  return { said: `${said} `, plain: `${plain} `, keys: [...keys] };
}

/** Whether a text meets a search when marks are forgiven: for the few texts that no index holds. */
export function meetsSearch(search: Search, text: string): boolean {
  const plain = ` ${syllables(text).filter(isWord).map(fold).join(' ')} `;
  return search.terms.every(({ words, isExcluded }) => plain.includes(` ${words.map(fold).join(' ')} `) !== isExcluded);
}
