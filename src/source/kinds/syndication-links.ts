// Links of RSS, RDF and Atom elements → addresses by role.
import { absoluteUrl } from './address.ts';
import type { ReadContext } from './read-context.ts';
import { textValue } from './syndication-text.ts';
import { attribute, type Element } from './syndication-tree.ts';

/** One `link`, its `rel` in lower case (`alternate` when it says none). */
export type Link = { rel: string; type: string; url: string; element: Element };

/** Reads an Atom-style link (`href`) or an RSS one (text); null without a usable address. */
export function linkOf(context: ReadContext, element: Element): Link | null {
  const href = attribute(element, 'href') ?? attribute(element, 'rdf:resource');
  const url = absoluteUrl(href ?? textValue(context.source, element, context.entities), element.linkBase);
  if (url === null) return null;
  const rel = (attribute(element, 'rel') || 'alternate')
    .toLowerCase()
    .replace(/^https?:\/\/www\.iana\.org\/assignments\/relation\//, '');
  return { rel, type: (attribute(element, 'type') ?? '').toLowerCase(), url, element };
}

/** The page an entry or feed is about: the first alternate that is HTML or says nothing, else the first alternate. */
export function alternateOf(links: readonly Link[]): string | null {
  let second: string | null = null;
  for (const link of links) {
    if (link.rel !== 'alternate') continue;
    if (link.type === '' || link.type.includes('html')) return link.url;
    second ??= link.url;
  }
  return second;
}

/** First address with this role. */
export function linkTo(links: readonly Link[], rel: string): string | null {
  return links.find((link) => link.rel === rel)?.url ?? null;
}
