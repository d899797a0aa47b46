// A story as it may be shown → schema.org's NewsArticle (https://schema.org/NewsArticle), for machines that read pages.
import type { ShownStory } from '../../edition/rights.ts';
import { excerpt } from '../../text/markup.ts';
import { safeUrl } from '../safe-url.ts';
import { storyPath } from './links.ts';

/** No more than the page itself shows. `changedAt` null = it never changed; the paper is the publisher, its article what ours rests on. `picture` is a path of ours. */
export function newsArticle(
  story: ShownStory,
  changedAt: Date | null,
  publicUrl: string,
  picture: string | null,
): Record<string, unknown> {
  const source = safeUrl(story.attribution.url);
  const site = safeUrl(story.publisher.siteUrl);
  const url = `${publicUrl}${storyPath(story)}`;
  return {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    headline: excerpt(story.title, 110),
    url,
    mainEntityOfPage: source !== null && story.bodyHtml !== '' ? source : url,
    datePublished: story.attribution.publishedAt.toISOString(),
    dateModified: (changedAt ?? story.attribution.publishedAt).toISOString(),
    inLanguage: 'vi',
    ...(story.summary === '' ? {} : { description: excerpt(story.summary, 300) }),
    ...(picture === null ? {} : { image: [`${publicUrl}${picture}`] }),
    author:
      story.authors.length > 0
        ? story.authors.map((name) => ({ '@type': 'Person', name }))
        : [{ '@type': 'Organization', name: story.publisher.name }],
    publisher: {
      '@type': 'NewsMediaOrganization',
      name: story.publisher.name,
      ...(site === null ? {} : { url: site }),
    },
    ...(source === null ? {} : { isBasedOn: source }),
  };
}
