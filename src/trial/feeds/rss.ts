// A paper's articles → RSS 2.0 as the common npm package `feed` writes it; this file is its only door.
import { Feed } from 'feed';
import { articleGuid, articleNumber, articleUrl, feedUrl, homeUrl, photoUrl } from '../address.ts';
import { bodyHtml, escapeText, markedSapo, teaserHtml } from '../markup.ts';
import { drawPicture } from '../picture.ts';
import { channelDescription, type FeedInput, newestChange, withTracking } from './model.ts';

/** Bodies go out in `content:encoded` when the paper's dialect is `full-rss`; else descriptions alone. */
export function toPackagedRss({ origin, paper, feed, articles }: FeedInput): string {
  const out = new Feed({
    title: feed.title,
    description: channelDescription(paper),
    link: homeUrl(origin, paper.slug),
    feed: feedUrl(origin, paper, feed),
    language: 'vi',
    ttl: 5,
    generator: 'Toa soan thu',
    updated: newestChange(articles) ?? new Date(0),
  });
  for (const article of articles) {
    const url = withTracking(articleUrl(origin, article), feed);
    const photo = article.photos[0];
    out.addItem({
      title: article.title,
      link: url,
      // The campaign feed names its items by number, the main feed by tag: only the address says that they are one.
      id: feed.tracking ? `${paper.slug}-${articleNumber(article.paper, article.slug)}` : articleGuid(article),
      date: article.publishedAt,
      description: paper.dialect === 'full-rss' ? markedSapo(article) : teaserHtml(article, url, origin),
      ...(paper.dialect === 'full-rss'
        ? { content: `<p><strong>${escapeText(article.sapo)}</strong></p>\n${bodyHtml(article, origin)}` }
        : {}),
      author: [{ name: article.byline }],
      category: article.categories.map((name) => ({ name })),
      ...(photo
        ? {
            image: {
              url: photoUrl(origin, article, 0),
              type: 'image/png',
              length: drawPicture(`${article.slug}-1`, photo.scene).length,
            },
          }
        : {}),
    });
  }
  return out.rss2();
}
