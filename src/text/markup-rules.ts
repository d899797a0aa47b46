// The allow-list for foreign markup: which elements stay, under what name, with which attributes.
import { resolveUrl } from './url.ts';

/** Elements that stay as they are. Everything else loses its tag and keeps its text, or goes with all it holds. */
export const allowedTags: readonly string[] = (
  'p div br hr b strong i em u s del ins sub sup small mark blockquote q cite ul ol li dl dt dd h2 h3 h4 h5 h6 ' +
  'figure figcaption img a table caption thead tbody tfoot tr th td pre code kbd abbr time audio video source'
).split(' ');

/** Elements that go together with their text: what they hold is no reading matter, or is read by other rules than HTML's. */
export const lostTags: readonly string[] =
  'script style textarea option xmp noscript template noembed noframes plaintext svg select datalist'.split(' ');

/** Elements that only change their name: one first-level heading is the page's own. */
export const renamedTags: Readonly<Record<string, string>> = {
  h1: 'h2',
  strike: 's',
  tt: 'code',
  samp: 'code',
  acronym: 'abbr',
  dir: 'ul',
  menu: 'ul',
  center: 'div',
  section: 'div',
  article: 'div',
  aside: 'div',
  header: 'div',
  footer: 'div',
  main: 'div',
  nav: 'div',
  address: 'div',
  fieldset: 'div',
  details: 'div',
  summary: 'p',
  listing: 'pre',
};

/** Attributes of a kept element in the order in which they are written. */
export type Attributes = Record<string, string>;

// eslint-disable-next-line no-control-regex -- these are what XML cannot carry and PostgreSQL refuses
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** `s` without the characters that no XML document may hold and without half surrogate pairs. */
export function stripControls(s: string): string {
  const text = s.isWellFormed() ? s : s.toWellFormed();
  return text.replace(control, '');
}

function integer(value: string | undefined, max: number): string | null {
  if (value === undefined) return null;
  const digits = /^\s*\+?(\d{1,6})(?:\.\d{0,6})?(?:px)?\s*$/i.exec(value)?.[1];
  if (digits === undefined) return null;
  const n = Number(digits);
  return n <= max ? String(n) : null;
}

const mail = /^mailto:[\w.!#$%&'*+/=?^`{|}~@,;:()-]+$/i;

function link(href: string | undefined, baseUrl: string | undefined): string | null {
  if (href === undefined) return null;
  const url = resolveUrl(href, baseUrl);
  if (url !== null) return url;
  const text = href.trim();
  return text.length <= 500 && mail.test(text) ? `mailto:${text.slice(7)}` : null;
}

// Pictures that load late carry their real address beside a placeholder.
function picture(given: Attributes, baseUrl: string | undefined): string | null {
  for (const name of ['src', 'data-src', 'data-original', 'data-lazy-src']) {
    const value = given[name];
    if (value === undefined || value.trim() === '') continue;
    const url = resolveUrl(value, baseUrl);
    if (url !== null) return url;
  }
  return null;
}

const hiddenStyle = /display\s*:\s*none|visibility\s*:\s*hidden/i;

function image(given: Attributes, baseUrl: string | undefined): Attributes | null {
  const src = picture(given, baseUrl);
  if (src === null) return null;
  const width = integer(given['width'], 20_000);
  const height = integer(given['height'], 20_000);
  // Counting pixels tell a third party who reads; nothing is lost with them.
  if (width !== null && height !== null && Number(width) <= 2 && Number(height) <= 2) return null;
  if (given['style'] !== undefined && hiddenStyle.test(given['style'])) return null;
  const kept: Attributes = { src };
  kept['alt'] = stripControls(given['alt'] ?? '');
  if (width !== null && width !== '0') kept['width'] = width;
  if (height !== null && height !== '0') kept['height'] = height;
  return kept;
}

function player(name: string, given: Attributes, baseUrl: string | undefined): Attributes {
  const kept: Attributes = {};
  const src = given['src'] === undefined ? null : resolveUrl(given['src'], baseUrl);
  if (src !== null) kept['src'] = src;
  if (name === 'video') {
    const poster = given['poster'] === undefined ? null : resolveUrl(given['poster'], baseUrl);
    if (poster !== null) kept['poster'] = poster;
    for (const side of ['width', 'height']) {
      const n = integer(given[side], 20_000);
      if (n !== null && n !== '0') kept[side] = n;
    }
  }
  // Nothing plays or loads before the reader asks for it.
  kept['controls'] = '';
  kept['preload'] = 'none';
  return kept;
}

/**
 * The attributes that a kept element may carry, URLs absolute; null when the element is worth nothing and its tag goes (a link to
 * nowhere, a picture without an address, a counting pixel). `name` is the element's name after renaming.
 */
export function keptAttributes(name: string, given: Attributes, baseUrl: string | undefined): Attributes | null {
  switch (name) {
    case 'a': {
      const href = link(given['href'], baseUrl);
      return href === null ? null : { href };
    }
    case 'img':
      return image(given, baseUrl);
    case 'audio':
    case 'video':
      return player(name, given, baseUrl);
    case 'source': {
      const src = given['src'] === undefined ? null : resolveUrl(given['src'], baseUrl);
      if (src === null) return null;
      const type = given['type'];
      return type !== undefined && /^(?:audio|video)\/[\w.+-]{1,60}$/i.test(type) ? { src, type } : { src };
    }
    case 'td':
    case 'th': {
      const kept: Attributes = {};
      for (const span of ['colspan', 'rowspan']) {
        const n = integer(given[span], 1000);
        if (n !== null && n !== '0' && n !== '1') kept[span] = n;
      }
      return kept;
    }
    case 'ol': {
      const start = integer(given['start'], 99_999);
      return start === null || start === '1' ? {} : { start };
    }
    case 'abbr': {
      const title = given['title'] === undefined ? '' : stripControls(given['title']);
      return title === '' ? {} : { title };
    }
    case 'time': {
      const datetime = given['datetime'];
      return datetime !== undefined && /^[\d:.TZ+\- PWDHMS]{1,40}$/.test(datetime) ? { datetime } : {};
    }
    default:
      return {};
  }
}
