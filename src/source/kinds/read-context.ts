// What every field reader of one document needs to know.
import type { Warning } from '../../domain.ts';
import type { Entities } from './entities.ts';
import { readDate } from '../../text/date.ts';

export type ReadContext = {
  source: string;
  entities: Entities;
  /** IANA zone meant by dates without one. */
  zone: string;
  now: Date;
  warnings: Warning[];
};

/** Warnings kept for one document: a broken template says the same of each of its items. */
const MAX_WARNINGS = 200;

/** Notes what was wrong and did not stop us. */
export function warn(context: { warnings: Warning[] }, code: string, message: string, item?: number): void {
  if (context.warnings.length < MAX_WARNINGS)
    context.warnings.push(item === undefined ? { code, message } : { code, message, item });
}

/** A date, or null with a warning when it says something unreadable. */
export function dateOf(
  context: Pick<ReadContext, 'zone' | 'now' | 'warnings'>,
  text: string,
  item?: number,
): Date | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const read = trimmed.length > 200 ? null : readDate(trimmed, { zone: context.zone, now: context.now });
  if (read) return read.at;
  warn(
    context,
    item === undefined ? 'feed.date_unreadable' : 'item.date_unreadable',
    `unreadable date: ${trimmed.slice(0, 60)}`,
    item,
  );
  return null;
}
