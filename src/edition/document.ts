// An edition and its stories → one neutral, always valid document, from which every format is written.
import type { Edition, Format, Media, Warning } from '../domain.ts';
import type { ListedStory } from '../store/story.ts';
import { provinceByCode } from '../text/place.ts';
import { sectionBySlug } from '../text/section.ts';
import { slugify } from '../text/vietnamese.ts';
import { cleanLine, plausibleDate, strictUrl, unambiguousLine } from './clean.ts';
import { storyHtml } from './content.ts';
import { type ShownStory, showable } from './rights.ts';
import { readableTime } from './vietnam-time.ts';
import { escapeXml } from './xml.ts';

/** One story as an item of a feed. Every string is clean plain text unless its name says otherwise. */
export type FeedItem = {
  /** `urn:uuid:` and the story's uid: never changes. */
  id: string;
  title: string;
  /** Our page of the story: it lists every paper that carries it, and survives a change of the lead. */
  url: string;
  /** The article of the lead; null when its paper gave no address. */
  originalUrl: string | null;
  /** Plain text with the source in words, never empty. */
  teaser: string;
  /** Safe HTML: a visible line with source, link and time; what rights allow; the other papers. Never empty. */
  contentHtml: string;
  /** First publication, cut to the second; never moves. */
  published: Date;
  /** Last material change; no two items of a document have the same. */
  updated: Date;
  authors: string[];
  /** Section, province and the paper's own labels, without repetition. */
  categories: string[];
  source: { name: string; url: string | null; id: string; publishedAt: Date };
  image: Media | null;
  media: Media[];
  isSample: boolean;
};

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
/** Google's limits for a whole feed and one item, in bytes of the heaviest format. */
export const maxDocumentBytes = 2_000_000;
export const maxItemBytes = 1_000_000;
const overheadBytes = 1500;
const sampleLabel = 'Toà soạn thử (mẫu)';

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

// Stories of one transaction change at the same moment, and validators want every entry's `updated` to differ. The story's id
// chooses a millisecond at or before the real one, so the answer does not depend on what else is in the document.
function distinctTime(changed: Date, id: number): Date {
  const time = changed.getTime();
  const milliseconds = time % 1000;
  return new Date(time - milliseconds + (id % (milliseconds + 1)));
}

function floorToSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

function categoriesOf(story: ShownStory): string[] {
  const section = story.section === null ? null : sectionBySlug(story.section);
  const province = story.province === null ? null : provinceByCode(story.province);
  const names = [story.isSample ? sampleLabel : '', section?.name ?? '', province?.name ?? '', ...story.categories];
  return [...new Set(names.filter((name) => name !== ''))];
}

function teaserOf(story: ShownStory, publishedAt: Date): string {
  const { publisherName } = story.attribution;
  const sample = story.isSample ? `. ${sampleLabel}` : '';
  if (story.summary === '') return `Theo ${publisherName}, ${readableTime(publishedAt)}${sample}`;
  return `${unambiguousLine(story.summary, 10_000)} (Theo ${publisherName}${sample})`;
}

function toItem(story: ShownStory, options: DocumentOptions, fallback: Date): FeedItem {
  const date = (value: Date) => plausibleDate(value, options.now, fallback);
  const published = floorToSecond(date(story.firstAt));
  const updated = distinctTime(date(story.changedAt), story.id);
  const publishedAt = date(story.attribution.publishedAt);
  const attribution = { ...story.attribution, publishedAt };
  const others = story.others.map((other) => ({ ...other, publishedAt: date(other.publishedAt) }));
  return {
    id: `urn:uuid:${story.uid.toLowerCase()}`,
    title: story.title,
    url: storyUrl(options.publicUrl, story),
    originalUrl: attribution.url,
    teaser: teaserOf(story, publishedAt),
    contentHtml: storyHtml({ ...story, attribution, others }, story.isSample ? sampleLabel : null),
    published,
    updated: updated < published ? published : updated,
    authors: story.authors,
    categories: categoriesOf(story),
    source: {
      name: attribution.publisherName,
      url: strictUrl(story.publisher.siteUrl),
      id: `${options.publicUrl}/bao/${story.publisher.slug}`,
      publishedAt,
    },
    image: story.image,
    media: story.media,
    isSample: story.isSample,
  };
}

function withoutBody(item: FeedItem, story: ShownStory, options: DocumentOptions, fallback: Date): FeedItem {
  const bare = toItem({ ...story, bodyHtml: '', media: story.image === null ? [] : [story.image], others: story.others.slice(0, 10) }, options, fallback);
  return { ...bare, updated: item.updated };
}

/** An upper bound of an item's bytes in the heaviest of the formats. */
function weigh(item: FeedItem): number {
  // Twice escaped as a description, once more as JSON in our own extension.
  const texts = [item.title, item.teaser, item.source.name, ...item.authors, ...item.categories, ...item.media.flatMap((media) => [media.title ?? '', media.credit ?? ''])];
  const addresses = [item.url, item.originalUrl ?? '', item.source.url ?? '', ...item.media.map((media) => media.url)];
  let bytes = overheadBytes + item.media.length * 400 + Buffer.byteLength(JSON.stringify(item.contentHtml));
  for (const text of texts) bytes += 3 * Buffer.byteLength(escapeXml(escapeXml(text))) + 40;
  for (const address of addresses) bytes += 2 * Buffer.byteLength(escapeXml(address));
  return bytes;
}

function fitSizes(items: FeedItem[], shown: ShownStory[], options: DocumentOptions, fallback: Date, notes: Warning[]): FeedItem[] {
  const fitted = [...items];
  const bytes = items.map(weigh);
  let total = bytes.reduce((sum, one) => sum + one, 10_000);
  const dropBody = (i: number, why: string) => {
    const [item, story] = [fitted[i], shown[i]];
    if (item === undefined || story === undefined || story.bodyHtml === '') return;
    const bare = withoutBody(item, story, options, fallback);
    fitted[i] = bare;
    total += weigh(bare) - (bytes[i] ?? 0);
    bytes[i] = weigh(bare);
    notes.push({ code: 'document.body-dropped', message: `${item.id}: body left out, ${why}`, item: i });
  };
  for (let i = 0; i < fitted.length; i++) if ((bytes[i] ?? 0) > maxItemBytes) dropBody(i, `item above ${maxItemBytes} bytes`);
  for (let i = fitted.length - 1; i >= 0 && total > maxDocumentBytes; i--) dropBody(i, `document above ${maxDocumentBytes} bytes`);
  while (fitted.length > 0 && (total > maxDocumentBytes || (bytes[fitted.length - 1] ?? 0) > maxItemBytes)) {
    const item = fitted.pop();
    total -= bytes[fitted.length] ?? 0;
    notes.push({ code: 'document.item-dropped', message: `${item?.id ?? ''}: item left out, document too large`, item: fitted.length });
  }
  return fitted;
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
export function buildDocument(edition: Pick<Edition, 'path' | 'title' | 'changedAt'>, stories: readonly ListedStory[], options: DocumentOptions): FeedDocument {
  const { publicUrl } = options;
  const notes: Warning[] = [];
  const fallback = plausibleDate(edition.changedAt, options.now, options.now);
  const shown: ShownStory[] = [];
  const ids = new Set<string>();
  for (const story of stories.slice(0, maxItems)) {
    if (ids.has(story.uid.toLowerCase())) {
      notes.push({ code: 'document.repeated-id', message: `${story.uid}: the story is listed twice`, item: shown.length });
      continue;
    }
    ids.add(story.uid.toLowerCase());
    shown.push(showable(story));
  }
  const all = separateTimes(shown.map((story) => toItem(story, options, fallback)));
  const items = fitSizes(all, shown, options, fallback, notes);
  const title = unambiguousLine(edition.title, 200) || 'Tin mới';
  const newest = items.reduce<Date | null>((latest, item) => (latest === null || item.updated > latest ? item.updated : latest), null);
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
    notes,
  };
}
