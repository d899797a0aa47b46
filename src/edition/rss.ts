// A neutral document → RSS 2.0 by the letter of the specification and the RSS Advisory Board's profile.
import type { FeedDocument } from './document.ts';
import type { FeedItem } from './item.ts';
import { mediaElements, mediaNamespace } from './media.ts';
import { escapeHtml } from '../text/markup.ts';
import { rfc822 } from './vietnam-time.ts';
import { emptyElement, htmlElement, parentElement, textElement, xmlDocument } from './xml.ts';

const namespaces = {
  version: '2.0',
  'xmlns:atom': 'http://www.w3.org/2005/Atom',
  'xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
  'xmlns:media': mediaNamespace,
};

/** Minutes that readers may wait between two reads: pushes and changes come faster than that. */
const ttlMinutes = 15;
/** Side of the channel's picture, in pixels; the profile allows no more. */
const imageSide = 144;

// The order matters: description must stand before content:encoded. No author (it would have to be an e-mail address).
function toItemXml(item: FeedItem): string {
  const creators = item.authors.length > 0 ? item.authors : [item.source.name];
  return parentElement('item', [
    textElement('title', item.title),
    textElement('link', item.url),
    textElement('guid', item.id, { isPermaLink: 'false' }),
    textElement('pubDate', rfc822(item.published)),
    ...creators.map((name) => textElement('dc:creator', name)),
    ...item.categories.map((name) => textElement('category', name)),
    // A description is HTML, so its plain text is escaped as such before it is escaped as XML.
    textElement('description', escapeHtml(item.teaser)),
    htmlElement('content:encoded', item.contentHtml),
    item.source.url === null ? '' : textElement('source', item.source.name, { url: item.source.url }),
    item.originalUrl === null
      ? ''
      : emptyElement('atom:link', { rel: 'via', href: item.originalUrl, type: 'text/html' }),
    ...mediaElements(item.media),
  ]);
}

/** Writes a document as RSS 2.0; UTF-8 text. The channel's metadata comes first, every element at most as often as allowed. */
export function toRss(document: FeedDocument): string {
  const { imageUrl } = document;
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
    emptyElement('atom:link', { rel: 'self', href: document.selfUrls.rss, type: 'application/rss+xml' }),
    document.hubUrl === null ? '' : emptyElement('atom:link', { rel: 'hub', href: document.hubUrl }),
    image,
    ...document.items.map(toItemXml),
  ]);
  return xmlDocument(parentElement('rss', [channel], namespaces));
}
