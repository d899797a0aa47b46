// A request's path → the one canonical address of a feed, for all the ways people and programs write it.
import type { DocumentFormat, Format } from '../domain.ts';
import { dialects, feedUrl } from '../edition/document.ts';

/** A feed's canonical address taken apart. `path` is that of the edition, without `/feeds/` and ending. */
export type FeedAddress = { path: string; format: DocumentFormat };

/** The three formats in the order in which they are offered, with their MIME types and names. */
export const formats: readonly { format: Format; type: string; name: string }[] = [
  { format: 'rss', type: 'application/rss+xml', name: 'RSS' },
  { format: 'atom', type: 'application/atom+xml', name: 'Atom' },
  { format: 'json', type: 'application/feed+json', name: 'JSON Feed' },
];

const longestPath = 200;
const canonical = /^\/feeds\/([a-z0-9-]+(?:\/[a-z0-9-]+)*)\.(rss|atom|json)$/;

/** Takes a canonical feed path apart; null when it is not one. */
export function readFeedPath(pathname: string): FeedAddress | null {
  if (pathname.length > longestPath) return null;
  const match = canonical.exec(pathname);
  const [, path, format] = match ?? [];
  if (path === undefined || (format !== 'rss' && format !== 'atom' && format !== 'json')) return null;
  const slash = path.indexOf('/');
  for (const dialect of ['partner', 'google', 'msn'] as const) {
    if (path.slice(0, slash) !== dialects[dialect].prefix) continue;
    return format === dialects[dialect].ending ? { path: path.slice(slash + 1), format: dialect } : null;
  }
  return { path, format };
}

/** The canonical path of a feed within the site. */
export function feedPath(path: string, format: DocumentFormat): string {
  return feedUrl('', path, format);
}

const guesses: Record<string, string> = {
  rss: 'tin-moi.rss',
  feed: 'tin-moi.rss',
  'rss.xml': 'tin-moi.rss',
  'feed.xml': 'tin-moi.rss',
  'index.xml': 'tin-moi.rss',
  'index.rdf': 'tin-moi.rss',
  atom: 'tin-moi.atom',
  'atom.xml': 'tin-moi.atom',
  'feed.json': 'tin-moi.json',
  'index.json': 'tin-moi.json',
};

function safeDecode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

// tin-moi.xml → tin-moi.rss; tin-moi → tin-moi.rss; tinh/son-la/tin-moi/atom → tinh/son-la/tin-moi.atom.
function withEnding(path: string): string {
  const dot = path.lastIndexOf('.');
  if (dot > path.lastIndexOf('/')) {
    const ending = path.slice(dot + 1);
    const stem = path.slice(0, dot);
    if (ending === 'xml' || ending === 'rdf' || ending === 'feed') return `${stem}.rss`;
    if (ending === 'jsonfeed') return `${stem}.json`;
    return path;
  }
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (path.includes('/') && (last === 'rss' || last === 'atom' || last === 'json' || last === 'feed'))
    return withEnding(`${path.slice(0, -last.length - 1)}.${last === 'feed' ? 'rss' : last}`);
  return `${path}.rss`;
}

// The editions below a province, section or paper are all called tin-moi.
function withEdition(path: string): string {
  const match = /^((?:tinh|chuyen-muc|bao)\/[a-z0-9-]+)\.(rss|atom|json)$/.exec(path);
  return match ? `${match[1]}/tin-moi.${match[2]}` : path;
}

/**
 * The canonical path that a variant means, as far as it means a feed at all: other case, `.xml`, no ending, doubled or trailing
 * slashes, `/rss`, `/atom.xml`, `/tinh/son-la.rss`, `/tinh/son-la/feed`. Null when the path is canonical already or no feed.
 * Whether such an edition exists is not asked.
 */
export function canonicalFeedPath(pathname: string): string | null {
  if (pathname.length > longestPath * 3) return null;
  const parts = safeDecode(pathname)
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '');
  const isUnderFeeds = parts[0] === 'feeds';
  const rest = (isUnderFeeds ? parts.slice(1) : parts).join('/');
  if (rest === '') return null;
  const guess = guesses[rest];
  const isNamed =
    /^(?:tin-moi|(?:tinh|chuyen-muc|bao)\/[^/]+)(?:\/[^/]+)?(?:\.(?:rss|atom|json|xml|rdf)|\/(?:rss|atom|json|feed))$/.test(
      rest,
    );
  if (guess === undefined && !isUnderFeeds && !isNamed) return null;
  const wanted = `/feeds/${guess ?? withEdition(withEnding(rest))}`;
  return wanted === pathname || readFeedPath(wanted) === null ? null : wanted;
}
