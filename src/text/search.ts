// What a person types into a search, and what a story says → the two sides of PostgreSQL's text search, in one spelling.
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
const piece = /(-?)(?:["“”]([^"“”]*)["“”]|([^\s"“”]+))/g;

// Never within a letter of two code units.
function cut(word: string): string {
  return word.length <= maxWord ? word : word.slice(0, maxWord).replace(/[\ud800-\udbff]$/, '');
}

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
  for (const [, minus, phrase, word] of typed.slice(0, maxTyped).toWellFormed().matchAll(piece)) {
    const words = syllables(phrase ?? word ?? '').map(cut);
    if (words.length === 0) continue;
    const term = { words, isExcluded: minus === '-' };
    if (terms.size < maxTerms) terms.set(written(term), term);
  }
  const all = [...terms.values()];
  if (all.every((term) => term.isExcluded)) return null;
  return { text: [...terms.keys()].join(' '), terms: all };
}

function lexeme(word: string): string {
  return `'${word}'`;
}

function termQuery({ words, isExcluded }: SearchTerm, spelling: (word: string) => string): string {
  const phrase = words.map((word) => lexeme(spelling(word))).join(' <-> ');
  return isExcluded ? `!(${phrase})` : words.length > 1 ? `(${phrase})` : phrase;
}

/** A search as PostgreSQL's tsquery: with the marks that were typed (words without any match every spelling). */
export function exactQuery(search: Search): string {
  return search.terms.map((term) => termQuery(term, (word) => word)).join(' & ');
}

/** The same search forgiving all marks. What is excluded keeps its marks: nobody means to lose `hoà` with `-hoa`… unless typed so. */
export function looseQuery(search: Search): string {
  return search.terms.map((term) => termQuery(term, term.isExcluded ? (word) => word : fold)).join(' & ');
}

const facets = { province: 't', section: 'c', publisher: 'b' } as const;

function facet(kind: keyof typeof facets, value: string): string {
  return `'@${facets[kind]}${value.replace(/[^a-z0-9-]/g, '')}'`;
}

/**
 * The tsquery of an edition's conditions; null where an index of stories answers without any text search (none or one condition, no
 * words). Words are read by `parseSearch`; when nothing can be read from them the query matches nothing.
 */
export function filterQuery(filter: Filter): string | null {
  const parts: string[] = [];
  for (const kind of ['province', 'section', 'publisher'] as const) {
    const value = filter[kind];
    if (value !== undefined) parts.push(facet(kind, value));
  }
  if (filter.words === undefined) return parts.length < 2 ? null : parts.join(' & ');
  const search = parseSearch(filter.words);
  return [...parts, search === null ? `'@none'` : exactQuery(search)].join(' & ');
}

/** A word's two lexemes, each up to where its places are written; `plain` is empty where the word has no marks. */
type Spelling = { exact: string; plain: string };

// Papers use some 7,000 syllables: each is folded and quoted once.
const spelled = new Map<string, Spelling>();
const maxSpelled = 20_000;

function spellingOf(word: string): Spelling {
  const known = spelled.get(word);
  if (known !== undefined) return known;
  const exact = cut(word);
  const plain = fold(exact);
  const found = { exact: `${lexeme(exact)}:`, plain: plain === exact ? '' : `${lexeme(plain)}:` };
  if (spelled.size >= maxSpelled) spelled.clear();
  if (word.length <= maxWord) spelled.set(word, found);
  return found;
}

// PostgreSQL counts no further.
const lastPosition = 16_000;
// Nothing that ends the headline stands side by side with what begins the summary.
const gap = 10;

/** What a story is found by. `facets` are all values of its papers, not only of its lead. */
export type SearchedStory = {
  title: string;
  summary: string;
  provinces: readonly string[];
  sections: readonly string[];
  publishers: readonly string[];
};

/**
 * A story as PostgreSQL's tsvector, in its input form: each word as it is written and, at the same place, without its marks. So one
 * index answers both spellings, word by word and in phrases. Words of the headline weigh A, of the summary B; provinces, sections
 * and papers are lexemes of their own.
 */
export function searchVector(story: SearchedStory): string {
  let vector = '';
  let position = 0;
  for (const [text, weight] of [
    [story.title, 'A'],
    [story.summary, 'B'],
  ] as const) {
    for (const word of syllables(text)) {
      position += 1;
      if (position > lastPosition) break;
      const { exact, plain } = spellingOf(word);
      const place = `${position}${weight} `;
      vector += exact + place;
      if (plain !== '') vector += plain + place;
    }
    position += gap;
  }
  for (const kind of ['province', 'section', 'publisher'] as const)
    for (const value of story[`${kind}s`]) vector += `${facet(kind, value)} `;
  return vector.trimEnd();
}

/** Whether a text meets a search when marks are forgiven: for the few texts that no index holds. */
export function meetsSearch(search: Search, text: string): boolean {
  const plain = ` ${syllables(text).map(fold).join(' ')} `;
  return search.terms.every(({ words, isExcluded }) => plain.includes(` ${words.map(fold).join(' ')} `) !== isExcluded);
}
