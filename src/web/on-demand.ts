// Feeds that are not kept in the database (searches, combinations nobody saved, days of an archive) → made when asked for.
import type { EditionFilter, Format } from '../domain.ts';
import type { ArchivePlace } from '../edition/archive-path.ts';
import { archivePath } from '../edition/archive-path.ts';
import type { FeedDocument } from '../edition/document.ts';
import { buildDocument, feedUrl, maxItems } from '../edition/document.ts';
import { filterPath, filterTitle, readFilterPath, searchPath, searchQuery } from '../edition/filter-path.ts';
import { renderDocument } from '../edition/render.ts';
import { verifyDocument } from '../edition/verify.ts';
import { readArchivePage } from '../store/archive.ts';
import { correctionsOf } from '../store/desk-withdraw.ts';
import { findEditionByFilter, findEditionByPath, movedEdition } from '../store/edition.ts';
import { readPolicy } from '../store/policy.ts';
import { publisherBySlug } from '../store/publisher.ts';
import { listEdition } from '../store/search.ts';
import type { ListedStory } from '../store/story.ts';
import { listStoriesByIds } from '../store/story.ts';
import { filterQuery } from '../text/search.ts';
import type { FeedAddress } from './address.ts';
import type { WebContext } from './feeds.ts';
import { feedHeaders, feedType } from './feed-headers.ts';
import { openGate } from './gate.ts';
import type { Rendition } from './rendition.ts';
import { hashTag, toRendition } from './rendition.ts';
import type { Found, Load, Patience } from './shelf.ts';

/** A search is made anew at most every 20 s; one older than two minutes is made before it is served. Withdrawals purge at once. */
export const searchPatience: Patience = { freshMs: 20_000, usableMs: 120_000 };
/** Lists of an archive never change, their words hardly ever. */
export const archivePatience: Patience = { freshMs: 300_000, usableMs: 3_600_000 };

const searchCache = 'public, max-age=120, stale-while-revalidate=300, stale-if-error=86400';
// Readers keep a closed list for a day; what stands between them and us asks every five minutes, so that withdrawals reach them.
const archiveCache = 'public, max-age=86400, s-maxage=300, stale-if-error=604800';
// The latest list still waits for its way to the next one.
const archiveEndCache = 'public, max-age=300, stale-if-error=86400';

// Anybody may think of a search: so many are made at once, and the shelf bounds how many are kept.
const gate = openGate(4, 60);

async function toFound(
  ctx: WebContext,
  format: Format,
  document: FeedDocument,
  cacheControl: string,
  known: Rendition | null,
): Promise<Found> {
  const text = renderDocument(format, document);
  const body = Buffer.from(text);
  const tag = hashTag(body);
  if (known !== null && known.source === tag) return { kind: 'here', rendition: known };
  await verifyDocument(format, text, document);
  const { publicUrl } = ctx.config;
  return {
    kind: 'here',
    rendition: toRendition(
      {
        body,
        contentType: feedType(format),
        cacheControl,
        tag,
        lastModified: document.updated,
        headers: feedHeaders(publicUrl, document.selfUrls[format], format),
      },
      tag,
    ),
  };
}

async function extras(
  ctx: WebContext,
  stories: readonly ListedStory[],
): Promise<{
  publicUrl: string;
  now: Date;
  policy: Awaited<ReturnType<typeof readPolicy>>;
  corrections: Map<number, { note: string; at: Date }>;
}> {
  return {
    publicUrl: ctx.config.publicUrl,
    now: ctx.now(),
    policy: await readPolicy(ctx.db),
    corrections: await correctionsOf(
      ctx.db,
      stories.map((story) => story.id),
    ),
  };
}

function withSelf(document: FeedDocument, url: (format: Format) => string, homeUrl: string): FeedDocument {
  const selfUrls = { ...document.selfUrls, rss: url('rss'), atom: url('atom'), json: url('json') };
  return { ...document, id: url('atom').replace(/\.atom(?=\?|$)/, ''), homeUrl, selfUrls };
}

/**
 * A loader for the feed of any conditions (canonical, see `canonicalFilter`): moved to the edition that was made of them, if there is one,
 * or to the path of a combination without words; missing when the paper is unknown.
 */
export function filterLoader(ctx: WebContext, filter: EditionFilter, format: Format, path: string): Load {
  const { publicUrl } = ctx.config;
  return (known) =>
    gate(async () => {
      const saved = await findEditionByFilter(ctx.db, filter);
      if (saved !== null && !saved.isRetired) return { kind: 'moved', location: feedUrl('', saved.path, format) };
      const canonical = filter.words === undefined ? filterPath(filter) : searchPath;
      if (canonical !== path) return { kind: 'moved', location: feedUrl('', canonical, format) };
      if (saved !== null && canonical === saved.path) return { kind: 'gone' };
      const publisher = filter.publisher === undefined ? null : await publisherBySlug(ctx.db, filter.publisher);
      if (filter.publisher !== undefined && publisher === null) return { kind: 'missing' };
      const stories = await listEdition(ctx.db, filter, filterQuery(filter), maxItems);
      const title = filterTitle(filter, publisher?.name ?? null);
      const edition = { path: canonical, title, changedAt: new Date(0) };
      const document = buildDocument(edition, stories, await extras(ctx, stories));
      if (filter.words === undefined) return toFound(ctx, format, document, searchCache, known);
      const query = searchQuery(filter);
      const searched = withSelf(
        document,
        (one) => `${feedUrl(publicUrl, searchPath, one)}?${query}`,
        `${publicUrl}/${searchPath}?${query}`,
      );
      return toFound(ctx, format, searched, searchCache, known);
    });
}

/** A feed that nobody has published yet: its document, and how many bytes it is as RSS. */
export type FeedPreview = { document: FeedDocument; rssBytes: number };

/** What the public feed of these (canonical) conditions would hold now, proven like a real one. Reads stories; writes nothing. */
export async function previewFeed(ctx: WebContext, filter: EditionFilter, title: string): Promise<FeedPreview> {
  return gate(async () => {
    const stories = await listEdition(ctx.db, filter, filterQuery(filter), maxItems);
    const edition = { path: filterPath(filter), title, changedAt: new Date(0) };
    const document = buildDocument(edition, stories, await extras(ctx, stories));
    const text = renderDocument('rss', document);
    await verifyDocument('rss', text, document);
    return { document, rssBytes: Buffer.byteLength(text) };
  });
}

/** A loader for one list of an edition's archive; gone with the edition, missing where no list was written. */
export function archiveLoader(ctx: WebContext, editionPath: string, place: ArchivePlace, format: Format): Load {
  return (known) =>
    gate(async () => {
      const edition = await findEditionByPath(ctx.db, editionPath);
      if (edition === null) return { kind: 'missing' };
      if (edition.isRetired) return { kind: 'gone' };
      const page = await readArchivePage(ctx.db, edition.id, place);
      if (page === null) return { kind: 'missing' };
      const listed = await listStoriesByIds(ctx.db, page.storyIds.toReversed());
      // A copy that came after the list was closed is told of in current documents; here it would change what never changes.
      const stories = listed.map((story) => ({
        ...story,
        others: story.others.filter((other) => other.publishedAt <= page.closedAt),
      }));
      const path = archivePath(edition.path, place);
      const near = (one: ArchivePlace | null) => (one === null ? null : archivePath(edition.path, one));
      const document = buildDocument(
        { ...edition, title: archiveTitle(edition.title, place), changedAt: page.closedAt },
        stories,
        {
          ...(await extras(ctx, stories)),
          path,
          archive: { isArchive: true, current: edition.path, previous: near(page.previous), next: near(page.next) },
        },
      );
      return toFound(ctx, format, document, page.next === null ? archiveEndCache : archiveCache, known);
    });
}

function archiveTitle(title: string, place: ArchivePlace): string {
  const [year = '', month = '', day = ''] = place.day.split('-');
  return `${title}, ${day}/${month}/${year}${place.part > 1 ? ` (phần ${place.part})` : ''}`;
}

/**
 * A loader for a path that no edition has: moved to where an edition went, to the canonical spelling of its conditions (former names of
 * provinces, another order), or made on demand when it is a combination that nobody saved.
 */
export function formerLoader(ctx: WebContext, address: FeedAddress): Load {
  return async (known) => {
    const { path, format } = address;
    const present = await movedEdition(ctx.db, path);
    if (present !== null) return { kind: 'moved', location: feedUrl('', present, format) };
    const filter = readFilterPath(path);
    if (filter === null) return { kind: 'missing' };
    const canonical = filterPath(filter);
    if (canonical !== path) return { kind: 'moved', location: feedUrl('', canonical, format) };
    // One condition has an edition of its own where it means anything; dialects are for editions that somebody made.
    const isPlain = format === 'rss' || format === 'atom' || format === 'json';
    if (Object.keys(filter).length < 2 || !isPlain) return { kind: 'missing' };
    return filterLoader(ctx, filter, format, path)(known);
  };
}
