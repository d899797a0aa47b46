// A story as it may be shown → an item of a feed, with addresses, dates and visible source.
import type { Format, Media } from '../domain.ts';
import type { Point } from '../text/place-point.ts';
import { provincePoint } from '../text/place-point.ts';
import { provinceByCode } from '../text/place.ts';
import { sectionBySlug } from '../text/section.ts';
import { plausibleDate, strictUrl, unambiguousLine } from './clean.ts';
import { maxOthers, storyHtml } from './content.ts';
import type { Attribution, ShownStory } from './rights.ts';
import { readableTime } from './vietnam-time.ts';

/** An editor's note that something in the story was wrong. */
export type Correction = { note: string; at: Date };

/** How often readers commented on a story, and where; `feedUrl` is the Atom feed, its RSS twin ends in `.rss`. */
export type CommentCount = { url: string; feedUrl: string | null; count: number; latestAt: Date | null };

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
  /** The other papers that carry it, earliest first, at most `maxOthers`. */
  others: Attribution[];
  /** Feeds of related stories; null where there are none. */
  related: Record<Format, string> | null;
  /** Why it stands in a list of related stories, told by `text`; absent elsewhere. `score` is 0 to 1. */
  relation?: { reason: string; subject: string | null; text: string; score: number };
  /** Where it is about, as far as its province is known. */
  point: Point | null;
  /** The latest correction; it stands in `contentHtml` too. */
  correction: Correction | null;
  /** Null where comments are not offered. */
  comments: CommentCount | null;
  image: Media | null;
  media: Media[];
  isSample: boolean;
};

/** What an item takes from the document it is made for. */
export type ItemFrame = {
  publicUrl: string;
  /** Our page of the story. */
  url: string;
  now: Date;
  /** Stands in for a date that does not exist. */
  fallback: Date;
  related?: Record<Format, string> | null;
  correction?: Correction | null;
  comments?: CommentCount | null;
};

const sampleLabel = 'Toà soạn thử (mẫu)';

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

/**
 * The item of a story. Dates lie between 1990 and `frame.now`; `updated` usually differs from that of every other story, and the
 * document makes sure of it.
 */
export function toItem(story: ShownStory, frame: ItemFrame): FeedItem {
  const date = (value: Date) => plausibleDate(value, frame.now, frame.fallback);
  const published = floorToSecond(date(story.firstAt));
  const updated = distinctTime(date(story.changedAt), story.id);
  const publishedAt = date(story.attribution.publishedAt);
  const attribution = { ...story.attribution, publishedAt };
  const correction = frame.correction
    ? { note: unambiguousLine(frame.correction.note, 1_000), at: date(frame.correction.at) }
    : null;
  const others = story.others.map((other) => ({ ...other, publishedAt: date(other.publishedAt) }));
  return {
    id: `urn:uuid:${story.uid.toLowerCase()}`,
    title: story.title,
    url: frame.url,
    originalUrl: attribution.url,
    teaser: teaserOf(story, publishedAt),
    contentHtml: storyHtml(
      { ...story, attribution, others },
      { mark: story.isSample ? sampleLabel : null, correction },
    ),
    published,
    updated: updated < published ? published : updated,
    authors: story.authors,
    categories: categoriesOf(story),
    source: {
      name: attribution.publisherName,
      url: strictUrl(story.publisher.siteUrl),
      id: `${frame.publicUrl}/bao/${story.publisher.slug}`,
      publishedAt,
    },
    others: others.slice(0, maxOthers),
    related: frame.related ?? null,
    point: story.province === null ? null : provincePoint(story.province),
    correction,
    comments: frame.comments ?? null,
    image: story.image,
    media: story.media,
    isSample: story.isSample,
  };
}
