// Character data of an XML or HTML source → text, lenient with what the wild calls an entity.
import { replaceCodePoint } from 'entities/decode';
import { decodeHTMLStrict } from 'entities';

/** Internal entities of a document's DTD, name → replacement text (already decoded). */
export type Entities = ReadonlyMap<string, string>;

/** Longest entity name worth looking up (HTML's longest has 31 letters). */
const MAX_NAME = 40;
/** Internal entities taken from one DTD, and their longest replacement: enough for names, useless as a bomb. */
const MAX_ENTITIES = 500;
const MAX_REPLACEMENT = 1_000;

const anything = /^/;

/**
 * Replaces character references and entities: XML's five, numeric ones (C1 numbers read as windows-1252, as browsers do),
 * HTML's names, the document's own. What is none of these stays as it stands, so a bare `&` is itself.
 * Linear; nothing is decoded twice.
 */
export function decodeEntities(source: string, entities?: Entities): string {
  let at = source.indexOf('&');
  if (at < 0) return source;
  let out = '';
  let run = '';
  let count = 0;
  let from = 0;
  while (at >= 0) {
    const read = referenceAt(source, at, entities);
    if (read === null) {
      at = source.indexOf('&', at + 1);
      continue;
    }
    run += source.slice(from, at) + read.value;
    // A string that grows by pieces keeps each piece as an object: two million references took 60 MB. A pattern joins what it looks at.
    if ((++count & 1023) === 0 && anything.test(run)) {
      out += run;
      run = '';
    }
    from = read.end;
    at = source.indexOf('&', from);
  }
  return from === 0 ? source : out + run + source.slice(from);
}

type Reference = { value: string; end: number };

/** The reference that starts with the `&` at `at`; null when it is just an ampersand. */
function referenceAt(source: string, at: number, entities: Entities | undefined): Reference | null {
  const next = source.charCodeAt(at + 1);
  if (next === 0x6c && source.startsWith('lt;', at + 1)) return { value: '<', end: at + 4 };
  if (next === 0x67 && source.startsWith('gt;', at + 1)) return { value: '>', end: at + 4 };
  if (next === 0x61 && source.startsWith('amp;', at + 1)) return { value: '&', end: at + 5 };
  if (next === 0x71 && source.startsWith('quot;', at + 1)) return { value: '"', end: at + 6 };
  if (next === 0x23) return numeric(source, at + 2);
  if (!(next >= 0x41 && next <= 0x5a) && !(next >= 0x61 && next <= 0x7a) && next !== 0x5f) return null;
  // the name is walked, never searched for: a search for `;` from every `&` would be quadratic
  let stop = at + 2;
  while (stop - at < MAX_NAME && isNameCode(source.charCodeAt(stop))) stop++;
  if (source.charCodeAt(stop) !== 0x3b) return null;
  const name = source.slice(at + 1, stop);
  const reference = `&${name};`;
  const value = entities?.get(name) ?? decodeHTMLStrict(reference);
  return value === reference ? null : { value, end: stop + 1 };
}

/** Letters, digits, `_`, `.`, `-`; NaN (past the end) is none of them. */
function isNameCode(c: number): boolean {
  return (
    (c >= 0x61 && c <= 0x7a) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x30 && c <= 0x39) ||
    c === 0x5f ||
    c === 0x2d ||
    c === 0x2e
  );
}

/** `&#8220;` from its first digit; a missing semicolon is forgiven. */
function numeric(source: string, start: number): Reference | null {
  let at = start;
  let code = 0;
  const isHex = (source.charCodeAt(at) | 0x20) === 0x78;
  if (isHex) at++;
  const first = at;
  for (; at < source.length && at - first < 12; at++) {
    const c = source.charCodeAt(at);
    const digit =
      c >= 0x30 && c <= 0x39 ? c - 0x30 : isHex && (c | 0x20) >= 0x61 && (c | 0x20) <= 0x66 ? (c | 0x20) - 0x57 : -1;
    if (digit < 0) break;
    code = code * (isHex ? 16 : 10) + digit;
  }
  if (at === first) return null;
  return { value: String.fromCodePoint(replaceCodePoint(code)), end: source.charCodeAt(at) === 0x3b ? at + 1 : at };
}

/** Reads `<!ENTITY name "text">` out of a DOCTYPE; external and parameter entities are ignored. */
export function internalEntities(declaration: string): Map<string, string> {
  const found = new Map<string, string>();
  const pattern = /<!ENTITY\s{1,20}([A-Za-z_][\w.-]{0,39})\s{1,20}(?:"([^"]{0,1000})"|'([^']{0,1000})')/g;
  for (const match of declaration.matchAll(pattern)) {
    const name = match[1];
    const text = match[2] ?? match[3] ?? '';
    if (name === undefined || found.size >= MAX_ENTITIES) continue;
    if (text.length <= MAX_REPLACEMENT && !found.has(name)) found.set(name, decodeEntities(text));
  }
  return found;
}
