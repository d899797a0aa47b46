// How to read a source that is no feed: selectors and paths as data, kept in source.rules. Types, and the check of what comes from outside.
import { z } from 'zod';
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

const selector = z.string().max(500).refine(isSelector, 'is no CSS selector');
const field = z
  .string()
  .max(500)
  .refine((text) => {
    const { css } = partsOf(text);
    return css === '' || isSelector(css);
  }, 'is no CSS selector');
const path = z.string().min(1).max(200);

const listRule = z.strictObject({
  item: selector,
  link: field.optional(),
  title: field.optional(),
  date: field.optional(),
  image: field.optional(),
  summary: field.optional(),
  isFlat: z.boolean().optional(),
});

const shape = z.strictObject({
  lists: z.array(listRule).max(8).optional(),
  isJsonLd: z.boolean().optional(),
  api: z
    .strictObject({
      items: z.string().max(200),
      url: path,
      title: path.optional(),
      date: path.optional(),
      image: path.optional(),
      summary: path.optional(),
      content: path.optional(),
      id: path.optional(),
      section: path.optional(),
      author: path.optional(),
    })
    .optional(),
  article: z
    .strictObject({
      title: field.optional(),
      sapo: field.optional(),
      body: selector.optional(),
      date: field.optional(),
      author: field.optional(),
      section: field.optional(),
      image: field.optional(),
      drop: selector.optional(),
    })
    .optional(),
  within: z.string().max(200).optional(),
});

/** The two halves of a field's rule; `css` is empty for the item itself, `attribute` null for its text. */
export function partsOf(rule: string): { css: string; attribute: string | null } {
  const found = /^(.*?)@([\w:-]{1,60})$/s.exec(rule.trim());
  return found ? { css: (found[1] ?? '').trim(), attribute: found[2] ?? null } : { css: rule.trim(), attribute: null };
}

/** Rules as stored or written by a person; the message names what is wrong with them. Selectors are tried, not only typed. */
export function checkRules(value: unknown): { rules: SourceRules } | { problem: string } {
  const read = shape.safeParse(value ?? {});
  if (read.success) return { rules: read.data };
  const [issue] = read.error.issues;
  return { problem: `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'cannot be read'}`.trim() };
}
