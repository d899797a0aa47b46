// A moment → the ways it is written in what we publish: RFC 822, RFC 3339 and for people, all in the time of Việt Nam.

const offsetMs = 7 * 3_600_000;
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function local(date: Date): Date {
  return new Date(date.getTime() + offsetMs);
}

/** RFC 822 with a four-digit year, cut to the second: `Wed, 15 Feb 2023 08:30:00 +0700`. */
export function rfc822(date: Date): string {
  const at = local(date);
  const day = `${days[at.getUTCDay()] ?? ''}, ${two(at.getUTCDate())} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0700`;
}

/** RFC 3339 with milliseconds only where there are any: `2023-02-15T08:30:00+07:00`. */
export function rfc3339(date: Date): string {
  return `${local(date)
    .toISOString()
    .replace(/(?:\.000)?Z$/, '')}+07:00`;
}

/** As people read it: `08:30 15/02/2023`. */
export function readableTime(date: Date): string {
  const at = local(date);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} ${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
}

/** The day in Việt Nam: `2026-11-22`. */
export function vietnamDay(date: Date): string {
  return local(date).toISOString().slice(0, 10);
}
