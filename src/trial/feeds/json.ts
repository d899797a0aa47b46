// A paper's articles → JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).
import { articleGuid, articleUrl, feedUrl, homeUrl, photoUrl } from '../address.ts';
import { isoLocal } from '../day.ts';
import { bodyHtml, markedSapo } from '../markup.ts';
import { channelDescription, type FeedInput } from './model.ts';

export function toTrialJson({ origin, paper, feed, articles }: FeedInput): string {
  return JSON.stringify(
    {
      version: 'https://jsonfeed.org/version/1.1',
      title: feed.title,
      home_page_url: homeUrl(origin, paper.slug),
      feed_url: feedUrl(origin, paper, feed),
      description: channelDescription(paper),
      language: 'vi',
      authors: [{ name: paper.name, url: homeUrl(origin, paper.slug) }],
      items: articles.map((article) => ({
        id: articleGuid(article),
        url: articleUrl(origin, article),
        title: article.title,
        summary: markedSapo(article),
        content_html: bodyHtml(article, origin),
        date_published: isoLocal(article.publishedAt),
        ...(article.updatedAt ? { date_modified: isoLocal(article.updatedAt) } : {}),
        ...(article.photos.length > 0 ? { image: photoUrl(origin, article, 0) } : {}),
        authors: [{ name: article.byline }],
        tags: article.categories,
      })),
    },
    null,
    1,
  );
}
