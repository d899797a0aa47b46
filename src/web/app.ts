// What memory could not answer at once → the routes of the site, on hono.
import type { Context as Call } from 'hono';
import { Hono } from 'hono';
import type { EditionFilter, Format } from '../domain.ts';
import { listEditions } from '../store/edition.ts';
import { isDatabaseAway } from '../store/trouble.ts';
import { type ArchivePlace, readArchivePath } from '../edition/archive-path.ts';
import { readSearchQuery, searchPath, searchQuery } from '../edition/filter-path.ts';
import type { FeedAddress } from './address.ts';
import { canonicalFeedPath, readFeedPath } from './address.ts';
import { addConsole } from './admin/open.ts';
import { addComments } from './comments.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { addEmbeds } from './embed/routes.ts';
import type { WebContext } from './feeds.ts';
import { NotYetError } from '../errors.ts';
import { feedLoader, feedPatience } from './feeds.ts';
import { archiveLoader, archivePatience, filterLoader, formerLoader, searchPatience } from './on-demand.ts';
import { dataSecurity, pageSecurity, secured } from './headers.ts';
import { addHub } from './hub.ts';
import { imagePatience, openPictures } from './image.ts';
import type { Site } from './layout.ts';
import type { Metrics } from '../metrics.ts';
import { addMetrics } from './metrics-door.ts';
import type { PageAddress } from './pages.ts';
import { addPartners } from './partner/open.ts';
import { openPages, pagePatience } from './pages.ts';
import { toOpml } from './public/catalogue.ts';
import type { Problem } from './public/problem.ts';
import { offlinePage, problemPage } from './public/problem.ts';
import { readiness } from './ready.ts';
import { openProofs } from './proof.ts';
import { openRelated, readRelatedPath, relatedPatience } from './related.ts';
import { readSearchPage, searchAddress } from './public/search-query.ts';
import type { Reading } from './reading.ts';
import type { Rendition } from './rendition.ts';
import { hashTag, toRendition } from './rendition.ts';
import { promiseResponse } from './respond.ts';
import type { Load, Patience, Shelf } from './shelf.ts';
import { sitemapIndexLoader, sitemapLoader, sitemapPath, sitemapPatience } from './sitemap.ts';
import type { Lang } from './words.ts';
import { inLang, readLang } from './words.ts';

/** What the routes work with. */
export type AppParts = {
  ctx: WebContext;
  reading: Reading;
  site: Site;
  shelf: Shelf;
  files: Map<string, Rendition>;
  /** Whether the process is about to end: then it is not ready, while it still answers. */
  isDraining?: () => boolean;
  metrics?: Metrics | null;
};

const retryAfterSeconds = '5';
const longestLoadMs = 8_000;
const always: Patience = { freshMs: Number.POSITIVE_INFINITY, usableMs: Number.POSITIVE_INFINITY };
const minutely: Patience = { freshMs: 30_000, usableMs: 120_000 };

/** A load took too long; whoever waits is told to come back. */
class SlowError extends Error {}

function withDeadline(load: Load): Load {
  return async (known) => {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new SlowError('the database took too long')), longestLoadMs);
    });
    try {
      return await Promise.race([load(known), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function redirect(location: string): Response {
  return new Response(null, {
    status: 301,
    headers: secured(dataSecurity, { Location: location, 'Cache-Control': 'public, max-age=3600' }),
  });
}

/** A readable page for whatever went wrong, with the status it deserves. */
export async function problemResponse(site: Site, problem: Problem, lang: Lang = 'vi'): Promise<Response> {
  const { status, body } = await problemPage(site, problem, lang);
  const isLasting = status === 404 || status === 410;
  const headers = secured(pageSecurity, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': isLasting ? 'public, max-age=30' : 'no-store',
  });
  if (status === 503) headers.set('Retry-After', retryAfterSeconds);
  if (status === 405) headers.set('Allow', 'GET, HEAD');
  return new Response(body, { status, headers });
}

/** Which problem a rejected load is. Anything unknown is a fault of ours. */
export function toProblem(error: unknown): Problem {
  if (error instanceof NotYetError) return 'rendering';
  return error instanceof SlowError || isDatabaseAway(error) ? 'away' : 'error';
}

function readStory(name: string): PageAddress | null {
  const match = /^(\d{1,15})(?:-.*)?$/.exec(name);
  return match ? { page: 'story', id: Number(match[1]), name } : null;
}

// `/Tinh/Son-La/` and `/tinh//son-la` are `/tinh/son-la`.
function plainPath(pathname: string): string {
  return `/${pathname
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
}

function plainText(body: string, cacheControl: string): Response {
  return new Response(body, {
    headers: secured(dataSecurity, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': cacheControl }),
  });
}

function opmlLoader(ctx: WebContext, format: Format): Load {
  return async (known) => {
    const body = Buffer.from(toOpml(await listEditions(ctx.db), format, ctx.config.publicUrl));
    const tag = hashTag(body);
    if (known?.source === tag) return { kind: 'here', rendition: known };
    return {
      kind: 'here',
      rendition: toRendition(
        {
          body,
          contentType: 'text/x-opml; charset=utf-8',
          cacheControl: 'public, max-age=300, stale-if-error=86400',
          tag,
          headers: dataSecurity,
        },
        tag,
      ),
    };
  };
}

/** Builds the routes. No answer depends on the `Host` of a request; addresses within the site are paths. */
export function openApp(parts: AppParts): Hono {
  const { ctx, reading, site, shelf, files } = parts;
  const pictures = openPictures(ctx);
  const pages = reading.loaders((from) => openPages(from, site, pictures));
  const proofs = openProofs((tag) => shelf.purge((rendition) => rendition.source === tag), ctx.log, ctx.signal);
  const related = reading.loaders((from) => openRelated(from, proofs));
  const archives = reading.loaders(
    (from) => (path: string, place: ArchivePlace, format: Format) => archiveLoader(from, path, place, format),
  );
  const feeds = reading.loaders(
    (from) => (address: FeedAddress) => feedLoader(from, address, formerLoader(from, address)),
  );
  const searches = reading.loaders(
    (from) => (filter: EditionFilter, format: Format) => filterLoader(from, filter, format, searchPath),
  );
  const opml = reading.loaders((from) => (format: Format) => opmlLoader(from, format));
  const sitemaps = reading.loaders(
    (from) => (number: number | null) => (number === null ? sitemapIndexLoader(from) : sitemapLoader(from, number)),
  );
  const app = new Hono();

  // Nothing is kept under this address: perhaps it is another spelling of one that is.
  function nowhere(call: Call): Response | Promise<Response> {
    const lang = readLang(call.req.query('lang'));
    const { path, method } = call.req;
    if (method !== 'GET' && method !== 'HEAD') return problemResponse(site, 'method', lang);
    const feed = canonicalFeedPath(path);
    // Of all feeds only a search means something by its query.
    const query = feed?.startsWith(`/feeds/${searchPath}.`) ? (/\?[^#]*/.exec(call.req.url)?.[0] ?? '') : '';
    if (feed !== null) return redirect(`${feed}${query}`);
    const plain = plainPath(path);
    return plain !== path && /^\/(?:tim-kiem|tinh|chuyen-muc|bao|tu-khoa|tin|feeds|opml)(?:\/|$)/.test(plain)
      ? redirect(inLang(plain, lang))
      : problemResponse(site, 'notFound', lang);
  }

  async function answer(call: Call, key: string, load: Load, patience: Patience, gone: Problem): Promise<Response> {
    const found = await shelf.fetch(key, withDeadline(load), patience);
    if (found.kind === 'here') return promiseResponse(call, found);
    if (found.kind === 'moved') return redirect(found.location);
    return found.kind === 'gone' ? problemResponse(site, gone, readLang(call.req.query('lang'))) : nowhere(call);
  }

  async function page(call: Call, address: PageAddress | null): Promise<Response> {
    if (address === null) return nowhere(call);
    const lang = readLang(call.req.query('lang'));
    const isList = address.page !== 'story' && address.page !== 'feeds';
    const after = isList ? readCursor(call.req.query('truoc')) : null;
    // Only what changes the page is part of its name, whatever else hangs on the address.
    const key = inLang(after ? `${call.req.path}?truoc=${writeCursor(after)}` : call.req.path, lang);
    return answer(call, key, pages(address, { lang, after }), pagePatience, 'withdrawn');
  }

  function searchPage(call: Call): Promise<Response> {
    const lang = readLang(call.req.query('lang'));
    const asked = readSearchPage(call.req.url.split('?')[1]?.split('#')[0] ?? '');
    const key = inLang(searchAddress(asked, asked.after), lang);
    return answer(call, key, pages({ page: 'search', asked }, { lang, after: null }), searchPatience, 'withdrawn');
  }

  function feed(call: Call, address: FeedAddress): Response | Promise<Response> {
    const { path, format } = address;
    const isPlain = format === 'rss' || format === 'atom' || format === 'json';
    if (path === searchPath && isPlain) return search(call, format);
    const archived = isPlain ? readArchivePath(path) : null;
    if (archived !== null && isPlain) {
      const load = archives(archived.editionPath, archived, format);
      return answer(call, call.req.path, load, archivePatience, 'retired');
    }
    return answer(call, call.req.path, feeds(address), feedPatience, 'retired');
  }

  function search(call: Call, format: Format): Response | Promise<Response> {
    const { filter, isCanonical } = readSearchQuery(call.req.url.split('?')[1]?.split('#')[0] ?? '');
    if (filter === null) return nowhere(call);
    const query = searchQuery(filter);
    const address = `${call.req.path}${query === '' ? '' : `?${query}`}`;
    if (!isCanonical) return redirect(address);
    return answer(call, address, searches(filter, format), searchPatience, 'retired');
  }

  app.get('/', (call) => page(call, { page: 'front' }));
  app.get('/tinh/:slug', (call) => page(call, { page: 'province', slug: call.req.param('slug') }));
  app.get('/chuyen-muc/:slug', (call) => page(call, { page: 'section', slug: call.req.param('slug') }));
  app.get('/bao/:slug', (call) => page(call, { page: 'publisher', slug: call.req.param('slug') }));
  for (const pattern of ['/tinh/:slug/*', '/chuyen-muc/:slug/*', '/bao/:slug/*', '/tu-khoa/:slug'])
    app.get(pattern, (call) => page(call, { page: 'selection', path: call.req.path.slice(1) }));
  addComments(app, ctx, site, answer, (call, problem) =>
    problemResponse(site, problem, readLang(call.req.query('lang'))),
  );
  app.get('/tin/:name', (call) => page(call, readStory(call.req.param('name'))));
  app.get('/tin/:name/:file', (call) => {
    const address = readRelatedPath(call.req.path);
    return address === null
      ? nowhere(call)
      : answer(call, call.req.path, related(address), relatedPatience, 'withdrawn');
  });
  app.get('/tim-kiem', searchPage);
  app.get('/anh/*', (call) => answer(call, call.req.path, pictures.load(call.req.path), imagePatience, 'withdrawn'));
  app.get('/feeds', (call) => page(call, { page: 'feeds' }));

  app.get('/feeds/*', (call, next) => {
    const address = readFeedPath(call.req.path);
    return address === null ? next() : feed(call, address);
  });
  app.options('/feeds/*', () => {
    const headers = secured(dataSecurity, {
      Allow: 'GET, HEAD, OPTIONS',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, HEAD',
      'Access-Control-Allow-Headers': 'If-None-Match, If-Modified-Since',
      'Access-Control-Max-Age': '86400',
    });
    return new Response(null, { status: 204, headers });
  });

  addHub(app, ctx);
  addPartners(app, ctx);
  addEmbeds(app, ctx, site, pictures, answer);
  addConsole(app, ctx);

  app.get('/opml', (call) => {
    const asked = call.req.query('dinh-dang');
    const format = asked === 'atom' || asked === 'json' ? asked : 'rss';
    return answer(call, format === 'rss' ? '/opml' : `/opml?dinh-dang=${format}`, opml(format), minutely, 'retired');
  });
  const sitemap = `${ctx.config.publicUrl}/sitemap.xml`;
  app.get('/robots.txt', () =>
    plainText(`User-agent: *\nDisallow: /healthz/\n\nSitemap: ${sitemap}\n`, 'public, max-age=3600'),
  );
  app.get('/sitemap.xml', (call) => answer(call, '/sitemap.xml', sitemaps(null), sitemapPatience, 'retired'));
  app.get('/:name{sitemap-tin-[0-9]{1,2}\\.xml}', (call) => {
    const number = Number(/\d+/.exec(call.req.path)?.[0]);
    return answer(call, sitemapPath(number), sitemaps(number), sitemapPatience, 'retired');
  });
  app.get('/ngoai-tuyen', async (call) => {
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' };
    return new Response(await offlinePage(site, readLang(call.req.query('lang'))), {
      headers: secured(pageSecurity, headers),
    });
  });
  app.get('/healthz/live', () => plainText('ok\n', 'no-store'));
  app.get('/healthz/ready', () =>
    readiness(ctx.readDb === undefined ? ctx : { db: ctx.db }, parts.isDraining?.() ?? false, reading.ask),
  );
  addMetrics(app, ctx.config.metrics?.token ?? null, parts.metrics ?? null, nowhere);
  for (const [path, rendition] of files)
    app.get(path, (call) => answer(call, path, async () => ({ kind: 'here', rendition }), always, 'retired'));

  app.notFound(nowhere);
  app.onError((error, call) => {
    const problem = toProblem(error);
    if (problem === 'error') ctx.log.error({ err: error, path: call.req.path }, 'web.page_failed');
    else ctx.log.warn({ reason: error.message, path: call.req.path }, 'web.away');
    return problemResponse(site, problem, readLang(call.req.query('lang')));
  });
  return app;
}
