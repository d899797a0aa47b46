// The redirects of one poll, and what is remembered of earlier ones → is this the source's new address. Pure.

/** A permanent redirect under observation. */
export type Move = { movedTo: string | null; movedSince: Date | null };

/** What to remember, and the address to take over now; null = keep the present one. */
export type MoveVerdict = Move & { newUrl: string | null };

/** A 301 must stand this long: sites under repair, expired domains and portals of hotels redirect "permanently" too. */
export const weekMs = 7 * 86_400_000;

const permanent = new Set([301, 308]);

// Same address but for the scheme: nobody else can have taken it over.
function isOnlyHttps(from: string, to: string): boolean {
  const [a, b] = [new URL(from), new URL(to)];
  return (
    a.protocol === 'http:' &&
    b.protocol === 'https:' &&
    a.hostname === b.hostname &&
    a.port === '' &&
    b.port === '' &&
    a.pathname === b.pathname &&
    a.search === b.search
  );
}

/**
 * Judges the redirects of a poll that brought a good document (`hops` in order, `finalUrl` answered). A chain counts when every hop is
 * 301 or 308; it must lead to the same address for a week, or differ in the scheme alone. One 302, 303 or 307 in it, or no redirect
 * at all, forgets everything.
 */
export function judgeMove(
  source: { url: string } & Move,
  hops: readonly { status: number }[],
  finalUrl: string,
  now: Date,
): MoveVerdict {
  const forget: MoveVerdict = { movedTo: null, movedSince: null, newUrl: null };
  if (hops.length === 0 || finalUrl === source.url || !hops.every((hop) => permanent.has(hop.status))) return forget;
  if (isOnlyHttps(source.url, finalUrl)) return { ...forget, newUrl: finalUrl };
  const since = source.movedTo === finalUrl && source.movedSince !== null ? source.movedSince : now;
  if (now.getTime() - since.getTime() >= weekMs) return { ...forget, newUrl: finalUrl };
  return { movedTo: finalUrl, movedSince: since, newUrl: null };
}
