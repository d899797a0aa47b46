// The page of one article → its headline, sapo, body, dates, authors, picture and section, each with where it was found. Pure.
import { escapeHtml, plainText } from '../text/markup.ts';
import { readDate } from '../text/date.ts';
import { bodyOf } from './article-body.ts';
import { absoluteUrl } from './kinds/address.ts';
import { all, type Element, first, type Page, parsePage, textOf } from './kinds/dom.ts';
import { dateIn, fieldText, findDate, imageOf } from './kinds/fields.ts';
import { articleOf, type LinkedArticle, nodesOf } from './kinds/jsonld.ts';
import type { ArticleRule } from './rules.ts';

/** The fields whose filling is counted. */
export const articleFields = ['title', 'sapo', 'body', 'date', 'author', 'section', 'image', 'caption'] as const;
export type ArticleField = (typeof articleFields)[number];

/** What a page says of its article; texts plain, markup foreign and unsafe; absent = null or an empty list. */
export type ArticlePage = {
  title: string | null;
  /** The opening summary that papers set above the text. */
  sapo: string | null;
  bodyHtml: string | null;
  publishedAt: Date | null;
  updatedAt: Date | null;
  authors: string[];
  section: string | null;
  image: string | null;
  /** Pictures of the body with their words. */
  pictures: { url: string; caption: string | null }[];
  /** The address the page calls its own. */
  canonical: string | null;
  /** Where each field was found: a rule, JSON-LD, a meta element, or the page's look. */
  from: Partial<Record<ArticleField, string>>;
};

const line = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim().normalize('NFC') || null;

type Found<T> = { value: T; from: string } | null;
type Meta = (names: readonly string[]) => string | null;

function metaOf(page: Page): Meta {
  const said = new Map<string, string>();
  for (const element of all(page.root, 'meta').slice(0, 300)) {
    const name = (
      element.attribs['property'] ??
      element.attribs['name'] ??
      element.attribs['itemprop'] ??
      ''
    ).toLowerCase();
    const content = line((element.attribs['content'] ?? '').slice(0, 4_000));
    if (name !== '' && content !== null && !said.has(name)) said.set(name, content);
  }
  return (names) => names.map((name) => said.get(name)).find((text) => text !== undefined) ?? null;
}

// "Headline - Báo Sơn La", "Headline | Kinh tế | Báo X": the site's name is no part of a headline. Only where the page's own h1 agrees.
function withoutSite(title: string, siteName: string | null, heading: string | null): string {
  if (heading !== null && heading.length >= 15 && title.startsWith(heading)) return heading;
  const bare = siteName === null || !title.endsWith(siteName) ? title : title.slice(0, -siteName.length);
  return bare.replace(/\s[-–—|»]\s*$/, '').trim() || title;
}

function pick<T>(...options: (Found<T> | undefined)[]): Found<T> {
  return options.find((one) => one !== null && one !== undefined) ?? null;
}

const found = <T>(value: T | null | undefined, from: string): Found<T> =>
  value === null || value === undefined ? null : { value, from };

const sapoLike =
  '.sapo, .detail-sapo, .article-sapo, .news-sapo, .chapeau, .tomtat, .tom-tat, .article__sapo, .detail__summary, .article-summary, .news-summary, .lead, .article-lead, .intro, .introtext, .trichyeu, .trich-yeu, h2.description, p.description, [itemprop=description]:not(meta), [class*=sapo], [class*=Sapo], [id*=sapo]';
const authorLike =
  '[itemprop=author]:not(meta), [rel=author], .author, .tacgia, .tac-gia, .article-author, .detail-author, .news-author, .byline, .cms-author';
const dateLike =
  '[itemprop=datePublished], time[datetime], .date, .time, .datetime, .publish-date, .post-date, .article-date, .detail-time, .detail-date, .news-date, .ngay, .ngaydang, .ngay-dang, .thoigian, .entry-date, .published, [class*=date], [class*=Date], [class*=time], [id*=lblDate], [id*=lblNgay]';
const sectionLike =
  '.breadcrumb a, .breadcrumbs a, [class*=breadcrumb] a, .cate-name, .category-name, [itemprop=articleSection]:not(meta)';

function rule(page: Page, text: string | undefined): Found<string> {
  if (text === undefined) return null;
  const roots = page.root.children.filter((child): child is Element => 'name' in child);
  return found(line(fieldText(roots, text)), 'rule');
}

function firstText(page: Page, selector: string, isGood: (text: string) => boolean): string | null {
  for (const element of all(page.root, selector).slice(0, 20)) {
    const text = line(textOf(element, 2_000));
    if (text !== null && isGood(text)) return text;
  }
  return null;
}

// The visible date nearest behind the headline: pages show today's date on top and dates of other articles below.
function visibleDate(page: Page, heading: Element | null, clock: { zone: string; now: Date }): Date | null {
  const marked = all(page.root, dateLike).slice(0, 60);
  const order = new Map(all(page.root, '*').map((element, index) => [element, index]));
  const from = heading === null ? 0 : (order.get(heading) ?? 0);
  const distance = (element: Element) => {
    const gap = (order.get(element) ?? 0) - from;
    return gap >= 0 ? gap : -gap * 4 + 100;
  };
  for (const element of marked.toSorted((a, b) => distance(a) - distance(b)).slice(0, 20)) {
    const at = dateIn(textOf(element, 160, true), clock) ?? findDate([element], clock)?.at ?? null;
    if (at !== null) return at;
  }
  if (heading === null) return null;
  const after = [...order.keys()].slice(from + 1, from + 60);
  for (const element of after) {
    const at = dateIn(textOf(element, 160, true), clock);
    if (at !== null) return at;
  }
  return null;
}

function byline(text: string): string | null {
  const bare = text
    .replace(/^(?:tác giả|bài viết|bài và ảnh|bài|tin,? bài|theo|thực hiện|by|phóng viên|pv|bởi)\s*[:：]?\s*/i, '')
    .trim();
  return bare.length >= 2 && bare.length <= 80 && bare.split(' ').length <= 10 ? bare : null;
}

/**
 * Reads an article page: a publisher's rules first, then JSON-LD, then meta elements, then the look of the page. Linear in the page up to
 * its bounds (kinds/dom, article-body); never throws for what a page says. Dates without zone are of `clock.zone`.
 */
export function readArticlePage(
  html: string,
  o: { url: string; zone: string; now: Date; rules?: ArticleRule | undefined; title?: string | null },
): ArticlePage {
  const page = parsePage(html, o.url);
  const rules = o.rules ?? {};
  const meta = metaOf(page);
  const linked = mainArticle(page, o.url);
  const date = (text: string | null | undefined) =>
    text === null || text === undefined || text.length > 120 ? null : (readDate(text, o)?.at ?? null);
  const heading = headingOf(page, linked?.headline ?? meta(['og:title']) ?? o.title ?? null);
  const shown = heading === null ? null : line(textOf(heading, 600));
  const siteName = meta(['og:site_name', 'application-name']);
  const named =
    meta(['og:title', 'twitter:title', 'title']) ?? line(textOf(first(page.root, 'title') ?? page.root, 300));
  const title = pick(
    rule(page, rules.title),
    found(linked?.headline, 'json-ld'),
    found(
      meta(['og:title', 'twitter:title']) === null
        ? null
        : withoutSite(meta(['og:title', 'twitter:title']) ?? '', siteName, shown),
      'meta',
    ),
    found(shown, 'page'),
    first(page.root, 'title') === null
      ? null
      : found(named === null ? null : withoutSite(named, siteName, shown), 'page'),
  );
  const isSapo = (text: string) => text.length >= 30 && text !== title?.value;
  const described = meta(['og:description', 'description', 'twitter:description']);
  const sapo = pick(
    rule(page, rules.sapo),
    found(
      firstText(page, sapoLike, (text) => isSapo(text) && text.length <= 1_500),
      'page',
    ),
    found(linked?.description && isSapo(linked.description) ? line(plainText(linked.description)) : null, 'json-ld'),
    found(described !== null && isSapo(described) ? described : null, 'meta'),
  );
  const ruledDate = rule(page, rules.date);
  const published = pick(
    ruledDate === null ? null : found(dateIn(ruledDate.value, o) ?? date(ruledDate.value), 'rule'),
    found(date(linked?.publishedAt), 'json-ld'),
    found(
      date(
        meta([
          'article:published_time',
          'article:published',
          'pubdate',
          'publishdate',
          'publish-date',
          'datepublished',
          'dc.date.issued',
          'dc.date',
          'dc.created',
          'og:published_time',
          'its_publication',
          'date',
        ]),
      ),
      'meta',
    ),
    found(visibleDate(page, heading, o), 'page'),
  );
  const updated =
    date(linked?.updatedAt) ??
    date(meta(['article:modified_time', 'lastmod', 'datemodified', 'last-modified', 'og:updated_time']));
  const section = pick(
    rule(page, rules.section),
    found(linked?.section, 'json-ld'),
    found(meta(['article:section', 'its_section']), 'meta'),
    found(sectionOnPage(page), 'page'),
  );
  const author = pick(
    rule(page, rules.author),
    found(linked !== null && linked.authors.length > 0 ? linked.authors.join('\n') : null, 'json-ld'),
    found(nameIn(meta(['author', 'article:author', 'dable:author', 'its_author']), siteName), 'meta'),
    found(
      firstText(page, authorLike, (text) => byline(text) !== null),
      'page',
    ),
  );
  const canonical = absoluteUrl(
    first(page.root, 'link[rel=canonical]')?.attribs['href'] ?? meta(['og:url']) ?? '',
    page.base,
  );
  const body = bodyOf(page, {
    title: title?.value ?? null,
    sapo: sapo?.value ?? null,
    body: rules.body,
    drop: rules.drop,
  });
  const told = body === null && linked?.body ? paragraphs(linked.body) : null;
  const ruledImage =
    rules.image === undefined
      ? null
      : (all(page.root, rules.image.replace(/@[\w-]+$/, ''))
          .map((element) => imageOf(element, page.base))
          .find((url) => url !== null) ?? null);
  const image = pick(
    found(ruledImage, 'rule'),
    found(
      linked?.images.map((url) => absoluteUrl(url, page.base)).find((url) => url !== null),
      'json-ld',
    ),
    found(
      absoluteUrl(meta(['og:image', 'og:image:url', 'twitter:image', 'twitter:image:src', 'image']) ?? '', page.base),
      'meta',
    ),
    found(body?.pictures[0]?.url, 'page'),
  );
  const from: ArticlePage['from'] = {};
  const note = (field: ArticleField, one: Found<unknown> | undefined) => {
    if (one) from[field] = one.from;
  };
  note('title', title);
  note('sapo', sapo);
  note('date', published);
  note('section', section);
  note('author', author);
  note('image', image);
  if (body !== null || told !== null) from.body = body?.by ?? 'json-ld';
  if (body?.pictures.some((picture) => picture.caption !== null)) from.caption = 'page';
  return {
    title: title?.value ?? null,
    sapo: sapo?.value ?? null,
    bodyHtml: body?.html ?? told,
    publishedAt: published?.value ?? null,
    updatedAt: updated,
    authors: (author?.value ?? '').split('\n').flatMap((text) => byline(text) ?? []),
    section: section?.value ?? null,
    image: image?.value ?? null,
    pictures: body?.pictures ?? [],
    canonical,
    from,
  };
}

const paragraphs = (text: string) =>
  text
    .split(/\n\s*/)
    .filter((part) => part.trim() !== '')
    .map((part) => `<p>${escapeHtml(part.trim())}</p>`)
    .join('');

// Of several articles in JSON-LD (a page may list further news) the one that is this page, by address, else the first.
function mainArticle(page: Page, url: string): LinkedArticle | null {
  const path = new URL(url).pathname;
  const articles = nodesOf(page.root).flatMap((node) => articleOf(node) ?? []);
  const own = articles.find((article) => {
    const said = article.url === null ? null : absoluteUrl(article.url, page.base);
    return said !== null && new URL(said).pathname === path && path !== '/';
  });
  return own ?? articles.find((article) => article.publishedAt !== null && article.headline !== null) ?? null;
}

// Of several h1 (the site's name is often one) the one that the page's own words name, else the longest.
function headingOf(page: Page, known: string | null): Element | null {
  const headings = all(
    page.root,
    'h1, [itemprop=headline], .title-detail, .detail-title, .article-title, .news-title, .tieude, .tieu-de, h2',
  ).slice(0, 40);
  const text = (element: Element) => textOf(element, 600);
  const same =
    known === null
      ? undefined
      : headings.find((element) => known.startsWith(text(element)) && text(element).length >= 10);
  if (same !== undefined) return same;
  const long = headings.filter((element) => element.name !== 'h2' && text(element).length >= 15);
  return long.toSorted((a, b) => text(b).length - text(a).length)[0] ?? null;
}

function sectionOnPage(page: Page): string | null {
  const names = all(page.root, sectionLike)
    .slice(0, 12)
    .flatMap((element) => line(textOf(element, 80)) ?? [])
    .filter((text) => text.length <= 60 && !/^(?:trang chủ|home|trang nhất)$/i.test(text));
  return names.at(-1) ?? null;
}

const nameIn = (text: string | null, siteName: string | null) =>
  text === null || text === siteName || /^https?:|@|\.(?:vn|com)\b/i.test(text)
    ? null
    : byline(text) === null
      ? null
      : text;
