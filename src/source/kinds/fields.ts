// An item of a page (an element, and what follows it where it goes on) → its link, headline, date, picture and summary.
import { readDate } from '../../text/date.ts';
import { resolveUrl } from '../../text/url.ts';
import { partsOf } from '../rules.ts';
import { articleLikeness } from './article-address.ts';
import { all, type AnyNode, classesOf, type Element, elementsOf, isText, matches, parentOf, textOf } from './dom.ts';

/** The elements that make up one item, in document order; mostly one. */
export type Block = Element[];

/** What dates are read with. */
export type Clock = { zone: string; now: Date };

const attributeLimit = 4_000;
const maxElements = 400;

/** Elements of a block that match the field's selector, the block's own elements included; its first element for an empty one. */
export function matching(block: Block, css: string): Element[] {
  if (css === '') return block.slice(0, 1);
  return block.flatMap((element) => [...(matches(element, css) ? [element] : []), ...all(element, css)]);
}

/** All elements of a block in document order, at most 400. */
export function inside(block: Block): Element[] {
  return block.flatMap((element) => elementsOf(element, maxElements)).slice(0, maxElements);
}

function valueOf(element: Element, attribute: string | null): string {
  const said = attribute === null ? textOf(element, 600) : (element.attribs[attribute] ?? '').slice(0, attributeLimit);
  return said.replace(/\s+/g, ' ').trim();
}

/** The first text that a field's rule finds in the block; null when it finds none. */
export function fieldText(block: Block, rule: string): string | null {
  const { css, attribute } = partsOf(rule);
  for (const element of matching(block, css).slice(0, 20)) {
    const link = attribute === null ? (element.name === 'a' ? element : all(element, 'a[title]')[0]) : undefined;
    const named = link === undefined ? '' : nameOf(link);
    const own = valueOf(element, attribute);
    const text = /(?:…|\.\.\.)$/.test(own) && named.length > own.length - 3 ? named : own;
    if (text !== '') return text;
  }
  return null;
}

/** The address that an element carries (`href`), absolute, without its fragment unless that is the route. */
export function linkOf(element: Element, base: string | undefined): string | null {
  const href = (element.attribs['href'] ?? element.attribs['data-href'] ?? '').trim();
  if (href === '' || href.startsWith('#') || /^(?:javascript|mailto|tel|data):/i.test(href)) return null;
  const url = resolveUrl(href, base);
  return url === null ? null : url.replace(/#(?![!/]).*$/s, '');
}

/** The article a block leads to: its link that is likest an article's, the one with the longest name among equals; null without any. */
export function findLink(block: Block, base: string | undefined): string | null {
  let best: { url: string; score: number } | null = null;
  for (const element of inside(block)) {
    const url = element.name === 'a' ? linkOf(element, base) : null;
    if (url === null) continue;
    // The label of a section often stands before the headline, a link to the comments behind it.
    const score = articleLikeness(new URL(url)) * 1_000 + Math.min(nameOf(element).length, 300);
    if (best === null || score > best.score) best = { url, score };
  }
  return best?.url ?? null;
}

// A date and nothing much else: a headline with a day in it is a headline.
const dateRest =
  /[\d\s:/.,|()[\]·•–—-]|(?<!\p{L})(?:gmt|utc|am|pm|sa|ch|lúc|ngày|tháng|năm|giờ|phút|giây|tuần|trước|cách đây|hôm|qua|nay|sáng|trưa|chiều|tối|đêm|thứ|hai|ba|tư|sáu|bảy|chủ nhật|cn|mới đây|vừa xong|cập nhật|đăng|xuất bản|lần cuối|thg|th|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?!\p{L})|\p{L}+:/giu;
// Names of persons and papers, beside which a date may stand; case tells them, so they have a pattern of their own.
const properNames = /\p{Lu}\p{Ll}{0,15}(?=\s\p{Lu}|\s?[-|,·•])/gu;

const besideDate = (text: string) => text.normalize('NFC').replace(properNames, '').replace(dateRest, '');

/** The instant a short text names when it is mostly a date; null for sentences that only mention one. */
export function dateIn(text: string, clock: Clock): Date | null {
  if (text.length < 4 || text.length > 120 || !/\d|hôm|vừa|mới đây/i.test(text)) return null;
  if (besideDate(text).length > 18) return null;
  if (/^\D{0,12}(?:tháng|thg|th)?[\s.]{0,2}\d{1,2}\W{1,3}(?:năm )?\d{4}\W*$/i.test(text)) return null;
  // A length of a film, a count of comments or a bare number is no date.
  if (
    /^\W*\d{1,2}:\d{2}\W*$/.test(text) ||
    (/^[\W\d]*$/.test(text.replace(/\d{1,4}[/.:-]\d{1,2}/g, 'x')) === false &&
      /^\D*\d{1,3}\D*$/.test(text) &&
      !/trước|ago|hôm|\d\s?(?:giờ|phút|giây|ngày|tuần|tháng)/i.test(text))
  )
    return null;
  const plain = /^\W*\d{1,3}\s?(?:giây|phút|giờ|tiếng|ngày|tuần|tháng)\W*$/i.test(text) ? `${text} trước` : text;
  return readDate(plain, clock)?.at ?? null;
}

/** Where in a block its date stands. `rule` is the field's rule that finds it again; null where only the look tells. */
export type FoundDate = {
  at: Date;
  element: Element;
  attribute: string | null;
  /** It stands in loose text that no selector names. */
  isLoose?: boolean;
};

const dateAttributes = ['datetime', 'data-date', 'data-time', 'data-publish', 'data-timestamp', 'content', 'title'];

/** The date of a block by its look: `time` elements and attributes first, then the shortest element that reads as one. */
export function findDate(block: Block, clock: Clock): FoundDate | null {
  const elements = inside(block);
  for (const element of elements) {
    for (const attribute of element.name === 'time' ? dateAttributes : dateAttributes.slice(0, 5)) {
      const said = element.attribs[attribute];
      if (said === undefined || said.length > 60) continue;
      const at = readDate(said, clock)?.at ?? null;
      if (at !== null) return { at, element, attribute };
    }
  }
  let best: FoundDate | null = null;
  let bestLength = Number.POSITIVE_INFINITY;
  // A headline may hold a day ("Kỷ niệm 20/11/2026"): what is said by a link's words alone is not the article's date.
  const names = new Set(
    elements.flatMap((element) => {
      const name = element.name === 'a' ? textOf(element, 130, true) : '';
      return name.length >= 15 && besideDate(name).length >= 6 ? [name] : [];
    }),
  );
  for (const element of elements) {
    // Relative words are rounded; the title of their element often tells the exact time.
    const titled = element.attribs['title'];
    const text = textOf(element, 130, true);
    const at = names.has(text) || (element.name === 'a' && text.length > 40) ? null : dateIn(text, clock);
    if (at === null) continue;
    const exact = titled !== undefined && titled.length < 60 ? (readDate(titled, clock)?.at ?? null) : null;
    if (exact !== null && /\d{1,2}\D\d{1,2}/.test(titled ?? '')) return { at: exact, element, attribute: 'title' };
    // More of a date beats less of it: "22" and "08:30" beside each other are read in the element around both.
    const score = text.length - digitsIn(text) * 6;
    if (score <= bestLength) {
      best = { at, element, attribute: null };
      bestLength = score;
    }
  }
  if (best !== null) return best;
  // "<li><a>…</a> (22/11/2026)", "<a>…</a> 22/11/2026<br>": between elements, in none of its own.
  for (const element of elements.slice(0, 60)) {
    const at = element.children.length > 1 ? dateIn(looseText(element.children), clock) : null;
    if (at !== null) return { at, element, attribute: null, isLoose: true };
  }
  const [first] = block;
  const at =
    first !== undefined && /^(?:a|b|strong|em|font|span)$/.test(first.name) ? dateIn(textAfter(first), clock) : null;
  return at === null || first === undefined ? null : { at, element: first, attribute: null, isLoose: true };
}

function looseText(nodes: readonly AnyNode[]): string {
  let out = '';
  for (const node of nodes.slice(0, 40)) if (isText(node)) out += ` ${node.data.slice(0, 200)}`;
  return out.replace(/\s+/g, ' ').trim();
}

function textAfter(element: Element): string {
  const nodes: AnyNode[] = [];
  for (let next: AnyNode | null = element.next; next !== null && nodes.length < 10; next = next.next) {
    if ('name' in next && next.name !== 'br') break;
    nodes.push(next);
    if ('name' in next && looseText(nodes) !== '') break;
  }
  return looseText(nodes);
}

const digitsIn = (text: string) => text.replace(/\D/g, '').length;

const lazy = [
  'data-src',
  'data-original',
  'data-lazy-src',
  'data-lazy',
  'data-image',
  'data-img',
  'data-url',
  'data-bg',
  'data-echo',
  'data-thumb',
  'data-desktop-src',
];
const placeholder =
  /^data:|(?:^|[/_.-])(?:blank|placeholder|loading|lazy(?:load)?|spacer|pixel|1x1|no-?image|noimg|transparent|default(?:-image)?|grey|gray|dot)(?:[_.-]|$)/i;

function fromSrcset(srcset: string): string | null {
  const candidates = srcset
    .slice(0, 8_000)
    .split(/,\s+/)
    .map((one) => one.trim().split(/\s+/));
  const width = (one: string[]) => Number.parseFloat(one[1] ?? '1') || 1;
  return candidates.sort((a, b) => width(b) - width(a))[0]?.[0] ?? null;
}

/** The address of the picture an element shows, lazily loaded ones included; null for placeholders and pixels. */
export function imageOf(element: Element, base: string | undefined): string | null {
  const attributes = element.attribs;
  const said: (string | null | undefined)[] = lazy.map((name) => attributes[name]);
  const set = attributes['data-srcset'] ?? attributes['srcset'];
  said.push(element.name === 'img' || element.name === 'amp-img' ? attributes['src'] : null);
  if (set !== undefined) said.push(fromSrcset(set));
  const style = attributes['style'];
  if (style?.includes('url('))
    said.push(/background(?:-image)?\s{0,9}:[^;]{0,200}?url\(\s{0,9}["']?([^"')]{1,2000})/i.exec(style)?.[1]);
  if (Number(attributes['width'] ?? 99) < 30 || Number(attributes['height'] ?? 99) < 30) return null;
  for (const one of said) {
    const text = one?.trim() ?? '';
    if (text === '' || placeholder.test(text.replace(/[?#].*$/s, ''))) continue;
    const url = resolveUrl(text, base);
    if (url !== null) return url;
  }
  return null;
}

/** The first picture of a block. */
export function findImage(block: Block, base: string | undefined): { url: string; element: Element } | null {
  for (const element of inside(block)) {
    if (!/^(?:img|amp-img|source|picture|div|a|span|figure|i)$/.test(element.name)) continue;
    const url = imageOf(element, base);
    if (url !== null) return { url, element };
  }
  return null;
}

/** What a link is called: its text, or the title it carries where that is longer or the text was cut by the page. */
export function nameOf(link: Element): string {
  const text = textOf(link, 600);
  const titled = (link.attribs['title'] ?? '').replace(/\s+/g, ' ').trim().normalize('NFC').slice(0, 600);
  const isCut = /(?:…|\.\.\.)$/.test(text);
  if (text === '' || (isCut && titled.length > text.length - 3)) return titled;
  return text;
}

const isMore = (text: string) => /^(?:xem thêm|chi tiết|đọc (?:tiếp|thêm)|xem tiếp|read more)/i.test(text);

/** The headline of a block: its heading that belongs to a link to `url`, else the longest name of such a link, else any heading. */
export function findTitle(
  block: Block,
  url: string,
  base: string | undefined,
): { text: string; element: Element } | null {
  type Found = { text: string; element: Element; rank: number };
  let best: Found | null = null;
  const offer = (element: Element, text: string, rank: number) => {
    if (text === '' || isMore(text)) return;
    const isBetter =
      best === null || rank > best.rank || (rank === best.rank && rank < 3 && text.length > best.text.length);
    if (isBetter) best = { text, element, rank };
  };
  for (const element of inside(block)) {
    if (/^h[1-6]$/.test(element.name)) {
      const isOwn =
        isLinkTo(parentLink(element), url, base) || all(element, 'a[href]').some((link) => isLinkTo(link, url, base));
      const link = all(element, 'a[href]').find((one) => isLinkTo(one, url, base));
      offer(element, link === undefined ? textOf(element, 600) : nameOf(link), isOwn ? 3 : 1);
    } else if (element.name === 'a' && isLinkTo(element, url, base)) {
      const text = nameOf(element);
      // A link around the whole block, or around a date, is no name.
      offer(element, text, text.length > 250 || readsAsDate(text) ? 0 : 2);
    }
  }
  const found = best as Found | null;
  return found === null ? null : { text: found.text, element: found.element };
}

const readsAsDate = (text: string) => /^[^\p{L}]*\d/u.test(text) && besideDate(text).length < 6;

const isLinkTo = (link: Element | null, url: string, base: string | undefined) =>
  link !== null && linkOf(link, base) === url;

function parentLink(element: Element): Element | null {
  for (let at = parentOf(element); at !== null; at = parentOf(at)) if (at.name === 'a') return at;
  return null;
}

/** The summary of a block: its longest text that is neither headline nor date nor a link. */
export function findSummary(block: Block, title: string, clock: Clock): { text: string; element: Element } | null {
  let best: { text: string; element: Element } | null = null;
  for (const element of inside(block)) {
    if (/^(?:a|h[1-6]|script|style|time|img|ul|ol|table|tr|tbody)$/.test(element.name)) continue;
    const text = textOf(element, 1_500);
    if (text.length < 40 || text.includes(title) || title.includes(text)) continue;
    if (dateIn(text, clock) !== null || isLinked(element)) continue;
    if (best === null || (text.length > best.text.length && !isWithin(element, best.element))) best = { text, element };
  }
  return best;
}

function isLinked(element: Element): boolean {
  for (let at: Element | null = element; at !== null; at = parentOf(at))
    if (at.name === 'a' && at !== element) return false;
  const links = all(element, 'a').reduce((sum, link) => sum + textOf(link, 500).length, 0);
  return links > textOf(element, 1_500).length * 0.2;
}

function isWithin(outer: AnyNode, inner: Element): boolean {
  for (let at: Element | null = inner; at !== null; at = parentOf(at)) if (at === outer) return true;
  return false;
}

// Classes that only tell a place, a state or a width; they differ between items of one list.
const passing =
  /^(?:first|last|odd|even|active|current|selected|clearfix|cf|row|col|container|left|right|fl|fr|pull-\w+|float-\w+|mb|mt|pt|pb|wow|animated|lazy(?:load(?:ed)?)?|hidden|show|visible|text-\w+|d-\w+|w-\d+|h-\d+|col-[\w-]+|[mp][tblrxy]?-\d+|order-\d+|item-?\d+|post-\d+|id-?\d+|js-\w+|css-\w+|sc-\w+|_\w+)$/i;

/** Classes that a list's items share for good: no positions, states or generated names. */
export function lastingClasses(element: Element): string[] {
  return classesOf(element).filter(
    (name) => /^[A-Za-z][\w-]{0,60}$/.test(name) && !passing.test(name) && !/\d{3,}/.test(name),
  );
}
