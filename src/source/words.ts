// An entry draft → the words as they are stored: safe HTML, plain summary, section, and a hash that tells material changes. Pure.
import { hash } from 'node:crypto';
import type { EntryDraft, EntryWords } from '../domain.ts';
import { excerpt, plainText, safeHtml } from '../text/markup.ts';
import { sectionOf } from '../text/section.ts';

const maxSummaryChars = 1_000;
const maxBodyChars = 500_000;

const digest = (text: string) => hash('sha1', text, 'hex').slice(0, 20);

// A paper that repeats its whole text as summary gives a body; a summary that only repeats the headline says nothing.
function summaryOf(draft: EntryDraft, bodyText: string): string {
  const own = draft.summaryHtml === null ? '' : plainText(draft.summaryHtml).replace(/\s+/g, ' ').trim();
  const text = own === '' || own === draft.title ? bodyText : own;
  return text === draft.title ? '' : excerpt(text, maxSummaryChars);
}

/**
 * Cleans a draft's markup and derives the summary. `section` is the source's own setting and wins over the draft's categories.
 * Costs a full pass over the markup, so it is called for new and changed items only.
 */
export function toWords(draft: EntryDraft, options: { section: string | null; baseUrl: string }): EntryWords {
  const baseUrl = draft.url ?? options.baseUrl;
  const foreign = draft.contentHtml ?? draft.summaryHtml ?? '';
  // A single foreign text beyond the bound is shown as its plain beginning: a broken-off tag could not be trusted.
  const bodyHtml = foreign.length <= maxBodyChars ? safeHtml(foreign, { baseUrl }) : '';
  const bodyText = plainText(bodyHtml === '' ? foreign.slice(0, maxBodyChars) : bodyHtml).replace(/\s+/g, ' ').trim();
  const summary = summaryOf(draft, bodyText);
  const words = digest(`${draft.title}\n${summary}\n${bodyText}`);
  const rest = digest(JSON.stringify([draft.url, draft.authors, draft.categories, draft.media, bodyHtml]));
  return {
    url: draft.url,
    title: draft.title,
    summary,
    bodyHtml: bodyText === '' && !bodyHtml.includes('<img') ? '' : bodyHtml,
    authors: draft.authors,
    categories: draft.categories,
    media: draft.media,
    section: options.section ?? sectionOf(draft.categories),
    updatedAt: draft.updatedAt,
    hash: words + rest,
  };
}
