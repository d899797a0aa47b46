// One `item` or `entry` element → ParsedItem: which element gives which field, and which wins.
import type { Media } from '../../domain.ts';
import type { ParsedAuthor, ParsedItem } from '../parsed.ts';
import { absoluteUrl } from './address.ts';
import { decodeEntities } from './entities.ts';
import { itemHash } from './item-hash.ts';
import { dateOf, warn, type ReadContext } from './read-context.ts';
import { authorOf } from './syndication-authors.ts';
import { alternateOf, linkOf, type Link } from './syndication-links.ts';
import { enclosureOf, mediaOf } from './syndication-media.ts';
import { htmlValue, oneLine, plainValue, textValue } from './syndication-text.ts';
import { attribute, type Element } from './syndication-tree.ts';

/** Elements that may fill one field, best first. */
type Slot = (Element | undefined)[];

/** Keeps the first element of each rank; an empty one gives way to a later one. */
function put(slot: Slot, rank: number, element: Element): void {
  const held = slot[rank];
  if (held === undefined || (held.start === held.end && held.attributes.length === 0)) slot[rank] = element;
}

/** Of several dates of one kind the last one counts. */
function putLast(slot: Slot, rank: number, element: Element): void {
  if (slot[rank] === undefined || element.start !== element.end) slot[rank] = element;
}

function first<T>(slot: Slot, read: (element: Element) => T | null): T | null {
  for (const element of slot) {
    if (element === undefined) continue;
    const value = read(element);
    if (value !== null) return value;
  }
  return null;
}

/** Categories and authors kept per article. */
const MAX_LABELS = 100;

/** Reads an article; what is wrong with one of its fields becomes a warning with its `index`. `slice` is its hash where one was taken. */
export function readItem(context: ReadContext, item: Element, index: number, slice: string | null): ParsedItem {
  const { source, entities } = context;
  const titles: Slot = [];
  const summaries: Slot = [];
  const contents: Slot = [];
  const published: Slot = [];
  const updated: Slot = [];
  const ids: Slot = [];
  const images: Slot = [];
  const links: Link[] = [];
  const people: Element[] = [];
  const spoken: Element[] = [];
  const labels: Element[] = [];
  const enclosures: Media[] = [];
  let permalink: string | null = null;
  let original: string | null = null;
  let comments: string | null = null;
  let origin: Element | null = null;
  let point: Element | null = null;
  let hasMedia = false;

  for (const child of item.children) {
    switch (child.name) {
      case 'title':
        put(titles, 0, child);
        break;
      case 'atom:title':
        put(titles, 1, child);
        break;
      case 'dc:title':
        put(titles, 2, child);
        break;
      case 'itunes:title':
        put(titles, 4, child);
        break;

      case 'description':
      case 'summary':
        // a second one of the pair is the longer text, whichever it is called
        if (summaries[0] !== undefined && summaries[0].name !== child.name) put(contents, 2, child);
        else put(summaries, 0, child);
        break;
      case 'atom:summary':
        put(summaries, 1, child);
        break;
      case 'dc:description':
        put(summaries, 2, child);
        break;
      case 'dcterms:abstract':
        put(summaries, 3, child);
        break;
      case 'itunes:summary':
        put(summaries, 4, child);
        break;
      case 'googleplay:description':
        put(summaries, 5, child);
        break;
      case 'itunes:subtitle':
        put(summaries, 6, child);
        break;
      case 'content:encoded':
        put(contents, 0, child);
        break;
      case 'atom:content':
        put(contents, 1, child);
        break;
      case 'body':
      case 'fullitem':
      case 'xhtml:body':
      case 'xhtml:div':
      case 'content':
        put(contents, 3, child);
        break;

      case 'link':
      case 'atom:link': {
        const link = linkOf(context, child);
        if (link === null) break;
        if (link.rel === 'enclosure') pushMedia(enclosures, enclosureOf(source, child, entities));
        // of several plain RSS links the last one counts, as most readers have it
        else if (child.name === 'link') links.unshift(link);
        else links.push(link);
        break;
      }
      case 'guid':
        put(ids, 0, child);
        if (/^(?:true|)$/i.test(attribute(child, 'ispermalink') ?? ''))
          permalink ??= textValue(source, child, entities);
        break;
      case 'atom:id':
        put(ids, 1, child);
        break;
      case 'dc:identifier':
        put(ids, 3, child);
        break;
      case 'feedburner:origlink':
        original ??= absoluteUrl(textValue(source, child, entities), child.linkBase);
        break;
      case 'comments':
        comments ??= absoluteUrl(textValue(source, child, entities), child.linkBase);
        break;

      case 'pubdate':
        putLast(published, 0, child);
        break;
      case 'atom:published':
        putLast(published, 1, child);
        break;
      case 'atom:issued':
        putLast(published, 2, child);
        break;
      case 'dcterms:issued':
        putLast(published, 3, child);
        break;
      case 'dc:date':
        putLast(published, 4, child);
        break;
      case 'dcterms:created':
      case 'atom:created':
        putLast(published, 5, child);
        break;
      case 'dcterms:available':
      case 'dcterms:date':
      case 'prism:publicationdate':
        putLast(published, 6, child);
        break;
      case 'atom:updated':
        putLast(updated, 0, child);
        break;
      case 'atom:modified':
        putLast(updated, 1, child);
        break;
      case 'dcterms:modified':
        putLast(updated, 2, child);
        break;
      case 'lastbuilddate':
      case 'updated':
      case 'lastupdated':
        putLast(updated, 3, child);
        break;

      case 'author':
      case 'dc:creator':
      case 'dc:author':
      case 'atom:author':
        people.push(child);
        break;
      case 'atom:contributor':
      case 'contributor':
      case 'dc:contributor':
        break;
      case 'managingeditor':
      case 'itunes:author':
      case 'googleplay:author':
        spoken.push(child);
        break;

      case 'category':
      case 'atom:category':
      case 'dc:subject':
      case 'itunes:category':
      case 'tag':
        if (labels.length < MAX_LABELS) labels.push(child);
        break;

      case 'enclosure':
        pushMedia(enclosures, enclosureOf(source, child, entities));
        break;
      case 'image':
      case 'itunes:image':
      case 'googleplay:image':
        images.push(child);
        break;
      case 'source':
      case 'atom:source':
        origin ??= child;
        break;
      case 'georss:point':
      case 'georss:where':
      case 'geo:lat':
      case 'geo:point':
        point ??= child;
        break;
      default:
        if (child.name.startsWith('media:')) hasMedia = true;
    }
  }

  const media = hasMedia ? mediaOf(source, item, entities) : null;
  if (media?.title) put(titles, 3, media.title);
  if (media?.description) put(summaries, 7, media.description);
  const about = attribute(item, 'rdf:about');
  const alternate = alternateOf(links) ?? original;
  const id = first(ids, (element) => idOf(context, element)) ?? (about || null);
  const url =
    alternate ??
    (permalink === null ? null : absoluteUrl(permalink, item.linkBase)) ??
    (about ? absoluteUrl(about, item.linkBase) : null) ??
    (ids[1] && id ? httpOnly(id) : null);
  const textBase = item.base;
  const authors = uniqueAuthors(context, people.length > 0 ? people : spoken);
  if (authors.length === 0 && people.length > 0) authors.push(...uniqueAuthors(context, spoken));
  if (authors.length === 0 && media)
    authors.push(
      ...uniqueAuthors(
        context,
        media.credits.filter((c) => (attribute(c, 'role') ?? '') === 'author'),
      ),
    );

  const read: Omit<ParsedItem, 'hash'> = {
    id,
    url,
    title: first(titles, (element) => plainValue(source, element, entities)),
    summaryHtml: first(summaries, (element) => htmlValue(source, element, entities, element.base ?? textBase)),
    contentHtml: first(contents, (element) =>
      attribute(element, 'src') ? null : htmlValue(source, element, entities, element.base ?? textBase),
    ),
    publishedAt: first(published, (element) => dateOf(context, textValue(source, element, entities), index)),
    updatedAt: first(updated, (element) => dateOf(context, textValue(source, element, entities), index)),
    authors,
    categories:
      labels.length === 0 && !media ? [] : categoriesOf(context, media ? [...labels, ...media.categories] : labels),
    enclosures,
    media: media?.media ?? [],
    imageUrl: imageOf(context, images) ?? null,
    commentsUrl: comments ?? links.find((link) => link.rel === 'replies' && link.type.includes('html'))?.url ?? null,
    originName: null,
    originUrl: null,
    point: point ? pointOf(context, item, point) : null,
  };
  if (origin) Object.assign(read, originOf(context, origin));
  read.imageUrl ??=
    read.media.find((m) => m.medium === 'image')?.url ?? enclosures.find((m) => m.medium === 'image')?.url ?? null;
  if (read.title === null && read.url === null && read.summaryHtml === null && read.contentHtml === null)
    warn(context, 'item.empty', 'neither title nor link nor text', index);
  return Object.assign(read, { hash: slice ?? itemHash(read) });
}

function pushMedia(list: Media[], media: Media | null): void {
  if (media && list.length < MAX_LABELS) list.push(media);
}

function idOf(context: ReadContext, element: Element): string | null {
  const id = textValue(context.source, element, context.entities);
  if (id === '') return null;
  // RFC 4287 4.2.6: an id is an IRI, and relative ones are met; guids are opaque
  if (element.name === 'atom:id' && element.base !== undefined && !/^[a-z][a-z0-9+.-]*:/i.test(id))
    return URL.parse(id, element.base)?.href ?? id;
  return id;
}

function httpOnly(id: string): string | null {
  return /^https?:\/\//i.test(id) ? absoluteUrl(id, undefined) : null;
}

function uniqueAuthors(context: ReadContext, elements: readonly Element[]): ParsedAuthor[] {
  const found: ParsedAuthor[] = [];
  for (const element of elements.slice(0, MAX_LABELS)) {
    const author = authorOf(context.source, element, context.entities);
    if (
      author === null ||
      found.some((a) => a.name === author.name && a.email === author.email && a.url === author.url)
    )
      continue;
    found.push(author);
  }
  return found;
}

/** Labels as plain text, unique, in order; Atom's human `label` before its `term`. */
export function categoriesOf(context: ReadContext, elements: readonly Element[]): string[] {
  const found = new Set<string>();
  for (const element of elements) {
    const said =
      element.name === 'atom:category' || element.name === 'itunes:category' || element.name === 'media:category'
        ? attribute(element, 'label') || attribute(element, 'term') || attribute(element, 'text')
        : undefined;
    const label = oneLine(
      decodeEntities(
        said ||
          textValue(context.source, element, context.entities) ||
          attribute(element, 'term') ||
          attribute(element, 'rdf:resource') ||
          '',
      ),
    );
    if (label !== null) found.add(label);
  }
  return [...found];
}

/** First usable address of picture elements: an attribute, a `url` child, or text. */
export function imageOf(context: ReadContext, elements: readonly (Element | undefined)[]): string | null {
  for (const element of elements) {
    if (element === undefined) continue;
    const child = element.children.find((c) => c.name === 'url');
    if (child === undefined && element.children.length > 0) continue;
    const said =
      attribute(element, 'href') ??
      attribute(element, 'url') ??
      attribute(element, 'rdf:resource') ??
      textValue(context.source, child ?? element, context.entities);
    const url = absoluteUrl(said, element.linkBase);
    if (url !== null) return url;
  }
  return null;
}

function originOf(context: ReadContext, origin: Element): { originName: string | null; originUrl: string | null } {
  if (origin.name === 'source' && origin.children.length === 0) {
    return {
      originName: plainValue(context.source, origin, context.entities),
      originUrl: absoluteUrl(attribute(origin, 'url') ?? '', origin.linkBase),
    };
  }
  const title = origin.children.find((child) => child.name === 'atom:title' || child.name === 'title');
  const links = origin.children
    .filter((child) => child.name === 'atom:link' || child.name === 'link')
    .map((child) => linkOf(context, child))
    .filter((link) => link !== null);
  return {
    originName: title ? plainValue(context.source, title, context.entities) : null,
    originUrl: alternateOf(links) ?? links[0]?.url ?? null,
  };
}

function pointOf(context: ReadContext, item: Element, point: Element): { lat: number; lon: number } | null {
  const text = (element: Element | undefined): string =>
    element ? textValue(context.source, element, context.entities) : '';
  let said: string;
  if (point.name === 'geo:lat' || point.name === 'geo:point') {
    const among = point.name === 'geo:point' ? point.children : item.children;
    said = `${text(among.find((c) => c.name === 'geo:lat'))} ${text(among.find((c) => c.name === 'geo:long'))}`;
  } else
    said =
      point.name === 'georss:point'
        ? text(point)
        : text(point.children.find((c) => c.name === 'gml:point')?.children.find((c) => c.name === 'gml:pos'));
  const [lat, lon] = said
    .trim()
    .split(/[\s,]+/, 3)
    .map(Number);
  if (lat === undefined || lon === undefined || !(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return null;
  return { lat, lon };
}
