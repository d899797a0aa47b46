// How to read a source that is no feed: selectors and paths as data, kept in source.rules. Types, and the check of what comes from outside.
import { isSelector } from './kinds/dom.ts';

/**
 * Where the repeated blocks of a page stand and what is in them. A field is `CSS`, `CSS@attribute` or `@attribute`, looked for inside the
 * item; a field that is absent is found by its look (docs/listing.md).
 */
export type ListRule = {
  item: string;
  link?: string | undefined;
  title?: string | undefined;
  date?: string | undefined;
  image?: string | undefined;
  summary?: string | undefined;
  /** True where an item is not one element: it goes on in the elements beside it up to the next item. */
  isFlat?: boolean | undefined;
};

/** Names and list positions joined by dots (`data.items`, `thumb.0.url`); an absent path is no field. */
export type ApiRule = {
  items: string;
  url: string;
  title?: string | undefined;
  date?: string | undefined;
  image?: string | undefined;
  summary?: string | undefined;
  content?: string | undefined;
  id?: string | undefined;
  section?: string | undefined;
  author?: string | undefined;
};

/** Selectors of one publisher's article pages; each wins over what the page says of itself. */
export type ArticleRule = {
  title?: string | undefined;
  sapo?: string | undefined;
  body?: string | undefined;
  date?: string | undefined;
  author?: string | undefined;
  section?: string | undefined;
  image?: string | undefined;
  /** Taken out of the body. */
  drop?: string | undefined;
};

/** All that a source's row may say of how to read it. */
export type SourceRules = {
  lists?: ListRule[] | undefined;
  /** The items stand in the page's JSON-LD and nowhere else. */
  isJsonLd?: boolean | undefined;
  api?: ApiRule | undefined;
  article?: ArticleRule | undefined;
  /** Sitemaps only: addresses must hold this text to be articles. */
  within?: string | undefined;
};

/** The two halves of a field's rule; `css` is empty for the item itself, `attribute` null for its text. */
export function partsOf(rule: string): { css: string; attribute: string | null } {
  const found = /^(.*?)@([\w:-]{1,60})$/s.exec(rule.trim());
  return found ? { css: (found[1] ?? '').trim(), attribute: found[2] ?? null } : { css: rule.trim(), attribute: null };
}

type Check = (value: unknown) => string | null;

const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;
const said: Check = (value) => (isText(value, 200) ? null : 'is no text of at most 200 characters');
const path: Check = (value) => (isText(value, 200) && value !== '' ? null : 'is no path');
const flag: Check = (value) => (typeof value === 'boolean' ? null : 'is neither true nor false');
const selector: Check = (value) => (isText(value, 500) && isSelector(value) ? null : 'is no CSS selector');
const field: Check = (value) => {
  if (!isText(value, 500)) return 'is no CSS selector';
  const { css } = partsOf(value);
  return css === '' || isSelector(css) ? null : 'is no CSS selector';
};

// Every name that may stand, those that must marked so; a name of no meaning is an error, as it is a slip of the pen.
function record(names: Record<string, Check>, required: readonly string[] = []): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no object';
    const missing = required.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return `lacks "${missing}"`;
    for (const [name, inner] of Object.entries(value)) {
      const check = Object.hasOwn(names, name) ? names[name] : undefined;
      if (check === undefined) return `knows no "${name.slice(0, 40)}"`;
      const problem = inner === undefined ? null : check(inner);
      if (problem !== null) return `${name} ${problem}`;
    }
    return null;
  };
}

const list = record(
  { item: selector, link: field, title: field, date: field, image: field, summary: field, isFlat: flag },
  ['item'],
);
const api = record(
  {
    items: said,
    url: path,
    title: path,
    date: path,
    image: path,
    summary: path,
    content: path,
    id: path,
    section: path,
    author: path,
  },
  ['items', 'url'],
);
const article = record({
  title: field,
  sapo: field,
  body: selector,
  date: field,
  author: field,
  section: field,
  image: field,
  drop: selector,
});
const lists: Check = (value) => {
  if (!Array.isArray(value) || value.length > 8) return 'is no list of at most 8';
  for (const [index, one] of value.entries()) {
    const problem = list(one);
    if (problem !== null) return `${index} ${problem}`;
  }
  return null;
};
const rules = record({ lists, isJsonLd: flag, api, article, within: said });

/** Rules as stored or written by a person; the message names what is wrong with them. Selectors are tried, not only typed. */
export function checkRules(value: unknown): { rules: SourceRules } | { problem: string } {
  const problem = rules(value ?? {});
  return problem === null ? { rules: value ?? {} } : { problem };
}
