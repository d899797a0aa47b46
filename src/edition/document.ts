// An edition and its stories → one neutral, always valid document, from which every format is written.
import type { Edition, Format, Warning } from '../domain.ts';
import type { ListedStory } from '../store/story.ts';
import { slugify } from '../text/vietnamese.ts';
import { cleanLine, plausibleDate, strictUrl, unambiguousLine } from './clean.ts';
import { fitSizes } from './fit.ts';
import type { FeedItem } from './item.ts';
import { toItem } from './item.ts';
import type { ShownStory } from './rights.ts';
import { showable } from './rights.ts';

/** An edition ready to be written. */
export type FeedDocument = {
  /** Stable address-like id of the feed, the same in all formats. */
  id: string;
  title: string;
  description: string;
  /** The page that shows the same list. */
  homeUrl: string;
  selfUrls: Record<Format, string>;
  hubUrl: string | null;
  /** A png, jpeg or gif of at most 144 × 144; null = none. */
  imageUrl: string | null;
  language: 'vi';
  /** Newest material change of its items; when it is empty, the last change of the edition. Never "now". */
  updated: Date;
  /** In the order of the edition, newest first. */
  items: FeedItem[];
  /** What had to be left out, and why. */
  notes: Warning[];
};

/** Where a document will live, and the clock. */
export type DocumentOptions = {
  /** Without a slash at the end. */
  publicUrl: string;
  now: Date;
  hubUrl?: string | null;
  imageUrl?: string | null;
};

/** Items of a document unless the caller lists fewer: aggregators want 30 to 60. */
export const maxItems = 50;

/** Our page of a story: `<publicUrl>/tin/<id>-<slug>`; without the slug when no letter of the title is left in it. */
export function storyUrl(publicUrl: string, story: { id: number; title: string }): string {
  const slug = slugify(story.title);
  return `${publicUrl}/tin/${story.id}${slug === '' ? '' : `-${slug}`}`;
}

/** Address of an edition in one format. */
export function feedUrl(publicUrl: string, path: string, format: Format): string {
  return `${publicUrl}/feeds/${path}.${format}`;
}

/** The page that shows an edition's list: its path without the closing `tin-moi`. */
export function editionUrl(publicUrl: string, path: string): string {
  return `${publicUrl}/${path.replace(/(?:^|\/)tin-moi$/, '')}`;
}

// What is left of a story too large to be shown whole: its picture, its summary, a few of the other papers.
function withoutBody(story: ShownStory): ShownStory {
  const media = story.image === null ? [] : [story.image];
  return { ...story, bodyHtml: '', media, others: story.others.slice(0, 10) };
}

// For what still collides after the choice by id: earlier by a millisecond until it is free.
function separateTimes(items: FeedItem[]): FeedItem[] {
  const taken = new Set<number>();
  return items.map((item) => {
    let time = item.updated.getTime();
    while (taken.has(time)) time -= 1;
    taken.add(time);
    return time === item.updated.getTime() ? item : { ...item, updated: new Date(time) };
  });
}

/**
 * Makes the document of an edition from its stories in list order (see `listStories`), at most `maxItems`. Rights are applied here,
 * through `showable`. Always valid whatever the texts hold: plain clean titles, absolute ASCII addresses, unique ids, dates
 * between 1990 and `options.now`, distinct `updated`, sizes within Google's limits. What was left out stands in `notes`.
 */
export function buildDocument(
  edition: Pick<Edition, 'path' | 'title' | 'changedAt'>,
  stories: readonly ListedStory[],
  options: DocumentOptions,
): FeedDocument {
  const { publicUrl } = options;
  const notes: Warning[] = [];
  const fallback = plausibleDate(edition.changedAt, options.now, options.now);
  const shown: ShownStory[] = [];
  const ids = new Set<string>();
  for (const story of stories.slice(0, maxItems)) {
    if (ids.has(story.uid.toLowerCase())) {
      notes.push({
        code: 'document.repeated-id',
        message: `${story.uid}: the story is listed twice`,
        item: shown.length,
      });
      continue;
    }
    ids.add(story.uid.toLowerCase());
    shown.push(showable(story));
  }
  const itemOf = (story: ShownStory) =>
    toItem(story, { publicUrl, url: storyUrl(publicUrl, story), now: options.now, fallback });
  const all = separateTimes(shown.map(itemOf));
  const { items, notes: omissions } = fitSizes(all, (i) => {
    const [item, story] = [all[i], shown[i]];
    const isBare = item === undefined || story === undefined || story.bodyHtml === '';
    return isBare ? null : { ...itemOf(withoutBody(story)), updated: item.updated };
  });
  const title = unambiguousLine(edition.title, 200) || 'Tin mới';
  const newest = items.reduce<Date | null>(
    (latest, item) => (latest === null || item.updated > latest ? item.updated : latest),
    null,
  );
  return {
    id: `${publicUrl}/feeds/${edition.path}`,
    title,
    description: cleanLine(`${title}: tin từ báo địa phương, mỗi tin một lần, ghi rõ nguồn.`),
    homeUrl: editionUrl(publicUrl, edition.path),
    selfUrls: {
      rss: feedUrl(publicUrl, edition.path, 'rss'),
      atom: feedUrl(publicUrl, edition.path, 'atom'),
      json: feedUrl(publicUrl, edition.path, 'json'),
    },
    hubUrl: strictUrl(options.hubUrl ?? null),
    imageUrl: strictUrl(options.imageUrl ?? null),
    language: 'vi',
    updated: newest ?? fallback,
    items,
    notes: [...notes, ...omissions],
  };
}
