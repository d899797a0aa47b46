// The latest stories → news sitemaps of our pages, an index over them, and where crawlers learn of both.
import { storyUrl } from '../edition/document.ts';
import { cleanLine } from '../edition/clean.ts';
import { showable } from '../edition/rights.ts';
import type { Terms } from '../edition/rights-terms.ts';
import { publicTerms } from '../edition/rights-terms.ts';
import { rfc3339 } from '../edition/vietnam-time.ts';
import { parentElement, textElement, xmlDocument } from '../edition/xml.ts';
import { readPolicy } from '../store/policy.ts';
import type { ListedStory } from '../store/story.ts';
import { countRecentStories, listStories } from '../store/story.ts';
import type { WebContext } from './feeds.ts';
import { dataSecurity } from './headers.ts';
import { hashTag, toRendition } from './rendition.ts';
import type { Load, Patience } from './shelf.ts';

/** Crawlers come every few minutes; withdrawals purge at once. */
export const sitemapPatience: Patience = { freshMs: 60_000, usableMs: 300_000 };

/** Stories of a sitemap: the most that a news sitemap may hold. */
export const perSitemap = 1_000;
/** Days that a news sitemap reaches back. */
const daysBack = 2;
const mostSitemaps = 50;
const cacheControl = 'public, max-age=300, stale-while-revalidate=600, stale-if-error=86400';

function urlElement(publicUrl: string, story: ListedStory, terms: Terms): string {
  const shown = showable(story, terms);
  if (shown === null) return '';
  return parentElement('url', [
    textElement('loc', storyUrl(publicUrl, shown)),
    textElement('lastmod', rfc3339(shown.changedAt > terms.now ? terms.now : shown.changedAt)),
    parentElement('news:news', [
      parentElement('news:publication', [textElement('news:name', 'Tin Tỉnh'), textElement('news:language', 'vi')]),
      textElement('news:publication_date', rfc3339(shown.firstAt > terms.now ? terms.now : shown.firstAt)),
      textElement('news:title', cleanLine(shown.title)),
    ]),
  ]);
}

/** A news sitemap of these stories (sitemaps.org, Google's news extension). Pure. */
export function toSitemap(publicUrl: string, stories: readonly ListedStory[], terms: Terms): string {
  return xmlDocument(
    parentElement(
      'urlset',
      stories.map((story) => urlElement(publicUrl, story, terms)),
      {
        xmlns: 'http://www.sitemaps.org/schemas/sitemap/0.9',
        'xmlns:news': 'http://www.google.com/schemas/sitemap-news/0.9',
      },
    ),
  );
}

/** Path of one of our sitemaps; the first stands under the plain name. */
export function sitemapPath(number: number): string {
  return `/sitemap-tin-${number}.xml`;
}

function toFound(text: string, known: Parameters<Load>[0]): Awaited<ReturnType<Load>> {
  const body = Buffer.from(text);
  const tag = hashTag(body);
  if (known !== null && known.source === tag) return { kind: 'here', rendition: known };
  const contentType = 'application/xml; charset=utf-8';
  return { kind: 'here', rendition: toRendition({ body, contentType, cacheControl, tag, headers: dataSecurity }, tag) };
}

function since(now: Date): Date {
  return new Date(now.getTime() - daysBack * 86_400_000);
}

/** A loader for the index `/sitemap.xml`: as many sitemaps as two days of stories fill, at least one, at most 50. */
export function sitemapIndexLoader(ctx: WebContext): Load {
  return async (known) => {
    const count = await countRecentStories(ctx.db, since(ctx.now()), perSitemap * mostSitemaps);
    const numbers = Array.from({ length: Math.max(1, Math.ceil(count / perSitemap)) }, (_, i) => i + 1);
    const rows = numbers.map((number) =>
      parentElement('sitemap', [textElement('loc', `${ctx.config.publicUrl}${sitemapPath(number)}`)]),
    );
    const root = parentElement('sitemapindex', rows, { xmlns: 'http://www.sitemaps.org/schemas/sitemap/0.9' });
    return toFound(xmlDocument(root), known);
  };
}

/** A loader for one news sitemap, newest stories in the first; missing beyond the last. */
export function sitemapLoader(ctx: WebContext, number: number): Load {
  return async (known) => {
    if (number < 1 || number > mostSitemaps) return { kind: 'missing' };
    const now = ctx.now();
    const from = since(now);
    let stories: ListedStory[] = [];
    let after: { listedAt: Date; id: number } | undefined;
    for (let page = 1; page <= number; page++) {
      stories = await listStories(ctx.db, {}, perSitemap, after);
      const last = stories.at(-1);
      if (last !== undefined) after = { listedAt: last.listedAt, id: last.id };
    }
    const recent = stories.filter((story) => story.listedAt >= from && story.firstAt >= from);
    if (recent.length === 0 && number > 1) return { kind: 'missing' };
    return toFound(toSitemap(ctx.config.publicUrl, recent, publicTerms(await readPolicy(ctx.db), now)), known);
  };
}
