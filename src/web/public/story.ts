// One story, as its rights allow → its page: headline, source and time first, then text, photos, the other papers, the latest.
import { html, raw } from 'hono/html';
import type { Media } from '../../domain.ts';
import type { ShownStory } from '../../edition/rights.ts';
import { showable } from '../../edition/rights.ts';
import { revisionsOf } from '../../store/api.ts';
import type { Db } from '../../store/db.ts';
import { correctionsOf } from '../../store/desk-withdraw.ts';
import type { ListedStory } from '../../store/story.ts';
import { listStories } from '../../store/story.ts';
import { excerpt, plainText } from '../../text/markup.ts';
import type { Markup, Page } from '../layout.ts';
import { imageWidths } from '../image-address.ts';
import { safeUrl } from '../safe-url.ts';
import { exactTime, longDay } from '../when.ts';
import type { Lang } from '../words.ts';
import { inLang, wordsOf } from '../words.ts';
import type { RelatedStory } from '../../edition/related-document.ts';
import type { Showing } from './card.ts';
import { sampleBadge, timeTag } from './card.ts';
import { commentFeeds } from './comments.ts';
import { paperItem, placesOf, storyPath } from './links.ts';
import { newsArticle } from './news-article.ts';
import { relatedBox, relatedFeeds } from './related.ts';

const latestShown = 8;
// Feeds that carry a teaser instead of the article stay below this.
const wholeArticleChars = 700;

// The clean HTML writes `<` and `"` inside attributes as entities, so this finds pictures and nothing else.
const bodyPicture = /<img (?:[^>]*? )?src="([^"]*)"[^>]*>/g;

// A link around nothing but a picture has no name that could be read out, and leads to the paper, as the page says already.
const linkedPicture = /<a [^>]*>\s*(<img [^>]*>)\s*<\/a>/g;

// Every picture of a body comes from our own site; one that has no way there is left out with its caption's text in place.
function withPictures(story: ShownStory, showing: Showing): string {
  return story.bodyHtml.replace(linkedPicture, '$1').replace(bodyPicture, (tag: string, escaped: string) => {
    const url = safeUrl(escaped.replaceAll('&amp;', '&'));
    const path = url === null ? null : showing.picture(story.id, url, imageWidths.article);
    if (path === null) return '';
    return tag.replace(`src="${escaped}"`, `src="${path}"`).replace('<img ', '<img loading="lazy" decoding="async" ');
  });
}

function photo(story: ShownStory, media: Media, isFirst: boolean, showing: Showing): Markup | string {
  const { lang } = showing;
  const original = safeUrl(media.url);
  const url = original === null ? null : showing.picture(story.id, original, imageWidths.article);
  if (url === null) return '';
  const size = media.width && media.height ? html` width="${media.width}" height="${media.height}"` : '';
  const credit = media.credit ? `${wordsOf(lang).photo}: ${media.credit}` : '';
  const caption = [media.title ?? '', credit].filter((part) => part !== '').join(' · ');
  return html`<figure class="photo"><img src="${url}" alt="${media.title ?? ''}"${size} loading="${isFirst ? 'eager' : 'lazy'}" decoding="async">${
    caption === '' ? '' : html`<figcaption>${caption}</figcaption>`
  }</figure>
`;
}

// Photos that the body shows already are not shown twice; clean HTML escapes `&` in addresses.
function photosOutside(story: ShownStory): Media[] {
  return story.media.filter(
    (media) => media.medium === 'image' && !story.bodyHtml.includes(media.url.replaceAll('&', '&amp;')),
  );
}

// Most feeds give the first paragraph as the summary; nobody wants to read it twice.
function isInBody(summary: string, bodyHtml: string): boolean {
  const start = summary.slice(0, 60);
  return start !== '' && plainText(bodyHtml).replace(/\s+/g, ' ').slice(0, 600).includes(start);
}

// Papers often sign at the end of the text; nobody wants to read that twice either.
function isSigned(story: ShownStory): boolean {
  const end = plainText(story.bodyHtml).slice(-300).toLowerCase();
  return story.authors.every((author) => end.includes(author.toLowerCase()));
}

// Whether a reader would want the rest of it from the paper itself.
function isTeaser(bodyHtml: string): boolean {
  return bodyHtml.length < wholeArticleChars || plainText(bodyHtml).length < wholeArticleChars;
}

function correctionNote(correction: { note: string; at: Date } | undefined, zone: string, lang: Lang): Markup | string {
  if (correction === undefined) return '';
  return html`<p class="note" role="note"><strong>${wordsOf(lang).correction}</strong> (<time datetime="${correction.at.toISOString()}">${exactTime(correction.at, zone)}</time>): ${correction.note}</p>`;
}

function credit(story: ShownStory, listed: ListedStory, updatedAt: Date | null, showing: Showing): Markup {
  const words = wordsOf(showing.lang);
  const { zone } = story.publisher;
  const url = safeUrl(story.attribution.url);
  const at = story.attribution.publishedAt;
  const paper = paperItem(story.publisher);
  return html`<p class="credit">${sampleBadge(story.publisher, showing.lang)} ${words.by('')}<strong><a href="${inLang(paper.path, showing.lang)}">${paper.name}</a></strong> · <time datetime="${at.toISOString()}" title="${exactTime(at, zone)}">${exactTime(at, zone)}</time>${
    url ? html` · <a href="${url}" rel="noopener external">${words.original}</a>` : ''
  }${
    updatedAt
      ? html` · <span class="updated"><time datetime="${updatedAt.toISOString()}">${words.updated(exactTime(updatedAt, zone))}</time></span>`
      : ''
  }${listed.isDateGuess ? html`<span class="note">${words.guess}</span>` : ''}</p>`;
}

function text(story: ShownStory, showing: Showing): Markup {
  const { lang } = showing;
  const words = wordsOf(lang);
  const [first, ...rest] = photosOutside(story);
  const sapo =
    story.summary !== '' && !isInBody(story.summary, story.bodyHtml) ? html`<p class="sapo">${story.summary}</p>` : '';
  const url = safeUrl(story.attribution.url);
  return html`${sapo}
${first ? photo(story, first, true, showing) : ''}${story.bodyHtml === '' ? '' : html`<div class="body">${raw(withPictures(story, showing))}</div>`}
${rest.map((media) => photo(story, media, false, showing))}${story.authors.length > 0 && !isSigned(story) ? html`<p class="byline">${story.authors.join(', ')}</p>` : ''}
${url && isTeaser(story.bodyHtml) ? html`<p class="source"><a class="button" href="${url}" rel="noopener external">${words.readAt(story.publisher.name)}</a></p>` : ''}`;
}

// Who had it first: every paper with its own time, the earliest first; of two at one moment the one that is shown.
function chainBox(story: ShownStory, showing: Showing): Markup | string {
  if (story.others.length === 0) return '';
  const words = wordsOf(showing.lang);
  const lead = { ...story.attribution, isHere: true };
  const chain = [lead, ...story.others.map((other) => ({ ...other, isHere: false }))].toSorted(
    (a, b) => a.publishedAt.getTime() - b.publishedAt.getTime(),
  );
  const { zone } = story.publisher;
  return html`<section class="box chain" aria-labelledby="box-others"><h2 id="box-others">${words.chain}</h2><ol>
${chain.map((one, index) => {
  const url = safeUrl(one.url);
  const marks = [index === 0 ? words.chainFirst : '', one.isHere ? words.chainHere : ''].filter((mark) => mark !== '');
  return html`<li>${url ? html`<a href="${url}" rel="noopener external">${one.publisherName}</a>` : html`<b>${one.publisherName}</b>`} <span class="meta"><time datetime="${one.publishedAt.toISOString()}">${exactTime(one.publishedAt, zone)}</time>${marks.map((mark) => html` <span>${mark}</span>`)}</span></li>
`;
})}</ol></section>`;
}

async function latestBox(db: Db, story: ShownStory, showing: Showing): Promise<Markup | string> {
  const latest = (await listStories(db, {}, latestShown + 1))
    .filter((other) => other.id !== story.id)
    .map((other) => showable(other, showing.terms))
    .filter((other) => other !== null)
    .slice(0, latestShown);
  if (latest.length === 0) return '';
  const { lang } = showing;
  return html`<section class="box" aria-labelledby="box-latest"><h2 id="box-latest">${wordsOf(lang).latest}</h2><ul>
${latest.map(
  (
    other,
  ) => html`<li><a href="${inLang(storyPath(other), lang)}">${other.title}</a> <span class="meta">${sampleBadge(other.publisher, lang)}<span>${other.publisher.name}</span> ${timeTag(other.attribution.publishedAt, other.publisher.zone, showing)}</span></li>
`,
)}</ul></section>`;
}

/** The page of a story as it may be shown. Reads the latest for its last box. */
export async function storyPage(
  db: Db,
  listed: ListedStory,
  story: ShownStory,
  related: readonly RelatedStory[],
  showing: Showing,
  publicUrl: string,
  comments: { section: Markup | string; isOffered: boolean },
): Promise<Page> {
  const { lang } = showing;
  const places = placesOf(story, lang);
  const url = safeUrl(story.attribution.url);
  const original = safeUrl(story.image?.url);
  const picture = original === null ? null : showing.picture(story.id, original, imageWidths.article);
  const chain = chainBox(story, showing);
  const latest = await latestBox(db, story, showing);
  // The paper's words were others before; another paper taking the lead is no change of anybody's words.
  const revisions = await revisionsOf(db, story.id);
  const updatedAt = revisions.some((one) => one.publisherId === story.publisher.id) ? story.changedAt : null;
  const correction = (await correctionsOf(db, [story.id])).get(story.id);
  const editions = placesOf(story, 'vi').map((place) => ({
    path: `${place.path.slice(1)}/tin-moi`,
    title: wordsOf('vi').latestOf(place.name),
  }));
  return {
    lang,
    title: story.title,
    description: excerpt(story.summary === '' ? wordsOf(lang).by(story.publisher.name) : story.summary, 200),
    path: storyPath(story),
    type: 'article',
    publishedAt: story.attribution.publishedAt,
    changedAt: updatedAt,
    jsonLd: newsArticle(story, updatedAt ?? correction?.at ?? null, publicUrl, picture),
    imageUrl: picture === null ? null : `${publicUrl}${picture}`,
    isSample: story.isSample,
    today: longDay(showing.now, 'Asia/Ho_Chi_Minh', lang),
    editions,
    feeds: [relatedFeeds(story), ...(comments.isOffered ? [commentFeeds(story)] : [])],
    // A whole article belongs to its paper; a headline or excerpt with its context is a page of ours.
    ...(url && story.bodyHtml !== '' ? { canonicalUrl: url } : {}),
    content: html`<article class="article">
${places.length > 0 ? html`<p class="kicker">${places.map((place, index) => html`${index > 0 ? ' · ' : ''}<a href="${inLang(place.path, lang)}">${place.name}</a>`)}</p>` : ''}
<h1>${story.title}</h1>
${credit(story, listed, updatedAt, showing)}
${correctionNote(correction, story.publisher.zone, lang)}
${text(story, showing)}
</article>
${chain}
${relatedBox(story, related, showing)}
${comments.section}
${latest}`,
  };
}
