// An entry draft → the words as they are stored: safe HTML, plain summary, section; and what of them changed. Pure.
import type { EntryDraft, EntryWords, StoredWords } from '../domain.ts';
import { excerpt, plainText, safeHtml, withoutCutTag } from '../text/markup.ts';
import { isMaterialChange } from '../text/material.ts';
import { sectionOf } from '../text/section.ts';

const maxSummaryChars = 1_000;
const maxBodyChars = 500_000;

// Enough foreign text for any summary: a plain beginning needs no pass over the whole body.
const summaryFrom = 6_000;

// Only what is not a single space already: most of a text is left alone.
const oneLine = (text: string) => text.replace(/\s{2,}|[^\S ]/g, ' ').trim();

// The words of safe markup without its tags: what a reader would notice if it changed. One pass, each run of blanks seen twice.
const wordsIn = (safe: string) => safe.replace(/(?:\s*<[^>]*>)+\s*|\s{2,}|[^\S ]/g, ' ').trim();

const hasWords = (safe: string) => /^(?:\s|<[^>]*>)*[^\s<]/.test(safe);

function summaryOf(draft: EntryDraft, bodyHtml: string): string {
  const own =
    draft.summaryHtml === null ? '' : oneLine(plainText(draft.summaryHtml.slice(0, maxBodyChars).toWellFormed()));
  const text =
    own === '' || own === draft.title ? oneLine(plainText(withoutCutTag(bodyHtml.slice(0, summaryFrom)))) : own;
  return text === draft.title ? '' : excerpt(text, maxSummaryChars);
}

/**
 * Cleans a draft's markup and derives the summary. `section` is the source's own setting and wins over the draft's categories.
 * Costs a full pass over the markup, so it is called for new and changed items only.
 */
export function toWords(draft: EntryDraft, options: { section: string | null; baseUrl: string }): EntryWords {
  const foreign = (draft.contentHtml ?? draft.summaryHtml ?? '').toWellFormed();
  // A single foreign text beyond the bound is left to its source: a broken-off tag could not be trusted.
  const safe = foreign.length <= maxBodyChars ? safeHtml(foreign, { baseUrl: draft.url ?? options.baseUrl }) : '';
  const bodyHtml = hasWords(safe) || safe.includes('<img') ? safe : '';
  const { url, title, authors, categories, media, updatedAt, fingerprint } = draft;
  return {
    url,
    title,
    summary: summaryOf(draft, bodyHtml),
    bodyHtml,
    authors,
    categories,
    media,
    section: options.section ?? sectionOf(categories),
    updatedAt,
    fingerprint,
  };
}

/**
 * How new words differ from the stored ones: `words` when the news changed (`isMaterialChange`), `rest` when only spelling, markup,
 * labels, media or the address did. The source's claim of an update alone is no difference, nor is a variant of the address (`isSameUrl`).
 */
export function difference(
  stored: StoredWords,
  words: Omit<EntryWords, 'fingerprint'>,
  isSameUrl: boolean,
): 'none' | 'rest' | 'words' {
  const version = (one: Pick<EntryWords, 'title' | 'summary' | 'bodyHtml'>) => ({
    title: one.title,
    summary: one.summary,
    body: stored.bodyHtml === words.bodyHtml ? '' : wordsIn(one.bodyHtml),
  });
  if (isMaterialChange(version(stored), version(words))) return 'words';
  const labels = (one: Omit<EntryWords, 'fingerprint'>) =>
    JSON.stringify([one.authors, one.categories, sorted(one.media)]);
  const isSameText =
    stored.title === words.title && stored.summary === words.summary && stored.bodyHtml === words.bodyHtml;
  return isSameUrl && isSameText && labels(stored) === labels(words) ? 'none' : 'rest';
}

// jsonb gives the fields back in an order of its own.
const sorted = (media: StoredWords['media']) =>
  media.map((one) => Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
