// Turns HTML into lines of text in one pass over its characters.
import { decodeText } from './entities.ts';

const blocks = new Set(
  (
    'p div br hr blockquote ul ol li dl dt dd h1 h2 h3 h4 h5 h6 figure figcaption table caption thead tbody tfoot tr pre section article ' +
    'aside header footer main nav address fieldset form details summary center title option noscript video audio iframe body html head'
  ).split(' '),
);
const cells = new Set(['td', 'th']);
// Elements whose content is no text for a reader, up to their end tag.
const raw = new Set(['script', 'style', 'textarea', 'xmp', 'template', 'noembed', 'noframes', 'svg']);

/** State of the search for the ends of tags: what was found missing once is not searched for again, so the whole stays linear. */
type Ends = { noGt: boolean; isLoose: boolean };

// Index after the `>` that ends the tag at `i` (which is `<`), or -1 when none does.
function tagEnd(s: string, i: number, ends: Ends): number {
  if (ends.noGt) return -1;
  if (!ends.isLoose) {
    let at = i + 1;
    while (at < s.length) {
      const c = s.charCodeAt(at);
      if (c === 62) return at + 1;
      // A quote opens a value only after "="; elsewhere ("5' cao") it is a character like others.
      if ((c === 34 || c === 39) && isAfterEquals(s, at)) {
        const close = s.indexOf(c === 34 ? '"' : "'", at + 1);
        if (close < 0) break;
        at = close + 1;
      } else at++;
    }
    ends.isLoose = true;
  }
  const gt = s.indexOf('>', i);
  if (gt < 0) ends.noGt = true;
  return gt + 1 || -1;
}

function isAfterEquals(s: string, at: number): boolean {
  let before = at - 1;
  while (before > 0 && at - before < 8 && s.charCodeAt(before) <= 32) before--;
  return s.charCodeAt(before) === 61;
}

const nameAt = /[a-zA-Z][a-zA-Z0-9:-]{0,30}/y;

function tagName(s: string, at: number): string {
  nameAt.lastIndex = at;
  return nameAt.exec(s)?.[0].toLowerCase() ?? '';
}

// Index of the end tag of a raw element that starts after `from`, s.length when it never ends.
function rawEnd(s: string, name: string, from: number, missing: Set<string>): number {
  if (missing.has(name)) return s.length;
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  const found = end.exec(s);
  if (found !== null) return found.index;
  missing.add(name);
  return s.length;
}

const invisible = /[\u200b\u00ad\ufeff\u0000-\u0008\u000e-\u001f]/;

// Anything that collapsing would change; most texts have none of it, and one look is a third of the price of three.
const untidy = /[\u200b\u00ad\ufeff\u0000-\u0008\u000e-\u001f]|[^\S\n ]| [ \n]|\n[ \n]/;

function collapse(s: string): string {
  if (!untidy.test(s)) return s.trim();
  // U+200B, U+00AD and U+FEFF are not seen and break the search for words.
  const seen = invisible.test(s) ? s.replace(/[\u200b\u00ad\ufeff\u0000-\u0008\u000e-\u001f]/g, '') : s;
  return seen
    .replace(/ [^\S\n]+|[^\S\n ][^\S\n]*/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}

/**
 * The visible text of `html`: entities decoded once, each run of white space one space, a line break at the borders of blocks, no
 * empty lines. Linear in its length.
 */
export function plainLines(html: string): string {
  const firstTag = html.indexOf('<');
  if (firstTag < 0) return collapse(inline(html));
  const ends: Ends = { noGt: false, isLoose: false };
  const missing = new Set<string>();
  let out = '';
  let from = 0;
  let i = firstTag;
  const take = (to: number) => {
    if (to > from) out += inline(html.slice(from, to));
  };
  while (i >= 0 && i < html.length) {
    const c = html.charCodeAt(i + 1);
    const isClose = c === 47;
    if (c === 33 || c === 63) {
      take(i);
      from = declarationEnd(html, i, ends);
    } else {
      const name = tagName(html, i + (isClose ? 2 : 1));
      const end = name === '' ? -1 : tagEnd(html, i, ends);
      if (end < 0) {
        i = html.indexOf('<', i + 1);
        continue;
      }
      take(i);
      if (blocks.has(name)) out += out.endsWith('\n') ? '' : '\n';
      else if (cells.has(name)) out += ' ';
      from = end;
      if (!isClose && raw.has(name)) from = rawEnd(html, name, end, missing);
    }
    i = html.indexOf('<', from);
  }
  take(html.length);
  return collapse(out);
}

// Index after a comment, CDATA mark, doctype or processing instruction at `i`.
function declarationEnd(s: string, i: number, ends: Ends): number {
  if (s.startsWith('<![CDATA[', i)) return i + 9;
  if (s.startsWith('<!--', i)) {
    if (s.startsWith('>', i + 4)) return i + 5;
    if (s.startsWith('->', i + 4)) return i + 6;
    const end = s.indexOf('-->', i + 4);
    return end < 0 ? s.length : end + 3;
  }
  if (ends.noGt) return s.length;
  const end = s.indexOf('>', i);
  return end < 0 ? s.length : end + 1;
}

const breaks = /[\r\n\u2028\u2029]/;

// Text between tags: line breaks of the source are white space like any other.
function inline(s: string): string {
  const text = decodeText(s);
  return breaks.test(text) ? text.replace(/[\r\n\u2028\u2029]+/g, ' ') : text;
}
