// Enclosures and Media RSS elements → Media, in document order.
import type { Media } from '../../domain.ts';
import { absoluteUrl } from './address.ts';
import type { Entities } from './entities.ts';
import { plainValue, textValue } from './syndication-text.ts';
import { attribute, type Element } from './syndication-tree.ts';

/** Media kept per article. */
const MAX_MEDIA = 100;

/** A decimal number of bytes or pixels; null when absent, negative or nonsense. */
export function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\s*\+?\d{1,15}(?:\.\d+)?\s*(?:px)?\s*$/.test(text)) return null;
  return Math.trunc(Number.parseFloat(text));
}

/** `medium` from what the publisher says, else from the MIME type, else from the file's ending. */
export function mediumOf(said: string | undefined, type: string | null, url: string): Media['medium'] {
  if (said === 'image' || said === 'audio' || said === 'video' || said === 'document') return said;
  const family = type?.slice(0, type.indexOf('/')).toLowerCase();
  if (family === 'image' || family === 'audio' || family === 'video') return family;
  if (type !== null && /pdf|msword|officedocument|opendocument/i.test(type)) return 'document';
  const ending = /\.(\w{2,5})(?:[?#]|$)/.exec(url.slice(-200))?.[1]?.toLowerCase() ?? '';
  if (/^(?:jpe?g|png|gif|webp|avif|bmp|svg)$/.test(ending)) return 'image';
  if (/^(?:mp3|m4a|ogg|oga|wav|aac)$/.test(ending)) return 'audio';
  if (/^(?:mp4|m4v|webm|mov|flv|avi)$/.test(ending)) return 'video';
  return /^(?:pdf|docx?|xlsx?)$/.test(ending) ? 'document' : null;
}

/** One `enclosure` (or Atom link that is one); null without a usable address. */
export function enclosureOf(source: string, element: Element, entities: Entities): Media | null {
  const href =
    attribute(element, 'url') ??
    attribute(element, 'href') ??
    attribute(element, 'rdf:resource') ??
    attribute(element, 'enc:url') ??
    textValue(source, element, entities);
  const url = absoluteUrl(href, element.linkBase);
  if (url === null) return null;
  const type = attribute(element, 'type') ?? attribute(element, 'enc:type') ?? null;
  const length = wholeNumber(attribute(element, 'length') ?? attribute(element, 'enc:length'));
  return {
    url,
    type: type === '' ? null : type,
    medium: mediumOf(undefined, type, url),
    length,
    width: null,
    height: null,
    title: attribute(element, 'title') || null,
    credit: null,
  };
}

/** All that one article (or a group in it) says in Media RSS. */
export type MediaFound = {
  media: Media[];
  title: Element | null;
  description: Element | null;
  categories: Element[];
  keywords: Element[];
  credits: Element[];
};

/** Collects `media:*` children of an article; groups are flattened, thumbnails become images. */
export function mediaOf(source: string, item: Element, entities: Entities): MediaFound {
  const found: MediaFound = { media: [], title: null, description: null, categories: [], keywords: [], credits: [] };
  const seen = new Set<string>();
  const walk = (parent: Element, isContent: boolean): { caption: string | null; credit: string | null } => {
    let caption: string | null = null;
    let credit: string | null = null;
    const later: Element[] = [];
    for (const child of parent.children) {
      switch (child.name) {
        case 'media:group':
        case 'media:content':
        case 'media:thumbnail':
        case 'media:player':
          later.push(child);
          break;
        case 'media:title':
          if (!isContent) found.title ??= child;
          caption ??= plainValue(source, child, entities);
          break;
        case 'media:description':
        case 'media:text':
          if (!isContent || parent.name === 'media:group') found.description ??= child;
          caption = plainValue(source, child, entities) ?? caption;
          break;
        case 'media:credit':
          found.credits.push(child);
          credit ??= plainValue(source, child, entities);
          break;
        case 'media:category':
          found.categories.push(child);
          break;
        case 'media:keywords':
          found.keywords.push(child);
          break;
        default:
          break;
      }
    }
    for (const child of later) {
      if (found.media.length >= MAX_MEDIA) break;
      const url = absoluteUrl(attribute(child, 'url') ?? '', child.linkBase);
      const at = found.media.length;
      const own =
        child.name === 'media:group' || child.name === 'media:content'
          ? walk(child, true)
          : { caption: null, credit: null };
      if (url === null || seen.has(url) || child.name === 'media:group') continue;
      seen.add(url);
      const type = attribute(child, 'type') || null;
      const medium =
        child.name === 'media:thumbnail'
          ? 'image'
          : child.name === 'media:player'
            ? 'video'
            : mediumOf(attribute(child, 'medium'), type, url);
      found.media.splice(at, 0, {
        url,
        type,
        medium,
        length: wholeNumber(attribute(child, 'filesize')),
        width: wholeNumber(attribute(child, 'width')),
        height: wholeNumber(attribute(child, 'height')),
        title: own.caption ?? caption,
        credit: own.credit ?? credit,
      });
    }
    return { caption, credit };
  };
  walk(item, false);
  return found;
}
