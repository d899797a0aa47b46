// A neutral document → the part of it that a partner's dialect takes. Sources of the limits: docs/publishing.md.
import type { Warning } from '../domain.ts';
import { excerpt } from '../text/markup.ts';
import type { FeedDocument } from './document.ts';
import type { FeedItem } from './item.ts';

const msnItems = 30;
const msnTitle = { least: 20, most: 150 };
const msnYearMs = 365 * 86_400_000;
const msnPicture = { leastWidth: 720, leastRatio: 0.5, mostRatio: 1.89, mostBytes: 15_000_000 };

// Pictures of unknown size are left in: MSN measures them itself, and most feeds do not say.
function isPictureForMsn(media: FeedItem['media'][number]): boolean {
  if (media.medium !== 'image') return true;
  if (media.length !== null && media.length > msnPicture.mostBytes) return false;
  if (media.width === null || media.height === null) return true;
  const ratio = media.width / media.height;
  return media.width >= msnPicture.leastWidth && ratio >= msnPicture.leastRatio && ratio <= msnPicture.mostRatio;
}

// Code points, as the checks of partners count.
function charactersIn(text: string): number {
  return [...text].length;
}

// A headline of nothing but marks upon marks is cut hard: an excerpt counts letters as readers see them, MSN does not.
function cutTitle(title: string): string {
  if (charactersIn(title) <= msnTitle.most) return title;
  const cut = excerpt(title, msnTitle.most);
  return charactersIn(cut) <= msnTitle.most ? cut : `${[...title].slice(0, msnTitle.most - 1).join('')}…`;
}

function reasonAgainstMsn(item: FeedItem, hasBody: boolean, now: Date): string | null {
  if (charactersIn(item.title) < msnTitle.least) return 'its title is too short';
  if (!hasBody) return 'its paper allows no more than an excerpt';
  if (now.getTime() - item.published.getTime() > msnYearMs) return 'it is older than a year';
  return null;
}

/**
 * The items that MSN takes, newest first, at most 30: whole articles of the last year with titles of 20 to 150 characters (longer
 * ones are cut) and pictures of the sizes it wants. What is left out is told in the notes. `hasBody` says whether an item by its
 * id is a whole article; `now` is the clock.
 */
export function forMsn(document: FeedDocument, hasBody: (id: string) => boolean, now: Date): FeedDocument {
  const notes: Warning[] = [...document.notes];
  const items: FeedItem[] = [];
  for (const [i, item] of document.items.entries()) {
    const reason = reasonAgainstMsn(item, hasBody(item.id), now);
    if (reason !== null) notes.push({ code: 'document.not-for-msn', message: `${item.id}: ${reason}`, item: i });
    else if (items.length < msnItems)
      items.push({
        ...item,
        title: cutTitle(item.title),
        media: item.media.filter(isPictureForMsn),
      });
  }
  const newest = items.reduce((latest, item) => Math.max(latest, item.updated.getTime()), 0);
  return { ...document, items, notes, updated: newest === 0 ? document.updated : new Date(newest) };
}
