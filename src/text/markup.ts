// Turns foreign HTML into safe HTML, into plain text and into excerpts: the one door to the HTML libraries of this room.
import sanitize from 'sanitize-html';
import { allowedTags, keptAttributes, lostTags, renamedTags, stripControls } from './markup-rules.ts';
import { plainLines } from './markup-plain.ts';
import { cleanSimply, escapeText } from './markup-simple.ts';
import { inSlices } from './slices.ts';
import { toNfc } from './vietnamese.ts';

const maxInput = 1_000_000;
const maxDepth = 256;
const maxTokens = 50_000;
const tooDeep = new Error('nested too deep');
const allowed = new Set(allowedTags);
const mark = 'x-lost';
const plainTags = [...allowedTags];
const markedTags = [...allowedTags, mark];
// The library asks by element; which attributes are worth keeping was decided in the transformation already.
const attributes = {
  '*': 'href src alt width height poster controls preload type colspan rowspan start title datetime'.split(' '),
};

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** `s` as HTML text or as the value of a quoted attribute: `& < > " '` escaped. */
export function escapeHtml(s: string): string {
  return inSlices(s, (slice) => slice.replace(/[&<>"']/g, (c) => escapes[c] ?? c));
}

// `allowedEmptyAttributes` is an option of the library that its types do not know.
const fixed: sanitize.IOptions & { allowedEmptyAttributes: string[] } = {
  nonTextTags: [...lostTags],
  allowedAttributes: attributes,
  allowedEmptyAttributes: ['alt', 'controls'],
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  selfClosing: ['img', 'br', 'hr', 'source'],
  textFilter: stripControls,
};

// `isSettled`: no element lost or changed its name, so the output would be parsed as it was written.
function pass(html: string, baseUrl: string | undefined, tags: string[]): { clean: string; isSettled: boolean } {
  let depth = 0;
  let isSettled = true;
  const clean = sanitize(html, {
    ...fixed,
    allowedTags: tags,
    onOpenTag: () => {
      if (++depth > maxDepth) throw tooDeep;
    },
    onCloseTag: () => {
      depth--;
    },
    transformTags: {
      '*': (name, given) => {
        const tagName = Object.hasOwn(renamedTags, name) ? (renamedTags[name] ?? name) : name;
        const attribs = allowed.has(tagName) ? keptAttributes(tagName, given, baseUrl) : null;
        if (attribs === null || tagName !== name) isSettled = false;
        if (attribs !== null) return { tagName, attribs };
        // An element that loses its tag by its attributes cannot be renamed to one that is not allowed: the library (2.18.1) would
        // end a later element of that depth by the new name. It is marked here and falls in the next pass.
        return { tagName: allowed.has(tagName) ? mark : tagName, attribs: {} };
      },
    },
  });
  return { clean, isSettled };
}

/**
 * The part of foreign `html` that may be shown anywhere: an allow-list of reading elements (docs: src/text/markup-rules.ts),
 * no style, class, id or script, links and pictures absolute http(s) (mailto in links) resolved against `baseUrl`, counting pixels
 * gone, every element closed. Text is kept, but that of scripts, styles, forms' options and foreign drawings. Linear; at most a
 * million characters are read; what is nested deeper than 256, or broken with more than 50,000 tags, comes back as paragraphs of
 * plain text. Idempotent, never throws.
 */
export function safeHtml(html: string, o: { baseUrl?: string }): string {
  const source = html.length > maxInput ? html.slice(0, maxInput) : html;
  return (
    cleanSimply(source, o.baseUrl) ?? (isTooMuch(source) ? paragraphs(source) : safeHtmlCarefully(source, o.baseUrl))
  );
}

// No article has so many tags and references; only an attack does, and each costs the careful way some microseconds.
function isTooMuch(html: string): boolean {
  let count = 0;
  for (const sign of '<&')
    for (let i = html.indexOf(sign); i >= 0 && count <= maxTokens; i = html.indexOf(sign, i + 1)) count++;
  return count > maxTokens;
}

function paragraphs(html: string): string {
  return plainText(stripControls(html))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `<p>${escapeText(line)}</p>`)
    .join('');
}

/** `safeHtml` without its short cut, for the test that proves the short cut right. Takes at most a million characters. */
export function safeHtmlCarefully(source: string, baseUrl: string | undefined): string {
  try {
    let { clean, isSettled } = pass(stripControls(source), baseUrl, markedTags);
    // Tags that were dropped stood between others (p in span in p); only without them the nesting can be judged.
    for (let again = 0; !isSettled && again < 3; again++) ({ clean, isSettled } = pass(clean, undefined, plainTags));
    return clean;
  } catch (error) {
    if (error !== tooDeep) throw error;
    return paragraphs(source);
  }
}

/**
 * What a reader of `html` sees, as NFC text: tags, comments, scripts and styles gone, all entities of HTML5 decoded once, runs of
 * white space one space, blocks on lines of their own, no empty lines. Text without markup passes with its white space collapsed.
 * `<` that opens no tag stays ("giá < 5"). Linear.
 */
export function plainText(html: string): string {
  return toNfc(plainLines(html.length > maxInput * 4 ? html.slice(0, maxInput * 4) : html));
}

/** `html` that was cut anywhere, without the tag it may end within. */
export function withoutCutTag(html: string): string {
  const open = html.lastIndexOf('<');
  return open > html.lastIndexOf('>') ? html.slice(0, open) : html;
}

const graphemes = new Intl.Segmenter('vi', { granularity: 'grapheme' });

// Index in `text` after at most `max` characters as a reader counts them; text.length when it has no more.
function indexAfter(text: string, max: number): number {
  if (text.length <= max) return text.length;
  // eslint-disable-next-line no-control-regex -- one unit is one character in these blocks
  if (!/[^\u0000-\u02ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e]/.test(text.slice(0, max + 1))) return max;
  let count = 0;
  let at = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, max * 16 + 64))) {
    if (count === max) return index;
    count++;
    at = index + segment.length;
  }
  return at;
}

/**
 * The beginning of plain `text` in at most `maxChars` characters as a reader counts them, the `…` included, cut at the end of a
 * word where one is near. A text that fits comes back whole and without `…`.
 */
export function excerpt(text: string, maxChars: number): string {
  const trimmed = text.trim();
  const max = Math.max(0, Math.floor(maxChars));
  if (max === 0) return '';
  if (indexAfter(trimmed, max) >= trimmed.length) return trimmed;
  const end = indexAfter(trimmed, max - 1);
  const head = trimmed.slice(0, end);
  const space = /\s/.test(trimmed.charAt(end)) ? end : Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  const cut = space > end * 0.5 ? head.slice(0, space) : head;
  return `${cut.replace(/[\s.,;:…!?–—(["“‘'-]{1,8}$/u, '')}…`;
}

/**
 * `excerpt` for bounds that were agreed upon: at most `maxChars` by every count, a reader's and UTF-16 units alike. Only a text of marks upon
 * marks is cut harder than `excerpt` would, in the middle of a letter if need be.
 */
export function strictExcerpt(text: string, maxChars: number): string {
  const cut = excerpt(text, maxChars);
  if (cut.length <= maxChars) return cut;
  const head = text.trim().slice(0, Math.max(0, Math.floor(maxChars) - 1));
  return `${head.replace(/[\ud800-\udbff]$/, '').trimEnd()}…`;
}
