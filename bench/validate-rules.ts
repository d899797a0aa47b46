// A document's text → every rule of the feed validators it breaks: RSS profile, RFC 4287, JSON Feed 1.1, Media RSS, safe HTML.
import type { XmlElement } from '../src/edition/strict-xml.ts';
import type { DocumentFormat } from '../src/domain.ts';
import { familyOf } from '../src/edition/render.ts';
import { parseStrictXml } from '../src/edition/strict-xml.ts';
import type { Report } from './validate-html.ts';
import { badCharacter, checkHtml, checkUri, uuid } from './validate-html.ts';

/** One broken rule: its name as validators call it, and where. */
export type Finding = { rule: string; where: string; value?: string };

const mimeType = /^[^\s()<>,;:\\"/[\]?=]+\/[^\s()<>,;:\\"/[\]?=]+$/;
const rfc822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) \d\d:\d\d:\d\d [+-]\d\d[03]0$/;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const linkRelations = new Set([
  'alternate',
  'current',
  'enclosure',
  'first',
  'hub',
  'last',
  'next',
  'next-archive',
  'prev-archive',
  'previous',
  'related',
  'replies',
  'self',
  'via',
]);

function checkDate(value: string, pattern: RegExp, now: Date, where: string, report: Report): void {
  const time = Date.parse(value);
  if (!pattern.test(value) || Number.isNaN(time)) return report('InvalidDate', where, value);
  if (time > now.getTime() + 600_000 || time < Date.UTC(1990, 0, 1)) report('ImplausibleDate', where, value);
  const parts = rfc822.exec(value);
  if (parts !== null) {
    const weekday = new Date(`${parts[2]} ${parts[3]} ${parts[4]} 00:00:00 GMT`).toUTCString().slice(0, 3);
    if (weekday !== parts[1]) report('IncorrectDOW', where, value);
  }
}

function checkPlain(value: string, where: string, report: Report): void {
  if (value.trim() === '') report('NotBlank', where);
  if (/<\/\w+>|<[a-zA-Z!?/]/.test(value)) report('ContainsHTML', where, value);
  if (/&(?:#\w|(?:amp|lt|gt|quot|apos|nbsp|copy|hellip|ndash|agrave|ocirc);)/i.test(value))
    report('ContainsHTML', where, value);
}

/** What may stand in an element: how often at most, and which attributes. */
type Shape = Record<string, { most?: number; attributes?: string[] }>;

const linkShape = { attributes: ['rel', 'type', 'href', 'title', 'length', 'hreflang', 'thr:count', 'thr:updated'] };
const mediaShape = { attributes: ['url', 'medium', 'type', 'width', 'height', 'fileSize'] };
const one = { most: 1 };
const shapes: Record<string, Shape> = {
  rss: { channel: one },
  channel: {
    title: one,
    link: one,
    description: one,
    language: one,
    lastBuildDate: one,
    generator: one,
    docs: one,
    ttl: one,
    image: one,
    'atom:link': linkShape,
    'fh:archive': one,
    item: {},
  },
  image: { url: one, title: one, link: one, width: one, height: one },
  item: {
    title: one,
    link: one,
    guid: { most: 1, attributes: ['isPermaLink'] },
    pubDate: one,
    'dc:creator': {},
    category: {},
    description: one,
    'content:encoded': one,
    source: { most: 1, attributes: ['url'] },
    comments: one,
    'slash:comments': one,
    'wfw:commentRss': one,
    'atom:link': linkShape,
    'georss:point': one,
    'media:content': mediaShape,
    'dcterms:modified': one,
  },
  feed: {
    id: one,
    title: one,
    subtitle: one,
    updated: one,
    link: linkShape,
    author: {},
    generator: one,
    icon: one,
    'fh:archive': one,
    'at:deleted-entry': { attributes: ['ref', 'when'] },
    entry: {},
  },
  entry: {
    id: one,
    title: one,
    link: linkShape,
    published: one,
    updated: one,
    author: {},
    category: { attributes: ['term'] },
    summary: one,
    content: { most: 1, attributes: ['type'] },
    source: one,
    'georss:point': one,
    'media:content': mediaShape,
  },
  'at:deleted-entry': { 'at:comment': one },
  'entry/source': { id: one, title: one, updated: one, link: linkShape },
  author: { name: one },
  'media:content': { 'media:title': { most: 1, attributes: ['type'] }, 'media:credit': { most: 1 } },
};

function checkShape(element: XmlElement, parent: string, where: string, report: Report): void {
  const shape = shapes[`${parent}/${element.name}`] ?? (element.name === 'source' ? {} : shapes[element.name]) ?? {};
  const counts = new Map<string, number>();
  for (const child of element.children) {
    const rule = shape[child.name];
    const place = `${where}/${child.name}`;
    if (rule === undefined) report('UndefinedElement', place);
    const count = (counts.get(child.name) ?? 0) + 1;
    counts.set(child.name, count);
    if (rule?.most !== undefined && count > rule.most) report('DuplicateElement', place);
    for (const key of child.attributes.keys())
      if (!(rule?.attributes ?? []).includes(key)) report('UnexpectedAttribute', place, key);
    checkShape(child, element.name, place, report);
  }
  if (element.children.length > 0 && element.text.trim() !== '') report('UnexpectedText', where);
  if (badCharacter.test(element.text) || [...element.attributes.values()].some((value) => badCharacter.test(value)))
    report('BadCharacters', where);
}

function named(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function textOf(element: XmlElement, name: string): string {
  return named(element, name)[0]?.text ?? '';
}

function need(element: XmlElement, names: string[], where: string, report: Report): void {
  for (const name of names) if (named(element, name).length === 0) report('MissingElement', where, name);
}

function checkLinks(links: XmlElement[], where: string, report: Report): void {
  const seen = new Set<string>();
  for (const link of links) {
    const relation = link.attributes.get('rel') ?? 'alternate';
    const type = link.attributes.get('type') ?? '';
    if (!linkRelations.has(relation)) report('UnregisteredAtomLinkRel', where, relation);
    checkUri(link.attributes.get('href') ?? '', `${where} ${relation}`, report);
    if (type !== '' && !mimeType.test(type)) report('InvalidMIMEType', where, type);
    if (relation === 'self' && !['application/rss+xml', 'application/atom+xml'].includes(type))
      report('SelfNotAtom', where, type);
    // A story that many papers carry has a `via` for each; of all other relations one link a type is enough.
    if (relation !== 'via' && seen.has(`${relation} ${type}`)) report('DuplicateAtomLink', where, relation);
    seen.add(`${relation} ${type}`);
    if (link.text !== '' || link.children.length > 0) report('AtomLinkNotEmpty', where);
  }
}

function checkMedia(media: XmlElement[], where: string, report: Report): void {
  for (const one of media) {
    checkUri(one.attributes.get('url') ?? '', `${where} media`, report);
    const medium = one.attributes.get('medium');
    if (medium !== undefined && !['image', 'audio', 'video', 'document', 'executable'].includes(medium))
      report('InvalidMediaMedium', where, medium);
    const type = one.attributes.get('type');
    if (type !== undefined && !mimeType.test(type)) report('InvalidMIMEAttribute', where, type);
    for (const key of ['width', 'height', 'fileSize']) {
      const value = one.attributes.get(key);
      if (value !== undefined && !/^[1-9]\d*$/.test(value)) report('InvalidPositiveInteger', where, `${key} ${value}`);
    }
    for (const text of one.children) checkPlain(text.text, `${where} ${text.name}`, report);
  }
}

function checkRss(root: XmlElement, selfUrl: string, now: Date, report: Report): void {
  const [channel] = named(root, 'channel');
  if (channel === undefined) return report('MissingElement', 'rss', 'channel');
  if (root.attributes.get('version') !== '2.0') report('InvalidRSSVersion', 'rss');
  if (root.attributes.get('xmlns:media') !== 'http://search.yahoo.com/mrss/') report('MediaRssNamespace', 'rss');
  need(channel, ['title', 'link', 'description', 'language', 'lastBuildDate'], 'channel', report);
  for (const name of ['title', 'description', 'generator'])
    checkPlain(textOf(channel, name), `channel/${name}`, report);
  checkUri(textOf(channel, 'link'), 'channel/link', report);
  checkUri(textOf(channel, 'docs'), 'channel/docs', report);
  checkDate(textOf(channel, 'lastBuildDate'), rfc822, now, 'channel/lastBuildDate', report);
  if (!/^[a-z]{2}(?:-[A-Z]{2})?$/.test(textOf(channel, 'language'))) report('InvalidLanguage', 'channel/language');
  if (!/^[1-9]\d*$/.test(textOf(channel, 'ttl'))) report('InvalidPositiveInteger', 'channel/ttl');
  const links = named(channel, 'atom:link');
  checkLinks(links, 'channel/atom:link', report);
  if (links.find((link) => link.attributes.get('rel') === 'self')?.attributes.get('href') !== selfUrl)
    report('SelfDoesntMatchLocation', 'channel/atom:link');
  const firstItem = channel.children.findIndex((child) => child.name === 'item');
  if (firstItem >= 0 && channel.children.slice(firstItem).some((child) => child.name !== 'item'))
    report('MisplacedItem', 'channel');
  for (const image of named(channel, 'image')) {
    if (textOf(image, 'title') !== textOf(channel, 'title')) report('ImageTitleDoesntMatch', 'channel/image');
    if (textOf(image, 'link') !== textOf(channel, 'link')) report('ImageLinkDoesntMatch', 'channel/image');
    if (!/\.(?:jpe?g|gif|png)$/i.test(textOf(image, 'url'))) report('ImageUrlFormat', 'channel/image');
    if (Number(textOf(image, 'width')) > 144 || Number(textOf(image, 'height')) > 400)
      report('InvalidWidth', 'channel/image');
  }
  const guids = new Set<string>();
  named(channel, 'item').forEach((item, i) => {
    const where = `item ${i}`;
    need(item, ['title', 'link', 'guid', 'pubDate', 'description', 'content:encoded', 'dc:creator'], where, report);
    checkPlain(textOf(item, 'title'), `${where}/title`, report);
    for (const name of ['category', 'dc:creator', 'source'])
      for (const one of named(item, name)) checkPlain(one.text, `${where}/${name}`, report);
    checkUri(textOf(item, 'link'), `${where}/link`, report);
    const guid = textOf(item, 'guid');
    checkUri(guid, `${where}/guid`, report);
    if (named(item, 'guid')[0]?.attributes.get('isPermaLink') !== 'false') report('InvalidPermalink', where);
    if (guids.has(guid)) report('DuplicateValue', `${where}/guid`, guid);
    guids.add(guid);
    checkDate(textOf(item, 'pubDate'), rfc822, now, `${where}/pubDate`, report);
    const order = item.children.map((child) => child.name);
    if (order.indexOf('description') > order.indexOf('content:encoded')) report('NeedDescriptionBeforeContent', where);
    checkHtml(textOf(item, 'description'), `${where}/description`, report);
    checkHtml(textOf(item, 'content:encoded'), `${where}/content:encoded`, report);
    for (const source of named(item, 'source')) checkUri(source.attributes.get('url') ?? '', `${where}/source`, report);
    checkLinks(named(item, 'atom:link'), `${where}/atom:link`, report);
    checkMedia(named(item, 'media:content'), where, report);
  });
}

function checkAtom(root: XmlElement, selfUrl: string, now: Date, report: Report): void {
  need(root, ['id', 'title', 'updated', 'link', 'author'], 'feed', report);
  if (root.attributes.get('xml:lang') !== 'vi') report('InvalidLanguage', 'feed');
  checkUri(textOf(root, 'id'), 'feed/id', report);
  checkPlain(textOf(root, 'title'), 'feed/title', report);
  checkDate(textOf(root, 'updated'), rfc3339, now, 'feed/updated', report);
  checkLinks(named(root, 'link'), 'feed/link', report);
  if (
    named(root, 'link')
      .find((link) => link.attributes.get('rel') === 'self')
      ?.attributes.get('href') !== selfUrl
  )
    report('SelfDoesntMatchLocation', 'feed/link');
  const firstEntry = root.children.findIndex((child) => child.name === 'entry');
  if (firstEntry >= 0 && root.children.slice(firstEntry).some((child) => child.name !== 'entry'))
    report('MisplacedMetadata', 'feed');
  const ids = new Set<string>();
  const updates = new Set<string>();
  named(root, 'entry').forEach((entry, i) => {
    const where = `entry ${i}`;
    need(
      entry,
      ['id', 'title', 'updated', 'published', 'author', 'link', 'summary', 'content', 'source'],
      where,
      report,
    );
    const [id, updated] = [textOf(entry, 'id'), textOf(entry, 'updated')];
    checkUri(id, `${where}/id`, report);
    if (ids.has(id)) report('DuplicateEntries', where, id);
    if (updates.has(updated)) report('DuplicateUpdated', where, updated);
    ids.add(id);
    updates.add(updated);
    checkDate(updated, rfc3339, now, `${where}/updated`, report);
    checkDate(textOf(entry, 'published'), rfc3339, now, `${where}/published`, report);
    checkPlain(textOf(entry, 'title'), `${where}/title`, report);
    checkPlain(textOf(entry, 'summary'), `${where}/summary`, report);
    checkHtml(textOf(entry, 'content'), `${where}/content`, report);
    for (const author of named(entry, 'author')) checkPlain(textOf(author, 'name'), `${where}/author`, report);
    for (const category of named(entry, 'category'))
      checkPlain(category.attributes.get('term') ?? '', `${where}/category`, report);
    checkLinks(named(entry, 'link'), `${where}/link`, report);
    for (const source of named(entry, 'source')) {
      need(source, ['id', 'title', 'updated'], `${where}/source`, report);
      checkUri(textOf(source, 'id'), `${where}/source/id`, report);
      checkDate(textOf(source, 'updated'), rfc3339, now, `${where}/source/updated`, report);
      checkLinks(named(source, 'link'), `${where}/source/link`, report);
    }
    checkMedia(named(entry, 'media:content'), where, report);
  });
}

const point = /^-?\d{1,2}(?:\.\d+)? -?\d{1,3}(?:\.\d+)?$/;

// What may stand only where a dialect's readers know it, and what must hold wherever it stands.
function checkExtensions(root: XmlElement, kind: DocumentFormat, now: Date, report: Report): void {
  const feed = root.name === 'rss' ? (named(root, 'channel')[0] ?? root) : root;
  const items = named(feed, root.name === 'rss' ? 'item' : 'entry');
  for (const name of ['at:deleted-entry'])
    if (kind !== 'partner' && named(feed, name).length > 0) report('UnknownNamespace', name);
  for (const tomb of named(feed, 'at:deleted-entry')) {
    checkUri(tomb.attributes.get('ref') ?? '', 'at:deleted-entry', report);
    checkDate(tomb.attributes.get('when') ?? '', rfc3339, now, 'at:deleted-entry', report);
  }
  const relations = named(feed, root.name === 'rss' ? 'atom:link' : 'link').map((link) => link.attributes.get('rel'));
  if (named(feed, 'fh:archive').length > 0 && !relations.includes('current')) report('MissingCurrentInFeed', 'feed');
  items.forEach((item, i) => {
    for (const at of named(item, 'georss:point'))
      if (!point.test(at.text)) report('InvalidCoord', `item ${i}`, at.text);
    for (const count of named(item, 'slash:comments'))
      if (!/^\d+$/.test(count.text)) report('InvalidNonNegativeInteger', `item ${i}`, count.text);
    for (const name of ['comments', 'wfw:commentRss'])
      for (const link of named(item, name)) checkUri(link.text, `item ${i}/${name}`, report);
    if (kind !== 'msn' && named(item, 'dcterms:modified').length > 0) report('UnexpectedElement', `item ${i}`);
    const links = named(item, root.name === 'rss' ? 'atom:link' : 'link').map((link) => link.attributes.get('rel'));
    if (links.some((rel) => rel === 'prev-archive' || rel === 'next-archive' || rel === 'current'))
      report('MisplacedArchiveLink', `item ${i}`);
  });
  if (kind === 'msn') checkMsn(items, report);
}

function checkMsn(items: XmlElement[], report: Report): void {
  items.forEach((item, i) => {
    const { length } = [...textOf(item, 'title')];
    if (length < 20 || length > 150) report('MsnTitleLength', `item ${i}`, String(length));
    if (textOf(item, 'content:encoded').trim() === '') report('MsnBody', `item ${i}`, 'no body');
  });
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkJson(text: string, selfUrl: string, now: Date, report: Report): void {
  const feed: unknown = JSON.parse(text);
  if (!isObject(feed) || !Array.isArray(feed['items'])) return report('MissingElement', 'feed', 'items');
  if (feed['version'] !== 'https://jsonfeed.org/version/1.1') report('InvalidVersion', 'feed');
  if (feed['feed_url'] !== selfUrl) report('SelfDoesntMatchLocation', 'feed');
  if (feed['language'] !== 'vi') report('InvalidLanguage', 'feed');
  for (const key of ['title', 'description']) checkPlain(String(feed[key] ?? ''), `feed/${key}`, report);
  checkUri(String(feed['home_page_url'] ?? ''), 'feed/home_page_url', report);
  const ids = new Set<string>();
  (feed['items'] as unknown[]).forEach((item, i) => {
    const where = `item ${i}`;
    if (!isObject(item)) return report('NotAnObject', where);
    const id = item['id'];
    if (typeof id !== 'string' || !uuid.test(id)) report('InvalidUUID', where, String(id));
    else if (ids.has(id)) report('DuplicateValue', where, id);
    ids.add(String(id));
    checkPlain(String(item['title'] ?? ''), `${where}/title`, report);
    checkHtml(String(item['content_html'] ?? ''), `${where}/content_html`, report);
    for (const key of ['url', 'external_url', 'image'])
      if (item[key] !== undefined) checkUri(String(item[key]), `${where}/${key}`, report);
    for (const key of ['date_published', 'date_modified'])
      checkDate(String(item[key] ?? ''), rfc3339, now, `${where}/${key}`, report);
    if (!isObject(item['_nguon'])) report('MissingElement', where, '_nguon');
    if (!Array.isArray(item['authors']) || item['authors'].length === 0) report('MissingElement', where, 'authors');
    for (const key of Object.keys(item))
      if (key.startsWith('_') && key.includes('.')) report('InvalidExtension', where, key);
  });
}

/**
 * All rules a rendered document breaks; empty = clean. `selfUrl` is the address it will be served at, `now` the validator's clock.
 * Throws DocumentError when XML is not well-formed and SyntaxError when JSON is not JSON.
 */
export function brokenRules(kind: DocumentFormat, text: string, selfUrl: string, now: Date): Finding[] {
  const format = familyOf(kind);
  const findings: Finding[] = [];
  const report: Report = (rule, where, value) =>
    void findings.push(value === undefined ? { rule, where } : { rule, where, value: value.slice(0, 200) });
  if (Buffer.byteLength(text) > 2_000_000) report('ValidatorLimit', format);
  if (format === 'json') checkJson(text, selfUrl, now, report);
  else {
    const root = parseStrictXml(text);
    // Line by line, as the profile's check does: an ampersand or bracket in text must be a hexadecimal reference.
    if (/&(?!#x[0-9A-F]+;)/.test(text.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, ''))) report('CharacterData', format);
    checkShape(root, '', root.name, report);
    if (format === 'rss') checkRss(root, selfUrl, now, report);
    else checkAtom(root, selfUrl, now, report);
    checkExtensions(root, kind, now, report);
  }
  return findings;
}
