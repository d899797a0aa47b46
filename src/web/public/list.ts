// A selection of stories → its page: the newest, or those below a cursor.
import { html } from 'hono/html';
import type { EditionFilter } from '../../domain.ts';
import { showable } from '../../edition/rights.ts';
import type { Db } from '../../store/db.ts';
import { hasSources } from '../../store/front.ts';
import { listEdition } from '../../store/search.ts';
import { filterQuery } from '../../text/search.ts';
import { feedPath, formats } from '../address.ts';
import type { Cursor } from '../cursor.ts';
import { writeCursor } from '../cursor.ts';
import type { Markup, Page } from '../layout.ts';
import { exactTime, longDay } from '../when.ts';
import type { Lang } from '../words.ts';
import { inLang, wordsOf } from '../words.ts';
import type { Showing } from './card.ts';
import { storyCard } from './card.ts';

/** What a list page is of. */
export type Selection = {
  filter: EditionFilter;
  /** Path of the page: `/`, `/tinh/son-la`. */
  path: string;
  title: string;
  description: string;
  /** The edition with the same stories: its path under `/feeds/`. */
  editionPath: string;
  /** Absolute URL of a paper's own site. */
  siteUrl?: string | null;
};

/** Stories on one page: a screen or two on a phone, and the first view stays under 14 kB. */
export const pageLength = 24;
// The front page shows so many with sapo and picture; what follows is a list to run the eye over.
const picturedOnFront = 9;
/** Whose clock pages of many papers go by. */
export const zone = 'Asia/Ho_Chi_Minh';

/** The three formats of an edition as small links. */
export function formatLinks(editionPath: string, title: string): Markup {
  return html`<span class="formats">${formats.map((form) => html` <a href="${feedPath(editionPath, form.format)}" type="${form.type}" aria-label="${title}: ${form.name}">${form.name}</a>`)}</span>`;
}

function emptyList(isOlder: boolean, isFed: boolean, lang: Lang): Markup {
  const words = wordsOf(lang);
  if (isOlder) return html`<div class="empty"><p>${words.emptyOlder}</p></div>`;
  if (isFed) return html`<div class="empty"><h2>${words.emptyTitle}</h2><p>${words.emptyReading}</p></div>`;
  return html`<div class="empty"><h2>${words.emptyTitle}</h2><p>${words.emptyNoSources}</p>
<pre><code>npm run tin -- sources add https://bao-cua-ban.vn/rss</code></pre>
<p>${words.emptyImport}</p>
<pre><code>npm run tin -- sources import sources/vietnam.opml</code></pre></div>`;
}

function pager(selection: Selection, lang: Lang, isOlder: boolean, next: Cursor | null): Markup | string {
  const words = wordsOf(lang);
  if (!isOlder && next === null) return '';
  return html`<nav class="pager" aria-label="${words.older}">${isOlder ? html`<a class="button" href="${inLang(selection.path, lang)}">${words.newest}</a>` : html`<span></span>`}${
    next
      ? html`<a class="button" rel="next" href="${inLang(`${selection.path}?truoc=${writeCursor(next)}`, lang)}">${words.older}</a>`
      : ''
  }</nav>`;
}

/** The page of a selection. `after` is the cursor of an older page: such pages never reshuffle, as they hang on a story and not on a count. */
export async function listPage(db: Db, selection: Selection, showing: Showing, after: Cursor | null): Promise<Page> {
  const { lang } = showing;
  const words = wordsOf(lang);
  // One more than is shown tells whether there is an older page.
  const found = await listEdition(
    db,
    selection.filter,
    filterQuery(selection.filter),
    pageLength + 1,
    after ?? undefined,
  );
  const stories = found.slice(0, pageLength);
  const shown = stories.map((story) => showable(story, showing.terms)).filter((story) => story !== null);
  const last = stories.at(-1);
  const next = found.length > pageLength && last ? { listedAt: last.listedAt, id: last.id } : null;
  const subtitle = after ? words.olderThan(exactTime(after.listedAt, zone)) : null;
  const isFed = stories.length > 0 || (await hasSources(db));
  const content = html`<div class="page-head"><h1>${selection.title}</h1>${
    subtitle
      ? html`<p>${subtitle}</p>`
      : html`<p>${selection.siteUrl ? html`<a href="${selection.siteUrl}" rel="noopener">${words.paperSite}</a> · ` : ''}${words.follow}: ${formatLinks(selection.editionPath, selection.title)}</p>`
  }</div>
${
  shown.length === 0
    ? emptyList(after !== null, isFed, lang)
    : html`<ol class="stories">
${shown.map((story, index) => storyCard(story, showing, { isLead: index === 0 && after === null, isPictureEager: index < 2, isDense: selection.path === '/' && after === null && index >= picturedOnFront }))}</ol>`
}
${pager(selection, lang, after !== null, next)}`;
  return {
    lang,
    title: subtitle ? `${selection.title}, ${subtitle}` : selection.title,
    description: selection.description,
    path: after ? `${selection.path}?truoc=${writeCursor(after)}` : selection.path,
    editions: selection.editionPath === 'tin-moi' ? [] : [{ path: selection.editionPath, title: selection.title }],
    isSample: shown.some((story) => story.isSample),
    isUnlisted: after !== null && stories.length === 0,
    today: longDay(showing.now, zone, lang),
    content,
  };
}
