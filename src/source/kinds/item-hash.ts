// A parsed item → 16 hex digits over all its fields.
import { hash } from 'node:crypto';
import type { ParsedItem } from '../parsed.ts';

/** Hash over what the source says of an item, not over how it is written: another encoding or order of elements changes nothing. */
export function itemHash(item: Omit<ParsedItem, 'hash'>): string {
  let said = `${item.id ?? ''}\n${item.url ?? ''}\n${item.title ?? ''}\n${item.summaryHtml ?? ''}\n${item.contentHtml ?? ''}\n${item.publishedAt?.getTime() ?? ''}\n${item.updatedAt?.getTime() ?? ''}\n${item.imageUrl ?? ''}\n${item.commentsUrl ?? ''}\n${item.originName ?? ''}\n${item.originUrl ?? ''}`;
  for (const author of item.authors) said += `\na${author.name ?? ''}\t${author.email ?? ''}\t${author.url ?? ''}`;
  for (const category of item.categories) said += `\nc${category}`;
  for (const media of item.enclosures) said += `\ne${media.url}\t${media.type ?? ''}\t${media.length ?? ''}`;
  for (const media of item.media) said += `\nm${media.url}\t${media.title ?? ''}\t${media.credit ?? ''}`;
  if (item.point) said += `\np${item.point.lat},${item.point.lon}`;
  return hash('sha1', said, 'hex').slice(0, 16);
}
