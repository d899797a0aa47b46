// Related stories with their reasons → the box "Tin liên quan" of a story's page.
import { html } from 'hono/html';
import { relatedUrl } from '../../edition/document.ts';
import type { RelatedStory } from '../../edition/related-document.ts';
import { showable } from '../../edition/rights.ts';
import { reasonText } from '../../text/reason.ts';
import { formats } from '../address.ts';
import type { FeedLinks, Markup } from '../layout.ts';
import { inLang, wordsOf } from '../words.ts';
import type { Showing } from './card.ts';
import { sampleBadge, timeTag } from './card.ts';
import { storyPath } from './links.ts';

/** The feeds of a story's related stories, for announcing them. */
export function relatedFeeds(story: { id: number; title: string }): FeedLinks {
  return {
    title: `${wordsOf('vi').related}: ${story.title}`,
    paths: {
      rss: relatedUrl('', story.id, 'rss'),
      atom: relatedUrl('', story.id, 'atom'),
      json: relatedUrl('', story.id, 'json'),
    },
  };
}

/** The box, best first, each story with its paper, its time and, on request, why it is here. Nothing when there is none to show. */
export function relatedBox(story: { id: number }, related: readonly RelatedStory[], showing: Showing): Markup | string {
  const { lang } = showing;
  const words = wordsOf(lang);
  const shown = related.flatMap(({ story: listed, reason, subject }) => {
    const allowed = showable(listed, showing.terms);
    return allowed === null ? [] : [{ story: allowed, why: reasonText({ kind: reason, subject }, lang) }];
  });
  if (shown.length === 0) return '';
  return html`<section class="box related" aria-labelledby="box-related"><h2 id="box-related">${words.related}</h2><ul>
${shown.map(
  ({ story: other, why }) =>
    html`<li><a href="${inLang(storyPath(other), lang)}">${other.title}</a> <span class="meta">${sampleBadge(other.publisher, lang)}<span>${other.publisher.name}</span> ${timeTag(other.attribution.publishedAt, other.publisher.zone, showing)}</span>
<details class="why"><summary aria-label="${words.whyRelated(other.title)}">${words.why}</summary><p>${why}</p></details></li>
`,
)}</ul>
<p class="follow">${words.follow}:<span class="formats">${formats.map((form) => html` <a href="${relatedUrl('', story.id, form.format)}" type="${form.type}" aria-label="${words.related}: ${form.name}">${form.name}</a>`)}</span></p></section>`;
}
