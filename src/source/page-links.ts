// A site's page → the feeds, pages of feeds and sitemaps that it names. Pure.
import { decodeBytes } from './decode.ts';
import { absoluteUrl } from './kinds/address.ts';
import { isSameSite } from './kinds/article-address.ts';
import { all, first, parsePage, textOf } from './kinds/dom.ts';
import { nameOf } from './kinds/fields.ts';

/** An address with what the page calls it. */
export type NamedLink = { url: string; title: string | null };

/** What a page names; addresses absolute, unique, in the order of the page. */
export type PageLinks = {
  title: string | null;
  /** `link rel=alternate` of a feed's type. */
  alternates: NamedLink[];
  /** Links that look like feeds by their address. */
  feeds: NamedLink[];
  /** Pages of this site that list feeds ("RSS"). */
  indexes: NamedLink[];
  sitemaps: NamedLink[];
};

const feedType = /^application\/(?:rss|atom|rdf|feed)\+(?:xml|json)|^application\/json$|^(?:text|application)\/xml$/i;
const feedAddress =
  /\.rss(?:$|[?#])|\.(?:xml|rdf|atom)(?:$|[?#])|\/(?:rss|feed|feeds|atom)(?:\/[\w-]{2,}|\/?$)|[?&](?:feed|rss|type)=(?:rss|atom|rss2|1)|rss\.(?:aspx|php|ashx|xml)|feed\.(?:aspx|php|xml)/i;
const indexAddress = /\/(?:rss|rss-feeds?|kenh-rss|dich-vu-rss)(?:\.(?:html?|aspx|php|vnp))?\/?$/i;
const maxEach = 200;

/** Reads the page's links; never throws. `bytes` are HTML in any encoding. */
export function readLinks(job: { bytes: Uint8Array; contentType: string | undefined; url: string }): PageLinks {
  const { text } = decodeBytes(job.bytes, job.contentType === undefined ? {} : { contentType: job.contentType });
  const page = parsePage(text, job.url);
  const site = new URL(job.url);
  const found = {
    alternates: new Map<string, NamedLink>(),
    feeds: new Map<string, NamedLink>(),
    indexes: new Map<string, NamedLink>(),
    sitemaps: new Map<string, NamedLink>(),
  };
  const add = (list: Map<string, NamedLink>, href: string, title: string) => {
    const url = absoluteUrl(href, page.base);
    if (url !== null && list.size < maxEach && !list.has(url))
      list.set(url, { url, title: title.slice(0, 200) || null });
  };
  for (const link of all(page.root, 'link[href]').slice(0, 300)) {
    const { rel = '', type = '', href = '', title = '' } = link.attribs;
    if (/\balternate\b/i.test(rel) && feedType.test(type)) add(found.alternates, href, title);
    if (/\bsitemap\b/i.test(rel)) add(found.sitemaps, href, title);
  }
  for (const link of all(page.root, 'a[href]').slice(0, 4_000)) {
    const href = link.attribs['href'] ?? '';
    const name = nameOf(link);
    const url = absoluteUrl(href, page.base);
    if (url === null || !isSameSite(new URL(url), site)) continue;
    const path = new URL(url).pathname;
    if (/sitemap[\w-]*\.xml/i.test(path)) add(found.sitemaps, href, name);
    else if (indexAddress.test(path) || /^\W*(?:rss|kênh rss|nguồn rss|rss feeds?)\W*$/i.test(name)) {
      add(found.indexes, href, name);
      if (feedAddress.test(url)) add(found.feeds, href, name);
    } else if (feedAddress.test(url)) add(found.feeds, href, name);
  }
  const title = first(page.root, 'title');
  const list = (one: Map<string, NamedLink>) => [...one.values()];
  return {
    title: title === null ? null : textOf(title, 300) || null,
    alternates: list(found.alternates),
    feeds: list(found.feeds).filter((one) => !found.alternates.has(one.url)),
    indexes: list(found.indexes).filter((one) => one.url !== job.url),
    sitemaps: list(found.sitemaps),
  };
}
