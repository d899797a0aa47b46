// Instants → Vietnamese calendar words, and the day words inside article texts → dates of the day of publication.

const weekdays = ['Chủ nhật', 'Thứ hai', 'Thứ ba', 'Thứ tư', 'Thứ năm', 'Thứ sáu', 'Thứ bảy'] as const;
const offsetMs = 7 * 3_600_000;
const dayMs = 86_400_000;

export type LocalTime = { year: number; month: number; day: number; weekday: string; hour: number; minute: number };

/** Wall clock of Vietnam, which keeps UTC+7 the whole year; months from 1. */
export function localTime(at: Date): LocalTime {
  const shifted = new Date(at.getTime() + offsetMs);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    weekday: weekdays[shifted.getUTCDay()] ?? '',
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
  };
}

/** Two digits, as in clocks and dates. */
export function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

/** `2026-11-22T08:30:00+07:00` (RFC 3339). */
export function isoLocal(at: Date): string {
  return `${new Date(at.getTime() + offsetMs).toISOString().slice(0, 19)}+07:00`;
}

/** `Thứ tư, 15/02/2023 - 08:30`, the line over an article. */
export function spokenTime(at: Date): string {
  const t = localTime(at);
  return `${t.weekday}, ${twoDigits(t.day)}/${twoDigits(t.month)}/${t.year} - ${twoDigits(t.hour)}:${twoDigits(t.minute)}`;
}

/** Replaces `[[0]]`, `[[-1]]`, `[[thứ 2]]`, `[[tháng 0]]`, `[[năm 0]]` by the day that many days after `at`. */
export function fillDays(text: string, at: Date): string {
  return text.replace(/\[\[(?:(thứ|tháng|năm) )?([+-]?\d{1,4})\]\]/g, (_, unit: string | undefined, days: string) => {
    const t = localTime(new Date(at.getTime() + Number(days) * dayMs));
    if (unit === 'thứ') return t.weekday.toLowerCase();
    if (unit === 'tháng') return String(t.month);
    if (unit === 'năm') return String(t.year);
    return `${t.day}/${t.month}`;
  });
}
