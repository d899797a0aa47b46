// An entry as it is stored → what comparing it with others needs. Pure.
import { plainText } from '../text/markup.ts';
import { signatureOf } from '../text/signature.ts';
import { skeletonOf } from '../text/sketch.ts';
import { type Habit, isSeries, withoutHabitualLines } from './habit.ts';
import type { Article } from './match.ts';

/** Texts of an entry; `summary` is plain, `bodyHtml` is safe HTML. */
export type EntryTexts = { publisherId: number; title: string; summary: string; bodyHtml: string; publishedAt: Date };

/** Reads an entry with what is known of its publisher's habits. */
export function readArticle(entry: EntryTexts, habit: Habit): Article {
  const body = withoutHabitualLines(habit, plainText(entry.bodyHtml));
  return {
    signature: signatureOf({ title: entry.title, lead: entry.summary, body }),
    publisher: entry.publisherId,
    at: entry.publishedAt,
    isSerial: isSeries(habit, { skeleton: skeletonOf(entry.title) }),
  };
}
