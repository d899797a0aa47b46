// Text constructs of RSS and Atom (literal, escaped HTML, inline XHTML, base64, CDATA) → plain text or HTML.
import { replaceCodePoint } from 'entities/decode';
import { escapeHtml } from '../../text/markup.ts';
import { decodeEntities, type Entities } from './entities.ts';
import { titleText } from './plain-title.ts';
import { absoluteHtml } from './absolute-html.ts';
import { attribute, type Element } from './syndication-tree.ts';
import { tokenise } from './tokenise.ts';

/** What the characters of a construct are, once XML is undone. */
type Nature = 'text' | 'html' | 'inline' | 'xml';

/** Control characters no XML 1.0 document may hold and no reader shows; those of C1 are windows-1252 letters that lost their charset. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Text of an element: entities decoded, CDATA as it stands, tags and comments left out, trimmed; '' when empty. */
export function textValue(source: string, element: Element, entities: Entities): string {
  return characters(source, element, entities).trim();
}

/** Title-like construct → one line of plain text, or null when there is nothing to show. See docs/reading.md, "Text constructs". */
export function plainValue(source: string, element: Element, entities: Entities): string | null {
  const { nature, value } = construct(source, element, entities);
  const text = nature === 'text' ? value : titleText(value, nature === 'html' && !element.name.startsWith('atom:'));
  return oneLine(text);
}

/** What a line may not hold: any white space but single blanks, any control character. */
const UNEVEN = /[\u0000-\u001f\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\ufffe\uffff]| {2}/;

/** Collapses white space, drops control characters, composes; null when nothing is left. */
export function oneLine(text: string): string | null {
  const line = (UNEVEN.test(text) ? text.replace(CONTROLS, readControl).replace(/\s+/g, ' ') : text).trim();
  return line === '' ? null : line.normalize('NFC');
}

function readControl(control: string): string {
  const code = control.charCodeAt(0);
  return code >= 0x80 && code < 0xa0 ? String.fromCodePoint(replaceCodePoint(code)) : '';
}

/** Body-like construct → HTML with absolute addresses, or null when it is empty. */
export function htmlValue(
  source: string,
  element: Element,
  entities: Entities,
  base: string | undefined,
): string | null {
  const { nature, value } = construct(source, element, entities);
  const html = (nature === 'text' ? escapeHtml(value) : nature === 'html' ? absoluteHtml(value, base) : value).trim();
  return html === '' ? null : withoutTraps(html);
}

function withoutTraps(html: string): string {
  // `<>` is SGML's empty tag (HTML 4, B.3.7): markup that was never meant to be read
  const spoken = html.includes('<>') ? html.replaceAll('<>', '') : html;
  // HTML reads `<!` and anything but a comment after it as a comment up to the next `>`: it would swallow text
  return spoken.includes('<!') ? spoken.replace(/<!(?![-[a-z])/gi, '&lt;!') : spoken;
}

/** Undoes XML and base64 and says what came out. RSS has no types: its texts are escaped HTML, or inline markup if tags lie bare inside. */
function construct(source: string, element: Element, entities: Entities): { nature: Nature; value: string } {
  if (!element.name.startsWith('atom:')) {
    if (element.tags > 0) return { nature: 'inline', value: inlineHtml(source, element, 'html', entities) };
    return { nature: 'html', value: characters(source, element, entities) };
  }
  const type = (attribute(element, 'type') ?? '').toLowerCase();
  const mode = (attribute(element, 'mode') ?? '').toLowerCase();
  if (element.tags > 0)
    return {
      nature: 'inline',
      value: inlineHtml(
        source,
        element,
        type.endsWith('html') && type !== 'xhtml' && !type.includes('xhtml') ? 'both' : 'text',
        entities,
      ),
    };
  const value = characters(source, element, entities);
  if (mode === 'base64') return { nature: type.includes('html') ? 'html' : 'text', value: fromBase64(value) ?? value };
  if (type === 'xhtml' || type === 'application/xhtml+xml')
    return { nature: mode === 'escaped' ? 'html' : 'text', value };
  if (type === 'html' || type === 'text/html') return { nature: 'html', value };
  if (type === '' && looksLikeHtml(value)) return { nature: 'html', value };
  if (type === '' || type === 'text' || type.startsWith('text/') || type.endsWith('xml') || mode !== '')
    return { nature: 'text', value };
  const decoded = fromBase64(value);
  if (decoded === null) return { nature: 'text', value };
  return {
    nature: element.name === 'atom:title' || element.name === 'atom:subtitle' ? 'text' : 'html',
    value: decoded,
  };
}

/** Many feeds put HTML into CDATA and forget to say so: a pair of well-known tags is taken for what it is. */
function looksLikeHtml(value: string): boolean {
  return value.includes('</') || value.includes('/>')
    ? /<\/?(?:p|br|div|span|a|b|i|em|strong|img|ul|ol|li|h[1-6]|table|blockquote|figure|pre|code)(?:\s[^<>]*)?\/?>/i.test(
        value,
      )
    : false;
}

/** Characters of an element without its tags. */
function characters(source: string, element: Element, entities: Entities): string {
  if (element.tags === 0 && element.comments === 0) {
    if (element.cdatas === 0) return decodeEntities(source.slice(element.start, element.end), entities);
    if (
      element.cdatas === 1 &&
      isBlank(source, element.start, element.cdataStart - 9) &&
      isBlank(source, element.cdataEnd + 3, element.end)
    ) {
      return source.slice(element.cdataStart, element.cdataEnd);
    }
  }
  const inner = source.slice(element.start, element.end);
  let out = '';
  tokenise(inner, {
    ontext: (start, end) => void (out += decodeEntities(inner.slice(start, end), entities)),
    oncdata: (start, end, offset) => void (out += inner.slice(start, end - offset)),
  });
  return out;
}

function isBlank(source: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (source.charCodeAt(at) > 0x20) return false;
  return true;
}

/** Elements HTML never closes; all others written `<x/>` need an end tag to mean the same in HTML. */
const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'param',
  'source',
  'track',
  'wbr',
]);

/**
 * Inline markup → HTML: namespace prefixes and comments go, `<p/>` becomes `<p></p>`, addresses resolve against the nearest `xml:base`,
 * CDATA is literal text (Atom) or HTML of its own (RSS); `both`: escaped HTML was promised, so the text between bare tags is unescaped too. A single wrapping `div` of an Atom construct is not part of it.
 */
function inlineHtml(source: string, element: Element, escaped: 'text' | 'html' | 'both', entities: Entities): string {
  const inner = source.slice(element.start, element.end);
  const bases: (string | undefined)[] = [element.base];
  let out = '';
  let piece = '';
  let name = '';
  let hasBase = false;
  let attributeName = '';
  const local = (start: number, end: number): string => {
    const raw = inner.slice(start, end);
    return raw.slice(raw.indexOf(':') + 1);
  };
  const openTag = (isEmpty: boolean): void => {
    const base = bases.at(-1);
    out += base === undefined ? piece : absoluteHtml(piece, base);
    if (isEmpty && !VOID.has(name.toLowerCase())) out += `></${name}>`;
    else out += isEmpty ? ' />' : '>';
    if (isEmpty && hasBase) bases.pop();
  };
  tokenise(inner, {
    onopentagname(start, end) {
      name = local(start, end);
      piece = `<${name}`;
      hasBase = false;
    },
    onattribname(start, end) {
      attributeName = inner.slice(start, end);
    },
    onattribdata(start, end) {
      const value = inner.slice(start, end);
      if (attributeName === 'xml:base') {
        hasBase = true;
        bases.push(URL.parse(decodeEntities(value), bases.at(-1))?.href ?? bases.at(-1));
      } else if (!attributeName.startsWith('xmlns')) piece += ` ${attributeName}="${value.replaceAll('"', '&quot;')}"`;
      attributeName = '';
    },
    onattribend() {
      if (attributeName !== '' && !attributeName.startsWith('xml')) piece += ` ${attributeName}=""`;
      attributeName = '';
    },
    onopentagend: () => openTag(false),
    onselfclosingtag: () => openTag(true),
    onclosetag: (start, end) => void (out += `</${local(start, end)}>`),
    ontext(start, end) {
      const text = inner.slice(start, end);
      out +=
        escaped === 'both'
          ? absoluteHtml(decodeEntities(text, entities), bases.at(-1))
          : entities.size > 0
            ? ownEntities(text, entities)
            : text;
    },
    oncdata(start, end, offset) {
      const text = inner.slice(start, end - offset);
      out += escaped === 'text' ? escapeHtml(text) : absoluteHtml(text, bases.at(-1));
    },
  });
  return element.name.startsWith('atom:') ? withoutWrapper(out) : out;
}

/** Entities only this document knows, in text that stays markup. */
function ownEntities(text: string, entities: Entities): string {
  return text.replace(/&([A-Za-z_][\w.-]{0,39});/g, (whole, name: string) => {
    const own = entities.get(name);
    return own === undefined ? whole : escapeHtml(own);
  });
}

function withoutWrapper(html: string): string {
  const trimmed = html.trim();
  if (!trimmed.startsWith('<div') || !trimmed.endsWith('</div>')) return html;
  const end = trimmed.indexOf('>');
  const body = trimmed.slice(end + 1, -6);
  // `<div>a</div><div>b</div>` has no wrapper
  const firstClose = body.indexOf('</div');
  const firstOpen = body.indexOf('<div');
  return firstClose >= 0 && (firstOpen < 0 || firstClose < firstOpen) ? html : body;
}

/** Base64 → text, or null when it is not base64 of UTF-8 text. */
function fromBase64(text: string): string | null {
  const packed = text.replace(/\s+/g, '');
  if (packed === '' || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    return null;
  }
}
