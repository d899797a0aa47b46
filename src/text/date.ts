// Turns what a source writes as a date into an instant.
import { dayOf } from './date-days.ts';
import { readForms, type Reading } from './date-forms.ts';
import { wallToInstant } from './date-zones.ts';

const minute = 60_000;

// Digits of `s` at `at`, `count` of them, or NaN.
function number(s: string, at: number, count: number): number {
  let n = 0;
  for (let i = at; i < at + count; i++) {
    const digit = s.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    n = n * 10 + digit;
  }
  return n;
}

// Three letters of any case in one number.
const lettersAt = (s: string, at: number) =>
  ((s.charCodeAt(at) | 32) << 16) | ((s.charCodeAt(at + 1) | 32) << 8) | (s.charCodeAt(at + 2) | 32);
const monthOf = new Map(
  'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((name, i) => [lettersAt(name, 0), i + 1]),
);

// The zone that ends `s` at `at`: minutes, null when there is none, NaN when it is of no common form.
function zoneAt(s: string, at: number): number | null {
  const left = s.length - at;
  if (left === 0) return null;
  const c = s.charCodeAt(at);
  if ((c === 90 || c === 122) && left === 1) return 0;
  if (c === 43 || c === 45) {
    const hours = number(s, at + 1, 2);
    const minutes =
      left === 5 ? number(s, at + 3, 2) : left === 6 && s.charCodeAt(at + 3) === 58 ? number(s, at + 4, 2) : Number.NaN;
    if (hours > 14 || minutes > 59) return Number.NaN;
    return (c === 45 ? -1 : 1) * (hours * 60 + minutes);
  }
  return left === 3 && (s.startsWith('GMT', at) || s.startsWith('UTC', at)) ? 0 : Number.NaN;
}

function reading(
  midnight: number | null,
  hour: number,
  min: number,
  second: number,
  offset: number | null,
  zone: string,
): Reading | null {
  if (midnight === null || !(hour < 24 && min < 60 && second < 60) || Number.isNaN(offset)) return null;
  const wall = midnight + ((hour * 60 + min) * 60 + second) * 1000;
  if (offset === null) return { at: new Date(wallToInstant(wall, zone)), isZoneGuess: true };
  return { at: new Date(wall - offset * minute), isZoneGuess: false };
}

// RFC 822 as nearly all feeds write it: "Wed, 15 Feb 2023 08:30:00 +0700".
function readRfc822(s: string, zone: string): Reading | null {
  let at = 0;
  if (s.charCodeAt(3) === 44 && s.charCodeAt(4) === 32) at = 5;
  const digits = s.charCodeAt(at + 1) === 32 ? 1 : 2;
  const date = number(s, at, digits);
  at += digits;
  const month = monthOf.get(lettersAt(s, at + 1));
  if (month === undefined || s.charCodeAt(at) !== 32 || s.charCodeAt(at + 4) !== 32) return null;
  const year = number(s, at + 5, 4);
  at += 10;
  if (
    Number.isNaN(date + year) ||
    s.charCodeAt(at - 1) !== 32 ||
    s.charCodeAt(at + 2) !== 58 ||
    s.charCodeAt(at + 5) !== 58
  )
    return null;
  const offset = s.length === at + 8 ? null : s.charCodeAt(at + 8) === 32 ? zoneAt(s, at + 9) : Number.NaN;
  return reading(dayOf(year, month, date), number(s, at, 2), number(s, at + 3, 2), number(s, at + 6, 2), offset, zone);
}

// ISO 8601 as Atom and JSON Feed write it: "2023-02-15T08:30:00.000+07:00".
function readIso(s: string, zone: string): Reading | null {
  if (s.charCodeAt(4) !== 45 || s.charCodeAt(7) !== 45 || s.charCodeAt(13) !== 58 || s.charCodeAt(16) !== 58)
    return null;
  const t = s.charCodeAt(10);
  if (t !== 84 && t !== 32) return null;
  const [year, month, date] = [number(s, 0, 4), number(s, 5, 2), number(s, 8, 2)];
  if (Number.isNaN(year + month + date)) return null;
  let at = 19;
  let fraction = 0;
  if (s.charCodeAt(at) === 46) {
    const from = ++at;
    while (s.charCodeAt(at) >= 48 && s.charCodeAt(at) <= 57) at++;
    if (at === from) return null;
    fraction = Math.floor(Number(`0.${s.slice(from, Math.min(at, from + 6))}`) * 1000);
  }
  const found = reading(
    dayOf(year, month, date),
    number(s, 11, 2),
    number(s, 14, 2),
    number(s, 17, 2),
    zoneAt(s, at),
    zone,
  );
  if (found !== null && fraction > 0) found.at.setTime(found.at.getTime() + fraction);
  return found;
}

// What systems write when they have no date: 0001-01-01, 1900-01-01, the epoch's own day. No feed is older.
const earliest = Date.UTC(1970, 0, 2);
const latest = Date.UTC(9999, 11, 31);

/**
 * The instant that `text` names, or null when no date can be read in it. Understands RFC 822, 850, asctime, ISO 8601 and W3CDTF (weeks
 * and ordinal days too), numbers since 1970, day-first and month-first dates and the words of Vietnamese and other papers, also relative
 * to `now` ("2 giờ trước", "hôm qua"). A time without zone is one of the IANA zone `o.zone`, and `isZoneGuess` says so; a date without time
 * is the midnight that begins it. May lie in the future: see `clampToPast`. Rules: docs/dates.md. Never throws.
 */
export function readDate(text: string, o: { zone: string; now: Date }): Reading | null {
  const s = text.length > 400 ? text.slice(0, 2000).trim() : text.trim();
  if (s === '') return null;
  const found = readRfc822(s, o.zone) ?? readIso(s, o.zone) ?? readForms(s, o.zone, o.now);
  if (found === null) return null;
  const ms = found.at.getTime();
  return ms >= earliest && ms <= latest ? found : null;
}

const tolerance = 60 * minute;

/**
 * `at` as a time that has passed: itself; `now` when it is at most an hour ahead (a clock that is wrong); null when it is further ahead,
 * as then the date is wrong and the time of first sight should stand in, marked as a guess.
 */
export function clampToPast(at: Date, now: Date): Date | null {
  if (at.getTime() <= now.getTime()) return at;
  return at.getTime() - now.getTime() <= tolerance ? new Date(now) : null;
}
