// An entry draft → the words as they are stored: safe HTML, plain summary, section, and a hash that tells material changes. Pure.
import { hash } from 'node:crypto';
import type { EntryDraft, EntryWords } from '../domain.ts';
import { excerpt, plainText, safeHtml } from '../text/markup.ts';
import { sectionOf } from '../text/section.ts';

const maxSummaryChars = 1_000;
const maxBodyChars = 500_000;

const digest = (text: string) => hash('sha1', text, 'hex').slice(0, 20);

// Enough foreign text for any summary: a plain beginning needs no pass over the whole body.
const summaryFrom = 6_000;

// Cut before a tag that would be broken off.
function beginning(safe: string): string {
  const cut = safe.slice(0, summaryFrom);
  const open = cut.lastIndexOf('<');
  return open > cut.lastIndexOf('>') ? cut.slice(0, open) : cut;
}

// Only what is not a single space already: most of a text is left alone.
const oneLine = (text: string) => text.replace(/\s{2,}|[^\S ]/g, ' ').trim();

// The words of safe markup without its tags: what a reader would notice if it changed. One pass, each run of blanks seen twice.
const wordsIn = (safe: string) => safe.replace(/(?:\s*<[^>]*>)+\s*|\s{2,}|[^\S ]/g, ' ').trim();

function summaryOf(draft: EntryDraft, bodyHtml: string): string {
  const own =
    draft.summaryHtml === null ? '' : oneLine(plainText(draft.summaryHtml.slice(0, maxBodyChars).toWellFormed()));
  const text = own === '' || own === draft.title ? oneLine(plainText(beginning(bodyHtml))) : own;
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
  const bodyText = wordsIn(safe);
  const bodyHtml = bodyText === '' && !safe.includes('<img') ? '' : safe;
  const summary = summaryOf(draft, bodyHtml);
  const { url, title, authors, categories, media, updatedAt } = draft;
  const words = digest(`${title}\n${summary}\n${bodyText}`);
  const rest = digest(
    `${draft.keys.find((key) => key.startsWith('u:')) ?? url ?? ''}\n${JSON.stringify([authors, categories, media])}\n${bodyHtml}`,
  );
  return {
    url,
    title,
    summary,
    bodyHtml,
    authors,
    categories,
    media,
    section: options.section ?? sectionOf(categories),
    updatedAt,
    hash: words + rest,
  };
}
