// Our reader in the neutral form of the conformance corpus.
import { parseOpml } from '../src/source/opml.ts';
import { readFeed } from '../src/source/kinds/index.ts';
import { safeHtml } from '../src/text/markup.ts';

/** The corpus was made by parsers that take a date without a zone as UTC. */
const ZONE = 'UTC';

export function parse(bytes, { contentType, url, headers }) {
  const feed = readFeed(bytes, {
    now: new Date(),
    zone: ZONE,
    ...(contentType ? { contentType } : {}),
    ...(url ? { url } : {}),
    headers: Object.fromEntries(
      Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
  });
  const { items, ...head } = feed;
  return {
    feed: {
      title: head.title,
      url: head.homeUrl,
      description: head.description,
      language: head.language,
      id: head.id,
      updated: head.updatedAt,
      image: head.imageUrl,
      favicon: head.iconUrl,
      authors: head.authors,
    },
    items: items.map((item) => ({
      id: item.id,
      // where the corpus wants some IRI for an Atom entry without a link, its id is one; we keep only http(s) as address
      url: item.url ?? (head.format === 'atom' ? item.id : null),
      title: item.title,
      summaryHtml: item.summaryHtml,
      contentHtml: item.contentHtml,
      publishedAt: item.publishedAt,
      updatedAt: item.updatedAt,
      authors: item.authors,
      categories: item.categories,
      enclosures: item.enclosures,
      media: item.media,
      image: item.imageUrl,
      commentsUrl: item.commentsUrl,
    })),
  };
}

export { parseOpml };

export const sanitize = (html, { baseUrl }) => safeHtml(html, baseUrl ? { baseUrl } : {});
