// A paper, an article, a photo → their addresses and lasting names.
import type { PaperSlug, Published } from './article.ts';
import type { Paper, PaperFeed } from './papers.ts';
import { hash32 } from './seed.ts';

/** Six digits, as content systems number their articles; follows from paper and slug alone. */
export function articleNumber(paper: PaperSlug, slug: string): number {
  return 100_000 + (hash32(`${paper}/${slug}`) % 900_000);
}

/** Name that outlives a change of port: articles keep it over restarts and updates. */
export function articleGuid(article: Pick<Published, 'paper' | 'slug'>): string {
  return `tag:toa-soan-thu.example,2026:${article.paper}/${article.slug}`;
}

/** The paper's home page; ends in a slash. */
export function homeUrl(origin: string, paper: PaperSlug): string {
  return `${origin}/${paper}/`;
}

export function feedUrl(origin: string, paper: Paper, feed: PaperFeed): string {
  return homeUrl(origin, paper.slug) + feed.path;
}

export function articleUrl(origin: string, article: Pick<Published, 'paper' | 'slug'>): string {
  return `${homeUrl(origin, article.paper)}bai/${article.slug}-${articleNumber(article.paper, article.slug)}.html`;
}

/** `index` counts the article's photos from 0. */
export function photoUrl(origin: string, article: Pick<Published, 'paper' | 'slug'>, index: number): string {
  return `${homeUrl(origin, article.paper)}anh/${article.slug}-${index + 1}.png`;
}
