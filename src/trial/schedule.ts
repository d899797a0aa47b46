// (first start, now) → the articles that stand in each paper at this moment.
import type { Article, PaperSlug, PastArticle, Published } from './article.ts';
import { past } from './articles/past.ts';
import { reserve } from './articles/reserve.ts';
import { bulletinsBetween, bulletinsOfTwoDays } from './bulletin.ts';
import { fillDays } from './day.ts';
import { hash32 } from './seed.ts';

const firstReleaseMs = 20_000;
const releaseEveryMs = 75_000;
const hourMs = 3_600_000;
/** Bulletins older than this leave the feeds; their pages stay for `pagesForMs`. */
const bulletinsForMs = 72 * hourMs;
const pagesForMs = 90 * 24 * hourMs;

/** When the k-th article of the reserve appears: 20 s after the first start, then one every 60 to 90 s. */
export function releaseTime(startedAt: Date, index: number): Date {
  const jitterMs = index === 0 ? 0 : (hash32(`release ${index}`) % 14_000) - 7_000;
  return new Date(startedAt.getTime() + firstReleaseMs + index * releaseEveryMs + jitterMs);
}

/** The first full hour after the reserve has run out: from here on the papers write hourly bulletins. */
export function bulletinsFrom(startedAt: Date): Date {
  const end = releaseTime(startedAt, reserve.length).getTime();
  return new Date(Math.ceil(end / hourMs) * hourMs);
}

function pastTime(article: PastArticle, startedAt: Date): Date {
  return new Date(startedAt.getTime() - Math.round(article.hoursAgo * 3600) * 1000);
}

function publish(article: Article, publishedAt: Date, startedAt: Date, now: Date): Published {
  const { update, ...first } = article;
  const changedAt = update ? new Date(startedAt.getTime() + update.afterSeconds * 1000) : null;
  const isChanged = changedAt !== null && changedAt <= now && changedAt > publishedAt;
  const words = isChanged ? { ...first, ...update } : first;
  return {
    slug: first.slug,
    paper: first.paper,
    title: fillDays(words.title, publishedAt),
    sapo: fillDays(words.sapo, publishedAt),
    body: words.body.map((paragraph) => fillDays(paragraph, publishedAt)),
    byline: first.byline,
    categories: first.categories,
    place: first.place,
    photos: first.photos.map((photo) => ({ ...photo, caption: fillDays(photo.caption, publishedAt) })),
    publishedAt,
    updatedAt: isChanged ? changedAt : null,
  };
}

type Slot = { article: Article; at: Date };

function slots(startedAt: Date, now: Date, bulletinsSince: Date): Slot[] {
  const released = reserve.map((article, index) => ({ article, at: releaseTime(startedAt, index) }));
  const from = new Date(Math.max(bulletinsFrom(startedAt).getTime(), bulletinsSince.getTime()));
  return [
    ...past.map((article) => ({ article, at: pastTime(article, startedAt) })),
    ...bulletinsOfTwoDays(startedAt),
    ...released.filter((slot) => slot.at <= now),
    ...bulletinsBetween(from, now),
  ];
}

/**
 * Everything that the feeds may show at `now`, newest first (ties by slug). Depends on nothing but its arguments: polls, restarts and
 * machines agree on every word and date. `startedAt` is the instant of the newsroom's first start, kept by the caller.
 */
export function visibleArticles(startedAt: Date, now: Date): Published[] {
  return slots(startedAt, now, new Date(now.getTime() - bulletinsForMs))
    .map((slot) => publish(slot.article, slot.at, startedAt, now))
    .sort((a, b) => b.publishedAt.getTime() - a.publishedAt.getTime() || (a.slug < b.slug ? -1 : 1));
}

/** One article by its name, also when it has left the feeds; null before its hour and for names that never were. */
export function findArticle(startedAt: Date, now: Date, paper: PaperSlug, slug: string): Published | null {
  const isBulletin = /-\d{8}-\d{2}$/.test(slug);
  const since = new Date(now.getTime() - (isBulletin ? pagesForMs : 0));
  const slot = slots(startedAt, now, since).find(({ article }) => article.paper === paper && article.slug === slug);
  return slot ? publish(slot.article, slot.at, startedAt, now) : null;
}
