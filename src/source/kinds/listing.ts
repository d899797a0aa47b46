// An HTML page with repeated blocks, and the rules that find them → ParsedFeed.
import { escapeHtml } from '../../text/markup.ts';
import { readDate } from '../../text/date.ts';
import { decodeBytes } from '../decode.ts';
import type { ParsedFeed, ParsedItem } from '../parsed.ts';
import { type ListRule, partsOf } from '../rules.ts';
import { absoluteUrl } from './address.ts';
import { articleLikeness, wallTimeIn } from './article-address.ts';
import { all, type Element, first, following, make, matches, type Page, parsePage, textOf } from './dom.ts';
import { emptyFeed, emptyItem } from './empty.ts';
import {
  type Block,
  type Clock,
  dateIn,
  fieldText,
  findDate,
  findImage,
  findLink,
  findSummary,
  findTitle,
  imageOf,
  linkOf,
  matching,
} from './fields.ts';
import { itemHash } from './item-hash.ts';
import { listedArticles, nodesOf } from './jsonld.ts';
import type { KindOptions } from './list.ts';
import { notAFeed, textKind } from './not-a-feed.ts';
import { warn } from './read-context.ts';

const maxItems = 300;

/** The blocks that a rule's `item` finds on a page, in document order, at most 300. */
export function blocksOf(page: Page, rule: Pick<ListRule, 'item' | 'isFlat'>): Block[] {
  const items = all(page.root, rule.item).slice(0, maxItems);
  if (!rule.isFlat) return items.map((item) => [item]);
  return items.map((item) => [
    item,
    ...following(item, (next) => matches(next, rule.item) || /^(?:script|style)$/.test(next.name)),
  ]);
}

// The same element as if it had these attributes and no others.
const withAttributes = (element: Element, attributes: Record<string, string>) => make(element.name, attributes, []);

function linkIn(block: Block, rule: ListRule, base: string | undefined): string | null {
  if (rule.link === undefined) return findLink(block, base);
  const { css, attribute } = partsOf(rule.link);
  for (const element of matching(block, css).slice(0, 20)) {
    const url =
      attribute === null || attribute === 'href'
        ? linkOf(element, base)
        : linkOf(withAttributes(element, { href: element.attribs[attribute] ?? '' }), base);
    if (url !== null) return url;
  }
  return null;
}

function dateOfBlock(block: Block, rule: ListRule, url: string, clock: Clock): Date | null {
  if (rule.date !== undefined) {
    const { css, attribute } = partsOf(rule.date);
    for (const element of matching(block, css).slice(0, 10)) {
      const text = attribute === null ? textOf(element, 200, true) : (element.attribs[attribute] ?? '');
      const at = (attribute === null ? dateIn(text, clock) : null) ?? readDate(text, clock)?.at ?? null;
      if (at !== null) return at;
    }
  }
  const wall = wallTimeIn(url);
  return findDate(block, clock)?.at ?? (wall === null ? null : (readDate(wall, clock)?.at ?? null));
}

function imageIn(block: Block, rule: ListRule, base: string | undefined): string | null {
  if (rule.image === undefined) return findImage(block, base)?.url ?? null;
  const { css, attribute } = partsOf(rule.image);
  for (const element of matching(block, css).slice(0, 10)) {
    const url =
      attribute === null
        ? imageOf(element, base)
        : imageOf(withAttributes(element, { 'data-src': element.attribs[attribute] ?? '' }), base);
    if (url !== null) return url;
  }
  return null;
}

/** One block as an item; null where it holds no link. Dates do not count for its hash: relative ones change at every reading. */
export function itemOf(block: Block, rule: ListRule, base: string | undefined, clock: Clock): ParsedItem | null {
  const url = linkIn(block, rule, base);
  if (url === null) return null;
  const title =
    (rule.title === undefined ? null : fieldText(block, rule.title)) ?? findTitle(block, url, base)?.text ?? null;
  const summary =
    rule.summary === undefined
      ? (findSummary(block, title ?? '', clock)?.text ?? null)
      : fieldText(block, rule.summary);
  const item: Omit<ParsedItem, 'hash'> = {
    ...emptyItem(),
    url,
    title: title?.slice(0, 600) || null,
    summaryHtml: summary === null || summary === title ? null : `<p>${escapeHtml(summary)}</p>`,
    imageUrl: imageIn(block, rule, base),
  };
  const hash = itemHash(item);
  return { ...item, publishedAt: dateOfBlock(block, rule, url, clock), hash };
}

/** The articles that a page's JSON-LD lists, as items. */
export function jsonLdItems(page: Page, clock: Clock): ParsedItem[] {
  const date = (text: string | null) =>
    text === null || text.length > 60 ? null : (readDate(text, clock)?.at ?? null);
  return listedArticles(nodesOf(page.root)).flatMap((article) => {
    const url = article.url === null ? null : absoluteUrl(article.url, page.base);
    if (url === null) return [];
    const item: Omit<ParsedItem, 'hash'> = {
      ...emptyItem(),
      url,
      title: article.headline,
      summaryHtml: article.description === null ? null : `<p>${escapeHtml(article.description)}</p>`,
      publishedAt: date(article.publishedAt),
      updatedAt: date(article.updatedAt),
      authors: article.authors.map((name) => ({ name, email: null, url: null })),
      categories: article.section === null ? [] : [article.section],
      imageUrl: article.images[0] === undefined ? null : absoluteUrl(article.images[0], page.base),
    };
    return [{ ...item, hash: itemHash(item) }];
  });
}

/**
 * Reads a page by its rules: the items of all lists in order, each article once (the first block with a headline counts). Throws
 * NotAFeedError when there are no rules or none of them finds an item: a page that changed must show as an error, not as silence.
 */
export function readListing(bytes: Uint8Array, o: KindOptions): ParsedFeed {
  const { text, warnings } = decodeBytes(bytes, o.contentType === undefined ? {} : { contentType: o.contentType });
  if (!/<[a-z!]/i.test(text.slice(0, 100_000))) throw notAFeed(textKind(text, undefined));
  const page = parsePage(text, o.base);
  const feed = emptyFeed('listing', '');
  feed.warnings.push(...warnings);
  if (page.isCut) warn(feed, 'feed.truncated', 'the page is larger than what is read of one');
  const title = first(page.root, 'title');
  feed.title = title === null ? null : textOf(title, 300) || null;
  feed.homeUrl = o.base ?? null;
  feed.language = first(page.root, 'html[lang]')?.attribs['lang']?.slice(0, 20) ?? null;
  const lists = o.rules.lists ?? [];
  if (lists.length === 0 && o.rules.isJsonLd !== true)
    throw notAFeed('a page, and no rules tell where its list stands');
  const found = [
    ...(o.rules.isJsonLd === true ? jsonLdItems(page, o) : []),
    ...lists.flatMap((rule) => blocksOf(page, rule).flatMap((block) => itemOf(block, rule, page.base, o) ?? [])),
  ];
  // Of a page that was cut off the last block may hold the label of its section and not yet its headline.
  const last = found.at(-1);
  const isEnded = /<\/(?:html|body|table)\s{0,9}>/i.test(text.slice(-5_000));
  if (!isEnded && last?.url && articleLikeness(new URL(last.url)) === 0) found.pop();
  if (found.length === 0)
    throw notAFeed(
      `a page on which the rules find no item (${lists.map((rule) => rule.item).join(', ') || 'JSON-LD'})`,
    );
  feed.items = uniqueItems(found).slice(0, Math.min(maxItems, o.maxItems));
  feed.items.forEach((item, index) => {
    if (item.title === null) warn(feed, 'item.title_missing', 'no headline: the article page will be asked', index);
    if (item.publishedAt === null) warn(feed, 'item.date_missing', 'no date: the article page will be asked', index);
  });
  return feed;
}

/** Each address once, at its first place, with the fields that its other mentions add. */
export function uniqueItems(items: readonly ParsedItem[]): ParsedItem[] {
  const byUrl = new Map<string, ParsedItem>();
  for (const item of items) {
    const key = item.url ?? '';
    const known = byUrl.get(key);
    if (known === undefined) byUrl.set(key, item);
    else if ((known.title === null && item.title !== null) || (known.publishedAt === null && item.publishedAt !== null))
      byUrl.set(key, {
        ...known,
        title: known.title ?? item.title,
        publishedAt: known.publishedAt ?? item.publishedAt,
        imageUrl: known.imageUrl ?? item.imageUrl,
        summaryHtml: known.summaryHtml ?? item.summaryHtml,
      });
  }
  return [...byUrl.values()];
}
