// A document that was read, and what is known of its source → its rhythm, its wishes, what it has in common with the last one. Pure.
import type { ClaimedSource } from '../store/poll.ts';
import { type Comparison, compareMarks, type Gap, gapBetween } from './gap.ts';
import { hintsOf } from './hints.ts';
import { markBytes } from './kinds/item-hash.ts';
import { countMarks, timesOf } from './marks.ts';
import type { ReadDocument } from './read-document.ts';
import { nextTurnover, overlapOf, turnoverOf } from './rhythm.ts';
import type { Learnt } from './settle.ts';

/** What a document taught, beside what becomes of its entries. `gap` null = none. */
export type Lesson = { learnt: Learnt; comparison: Comparison; gap: Gap | null };

const isWarned = (document: Pick<ReadDocument, 'warnings'>, code: string) =>
  document.warnings.some((warning) => warning.code === code);

/** True when the document ends inside its last article: half of its text, and half of its address, are worse than none. */
export function isLastHalf(document: Pick<ReadDocument, 'warnings'>): boolean {
  return isWarned(document, 'feed.cut_inside_item');
}

/**
 * Learns from a whole document. A document without items teaches nothing but its wishes, and one that is cut off or empty lends no validators
 * (`isWhole`): the next answer shall be whole.
 */
export function learnFrom(
  source: Pick<ClaimedSource, 'itemMarks' | 'lastSuccessAt' | 'turnoverSeconds' | 'newestAt'>,
  document: Pick<ReadDocument, 'feed' | 'marks' | 'warnings'>,
  now: Date,
): Lesson {
  const { feed, marks } = document;
  const before = source.itemMarks ?? new Uint8Array();
  const [itemsBefore, items] = [countMarks(before), countMarks(marks)];
  const comparison = compareMarks(before, marks);
  const isCut = isWarned(document, 'feed.truncated');
  const times = timesOf(marks);
  const found =
    itemsBefore === 0 || source.lastSuccessAt === null
      ? null
      : {
          items,
          known: comparison.known,
          elapsedSeconds: Math.max(1, (now.getTime() - source.lastSuccessAt.getTime()) / 1_000),
        };
  const past = times.filter((time) => time <= now.getTime());
  const isUndated = found !== null && items !== found.known && times.length === 0;
  const newest = past.length > 0 ? new Date(Math.max(...past)) : isUndated ? now : null;
  const newestAt =
    newest === null || (source.newestAt !== null && source.newestAt >= newest) ? source.newestAt : newest;
  const learnt: Learnt = {
    hints: hintsOf(feed),
    isWhole: items > 0 && !isCut,
    ...(feed.title === null ? {} : { title: feed.title.slice(0, 300) }),
    ...(items === 0
      ? {}
      : {
          // Half an article is read again when it is whole.
          itemMarks: isLastHalf(document) ? marks.subarray(0, -markBytes) : marks,
          overlap: overlapOf(found),
          newestAt,
          turnoverSeconds: nextTurnover(turnoverOf(times, now), found, source.turnoverSeconds),
        }),
  };
  const gap = gapBetween({ items: itemsBefore, newestAt: source.newestAt }, { items, known: comparison.known, times });
  return { learnt, comparison, gap };
}
