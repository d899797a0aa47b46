// A paper's articles → Atom 1.0 (RFC 4287) with whole bodies.
import { articleGuid, articleUrl, feedUrl, homeUrl, photoUrl } from '../address.ts';
import { isoLocal } from '../day.ts';
import { bodyHtml, escapeText, markedSapo } from '../markup.ts';
import { drawPicture } from '../picture.ts';
import { channelDescription, type FeedInput, newestChange } from './model.ts';

export function toTrialAtom({ origin, paper, feed, articles }: FeedInput): string {
  const entries = articles.map((article) => {
    const photo = article.photos[0];
    const picture = photo
      ? `\n    <link rel="enclosure" type="image/png" length="${drawPicture(`${article.slug}-1`, photo.scene).length}" href="${photoUrl(origin, article, 0)}"/>`
      : '';
    return `  <entry>
    <id>${articleGuid(article)}</id>
    <title>${escapeText(article.title)}</title>
    <link rel="alternate" type="text/html" href="${articleUrl(origin, article)}"/>${picture}
    <published>${isoLocal(article.publishedAt)}</published>
    <updated>${isoLocal(article.updatedAt ?? article.publishedAt)}</updated>
    <author><name>${escapeText(article.byline)}</name></author>
${article.categories.map((label) => `    <category term="${escapeText(label)}"/>`).join('\n')}
    <summary>${escapeText(markedSapo(article))}</summary>
    <content type="html">${escapeText(bodyHtml(article, origin))}</content>
  </entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">
  <id>tag:toa-soan-thu.example,2026:${paper.slug}</id>
  <title>${escapeText(feed.title)}</title>
  <subtitle>${escapeText(channelDescription(paper))}</subtitle>
  <link rel="alternate" type="text/html" href="${homeUrl(origin, paper.slug)}"/>
  <link rel="self" type="application/atom+xml" href="${escapeText(feedUrl(origin, paper, feed))}"/>
  <author><name>${escapeText(paper.name)}</name></author>
  <updated>${isoLocal(newestChange(articles) ?? new Date(0))}</updated>
${entries.join('\n')}
</feed>
`;
}
