// A story as it may be shown → its card in a list, and the small pieces of a card that the story page uses too.
import { html } from 'hono/html';
import type { ShownStory } from '../../edition/rights.ts';
import type { Terms } from '../../edition/rights-terms.ts';
import { excerpt } from '../../text/markup.ts';
import type { Markup } from '../layout.ts';
import type { PictureLink } from '../image.ts';
import { imageWidths } from '../image-address.ts';
import { safeUrl } from '../safe-url.ts';
import { exactTime, relativeTime } from '../when.ts';
import type { Lang } from '../words.ts';
import { inLang, wordsOf } from '../words.ts';
import { paperItem, placesOf, storyPath } from './links.ts';

/** The language and moment in which something is shown, the terms of rights for it, and the way to its pictures. */
export type Showing = { lang: Lang; now: Date; terms: Terms; picture: PictureLink };

/** A time as people say it, exact for machines and on hover. */
export function timeTag(at: Date, zone: string, showing: Showing): Markup {
  return html`<time datetime="${at.toISOString()}" title="${exactTime(at, zone)}">${relativeTime(at, showing.now, zone, showing.lang)}</time>`;
}

/** The word that marks the trial newsroom; nothing for real papers. */
export function sampleBadge(publisher: { isSample: boolean }, lang: Lang): Markup | string {
  return publisher.isSample ? html`<span class="badge">${wordsOf(lang).sampleShort}</span>` : '';
}

function metaLine(story: ShownStory, showing: Showing): Markup {
  const { lang } = showing;
  const paper = paperItem(story.publisher);
  const [place] = placesOf(story, lang);
  return html`<p class="meta">${sampleBadge(story.publisher, lang)}<a class="paper" href="${inLang(paper.path, lang)}">${paper.name}</a>${
    story.others.length > 0 ? html` <span>${wordsOf(lang).alsoCount(story.others.length)}</span>` : ''
  } ${timeTag(story.attribution.publishedAt, story.publisher.zone, showing)}${place ? html` <a href="${inLang(place.path, lang)}">${place.name}</a>` : ''}</p>`;
}

/** How a card is set: the first of a page leads it with a large picture; a dense one is headline, paper and time alone. */
export type CardOptions = { isLead: boolean; isPictureEager: boolean; isDense?: boolean };

/** One story in a list, as its rights allow: headline, sapo, picture, paper, time and place. */
export function storyCard(story: ShownStory, showing: Showing, options: CardOptions): Markup {
  const href = inLang(storyPath(story), showing.lang);
  const original = safeUrl(story.image?.url);
  const widest = options.isLead ? imageWidths.lead : imageWidths.card;
  const picture = original === null || options.isDense ? null : showing.picture(story.id, original, widest);
  const [width, height] = options.isLead ? [640, 360] : [240, 180];
  return html`<li><article class="story${options.isLead ? ' lead' : ''}${options.isDense ? ' dense' : ''}${picture ? ' pictured' : ''}">
<div><h2><a href="${href}">${story.title}</a></h2>${story.summary === '' || options.isDense ? '' : html`<p class="sapo">${excerpt(story.summary, options.isLead ? 400 : 220)}</p>`}${metaLine(story, showing)}</div>${
    picture
      ? html`<a class="picture" href="${href}" tabindex="-1" aria-hidden="true"><img src="${picture}" alt="" width="${width}" height="${height}" loading="${options.isPictureEager ? 'eager' : 'lazy'}" decoding="async"></a>`
      : ''
  }</article></li>
`;
}
