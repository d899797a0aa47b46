// Names, attributes and text → XML that is well-formed by construction. Texts must be clean already: see `clean.ts`.

import { inSlices } from '../text/slices.ts';

const references: Record<string, string> = {
  '&': '&#x26;',
  '<': '&#x3C;',
  '>': '&#x3E;',
  '"': '&#x22;',
  "'": '&#x27;',
};

/**
 * Escapes text or an attribute's value. Hexadecimal references, as the RSS profile asks for in titles: readers that decode HTML
 * by hand do not take them for markup (rssboard.org/rss-profile#data-types-characterdata).
 */
export function escapeXml(text: string): string {
  return inSlices(text, (slice) => slice.replace(/[&<>"']/g, (character) => references[character] ?? character));
}

/** Attributes of an element; null and undefined are left out. */
export type Attributes = Record<string, string | number | null | undefined>;

const none: Attributes = {};

function startTag(name: string, attributes: Attributes): string {
  let tag = `<${name}`;
  if (attributes === none) return tag;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) tag += ` ${key}="${escapeXml(String(value))}"`;
  }
  return tag;
}

/** An element that holds text. */
export function textElement(name: string, text: string, attributes: Attributes = none): string {
  return `${startTag(name, attributes)}>${escapeXml(text)}</${name}>`;
}

/** An element that holds HTML, as one CDATA section; a `]]>` inside is parted. */
export function htmlElement(name: string, html: string, attributes: Attributes = none): string {
  return `${startTag(name, attributes)}><![CDATA[${html.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`;
}

/** An element without content. */
export function emptyElement(name: string, attributes: Attributes): string {
  return `${startTag(name, attributes)}/>`;
}

/** An element around others, each on a line of its own; parts that are empty strings are left out. */
export function parentElement(name: string, parts: readonly string[], attributes: Attributes = none): string {
  // Added up, not joined: a join writes every character anew on each level of elements, a sum is written once, when it is read.
  let element = `${startTag(name, attributes)}>\n`;
  for (const part of parts) if (part !== '') element += `${part}\n`;
  return `${element}</${name}>`;
}

/** A whole document. */
export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}
