// Safe HTML → the plain, correctly nested subset that feed readers and validators accept without a complaint.
import { escapeHtml } from '../text/markup.ts';
import { inSlices } from '../text/slices.ts';
import { cleanCharacters, strictUrl } from './clean.ts';
import { createHtmlWriter } from './html-writer.ts';

// What an element becomes; those not named are dropped and their contents kept.
const renamed = new Map<string, string>(
  Object.entries({
    h1: 'h2',
    figure: 'div',
    section: 'div',
    article: 'div',
    aside: 'div',
    main: 'div',
    header: 'div',
    footer: 'div',
    address: 'div',
    center: 'div',
    details: 'div',
    dl: 'div',
    dt: 'p',
    dd: 'p',
    figcaption: 'p',
    summary: 'p',
    tfoot: 'tbody',
    strike: 's',
    del: 's',
    ins: 'u',
    tt: 'code',
    kbd: 'code',
    samp: 'code',
    var: 'i',
    dfn: 'i',
    big: 'b',
  }),
);
// What nearly all tags are; looked for first, as a match with groups costs several times as much.
const bareTag = /<\/?[a-z][a-z0-9]*>/y;
// A tag as our sanitiser writes it; anything else that starts with `<` is text.
const tagPattern = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"]*")?)*)\s*\/?>/y;
const attributePattern = /([a-zA-Z][a-zA-Z0-9-]*)="([^"]*)"/g;
const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeSlice(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return namedEntities[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}

function decode(text: string): string {
  const decoded = inSlices(text, decodeSlice);
  return cleanCharacters(decoded).replace(/\r\n?/g, '\n').replaceAll('\u00a0', ' ');
}

const none = new Map<string, string>();
const slash = 0x2f;

function attributesOf(source: string): ReadonlyMap<string, string> {
  if (source === '') return none;
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of source.matchAll(attributePattern)) {
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), decode(value));
  }
  return found;
}

type Tag = { isEnd: boolean; given: string; attributes: string; end: number };

// The tag that begins at a bracket; null when that is text.
function readTag(html: string, bracket: number): Tag | null {
  bareTag.lastIndex = bracket;
  if (bareTag.test(html)) {
    const end = bareTag.lastIndex;
    const isEnd = html.charCodeAt(bracket + 1) === slash;
    return { isEnd, given: html.slice(bracket + (isEnd ? 2 : 1), end - 1), attributes: '', end };
  }
  tagPattern.lastIndex = bracket;
  const tag = tagPattern.exec(html);
  if (tag === null) return null;
  const [, mark, given = '', attributes = ''] = tag;
  return { isEnd: mark === '/', given: given.toLowerCase(), attributes, end: tagPattern.lastIndex };
}

/** An image as HTML, or an empty string when its address is not one. Sizes only where they are plausible. */
export function imageHtml(image: { url: string; alt: string; width?: number | null; height?: number | null }): string {
  const url = strictUrl(image.url);
  if (url === null) return '';
  const size = (name: string, value: number | null | undefined) =>
    value && Number.isInteger(value) && value > 0 && value < 20_000 ? ` ${name}="${value}"` : '';
  return `<img src="${escapeHtml(url)}" alt="${escapeHtml(image.alt)}"${size('width', image.width)}${size('height', image.height)}>`;
}

/**
 * The same words, links and pictures in a small set of elements, always nested as HTML wants it, with absolute ASCII http(s)
 * URLs and no attributes but href, src, alt, width, height, colspan, rowspan. Without `images` pictures go, and figures with
 * their captions. Linear in `html`, whatever it holds; what is not markup as our sanitiser writes it is text.
 */
export function tidyHtml(html: string, options: { images: boolean }): string {
  const writer = createHtmlWriter();
  let skippedFigures = 0;
  let at = 0;
  while (at < html.length) {
    const bracket = html.indexOf('<', at);
    const textEnd = bracket < 0 ? html.length : bracket;
    if (textEnd > at && skippedFigures === 0) writer.text(decode(html.slice(at, textEnd)));
    if (bracket < 0) break;
    const tag = readTag(html, bracket);
    if (tag === null) {
      if (skippedFigures === 0) writer.text('<');
      at = bracket + 1;
      continue;
    }
    const { isEnd, given, attributes: written } = tag;
    at = tag.end;
    const name = renamed.get(given) ?? given;
    if (given === 'figure' && !options.images) skippedFigures = Math.max(0, skippedFigures + (isEnd ? -1 : 1));
    else if (skippedFigures > 0) continue;
    else if (isEnd) writer.end(name);
    else if (name === 'img') {
      if (!options.images) continue;
      const attributes = attributesOf(written);
      const image = {
        url: attributes.get('src') ?? '',
        alt: attributes.get('alt') ?? '',
        width: Number(attributes.get('width') ?? 0),
        height: Number(attributes.get('height') ?? 0),
      };
      writer.image(imageHtml(image));
    } else writer.start(name, attributesOf(written));
  }
  return writer.finish();
}
