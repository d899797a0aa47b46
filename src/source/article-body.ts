// The part of an article page that holds its text → foreign HTML of the body alone: the one door to the extraction library. Pure.
import { createRequire } from 'node:module';
import type { Readability as Reader } from '@mozilla/readability';
import type { parseHTML as ParseHtml } from 'linkedom';
import {
  all,
  type AnyNode,
  type Element,
  elementsOf,
  htmlOf,
  make,
  type Page,
  parentOf,
  parsePage,
  remove,
  textOf,
} from './kinds/dom.ts';
import { imageOf } from './kinds/fields.ts';

// The library is superlinear on strange trees (its issues 580 and 977 freeze for minutes): what is larger than any article is not given to it.
const maxElements = 6_000;
const maxChars = 700_000;
const leastText = 140;

const noiseNames = new Set(
  'script style noscript template svg iframe form button input select textarea nav aside footer object embed ins'.split(
    ' ',
  ),
);
const noiseClass =
  /related|lien-?quan|share|social|comment|binh-luan|advert|quangcao|breadcrumb|rating|toolbar|tags|tin-khac|other-?news/i;
const captionLike =
  /caption|chu-?thich|photo-?note|image-?note|img-?note|desc-?img|image_desc|imgdesc|pic-?note|photo_caption|photocms_caption|ghichu-?anh/i;
const bodyLike =
  '[itemprop=articleBody], [itemprop="articleBody"], .article-content, .article__body, .article-body, .detail-content, .detail__content, .content-detail, .post-content, .entry-content, .news-content, .maincontent, .cms-body, .noidung, .noi-dung, .chitiet, .journal-content-article, #content-detail, #noidung, #news-content, #divNewsDetails';

/** True when a page's tree is small enough for the extraction library. */
// What is never a part of the text. One look an element: a selector of forty parts costs twenty times as much.
function isNoise(element: Element): boolean {
  if (noiseNames.has(element.name)) return true;
  const { class: named, id, hidden } = element.attribs;
  if (hidden !== undefined) return true;
  return (
    ((named !== undefined && noiseClass.test(named)) || (id !== undefined && noiseClass.test(id))) &&
    !isCaption(element)
  );
}

const isModest = (root: AnyNode) => elementsOf(root, maxElements + 1).length <= maxElements;

const isCaption = (element: Element) =>
  element.name === 'figcaption' ||
  captionLike.test(`${element.attribs['class'] ?? ''} ${element.attribs['itemprop'] ?? ''}`);

// Where home-made systems put the words of a picture: beside it, in the next row of a table, in the next paragraph.
function captionOf(picture: Element): Element | null {
  let at: Element | null = picture;
  for (let step = 0; step < 5 && at !== null; step++, at = parentOf(at)) {
    for (let next: AnyNode | null = at.next; next !== null; next = next.next) {
      if (!('children' in next) || !('name' in next)) {
        if ('data' in next && next.data.trim() !== '') break;
        continue;
      }
      const element = next;
      if (isCaption(element)) return element;
      const inner = all(element, '*').slice(0, 8).find(isCaption);
      if (inner !== undefined && textOf(element, 700).length <= textOf(inner, 600).length + 5) return inner;
      if (element.name !== 'br') break;
    }
    if (step > 0 && !/^(?:td|tr|table|figure|div|p|a|center|span|tbody)$/.test(at.name)) break;
  }
  return null;
}

/** Pictures of a tree as `figure` with their caption, lazily loaded ones by their real address; placeholders and pixels go. */
export function settlePictures(root: AnyNode, base: string | undefined): { url: string; caption: string | null }[] {
  const found: { url: string; caption: string | null }[] = [];
  for (const picture of all(root, 'img, amp-img').slice(0, 200)) {
    const url = imageOf(picture, base);
    if (url === null) {
      remove(picture);
      continue;
    }
    const alt = (picture.attribs['alt'] ?? '').slice(0, 500);
    picture.name = 'img';
    picture.attribs = { src: url, ...(alt === '' ? {} : { alt }) };
    const existing = figureOf(picture);
    const caption = existing === null ? captionOf(picture) : (all(existing, '*').find(isCaption) ?? captionOf(picture));
    const text = caption === null ? null : textOf(caption, 600) || null;
    found.push({ url, caption: text });
    if (caption !== null && existing === null) {
      const place = picture.parent;
      const before = picture.next;
      remove(caption);
      const figure = make('figure', {}, [picture, make('figcaption', {}, [...caption.children])]);
      insert(place, before, figure);
      freeFromTable(figure, url);
    } else if (caption !== null && caption.name !== 'figcaption') caption.name = 'figcaption';
  }
  return found;
}

// A table that holds nothing but one picture and its words is a frame: the figure takes its place.
function freeFromTable(figure: Element, url: string): void {
  const words = textOf(figure, 700);
  let frame: Element | null = null;
  for (let at = parentOf(figure), step = 0; at !== null && step < 6; at = parentOf(at), step++) {
    if (
      at.children.length > 40 ||
      textOf(at, 800) !== words ||
      all(at, 'img').some((one) => one.attribs['src'] !== url)
    )
      break;
    if (at.name === 'table') frame = at;
  }
  if (frame === null) return;
  const { parent, next } = frame;
  remove(figure);
  insert(parent, next, figure);
  remove(frame);
}

function figureOf(element: Element): Element | null {
  for (let at = parentOf(element), step = 0; at !== null && step < 4; at = parentOf(at), step++)
    if (at.name === 'figure') return at;
  return null;
}

function insert(parent: Element['parent'], before: AnyNode | null, node: Element): void {
  if (parent === null) return;
  const at = before === null ? -1 : parent.children.indexOf(before);
  const index = at < 0 ? parent.children.length : at;
  const previous = parent.children[index - 1] ?? null;
  const next = parent.children[index] ?? null;
  parent.children.splice(index, 0, node);
  node.parent = parent;
  node.prev = previous;
  node.next = next;
  if (previous) previous.next = node;
  if (next) next.prev = node;
}

function isMostlyLinks(element: Element): boolean {
  const links = all(element, 'a').reduce((sum, link) => sum + textOf(link, 2_000).length, 0);
  return links > textOf(element, 20_000).length * 0.4;
}

const paragraphs = (element: Element) => all(element, 'p, br').length + (element.name === 'p' ? 1 : 0);

// The element that a known name marks as the body, when it holds enough text that is not links.
function marked(page: Page, selector: string): Element | null {
  const [best] = all(page.root, selector)
    .slice(0, 20)
    .filter((element) => textOf(element, leastText * 4).length >= leastText && !isMostlyLinks(element))
    .sort((a, b) => paragraphs(b) - paragraphs(a) || textOf(b, 50_000).length - textOf(a, 50_000).length);
  return best ?? null;
}

// 12 MB of memory that most pages do not need: loaded with the first that does.
const load = createRequire(import.meta.url);

function byLibrary(page: Page): string | null {
  if (!isModest(page.root)) return null;
  const html = htmlOf(page.root);
  if (html.length > maxChars) return null;
  try {
    const { parseHTML } = load('linkedom') as { parseHTML: typeof ParseHtml };
    const { Readability } = load('@mozilla/readability') as { Readability: typeof Reader };
    const { document } = parseHTML(html);
    const read = new Readability(document, {
      charThreshold: leastText,
      maxElemsToParse: maxElements + 500,
      disableJSONLD: true,
    }).parse();
    return read?.content ?? null;
  } catch {
    // It throws on some trees (no body, too many elements): then there is no text to be had.
    return null;
  }
}

function dropNoise(root: AnyNode): void {
  for (const element of elementsOf(root)) if (element !== root && isNoise(element)) remove(element);
}

// What is the page's and not the article's: title, sapo and meta lines that stand inside the body again, boxes of further news.
function prune(body: Element, known: { title: string | null; sapo: string | null; drop?: string | undefined }): void {
  if (known.drop !== undefined) for (const element of all(body, known.drop)) remove(element);
  dropNoise(body);
  for (const element of all(body, 'ul, ol, div, table, section').slice(0, 400)) {
    const text = textOf(element, 3_000);
    if (
      element.parent !== null &&
      all(element, 'a[href]').length >= 2 &&
      text.length > 30 &&
      isMostlyLinks(element) &&
      all(element, 'img').length === 0
    )
      remove(element);
  }
  const head = elementsOf(body, 60).slice(1);
  for (const element of head) {
    if (!/^(?:h[1-6]|p|div|strong|b)$/.test(element.name) || element.parent === null || all(element, 'img').length > 0)
      continue;
    const text = textOf(element, 1_500);
    if (text !== '' && (text === known.title || text === known.sapo)) remove(element);
  }
}

// Markup inside an element, and inside the boxes around all of it: paragraphs are to stand on top.
function contentOf(element: Element): string {
  let at = element;
  for (let step = 0; step < 20; step++) {
    const inner = at.children.filter((child) => !('data' in child) || child.data.trim() !== '');
    const [only] = inner;
    if (
      inner.length !== 1 ||
      only === undefined ||
      !('name' in only) ||
      !/^(?:div|section|article|main|span)$/.test(only.name)
    )
      break;
    at = only as Element;
  }
  return at.children.map(htmlOf).join('').trim();
}

/**
 * The body of an article page as foreign HTML with absolute picture addresses; null when there is no text worth the name (140
 * characters). A publisher's own selector wins, then the marks that papers put on their bodies, then the library's judgement. Changes
 * the page's tree. Pages of more than 6,000 elements are not given to the library.
 */
export function bodyOf(
  page: Page,
  known: { title: string | null; sapo: string | null; body?: string | undefined; drop?: string | undefined },
): { html: string; pictures: { url: string; caption: string | null }[]; by: 'rule' | 'mark' | 'library' } | null {
  const own = known.body === undefined ? null : marked(page, known.body);
  const element = own ?? marked(page, bodyLike);
  const pictures = settlePictures(element ?? page.root, page.base);
  if (element !== null) {
    prune(element, known);
    return { html: contentOf(element), pictures, by: own === null ? 'mark' : 'rule' };
  }
  dropNoise(page.root);
  const html = byLibrary(page);
  if (html === null) return null;
  const found = parsePage(html, page.base).root;
  const wrapper = make('div', {}, [...found.children]);
  prune(wrapper, known);
  const kept = pictures.filter(
    (picture) => html.includes(picture.url.replaceAll('&', '&amp;')) || html.includes(picture.url),
  );
  return { html: contentOf(wrapper), pictures: kept, by: 'library' };
}
