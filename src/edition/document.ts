// An edition and its stories → one neutral, always valid document, from which every format is written.
import type { DocumentFormat, Edition, Policy, Warning } from '../domain.ts';
import type { ListedStory } from '../store/story.ts';
import { slugify } from '../text/vietnamese.ts';
import { cleanLine, plausibleDate, strictUrl, unambiguousLine } from './clean.ts';
import { fitSizes } from './fit.ts';
import type { CommentCount, Correction, FeedItem } from './item.ts';
import { toItem } from './item.ts';
import type { ShownStory } from './rights.ts';
import { showable } from './rights.ts';
import type { Audience } from './rights-terms.ts';

/** An edition ready to be written. */
export type FeedDocument = {
  /** Stable address-like id of the feed, the same in all formats. */
  id: string;
  title: string;
  description: string;
  /** The page that shows the same list. */
  homeUrl: string;
  selfUrls: Record<DocumentFormat, string>;
  hubUrl: string | null;
  /** A png, jpeg or gif of at most 144 × 144; null = none. */
  imageUrl: string | null;
  language: 'vi';
  /** Newest material change of its items; when it is empty, the last change of the edition. Never "now". */
  updated: Date;
  /** In the order of the edition, newest first. */
  items: FeedItem[];
  /** Ids of the stories of the items, in their order. */
  storyIds: number[];
  /** Item ids of whole articles. */
  wholeIds: ReadonlySet<string>;
  /** Stories taken back of late, newest first: told by the partners' Atom alone. */
  tombstones: Tombstone[];
  /** Neighbours in the archive (RFC 5005), as addresses without ending; null for an edition without one. */
  archive: ArchiveLinks | null;
  /** What had to be left out, and why. */
  notes: Warning[];
};

/** A story that was taken back: readers that know `id` shall forget it (RFC 6721). */
export type Tombstone = { id: string; withdrawnAt: Date; reason: string };

/** Documents around one of an archive; null = there is none. `isArchive`: the list of this one never changes. */
export type ArchiveLinks = {
  isArchive: boolean;
  current: string | null;
  previous: string | null;
  next: string | null;
};

/** Where a document will live, and the clock. */
export type DocumentOptions = {
  /** Without a slash at the end. */
  publicUrl: string;
  now: Date;
  /** What the deployment asks beyond the agreements. */
  policy: Policy;
  /** Whom it is for; absent = the public. */
  audience?: Audience;
  hubUrl?: string | null;
  imageUrl?: string | null;
  /** Path of the document itself where it is not the edition's: a day of its archive. */
  path?: string;
  /** Editors' corrections by story id. */
  corrections?: ReadonlyMap<number, Correction>;
  /** What readers said, by story id. */
  comments?: ReadonlyMap<number, CommentCount>;
  tombstones?: readonly { uid: string; withdrawnAt: Date; reason: string }[];
  /** Paths of neighbours under `/feeds/`, without ending. */
  archive?: ArchiveLinks | null;
};

/** Items of a document unless the caller lists fewer: aggregators want 30 to 60. */
export const maxItems = 50;

/** Our page of a story: `<publicUrl>/tin/<id>-<slug>`; without the slug when no letter of the title is left in it. */
export function storyUrl(publicUrl: string, story: { id: number; title: string }): string {
  const slug = slugify(story.title);
  return `${publicUrl}/tin/${story.id}${slug === '' ? '' : `-${slug}`}`;
}

/** First part of a dialect's path, and the ending that stands for its family. */
export const dialects = {
  partner: { prefix: 'doi-tac', ending: 'atom' },
  google: { prefix: 'google', ending: 'rss' },
  msn: { prefix: 'msn', ending: 'rss' },
} as const;

/** Address of an edition in one format. */
export function feedUrl(publicUrl: string, path: string, format: DocumentFormat): string {
  if (format === 'rss' || format === 'atom' || format === 'json') return `${publicUrl}/feeds/${path}.${format}`;
  const { prefix, ending } = dialects[format];
  return `${publicUrl}/feeds/${prefix}/${path}.${ending}`;
}

/** Related stories of one story, in one of the three formats. */
export function relatedUrl(publicUrl: string, storyId: number, format: 'rss' | 'atom' | 'json'): string {
  return `${publicUrl}/tin/${storyId}/tin-lien-quan.${format}`;
}

/** The page that shows an edition's list: its path without the closing `tin-moi`. */
export function editionUrl(publicUrl: string, path: string): string {
  return `${publicUrl}/${path.replace(/(?:^|\/)tin-moi$/, '')}`;
}

function archiveUrls(publicUrl: string, links: ArchiveLinks | null): ArchiveLinks | null {
  if (links === null) return null;
  const url = (path: string | null) => (path === null ? null : `${publicUrl}/feeds/${path}`);
  return { ...links, current: url(links.current), previous: url(links.previous), next: url(links.next) };
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
  const path = options.path ?? edition.path;
  const notes: Warning[] = [];
  const fallback = plausibleDate(edition.changedAt, options.now, options.now);
  const shown: ShownStory[] = [];
  const ids = new Set<string>();
  const terms = { policy: options.policy, now: options.now, audience: options.audience ?? 'public' };
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
    const allowed = showable(story, terms);
    if (allowed !== null) shown.push(allowed);
  }
  const itemOf = (story: ShownStory) =>
    toItem(story, {
      publicUrl,
      url: storyUrl(publicUrl, story),
      now: options.now,
      fallback,
      related: {
        rss: relatedUrl(publicUrl, story.id, 'rss'),
        atom: relatedUrl(publicUrl, story.id, 'atom'),
        json: relatedUrl(publicUrl, story.id, 'json'),
      },
      correction: options.corrections?.get(story.id) ?? null,
      comments: options.comments?.get(story.id) ?? null,
    });
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
      rss: feedUrl(publicUrl, path, 'rss'),
      atom: feedUrl(publicUrl, path, 'atom'),
      json: feedUrl(publicUrl, path, 'json'),
      partner: feedUrl(publicUrl, path, 'partner'),
      google: feedUrl(publicUrl, path, 'google'),
      msn: feedUrl(publicUrl, path, 'msn'),
    },
    hubUrl: strictUrl(options.hubUrl ?? null),
    imageUrl: strictUrl(options.imageUrl ?? null),
    language: 'vi',
    updated: newest ?? fallback,
    items,
    storyIds: shown.slice(0, items.length).map((story) => story.id),
    wholeIds: new Set(
      shown.filter((story) => story.bodyHtml !== '').map((story) => `urn:uuid:${story.uid.toLowerCase()}`),
    ),
    tombstones: (options.tombstones ?? []).map((one) => ({
      id: `urn:uuid:${one.uid.toLowerCase()}`,
      withdrawnAt: plausibleDate(one.withdrawnAt, options.now, options.now),
      reason: unambiguousLine(one.reason, 300),
    })),
    archive: archiveUrls(publicUrl, options.archive ?? null),
    notes: [...notes, ...omissions],
  };
}
