// A time and the present → how people say it, exactly and roughly.
import type { Lang } from './words.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clocks = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: Date, zone: string): Record<string, string> {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      weekday: 'short',
    });
    clocks.set(zone, clock);
  }
  return Object.fromEntries(clock.formatToParts(at).map((part) => [part.type, part.value]));
}

/** `08:30 15/02/2023` on the clocks of an IANA zone. */
export function exactTime(at: Date, zone: string): string {
  const { hour: h, minute: m, day: d, month, year } = partsOf(at, zone);
  return `${h}:${m} ${d}/${month}/${year}`;
}

const weekdays: Record<string, string> = {
  Mon: 'Thứ hai',
  Tue: 'Thứ ba',
  Wed: 'Thứ tư',
  Thu: 'Thứ năm',
  Fri: 'Thứ sáu',
  Sat: 'Thứ bảy',
  Sun: 'Chủ nhật',
};

/** `Chủ nhật, 22/11/2026`, or `Sunday, 22 November 2026` in English. */
export function longDay(at: Date, zone: string, lang: Lang): string {
  if (lang === 'en')
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
    }).format(at);
  const { weekday = '', day: d, month, year } = partsOf(at, zone);
  return `${weekdays[weekday] ?? weekday}, ${d}/${month}/${year}`;
}

const spans = { vi: new Intl.RelativeTimeFormat('vi'), en: new Intl.RelativeTimeFormat('en') };

/** `vừa xong`, `5 phút trước`, `2 giờ trước`, `3 ngày trước`, and the date itself once a week has passed. */
export function relativeTime(at: Date, now: Date, zone: string, lang: Lang): string {
  const ago = now.getTime() - at.getTime();
  if (ago < minute) return lang === 'en' ? 'just now' : 'vừa xong';
  // The words of the platform, so that the script says the same in a page that was left open or kept (static/site.js).
  if (ago < hour) return spans[lang].format(-Math.floor(ago / minute), 'minute');
  if (ago < day) return spans[lang].format(-Math.floor(ago / hour), 'hour');
  if (ago < 7 * day) return spans[lang].format(-Math.floor(ago / day), 'day');
  const { day: d, month, year } = partsOf(at, zone);
  return `${d}/${month}/${year}`;
}

/** The same for what is to come: `ngay bây giờ`, `5 phút nữa`, `2 giờ nữa`, `3 ngày nữa`, and the date itself beyond a week. */
export function untilTime(at: Date, now: Date, zone: string, lang: Lang): string {
  const left = at.getTime() - now.getTime();
  if (left < minute) return lang === 'en' ? 'any moment' : 'ngay bây giờ';
  const [count, vi, en] =
    left < hour ? [left / minute, 'phút', 'min'] : left < day ? [left / hour, 'giờ', 'h'] : [left / day, 'ngày', 'd'];
  if (left < 7 * day) return lang === 'en' ? `in ${Math.round(count)} ${en}` : `${Math.round(count)} ${vi} nữa`;
  return exactTime(at, zone).slice(6);
}
