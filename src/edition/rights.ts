// A stored story → what its publisher lets us show of it. The one place where rights are applied: feeds and pages both ask here.
import type { Media, Publisher, Rights } from '../domain.ts';
import type { ListedStory, OtherCarrier } from '../store/story.ts';
import { excerpt, plainText, strictExcerpt } from '../text/markup.ts';
import { cleanLine, strictUrl, unambiguousLine } from './clean.ts';
import type { Permission, Terms } from './rights-terms.ts';
import { permissionFor } from './rights-terms.ts';
import { tidyHtml } from './tidy.ts';

/** Who wrote it, where and when: must stand visibly beside every story. */
export type Attribution = {
  publisherName: string;
  /** The article itself; null when the paper gave no address. */
  url: string | null;
  publishedAt: Date;
};

/** A story as it may be shown: nothing here exceeds the agreement with its publisher. */
export type ShownStory = {
  id: number;
  uid: string;
  /** Plain text on one line, never empty, at most 500 characters. */
  title: string;
  /** Plain text; empty where only headlines may be shown or the paper gave none. */
  summary: string;
  /** Safe, correctly nested HTML with absolute URLs; empty unless the agreement is `full`. */
  bodyHtml: string;
  /** The picture of the story; null when there is none or it may not be shown. */
  image: Media | null;
  /** All media that may be shown, the image first; no address twice. */
  media: Media[];
  authors: string[];
  /** The publisher's own labels. */
  categories: string[];
  section: string | null;
  province: string | null;
  attribution: Attribution;
  /** The other papers that carry it, earliest first: names, addresses and times are facts, not words of theirs. */
  others: Attribution[];
  publisher: Publisher;
  /** True for invented papers: must be marked wherever it shows. */
  isSample: boolean;
  firstAt: Date;
  listedAt: Date;
  changedAt: Date;
  /** When the permission to show it ends; null = it does not. */
  expiresAt: Date | null;
};

const maxTitleChars = 500;
const maxSummaryChars = 5_000;
const maxLabels = 8;
const maxLabelChars = 80;
const maxMedia = 20;
const untitled = '(không có tiêu đề)';

function shownSummary(story: ListedStory, rights: Rights): string {
  if (rights.show === 'headline') return '';
  if (rights.show === 'full') return excerpt(cleanLine(story.summary), maxSummaryChars);
  const text = cleanLine(story.summary) || cleanLine(plainText(story.bodyHtml));
  if (rights.excerptChars <= 0) return '';
  return strictExcerpt(text, rights.excerptChars);
}

// What says nothing of its kind counts as a picture: the permission is asked rather once too often.
function isPicture(media: Media): boolean {
  return (
    media.medium === 'image' || /^image\//i.test(media.type ?? '') || (media.medium === null && media.type === null)
  );
}

function cleanMedia(media: Media): Media | null {
  const url = strictUrl(media.url);
  if (url === null) return null;
  const positive = (value: number | null, most: number) =>
    value !== null && Number.isSafeInteger(value) && value > 0 && value <= most ? value : null;
  const type =
    media.type !== null && /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,60}$/i.test(media.type)
      ? media.type.toLowerCase()
      : null;
  return {
    url,
    type,
    medium: media.medium ?? (type?.startsWith('image/') ? 'image' : null),
    length: positive(media.length, 2 ** 40),
    width: positive(media.width, 20_000),
    height: positive(media.height, 20_000),
    title: unambiguousLine(media.title ?? '', 300) || null,
    credit: unambiguousLine(media.credit ?? '', 120) || null,
  };
}

// Pictures need their own permission; sound, film and files are part of the body.
function shownMedia(story: ListedStory, rights: Rights): Media[] {
  if (rights.show === 'headline') return [];
  const found = new Map<string, Media>();
  for (const candidate of story.image ? [story.image, ...story.media] : story.media) {
    const isAllowed = isPicture(candidate) || candidate === story.image ? rights.images : rights.show === 'full';
    const media = isAllowed && found.size < maxMedia ? cleanMedia(candidate) : null;
    if (media !== null && !found.has(media.url)) found.set(media.url, media);
  }
  return [...found.values()];
}

function labels(values: readonly string[]): string[] {
  const clean = values.slice(0, maxLabels * 4).map((value) => unambiguousLine(value, maxLabelChars));
  return [...new Set(clean)].filter((value) => value !== '').slice(0, maxLabels);
}

function attributionOf(carrier: OtherCarrier): Attribution {
  return {
    publisherName: unambiguousLine(carrier.publisherName, 200) || 'báo khác',
    url: strictUrl(carrier.url),
    publishedAt: carrier.publishedAt,
  };
}

/** A story as it may be shown, or why it may not be. `gone` holds for stories that are not live, too. */
export type Verdict =
  | { kind: 'shown'; story: ShownStory }
  | Extract<Permission, { kind: 'not-yet' }>
  | { kind: 'gone'; reason: 'status' | Extract<Permission, { kind: 'gone' }>['reason'] };

/** What may be shown of a story to whom the terms name, now; null = nothing: leave it out. See `judge` for the reason. */
export function showable(story: ListedStory, terms: Terms): ShownStory | null {
  const verdict = judge(story, terms);
  return verdict.kind === 'shown' ? verdict.story : null;
}

/**
 * What may be shown of a story under its publisher's rights and the terms. `headline`: title, source, time and link, nothing else;
 * `excerpt`: plus at most `excerptChars` characters of plain text, taken from the body when there is no summary; `full`: everything.
 * Pictures only where the agreement includes them, in the body too. Never throws, whatever the texts hold.
 */
export function judge(story: ListedStory, terms: Terms): Verdict {
  if (story.status !== 'live') return { kind: 'gone', reason: 'status' };
  const permission = permissionFor(story, terms);
  return permission.kind === 'may-show'
    ? { kind: 'shown', story: toShown(story, permission.rights, permission.expiresAt) }
    : permission;
}

/** The headline of a story as everything we publish shows it. */
export const shownTitle = (story: Pick<ListedStory, 'title'>): string =>
  unambiguousLine(story.title, maxTitleChars) || untitled;

function toShown(story: ListedStory, rights: Rights, expiresAt: Date | null): ShownStory {
  const media = shownMedia(story, rights);
  const isMore = rights.show !== 'headline';
  const image = story.image === null ? null : strictUrl(story.image.url);
  return {
    id: story.id,
    uid: story.uid,
    title: shownTitle(story),
    summary: shownSummary(story, rights),
    bodyHtml: rights.show === 'full' ? tidyHtml(story.bodyHtml, { images: rights.images }) : '',
    image: media.find((one) => one.url === image) ?? media.find((one) => one.medium === 'image') ?? null,
    media,
    authors: isMore ? labels(story.authors) : [],
    categories: isMore ? labels(story.categories) : [],
    section: story.section,
    province: story.province,
    attribution: attributionOf({ publisherName: story.publisher.name, url: story.url, publishedAt: story.publishedAt }),
    others: story.others.map(attributionOf),
    publisher: story.publisher,
    isSample: story.publisher.isSample,
    firstAt: story.firstAt,
    listedAt: story.listedAt,
    changedAt: story.changedAt,
    expiresAt,
  };
}
