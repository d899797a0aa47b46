// Turns a date in any written form into its parts: words and numbers are found one kind after the other and taken out of the text.
import { nearDays, readAgo } from './date-ago.ts';
import { findClock, findZone, type Clock, type Zone } from './date-clock.ts';
import { dayOf, findDay, findMonth, findRecentDay, fullYear, readDigits, readWeek, type Hints } from './date-days.ts';
import { foldDate, hourOf, months, vietnameseMonths, weekdays } from './date-words.ts';
import { offsetAt, wallToInstant } from './date-zones.ts';
import { decodeText } from './entities.ts';

/** An instant, and whether its zone was not in the text. */
export type Reading = { at: Date; isZoneGuess: boolean };

const day = 86_400_000;
const maxLength = 200;

// Words that may stand beside a date without a year, or beside a time alone; any other makes it no date.
const companions =
  /^(?:ngay|luc|vao|cap|nhat|dang|gio|xuat|ban|thoi|gian|publish(?:ed)?|on|at|updated?|posted|date|nam|de|of|the|t|\W)*$/;

// `words` is the folded text, `text` the same with months as #2# and days of the week taken out.
function prepare(source: string): { words: string; text: string; weekday: number | null } {
  let s = source.slice(0, maxLength);
  s = decodeText(s).normalize('NFC').toLowerCase();
  let weekday: number | null = null;
  // Before folding: "thứ 2" is Monday, "thu 2 mar" is the second of March.
  s = s.replace(/thứ\s*(hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])(?!\p{L})|ch[ủu]\s*nh[ậa]t/u, (_, name?: string) => {
    const found =
      name === undefined ? 0 : ['', '', 'hai', 'ba', 'tư', 'năm', 'sáu', 'bảy'].indexOf(name === 'bẩy' ? 'bảy' : name);
    weekday = found === 0 ? 0 : found > 0 ? found - 1 : Number(name) - 1;
    return ' ';
  });
  s = foldDate(s)
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\s\u00a0\u200b\ufeff]+/g, ' ')
    .trim();
  s = s.replace(/^\W*(?:(?:thu|t) ?([2-7])(?=[ ,|-]+(?:ngay )?\d{1,2}[/.-])|cn(?=[ ,|-]))/, (_, digit?: string) => {
    weekday = digit === undefined ? 0 : Number(digit) - 1;
    return ' ';
  });
  s = s.replace(
    /(?<![a-z])(?:thang|thg|th)\.? ?(\d{1,2}(?!\d)|muoi mot|muoi hai|muoi|mot|gieng|hai|ba|tu|bon|nam(?! \d{4} *$)|nam(?= (?:nam|\d))|sau|bay|tam|chin|chap)(?![a-z])/g,
    (_, name: string) => {
      const n = vietnameseMonths.get(name) ?? Number(name);
      return `#${n}#`;
    },
  );
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
  if (/^\d{9,10}\.\d{1,9}$/.test(trimmed))
    return { at: new Date(Math.round(Number(trimmed) * 1000)), isZoneGuess: false };
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
  const month = time === null ? findMonth(text) : null;
  if (month !== null && companions.test(text.replace(month.words, ' '))) return finish(month.day, null, named, zone);
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
  return {
    at: new Date('offset' in named ? wall - named.offset * 60_000 : wallToInstant(wall, named.zone)),
    isZoneGuess: false,
  };
}
