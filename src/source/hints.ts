// What a feed and its answer say about polling → seconds and hours to keep. Pure; absurd values are nothing, sloppy ones what they mean.

/** What the document itself asks; kept with the source, because a 304 does not repeat it. Absent = not said. */
export type Hints = {
  /** RSS `ttl`, seconds. */
  ttl?: number;
  /** `sy:updatePeriod` / `sy:updateFrequency` (RSS 1.0 module syndication), seconds. */
  period?: number;
  /** Hours of the day in UTC, 0-23 (RSS 2.0 `skipHours`). */
  skipHours?: number[];
  /** Days of the week, 0 = Sunday, in UTC. */
  skipDays?: number[];
};

/** Fields of a parsed feed that hold hints. */
type SaidByFeed = {
  ttlMinutes: number | null;
  updatePeriodMinutes: number | null;
  skipHours: readonly number[];
  skipDays: readonly number[];
};

const longestSaid = 400 * 86_400;

/** The hints of a feed; null when it has none. Skipping every hour or every day would be silence for ever and is no hint. */
export function hintsOf(feed: SaidByFeed): Hints | null {
  const seconds = (minutes: number | null) =>
    minutes !== null && minutes > 0 && Number.isFinite(minutes) ? Math.min(Math.round(minutes * 60), longestSaid) : 0;
  const ttl = seconds(feed.ttlMinutes);
  const period = seconds(feed.updatePeriodMinutes);
  const hours = unique(feed.skipHours, 23);
  const days = unique(feed.skipDays, 6);
  const hints: Hints = {
    ...(ttl > 0 ? { ttl } : {}),
    ...(period > 0 ? { period } : {}),
    ...(hours.length > 0 && hours.length < 24 ? { skipHours: hours } : {}),
    ...(days.length > 0 && days.length < 7 ? { skipDays: days } : {}),
  };
  return Object.keys(hints).length === 0 ? null : hints;
}

function unique(numbers: readonly number[], most: number): number[] {
  return [...new Set(numbers)]
    .filter((number) => Number.isInteger(number) && number >= 0 && number <= most)
    .sort((a, b) => a - b);
}

/** Hints as they come back from the store; whatever is not one is left out. */
export function readHints(value: unknown): Hints | null {
  if (typeof value !== 'object' || value === null) return null;
  const field = (name: string) => (name in value ? (value as Record<string, unknown>)[name] : undefined);
  const minutes = (name: string) => (typeof field(name) === 'number' ? Number(field(name)) / 60 : null);
  const numbers = (name: string) => {
    const list = field(name);
    return Array.isArray(list) ? list.filter((one): one is number => typeof one === 'number') : [];
  };
  return hintsOf({
    ttlMinutes: minutes('ttl'),
    updatePeriodMinutes: minutes('period'),
    skipHours: numbers('skipHours'),
    skipDays: numbers('skipDays'),
  });
}

/** How long an answer stays fresh by its headers. */
export type Freshness = { seconds: number; by: 'cache_control' | 'expires' };

/**
 * Freshness of an answer as a private cache reads it (RFC 9111 §4.2.1): max-age, less the Age it already has, else Expires less Date.
 * Null when the headers say nothing, `no-store`, `no-cache`, or a date gone by.
 */
export function freshnessOf(headers: Record<string, string>, now: Date): Freshness | null {
  const control = headers['cache-control'] ?? '';
  const directives = new Map(
    control
      .slice(0, 1_000)
      .split(',')
      .map((part) => {
        const [name = '', value = ''] = part.split('=');
        return [name.trim().toLowerCase(), value.trim().replace(/^["']|["']$/g, '')] as const;
      }),
  );
  if (directives.has('no-store') || directives.has('no-cache')) return null;
  const said = directives.get('max-age');
  if (said !== undefined) {
    if (!/^\d{1,20}$/.test(said)) return null;
    const age = /^\d{1,9}$/.test((headers['age'] ?? '').trim()) ? Number(headers['age']) : 0;
    const seconds = Math.min(Number(said) - age, longestSaid);
    return seconds > 0 ? { seconds, by: 'cache_control' } : null;
  }
  const expires = Date.parse(headers['expires'] ?? '');
  if (Number.isNaN(expires)) return null;
  // Against the server's own clock where it tells it: many run minutes ahead or behind.
  const date = Date.parse(headers['date'] ?? '');
  const seconds = Math.round((expires - (Number.isNaN(date) ? now.getTime() : date)) / 1_000);
  return seconds > 0 ? { seconds: Math.min(seconds, longestSaid), by: 'expires' } : null;
}

/** `at`, or the first full hour after it that the feed does not ask to skip; looks at most a week ahead. */
export function outsideSkipped(at: Date, hints: Hints | null): Date {
  if (hints?.skipHours === undefined && hints?.skipDays === undefined) return at;
  const isSkipped = (time: Date) =>
    (hints.skipHours?.includes(time.getUTCHours()) ?? false) || (hints.skipDays?.includes(time.getUTCDay()) ?? false);
  let time = at;
  for (let hours = 0; hours <= 24 * 7 && isSkipped(time); hours++)
    time = new Date((Math.floor(time.getTime() / 3_600_000) + 1) * 3_600_000);
  return isSkipped(time) ? at : time;
}
