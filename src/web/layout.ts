// A page's own content + what surrounds every page → one HTML document, escaped throughout.
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Format } from '../domain.ts';
import { feedPath, formats } from './address.ts';
import type { Lang } from './words.ts';
import { inLang, wordsOf } from './words.ts';

/** HTML that is safe to put into other HTML. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One entry of a menu: a page's path within the site and what it is called. */
export type MenuItem = { path: string; name: string };

/** What surrounds the content: only what has news, in the order in which it is shown. */
export type Menu = { sections: MenuItem[]; provinces: MenuItem[]; papers: MenuItem[] };

/** A menu with nothing in it, for pages made without a database. */
export const emptyMenu: Menu = { sections: [], provinces: [], papers: [] };

/** Everything about a page but its surroundings. */
export type Page = {
  lang: Lang;
  title: string;
  description: string;
  /** Canonical path and query within the site, in Vietnamese form. */
  path: string;
  /** Absolute URL that search engines shall prefer; absent = the page itself. */
  canonicalUrl?: string;
  /** Editions to announce besides the general one: the path under `/feeds/` and a title. */
  editions?: { path: string; title: string }[];
  /** Feeds of this page alone, to announce before the editions. */
  feeds?: FeedLinks[];
  /** Absolute URL of a picture for previews. */
  imageUrl?: string | null;
  type?: 'website' | 'article';
  /** What the page is of, in schema.org's words, as machines read it. */
  jsonLd?: Record<string, unknown>;
  /** When the article was published and last changed, for previews. */
  publishedAt?: Date;
  changedAt?: Date | null;
  /** True when something on the page is of the trial newsroom. */
  isSample?: boolean;
  /** True for pages that search engines shall not keep. */
  isUnlisted?: boolean;
  /** Small line of the masthead: today's date. */
  today?: string;
  content: Markup;
};

/** A feed in its three formats, by paths within the site. */
export type FeedLinks = { title: string; paths: Record<Format, string> };

// Nothing in it can end the element or begin another: `<` is written as an escape of JSON. It is data, which no policy needs to allow.
function dataBlock(data: Record<string, unknown>): Markup {
  return raw(`<script type="application/ld+json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>\n`);
}

/** What pages need to know of the site itself. */
export type Site = { publicUrl: string; stylePath: string; scriptPath: string };

function ownAlternates(site: Site, feeds: FeedLinks[]): Markup {
  return html`${feeds.flatMap((feed) =>
    formats.map(
      (
        form,
      ) => html`<link rel="alternate" type="${form.type}" title="${feed.title} (${form.name})" href="${site.publicUrl}${feed.paths[form.format]}">
`,
    ),
  )}`;
}

function alternates(site: Site, editions: { path: string; title: string }[]): Markup {
  return html`${editions.flatMap((edition) =>
    formats.map(
      (
        form,
      ) => html`<link rel="alternate" type="${form.type}" title="${edition.title} (${form.name})" href="${site.publicUrl}${feedPath(edition.path, form.format)}">
`,
    ),
  )}`;
}

function menuList(items: MenuItem[], lang: Lang, here: string): Markup {
  return html`<ul>${items.map(
    (
      item,
    ) => html`<li><a href="${inLang(item.path, lang)}"${item.path === here ? raw(' aria-current="page"') : ''}>${item.name}</a></li>
`,
  )}</ul>`;
}

function aside(menu: Menu, lang: Lang, here: string): Markup | string {
  const words = wordsOf(lang);
  if (menu.provinces.length + menu.papers.length === 0) return '';
  return html`<aside class="side">
${menu.provinces.length > 0 ? html`<nav id="tinh-thanh" aria-labelledby="side-provinces"><h2 id="side-provinces">${words.provinces}</h2>${menuList(menu.provinces, lang, here)}</nav>` : ''}
${menu.papers.length > 0 ? html`<nav aria-labelledby="side-papers"><h2 id="side-papers">${words.papers}</h2>${menuList(menu.papers, lang, here)}</nav>` : ''}
</aside>`;
}

function sampleBanner(lang: Lang): Markup {
  const words = wordsOf(lang);
  return html`<aside class="sample" aria-label="${words.sample}"><p><strong>${words.sample}</strong> <span>${words.sampleLong} ${words.sampleOff} <code>tin trial off</code>.</span></p></aside>`;
}

// Which menu entry is the page itself; a page about a problem is none.
function placeOf(page: Page): string {
  return page.isUnlisted ? '' : (page.path.split('?')[0] ?? '/');
}

function masthead(page: Page, menu: Menu): Markup {
  const { lang } = page;
  const words = wordsOf(lang);
  const other: Lang = lang === 'en' ? 'vi' : 'en';
  const here = placeOf(page);
  return html`<header class="top">
<div class="bar"><p>${page.today ?? ''}</p><p><a href="${inLang('/tim-kiem', lang)}">${words.search}</a> <a href="${inLang('/feeds', lang)}">${words.feeds}</a> <a href="${inLang(page.path, other)}" lang="${other}" hreflang="${other}" rel="alternate">${words.otherLanguage}</a></p></div>
<p class="name"><a href="${inLang('/', lang)}">${words.site}</a></p>
<p class="motto">${words.motto}</p>
<nav class="sections" aria-label="${words.sections}"><ul>
<li><a href="${inLang('/', lang)}"${here === '/' ? raw(' aria-current="page"') : ''}>${words.latest}</a></li>
${menu.provinces.length > 0 ? html`<li class="to-provinces"><a href="#tinh-thanh">${words.provincesShort}</a></li>` : ''}
${menu.sections.map(
  (
    item,
  ) => html`<li><a href="${inLang(item.path, lang)}"${item.path === here ? raw(' aria-current="page"') : ''}>${item.name}</a></li>
`,
)}</ul></nav>
</header>`;
}

/** The whole document of a page. Every text and attribute is escaped here or came as Markup. */
export async function toDocument(site: Site, menu: Menu, page: Page): Promise<string> {
  const { lang } = page;
  const words = wordsOf(lang);
  const here = placeOf(page);
  const fullTitle = page.path === '/' ? `${words.site} · ${page.title}` : `${page.title} · ${words.site}`;
  const editions = [...(page.editions ?? []), { path: 'tin-moi', title: wordsOf('vi').latest }];
  const url = `${site.publicUrl}${inLang(page.path, lang)}`;
  const document = await html`<!doctype html>
<html lang="${words.htmlLang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${fullTitle}</title>
<meta name="description" content="${page.description}">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#fbf9f4" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#15171a" media="(prefers-color-scheme: dark)">
${page.isUnlisted ? raw('<meta name="robots" content="noindex">') : html`<link rel="canonical" href="${page.canonicalUrl ?? url}">`}
<link rel="stylesheet" href="${site.stylePath}">
<script src="${site.scriptPath}" defer></script>
<link rel="manifest" href="/manifest.webmanifest">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/icon.png">
${ownAlternates(site, page.feeds ?? [])}${alternates(site, editions)}<meta property="og:site_name" content="${words.site}">
<meta property="og:type" content="${page.type ?? 'website'}">
<meta property="og:title" content="${page.title}">
<meta property="og:description" content="${page.description}">
<meta property="og:url" content="${url}">
<meta property="og:locale" content="${lang === 'en' ? 'en_GB' : 'vi_VN'}">
${page.publishedAt ? html`<meta property="article:published_time" content="${page.publishedAt.toISOString()}">` : ''}${page.changedAt ? html`<meta property="article:modified_time" content="${page.changedAt.toISOString()}">` : ''}
${page.imageUrl ? html`<meta property="og:image" content="${page.imageUrl}"><meta name="twitter:card" content="summary_large_image">` : ''}
${page.jsonLd ? dataBlock(page.jsonLd) : ''}</head>
<body>
<a class="skip" href="#noi-dung">${words.skip}</a>
${masthead(page, menu)}
${page.isSample ? sampleBanner(lang) : ''}
<div class="columns">
<main id="noi-dung" tabindex="-1">
${page.content}
</main>
${aside(menu, lang, here)}
</div>
<footer class="bottom">
<p>${words.footer}</p>
<p><a href="${inLang('/', lang)}">${words.latest}</a> <a href="${inLang('/feeds', lang)}">${words.feeds}</a> <a href="/opml">OPML</a> <a href="${inLang('/nhung', lang)}">${words.embed}</a></p>
</footer>
</body>
</html>
`;
  return document.toString();
}
