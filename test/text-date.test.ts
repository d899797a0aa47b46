// Dates as sources write them, read into instants.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampToPast, readDate } from '../src/text/date.ts';

const zone = 'Asia/Ho_Chi_Minh';
const now = new Date('2026-03-18T05:00:00Z');
const read = (s: string, o: { zone?: string; now?: Date } = {}) =>
  readDate(s, { zone, now, ...o })?.at.toISOString() ?? null;
const noon = '2026-03-18T04:20:00.000Z';

describe('a full date with a zone', () => {
  it.each([
    'Wed, 18 Mar 2026 11:20:00 +0700',
    'Wed, 18 Mar 2026 11:20:00 +07:00',
    'Wed, 18 Mar 2026 11:20:00 +07',
    'Wed, 18 Mar 2026 11:20:00 +700',
    'Wed, 18 Mar 2026 11:20:00 GMT+7',
    'Wed, 18 Mar 2026 11:20:00 GMT +07:00',
    'Wed, 18 Mar 2026 11:20:00 (GMT+7)',
    'Wed, 18 Mar 2026 11:20:00 UTC+7',
    'Wed, 18 Mar 2026 11:20:00 ICT',
    'Wed, 18 Mar 2026 11:20:00 Asia/Ho_Chi_Minh',
    'Wed, 18 Mar 26 04:20 GMT',
    'Wednesday, 18-Mar-26 04:20:00 GMT',
    'wed,18 mar 2026 4:20:00 Z',
    '18 March 2026 00:20 EDT',
    'Wed Mar 18 04:20:00 +0000 2026',
    'Wed Mar 18 2026 11:20:00 GMT+0700 (Indochina Time)',
    '2026-03-18T11:20:00+07:00',
    '2026-03-18T04:20:00.000000Z',
    '2026-03-18T11:20+0700',
    '2026-03-18 11:20:00 +7:00',
    '20260318T042000Z',
    '2026-W12-3T11:20:00+07:00',
    '2026-077T11:20:00+07:00',
    '1773807600',
    '1773807600000',
    '/Date(1773807600000)/',
    'mer., 18 mars 2026 05:20:00 +0100',
    '18 de marzo de 2026 05:20 CET',
    'Mi, 18. März 2026 05:20 MEZ',
    'Τετ, 18 Μαρ 2026 04:20:00 GMT',
    '18 марта 2026 07:20 MSK',
    '2026년 3월 18일 13:20',
    'Mar 18, 2026, 12:20 a.m. EDT',
  ])('%s is one instant, and no guess', (s) => {
    expect(readDate(s, { zone: 'Pacific/Auckland', now })).toEqual({ at: new Date(noon), isZoneGuess: false });
  });
});

describe('a date without a zone', () => {
  it.each([
    'Wed, 18 Mar 2026 11:20:00',
    '2026-03-18T11:20:00',
    '2026-03-18 11:20',
    '2026/03/18 11:20:00',
    '18/03/2026 11:20',
    '18/3/2026 - 11:20',
    '18-03-2026 | 11:20',
    '18.03.2026 11.20',
    '18/03/26 11:20',
    '11:20 18/03/2026',
    '11:20 - 18/03/2026',
    '11h20, 18/3/2026',
    '11 giờ 20 phút ngày 18 tháng 3 năm 2026',
    '3/18/2026 11:20:00 AM',
    '18/03/2026 11:20:00 SA',
    'Thứ tư, 18/03/2026, 11:20',
    'Thứ Tư, ngày 18/03/2026 - 11:20',
    'THỨ TƯ, 18 THÁNG 3, 2026 11:20',
    'T4, 18/03/2026 11:20',
    'Thứ 4 ngày 18 tháng Ba năm 2026 11:20',
    '18 thg 3, 2026 11:20',
    'Cập nhật lúc 11:20, 18/03/2026',
    'Ngày đăng: 18/03/2026 11:20 - Lượt xem: 250',
    'Thứ tư,&nbsp;18/03/2026,&nbsp;11:20',
    'Thứ tư, 18/03/2026, 11:20'.normalize('NFD'),
    '11h20 hôm nay',
    '11:20',
    '18/3 11:20',
  ])('%s is the time of the paper’s zone, marked as a guess', (s) => {
    expect(readDate(s, { zone, now })).toEqual({ at: new Date(noon), isZoneGuess: true });
  });

  it('follows the clocks of the zone through summer and winter', () => {
    expect(read('2026-01-15T12:00:00', { zone: 'Europe/Paris' })).toBe('2026-01-15T11:00:00.000Z');
    expect(read('2026-07-15T12:00:00', { zone: 'Europe/Paris' })).toBe('2026-07-15T10:00:00.000Z');
    expect(read('2026-03-08T03:30:00', { zone: 'America/New_York' })).toBe('2026-03-08T07:30:00.000Z');
  });

  it('is read as UTC when the zone does not exist', () => {
    expect(read('2026-03-18T11:20:00', { zone: 'Nowhere/Land' })).toBe('2026-03-18T11:20:00.000Z');
  });

  it.each([
    ['18/03/2026', '2026-03-17T17:00:00.000Z'],
    ['2026-03-18', '2026-03-17T17:00:00.000Z'],
    ['18 tháng 3, 2026', '2026-03-17T17:00:00.000Z'],
    ['20260318', '2026-03-17T17:00:00.000Z'],
    ['Hôm qua', '2026-03-16T17:00:00.000Z'],
    ['tháng 2/2026', '2026-01-31T17:00:00.000Z'],
    ['2025', '2024-12-31T17:00:00.000Z'],
  ])('%s without a time is the midnight that begins it', (s, at) => {
    expect(read(s)).toBe(at);
  });
});

describe('part of the day', () => {
  it.each([
    ['18/03/2026 12:15 SA', '00:15'],
    ['17/03/2026 8:30:00 CH', '20:30'],
    ['12:05 CH 17/03/2026', '12:05'],
    ['8h30 tối 17/3/2026', '20:30'],
    ['2 giờ 10 chiều 17/3/2026', '14:10'],
    ['11h đêm 17/3/2026', '23:00'],
    ['3/17/2026 12:00:00 AM', '00:00'],
    ['Mar 17, 2026 9:45 pm', '21:45'],
  ])('%s means %s', (s, expected) => {
    const at = readDate(s, { zone: 'UTC', now })?.at.toISOString();
    expect(at?.slice(11, 16)).toBe(expected);
  });
});

describe('day first or month first', () => {
  it('puts the day first, as Vietnamese papers do', () => {
    expect(read('05/02/2026 08:00')).toBe('2026-02-05T01:00:00.000Z');
  });
  it('puts the month first where the day could not be a month', () => {
    expect(read('02/15/2026 08:00')).toBe('2026-02-15T01:00:00.000Z');
  });
  it('puts the month first where day first would lie ahead', () => {
    expect(read('2/4/2026 8:00')).toBe('2026-02-04T01:00:00.000Z');
  });
  it('takes the later of two past days beside English AM and PM, which come with month-first clocks', () => {
    expect(read('3/1/2026 8:00:00 AM')).toBe('2026-03-01T01:00:00.000Z');
    expect(read('1/3/2026 8:00:00 AM')).toBe('2026-03-01T01:00:00.000Z');
  });
  it('believes the day of the week before all', () => {
    expect(read('Tue, 02/03/2026 08:00')).toBe('2026-02-03T01:00:00.000Z');
    expect(read('Thứ hai, 02/03/2026 08:00')).toBe('2026-03-02T01:00:00.000Z');
  });
  it('never reads dots as month first', () => {
    expect(read('01.04.2026')).toBe('2026-03-31T17:00:00.000Z');
  });
});

describe('a date beside now', () => {
  it.each([
    ['5 phút trước', '2026-03-18T04:55:00.000Z'],
    ['Cách đây 2 giờ', '2026-03-18T03:00:00.000Z'],
    ['1 giờ 30 phút trước', '2026-03-18T03:30:00.000Z'],
    ['2 tuần trước', '2026-03-04T05:00:00.000Z'],
    ['1 tháng trước', '2026-02-18T05:00:00.000Z'],
    ['vừa xong', '2026-03-18T05:00:00.000Z'],
    ['3 hours ago', '2026-03-18T02:00:00.000Z'],
    ['Hôm qua, 20:15', '2026-03-17T13:15:00.000Z'],
    ['tối qua 20:15', '2026-03-17T13:15:00.000Z'],
    ['22:30', '2026-03-17T15:30:00.000Z'],
    ['31/12 22:00', '2025-12-31T15:00:00.000Z'],
  ])('%s', (s, at) => {
    expect(read(s)).toBe(at);
  });
  it('keeps to the month when the day does not exist in it', () => {
    expect(read('1 tháng trước', { now: new Date('2026-03-31T05:00:00Z') })).toBe('2026-02-28T05:00:00.000Z');
  });
});

describe('what is no date', () => {
  it.each([
    '',
    ' ',
    'N/A',
    'null',
    'Invalid Date',
    'Đang cập nhật',
    '00/00/0000',
    '0000-00-00 00:00:00',
    '01/01/0001 00:00:00',
    '1900-01-01T00:00:00Z',
    'Thu, 01 Jan 1970 00:00:00 +0000',
    '30/02/2026 08:00',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '15/13/2026 25:61',
    'Wed, 32 Mar 2026 08:00:00 GMT',
    'Sun, 16 zzz 2012 11:47:32 GMT',
    'Sun, 16 Dec zz 11:47:32 GMT',
    'Sun, 16 Dec 2012 11:47:32 +00:zz',
    '3 người bị thương',
    '12',
    '013',
    'Thứ tư',
    '18:61',
  ])('%j is null', (s) => {
    expect(readDate(s, { zone, now })).toBeNull();
  });
});

it('a date ahead is returned as it is, and clamped only by who asks', () => {
  const ahead = readDate('Thu, 19 Mar 2026 11:20:00 +0700', { zone, now });
  expect(ahead?.at.toISOString()).toBe('2026-03-19T04:20:00.000Z');
  expect(clampToPast(new Date('2026-03-19T04:20:00Z'), now)).toBeNull();
  expect(clampToPast(new Date('2026-03-18T05:07:00Z'), now)).toEqual(now);
  expect(clampToPast(new Date('2026-03-18T04:59:00Z'), now)).toEqual(new Date('2026-03-18T04:59:00Z'));
});

it('reading never throws and gives null or a time between 1970 and 9999, whatever the text', () => {
  const piece = fc.constantFrom(
    '18',
    '/',
    '2026',
    ':',
    ' ',
    '-',
    'tháng',
    'Thứ',
    'GMT',
    '+',
    '7',
    'Mar',
    ',',
    'trước',
    'T',
    'Z',
    '99',
    '.',
    'năm',
    '&nbsp;',
    'CH',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 14 }).map((a) => a.join('')),
      ),
      (s) => {
        const ms = readDate(s, { zone, now })?.at.getTime();
        expect(ms === undefined || (ms >= 86_400_000 && ms < 253_402_300_800_000)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

it('every instant survives RFC 822 and ISO 8601 with any offset', () => {
  const instant = fc.date({
    min: new Date('1990-01-01T00:00:00Z'),
    max: new Date('2090-01-01T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instant, fc.integer({ min: -12 * 60, max: 14 * 60 }), (at, offset) => {
      const whole = new Date(Math.floor(at.getTime() / 1000) * 1000);
      const wall = new Date(whole.getTime() + offset * 60_000);
      const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
      const numeric = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}${two(Math.abs(offset) % 60)}`;
      expect(read(wall.toUTCString().replace('GMT', numeric))).toBe(whole.toISOString());
      expect(read(`${wall.toISOString().slice(0, 19)}${numeric}`)).toBe(whole.toISOString());
    }),
  );
});

it('400 KB of anything is read in well under a second', () => {
  const started = performance.now();
  for (const piece of ['1', ' ', '/', '18/', ': ', 'tháng ', '#', '&nbsp;', '((', '1 phút ', '+7', 'á', '12:'])
    for (const tail of ['', ' trước', '2026']) readDate(piece.repeat(400_000 / piece.length) + tail, { zone, now });
  expect(performance.now() - started).toBeLessThan(1000);
});

const corpus = new URL('../../shared/corpus/vi/dates.jsonl', import.meta.url);
describe.skipIf(!existsSync(corpus))('the Vietnamese corpus of dates', () => {
  it('is read right in at least 97 of 100 cases', () => {
    const cases = readFileSync(corpus, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): { s: string; tz: string; now: string; expect: string | null } => JSON.parse(line));
    const wrong = cases.filter((c) => {
      const at = readDate(c.s, { zone: c.tz, now: new Date(c.now) })?.at ?? null;
      const shown = at === null || clampToPast(at, new Date(c.now)) === null ? null : at.getTime();
      return shown !== (c.expect === null ? null : Date.parse(c.expect));
    });
    expect(wrong.map((c) => c.s).slice(Math.floor(cases.length * 0.03))).toEqual([]);
  });
});
