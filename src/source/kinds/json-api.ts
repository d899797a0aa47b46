// A JSON answer of a paper's own system, and the paths to what is in it → ParsedFeed.
import { decodeBytes } from '../decode.ts';
import type { ParsedFeed, ParsedItem } from '../parsed.ts';
import type { ApiRule } from '../rules.ts';
import { absoluteHtml } from './absolute-html.ts';
import { absoluteUrl } from './address.ts';
import { emptyFeed, emptyItem } from './empty.ts';
import { itemHash } from './item-hash.ts';
import type { KindOptions } from './list.ts';
import { notAFeed, textKind } from './not-a-feed.ts';
import { dateOf, warn } from './read-context.ts';
import { titleText } from './plain-title.ts';

const maxItems = 500;

/** What stands at `path` (`a.b.0.c`) in a JSON value; undefined where the path breaks off. Own properties only. */
export function at(value: unknown, path: string): unknown {
  let here = value;
  for (const name of path.split('.', 20)) {
    if (name === '') continue;
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

function textAt(item: unknown, path: string | undefined): string | null {
  const said = path === undefined ? undefined : at(item, path);
  if (typeof said === 'number' && Number.isFinite(said)) return String(said);
  return typeof said === 'string' && said.trim() !== '' ? said.trim() : null;
}

function toItem(
  value: unknown,
  rule: ApiRule,
  o: KindOptions,
  warnings: ParsedFeed['warnings'],
  index: number,
): ParsedItem {
  const url = textAt(value, rule.url);
  const title = textAt(value, rule.title);
  const date = textAt(value, rule.date);
  const image = textAt(value, rule.image);
  const author = textAt(value, rule.author);
  const section = textAt(value, rule.section);
  const html = (path: string | undefined) => {
    const text = textAt(value, path);
    return text === null ? null : absoluteHtml(text, o.base);
  };
  const item: Omit<ParsedItem, 'hash'> = {
    ...emptyItem(),
    id: textAt(value, rule.id),
    url: url === null ? null : absoluteUrl(url, o.base),
    title:
      title === null ? null : titleText(title, true).replace(/\s+/g, ' ').trim().normalize('NFC').slice(0, 600) || null,
    summaryHtml: html(rule.summary),
    contentHtml: html(rule.content),
    publishedAt: date === null ? null : dateOf({ zone: o.zone, now: o.now, warnings }, date, index),
    imageUrl: image === null ? null : absoluteUrl(image, o.base),
    authors: author === null ? [] : [{ name: author.slice(0, 200), email: null, url: null }],
    categories: section === null ? [] : [section.slice(0, 200)],
  };
  return { ...item, hash: itemHash(item) };
}

/**
 * Reads a JSON answer by the paths of `rules.api`; items without an address are left out with a warning. Throws NotAFeedError when it is
 * no JSON, no rules are given, or nothing stands at the path of the items. At most 500 items.
 */
export function readJsonApi(bytes: Uint8Array, o: KindOptions): ParsedFeed {
  const { text, warnings } = decodeBytes(bytes, o.contentType === undefined ? {} : { contentType: o.contentType });
  const rule = o.rules.api;
  if (rule === undefined) throw notAFeed('a JSON answer, and no paths tell what stands where');
  let value: unknown;
  try {
    // Some answer with a call (JSONP) or with a guard against it.
    value = JSON.parse(
      text.replace(/^[\s\ufeff]*(?:\)\]\}',?\s*|[\w.$]{1,60}\((?=[[{]))?/, '').replace(/\);?\s*$/, ''),
    );
  } catch {
    throw notAFeed(textKind(text, undefined));
  }
  const said = at(value, rule.items);
  const list: unknown = typeof said === 'object' && said !== null && !Array.isArray(said) ? Object.values(said) : said;
  if (!Array.isArray(list)) throw notAFeed(`JSON without a list at "${rule.items}"`);
  const feed = emptyFeed('api', '');
  feed.warnings.push(...warnings);
  const limit = Math.min(maxItems, o.maxItems);
  if (list.length > limit) warn(feed, 'feed.too_many_items', `only the first ${limit} items were read`);
  list.slice(0, limit).forEach((one, index) => {
    const item = toItem(one, rule, o, feed.warnings, index);
    if (item.url === null) warn(feed, 'item.address_missing', `no address at "${rule.url}"`, index);
    else feed.items.push(item);
  });
  if (feed.items.length === 0 && list.length > 0) throw notAFeed(`JSON whose items have no address at "${rule.url}"`);
  return feed;
}
