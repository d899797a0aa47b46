// Raw XML names + namespace declarations → canonical names like `title`, `dc:creator`, `atom:link`, whatever the prefixes in use.

/** Namespace address (normalised by `normalUri`) → our fixed prefix; '' is RSS itself. */
const PREFIX_BY_URI = new Map<string, string>();
const declare = (prefix: string, ...uris: string[]): void => {
  for (const uri of uris) PREFIX_BY_URI.set(normalUri(uri), prefix);
};

/** Addresses differ in the wild by case, scheme, `www.` and a last slash or hash: all are one namespace. */
function normalUri(uri: string): string {
  return uri
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, '')
    .replace(/[/#]+$/, '');
}

declare(
  '',
  'http://purl.org/rss/1.0/',
  'http://my.netscape.com/rdf/simple/0.9/',
  'http://channel.netscape.com/rdf/simple/0.9/',
  'http://backend.userland.com/rss',
  'http://backend.userland.com/rss2',
  'http://backend.userland.com/rss091',
  'http://backend.userland.com/rss092',
  'http://blogs.law.harvard.edu/tech/rss',
  'http://cyber.law.harvard.edu/rss/rss.html',
  'http://purl.org/net/rss1.1',
  'http://www.rssboard.org/rss-specification',
  'http://my.netscape.com/publish/formats/rss-0.91.dtd',
  'http://my.netscape.com/rdf/simple/0.90/',
);
declare(
  'atom',
  'http://www.w3.org/2005/Atom',
  'http://purl.org/atom/ns#',
  'http://purl.org/atom/ns',
  'http://example.com/necho',
  'http://purl.org/echo/',
  'uri/of/echo/namespace#',
  'http://purl.org/pie/',
  'http://example.com/newformat#',
  'http://purl.org/atom-blog/ns#',
);
declare('dc', 'http://purl.org/dc/elements/1.1/', 'http://purl.org/dc/elements/1.0/');
declare('dcterms', 'http://purl.org/dc/terms/', 'http://purl.org/dc/dcmitype/');
declare('content', 'http://purl.org/rss/1.0/modules/content/');
declare(
  'media',
  'http://search.yahoo.com/mrss/',
  'http://video.search.yahoo.com/mrss',
  'http://tools.search.yahoo.com/mrss/',
  'http://api.maps.yahoo.com/mrss',
  'http://search.yahoo.com/mrss/rss',
  'http://search.yahoo.com/mrssrss',
);
declare('itunes', 'http://www.itunes.com/dtds/podcast-1.0.dtd', 'http://example.com/dtds/podcast-1.0.dtd');
declare('googleplay', 'http://www.google.com/schemas/play-podcasts/1.0');
declare('slash', 'http://purl.org/rss/1.0/modules/slash/');
declare('sy', 'http://purl.org/rss/1.0/modules/syndication/');
declare('wfw', 'http://wellformedweb.org/CommentAPI/');
declare('georss', 'http://www.georss.org/georss', 'http://www.georss.org/georss/10', 'http://www.opengis.net/georss');
declare('geo', 'http://www.w3.org/2003/01/geo/wgs84_pos#');
declare('gml', 'http://www.opengis.net/gml');
declare('rdf', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#');
declare('xhtml', 'http://www.w3.org/1999/xhtml', 'http://www.w3.org/TR/REC-html40');
declare('feedburner', 'http://rssnamespace.org/feedburner/ext/1.0');
declare('webfeeds', 'http://webfeeds.org/rss/1.0');
declare('link', 'http://purl.org/rss/1.0/modules/link/');
declare('prism', 'http://prismstandard.org/namespaces/basic/2.0/', 'http://prismstandard.org/namespaces/1.2/basic/');

/** What a prefix means when nobody declared it, or declared it wrongly: the names everyone uses. */
const KNOWN_PREFIXES = new Map<string, string>([
  ['atom', 'atom'],
  ['atom10', 'atom'],
  ['a10', 'atom'],
  ['dc', 'dc'],
  ['dcterms', 'dcterms'],
  ['content', 'content'],
  ['media', 'media'],
  ['itunes', 'itunes'],
  ['googleplay', 'googleplay'],
  ['slash', 'slash'],
  ['sy', 'sy'],
  ['wfw', 'wfw'],
  ['georss', 'georss'],
  ['geo', 'geo'],
  ['gml', 'gml'],
  ['rdf', 'rdf'],
  ['xhtml', 'xhtml'],
  ['feedburner', 'feedburner'],
  ['webfeeds', 'webfeeds'],
  ['rss', ''],
  ['rss1', ''],
  ['prism', 'prism'],
]);

/** Prefixes in scope; a child scope is made only where an element declares something. */
export type Scope = {
  prefixes: Map<string, string>;
  /** Raw name → canonical name, so that a name is worked out once per scope. */
  names: Map<string, string>;
};

/** Names remembered per scope; a document with more different names than this pays for each. */
const MAX_NAMES = 2_000;
/** Prefixes taken into one scope; declarations beyond are ignored. */
const MAX_PREFIXES = 100;

/** The scope outside the root element. Without a declaration, plain names are RSS. */
export function rootScope(): Scope {
  return { prefixes: new Map([['', '']]), names: new Map() };
}

/**
 * The scope inside an element that carries `xmlns` attributes, given as pairs prefix, address ('' = the default).
 * `rootFormat` is given for the document's root only: an unknown default namespace there is taken as the format's own.
 */
export function childScope(parent: Scope, declarations: [string, string][], rootFormat?: '' | 'atom'): Scope {
  const prefixes = new Map(parent.prefixes);
  for (const [prefix, uri] of declarations) {
    if (prefixes.size >= MAX_PREFIXES) break;
    const known = PREFIX_BY_URI.get(normalUri(uri));
    if (known !== undefined) prefixes.set(prefix, known);
    else if (prefix === '') prefixes.set('', rootFormat ?? (uri.trim() === '' ? '' : '?'));
    else prefixes.set(prefix, KNOWN_PREFIXES.get(prefix.toLowerCase()) ?? '?');
  }
  return { prefixes, names: new Map() };
}

/** The engine's one copy of a string: names are compared with dozens of constants each, and only such copies compare by address (12 µs an item otherwise). */
function interned(name: string): string {
  for (const key in { [name]: true }) return key;
  return name;
}

/** Canonical name of a raw element name: lower case; `?…:` in front when the namespace is none of ours. */
export function canonicalName(scope: Scope, raw: string): string {
  const seen = scope.names.get(raw);
  if (seen !== undefined) return seen;
  const colon = raw.indexOf(':');
  const prefix = colon < 0 ? '' : raw.slice(0, colon);
  const local = (colon < 0 ? raw : raw.slice(colon + 1)).toLowerCase();
  const ours = scope.prefixes.get(prefix) ?? KNOWN_PREFIXES.get(prefix.toLowerCase()) ?? '?';
  const name = interned(ours === '' ? local : `${ours}:${local}`);
  if (scope.names.size < MAX_NAMES) scope.names.set(raw, name);
  return name;
}
