// A page's address → the loader of its rendition: which page, in which language, from which place in a list.
import type { EditionFilter, Publisher } from '../domain.ts';
import { filterPath, filterTitle, readFilterPath } from '../edition/filter-path.ts';
import { judge } from '../edition/rights.ts';
import { publicTerms } from '../edition/rights-terms.ts';
import type { Db } from '../store/db.ts';
import { findEditionByPath, listEditions } from '../store/edition.ts';
import { mergedTarget } from '../store/front.ts';
import { openPolicy } from '../store/policy.ts';
import { publisherBySlug } from '../store/publisher.ts';
import { findStory } from '../store/story.ts';
import { relatedStoriesOf } from '../story/related-answer.ts';
import { provinceByName, provinceBySlug } from '../text/place.ts';
import { sections } from '../text/section.ts';
import type { CommentsOf } from './comments.ts';
import { openComments } from './comments.ts';
import type { Cursor } from './cursor.ts';
import type { WebContext } from './feeds.ts';
import { openGate } from './gate.ts';
import { pageSecurity } from './headers.ts';
import type { Pictures } from './image.ts';
import type { Menu, Page, Site } from './layout.ts';
import { toDocument } from './layout.ts';
import { feedsPage } from './public/catalogue.ts';
import type { Showing } from './public/card.ts';
import { paperItem, provinceItem, sectionItem, storyPath } from './public/links.ts';
import type { Selection } from './public/list.ts';
import { listPage } from './public/list.ts';
import { openMenu } from './public/menu.ts';
import type { SearchAsked } from './public/search-query.ts';
import { searchPage } from './public/search.ts';
import { storyPage } from './public/story.ts';
import { hashTag, toRendition } from './rendition.ts';
import { safeUrl } from './safe-url.ts';
import type { Found, Load, Patience } from './shelf.ts';
import type { Lang } from './words.ts';
import { inLang, wordsOf } from './words.ts';

/** A page is made anew at most every 5 s; one that is older than 20 s is made before it is served. */
export const pagePatience: Patience = { freshMs: 5_000, usableMs: 20_000 };

/** Which page, taken from a path; the rest of the address is language and cursor. */
export type PageAddress =
  | { page: 'front' }
  | { page: 'province'; slug: string }
  | { page: 'section'; slug: string }
  | { page: 'publisher'; slug: string }
  | { page: 'selection'; path: string }
  | { page: 'search'; asked: SearchAsked }
  | { page: 'story'; id: number; name: string }
  | { page: 'feeds' };

/** How a page is asked for. */
export type PageQuery = { lang: Lang; after: Cursor | null };

const cacheControl = 'public, max-age=10, stale-while-revalidate=60, stale-if-error=86400';

// Anybody may think of a search: so many are made at once.
const searchGate = openGate(4, 60);

type Made = Page | Exclude<Found, { kind: 'here' }>;

const missing = { kind: 'missing' } as const;

function paperSelection(publisher: Publisher, lang: Lang): Selection {
  const words = wordsOf(lang);
  return {
    filter: { publisher: publisher.slug },
    ...paperItem(publisher),
    title: publisher.name,
    description: words.paperDescription(publisher.name),
    editionPath: `bao/${publisher.slug}/tin-moi`,
    siteUrl: safeUrl(publisher.siteUrl),
  };
}

// A combination of conditions or a saved search: `tinh/son-la/chuyen-muc/kinh-te`, `tu-khoa/lu-quet`.
async function combined(db: Db, path: string, lang: Lang): Promise<Selection | Exclude<Found, { kind: 'here' }>> {
  const editionPath = `${path}/tin-moi`;
  const select = (title: string, filter: EditionFilter): Selection => ({
    filter,
    path: `/${path}`,
    title,
    description: wordsOf(lang).descriptionOf(title),
    editionPath,
  });
  const edition = await findEditionByPath(db, editionPath);
  if (edition !== null) return edition.isRetired ? { kind: 'gone' } : select(edition.title, edition.filter);
  const filter = readFilterPath(editionPath);
  if (filter === null || Object.keys(filter).length < 2) return missing;
  const canonical = filterPath(filter);
  if (canonical !== editionPath)
    return { kind: 'moved', location: inLang(`/${canonical.replace(/\/tin-moi$/, '')}`, lang) };
  const publisher = filter.publisher === undefined ? null : await publisherBySlug(db, filter.publisher);
  if (filter.publisher !== undefined && publisher === null) return missing;
  return select(filterTitle(filter, publisher?.name ?? null), filter);
}

async function toSelection(
  db: Db,
  address: PageAddress,
  lang: Lang,
): Promise<Selection | Exclude<Found, { kind: 'here' }>> {
  const words = wordsOf(lang);
  if (address.page === 'front')
    return {
      filter: {},
      path: '/',
      title: words.latest,
      description: words.latestDescription,
      editionPath: 'tin-moi',
    };
  if (address.page === 'province') {
    const province = provinceBySlug(address.slug);
    // A reader who looks for a province of before July 2025 is led to today's.
    const former = province ?? provinceByName(address.slug.replaceAll('-', ' '));
    if (province === null)
      return former ? { kind: 'moved', location: inLang(provinceItem(former, 'vi').path, lang) } : missing;
    const item = provinceItem(province, lang);
    return {
      filter: { province: province.code },
      path: item.path,
      title: words.latestOf(item.name),
      description: words.descriptionOf(item.name),
      editionPath: `tinh/${province.slug}/tin-moi`,
    };
  }
  if (address.page === 'section') {
    const section = sections.find((known) => known.slug === address.slug);
    if (!section) return missing;
    const item = sectionItem(section, lang);
    return {
      filter: { section: section.slug },
      path: item.path,
      title: item.name,
      description: words.descriptionOf(item.name),
      editionPath: `chuyen-muc/${section.slug}/tin-moi`,
    };
  }
  if (address.page === 'selection') return combined(db, address.path, lang);
  if (address.page !== 'publisher') return missing;
  const publisher = await publisherBySlug(db, address.slug);
  return publisher ? paperSelection(publisher, lang) : missing;
}

async function makeStory(
  from: Pick<WebContext, 'db' | 'writeDb'>,
  address: { id: number; name: string },
  showing: Showing,
  publicUrl: string,
  comments: CommentsOf,
): Promise<Made> {
  const { db } = from;
  const ctx = { ...from, now: () => showing.now };
  // Most pages are asked for by their full address and shown: then the story comes with its list.
  const answer = address.name.includes('-') ? await relatedStoriesOf(ctx, address.id) : null;
  const story = answer?.own ?? (await findStory(db, address.id));
  if (story?.status === 'merged') {
    const target = await mergedTarget(db, story.id);
    return target ? { kind: 'moved', location: inLang(storyPath(target), showing.lang) } : missing;
  }
  if (story?.status === 'withdrawn') return { kind: 'gone' };
  if (story?.status !== 'live') return missing;
  const verdict = judge(story, showing.terms);
  if (verdict.kind !== 'shown') return verdict.kind === 'gone' ? { kind: 'gone' } : missing;
  const path = storyPath(verdict.story);
  if (path !== `/tin/${address.name}`) return { kind: 'moved', location: inLang(path, showing.lang) };
  const related = (answer ?? (await relatedStoriesOf(ctx, story.id)))?.stories ?? [];
  const said = await comments(verdict.story, showing.lang, showing.now);
  return storyPage(db, story, verdict.story, related, showing, publicUrl, said);
}

async function makePage(
  from: Pick<WebContext, 'db' | 'writeDb'>,
  address: PageAddress,
  showing: Showing,
  after: Cursor | null,
  menuIn: (lang: Lang) => Promise<Menu>,
  publicUrl: string,
  comments: CommentsOf,
): Promise<Made> {
  const { db } = from;
  if (address.page === 'search')
    return searchGate(async () => searchPage(db, address.asked, showing, await menuIn(showing.lang)));
  if (address.page === 'story') return makeStory(from, address, showing, publicUrl, comments);
  if (address.page === 'feeds') return feedsPage(await listEditions(db), showing.lang);
  const selection = await toSelection(db, address, showing.lang);
  return 'kind' in selection ? selection : listPage(db, selection, showing, after);
}

/** Loaders of pages over one context; they share the menu. */
export function openPages(
  ctx: WebContext,
  site: Site,
  pictures: Pictures,
): (address: PageAddress, query: PageQuery) => Load {
  const { db, writeDb } = ctx;
  const from = { db, ...(writeDb === undefined ? {} : { writeDb }) };
  const policy = openPolicy(db, ctx.now);
  const comments = openComments(ctx);
  const menuIn: (lang: Lang) => Promise<Menu> = openMenu(db, ctx.now);
  return (address, query) => async (known) => {
    const now = ctx.now();
    const terms = publicTerms(await policy(), now);
    const showing = { lang: query.lang, now, terms, picture: await pictures.link() };
    const made = await makePage(from, address, showing, query.after, menuIn, site.publicUrl, comments);
    if ('kind' in made) return made;
    const body = Buffer.from(await toDocument(site, await menuIn(query.lang), made));
    const tag = hashTag(body);
    if (known !== null && known.source === tag) return { kind: 'here', rendition: known };
    return {
      kind: 'here',
      rendition: toRendition(
        { body, contentType: 'text/html; charset=utf-8', cacheControl, tag, headers: pageSecurity },
        tag,
      ),
    };
  };
}
