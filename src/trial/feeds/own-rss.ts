// A paper's articles → RSS 2.0 from home-made templates: one tidy for windows-1258, one with the usual damage.
import { articleNumber, articleUrl, feedUrl, homeUrl, photoUrl } from '../address.ts';
import type { Published } from '../article.ts';
import { localTime, twoDigits } from '../day.ts';
import { escapeText, markedSapo, teaserHtml } from '../markup.ts';
import { channelDescription, type FeedInput, newestChange } from './model.ts';

/** XML that declares windows-1258; the caller encodes it. */
export function toLegacyRss({ origin, paper, feed, articles }: FeedInput): string {
  const items = articles.map((article) => {
    const url = articleUrl(origin, article);
    return `<item>
<title>${escapeText(article.title)}</title>
<link>${escapeText(url)}</link>
<guid isPermaLink="false">${paper.slug}-${articleNumber(article.paper, article.slug)}</guid>
<pubDate>${rfc822(article.publishedAt, '+0700')}</pubDate>
<category>${escapeText(article.categories[0] ?? '')}</category>
<description><![CDATA[${teaserHtml(article, url, origin)}]]></description>
</item>`;
  });
  const newest = newestChange(articles);
  return `<?xml version="1.0" encoding="windows-1258"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${escapeText(feed.title)}</title>
<link>${homeUrl(origin, paper.slug)}</link>
<atom:link rel="self" type="application/rss+xml" href="${escapeText(feedUrl(origin, paper, feed))}"/>
<description>${escapeText(channelDescription(paper))}</description>
<language>vi-vn</language>
${newest ? `<lastBuildDate>${rfc822(newest, '+0700')}</lastBuildDate>\n` : ''}${items.join('\n')}
</channel>
</rss>
`;
}

/** Not well-formed on purpose: bare `&`, `&nbsp;`, `GMT+7`, decomposed titles, queries in links, served as text/html. */
export function toDamagedRss({ origin, paper, feed, articles }: FeedInput): string {
  const items = articles.map((article) => {
    const url = `${articleUrl(origin, article)}?mid=12&lang=vi`;
    return `<item>
<title>${damaged(article.title).normalize('NFD')}</title>
<link>${url}</link>
<guid>${articleNumber(article.paper, article.slug)}</guid>
<pubDate>${rfc822(article.publishedAt, 'GMT+7')}</pubDate>
<author>${damaged(article.byline)}</author>
${article.categories.map((label) => `<category>${damaged(label)}</category>`).join('')}
<description>${picture(article, origin)}${damaged(markedSapo(article)).replace('. ', '.&nbsp; ')}</description>
</item>`;
  });
  return `

<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0">
<channel>
<title>${damaged(feed.title)} & Bạn đọc</title>
<link>${homeUrl(origin, paper.slug)}</link>
<description>${damaged(channelDescription(paper))}&nbsp;</description>
<language>vi-vn</language>
<copyright>&copy; ${damaged(paper.name)}</copyright>
${items.join('\n')}
</channel>
</rss>
`;
}

function picture(article: Published, origin: string): string {
  return article.photos.length > 0 ? `&lt;img src="${photoUrl(origin, article, 0)}" align=left&gt;` : '';
}

/** Leaves `&` bare, as the template does, but keeps tags out. */
function damaged(text: string): string {
  return text.replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Wall clock of Vietnam in RFC 822 form with the given zone word. */
function rfc822(at: Date, zone: string): string {
  const t = localTime(at);
  const [day, month] = [
    new Date(Date.UTC(t.year, t.month - 1, t.day)).toUTCString().slice(0, 3),
    at.toLocaleString('en', { month: 'short', timeZone: 'Asia/Ho_Chi_Minh' }),
  ];
  const clock = [t.hour, t.minute, at.getUTCSeconds()].map(twoDigits).join(':');
  return `${day}, ${twoDigits(t.day)} ${month} ${t.year} ${clock} ${zone}`;
}
