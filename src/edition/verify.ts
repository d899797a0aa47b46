// A rendered document → proof that readers get back what was meant; the only door of rss-parser, which many partners run.
import { setImmediate, setTimeout } from 'node:timers/promises';
import Parser from 'rss-parser';
import type { DocumentFormat } from '../domain.ts';
import { DocumentError } from '../errors.ts';
import type { FeedDocument } from './document.ts';
import { familyOf } from './render.ts';
import { parseStrictXml, type XmlElement } from './strict-xml.ts';

/** What is compared of a feed and of an item; dates in milliseconds. */
type Reading = {
  title: unknown;
  homeUrl: unknown;
  selfUrl: unknown;
  items: {
    id: unknown;
    title: unknown;
    url: unknown;
    published: number;
    updated: number | null;
    contentHtml: unknown;
  }[];
};

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

function expected(format: DocumentFormat, document: FeedDocument): Reading {
  return {
    title: document.title,
    homeUrl: document.homeUrl,
    selfUrl: document.selfUrls[format],
    items: document.items.map((item) => ({
      id: item.id,
      title: item.title,
      url: item.url,
      // Google takes the date of the last change for that of the item.
      published: seconds(format === 'google' ? item.updated : item.published),
      // RSS has no date of change for an item.
      updated: familyOf(format) === 'rss' ? null : item.updated.getTime(),
      contentHtml: item.contentHtml,
    })),
  };
}

type ParserItem = {
  id?: string;
  guid?: string;
  title?: string;
  link?: string;
  isoDate?: string;
  updated?: string;
  content?: string;
  'content:encoded'?: string;
};

const childOf = (element: XmlElement | undefined, name: string, rel?: string) =>
  element?.children.find((child) => child.name === name && (rel === undefined || child.attributes.get('rel') === rel));
const textOf = (element: XmlElement | undefined, name: string) => childOf(element, name)?.text;
const hrefOf = (element: XmlElement | undefined, name: string, rel: string) =>
  childOf(element, name, rel)?.attributes.get('href');

// As our own reader of XML has it: the specification's view, which shares nothing with the writer.
function readOwn(format: 'rss' | 'atom', body: string): Reading {
  const root = parseStrictXml(body);
  if (format === 'rss') {
    const channel = childOf(root, 'channel');
    return {
      title: textOf(channel, 'title'),
      homeUrl: textOf(channel, 'link'),
      selfUrl: hrefOf(channel, 'atom:link', 'self'),
      items: (channel?.children ?? [])
        .filter((child) => child.name === 'item')
        .map((item) => ({
          id: textOf(item, 'guid'),
          title: textOf(item, 'title'),
          url: textOf(item, 'link'),
          published: Date.parse(textOf(item, 'pubDate') ?? ''),
          updated: null,
          contentHtml: textOf(item, 'content:encoded'),
        })),
    };
  }
  return {
    title: textOf(root, 'title'),
    homeUrl: hrefOf(root, 'link', 'alternate'),
    selfUrl: hrefOf(root, 'link', 'self'),
    items: root.children
      .filter((child) => child.name === 'entry')
      .map((entry) => ({
        id: textOf(entry, 'id'),
        title: textOf(entry, 'title'),
        url: hrefOf(entry, 'link', 'alternate'),
        published: Date.parse(textOf(entry, 'published') ?? ''),
        updated: Date.parse(textOf(entry, 'updated') ?? ''),
        contentHtml: textOf(entry, 'content'),
      })),
  };
}

// Characters that rss-parser reads before requests get their turn: some 3 ms of a document that takes 30.
const sliceChars = 32_000;
// Sliced, it says nothing when it fails on what it read.
const patienceMs = 20_000;

async function readBack(body: string): Promise<Parser.Output<ParserItem>> {
  const parser = new Parser<Record<string, never>, ParserItem>({
    customFields: { item: ['updated'] },
    xml2js: { async: true, chunkSize: sliceChars },
  });
  const ended = new AbortController();
  const isLate = setTimeout(patienceMs, undefined, { signal: ended.signal }).then(() => {
    throw new Error('rss-parser did not come to an end');
  });
  try {
    return await Promise.race([parser.parseString(body), isLate]);
  } finally {
    ended.abort();
    isLate.catch(() => undefined);
  }
}

// As rss-parser has it, which many partners run.
async function readTheirs(format: 'rss' | 'atom', body: string): Promise<Reading> {
  const feed = await readBack(body);
  return {
    title: feed.title,
    homeUrl: feed.link,
    selfUrl: feed.feedUrl,
    items: feed.items.map((item) => ({
      id: format === 'rss' ? item.guid : item.id,
      title: item.title,
      url: item.link,
      published: Date.parse(item.isoDate ?? ''),
      updated: format === 'rss' ? null : Date.parse(item.updated ?? ''),
      contentHtml: format === 'rss' ? item['content:encoded'] : item.content,
    })),
  };
}

async function readXml(format: 'rss' | 'atom', body: string): Promise<Reading> {
  parseStrictXml(body);
  await setImmediate();
  return readTheirs(format, body);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function readJson(body: string): Reading {
  const feed = record(JSON.parse(body));
  const items = Array.isArray(feed['items']) ? (feed['items'] as unknown[]) : [];
  return {
    title: feed['title'],
    homeUrl: feed['home_page_url'],
    selfUrl: feed['feed_url'],
    items: items.map(record).map((item) => ({
      id: item['id'],
      title: item['title'],
      url: item['url'],
      published: Date.parse(String(item['date_published'])),
      updated: Date.parse(String(item['date_modified'])),
      contentHtml: item['content_html'],
    })),
  };
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function compare(where: string, meant: unknown, read: unknown): void {
  if (meant !== read)
    throw new DocumentError('document.differs', `${where} was read back as ${short(read)}, meant ${short(meant)}`);
}

function compareAll(meant: Reading, read: Reading): void {
  compare('the title of the feed', meant.title, read.title);
  compare('the page of the feed', meant.homeUrl, read.homeUrl);
  compare('the address of the feed', meant.selfUrl, read.selfUrl);
  compare('the number of items', meant.items.length, read.items.length);
  meant.items.forEach((item, i) => {
    for (const key of ['id', 'title', 'url', 'published', 'updated', 'contentHtml'] as const)
      compare(`${key} of item ${i}`, item[key], read.items[i]?.[key]);
  });
}

async function readable(format: DocumentFormat, read: () => Promise<Reading>): Promise<Reading> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DocumentError) throw cause;
    throw new DocumentError(
      'document.unreadable',
      `${format} could not be read back: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/**
 * Reads a rendered document back, RSS and Atom with rss-parser after a strict check of the XML, JSON Feed with JSON.parse, and
 * compares the feed's title and addresses, the number of items, and of each its id, title, link, dates and content.
 * Rejects with DocumentError: `document.xml`, `document.unreadable` or `document.differs`, naming the first difference.
 * Only for documents within the sizes of `buildDocument`: rss-parser's patterns are quadratic on hostile bytes, not on ours.
 */
export async function verifyDocument(format: DocumentFormat, body: string, document: FeedDocument): Promise<void> {
  const family = familyOf(format);
  const read = await readable(format, async () => (family === 'json' ? readJson(body) : readXml(family, body)));
  compareAll(expected(format, document), read);
}

/** A format of which our own reader and rss-parser both have a word to say. */
export type XmlFormat = Exclude<DocumentFormat, 'json'>;

const xmlFamily = (format: XmlFormat) => (familyOf(format) === 'rss' ? 'rss' : 'atom');

/**
 * The quicker half of the proof: the same comparison of what our own strict reader of XML gets back. Throws DocumentError `document.xml` or
 * `document.differs`; JSON is proven by `verifyDocument` alone.
 */
export function verifyOwn(format: XmlFormat, body: string, document: FeedDocument): void {
  compareAll(expected(format, document), readOwn(xmlFamily(format), body));
}

/**
 * The other half: rss-parser reads of these bytes what our own reader does. It knows no document, so it proves nothing without `verifyOwn` of the same bytes. Rejects as
 * `verifyDocument` does.
 */
export async function verifyTheirs(format: XmlFormat, body: string): Promise<void> {
  const family = xmlFamily(format);
  compareAll(readOwn(family, body), await readable(format, () => readTheirs(family, body)));
}
