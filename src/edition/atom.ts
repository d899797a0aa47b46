// A neutral document → Atom 1.0 (RFC 4287), with archives (RFC 5005), comments (RFC 4685) and, for partners, tombstones (RFC 6721).
import type { FeedDocument, Tombstone } from './document.ts';
import type { FeedItem } from './item.ts';
import { mediaElements, mediaNamespace } from './media.ts';
import { rfc3339 } from './vietnam-time.ts';
import { emptyElement, htmlElement, parentElement, textElement, xmlDocument } from './xml.ts';

// Declared only where something of them is used.
const georss = { 'xmlns:georss': 'http://www.georss.org/georss' };
const history = { 'xmlns:fh': 'http://purl.org/syndication/history/1.0' };
const threads = { 'xmlns:thr': 'http://purl.org/syndication/thread/1.0' };
const tombs = { 'xmlns:at': 'http://purl.org/atompub/tombstones/1.0' };

function repliesLinks(item: FeedItem): string[] {
  const { comments } = item;
  if (comments === null) return [];
  const count = {
    'thr:count': comments.count,
    'thr:updated': comments.latestAt === null ? null : rfc3339(comments.latestAt),
  };
  return [
    emptyElement('link', { rel: 'replies', type: 'text/html', href: comments.url, ...count }),
    comments.feedUrl === null
      ? ''
      : emptyElement('link', { rel: 'replies', type: 'application/atom+xml', href: comments.feedUrl, ...count }),
  ];
}

function toEntryXml(item: FeedItem): string {
  const authors = item.authors.length > 0 ? item.authors : [item.source.name];
  // A source needs an id, a title and a date of its own (RFC 4287 §4.2.11); it names the paper the words come from.
  const source = parentElement('source', [
    textElement('id', item.source.id),
    textElement('title', item.source.name),
    textElement('updated', rfc3339(item.source.publishedAt)),
    item.source.url === null
      ? ''
      : emptyElement('link', { rel: 'alternate', type: 'text/html', href: item.source.url }),
  ]);
  const via = (href: string | null, title: string) =>
    href === null ? '' : emptyElement('link', { rel: 'via', type: 'text/html', href, title });
  return parentElement('entry', [
    textElement('id', item.id),
    textElement('title', item.title),
    emptyElement('link', { rel: 'alternate', type: 'text/html', href: item.url }),
    via(item.originalUrl, item.source.name),
    ...item.others.map((other) => via(other.url, other.publisherName)),
    item.related === null
      ? ''
      : emptyElement('link', { rel: 'related', type: 'application/atom+xml', href: item.related.atom }),
    ...repliesLinks(item),
    textElement('published', rfc3339(item.published)),
    textElement('updated', rfc3339(item.updated)),
    ...authors.map((name) => parentElement('author', [textElement('name', name)])),
    ...item.categories.map((name) => emptyElement('category', { term: name })),
    textElement('summary', item.teaser),
    htmlElement('content', item.contentHtml, { type: 'html' }),
    source,
    item.point === null ? '' : textElement('georss:point', `${item.point.latitude} ${item.point.longitude}`),
    ...mediaElements(item.media),
  ]);
}

function toTombstoneXml(tombstone: Tombstone): string {
  return parentElement(
    'at:deleted-entry',
    [tombstone.reason === '' ? '' : textElement('at:comment', tombstone.reason)],
    { ref: tombstone.id, when: rfc3339(tombstone.withdrawnAt) },
  );
}

// RFC 5005 §4: only at the level of the feed.
function archiveElements(document: FeedDocument): string[] {
  const { archive } = document;
  if (archive === null) return [];
  const link = (rel: string, url: string | null) =>
    url === null ? '' : emptyElement('link', { rel, href: `${url}.atom`, type: 'application/atom+xml' });
  return [
    archive.isArchive && (archive.previous ?? archive.next) !== null ? emptyElement('fh:archive', {}) : '',
    link('current', archive.current),
    link('prev-archive', archive.previous),
    link('next-archive', archive.next),
  ];
}

function writeAtom(document: FeedDocument, selfUrl: string, tombstones: readonly Tombstone[]): string {
  const { items } = document;
  return xmlDocument(
    parentElement(
      'feed',
      [
        textElement('id', document.id),
        textElement('title', document.title),
        textElement('subtitle', document.description),
        textElement('updated', rfc3339(document.updated)),
        emptyElement('link', { rel: 'alternate', type: 'text/html', href: document.homeUrl }),
        emptyElement('link', { rel: 'self', type: 'application/atom+xml', href: selfUrl }),
        document.hubUrl === null ? '' : emptyElement('link', { rel: 'hub', href: document.hubUrl }),
        ...archiveElements(document),
        parentElement('author', [textElement('name', 'Tin Tỉnh')]),
        textElement('generator', 'Tin Tỉnh'),
        document.imageUrl === null ? '' : textElement('icon', document.imageUrl),
        ...tombstones.map(toTombstoneXml),
        ...items.map(toEntryXml),
      ],
      {
        xmlns: 'http://www.w3.org/2005/Atom',
        'xmlns:media': mediaNamespace,
        ...(items.some((item) => item.point !== null) ? georss : {}),
        ...(items.some((item) => item.comments !== null) ? threads : {}),
        ...(document.archive?.isArchive === true ? history : {}),
        ...(tombstones.length > 0 ? tombs : {}),
        'xml:lang': document.language,
      },
    ),
  );
}

/** Writes a document as plain Atom 1.0; UTF-8 text. All metadata stands before the first entry; one alternate for each type. */
export function toAtom(document: FeedDocument): string {
  return writeAtom(document, document.selfUrls.atom, []);
}

/** The document as Atom with a tombstone for each story taken back of late: validators do not know them, hence an address of its own. */
export function toPartnerAtom(document: FeedDocument): string {
  return writeAtom(document, document.selfUrls.partner, document.tombstones);
}
