// Media of an item → Media RSS elements, the same in RSS and Atom.
import type { Media } from '../domain.ts';
import { emptyElement, parentElement, textElement } from './xml.ts';

/** With the slash: without it validators take it for another namespace. */
export const mediaNamespace = 'http://search.yahoo.com/mrss/';

/** One `media:content` for each medium, with caption and credit inside; sizes only where known and positive (rssboard.org/media-rss). */
export function mediaElements(media: readonly Media[]): string[] {
  return media.map((one) => {
    const attributes = {
      url: one.url,
      medium: one.medium,
      type: one.type,
      width: one.width,
      height: one.height,
      fileSize: one.length,
    };
    const parts = [
      one.title === null ? '' : textElement('media:title', one.title, { type: 'plain' }),
      one.credit === null ? '' : textElement('media:credit', one.credit),
    ].filter((part) => part !== '');
    return parts.length === 0
      ? emptyElement('media:content', attributes)
      : parentElement('media:content', parts, attributes);
  });
}
