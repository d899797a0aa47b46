// A neutral document → Atom 1.0 (RFC 4287).
import type { FeedDocument } from './document.ts';
import type { FeedItem } from './item.ts';
import { mediaElements, mediaNamespace } from './media.ts';
import { rfc3339 } from './vietnam-time.ts';
import { emptyElement, htmlElement, parentElement, textElement, xmlDocument } from './xml.ts';

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
  return parentElement('entry', [
    textElement('id', item.id),
    textElement('title', item.title),
    emptyElement('link', { rel: 'alternate', type: 'text/html', href: item.url }),
    item.originalUrl === null ? '' : emptyElement('link', { rel: 'via', type: 'text/html', href: item.originalUrl }),
    textElement('published', rfc3339(item.published)),
    textElement('updated', rfc3339(item.updated)),
    ...authors.map((name) => parentElement('author', [textElement('name', name)])),
    ...item.categories.map((name) => emptyElement('category', { term: name })),
    textElement('summary', item.teaser),
    htmlElement('content', item.contentHtml, { type: 'html' }),
    source,
    ...mediaElements(item.media),
  ]);
}

/** Writes a document as Atom 1.0; UTF-8 text. All metadata stands before the first entry; one alternate for each type. */
export function toAtom(document: FeedDocument): string {
  return xmlDocument(
    parentElement(
      'feed',
      [
        textElement('id', document.id),
        textElement('title', document.title),
        textElement('subtitle', document.description),
        textElement('updated', rfc3339(document.updated)),
        emptyElement('link', { rel: 'alternate', type: 'text/html', href: document.homeUrl }),
        emptyElement('link', { rel: 'self', type: 'application/atom+xml', href: document.selfUrls.atom }),
        document.hubUrl === null ? '' : emptyElement('link', { rel: 'hub', href: document.hubUrl }),
        parentElement('author', [textElement('name', 'Tin Tỉnh')]),
        textElement('generator', 'Tin Tỉnh'),
        document.imageUrl === null ? '' : textElement('icon', document.imageUrl),
        ...document.items.map(toEntryXml),
      ],
      { xmlns: 'http://www.w3.org/2005/Atom', 'xmlns:media': mediaNamespace, 'xml:lang': document.language },
    ),
  );
}
