// A story as it may be shown → plain JSON of our own: what the API and the simplest of partner feeds speak.
import type { Media } from '../domain.ts';
import { provinceByCode } from '../text/place.ts';
import { sectionBySlug } from '../text/section.ts';
import { storyUrl } from './document.ts';
import type { Attribution, ShownStory } from './rights.ts';

/** A picture, sound or film; absent facts are null. */
export type SimpleMedia = {
  url: string;
  type: string | null;
  medium: string | null;
  width: number | null;
  height: number | null;
  caption: string | null;
  credit: string | null;
};

/** Who published it, where and when. */
export type SimpleSource = { name: string; slug: string | null; url: string | null; publishedAt: string };

/** A story as partners get it. Dates are RFC 3339 in UTC. */
export type SimpleStory = {
  id: number;
  /** `urn:uuid:…`, the same in every feed; never changes. */
  uri: string;
  status: 'usable';
  title: string;
  /** Plain text; empty where the agreement is for headlines. */
  summary: string;
  /** Safe HTML; empty unless the agreement is for the whole article. */
  html: string;
  /** Our page of it. */
  url: string;
  source: SimpleSource;
  /** The other papers that carry it. */
  alsoIn: SimpleSource[];
  authors: string[];
  tags: string[];
  section: { slug: string; name: string } | null;
  province: { slug: string; name: string } | null;
  image: SimpleMedia | null;
  media: SimpleMedia[];
  firstAt: string;
  changedAt: string;
  /** When it must be taken off again; null = not by agreement. */
  expiresAt: string | null;
  /** True for stories of invented papers. */
  isSample: boolean;
};

/** What is left of a story that was taken back, or whose permission ended: remove it wherever it stands. */
export type SimpleTombstone = { id: number; uri: string; status: 'canceled' };

/** The id of a story in every format. */
export function storyUri(uid: string): string {
  return `urn:uuid:${uid.toLowerCase()}`;
}

function isoOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function toMedia(media: Media): SimpleMedia {
  const { url, type, medium, width, height, title, credit } = media;
  return { url, type, medium, width, height, caption: title, credit };
}

function toSource(attribution: Attribution, slug: string | null): SimpleSource {
  return { name: attribution.publisherName, slug, url: attribution.url, publishedAt: isoOf(attribution.publishedAt) };
}

/** The plain JSON of a story; nothing that `showable` left out. */
export function toSimpleStory(story: ShownStory, publicUrl: string): SimpleStory {
  const section = story.section === null ? null : sectionBySlug(story.section);
  const province = story.province === null ? null : provinceByCode(story.province);
  return {
    id: story.id,
    uri: storyUri(story.uid),
    status: 'usable',
    title: story.title,
    summary: story.summary,
    html: story.bodyHtml,
    url: storyUrl(publicUrl, story),
    source: toSource(story.attribution, story.publisher.slug),
    alsoIn: story.others.map((other) => toSource(other, null)),
    authors: story.authors,
    tags: story.categories,
    section: section ? { slug: section.slug, name: section.name } : null,
    province: province ? { slug: province.slug, name: province.name } : null,
    image: story.image ? toMedia(story.image) : null,
    media: story.media.map(toMedia),
    firstAt: isoOf(story.firstAt),
    changedAt: isoOf(story.changedAt),
    expiresAt: story.expiresAt ? isoOf(story.expiresAt) : null,
    isSample: story.isSample,
  };
}

/** The tombstone of a story. */
export function toTombstone(story: { id: number; uid: string }): SimpleTombstone {
  return { id: story.id, uri: storyUri(story.uid), status: 'canceled' };
}
