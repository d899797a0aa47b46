// An article's page as bytes, and the item its source wrote → the entry that is stored. Pure; runs in the reader's thread.
import { type ArticleField, articleFields, type ArticlePage, readArticlePage } from './article-page.ts';
import { decodeBytes } from './decode.ts';
import { emptyFeed } from './kinds/empty.ts';
import { draftDocument, type ReadDocument } from './read-document.ts';
import type { ArticleRule } from './rules.ts';
import { joinPage, readSeed } from './seed.ts';

/** A page and what its source decides. `bytes` null: the page cannot be had, and the item is to stand as its source wrote it. */
export type PageJob = {
  bytes: Uint8Array | null;
  contentType: string | undefined;
  url: string;
  seed: unknown;
  rules: ArticleRule | undefined;
  /** The publisher gave the right to its full text. */
  isFull: boolean;
  zone: string;
  now: Date;
  sourceId: number;
  section: string | null;
  province: string | null;
  isFirst: boolean;
};

/** The document of one entry (none when it has no headline even now), and what was found where on the page. */
export type ReadPage = { document: ReadDocument; from: ArticlePage['from']; isDated: boolean };

/** Reads a page. Bounded and linear as its parts are; throws nothing for what a page says. */
export function readPage(job: PageJob): ReadPage {
  const seed = readSeed(job.seed, job.url);
  const page = job.bytes === null ? null : pageOf(job.bytes, job, seed.title);
  const item = joinPage(seed, page, job.isFull);
  const feed = { ...emptyFeed('listing', ''), items: item.title === null ? [] : [item] };
  return { document: draftDocument(feed, job), from: page?.from ?? {}, isDated: item.publishedAt !== null };
}

function pageOf(bytes: Uint8Array, job: PageJob, title: string | null): ArticlePage {
  const { text } = decodeBytes(bytes, job.contentType === undefined ? {} : { contentType: job.contentType });
  return readArticlePage(text, { url: job.url, zone: job.zone, now: job.now, rules: job.rules, title });
}

/** One page's fields as counts for the fill rates. */
export function fillOf(from: Partial<Record<ArticleField, string>>): { field: string; seen: number; filled: number }[] {
  return articleFields.map((field) => ({ field, seen: 1, filled: from[field] === undefined ? 0 : 1 }));
}
