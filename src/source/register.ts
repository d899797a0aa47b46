// What is known of a feed (its address, title, folders) → the publisher it belongs to. Pure.
import { provinceByName } from '../text/place.ts';
import { slugify } from '../text/vietnamese.ts';

/** A publisher as far as an address list tells. */
export type FoundPublisher = { slug: string; name: string; siteUrl: string; province: string | null };

// "Báo và Phát thanh - Truyền hình Sơn La", "Báo điện tử Sơn La", "Cổng thông tin điện tử tỉnh Sơn La" → "Sơn La".
const office =
  /^(?:báo(?: và)?|đài|tạp chí|cổng|trang|thông tin|thông tấn|phát thanh|truyền hình|điện tử|online|tỉnh|thành phố|tp\.?|[-–&,]|\s)+/iu;

/** The code of the province that a paper's name, or a folder it lies in, names; null for none. */
export function provinceOf(names: readonly string[]): string | null {
  for (const name of names) {
    const bare = name.normalize('NFC').replace(office, '').trim();
    const province = provinceByName(name) ?? (bare === '' ? null : provinceByName(bare));
    if (province) return province.code;
  }
  return null;
}

/**
 * The publisher of a feed: one per host of the site (of the feed where no site is known), named by `name`, or by the host.
 * Throws TypeError when `feedUrl` is not a URL.
 */
export function publisherOf(feed: {
  feedUrl: string;
  siteUrl: string | null;
  name: string | null;
  folders?: readonly string[];
}): FoundPublisher {
  const site = new URL(feed.siteUrl !== null && URL.canParse(feed.siteUrl) ? feed.siteUrl : feed.feedUrl);
  const host = site.host.replace(/^(?:www|m|rss|feeds?)\./, '');
  const name = feed.name?.trim() || host;
  return {
    slug: slugify(host.replace(/[.:]/g, '-')),
    name,
    siteUrl: `${site.origin}/`,
    province: provinceOf([name, ...(feed.folders ?? []).toReversed()]),
  };
}
