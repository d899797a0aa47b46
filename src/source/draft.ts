// A parsed feed → entry drafts: keys, address, plain title, dates that can be believed. Pure; markup stays foreign.
import type { EntryDraft, Media, Warning } from '../domain.ts';
import { excerpt, plainText } from '../text/markup.ts';
import { canonicalUrl } from '../text/url.ts';
import { fold, toNfc } from '../text/vietnamese.ts';
import type { ParsedFeed, ParsedItem } from './parsed.ts';

/** What drafting needs to know of the source. */
export type DraftOptions = { sourceId: number; now: Date };

const maxTitleChars = 500;
const maxLabelChars = 200;
const maxLabels = 30;
const maxMedia = 20;
// A paper's clock may run a little ahead of ours; anything later is a guess.
const clockSlackMs = 2 * 60_000;
const earliest = Date.UTC(1990, 0, 1);

// Anything that keeps a text from being one clean line; most texts have none of it.
const uneven = /[\u0000-\u001f\u007f-\u00a0\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]|^\s|\s$|\s\s|[^\S ]/;

// Overrides of direction turn around the words after them, also those of the page they stand in.
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that PostgreSQL and XML both take and that spoils no neighbour: NFC, no NUL or other control characters, no overrides of
 * direction, no lone surrogates, one line.
 */
export function cleanLine(text: string, maxChars: number): string {
  if (text.length <= maxChars && !uneven.test(text)) return toNfc(text);
  const seen = text.toWellFormed().replace(turning, '');
  const line = toNfc(seen.replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]+/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= maxChars ? line : excerpt(line, maxChars);
}

// A source's own id names an item within that source only.
const idKey = (sourceId: number, id: string) => `g:${sourceId} ${id}`;

// Stands in only where an item has neither address nor id: the same words on the same day are the same article.
const wordsKey = (title: string, text: string, day: string) => `t:${day}\n${fold(title)}\n${fold(text)}`;

/** Names that stand for different articles in one document, and so name none: one guid or one link on every item. */
function ambiguous<T>(
  list: readonly T[],
  nameOf: (one: T) => string | null,
  titleOf: (one: T) => string | null,
): ReadonlySet<string> {
  const titles = new Map<string, string | null>();
  let found: Set<string> | null = null;
  for (const one of list) {
    const name = nameOf(one);
    if (name === null) continue;
    const title = titleOf(one);
    const known = titles.get(name);
    if (known === undefined) titles.set(name, title);
    else if (known !== title && fold(known ?? '') !== fold(title ?? '')) (found ??= new Set()).add(name);
  }
  return found ?? noNames;
}

function datesOf(
  item: ParsedItem,
  now: Date,
  index: number,
  warnings: Warning[],
): Pick<EntryDraft, 'publishedAt' | 'isDateGuess' | 'updatedAt'> {
  const limit = now.getTime() + clockSlackMs;
  const believable = (date: Date | null) =>
    date !== null && date.getTime() >= earliest && date.getTime() <= limit ? date : null;
  const claimed = item.publishedAt ?? item.updatedAt;
  const published = believable(item.publishedAt) ?? believable(item.updatedAt);
  const updated = believable(item.updatedAt);
  if (published !== null) {
    const publishedAt = published.getTime() > now.getTime() ? now : published;
    return { publishedAt, isDateGuess: false, updatedAt: updated !== null && updated > now ? now : updated };
  }
  warnings.push({
    code: claimed === null ? 'item.date_missing' : 'item.date_unbelievable',
    message:
      claimed === null
        ? 'no readable date: the time of reading stands in'
        : `the date ${claimed.toISOString()} cannot be true: the time of reading stands in`,
    item: index,
  });
  // One millisecond apart, so that the order of the document survives.
  return { publishedAt: new Date(now.getTime() - index), isDateGuess: true, updatedAt: null };
}

function mediaOf(item: ParsedItem): Media[] {
  const list: Media[] = [];
  const add = (media: Media) => {
    if (list.length === maxMedia || list.some((known) => known.url === media.url)) return;
    const line = (text: string | null) => (text === null ? null : cleanLine(text, maxTitleChars) || null);
    list.push({ ...media, type: line(media.type), title: line(media.title), credit: line(media.credit) });
  };
  item.media.forEach(add);
  item.enclosures.forEach(add);
  if (item.imageUrl !== null)
    add({
      url: item.imageUrl,
      type: null,
      medium: 'image',
      length: null,
      width: null,
      height: null,
      title: null,
      credit: null,
    });
  return list;
}

function labels(texts: (string | null)[]): string[] {
  const found: string[] = [];
  for (const text of texts) {
    const label = text === null || found.length === maxLabels ? '' : cleanLine(text, maxLabelChars);
    if (label !== '' && !found.includes(label)) found.push(label);
  }
  return found;
}

function titleOf(item: ParsedItem, index: number, warnings: Warning[]): string {
  const title = cleanLine(item.title ?? '', maxTitleChars);
  if (title !== '') return title;
  const fromText = excerpt(cleanLine(plainText(item.summaryHtml ?? item.contentHtml ?? ''), 2_000), 120);
  if (fromText === '') return '';
  warnings.push({ code: 'item.title_missing', message: 'no title: the first words of the text stand in', item: index });
  return fromText;
}

const noNames: ReadonlySet<string> = new Set();
const idOf = (item: ParsedItem) => item.id;
const linkOf = (item: ParsedItem) => item.url;
const titleOfItem = (item: ParsedItem) => item.title;
const canonicalOf = (candidate: Candidate) => candidate.canonical;
const titleOfCandidate = (candidate: Candidate) => candidate.title;

type Candidate = {
  item: ParsedItem;
  index: number;
  title: string;
  url: string | null;
  canonical: string | null;
  warnings: Warning[];
};

function candidatesOf(feed: ParsedFeed, warnings: Warning[]): Candidate[] {
  const candidates: Candidate[] = [];
  feed.items.forEach((item, index) => {
    const own: Warning[] = [];
    const title = titleOf(item, index, own);
    if (title === '') {
      warnings.push({ code: 'item.empty', message: 'neither title nor text', item: index });
      return;
    }
    candidates.push({
      item,
      index,
      title,
      url: item.url,
      canonical: item.url === null ? null : canonicalUrl(item.url),
      warnings: own,
    });
  });
  return candidates;
}

/**
 * The drafts of a feed's items in the order of the document.
 * An item without any words is left out with the warning `item.empty`, a repetition of an article inside the document with
 * `item.repeated`. Each draft carries its own warnings; `warnings` has them all.
 */
export function toDrafts(feed: ParsedFeed, options: DraftOptions): { drafts: EntryDraft[]; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const candidates = candidatesOf(feed, warnings);
  if (candidates.length === 0) return { drafts: [], warnings };
  const vagueIds = ambiguous(feed.items, idOf, titleOfItem);
  const vagueLinks = ambiguous(feed.items, linkOf, titleOfItem);
  const vagueCanonical = ambiguous(candidates, canonicalOf, titleOfCandidate);
  const drafts: EntryDraft[] = [];
  const taken = new Set<string>();
  for (const { item, index, title, url, canonical, warnings: own } of candidates) {
    const dates = datesOf(item, options.now, index, own);
    const keys: string[] = [];
    if (canonical !== null && !vagueCanonical.has(canonical) && !vagueLinks.has(item.url ?? ''))
      keys.push(`u:${canonical}`);
    if (item.id !== null && item.id !== '' && !vagueIds.has(item.id)) keys.push(idKey(options.sourceId, item.id));
    if (keys.length === 0)
      keys.push(
        wordsKey(
          title,
          plainText(item.summaryHtml ?? item.contentHtml ?? ''),
          dates.publishedAt.toISOString().slice(0, 10),
        ),
      );
    warnings.push(...own);
    if (keys.some((key) => taken.has(key))) {
      warnings.push({
        code: 'item.repeated',
        message: `"${title}" stands in the document more than once`,
        item: index,
      });
      continue;
    }
    for (const key of keys) taken.add(key);
    drafts.push({
      keys,
      url,
      title,
      summaryHtml: item.summaryHtml,
      contentHtml: item.contentHtml,
      authors: labels(item.authors.map((author) => author.name ?? author.email)),
      categories: labels(item.categories),
      media: mediaOf(item),
      ...dates,
      fingerprint: item.hash,
      warnings: own,
    });
  }
  return { drafts, warnings };
}
