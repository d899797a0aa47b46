// An entry as it is stored → what identity needs of it: its signature, its origin, how rich it is. Pure.
import { plainText } from '../text/markup.ts';
import { signatureOf } from '../text/signature.ts';
import { type Habit, isSeries, withoutHabitualLines } from './habit.ts';
import type { Article } from './match.ts';
import { provenanceOf } from './provenance.ts';

/** Texts of an entry; `summary` is plain, `bodyHtml` is safe HTML. */
export type EntryTexts = { publisherId: number; title: string; summary: string; bodyHtml: string; publishedAt: Date };

/** An entry read for identity; `body` is its plain text, one block a line. */
export type ReadArticle = { article: Article; body: string; origin: string | null; length: number };

/**
 * Reads an entry with what is known of its publisher's habits. The origin is a comparable name (`outletKey`), null when the entry names
 * nobody; the length counts characters of plain text.
 */
export function readArticle(entry: EntryTexts, habit: Habit): ReadArticle {
  const body = plainText(entry.bodyHtml);
  const own = withoutHabitualLines(habit, body);
  return {
    article: {
      signature: signatureOf({ title: entry.title, lead: entry.summary, body: own }),
      publisher: entry.publisherId,
      at: entry.publishedAt,
      isSerial: isSeries(habit, entry.title),
    },
    body,
    origin: provenanceOf({ lead: entry.summary, body: own })?.origin ?? null,
    length: Math.max(body.length, entry.summary.length),
  };
}
