// A neutral document → JSON Feed 1.1 (jsonfeed.org/version/1.1).
import type { FeedDocument } from './document.ts';
import type { FeedItem } from './item.ts';
import { rfc3339 } from './vietnam-time.ts';

function toJsonItem(item: FeedItem): Record<string, unknown> {
  const attachments = item.media
    .filter((media) => media.medium !== 'image' && media.type !== null)
    .map((media) => ({
      url: media.url,
      mime_type: media.type,
      ...(media.title === null ? {} : { title: media.title }),
      ...(media.length === null ? {} : { size_in_bytes: media.length }),
    }));
  return {
    id: item.id,
    url: item.url,
    ...(item.originalUrl === null ? {} : { external_url: item.originalUrl }),
    title: item.title,
    summary: item.teaser,
    content_html: item.contentHtml,
    ...(item.image === null ? {} : { image: item.image.url }),
    date_published: rfc3339(item.published),
    date_modified: rfc3339(item.updated),
    authors: (item.authors.length > 0 ? item.authors : [item.source.name]).map((name) => ({ name })),
    tags: item.categories,
    language: 'vi',
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(item.relation === undefined ? {} : { _quan_he: item.relation }),
    // The format has no place for the source of an item.
    _nguon: {
      name: item.source.name,
      ...(item.source.url === null ? {} : { home_page_url: item.source.url }),
      ...(item.originalUrl === null ? {} : { url: item.originalUrl }),
      date_published: rfc3339(item.source.publishedAt),
      is_sample: item.isSample,
      others: item.others.map((other) => ({
        name: other.publisherName,
        ...(other.url === null ? {} : { url: other.url }),
        date_published: rfc3339(other.publishedAt),
      })),
    },
    ...(item.related === null ? {} : { _lien_quan: { feed_url: item.related.json } }),
    ...(item.point === null ? {} : { _vi_tri: { ...item.point } }),
    ...(item.correction === null
      ? {}
      : { _dinh_chinh: { note: item.correction.note, date: rfc3339(item.correction.at) } }),
    ...(item.comments === null ? {} : { _binh_luan: { url: item.comments.url, count: item.comments.count } }),
  };
}

/** Writes a document as JSON Feed 1.1, an item a line; the source of each item stands in its extension `_nguon`. */
export function toJsonFeed(document: FeedDocument): string {
  const head = JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: document.title,
    description: document.description,
    home_page_url: document.homeUrl,
    feed_url: document.selfUrls.json,
    language: document.language,
    authors: [{ name: 'Tin Tỉnh' }],
    ...(document.imageUrl === null ? {} : { icon: document.imageUrl }),
    // The format's way to older items; the archive goes on from there (RFC 5005 has no JSON).
    ...(document.archive?.previous ? { next_url: `${document.archive.previous}.json` } : {}),
    ...(document.hubUrl === null ? {} : { hubs: [{ type: 'WebSub', url: document.hubUrl }] }),
  });
  const items = document.items.map((item) => `\n${JSON.stringify(toJsonItem(item))}`).join(',');
  return `${head.slice(0, -1)},"items":[${items}${items === '' ? '' : '\n'}]}\n`;
}
