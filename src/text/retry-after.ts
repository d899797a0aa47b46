// A Retry-After header → seconds to stay away. Pure.

/** The longest absence a server may ask for: 7 days. */
export const longestRetrySeconds = 7 * 86_400;

const date =
  /^(?:[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -](?:\d{4}|\d{2}) \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/**
 * Seconds from `now` that a Retry-After header asks for (RFC 9110 §10.2.3: seconds, or an HTTP date in any of its three forms), from
 * 0 (also for a date gone by) to `longestRetrySeconds`; fractions are rounded up. Null when there is none or it says nothing.
 */
export function retryAfterSeconds(header: string | undefined, now: Date): number | null {
  // A repeated field reaches us joined by commas; a date holds one itself, a number none.
  const text = (header ?? '').trim();
  const digits = /^(\d{1,40})(?:\.\d{1,40})?(?:\s*,.*)?$/.exec(text.slice(0, 100));
  if (digits) return Math.min(Math.ceil(Number(digits[0].split(',')[0])), longestRetrySeconds);
  if (!date.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  if (Number.isNaN(at)) return null;
  return Math.min(Math.max(0, Math.ceil((at - now.getTime()) / 1_000)), longestRetrySeconds);
}
