// Turns a date in any written form into its parts: words and numbers are found one kind after the other and taken out of the text.
import { foldDate, hourOf, months, units, vietnameseMonths, weekdays } from './date-words.ts';
import { isAmericanZone, isZone, offsetAt, offsetOfName, wallToInstant } from './date-zones.ts';
import { decodeText } from './entities.ts';

/** What a text says of a time. `offset` in minutes east of Greenwich, null when it names no zone. */
type Clock = { hour: number; minute: number; second: number };
type Zone = { offset: number } | { zone: string } | null;
export type Reading = { at: Date; isZoneGuess: boolean };

const day = 86_400_000;
const maxLength = 200;

// Half a day: dates without zone, and clocks that are wrong, may be a little ahead.
const slack = day / 2;

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Midnight UTC of a date of the calendar in ms, or null when there is no such day. */
export function dayOf(year: number, month: number, date: number): number | null {
  if (month < 1 || month > 12 || date < 1 || year < 1 || year > 9999) return null;
  if (date > 28 && date > daysIn(year, month)) return null;
  return year < 100 ? null : Date.UTC(year, month - 1, date);
}

function fullYear(digits: string, now: Date): number {
  const n = Number(digits);
  if (digits.length > 2) return n;
  return 2000 + n > now.getUTCFullYear() + 10 ? 1900 + n : 2000 + n;
}

const partOfDay = '(?:[ap]\\.? ?m\\b\\.?|(?:sa|ch|sang|trua|chieu|toi|dem)(?![a-z]| nay| (?:hom )?qua))';
const clockForm = new RegExp(
  `(?:(오전|오후) ?)?(?:(?<=\\d)t)?(?<![\\d.,])(\\d{1,2}) ?(?:: ?(\\d{1,2})(?: ?: ?(\\d{1,2})(?:[.,]\\d{1,12})?)?|(?:h|g|gio) ?(\\d{1,2})?(?: ?phut| ?[:p'] ?(\\d{1,2}))?(?![a-z\\d]))(?: ?'|,)?(?: ?(${partOfDay}))?(?![\\d/])`,
);
const hourOnly = new RegExp(`(?<![\\d/.:-])(\\d{1,2}) ?(${partOfDay})(?![\\d/])`);

type Found<T> = { value: T; rest: string; after: string };

function findClock(text: string): Found<Clock> | 'bad' | null {
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
  return { value: { hour, minute, second }, rest: `${text.slice(0, found.index)} ; ${text.slice(end)}`, after: text.slice(end) };
}

const numericZone = /^[\s([]*(?:(?:gmt|utc?|z)? ?([+-]) ?(\d{1,2})(?: ?:? ?(\d{1,2}))?|(?:gmt|utc?) ?(\d{1,2}))(?![\d/:.]|-\d)[)\]]?/;
const signedNumber = /^ ?[+-]\d/;
const startsDate = /^ ?[+-] ?\d{1,2}(?:[/.-]| (?:thang|thg|[a-z]{3}))/;

function findZone(after: string): Found<Zone> | 'bad' {
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
    if (offset !== null) return { value: { offset }, rest: ` ${isAmericanZone(word[1]) ? '@us' : ''} ${after.slice(word[0].length)}`, after };
  }
  return none;
}

// Any date that stands alone in digits: seconds and milliseconds since 1970, ISO 8601 without hyphens.
function readDigits(text: string, now: Date): { day: number; clock: Clock | null } | { at: number } | null {
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
      if (at !== null && n(0, 4) > 1969 && clock.hour < 24 && clock.minute < 60 && clock.second < 61) return { day: at, clock };
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

function readWeek(text: string): number | null {
  const m = weekDate.exec(text);
  if (m === null) return null;
  const week = Number(m[2]);
  const fourth = dayOf(Number(m[1]), 1, 4);
  if (fourth === null || week < 1 || week > 53) return null;
  // ISO 8601: week 1 holds the fourth of January; weeks begin on Monday.
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * day;
  return monday + ((week - 1) * 7 + Number(m[3] ?? 1) - 1) * day;
}

type Hints = { weekday: number | null; isAmerican: boolean; now: Date };

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
const dayMonthYear = /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|[.º°])?(?:[\s,./-]|de |of )*#(\d{1,2})#(?:[\s,./';-]|de |of |nam )*(\d{4}|\d{2})(?![\d])/;
const monthDayYear = /#(\d{1,2})#[\s,./-]*(\d{1,2})(?:st|nd|rd|th)?[\s,./';-]+(?:nam )?(\d{4})(?!\d)/;
const yearMonthDay = /(?<!\d)(\d{4})[\s,./-]*#(\d{1,2})#[\s,./-]*(\d{1,2})(?!\d)/;
const monthYear = /(?<!\d)(?:#(\d{1,2})#[\s,./-]*(?:nam )?(\d{4})|(\d{4})[-/](\d{1,2})|(\d{1,2})[-/](\d{4}))(?!\d)/;
const dayMonth = /(?<![\d/.-])(?:(\d{1,2}) ?[-/.] ?(\d{1,2})|(\d{1,2})(?:st|nd|rd|th|[.])?(?:\s|de )*#(\d{1,2})#|#(\d{1,2})#\s*(\d{1,2}))(?![\d/.-])/;

function findDay(text: string, hints: Hints): { day: number | null; rest: string } | null {
  const { now } = hints;
  const take = (m: RegExpExecArray, at: number | null) => ({ day: at, rest: `${text.slice(0, m.index)} ; ${text.slice(m.index + m[0].length)}` });
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
    const yearLeads = last.length === 2 && (chosen === null || chosen > now.getTime() + slack) ? dayOf(fullYear(m[1] ?? '', now), b, Number(last)) : null;
    return take(m, yearLeads ?? chosen);
  }
  m = spaced.exec(text);
  if (m !== null) return take(m, choose(dayOf(Number(m[3]), Number(m[2]), Number(m[1])), dayOf(Number(m[3]), Number(m[1]), Number(m[2])), hints));
  return null;
}

// A day without a year is the last such day that is not ahead of now.
function findRecentDay(text: string, hints: Hints): { day: number; rest: string } | null {
  const m = dayMonth.exec(text);
  if (m === null) return null;
  const date = Number(m[1] ?? m[3] ?? m[6]);
  const month = Number(m[2] ?? m[4] ?? m[5]);
  const thisYear = hints.now.getUTCFullYear();
  for (const year of [thisYear + 1, thisYear, thisYear - 1, thisYear - 2, thisYear - 3, thisYear - 4]) {
    const at = dayOf(year, month, date) ?? (m[1] === undefined ? null : dayOf(year, date, month));
    if (at !== null && at <= hints.now.getTime() + slack) return { day: at, rest: text.slice(0, m.index) + text.slice(m.index + m[0].length) };
  }
  return null;
}

const amounts = /(\d{1,5}|mot|an?|vai|nua)(?:[.,]\d)? ?(giay|phut|gio|tieng|ngay|hom|tuan|thang|nam|seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?)(?![a-z])/g;

function readAgo(text: string, zone: string, now: Date): number | null {
  if (/^\W*(?:vua xong|vua moi(?: day)?|moi day|ngay luc nay|just now|now)\W*$/.test(text)) return now.getTime();
  if (!/(?<![a-z])(?:truoc|ago|cach day)(?![a-z])/.test(text)) return null;
  let seconds = 0;
  let back = 0;
  let count = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(amounts)) {
    const n = /\d/.test(amount) ? Number(amount) : amount === 'vai' ? 3 : 1;
    const size = (amount === 'nua' ? 0.5 : 1) * (units[unit] ?? 0);
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

const nearDays: readonly (readonly [RegExp, number])[] = [
  [/(?<![a-z])(?:hom nay|(sang|trua|chieu|toi|dem) nay|today)(?![a-z])/, 0],
  [/(?<![a-z])(?:hom qua|ngay hom qua|(sang|trua|chieu|toi|dem) (?:hom )?qua|yesterday)(?![a-z])/, 1],
  [/(?<![a-z])(?:hom kia|hom truoc)(?![a-z])/, 2],
];

// Words that may stand beside a date without a year, or beside a time alone; any other makes it no date.
const companions = /^(?:ngay|luc|vao|cap|nhat|dang|gio|xuat|ban|thoi|gian|publish(?:ed)?|on|at|updated?|posted|date|nam|de|of|the|t|\W)*$/;

// `words` is the folded text, `text` the same with months as #2# and days of the week taken out.
function prepare(source: string): { words: string; text: string; weekday: number | null } {
  let s = source.slice(0, maxLength);
  s = decodeText(s).normalize('NFC').toLowerCase();
  let weekday: number | null = null;
  // Before folding: "thứ 2" is Monday, "thu 2 mar" is the second of March.
  s = s.replace(/thứ\s*(hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])(?!\p{L})|ch[ủu]\s*nh[ậa]t/u, (_, name?: string) => {
    const found = name === undefined ? 0 : ['', '', 'hai', 'ba', 'tư', 'năm', 'sáu', 'bảy'].indexOf(name === 'bẩy' ? 'bảy' : name);
    weekday = found === 0 ? 0 : found > 0 ? found - 1 : Number(name) - 1;
    return ' ';
  });
  s = foldDate(s).replace(/[\u2010-\u2015\u2212]/g, '-').replace(/[\s\u00a0\u200b\ufeff]+/g, ' ').trim();
  s = s.replace(/^\W*(?:(?:thu|t) ?([2-7])(?=[ ,|-]+(?:ngay )?\d{1,2}[/.-])|cn(?=[ ,|-]))/, (_, digit?: string) => {
    weekday = digit === undefined ? 0 : Number(digit) - 1;
    return ' ';
  });
  s = s.replace(/(?<![a-z])(?:thang|thg|th)\.? ?(\d{1,2}(?!\d)|muoi mot|muoi hai|muoi|mot|gieng|hai|ba|tu|bon|nam(?! \d{4} *$)|nam(?= (?:nam|\d))|sau|bay|tam|chin|chap)(?![a-z])/g, (_, name: string) => {
    const n = vietnameseMonths[name] ?? Number(name);
    return `#${n}#`;
  });
  const words = s;
  s = s.replace(/\p{L}{2,}\.?/gu, (word) => {
    const bare = word.replace('.', '');
    const month = months.get(bare);
    if (month !== undefined) return `#${month}#`;
    const found = weekdays.get(bare);
    if (found === undefined) return word;
    weekday = found;
    return ' ';
  });
  return { words, text: s, weekday };
}

/** See `readDate`; knows every form and is slower than the two that most feeds write. */
export function readForms(source: string, zone: string, now: Date): Reading | null {
  const trimmed = source.trim();
  if (trimmed === '') return null;
  const digits = /^-?\d{3,16}$/.test(trimmed) ? readDigits(trimmed, now) : null;
  if (digits !== null) {
    if ('at' in digits) return { at: new Date(digits.at), isZoneGuess: false };
    return finish(digits.day, digits.clock, null, zone);
  }
  if (/^\d{9,10}\.\d{1,9}$/.test(trimmed)) return { at: new Date(Math.round(Number(trimmed) * 1000)), isZoneGuess: false };
  const json = /^\\?\/date\((-?\d{1,16})(?:[+-]\d{4})?\)\\?\/$/i.exec(trimmed);
  if (json !== null) return { at: new Date(Number(json[1])), isZoneGuess: false };

  const prepared = prepare(trimmed);
  let text = prepared.text;
  const ago = readAgo(prepared.words, zone, now);
  if (ago !== null) return { at: new Date(ago), isZoneGuess: false };

  const compact = /^(\d{8})t(\d{4}(?:\d{2})?)(?:[.,]\d+)?(?=$|z|[+-]| )/.exec(text);
  if (compact?.[1] !== undefined && compact[2] !== undefined) {
    const [d, t] = [compact[1], compact[2]];
    text = `${d.slice(0, 4)}-${d.slice(4, 6)}-${d.slice(6)} ${t.slice(0, 2)}:${t.slice(2, 4)}:${t.slice(4) || '00'}${text.slice(compact[0].length)}`;
  }
  const shortYear = /^-(\d{2})-?(\d{2})$/.exec(text);
  if (shortYear !== null) {
    const at = dayOf(fullYear(shortYear[1] ?? '', now), Number(shortYear[2]), 1);
    return at === null ? null : finish(at, null, null, zone);
  }

  const clock = findClock(text);
  if (clock === 'bad') return null;
  let named: Zone = null;
  const isAmerican = /(?<![a-z])[ap]\.? ?m(?![a-z])/.test(text);
  if (clock !== null) {
    const found = findZone(clock.after);
    if (found === 'bad') return null;
    named = found.value;
    text = clock.rest.slice(0, clock.rest.length - clock.after.length) + found.rest;
  }
  if (named === null) {
    const stray = /[([ ](?:gmt|utc) ?([+-]) ?(\d{1,2})(?::?(\d{2}))?/.exec(text);
    if (stray !== null) {
      const minutes = Number(stray[2]) * 60 + Number(stray[3] ?? 0);
      if (minutes <= 14 * 60) named = { offset: stray[1] === '-' ? -minutes : minutes };
      text = text.replace(stray[0], ' ');
    } else if (/[년월일오]/.test(text) || /오전|오후/.test(prepared.words)) named = { offset: 540 };
  }
  const hints: Hints = { weekday: prepared.weekday, isAmerican: isAmerican || text.includes('@us'), now };
  const time = clock?.value ?? null;

  const week = readWeek(text);
  if (week !== null) return finish(week, time, named, zone);
  const found = findDay(text, hints);
  if (found !== null) {
    if (found.day === null) return null;
    const dotted = time === null ? /(?<![\d.])(\d{1,2})\.(\d{2})(?![\d.])/.exec(found.rest) : null;
    const late = dotted === null ? null : { hour: Number(dotted[1]), minute: Number(dotted[2]), second: 0 };
    return finish(found.day, late !== null && late.hour < 24 && late.minute < 60 ? late : time, named, zone);
  }
  const today = Math.floor((now.getTime() + offsetAt(zone, now.getTime()) * 60_000) / day) * day;
  for (const [words, back] of nearDays) {
    const m = words.exec(text);
    if (m === null) continue;
    const hour = time === null ? null : hourOf(time.hour, m[1]);
    return finish(today - back * day, time === null ? null : { ...time, hour: hour ?? time.hour }, named, zone);
  }
  const month = time === null ? monthYear.exec(text) : null;
  if (month !== null && companions.test(text.replace(month[0], ' '))) {
    const at = dayOf(Number(month[2] ?? month[3] ?? month[6]), Number(month[1] ?? month[4] ?? month[5]), 1);
    if (at !== null) return finish(at, null, named, zone);
  }
  const recent = findRecentDay(text, hints);
  if (recent !== null) return companions.test(recent.rest) ? finish(recent.day, time, named, zone) : null;
  if (time !== null && prepared.weekday === null && companions.test(text)) {
    const reading = finish(today, time, named, zone);
    return reading.at.getTime() > now.getTime() + 3_600_000 ? finish(today - day, time, named, zone) : reading;
  }
  return null;
}

function finish(midnight: number, clock: Clock | null, named: Zone, zone: string): Reading {
  const wall = clock === null ? midnight : midnight + ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1000;
  if (named === null) return { at: new Date(wallToInstant(wall, zone)), isZoneGuess: true };
  return { at: new Date('offset' in named ? wall - named.offset * 60_000 : wallToInstant(wall, named.zone)), isZoneGuess: false };
}
