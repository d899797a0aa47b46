// XML text → a tree, refusing whatever is not well-formed XML 1.0 (fifth edition) with namespaces. For proofs, not for foreign feeds.
import { DocumentError } from '../errors.ts';
import { inSlices } from '../text/slices.ts';

/** An element with its attributes as written (prefixes kept), its element children in order, and the text directly in it. */
export type XmlElement = {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  text: string;
};

const nameStart =
  ':A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD';
const namePattern = new RegExp(`[${nameStart}][-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040${nameStart}]*`, 'y');
const declaration = /^<\?xml version="1\.0"(?: encoding="[A-Za-z][A-Za-z0-9._-]*")?(?: standalone="(?:yes|no)")?\s*\?>/;
const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
// What XML 1.0 §2.2 forbids.
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const predefined: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const none: ReadonlyMap<string, string> = new Map();

function fail(what: string, at: number): never {
  throw new DocumentError('document.xml', `not well-formed XML: ${what} at character ${at}`);
}

function decodeReferences(text: string, at: number): string {
  return text.includes('&') ? inSlices(text, (slice, from) => decodeSlice(slice, at + from)) : text;
}

function decodeSlice(text: string, at: number): string {
  return text.replace(/&([^;&<\s]{0,12})(;?)/g, (_whole, body: string, end: string, offset: number) => {
    if (end === '') fail('a bare "&"', at + offset);
    const known = predefined[body];
    if (known !== undefined) return known;
    const code = /^#x[0-9a-fA-F]+$/.test(body)
      ? Number.parseInt(body.slice(2), 16)
      : /^#[0-9]+$/.test(body)
        ? Number(body.slice(1))
        : Number.NaN;
    const isLegal =
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      (code >= 0x10000 && code <= 0x10ffff);
    if (!isLegal) fail(`the reference &${body};`, at + offset);
    return String.fromCodePoint(code);
  });
}

/**
 * Parses a document we wrote. Throws DocumentError `document.xml` with the place of the first fault: illegal characters, unknown
 * entities, bad nesting, repeated attributes, undeclared prefixes, a second root, any DOCTYPE. Linear.
 */
export function parseStrictXml(xml: string): XmlElement {
  const bad = illegal.exec(xml);
  if (bad !== null) fail(`the character U+${bad[0].charCodeAt(0).toString(16).padStart(4, '0')}`, bad.index);
  if (!xml.isWellFormed()) fail('a lone surrogate', 0);
  const holder: XmlElement = { name: '', attributes: none, children: [], text: '' };
  const open: XmlElement[] = [holder];
  const scopes: Set<string>[] = [new Set(['xml'])];
  let at = declaration.exec(xml)?.[0].length ?? 0;

  const skipSpaces = () => {
    const from = at;
    while (isSpace(xml.charCodeAt(at))) at += 1;
    return at > from;
  };
  const readName = () => {
    namePattern.lastIndex = at;
    if (!namePattern.test(xml)) fail('something else where a name is due', at);
    const from = at;
    at = namePattern.lastIndex;
    return xml.slice(from, at);
  };
  const indexOf = (text: string, from: number) => {
    const found = xml.indexOf(text, from);
    if (found < 0) fail(`no "${text}" to the end`, from);
    return found;
  };
  const addText = (text: string, from: number) => {
    const top = open.at(-1);
    if (top === undefined || top === holder) {
      if (/[^ \t\r\n]/.test(text)) fail('text outside the root', from);
    } else top.text += text;
  };
  const checkPrefix = (name: string, from: number) => {
    const colon = name.indexOf(':');
    if (colon < 0) return;
    if (colon === 0 || colon === name.length - 1 || name.includes(':', colon + 1)) fail(`the name ${name}`, from);
    const prefix = name.slice(0, colon);
    if (prefix !== 'xmlns' && !scopes.at(-1)?.has(prefix)) fail(`the undeclared prefix of ${name}`, from);
  };

  const readStartTag = () => {
    const from = at;
    at += 1;
    const elementName = readName();
    let attributes: Map<string, string> | null = null;
    let scope = scopes.at(-1) ?? new Set<string>();
    for (;;) {
      const hasSpace = skipSpaces();
      if (xml[at] === '>' || xml[at] === '/') break;
      if (!hasSpace) fail('an attribute without space before it', at);
      const name = readName();
      skipSpaces();
      if (xml[at] !== '=') fail(`the attribute ${name} without a value`, at);
      at += 1;
      skipSpaces();
      const quote = xml[at];
      if (quote !== '"' && quote !== "'") fail(`the unquoted attribute ${name}`, at);
      const end = indexOf(quote, at + 1);
      const raw = xml.slice(at + 1, end);
      if (raw.includes('<')) fail(`"<" in the attribute ${name}`, at);
      attributes ??= new Map();
      if (attributes.has(name)) fail(`the second attribute ${name}`, at);
      attributes.set(name, decodeReferences(raw.replace(/[\t\r\n]/g, ' '), at + 1));
      if (name.startsWith('xmlns:')) scope = new Set([...scope, name.slice(6)]);
      at = end + 1;
    }
    scopes.push(scope);
    checkPrefix(elementName, from);
    if (attributes !== null) for (const name of attributes.keys()) checkPrefix(name, from);
    const element: XmlElement = { name: elementName, attributes: attributes ?? none, children: [], text: '' };
    open.at(-1)?.children.push(element);
    if (open.length === 1 && holder.children.length > 1) fail('a second root', from);
    if (xml[at] === '/') {
      at += 1;
      scopes.pop();
    } else open.push(element);
    if (xml[at] !== '>') fail('an unfinished tag', at);
    at += 1;
  };

  while (at < xml.length) {
    if (xml[at] !== '<') {
      const next = xml.indexOf('<', at);
      const end = next < 0 ? xml.length : next;
      const raw = xml.slice(at, end);
      if (raw.includes(']]>')) fail('"]]>" in text', at);
      addText(decodeReferences(raw, at), at);
      at = end;
    } else if (xml.startsWith('<![CDATA[', at)) {
      if (open.length === 1) fail('CDATA outside the root', at);
      const end = indexOf(']]>', at + 9);
      addText(xml.slice(at + 9, end), at);
      at = end + 3;
    } else if (xml.startsWith('<!--', at)) {
      const end = indexOf('--', at + 4);
      if (xml[end + 2] !== '>') fail('"--" in a comment', end);
      at = end + 3;
    } else if (xml.startsWith('</', at)) {
      const from = at;
      at += 2;
      const name = readName();
      skipSpaces();
      if (xml[at] !== '>') fail(`the end tag of ${name}`, from);
      at += 1;
      if (open.length === 1 || open.pop()?.name !== name) fail(`the end tag of ${name}`, from);
      scopes.pop();
    } else if (xml[at + 1] === '!' || xml[at + 1] === '?') fail('a declaration or processing instruction', at);
    else readStartTag();
  }
  if (open.length > 1) fail(`the end while ${open.at(-1)?.name ?? ''} is open`, at);
  const [root] = holder.children;
  if (root === undefined) fail('no root element', at);
  return root;
}
