// A neutral document → RSS 2.0 by the letter of the specification and the RSS Advisory Board's profile.
import { escapeHtml } from '../text/markup.ts';
import type { FeedDocument } from './document.ts';
import type { FeedItem } from './item.ts';
import { mediaElements, mediaNamespace } from './media.ts';
import { rfc3339, rfc822 } from './vietnam-time.ts';
import { emptyElement, htmlElement, parentElement, textElement, xmlDocument } from './xml.ts';

const namespaces = {
  version: '2.0',
  'xmlns:atom': 'http://www.w3.org/2005/Atom',
  'xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
  'xmlns:media': mediaNamespace,
};

// Declared only where something of them is used: validators warn of nothing, and readers are spared.
const georss = { 'xmlns:georss': 'http://www.georss.org/georss' };
const history = { 'xmlns:fh': 'http://purl.org/syndication/history/1.0' };
const replies = {
  'xmlns:slash': 'http://purl.org/rss/1.0/modules/slash/',
  'xmlns:wfw': 'http://wellformedweb.org/CommentAPI/',
};

/** Minutes that readers may wait between two reads: pushes and changes come faster than that. */
const ttlMinutes = 15;
/** Side of the channel's picture, in pixels; the profile allows no more. */
const imageSide = 144;

/** How a partner's dialect differs from plain RSS. */
export type RssDialect = {
  selfUrl: string;
  /** The date by which the partner tells that an item changed. */
  pubDate: (item: FeedItem) => Date;
  namespaces: Record<string, string>;
  /** Further elements at the end of an item. */
  extra: (item: FeedItem) => string[];
};

function relatedLink(item: FeedItem): string {
  if (item.related === null) return '';
  return emptyElement('atom:link', { rel: 'related', href: item.related.rss, type: 'application/rss+xml' });
}

// The order matters: description must stand before content:encoded. No author (it would have to be an e-mail address).
function toItemXml(item: FeedItem, dialect: RssDialect): string {
  const creators = item.authors.length > 0 ? item.authors : [item.source.name];
  const { comments, point } = item;
  return parentElement('item', [
    textElement('title', item.title),
    textElement('link', item.url),
    textElement('guid', item.id, { isPermaLink: 'false' }),
    textElement('pubDate', rfc822(dialect.pubDate(item))),
    ...creators.map((name) => textElement('dc:creator', name)),
    ...item.categories.map((name) => textElement('category', name)),
    // A description is HTML, so its plain text is escaped as such before it is escaped as XML.
    textElement('description', escapeHtml(item.teaser)),
    htmlElement('content:encoded', item.contentHtml),
    item.source.url === null ? '' : textElement('source', item.source.name, { url: item.source.url }),
    comments === null ? '' : textElement('comments', comments.url),
    comments === null ? '' : textElement('slash:comments', String(comments.count)),
    comments === null || comments.feedUrl === null
      ? ''
      : textElement('wfw:commentRss', comments.feedUrl.replace(/\.atom$/, '.rss')),
    item.originalUrl === null
      ? ''
      : emptyElement('atom:link', {
          rel: 'via',
          href: item.originalUrl,
          type: 'text/html',
          title: item.source.name,
        }),
    ...item.others.map((other) =>
      other.url === null
        ? ''
        : emptyElement('atom:link', { rel: 'via', href: other.url, type: 'text/html', title: other.publisherName }),
    ),
    relatedLink(item),
    point === null ? '' : textElement('georss:point', `${point.latitude} ${point.longitude}`),
    ...mediaElements(item.media),
    ...dialect.extra(item),
  ]);
}

// RFC 5005 §4: only at the level of the feed.
function archiveElements(document: FeedDocument): string[] {
  const { archive } = document;
  if (archive === null) return [];
  const link = (rel: string, url: string | null) =>
    url === null ? '' : emptyElement('atom:link', { rel, href: `${url}.rss`, type: 'application/rss+xml' });
  return [
    archive.isArchive && (archive.previous ?? archive.next) !== null ? emptyElement('fh:archive', {}) : '',
    link('current', archive.current),
    link('prev-archive', archive.previous),
    link('next-archive', archive.next),
  ];
}

/** Writes a document in a dialect of RSS 2.0; UTF-8 text. The channel's metadata comes first, every element at most as often as allowed. */
export function writeRss(document: FeedDocument, dialect: RssDialect): string {
  const { imageUrl, items } = document;
  const image =
    imageUrl === null
      ? ''
      : parentElement('image', [
          textElement('url', imageUrl),
          textElement('title', document.title),
          textElement('link', document.homeUrl),
          textElement('width', String(imageSide)),
          textElement('height', String(imageSide)),
        ]);
  const channel = parentElement('channel', [
    textElement('title', document.title),
    textElement('link', document.homeUrl),
    textElement('description', document.description),
    textElement('language', document.language),
    textElement('lastBuildDate', rfc822(document.updated)),
    textElement('generator', 'Tin Tỉnh'),
    textElement('docs', 'https://www.rssboard.org/rss-specification'),
    textElement('ttl', String(ttlMinutes)),
    // First of the atom:links: common readers take the first for the feed's own address.
    emptyElement('atom:link', { rel: 'self', href: dialect.selfUrl, type: 'application/rss+xml' }),
    document.hubUrl === null ? '' : emptyElement('atom:link', { rel: 'hub', href: document.hubUrl }),
    ...archiveElements(document),
    image,
    ...items.map((item) => toItemXml(item, dialect)),
  ]);
  return xmlDocument(
    parentElement('rss', [channel], {
      ...namespaces,
      ...(items.some((item) => item.point !== null) ? georss : {}),
      ...(items.some((item) => item.comments !== null) ? replies : {}),
      ...(document.archive?.isArchive === true ? history : {}),
      ...dialect.namespaces,
    }),
  );
}

/** Writes a document as plain RSS 2.0. */
export function toRss(document: FeedDocument): string {
  return writeRss(document, {
    selfUrl: document.selfUrls.rss,
    pubDate: (item) => item.published,
    namespaces: {},
    extra: () => [],
  });
}

/** The document as Google News reads it: there the date tells a change, so it is that of the last material one. */
export function toGoogleRss(document: FeedDocument): string {
  return writeRss(
    { ...document, archive: null },
    { selfUrl: document.selfUrls.google, pubDate: (item) => item.updated, namespaces: {}, extra: () => [] },
  );
}

/** The document as MSN reads it; see `forMsn` for what of it MSN takes. Changes are told by `dcterms:modified`. */
export function toMsnRss(document: FeedDocument): string {
  return writeRss(
    { ...document, archive: null },
    {
      selfUrl: document.selfUrls.msn,
      pubDate: (item) => item.published,
      namespaces: { 'xmlns:dcterms': 'http://purl.org/dc/terms/' },
      extra: (item) => [textElement('dcterms:modified', rfc3339(item.updated))],
    },
  );
}
