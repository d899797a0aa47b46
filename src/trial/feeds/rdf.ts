// A paper's articles → RSS 1.0 over RDF with Dublin Core and content modules (https://web.resource.org/rss/1.0/spec).
import { articleGuid, articleUrl, feedUrl, homeUrl } from '../address.ts';
import { isoLocal } from '../day.ts';
import { bodyHtml, escapeText, markedSapo } from '../markup.ts';
import { channelDescription, type FeedInput, newestChange } from './model.ts';

/** `rdf:about` is the lasting tag, not the address, so an item stays the same when the newsroom's port changes. */
export function toRdf({ origin, paper, feed, articles }: FeedInput): string {
  const items = articles.map(
    (article) => `  <item rdf:about="${articleGuid(article)}">
    <title>${escapeText(article.title)}</title>
    <link>${articleUrl(origin, article)}</link>
    <description>${escapeText(markedSapo(article))}</description>
    <dc:creator>${escapeText(article.byline)}</dc:creator>
    <dc:date>${isoLocal(article.publishedAt)}</dc:date>
    <dc:subject>${escapeText(article.categories[0] ?? '')}</dc:subject>
    <content:encoded><![CDATA[${bodyHtml(article, origin)}]]></content:encoded>
  </item>`,
  );
  const list = articles.map((article) => `        <rdf:li rdf:resource="${articleGuid(article)}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
  <channel rdf:about="${escapeText(feedUrl(origin, paper, feed))}">
    <title>${escapeText(feed.title)}</title>
    <link>${homeUrl(origin, paper.slug)}</link>
    <description>${escapeText(channelDescription(paper))}</description>
    <dc:language>vi</dc:language>
    <dc:date>${isoLocal(newestChange(articles) ?? new Date(0))}</dc:date>
    <items>
      <rdf:Seq>
${list.join('\n')}
      </rdf:Seq>
    </items>
  </channel>
${items.join('\n')}
</rdf:RDF>
`;
}
