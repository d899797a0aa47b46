// What every feed writer of the trial newsroom gets.
import type { Published } from '../article.ts';
import type { Paper, PaperFeed } from '../papers.ts';

/** `articles` are newest first, at most 60. */
export type FeedInput = { origin: string; paper: Paper; feed: PaperFeed; articles: readonly Published[] };

/** The newest publication or change among them; null for none. */
export function newestChange(articles: readonly Published[]): Date | null {
  return articles.reduce<Date | null>((newest, { publishedAt, updatedAt }) => {
    const at = updatedAt ?? publishedAt;
    return newest && newest >= at ? newest : at;
  }, null);
}

/** The article's address as this feed writes it, with the counters that it adds. */
export function withTracking(url: string, feed: PaperFeed): string {
  return feed.tracking ? `${url}?${feed.tracking}` : url;
}

/** Says in every channel that this is a sample. */
export function channelDescription(paper: Paper): string {
  return `${paper.motto}. Toà soạn thử: mọi bài viết, nhân vật và số liệu đều là hư cấu.`;
}
