// What is searched → the search page: the form, the finds with the marks that were typed, then those without, and its feeds.
import { html, raw } from 'hono/html';
import type { EditionFilter } from '../../domain.ts';
import { feedUrl } from '../../edition/document.ts';
import { filterPath, filterTitle, searchPath, searchQuery } from '../../edition/filter-path.ts';
import { showable } from '../../edition/rights.ts';
import type { ShownStory } from '../../edition/rights.ts';
import type { Db } from '../../store/db.ts';
import type { Period, SearchPlace, WordQuery } from '../../store/search.ts';
import { listEdition, searchStories } from '../../store/search.ts';
import { listStoriesByIds } from '../../store/story.ts';
import { provinceByCode, provinces } from '../../text/place.ts';
import { filterQuery, looseFilterQuery } from '../../text/search.ts';
import { sections } from '../../text/section.ts';
import { formats } from '../address.ts';
import type { FeedLinks, Markup, Menu, MenuItem, Page } from '../layout.ts';
import { longDay } from '../when.ts';
import type { Lang } from '../words.ts';
import { inLang, wordsOf } from '../words.ts';
import type { Showing } from './card.ts';
import { storyCard } from './card.ts';
import { provinceItem, sectionItem } from './links.ts';
import { pageLength, zone } from './list.ts';
import type { SearchAsked } from './search-query.ts';
import { searchAddress } from './search-query.ts';

type Finds = { exact: ShownStory[]; loose: ShownStory[]; next: SearchPlace | null };

// Days are those of Việt Nam, which keeps one time all year.
function startOf(day: string, later: number): Date {
  return new Date(Date.parse(`${day}T00:00:00+07:00`) + later);
}

function periodOf(asked: SearchAsked): Period {
  return {
    since: asked.since === null ? null : startOf(asked.since, 0),
    until: asked.until === null ? null : startOf(asked.until, 86_400_000),
  };
}

/** The queries of conditions with the words as they were typed, and forgiving marks; null where no words are asked for. */
export function queriesOf(filter: EditionFilter): { exact: WordQuery; loose: WordQuery } | null {
  const loose = looseFilterQuery(filter);
  const exact = filterQuery(filter);
  return loose === null || exact === null ? null : { exact, loose };
}

async function unworded(db: Db, filter: EditionFilter, asked: SearchAsked, limit: number): Promise<SearchPlace[]> {
  const { since, until } = periodOf(asked);
  const from = asked.after ?? (until === null ? undefined : { listedAt: until, id: 0 });
  const listed = await listEdition(db, filter, filterQuery(filter), limit, from);
  return listed
    .filter((story) => since === null || story.listedAt >= since)
    .map(({ listedAt, id }) => ({ isExact: true, listedAt, id }));
}

async function find(db: Db, filter: EditionFilter, asked: SearchAsked, showing: Showing): Promise<Finds> {
  const queries = queriesOf(filter);
  const places =
    queries === null
      ? await unworded(db, filter, asked, pageLength + 1)
      : await searchStories(db, queries, pageLength + 1, asked.after, periodOf(asked));
  const here = places.slice(0, pageLength);
  const listed = await listStoriesByIds(
    db,
    here.map((place) => place.id),
  );
  const exactIds = new Set(here.filter((place) => place.isExact).map((place) => place.id));
  const shown = listed.map((story) => showable(story, showing.terms)).filter((story) => story !== null);
  return {
    exact: shown.filter((story) => exactIds.has(story.id)),
    loose: shown.filter((story) => !exactIds.has(story.id)),
    next: places.length > pageLength ? (here.at(-1) ?? null) : null,
  };
}

function choice(id: string, label: string, options: MenuItem[], chosen: string | undefined, lang: Lang): Markup {
  return html`<p><label for="${id}">${label}</label><select id="${id}" name="${id}"><option value="">${wordsOf(lang).searchAny}</option>
${options.map(({ path, name }) => html`<option value="${path}"${path === chosen ? raw(' selected') : ''}>${name}</option>`)}</select></p>
`;
}

// The name of a path's last part is what the query carries.
function bySlug(items: MenuItem[]): MenuItem[] {
  return items.map(({ path, name }) => ({ path: path.slice(path.lastIndexOf('/') + 1), name }));
}

function form(asked: SearchAsked, menu: Menu, lang: Lang): Markup {
  const words = wordsOf(lang);
  const filter = asked.filter ?? {};
  const province = filter.province === undefined ? undefined : provinceByCode(filter.province)?.slug;
  const places = provinces.map((one) => provinceItem(one, lang)).toSorted((a, b) => a.name.localeCompare(b.name, 'vi'));
  const papers = bySlug(menu.papers);
  const isPaperListed = filter.publisher === undefined || papers.some((paper) => paper.path === filter.publisher);
  if (!isPaperListed && filter.publisher !== undefined) papers.push({ path: filter.publisher, name: filter.publisher });
  const isNarrowed = Object.keys(filter).some((key) => key !== 'words') || asked.since !== null || asked.until !== null;
  const day = (name: string, label: string, value: string | null) =>
    html`<p><label for="${name}">${label}</label><input id="${name}" name="${name}" type="date" value="${value ?? ''}"></p>
`;
  return html`<form class="search" role="search" action="/tim-kiem" method="get">${lang === 'en' ? html`<input type="hidden" name="lang" value="en">` : ''}
<p class="ask"><label for="q">${words.searchLabel}</label><input id="q" name="q" type="search" value="${filter.words ?? ''}" maxlength="200" autocomplete="off" aria-describedby="search-help"><button class="button" type="submit">${words.searchGo}</button></p>
<p class="help" id="search-help">${words.searchHelp}</p>
<details${isNarrowed ? raw(' open') : ''}><summary>${words.searchFilters}</summary><div class="filters">
${choice('tinh', words.province, bySlug(places), province, lang)}${choice(
  'chuyen-muc',
  words.section,
  bySlug(sections.map((one) => sectionItem(one, lang))),
  filter.section,
  lang,
)}${choice('bao', words.paper, papers, filter.publisher, lang)}${day('tu', words.searchFrom, asked.since)}${day('den', words.searchTo, asked.until)}</div></details>
</form>`;
}

/** The feeds of a search: of its newest finds with the marks that were typed, whatever days the page shows. */
export function searchFeeds(filter: EditionFilter, title: string): FeedLinks {
  const query = searchQuery(filter);
  const pathIn = (format: 'rss' | 'atom' | 'json') =>
    filter.words === undefined
      ? feedUrl('', filterPath(filter), format)
      : `${feedUrl('', searchPath, format)}?${query}`;
  return { title, paths: { rss: pathIn('rss'), atom: pathIn('atom'), json: pathIn('json') } };
}

function feedLine(feeds: FeedLinks, lang: Lang): Markup {
  return html`<p class="follow">${wordsOf(lang).searchFeed}:<span class="formats">${formats.map((one) => html` <a href="${feeds.paths[one.format]}" type="${one.type}" aria-label="${feeds.title}: ${one.name}">${one.name}</a>`)}</span></p>`;
}

function cards(stories: ShownStory[], showing: Showing): Markup {
  return html`<ol class="stories">
${stories.map((story) => storyCard(story, showing, { isLead: false, isPictureEager: false }))}</ol>`;
}

function nothing(filter: EditionFilter, asked: SearchAsked, lang: Lang): Markup {
  const words = wordsOf(lang);
  if (asked.after !== null) return html`<div class="empty"><p>${words.emptyOlder}</p></div>`;
  const isNarrowed = Object.keys(filter).length > 1 || asked.since !== null || asked.until !== null;
  const wide = filter.words === undefined ? null : { filter: { words: filter.words }, since: null, until: null };
  return html`<div class="empty" role="status"><h2>${words.searchNothing}</h2><p>${words.searchNothingHelp}</p>${
    wide !== null && isNarrowed
      ? html`<p><a class="button" href="${inLang(searchAddress(wide, null), lang)}">${words.searchUnfiltered}</a></p>`
      : ''
  }</div>`;
}

function results(filter: EditionFilter, asked: SearchAsked, finds: Finds, showing: Showing): Markup {
  const { lang } = showing;
  const words = wordsOf(lang);
  if (finds.exact.length + finds.loose.length === 0 && finds.next === null) return nothing(filter, asked, lang);
  const older =
    finds.next === null
      ? ''
      : html`<a class="button" rel="next" href="${inLang(searchAddress(asked, finds.next), lang)}">${words.older}</a>`;
  const back =
    asked.after === null
      ? html`<span></span>`
      : html`<a class="button" href="${inLang(searchAddress(asked, null), lang)}">${words.newest}</a>`;
  return html`${finds.exact.length > 0 ? cards(finds.exact, showing) : ''}
${finds.loose.length > 0 ? html`<h2 class="unmarked">${words.searchUnmarked}</h2>${cards(finds.loose, showing)}` : ''}
${asked.after === null && finds.next === null ? '' : html`<nav class="pager" aria-label="${words.older}">${back}${older}</nav>`}`;
}

/** The search page. `menu` gives the papers to choose from. Pages below the first hang on a find, so they never reshuffle. */
export async function searchPage(db: Db, asked: SearchAsked, showing: Showing, menu: Menu): Promise<Page> {
  const { lang } = showing;
  const words = wordsOf(lang);
  const { filter } = asked;
  const isAsked = filter !== null && (Object.keys(filter).length > 0 || asked.since !== null || asked.until !== null);
  const paper = menu.papers.find((one) => one.path === `/bao/${filter?.publisher ?? ''}`);
  const said = filter === null ? '' : filterTitle(filter, paper?.name ?? filter.publisher ?? null);
  const title = isAsked ? words.searchFor(said.replace(/^Tin mới:? ?/, '') || words.latest) : words.search;
  const finds = isAsked ? await find(db, filter, asked, showing) : null;
  const feeds = isAsked ? searchFeeds(filter, said) : null;
  const shown = finds === null ? [] : [...finds.exact, ...finds.loose];
  return {
    lang,
    title,
    description: words.searchDescription,
    path: searchAddress(asked, asked.after),
    ...(feeds === null ? {} : { feeds: [feeds] }),
    isSample: shown.some((story) => story.isSample),
    // Search engines shall keep the stories and lists, not every search anybody thought of.
    isUnlisted: isAsked || filter === null,
    today: longDay(showing.now, zone, lang),
    content: html`<div class="page-head"><h1>${title}</h1></div>
${form(asked, menu, lang)}
${filter === null ? html`<div class="empty" role="alert"><p>${words.searchUnread}</p></div>` : ''}
${feeds === null ? '' : feedLine(feeds, lang)}
${finds === null || filter === null ? '' : results(filter, asked, finds, showing)}`,
  };
}
