// An answer's headers and its document → the hub that tells of its changes and the topic to ask for (WebSub §4). Pure.
import type { HubOffer } from '../store/push.ts';
import type { ParsedFeed } from './parsed.ts';

/** One link of a Link header (RFC 8288) or a page's head. */
type Link = { rels: string[]; url: string };

const longestHeader = 8_192;
const longestUrl = 2_000;
// Links of a page stand in its head.
const headBytes = 100_000;

function webUrl(text: string, base: string): string | null {
  if (text === '' || text.length > longestUrl || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' ? url.href : null;
}

// Commas part links, semicolons their parameters; neither counts inside <…> or "…".
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [start, closing] = [0, ''];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (closing !== '') {
      if (character === '\\' && closing === '"') at += 1;
      else if (character === closing) closing = '';
    } else if (character === '<') closing = '>';
    else if (character === '"') closing = '"';
    else if (character === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** The links of a Link header with their relations in lower case, addresses absolute; what cannot be read is left out. */
export function readLinkHeader(header: string | undefined, base: string): Link[] {
  return splitOutside((header ?? '').slice(0, longestHeader), ',').flatMap((part) => {
    const [target = '', ...parameters] = splitOutside(part, ';').map((piece) => piece.trim());
    const url = target.startsWith('<') && target.endsWith('>') ? webUrl(target.slice(1, -1).trim(), base) : null;
    const rel = parameters.find((parameter) => /^rel\s*=/i.test(parameter));
    if (url === null || rel === undefined) return [];
    const value = rel.slice(rel.indexOf('=') + 1).trim();
    return [{ url, rels: value.replace(/^"|"$/g, '').toLowerCase().split(/\s+/) }];
  });
}

const attributeOf = (tag: string, name: string) =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag)?.slice(1).find(Boolean) ?? '';

function readPageLinks(html: string, base: string): Link[] {
  return [...html.slice(0, headBytes).matchAll(/<link\b[^<>]{1,3000}>/gi)].flatMap(([tag]) => {
    const url = webUrl(attributeOf(tag, 'href').replaceAll('&amp;', '&').trim(), base);
    return url === null ? [] : [{ url, rels: attributeOf(tag, 'rel').toLowerCase().split(/\s+/) }];
  });
}

const find = (links: Link[], rel: string) => links.find((link) => link.rels.includes(rel))?.url ?? null;

/** What of an answer can hold an offer; `page` is the text of an HTML page, null for a feed. */
export type Offering = {
  /** Address that answered, after redirects. */
  url: string;
  headers: Record<string, string>;
  feed: Pick<ParsedFeed, 'hubUrls' | 'selfUrl'>;
  page: string | null;
};

/**
 * The hub of a source and the topic to subscribe to; null when it offers none. Link headers win over links in the document; without a self
 * link the topic is the address that answered. Of several hubs the first that speaks https, else the first.
 */
export function findOffer(from: Offering): HubOffer | null {
  const inHeader = readLinkHeader(from.headers['link'], from.url);
  const isInHeader = find(inHeader, 'hub') !== null;
  const inPage = isInHeader || from.page === null ? [] : readPageLinks(from.page, from.url);
  const links = isInHeader ? inHeader : inPage;
  const inFeed = isInHeader ? [] : from.feed.hubUrls.flatMap((hub) => webUrl(hub, from.url) ?? []);
  const hubs = [...links.filter((link) => link.rels.includes('hub')).map((link) => link.url), ...inFeed];
  const hubUrl = hubs.find((hub) => hub.startsWith('https:')) ?? hubs[0];
  if (hubUrl === undefined) return null;
  const self = find(inHeader, 'self') ?? find(inPage, 'self') ?? webUrl(from.feed.selfUrl ?? '', from.url);
  return { hubUrl, topicUrl: self ?? from.url };
}

// An article that a poll finds minutes after it appeared may just be on its way from the hub.
const onItsWayMs = 10 * 60_000;

/**
 * How many of the articles that a poll brought first the hub should have brought: those that appeared after the subscription was confirmed
 * and more than ten minutes ago. `pushedSince` null = there is no subscription.
 */
export function countMissed(brought: readonly { publishedAt: Date }[], pushedSince: Date | null, now: Date): number {
  if (pushedSince === null) return 0;
  const [from, to] = [pushedSince.getTime(), now.getTime() - onItsWayMs];
  return brought.filter(({ publishedAt }) => publishedAt.getTime() > from && publishedAt.getTime() < to).length;
}
