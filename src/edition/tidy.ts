// Safe HTML → the plain, correctly nested subset that feed readers and validators accept without a complaint.
import { escapeHtml } from '../text/markup.ts';
import { cleanCharacters, strictUrl } from './clean.ts';

// What an element becomes; those not named are dropped and their contents kept.
const renamed = new Map<string, string>(
  Object.entries({
    h1: 'h2', figure: 'div', section: 'div', article: 'div', aside: 'div', main: 'div', header: 'div', footer: 'div', address: 'div',
    center: 'div', details: 'div', dl: 'div', dt: 'p', dd: 'p', figcaption: 'p', summary: 'p', tfoot: 'tbody', strike: 's', del: 's',
    ins: 'u', tt: 'code', kbd: 'code', samp: 'code', var: 'i', dfn: 'i', big: 'b',
  }),
);
const phrasing = new Set(['a', 'strong', 'b', 'em', 'i', 'u', 's', 'sub', 'sup', 'small', 'code', 'mark', 'q', 'cite']);
// Blocks that hold text only: the start of any other block ends them.
const textBlocks = new Set(['p', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre']);
const blocks = new Set([...textBlocks, 'div', 'blockquote', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'td', 'th', 'hr']);
const tableParts = new Set(['thead', 'tbody', 'tr', 'td', 'th']);
const cells = new Set(['td', 'th']);

const maxDepth = 40;
// A tag as our sanitiser writes it; anything else that starts with `<` is text.
const tagPattern = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"]*")?)*)\s*\/?>/y;
const attributePattern = /([a-zA-Z][a-zA-Z0-9-]*)="([^"]*)"/g;
const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decode(text: string): string {
  const decoded = text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return namedEntities[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
  return cleanCharacters(decoded).replace(/\r\n?/g, '\n').replaceAll('\u00a0', ' ');
}

function attributesOf(source: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of source.matchAll(attributePattern)) {
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), decode(value));
  }
  return found;
}

function spanOf(attributes: Map<string, string>, name: string): string {
  const value = attributes.get(name) ?? '';
  return /^[1-9]\d?$/.test(value) ? ` ${name}="${value}"` : '';
}

/** An image as HTML, or an empty string when its address is not one. Sizes only where they are plausible. */
export function imageHtml(image: { url: string; alt: string; width?: number | null; height?: number | null }): string {
  const url = strictUrl(image.url);
  if (url === null) return '';
  const size = (name: string, value: number | null | undefined) =>
    value && Number.isInteger(value) && value > 0 && value < 20_000 ? ` ${name}="${value}"` : '';
  return `<img src="${escapeHtml(url)}" alt="${escapeHtml(image.alt)}"${size('width', image.width)}${size('height', image.height)}>`;
}

function isEmptyText(text: string): boolean {
  return !/\S/.test(text);
}

/** Writes elements so that what is open is always what HTML says is open. */
function createWriter() {
  let html = '';
  const open: string[] = [];

  const pop = () => {
    html += `</${open.pop() ?? ''}>`;
  };
  const popTo = (depth: number) => {
    while (open.length > depth) pop();
  };
  const push = (name: string, attributes = '') => {
    html += `<${name}${attributes}>`;
    open.push(name);
  };
  const inTable = () => {
    const top = open.at(-1);
    return top === 'table' || top === 'thead' || top === 'tbody' || top === 'tr';
  };
  const enterCell = () => {
    if (!inTable()) return;
    if (open.at(-1) !== 'tr') push('tr');
    push('td');
  };
  const endText = () => {
    while (open.length > 0 && (phrasing.has(open.at(-1) ?? '') || textBlocks.has(open.at(-1) ?? ''))) pop();
  };
  // Depth of the innermost of `names`, not looking out of the innermost cell unless table parts are asked for.
  const find = (names: ReadonlySet<string>, isTablePart: boolean) => {
    for (let i = open.length - 1; i >= 0; i--) {
      const name = open[i] ?? '';
      if (names.has(name)) return i;
      if (isTablePart ? name === 'table' : cells.has(name)) return -1;
    }
    return -1;
  };

  const startTablePart = (name: string, attributes: string) => {
    const depth = open.lastIndexOf('table');
    if (depth < 0) return startBlock('div', '');
    if (name === 'thead' || name === 'tbody') popTo(depth + 1);
    else if (name === 'tr') {
      const group = find(new Set(['thead', 'tbody']), true);
      popTo((group < 0 ? depth : group) + 1);
    } else {
      const row = find(new Set(['tr']), true);
      if (row >= 0) popTo(row + 1);
      else {
        const group = find(new Set(['thead', 'tbody']), true);
        popTo((group < 0 ? depth : group) + 1);
        push('tr');
      }
    }
    push(name, attributes);
  };
  const startBlock = (name: string, attributes: string) => {
    endText();
    enterCell();
    if (name === 'li') {
      const list = find(new Set(['ul', 'ol']), false);
      if (list < 0) return push('p');
      popTo(list + 1);
    }
    push(name, attributes);
  };

  return {
    text(text: string) {
      if (inTable()) {
        if (isEmptyText(text)) return;
        enterCell();
      }
      html += escapeHtml(text);
    },
    image(image: string) {
      enterCell();
      html += image;
    },
    start(name: string, attributes: Map<string, string>) {
      if (name === 'br') {
        enterCell();
        html += '<br>';
      } else if (name === 'hr') {
        endText();
        enterCell();
        html += '<hr>';
      } else if (open.length >= maxDepth) return;
      else if (tableParts.has(name)) startTablePart(name, cells.has(name) ? spanOf(attributes, 'colspan') + spanOf(attributes, 'rowspan') : '');
      else if (blocks.has(name)) startBlock(name, '');
      else if (phrasing.has(name) && !open.includes(name)) {
        const url = name === 'a' ? strictUrl(attributes.get('href')) : null;
        if (name === 'a' && url === null) return;
        enterCell();
        push(name, url === null ? '' : ` href="${escapeHtml(url)}"`);
      }
    },
    end(name: string) {
      const depth = find(new Set([name]), tableParts.has(name) || name === 'table');
      if (depth >= 0) popTo(depth);
    },
    finish() {
      popTo(0);
      return html;
    },
  };
}

/**
 * The same words, links and pictures in a small set of elements, always nested as HTML wants it, with absolute ASCII http(s)
 * URLs and no attributes but href, src, alt, width, height, colspan, rowspan. Without `images` pictures go, and figures with
 * their captions. Linear in `html`, whatever it holds; what is not markup as our sanitiser writes it is text.
 */
export function tidyHtml(html: string, options: { images: boolean }): string {
  const writer = createWriter();
  let skippedFigures = 0;
  let at = 0;
  while (at < html.length) {
    const bracket = html.indexOf('<', at);
    const textEnd = bracket < 0 ? html.length : bracket;
    if (textEnd > at && skippedFigures === 0) writer.text(decode(html.slice(at, textEnd)));
    if (bracket < 0) break;
    tagPattern.lastIndex = bracket;
    const tag = tagPattern.exec(html);
    if (tag === null) {
      if (skippedFigures === 0) writer.text('<');
      at = bracket + 1;
      continue;
    }
    at = tagPattern.lastIndex;
    const isEnd = tag[1] === '/';
    const given = (tag[2] ?? '').toLowerCase();
    const name = renamed.get(given) ?? given;
    if (given === 'figure' && !options.images) skippedFigures = Math.max(0, skippedFigures + (isEnd ? -1 : 1));
    else if (skippedFigures > 0) continue;
    else if (isEnd) writer.end(name);
    else if (name === 'img') {
      if (!options.images) continue;
      const attributes = attributesOf(tag[3] ?? '');
      const image = {
        url: attributes.get('src') ?? '',
        alt: attributes.get('alt') ?? '',
        width: Number(attributes.get('width') ?? 0),
        height: Number(attributes.get('height') ?? 0),
      };
      writer.image(imageHtml(image));
    } else writer.start(name, attributesOf(tag[3] ?? ''));
  }
  return writer.finish();
}
