// Turns simple foreign HTML into safe HTML in one pass; whatever is not plainly well formed is left to the careful way.
import { decodeAttribute, decodeText } from './entities.ts';
import { allowedTags, keptAttributes, renamedTags, stripControls, type Attributes } from './markup-rules.ts';
import { inSlices } from './slices.ts';

const kept = new Set(allowedTags);
const dropped = new Set(['span', 'font', 'big', 'wbr', 'nobr', 'label', 'bdi', 'var', 'dfn']);
const voids = new Set(['br', 'hr', 'img', 'source', 'wbr']);
// The attributes that any rule of markup-rules.ts looks at.
const read = new Set(
  'href src data-src data-original data-lazy-src style alt width height poster type colspan rowspan start title datetime'.split(
    ' ',
  ),
);

const p = ['p'];
const headings = ['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const terms = ['dd', 'dt'];
// Start tags that end an open element (https://html.spec.whatwg.org/#optional-tags, as the careful way's parser knows them).
const ends = new Map<string, ReadonlySet<string>>(
  Object.entries({
    tr: ['tr', 'th', 'td'],
    th: ['th'],
    td: ['thead', 'th', 'td'],
    a: ['a'],
    li: ['li'],
    p,
    h1: headings,
    h2: headings,
    h3: headings,
    h4: headings,
    h5: headings,
    h6: headings,
    dd: terms,
    dt: terms,
    address: p,
    article: p,
    aside: p,
    blockquote: p,
    details: p,
    div: p,
    dl: p,
    fieldset: p,
    figcaption: p,
    figure: p,
    footer: p,
    header: p,
    hr: p,
    main: p,
    nav: p,
    ol: p,
    pre: p,
    section: p,
    table: p,
    ul: p,
    tbody: ['thead', 'tbody'],
    tfoot: ['thead', 'tbody'],
  }).map(([name, list]) => [name, new Set(list)]),
);

const maxDepth = 100;
const rejected = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const tagStart = /<(\/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])/y;
const attribute = /\s+([a-zA-Z][\w:-]{0,60})(?:=(?:"([^"]*)"|'([^']*)'))?(?=[\s/>])/y;
const tagFinish = /\s*(\/?)>/y;
const special = /[&<>]/;

/** `s` as HTML text between tags: `& < >` escaped. */
export function escapeText(s: string): string {
  return inSlices(s, (slice) => slice.replace(/[&<>]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : '&gt;')));
}

function escapeValue(s: string): string {
  return /[&<>"]/.test(s) ? escapeText(s).replaceAll('"', '&quot;') : s;
}

function text(raw: string): string {
  if (!special.test(raw)) return raw;
  return escapeText(raw.includes('&') ? stripControls(decodeText(raw)) : raw);
}

type Open = { name: string /** name in the output, '' when the tag is dropped */; shown: string };

/**
 * The same as the careful way makes of `html`, or null when the markup is not of the simple kind: known elements, properly nested
 * and closed, quoted attributes, no raw text, no element that ends another by its mere beginning. The equality is a tested property.
 */
export function cleanSimply(html: string, baseUrl: string | undefined): string | null {
  if (rejected.test(html) || !html.isWellFormed()) return null;
  const stack: Open[] = [];
  let out = '';
  let at = 0;
  for (;;) {
    const next = nextTag(html, at);
    if (next < 0) break;
    if (next > at) out += text(html.slice(at, next));
    if (html.startsWith('<!--', next)) {
      const end = html.indexOf('-->', next + 4);
      // "<!-->" and "--!>" end a comment as well.
      if (end < 0 || /^-?>|--/.test(html.slice(next + 4, end))) return null;
      at = end + 3;
      continue;
    }
    tagStart.lastIndex = next;
    const start = tagStart.exec(html);
    if (start === null) return null;
    const name = (start[2] ?? '').toLowerCase();
    at = tagStart.lastIndex;
    if (start[1] === '/') {
      tagFinish.lastIndex = at;
      const finish = tagFinish.exec(html);
      const open = stack.pop();
      if (finish === null || finish[1] !== '' || open === undefined || open.name !== name) return null;
      at = tagFinish.lastIndex;
      if (open.shown !== '') out += `</${open.shown}>`;
      continue;
    }
    const renamed = renamedTags[name] ?? name;
    const isKept = kept.has(renamed);
    if (!isKept && !dropped.has(name)) return null;
    let given: Attributes | undefined;
    for (;;) {
      attribute.lastIndex = at;
      const found = attribute.exec(html);
      if (found === null) break;
      at = attribute.lastIndex;
      const attributeName = (found[1] ?? '').toLowerCase();
      if (!isKept || !read.has(attributeName)) continue;
      given ??= {};
      const value = found[2] ?? found[3] ?? '';
      given[attributeName] ??= decodeAttribute(value);
    }
    tagFinish.lastIndex = at;
    const finish = tagFinish.exec(html);
    const isVoid = voids.has(name);
    if (finish === null || (finish[1] === '/' && !isVoid)) return null;
    at = tagFinish.lastIndex;
    if (endsOther(stack, name, renamed)) return null;
    const attributes = isKept ? keptAttributes(renamed, given ?? {}, baseUrl) : null;
    if (attributes !== null) {
      out += `<${renamed}`;
      for (const key in attributes) out += ` ${key}="${escapeValue(attributes[key] ?? '')}"`;
      out += isVoid ? ' />' : '>';
    }
    if (isVoid) continue;
    if (stack.length >= maxDepth) return null;
    stack.push({ name, shown: attributes === null ? '' : renamed });
  }
  if (stack.length > 0) return null;
  return at < html.length ? out + text(html.slice(at)) : out;
}

// Index of the next `<` that begins a tag or a comment; others ("giá < 5") are text.
function nextTag(html: string, from: number): number {
  for (let i = html.indexOf('<', from); i >= 0; i = html.indexOf('<', i + 1)) {
    const c = html.charCodeAt(i + 1);
    if ((c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 47 || c === 33 || c === 63) return i;
  }
  return -1;
}

// Whether the start tag would close an open element, now or once the dropped tags are gone.
function endsOther(stack: Open[], name: string, renamed: string): boolean {
  const top = stack.at(-1);
  if (top === undefined) return false;
  if (ends.get(name)?.has(top.name) === true) return true;
  const shownEnds = ends.get(renamed);
  if (shownEnds === undefined) return false;
  const parent = top.shown !== '' ? top : stack.findLast((open) => open.shown !== '');
  return parent !== undefined && shownEnds.has(parent.shown);
}
