// What an embed asks for → its stories as the public may see them, as data and as HTML.
import { html, raw } from 'hono/html';
import type { Policy } from '../../domain.ts';
import { showable } from '../../edition/rights.ts';
import { publicTerms } from '../../edition/rights-terms.ts';
import { listEdition } from '../../store/search.ts';
import type { ListedStory } from '../../store/story.ts';
import { listStoriesByIds } from '../../store/story.ts';
import { relatedForText } from '../../story/related-answer.ts';
import { provinceBySlug } from '../../text/place.ts';
import { reasonText } from '../../text/reason.ts';
import { filterQuery } from '../../text/search.ts';
import { sectionBySlug } from '../../text/section.ts';
import type { WebContext } from '../feeds.ts';
import { imageWidths } from '../image-address.ts';
import type { PictureLink } from '../image.ts';
import type { Markup } from '../layout.ts';
import { storyPath } from '../public/links.ts';
import { safeUrl } from '../safe-url.ts';
import { exactTime } from '../when.ts';
import type { EmbedQuery } from './query.ts';
import { embedWords } from './words.ts';

/** A story in an embed: a headline with its source, time and link; a picture where the agreement has it and it was asked for. */
export type EmbedItem = {
  title: string;
  /** Our page of it; the picture is ours too, so that no paper sees the readers of a partner. */
  url: string;
  source: { name: string; url: string | null; publishedAt: string; time: string };
  image: string | null;
  /** Why it is related; null in lists of the latest. */
  reason: string | null;
  isSample: boolean;
};

/** An embed's content; also what the custom element fetches. */
export type EmbedBox = {
  title: string;
  moreUrl: string;
  moreText: string;
  by: string;
  sample: string;
  emptyText: string;
  items: EmbedItem[];
};

type Found = { story: ListedStory; reason: string | null };

async function findLatest(ctx: WebContext, query: EmbedQuery): Promise<Found[]> {
  const province = query.province === null ? null : provinceBySlug(query.province);
  const filter = {
    ...(province === null ? {} : { province: province.code }),
    ...(query.section === null ? {} : { section: query.section }),
    ...(query.publisher === null ? {} : { publisher: query.publisher }),
  };
  const stories = await listEdition(ctx.db, filter, filterQuery(filter), query.count);
  return stories.map((story) => ({ story, reason: null }));
}

async function findRelated(ctx: WebContext, query: EmbedQuery): Promise<Found[]> {
  if (query.url === null && query.title === null) return [];
  const answer = await relatedForText(ctx, { url: query.url, title: query.title ?? '' });
  const places = answer.places.slice(0, query.count);
  const stories = await listStoriesByIds(
    ctx.db,
    places.map((place) => place.relatedId),
  );
  return places.flatMap((place) => {
    const story = stories.find((one) => one.id === place.relatedId);
    const reason = reasonText({ kind: place.reason, subject: place.subject }, query.lang);
    return story === undefined ? [] : [{ story, reason }];
  });
}

function titleOf(query: EmbedQuery): string {
  const words = embedWords(query.lang);
  if (query.kind === 'tin-lien-quan') return words.related;
  const province = query.province === null ? null : provinceBySlug(query.province);
  const section = query.section === null ? null : sectionBySlug(query.section);
  const name = query.lang === 'en' ? (province?.nameEn ?? section?.nameEn) : (province?.name ?? section?.name);
  return name === undefined ? words.latest : `${words.latest} ${name}`;
}

function pathOf(query: EmbedQuery): string {
  if (query.province !== null) return `/tinh/${query.province}`;
  if (query.section !== null) return `/chuyen-muc/${query.section}`;
  return query.publisher === null ? '/' : `/bao/${query.publisher}`;
}

/** The content of an embed, for the public: rights are applied here as everywhere, through `showable`. */
export async function makeBox(
  ctx: WebContext,
  query: EmbedQuery,
  policy: Policy,
  pictureOf: PictureLink,
): Promise<EmbedBox> {
  const { publicUrl } = ctx.config;
  const words = embedWords(query.lang);
  const terms = publicTerms(policy, ctx.now());
  const found = query.kind === 'tin-moi' ? await findLatest(ctx, query) : await findRelated(ctx, query);
  const items = found.flatMap(({ story: listed, reason }): EmbedItem[] => {
    const story = showable(listed, terms);
    if (story === null) return [];
    const { attribution, publisher } = story;
    const original = query.hasPictures ? safeUrl(story.image?.url) : null;
    const picture = original === null ? null : pictureOf(story.id, original, imageWidths.embed);
    return [
      {
        title: story.title,
        url: `${publicUrl}${storyPath(story)}`,
        source: {
          name: attribution.publisherName,
          url: safeUrl(attribution.url),
          publishedAt: attribution.publishedAt.toISOString(),
          time: exactTime(attribution.publishedAt, publisher.zone),
        },
        image: picture === null ? null : `${publicUrl}${picture}`,
        reason,
        isSample: story.isSample,
      },
    ];
  });
  return {
    title: titleOf(query),
    moreUrl: `${publicUrl}${pathOf(query)}`,
    moreText: words.all,
    by: words.by,
    sample: words.sample,
    emptyText: query.kind === 'tin-moi' ? words.empty : words.noneRelated,
    items,
  };
}

const outward = raw(' target="_blank" rel="noopener"');

function itemHtml(item: EmbedItem, box: EmbedBox): Markup {
  const { source } = item;
  const time = html`<time datetime="${source.publishedAt}">${source.time}</time>`;
  return html`<li class="tt-tin">${
    item.image === null
      ? ''
      : html`<img class="tt-anh" src="${item.image}" alt="" width="96" height="72" loading="lazy" decoding="async" referrerpolicy="no-referrer">`
  }<div><a class="tt-tit" href="${item.url}"${outward}>${item.title}</a>
<p class="tt-nguon">${item.isSample ? html`<strong class="tt-mau">${box.sample}</strong> ` : ''}${box.by} ${
    source.url === null ? source.name : html`<a href="${source.url}"${outward}>${source.name}</a>`
  } · ${time}${item.reason === null ? '' : html` · <span class="tt-ly-do">${item.reason}</span>`}</p></div></li>
`;
}

/**
 * The HTML of an embed: one section with classes `tt-…` and no style; the same in the iframe and in server-side includes, but that the iframe is
 * a page of its own, with a first heading.
 */
export function boxHtml(box: EmbedBox, level: 1 | 2): Markup {
  return html`<section class="tin-tinh" aria-label="${box.title}">
${level === 1 ? html`<h1 class="tt-dau">${box.title}</h1>` : html`<h2 class="tt-dau">${box.title}</h2>`}
${
  box.items.length === 0
    ? html`<p class="tt-trong">${box.emptyText}</p>`
    : html`<ul class="tt-ds">
${box.items.map((item) => itemHtml(item, box))}</ul>`
}
<p class="tt-them"><a href="${box.moreUrl}"${outward}>${box.moreText}</a></p>
</section>
`;
}
