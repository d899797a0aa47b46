// The elements around the articles of RSS, RDF and Atom → the feed's own fields.
import type { ParsedAuthor, ParsedFeed } from '../parsed.ts';
import { absoluteUrl } from './address.ts';
import { dateOf, type ReadContext } from './read-context.ts';
import { authorOf } from './syndication-authors.ts';
import { imageOf } from './syndication-item.ts';
import { alternateOf, linkOf, linkTo, type Link } from './syndication-links.ts';
import { plainValue, textValue } from './syndication-text.ts';
import { attribute, type Element } from './syndication-tree.ts';
import { wholeNumber } from './syndication-media.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** sy:updatePeriod in minutes; `always` and `dayly` are met on provincial papers' sites. */
const PERIODS = new Map([
  ['always', 60],
  ['hourly', 60],
  ['daily', 1_440],
  ['dayly', 1_440],
  ['weekly', 10_080],
  ['monthly', 43_200],
  ['yearly', 525_600],
]);

/** Everything but the items, format and warnings. */
export type FeedHead = Omit<ParsedFeed, 'items' | 'marks' | 'warnings' | 'format' | 'version'>;

/** Reads the head; `root` may be the channel itself, and in RDF images stand beside the channel. */
export function readHead(context: ReadContext, root: Element): FeedHead {
  const channel = root.children.find((child) => child.name === 'channel') ?? root;
  const elements =
    channel === root ? root.children : [...channel.children, ...root.children.filter((child) => child !== channel)];
  const byName = new Map<string, Element[]>();
  for (const element of elements) {
    const list = byName.get(element.name);
    if (list) list.push(element);
    else byName.set(element.name, [element]);
  }
  const { source, entities } = context;
  const all = (...names: string[]): Element[] => names.flatMap((name) => byName.get(name) ?? []);
  const first = <T>(names: string[], read: (element: Element) => T | null): T | null => {
    for (const element of all(...names)) {
      const value = read(element);
      if (value !== null) return value;
    }
    return null;
  };
  const text = (...names: string[]): string | null =>
    first(names, (element) => textValue(source, element, entities) || null);
  const plain = (...names: string[]): string | null => first(names, (element) => plainValue(source, element, entities));
  const date = (...names: string[]): Date | null =>
    first(names, (element) => dateOf(context, textValue(source, element, entities)));

  const links = all('atom:link', 'link')
    .map((element) => linkOf(context, element))
    .filter((link): link is Link => link !== null);
  // of several plain RSS links the last one counts, as most readers have it
  const own = links.filter((link) => link.element.name === 'link').reverse();
  const period = PERIODS.get(text('sy:updateperiod')?.toLowerCase() ?? '');
  const frequency = Number.parseFloat(text('sy:updatefrequency') ?? '1');
  return {
    title: plain('title', 'atom:title', 'dc:title', 'media:title', 'itunes:title'),
    description: plain(
      'description',
      'atom:subtitle',
      'atom:tagline',
      'dc:description',
      'subtitle',
      'tagline',
      'itunes:summary',
      'googleplay:description',
      'media:description',
      'itunes:subtitle',
    ),
    homeUrl: alternateOf(own) ?? alternateOf(links) ?? guidLink(text('guid')),
    selfUrl: linkTo(links, 'self'),
    hubUrls: [...new Set(links.filter((link) => link.rel === 'hub').map((link) => link.url))],
    id: first(['atom:id', 'id', 'dc:identifier'], (element) => feedId(context, element)),
    language:
      text('language', 'dc:language') ?? languageTag(attribute(root, 'xml:lang') ?? attribute(channel, 'xml:lang')),
    updatedAt: date(
      'atom:updated',
      'atom:modified',
      'lastbuilddate',
      'dcterms:modified',
      'pubdate',
      'dc:date',
      'atom:published',
      'atom:issued',
      'dcterms:issued',
      'updated',
      'published',
    ),
    imageUrl: imageOf(
      context,
      all(
        'image',
        'itunes:image',
        'googleplay:image',
        'atom:logo',
        'webfeeds:logo',
        'webfeeds:cover',
        'atom:icon',
        'webfeeds:icon',
        'media:thumbnail',
        'icon',
        'logo',
        'itunes:link',
      ).filter((element) => element.name !== 'itunes:link' || attribute(element, 'rel') === 'image'),
    ),
    iconUrl: imageOf(context, all('atom:icon', 'webfeeds:icon', 'icon')),
    authors: headAuthors(context, all),
    ttlMinutes: positive(wholeNumber(text('ttl') ?? undefined)),
    skipHours: numbers(
      all('skiphours').flatMap((e) => e.children),
      (child) => (child.name === 'hour' ? wholeNumber(textValue(source, child, entities)) : null),
      24,
    ).map((hour) => hour % 24),
    skipDays: numbers(
      all('skipdays').flatMap((e) => e.children),
      (child) => dayOf(textValue(source, child, entities)),
      6,
    ),
    updatePeriodMinutes:
      period === undefined
        ? null
        : Math.max(1, Math.round(period / (frequency > 0 && Number.isFinite(frequency) ? frequency : 1))),
    nextUrl: linkTo(links, 'next') ?? linkTo(links, 'prev-archive'),
  };
}

function headAuthors(context: ReadContext, all: (...names: string[]) => Element[]): ParsedAuthor[] {
  const found: ParsedAuthor[] = [];
  for (const element of all(
    'managingeditor',
    'author',
    'atom:author',
    'dc:creator',
    'dc:author',
    'itunes:author',
    'googleplay:author',
    'itunes:owner',
  ).slice(0, 50)) {
    const author = authorOf(context.source, element, context.entities);
    if (author && !found.some((a) => a.name === author.name && a.email === author.email && a.url === author.url))
      found.push(author);
  }
  if (found.length > 0) return found;
  for (const element of all('webmaster', 'dc:publisher').slice(0, 1)) {
    const author = authorOf(context.source, element, context.entities);
    if (author) found.push(author);
  }
  return found;
}

function feedId(context: ReadContext, element: Element): string | null {
  const id = textValue(context.source, element, context.entities);
  if (id === '') return null;
  return element.base !== undefined && !/^[a-z][a-z0-9+.-]*:/i.test(id)
    ? (URL.parse(id, element.base)?.href ?? id)
    : id;
}

function guidLink(guid: string | null): string | null {
  return guid === null ? null : absoluteUrl(guid, undefined);
}

function languageTag(tag: string | undefined): string | null {
  return tag ? tag.replaceAll('_', '-') : null;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}

function dayOf(text: string): number | null {
  const index = DAYS.indexOf(text.trim().toLowerCase());
  return index < 0 ? null : index;
}

function numbers(elements: readonly Element[], read: (element: Element) => number | null, most: number): number[] {
  const found = new Set<number>();
  for (const element of elements) {
    const value = read(element);
    if (value !== null && value >= 0 && value <= most) found.add(value);
  }
  return [...found];
}
