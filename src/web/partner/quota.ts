// Requests of a partner in time → whether one more is within its quota, and the headers that tell.

/** What a partner may ask. */
export type Limits = { perMinute: number; perDay: number };

/** How a quota stands after a request: `isWithin` false = the request is not to be served. Seconds count from now. */
export type QuotaState = {
  isWithin: boolean;
  minute: { limit: number; left: number; resetSeconds: number };
  day: { limit: number; left: number; resetSeconds: number };
};

type Count = { minute: number; inMinute: number; day: number; inDay: number };

const minuteMs = 60_000;
const dayMs = 86_400_000;
const maxRemembered = 10_000;

/** Counts requests in fixed windows of a minute and of a day (UTC), by partner. */
export type Quota = {
  /** Counts one request, unless it is above a limit. `takenToday` is what all processes have recorded today. */
  take: (partnerId: number, limits: Limits, takenToday: number) => QuotaState;
};

/** A quota kept in memory. Several web processes each count their own minute; the day's count is shared through the records of usage. */
export function openQuota(now: () => Date): Quota {
  const counts = new Map<number, Count>();
  return {
    take: (partnerId, limits, takenToday) => {
      const at = now().getTime();
      const [minute, day] = [Math.floor(at / minuteMs), Math.floor(at / dayMs)];
      const known = counts.get(partnerId);
      const inMinute = known?.minute === minute ? known.inMinute : 0;
      const inDay = Math.max(known?.day === day ? known.inDay : 0, takenToday);
      const isWithin = inMinute < limits.perMinute && inDay < limits.perDay;
      const one = isWithin ? 1 : 0;
      counts.delete(partnerId);
      counts.set(partnerId, { minute, inMinute: inMinute + one, day, inDay: inDay + one });
      const [oldest] = counts.keys();
      if (counts.size > maxRemembered && oldest !== undefined) counts.delete(oldest);
      return {
        isWithin,
        minute: {
          limit: limits.perMinute,
          left: Math.max(0, limits.perMinute - inMinute - one),
          resetSeconds: Math.ceil(((minute + 1) * minuteMs - at) / 1000),
        },
        day: {
          limit: limits.perDay,
          left: Math.max(0, limits.perDay - inDay - one),
          resetSeconds: Math.ceil(((day + 1) * dayMs - at) / 1000),
        },
      };
    },
  };
}

/**
 * The headers of a quota: `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them, and for older clients the
 * three fields of its versions up to 06, which tell of the window that will be used up first. `Retry-After` when nothing is left.
 */
export function quotaHeaders(state: QuotaState): [string, string][] {
  const { minute, day } = state;
  const tighter = day.left < minute.left ? day : minute;
  const headers: [string, string][] = [
    ['RateLimit-Policy', `"minute";q=${minute.limit};w=60, "day";q=${day.limit};w=86400`],
    ['RateLimit', `"minute";r=${minute.left};t=${minute.resetSeconds}, "day";r=${day.left};t=${day.resetSeconds}`],
    ['RateLimit-Limit', String(tighter.limit)],
    ['RateLimit-Remaining', String(tighter.left)],
    ['RateLimit-Reset', String(tighter.resetSeconds)],
  ];
  if (!state.isWithin) headers.push(['Retry-After', String(tighter.resetSeconds)]);
  return headers;
}
