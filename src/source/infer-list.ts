// A page nobody described → the rules of its lists: links that repeat in one shape are generalised to selectors and tried. Pure.
import type { ParsedItem } from './parsed.ts';
import type { ListRule, SourceRules } from './rules.ts';
import { articleLikeness, isSameSite } from './kinds/article-address.ts';
import { all, type Element, following, parentOf, type Page } from './kinds/dom.ts';
import {
  type Block,
  type Clock,
  findDate,
  findImage,
  findSummary,
  findTitle,
  lastingClasses,
  linkOf,
  nameOf,
} from './kinds/fields.ts';
import { blocksOf, itemOf, jsonLdItems, uniqueItems } from './kinds/listing.ts';
import { fieldRule, selectorFor } from './infer-selector.ts';
import { placeOf } from './infer-place.ts';

/** One way to read a page as a list, with what it finds. */
export type InferredList = {
  rules: SourceRules;
  /** What the rules find on this page, as it would be read; at most 300. */
  items: ParsedItem[];
  /** Words that stand above the list on the page ("Tin mới"), or null. */
  heading: string | null;
  /** The higher the likelier; comparable within one page only. */
  score: number;
};

const maxLinks = 3_000;
const maxGroups = 40;
const maxCandidates = 6;
const fewest = 3;

/** Links of one shape, each with its address. */
export type Group = { links: Element[]; urls: string[] };

// "news-1", "news-2": the name of a list's item and its place.
const unnumbered = (name: string) => name.replace(/[-_]?\d+$/, '');

// The way from the root to a link by names and lasting classes: links of one list share it.
function shapeOf(link: Element): string {
  const parts: string[] = [];
  for (let at: Element | null = link; at !== null && parts.length < 60; at = parentOf(at))
    parts.push(`${at.name}.${lastingClasses(at).slice(0, 3).map(unnumbered).sort().join('.')}`);
  return parts.join('<');
}

const isHeadline = (text: string) => text.length >= 15 && text.length <= 300 && text.split(' ').length >= 4;

// Links that could lead to articles of this site and are named like headlines, by shape; the first link of an address in a shape counts.
/** See above; at most 40 groups, the largest first. */
export function groupsOf(page: Page): Group[] {
  const site = page.base === undefined ? null : new URL(page.base);
  const groups = new Map<string, Group>();
  for (const link of all(page.root, 'a[href]').slice(0, maxLinks)) {
    const url = linkOf(link, page.base);
    if (url === null) continue;
    const target = new URL(url);
    if (site !== null && (!isSameSite(target, site) || target.href === site.href)) continue;
    if (articleLikeness(target) === 0 || !isHeadline(nameOf(link))) continue;
    const shape = shapeOf(link);
    const group = groups.get(shape) ?? { links: [], urls: [] };
    if (!group.urls.includes(url)) {
      group.links.push(link);
      group.urls.push(url);
    }
    groups.set(shape, group);
  }
  return [...groups.values()].sort((a, b) => b.links.length - a.links.length).slice(0, maxGroups);
}

function ancestor(element: Element, level: number): Element | null {
  let at: Element | null = element;
  for (let step = 0; step < level && at !== null; step++) at = parentOf(at);
  return at;
}

// The highest level at which each link still has an element of its own: that element is the item.
function itemLevel(links: readonly Element[]): number {
  for (let level = 1; level < 30; level++) {
    const at = links.map((link) => ancestor(link, level));
    if (at.some((element) => element === null || /^(?:body|html)$/.test(element.name))) return level - 1;
    if (new Set(at).size < links.length) return level - 1;
  }
  return 0;
}

const dated = (blocks: readonly Block[], clock: Clock) =>
  blocks.filter((block) => findDate(block, clock) !== null).length;

// Where the items' own elements hold no date but what follows them does, the items go on beside them.
function isFlatList(items: readonly Element[], clock: Clock): boolean {
  const set = new Set(items);
  const alone = dated(
    items.map((item) => [item]),
    clock,
  );
  if (alone > items.length * 0.5) return false;
  const siblings = items.filter((item) => item.parent !== null && item.parent === items[0]?.parent).length;
  if (siblings < items.length * 0.6 && siblings < fewest) return false;
  const wide = items.map((item): Block => [item, ...following(item, (next) => set.has(next))]);
  // The last item of a flat list has no end: it may swallow the page's foot. The others decide.
  return dated(wide.slice(0, -1), clock) > Math.max(alone, (items.length - 1) * 0.6);
}

/** The rule of the list whose links these are, with every field that repeats; null for fewer items than `least` or where no selector finds them. */
export function ruleOf(
  page: Page,
  group: Group,
  clock: Clock,
  least = fewest,
): { rule: ListRule; items: Element[] } | null {
  const level = itemLevel(group.links);
  const items = group.links.flatMap((link) => ancestor(link, level) ?? []);
  if (items.length < least) return null;
  const urls = new Set(group.urls);
  const item = selectorFor(page, items, (extra) => {
    const links = extra.name === 'a' ? [extra] : all(extra, 'a[href]').slice(0, 30);
    return links.some((link) => {
      const url = linkOf(link, page.base);
      return (
        url !== null &&
        !urls.has(url) &&
        isHeadline(nameOf(link)) &&
        articleLikeness(new URL(url)) > 0 &&
        placeOf(extra).score >= 0
      );
    });
  });
  if (item === null) return null;
  const isFlat = isFlatList(items, clock);
  const base: ListRule = isFlat ? { item, isFlat } : { item };
  const blocks = blocksOf(page, base);
  const samples = blocks.slice(0, 40).flatMap((block) => {
    const url = block.length === 0 ? null : (itemOf(block, base, page.base, clock)?.url ?? null);
    return url === null ? [] : [{ block, url }];
  });
  const field = (find: (block: Block, url: string) => { element: Element; attribute?: string | null } | null) =>
    fieldRule(samples.map(({ block, url }) => ({ block, found: find(block, url) })));
  const title = field((block, url) => findTitle(block, url, page.base));
  const date = field((block) => {
    const found = findDate(block, clock);
    return found?.isLoose === true ? null : found;
  });
  const image = field((block) => findImage(block, page.base));
  const summary = field((block, url) => findSummary(block, findTitle(block, url, page.base)?.text ?? '', clock));
  const rule: ListRule = {
    ...base,
    ...(title === null ? {} : { title }),
    ...(date === null ? {} : { date }),
    ...(image === null ? {} : { image }),
    ...(summary === null ? {} : { summary }),
  };
  return { rule, items };
}

type Scored = InferredList & { rule: ListRule; isAside: boolean; first: Element };

function judge(page: Page, group: Group, clock: Clock): Scored | null {
  const inferred = ruleOf(page, group, clock);
  const [first] = inferred?.items ?? [];
  if (inferred === null || first === undefined) return null;
  const { rule } = inferred;
  const blocks = blocksOf(page, rule);
  const items = uniqueItems(blocks.flatMap((block) => itemOf(block, rule, page.base, clock) ?? []));
  const titled = items.filter((item) => isHeadline(item.title ?? ''));
  if (titled.length < fewest || titled.length < items.length * 0.6) return null;
  const dates = items.flatMap((item) => (item.publishedAt === null ? [] : [item.publishedAt.getTime()]));
  const falling = dates.filter((at, index) => index > 0 && at <= (dates[index - 1] ?? 0)).length;
  const likeness = items.reduce((sum, item) => sum + articleLikeness(new URL(item.url ?? '')), 0) / items.length;
  const place = placeOf(first);
  const share = (count: number) => count / items.length;
  const score =
    Math.min(items.length, 25) * 1.2 +
    share(dates.length) * 20 +
    (dates.length > 2 ? (falling / (dates.length - 1)) * 8 : 0) +
    share(items.filter((item) => item.summaryHtml !== null).length) * 8 +
    share(items.filter((item) => item.imageUrl !== null).length) * 5 +
    likeness * 4 +
    place.score;
  return { rules: { lists: [rule] }, items, heading: place.heading, score, rule, isAside: place.score < 0, first };
}

// The big story on top has a shape of its own and stands alone: one headline link before the list, in the same part of the page.
function leadOf(page: Page, main: Scored, clock: Clock): ListRule | null {
  const known = new Set(main.items.map((item) => item.url));
  const site = page.base === undefined ? null : new URL(page.base);
  let zone: Element | null = parentOf(main.first);
  for (let step = 0; step < 6 && zone !== null && !/^(?:body|html)$/.test(zone.name); step++, zone = parentOf(zone)) {
    for (const heading of all(zone, 'h1, h2, h3, [class*=title], [class*=tit], [class*=head]').slice(0, 60)) {
      const link = heading.name === 'a' ? heading : all(heading, 'a[href]')[0];
      const url = link === undefined ? null : linkOf(link, page.base);
      if (link === undefined || url === null || known.has(url) || !isHeadline(nameOf(link))) continue;
      const target = new URL(url);
      if (articleLikeness(target) < 2 || (site !== null && !isSameSite(target, site)) || placeOf(link).score < 0)
        continue;
      const item = aroundOnly(link, url, page.base, zone);
      const selector = item === null ? null : selectorFor(page, [item]);
      if (item === null || selector === null) continue;
      const rule: ListRule = { item: selector };
      const found = blocksOf(page, rule);
      if (found.length > 3 || findDate([item], clock) === null) continue;
      return rule;
    }
  }
  return null;
}

/** The largest element around a link, below `end`, that leads to no other article; null where the link stands alone. */
export function aroundOnly(link: Element, url: string, base: string | undefined, end: Element): Element | null {
  let best: Element = link;
  for (let at = parentOf(link); at !== null && at !== end; at = parentOf(at)) {
    const others = all(at, 'a[href]').some((other) => {
      const target = linkOf(other, base);
      return target !== null && target !== url && articleLikeness(new URL(target)) > 0 && isHeadline(nameOf(other));
    });
    if (others) break;
    best = at;
  }
  return best === link ? null : best;
}

// Further lists that belong to the page's news as much as the best one: other blocks of a front page, not its sidebars.
function joined(page: Page, scored: readonly Scored[], clock: Clock): InferredList | null {
  const [main] = scored;
  if (main === undefined) return null;
  const isDated = main.items.some((item) => item.publishedAt !== null);
  const others = scored
    .slice(1)
    .filter(
      (other) =>
        !main.isAside &&
        !other.isAside &&
        other.score > main.score * 0.5 &&
        (!isDated || other.items.every((item) => item.publishedAt !== null)),
    )
    .slice(0, 3);
  const lead = main.isAside ? null : leadOf(page, main, clock);
  const lists = [...(lead === null ? [] : [lead]), main.rule, ...others.map((other) => other.rule)];
  const items = uniqueItems(
    lists.flatMap((rule) => blocksOf(page, rule).flatMap((block) => itemOf(block, rule, page.base, clock) ?? [])),
  );
  return { rules: { lists }, items, heading: main.heading, score: main.score };
}

/**
 * The lists of a page, likeliest first, at most 6; the first joins all parts of the page's own news. Empty where fewer than three
 * links repeat in one shape. A page without such links may tell its articles in JSON-LD. Linear in the page but for a bounded number of
 * tries; `clock.now` is when the page was read.
 */
export function inferLists(page: Page, clock: Clock): InferredList[] {
  const scored = groupsOf(page)
    .filter((group) => group.links.length >= fewest)
    .flatMap((group) => judge(page, group, clock) ?? [])
    .sort((a, b) => b.score - a.score);
  const seen = new Set<string>();
  const distinct = scored.filter((one) => {
    const key = one.items.map((item) => item.url).join('\n');
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
  const best = joined(page, distinct, clock);
  // A box that only repeats what the first list has is no source of its own.
  const told = new Set(best?.items.map((item) => item.url));
  const others = distinct.slice(1).filter((one) => one.items.some((item) => !told.has(item.url)));
  const linked = jsonLdItems(page, clock);
  const fromJsonLd: InferredList | null =
    linked.length >= fewest && linked.length > (best?.items.length ?? 0) / 2
      ? {
          rules: { isJsonLd: true },
          items: linked,
          heading: null,
          score: linked.every((item) => item.publishedAt !== null) ? 60 : 20,
        }
      : null;
  return [
    ...(best === null ? [] : [best]),
    ...others.slice(0, maxCandidates - 2).map(({ rules, items, heading, score }) => ({ rules, items, heading, score })),
    ...(fromJsonLd === null ? [] : [fromJsonLd]),
  ].sort((a, b) => b.score - a.score);
}
