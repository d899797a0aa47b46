// Turns the clock and the zone that stand in a text into hours, minutes and an offset.
import { hourOf, months } from './date-words.ts';
import { isAmericanZone, isZone, offsetOfName } from './date-zones.ts';

/** A time of day; hour 24 is the midnight that ends the day. */
export type Clock = { hour: number; minute: number; second: number };

/** What a text says of its zone: minutes east of Greenwich, an IANA name, or nothing. */
export type Zone = { offset: number } | { zone: string } | null;

const partOfDay = '(?:[ap]\\.? ?m\\b\\.?|(?:sa|ch|sang|trua|chieu|toi|dem)(?![a-z]| nay| (?:hom )?qua))';
const clockForm = new RegExp(
  `(?:(오전|오후) ?)?(?:(?<=\\d)t)?(?<![\\d.,])(\\d{1,2}) ?(?:: ?(\\d{1,2})(?: ?: ?(\\d{1,2})(?:[.,]\\d{1,12})?)?|(?:h|g|gio) ?(\\d{1,2})?(?: ?phut| ?[:p'] ?(\\d{1,2}))?(?![a-z\\d]))(?: ?'|,)?(?: ?(${partOfDay}))?(?![\\d/])`,
);
const hourOnly = new RegExp(`(?<![\\d/.:-])(\\d{1,2}) ?(${partOfDay})(?![\\d/])`);

type Found<T> = { value: T; rest: string; after: string };

/** The first clock in folded `text`; `'bad'` for one that shows no time (25:61); null without one. `after` begins behind it. */
export function findClock(text: string): Found<Clock> | 'bad' | null {
  const m = clockForm.exec(text) ?? null;
  const short = m === null ? hourOnly.exec(text) : null;
  const found = m ?? short;
  if (found === null) return null;
  const part = m === null ? short?.[2] : (m[7] ?? m[1]);
  const hour = hourOf(Number(m === null ? short?.[1] : m[2]), part);
  const minute = Number(m?.[3] ?? m?.[5] ?? 0);
  const second = Number(m?.[4] ?? m?.[6] ?? 0);
  if (hour === null || hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return 'bad';
  const end = found.index + found[0].length;
  return {
    value: { hour, minute, second },
    rest: `${text.slice(0, found.index)} ; ${text.slice(end)}`,
    after: text.slice(end),
  };
}

const numericZone =
  /^[\s([]*(?:(?:gmt|utc?|z)? ?([+-]) ?(\d{1,2})(?: ?:? ?(\d{1,2}))?|(?:gmt|utc?) ?(\d{1,2}))(?![\d/:.]|-\d)[)\]]?/;
const signedNumber = /^ ?[+-]\d/;
const startsDate = /^ ?[+-] ?\d{1,2}(?:[/.-]| (?:thang|thg|[a-z]{3}))/;

/** The zone that begins `after` (what stands behind a clock); `'bad'` when it is broken, as then the time is not known. */
export function findZone(after: string): Found<Zone> | 'bad' {
  const none = { value: null, rest: after, after };
  const m = numericZone.exec(after);
  if (m !== null && !(startsDate.test(m[0]) || /^ ?- \d/.test(m[0]))) {
    let hours = Number(m[2] ?? m[4]);
    let minutes = Number(m[3] ?? 0);
    // "+700" is 7:00 with a lost zero.
    if (m[2]?.length === 2 && m[3]?.length === 1) {
      const digits = m[2] + m[3];
      if (/\d{3}/.test(m[0])) {
        hours = Number(digits.slice(0, 1));
        minutes = Number(digits.slice(1));
      }
    }
    if (hours > 14 || minutes > 59) return 'bad';
    const east = m[1] === '-' ? -1 : 1;
    return { value: { offset: east * (hours * 60 + minutes) }, rest: after.slice(m[0].length), after };
  }
  if (signedNumber.test(after) && !startsDate.test(after)) return 'bad';
  const iana = /^[\s([]*([a-z]{2,12}\/[a-z_]{2,20}(?:\/[a-z_]{2,20})?)/.exec(after);
  if (iana?.[1] !== undefined) {
    const offset = offsetOfName(iana[1]);
    if (offset !== null) return { value: { offset }, rest: after.slice(iana[0].length), after };
    if (isZone(iana[1])) return { value: { zone: iana[1] }, rest: after.slice(iana[0].length), after };
  }
  const word = /^[\s([]*(?:gio )?([a-z]{1,10})\b\.?[)\]]?/.exec(after);
  if (word?.[1] !== undefined && !months.has(word[1])) {
    const offset = word[1] === 'viet' || word[1] === 'vn' ? 420 : offsetOfName(word[1]);
    if (offset !== null)
      return {
        value: { offset },
        rest: ` ${isAmericanZone(word[1]) ? '@us' : ''} ${after.slice(word[0].length)}`,
        after,
      };
  }
  return none;
}
