// A document that was read, and what is known of its source → its rhythm, its wishes, what it has in common with the last one. Pure.
import type { ClaimedSource } from '../store/poll.ts';
import { type Comparison, compareMarks, type Gap, gapBetween } from './gap.ts';
import { hintsOf } from './hints.ts';
import { dateOfMark, packMarks, unpackMarks } from './kinds/item-hash.ts';
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
 * (`isWhole`): the next answer shall be whole. Costs about 1 µs an item.
 */
export function learnFrom(
  source: Pick<ClaimedSource, 'itemMarks' | 'lastSuccessAt' | 'turnoverSeconds' | 'newestAt'>,
  document: Pick<ReadDocument, 'feed' | 'marks' | 'warnings'>,
  now: Date,
): Lesson {
  const { feed, marks } = document;
  const before = source.itemMarks === null ? [] : [...unpackMarks(source.itemMarks).values()];
  const comparison = before.length === 0 ? { known: 0, gone: [] } : compareMarks(before, marks);
  const isCut = isWarned(document, 'feed.truncated');
  const dates = marks.map(dateOfMark).filter((date) => date !== null);
  const found =
    before.length === 0 || source.lastSuccessAt === null
      ? null
      : {
          items: marks.length,
          known: comparison.known,
          elapsedSeconds: Math.max(1, (now.getTime() - source.lastSuccessAt.getTime()) / 1_000),
        };
  const newest = dates.reduce<Date | null>(
    (most, date) => (date <= now && (most === null || date > most) ? date : most),
    found === null || marks.length === found.known || dates.length > 0 ? null : now,
  );
  const newestAt =
    newest === null || (source.newestAt !== null && source.newestAt >= newest) ? source.newestAt : newest;
  const learnt: Learnt = {
    hints: hintsOf(feed),
    isWhole: marks.length > 0 && !isCut,
    ...(feed.title === null ? {} : { title: feed.title.slice(0, 300) }),
    ...(marks.length === 0
      ? {}
      : {
          // Half an article is read again when it is whole.
          itemMarks: packMarks(isLastHalf(document) ? marks.slice(0, -1) : marks),
          overlap: overlapOf(found),
          newestAt,
          turnoverSeconds: nextTurnover(turnoverOf(dates, now), found, source.turnoverSeconds),
        }),
  };
  const gap = gapBetween(
    { items: before.length, newestAt: source.newestAt },
    { items: marks.length, known: comparison.known, dates },
  );
  return { learnt, comparison, gap };
}
