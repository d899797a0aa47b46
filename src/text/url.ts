// Turns an address as a paper wrote it into an absolute URL, and into the one form by which we know the article.
import { articleIds, mergedDomains, renamedDomains, retiredHosts } from './domains.ts';
import { isNavigation, isTracking, isVariant } from './url-parameters.ts';

const maxLength = 4096;
// What URL parsing leaves alone and RFC 3986 does not allow after the authority.
const notAllowed = /[\\^`{|}"<>[\]\s]|%(?![0-9a-fA-F]{2})/g;
const percent = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function parse(href: string, base?: string): URL | null {
  const text = href.trim();
  if (text === '' || text.length > maxLength) return null;
  const absolute = base === undefined && text.startsWith('//') ? `https:${text}` : text;
  const url = URL.parse(absolute, base);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') return null;
  return url;
}

// Most addresses are in this form already, in which parsing changes nothing: lower-case host, no dot segments, no odd characters.
const plain =
  /^https?:\/\/[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}\/(?:[A-Za-z0-9\-_~/@!$&()*+,;=:]|\.(?![./?]|$))*(?:\?[A-Za-z0-9\-._~/:@!$&()*+,;=?]*)?$/;
const maxPlain = 2_000;

/**
 * The absolute http(s) URL that `href` means on a page at `base`, in ASCII as RFC 3986 wants it: host in punycode, other letters
 * percent-encoded, no user name or password. Null for everything else: other schemes, nonsense, more than 4,096 characters.
 * Without a base, `//host/path` is taken as https and a relative reference is null.
 */
export function resolveUrl(href: string, base?: string): string | null {
  if (href.length < maxPlain && plain.test(href)) return href;
  const url = parse(href, base);
  if (url === null) return null;
  if (url.username !== '' || url.password !== '') {
    url.username = '';
    url.password = '';
  }
  const from = url.href.indexOf(url.host, url.protocol.length) + url.host.length;
  const rest = url.href.slice(from);
  const clean = rest.replace(notAllowed, percent);
  const whole = clean === rest ? url.href : url.href.slice(0, from) + clean;
  return whole.length > maxLength ? null : whole;
}

// Links that pass through somebody's counter and carry their target along: host, path, parameter.
const redirectors: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^(?:l|lm)\.(?:facebook|messenger|instagram|threads)\.(?:com|net)$/, /^\/(?:l\.php)?$/, 'u'],
  [/^facebook\.com$/, /^\/(?:l|sharer|sharer\/sharer|flx\/warn)(?:\.php)?\/?$/, 'u'],
  [/^google\.[a-z.]{2,6}$/, /^\/url$/, 'url'],
  [/^google\.[a-z.]{2,6}$/, /^\/url$/, 'q'],
  [/^youtube\.com$/, /^\/redirect$/, 'q'],
  [/^(?:vk\.com|away\.vk\.com)$/, /^\/away\.php$/, 'to'],
  [/^(?:link|click)\.zalo\.me$/, /^\//, 'url'],
  [/^linkedin\.com$/, /^\/(?:redir\/redirect|safety\/go)$/, 'url'],
];

// Hosts that any of them, or Google's AMP caches, may live on: most addresses need no closer look.
const mayPassOn = /(?:facebook|messenger|instagram|threads|google|youtube|vk|zalo|linkedin|ampproject)\./;

/** Parts of an address, as `URL` has them. */
type Parts = Pick<URL, 'hostname' | 'port' | 'pathname' | 'search' | 'hash'>;

const variantHost = /^(?:www\d?|m|amp|mobile|wap|touch)\.[^.]+\./;

function siteOf(hostname: string): string {
  let name = hostname.replace(/\.$/, '');
  // A name of two labels stays: "m.vn" is somebody's whole site.
  while (variantHost.test(name)) name = name.slice(name.indexOf('.') + 1);
  name = retiredHosts.get(name) ?? renamedDomains.get(name) ?? name;
  const merged = mergedDomains.get(name);
  // Where an id alone names an article, an id of the other paper's system could be taken for one of its own.
  return merged !== undefined && !articleIds.has(merged) ? merged : name;
}

// The articles of a feed live on one host.
let lastHost = { hostname: '', site: '' };

function host({ hostname, port }: Parts): string {
  if (lastHost.hostname !== hostname) lastHost = { hostname, site: siteOf(hostname) };
  return port === '' || port === '80' || port === '443' ? lastHost.site : `${lastHost.site}:${port}`;
}

// One spelling for each path segment: percent-decoded where it is text, composed, and encoded again the same way everywhere.
function segment(raw: string): string {
  if (!raw.includes('%') && !/[^\w.~-]/.test(raw)) return raw;
  let text: string;
  try {
    text = decodeURIComponent(raw);
  } catch {
    return raw.replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase());
  }
  try {
    return encodeURIComponent(text.normalize('NFC')).replace(
      /%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)/g,
      decodeURIComponent,
    );
  } catch {
    return raw;
  }
}

function target(url: URL): URL | null {
  const name = host(url);
  for (const [site, path, parameter] of redirectors) {
    if (!site.test(name) || !path.test(url.pathname)) continue;
    const inner = url.searchParams.get(parameter);
    if (inner !== null) return parse(inner);
  }
  const cached = /^google\.[a-z.]{2,6}$/.test(name) ? '/amp/' : name.endsWith('.cdn.ampproject.org') ? '/' : null;
  if (cached !== null && url.pathname.startsWith(cached)) {
    const path = /^(?:[cviawr]\/)*(s\/)?([^/]+\.[^/]+(?:\/.*)?)$/.exec(url.pathname.slice(cached.length));
    if (path !== null) return parse(`${path[1] === undefined ? 'http' : 'https'}://${path[2]}${url.search}`);
  }
  return null;
}

const sessionId = /;(?:jsessionid|phpsessid|sid)=[^;/]*/gi;
const indexPage = /^(?:index|default|home)\.(?:html?|php\d?|aspx?|jsp|cfm|vnp)$/i;
const languages = new Set([
  'en',
  'vi',
  'zh',
  'cn',
  'fr',
  'ja',
  'jp',
  'ko',
  'kr',
  'ru',
  'lo',
  'la',
  'km',
  'kh',
  'es',
  'de',
  'th',
]);

const ending = /(?<=.)(?:[.-](?:amp|print))?\.(?:html?|amp|print)$/i;
const dresses = new Set(['amp', 'print', 'mobile', 'm']);

function path({ pathname }: Parts): string[] {
  const hasSession = pathname.includes(';');
  const segments: string[] = [];
  for (const raw of pathname.split('/')) {
    const one = raw === '' ? '' : segment(hasSession ? raw.replace(sessionId, '') : raw);
    if (one !== '') segments.push(one);
  }
  while (segments.length > 1 && dresses.has(segments[0]?.toLowerCase() ?? '')) segments.shift();
  for (;;) {
    const last = segments.at(-1);
    if (last === undefined) return segments;
    const page = last.replace(ending, '');
    if (indexPage.test(last) || (segments.length > 1 && /^(?:amp|print)$/i.test(last))) segments.pop();
    else if (page !== last) segments[segments.length - 1] = page;
    else return segments;
  }
}

function query({ search }: Parts): string {
  if (search === '') return '';
  const pairs: [string, string][] = [];
  for (const [rawName, value] of new URLSearchParams(search)) {
    const name = rawName.toLowerCase().replace(/^(?:amp;)+/, '');
    if (name === '' || isTracking(name, value) || isVariant(name, value)) continue;
    pairs.push([name, value.normalize('NFC')]);
    if (pairs.length >= 40) break;
  }
  const names = new Set(pairs.map(([name]) => name));
  const kept = pairs
    .filter(([name]) => !isNavigation(name, names))
    .map(([name, value]) => {
      // Joomla writes id=321:slug; the number is the article.
      const plain = name === 'id' && names.has('option') ? value.replace(/:.*$/s, '') : value;
      return plain === ''
        ? encodeURIComponent(name)
        : `${encodeURIComponent(name)}=${encodeURIComponent(plain.toWellFormed())}`;
    });
  return kept.length === 0 ? '' : `?${[...new Set(kept)].sort().join('&')}`;
}

// What `url` leads to, behind those who only pass it on; null for what is no http(s) URL.
function partsOf(url: string): Parts | null {
  if (url.length < maxPlain && plain.test(url)) {
    const from = url.indexOf('//') + 2;
    const slash = url.indexOf('/', from);
    const mark = url.indexOf('?', slash);
    const hostname = url.slice(from, slash);
    const search = mark < 0 || mark === url.length - 1 ? '' : url.slice(mark);
    const pathname = mark < 0 ? url.slice(slash) : url.slice(slash, mark);
    if (!mayPassOn.test(hostname)) return { hostname, port: '', pathname, search, hash: '' };
  }
  let parsed = parse(url);
  for (let hops = 0; parsed !== null && hops < 20 && mayPassOn.test(parsed.hostname); hops++) {
    const inner = target(parsed);
    if (inner === null) break;
    parsed = inner;
  }
  return parsed;
}

/**
 * The form by which an article is known: two URLs of one article are equal in it, those of two articles differ. It is a name and
 * not an address: never fetch or show it. Scheme, `www.` and `m.`, AMP and print variants, tracking, fragments, index pages and old
 * domains are gone; letters of the path keep their case, as ids are case-sensitive. See docs/urls.md.
 * What is no http(s) URL comes back trimmed. Idempotent.
 */
export function canonicalUrl(url: string): string {
  const parsed = partsOf(url);
  if (parsed === null) return url.trim();
  const name = host(parsed);
  const segments = path(parsed);
  const ids = articleIds.get(name);
  const page = segments.at(-1);
  const id = ids === undefined || page === undefined ? null : ids.exec(page);
  if (id?.[1] !== undefined) {
    const edition = segments.length > 1 && languages.has(segments[0] ?? '') ? `${segments[0]}/` : '';
    return `https://${name}/${edition}-${id[1]}`;
  }
  const fragment = /^#[!/]/.test(parsed.hash) ? parsed.hash : '';
  return `https://${name}/${segments.join('/')}${query(parsed)}${fragment}`;
}
