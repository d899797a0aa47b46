// Authors as feeds write them (Atom persons, `mail (Name)`, `Name <mail>`, bare names) → name, e-mail, address.
import type { ParsedAuthor } from '../parsed.ts';
import { titleText } from './plain-title.ts';
import type { Entities } from './entities.ts';
import { oneLine, textValue } from './syndication-text.ts';
import { attribute, type Element } from './syndication-tree.ts';
import { absoluteUrl } from './address.ts';

const EMAIL = /^[^\s@<>()[\],;:"]{1,128}@[^\s@<>()[\],;:"]{1,255}$/;
/** Longest text read as one author. */
const MAX_AUTHOR = 1_000;

/** Splits one line into name and e-mail. Null when nothing is left; the text itself is the name when no form fits. */
export function readAuthor(text: string): ParsedAuthor | null {
  const line = oneLine(text.slice(0, MAX_AUTHOR));
  if (line === null) return null;
  const open = line.search(/[(<]/);
  if (open < 0) {
    const address = line.replace(/^mailto:/i, '');
    return EMAIL.test(address)
      ? { name: null, email: address, url: null }
      : line.includes('@')
        ? withTrailingEmail(line)
        : { name: unquoted(line), email: null, url: null };
  }
  const closer = line[open] === '(' ? ')' : '>';
  const close = line.indexOf(closer, open);
  const outside = (line.slice(0, open) + (close < 0 ? '' : line.slice(close + 1))).trim();
  const inside = line
    .slice(open + 1, close < 0 ? undefined : close)
    .trim()
    .replace(/^mailto:/i, '');
  if (EMAIL.test(inside)) return { name: unquoted(outside), email: inside, url: null };
  if (EMAIL.test(outside)) return { name: unquoted(inside), email: outside, url: null };
  return { name: unquoted(line), email: null, url: null };
}

/** `Jane Roe jane@example.org` and `jane@example.org Jane Roe`. */
function withTrailingEmail(line: string): ParsedAuthor {
  const words = line.split(' ');
  const at = words.findIndex((word) => word.includes('@') && EMAIL.test(word));
  if (at !== 0 && at !== words.length - 1) return { name: unquoted(line), email: null, url: null };
  const email = words[at] ?? null;
  words.splice(at, 1);
  return { name: unquoted(words.join(' ').replace(/[\s,;:-]+$/, '')), email, url: null };
}

function unquoted(name: string): string | null {
  return (name.startsWith('"') && name.endsWith('"') && name.length > 1 ? name.slice(1, -1) : name).trim() || null;
}

/** An `author`, `contributor`, `dc:creator` or `itunes:owner` element, with children or as one line. */
export function authorOf(source: string, element: Element, entities: Entities): ParsedAuthor | null {
  let name: string | null = null;
  let email: string | null = null;
  let url: string | null = null;
  for (const child of element.children) {
    switch (child.name) {
      case 'name':
      case 'atom:name':
      case 'itunes:name':
        name ??= oneLine(titleText(textValue(source, child, entities), true));
        break;
      case 'email':
      case 'atom:email':
      case 'itunes:email':
        email ??= textValue(source, child, entities).replace(/^mailto:/i, '') || null;
        break;
      case 'uri':
      case 'url':
      case 'homepage':
      case 'atom:uri':
      case 'atom:url':
      case 'atom:homepage':
        url ??= absoluteUrl(textValue(source, child, entities), child.linkBase);
        break;
      default:
        break;
    }
  }
  if (name !== null || email !== null || url !== null) {
    if (name !== null && email === null) {
      const read = readAuthor(name);
      if (read?.email) return { name: read.name, email: read.email, url };
    }
    return { name, email, url };
  }
  if (element.children.some((child) => child.name.startsWith('atom:') || child.name.startsWith('itunes:'))) return null;
  const value = textValue(source, element, entities) || attribute(element, 'rdf:resource') || '';
  return readAuthor(titleText(value, true));
}
