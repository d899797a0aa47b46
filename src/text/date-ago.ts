// Turns words about the time between a date and now ("2 giờ trước", "hôm qua") into instants and days.
import { daysIn } from './date-days.ts';
import { units } from './date-words.ts';
import { offsetAt, wallToInstant } from './date-zones.ts';

const amounts =
  /(\d{1,5}|mot|an?|vai|nua)(?:[.,]\d)? ?(giay|phut|gio|tieng|ngay|hom|tuan|thang|nam|seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?)(?![a-z])/g;

/** The instant that lies as long before `now` as folded `text` says, or null when it says no such thing. */
export function readAgo(text: string, zone: string, now: Date): number | null {
  if (/^\W*(?:vua xong|vua moi(?: day)?|moi day|ngay luc nay|just now|now)\W*$/.test(text)) return now.getTime();
  if (!/(?<![a-z])(?:truoc|ago|cach day)(?![a-z])/.test(text)) return null;
  let seconds = 0;
  let back = 0;
  let count = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(amounts)) {
    const n = /\d/.test(amount) ? Number(amount) : amount === 'vai' ? 3 : 1;
    const size = (amount === 'nua' ? 0.5 : 1) * (units.get(unit) ?? 0);
    if (size < 0) back += n * -size;
    else seconds += n * size;
    count++;
  }
  if (count === 0) return null;
  let at = now.getTime();
  if (back > 0) {
    const wall = new Date(at + offsetAt(zone, at) * 60_000);
    const date = wall.getUTCDate();
    wall.setUTCDate(1);
    wall.setUTCMonth(wall.getUTCMonth() - back);
    wall.setUTCDate(Math.min(date, daysIn(wall.getUTCFullYear(), wall.getUTCMonth() + 1)));
    at = wallToInstant(wall.getTime(), zone);
  }
  return at - seconds * 1000;
}

/** Words for days near today → how many days back; the first group is a part of the day, if the words name one. */
export const nearDays: readonly (readonly [RegExp, number])[] = [
  [/(?<![a-z])(?:hom nay|(sang|trua|chieu|toi|dem) nay|today)(?![a-z])/, 0],
  [/(?<![a-z])(?:hom qua|ngay hom qua|(sang|trua|chieu|toi|dem) (?:hom )?qua|yesterday)(?![a-z])/, 1],
  [/(?<![a-z])(?:hom kia|hom truoc)(?![a-z])/, 2],
];
