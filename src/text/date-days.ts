// Turns the day that stands in a text, in digits or with a month's name, into midnight UTC of that day.
import type { Clock } from './date-clock.ts';

const day = 86_400_000;

// Half a day: dates without zone, and clocks that are wrong, may be a little ahead.
const slack = day / 2;

/** Number of days in a month (1–12). */
export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Midnight UTC of a date of the calendar in ms, or null when there is no such day. */
export function dayOf(year: number, month: number, date: number): number | null {
  if (month < 1 || month > 12 || date < 1 || year < 1 || year > 9999) return null;
  if (date > 28 && date > daysIn(year, month)) return null;
  return year < 100 ? null : Date.UTC(year, month - 1, date);
}

/** The year that two or four digits mean: two are of this century unless that lies more than ten years ahead. */
export function fullYear(digits: string, now: Date): number {
  const n = Number(digits);
  if (digits.length > 2) return n;
  return 2000 + n > now.getUTCFullYear() + 10 ? 1900 + n : 2000 + n;
}

/** A date that stands alone in digits: seconds and milliseconds since 1970, ISO 8601 without hyphens; null for other numbers. */
export function readDigits(text: string, now: Date): { day: number; clock: Clock | null } | { at: number } | null {
  const midnight = (year: number, month: number, date: number) => {
    const at = dayOf(year, month, date);
    return at === null ? null : { day: at, clock: null };
  };
  const n = (from: number, to: number) => Number(text.slice(from, to));
  switch (text.length) {
    case 4:
      return n(0, 4) >= 1970 && n(0, 4) <= 2100 ? midnight(n(0, 4), 1, 1) : null;
    case 5:
      return ordinal(fullYear(text.slice(0, 2), now), n(2, 5));
    case 6:
      return n(0, 4) > 1969 && n(0, 4) < 2100 && n(4, 6) <= 12 && n(4, 6) > 0 && n(2, 4) > 12
        ? midnight(n(0, 4), n(4, 6), 1)
        : midnight(fullYear(text.slice(0, 2), now), n(2, 4), n(4, 6));
    case 7:
      return ordinal(n(0, 4), n(4, 7));
    case 8:
      return n(0, 4) > 1900 ? midnight(n(0, 4), n(4, 6), n(6, 8)) : midnight(n(4, 8), n(2, 4), n(0, 2));
    case 9:
    case 10:
      return { at: Number(text) * 1000 };
    case 12:
    case 14: {
      const at = dayOf(n(0, 4), n(4, 6), n(6, 8));
      const clock = { hour: n(8, 10), minute: n(10, 12), second: text.length === 14 ? n(12, 14) : 0 };
      if (at !== null && n(0, 4) > 1969 && clock.hour < 24 && clock.minute < 60 && clock.second < 61)
        return { day: at, clock };
      return text.length === 12 ? { at: Number(text) } : null;
    }
    case 13:
      return { at: Number(text) };
    case 16:
      return { at: Number(text) / 1000 };
    default:
      return null;
  }
}

function ordinal(year: number, count: number): { day: number; clock: null } | null {
  const first = dayOf(year, 1, 1);
  const length = dayOf(year, 2, 29) === null ? 365 : 366;
  return first === null || count < 1 || count > length ? null : { day: first + (count - 1) * day, clock: null };
}

const weekDate = /(?<!\d)(\d{4})-?w(\d{2})(?:-?([1-7]))?(?!\d)/;

/** The day of an ISO 8601 week date (`2026-W12-3`) in the text, or null. */
export function readWeek(text: string): number | null {
  const m = weekDate.exec(text);
  if (m === null) return null;
  const week = Number(m[2]);
  const fourth = dayOf(Number(m[1]), 1, 4);
  if (fourth === null || week < 1 || week > 53) return null;
  // ISO 8601: week 1 holds the fourth of January; weeks begin on Monday.
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * day;
  return monday + ((week - 1) * 7 + Number(m[3] ?? 1) - 1) * day;
}

/** What else the text says that helps to read an ambiguous day. */
export type Hints = { weekday: number | null; isAmerican: boolean; now: Date };

// Day first or month first: docs/dates.md. All candidates are days of the calendar.
function choose(dayFirst: number | null, monthFirst: number | null, hints: Hints): number | null {
  if (dayFirst === null || monthFirst === null || dayFirst === monthFirst) return dayFirst ?? monthFirst;
  if (hints.weekday !== null) {
    const a = new Date(dayFirst).getUTCDay() === hints.weekday;
    const b = new Date(monthFirst).getUTCDay() === hints.weekday;
    if (a !== b) return a ? dayFirst : monthFirst;
  }
  const latest = hints.now.getTime() + slack;
  if (dayFirst > latest !== monthFirst > latest) return dayFirst > latest ? monthFirst : dayFirst;
  return hints.isAmerican && dayFirst <= latest ? Math.max(dayFirst, monthFirst) : dayFirst;
}

const yearFirst = /(?<![\d.])(\d{4})(?:[-/.]|[년年] ?)0?(\d{1,2})(?:[-/.]|[월月] ?)(\d{1,2})(?!\d)/;
const yearLast = /(?<!\d)(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?[-/.] ?(\d{4}|\d{2})(?![\d])/;
const spaced = /(?<![\d:])(\d{1,2}) (\d{1,2}) (\d{4})(?!\d)/;
const ordinalDate = /(?<!\d)(\d{4})-(\d{3})(?![\d-])/;
const dayMonthYear =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|[.º°])?(?:[\s,./-]|de |of )*#(\d{1,2})#(?:[\s,./';-]|de |of |nam )*(\d{4}|\d{2})(?![\d])/;
const monthDayYear = /#(\d{1,2})#[\s,./-]*(\d{1,2})(?:st|nd|rd|th)?[\s,./';-]+(?:nam )?(\d{4})(?!\d)/;
const yearMonthDay = /(?<!\d)(\d{4})[\s,./-]*#(\d{1,2})#[\s,./-]*(\d{1,2})(?!\d)/;
const monthYear = /(?<!\d)(?:#(\d{1,2})#[\s,./-]*(?:nam )?(\d{4})|(\d{4})[-/](\d{1,2})|(\d{1,2})[-/](\d{4}))(?!\d)/;
const dayMonth =
  /(?<![\d/.-])(?:(\d{1,2}) ?[-/.] ?(\d{1,2})|(\d{1,2})(?:st|nd|rd|th|[.])?(?:\s|de )*#(\d{1,2})#|#(\d{1,2})#\s*(\d{1,2}))(?![\d/.-])/;

/** The day with its year in `text` and what is left without it; `day` is null when no calendar has it; null when there is none. */
export function findDay(text: string, hints: Hints): { day: number | null; rest: string } | null {
  const { now } = hints;
  const take = (m: RegExpExecArray, at: number | null) => ({
    day: at,
    rest: `${text.slice(0, m.index)} ; ${text.slice(m.index + m[0].length)}`,
  });
  let m = yearFirst.exec(text);
  if (m !== null) {
    return take(m, dayOf(Number(m[1]), Number(m[2]), Number(m[3])));
  }
  m = ordinalDate.exec(text);
  if (m !== null) return take(m, ordinal(Number(m[1]), Number(m[2]))?.day ?? null);
  m = dayMonthYear.exec(text);
  if (m !== null) return take(m, dayOf(fullYear(m[3] ?? '', now), Number(m[2]), Number(m[1])));
  m = monthDayYear.exec(text);
  if (m !== null) return take(m, dayOf(Number(m[3]), Number(m[1]), Number(m[2])));
  m = yearMonthDay.exec(text);
  if (m !== null) return take(m, dayOf(Number(m[1]), Number(m[2]), Number(m[3])));
  m = yearLast.exec(text);
  if (m !== null) {
    const [a, b, last] = [Number(m[1]), Number(m[3]), m[4] ?? ''];
    const year = fullYear(last, now);
    const chosen = choose(dayOf(year, b, a), m[2] === '.' ? null : dayOf(year, a, b), hints);
    // 03-12-31: only when neither order with the year last can be meant.
    const yearLeads =
      last.length === 2 && (chosen === null || chosen > now.getTime() + slack)
        ? dayOf(fullYear(m[1] ?? '', now), b, Number(last))
        : null;
    return take(m, yearLeads ?? chosen);
  }
  m = spaced.exec(text);
  if (m !== null)
    return take(
      m,
      choose(dayOf(Number(m[3]), Number(m[2]), Number(m[1])), dayOf(Number(m[3]), Number(m[1]), Number(m[2])), hints),
    );
  return null;
}

/** A day without a year: the last such day that is not ahead of now. */
export function findRecentDay(text: string, hints: Hints): { day: number; rest: string } | null {
  const m = dayMonth.exec(text);
  if (m === null) return null;
  const date = Number(m[1] ?? m[3] ?? m[6]);
  const month = Number(m[2] ?? m[4] ?? m[5]);
  const thisYear = hints.now.getUTCFullYear();
  for (const year of [thisYear + 1, thisYear, thisYear - 1, thisYear - 2, thisYear - 3, thisYear - 4]) {
    const at = dayOf(year, month, date) ?? (m[1] === undefined ? null : dayOf(year, date, month));
    if (at !== null && at <= hints.now.getTime() + slack)
      return { day: at, rest: text.slice(0, m.index) + text.slice(m.index + m[0].length) };
  }
  return null;
}

/** The first of a month that stands with its year and without a day (`02/2026`), and the words that say so; null without one. */
export function findMonth(text: string): { day: number; words: string } | null {
  const m = monthYear.exec(text);
  if (m === null) return null;
  const at = dayOf(Number(m[2] ?? m[3] ?? m[6]), Number(m[1] ?? m[4] ?? m[5]), 1);
  return at === null ? null : { day: at, words: m[0] };
}
