// An address on a site → does it look like an article's, or like a section's, a tag's or a file's.
const notArticles =
  /\/(?:tags?|tu-khoa|keyword|search|tim-kiem|author|tac-gia|rss|feed|login|dang-nhap|dang-ky|lien-he|gioi-thieu|contact|about|sitemap|quang-cao|ads?|bao-gia|dieu-khoan|privacy|album|wp-admin|wp-login)(?:[/.?]|$)/i;
const files = /\.(?:jpe?g|png|gif|webp|svg|ico|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|m3u8|css|js|xml|rss|json|txt)$/i;
const idNames = /^(?:\w{0,20}id|id\w{0,12}|item|news|article|tin|ma|maso|bai|baiviet|p|a|cn)$/i;

/** The host without the names that only dress it: one site to a reader. */
export function siteOf(host: string): string {
  return host.toLowerCase().replace(/^(?:www\d?|m|amp|mobile|wap)\./, '');
}

/** True when both addresses are of one site, or one is of a part of the other's (`thethao.bao.vn` of `bao.vn`). */
export function isSameSite(one: URL, other: URL): boolean {
  const [a, b] = [siteOf(one.host), siteOf(other.host)];
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

// The longest run of digits in a text; ids of articles have four or more.
const longestNumber = (text: string) =>
  (text.match(/\d{1,20}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);

/**
 * How much an address looks like an article's: 0 it does not, 1 it may be, 2 it has an id or a long slug. Only the form is judged; the
 * site is not asked.
 */
export function articleLikeness(url: URL): 0 | 1 | 2 {
  const path = url.pathname;
  if (path === '/' && url.search === '') return 0;
  if (files.test(path) || notArticles.test(path)) return 0;
  for (const [name, value] of url.searchParams)
    if (idNames.test(name) && /\d{2,}/.test(value)) return longestNumber(value) >= 3 ? 2 : 1;
  const segments = path.split('/').filter((segment) => segment !== '');
  const last = decodeSafely(segments.at(-1) ?? '');
  const words = last
    .replace(/\.\w{1,6}$/, '')
    .split(/[-_]+/)
    .filter((word) => word !== '').length;
  if (longestNumber(path) >= 4 && (words >= 3 || longestNumber(last) >= 4)) return 2;
  if (words >= 5) return 2;
  if (/^\d{2,}$/.test(last) || words >= 4 || (words >= 3 && /\.\w{3,5}$/.test(last))) return 1;
  return 0;
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The instant that an id in the address holds (`…-20261122083005.htm`, wall time of `zone` as `yyyy-mm-dd hh:mm:ss`); null without one. */
export function wallTimeIn(url: string): string | null {
  const found =
    /(?<!\d)(20[1-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?:\d{1,3})?(?!\d)/.exec(
      url,
    );
  if (found === null) return null;
  return `${found[1]}-${found[2]}-${found[3]} ${found[4]}:${found[5]}:${found[6] ?? '00'}`;
}
