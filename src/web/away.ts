// A request that waits for a PostgreSQL which is away → a 503 within two seconds, whatever it was to be: nobody hangs.
import { problemResponse } from './app.ts';
import type { Site } from './layout.ts';
import { problemAnswer } from './partner/problem.ts';
import { readLang } from './words.ts';

// Memory has had its chance to answer by then (shelf.ts waits 1.2 s for a check); what is asked during a known outage waits less.
const firstLookMs = 1_300;
const knownLookMs = 300;
const everyMs = 150;

/**
 * The same handler, except that an answer which is not there while `isAway` holds becomes a 503 with `Retry-After`. What was begun goes on
 * behind: a form that was sent may still have been taken, as with any connection that breaks.
 */
export function insteadOfWaiting(
  isAway: () => boolean,
  handler: (request: Request, bindings: object) => Response | Promise<Response>,
  site: Site,
): (request: Request, bindings: object) => Promise<Response> {
  return async (request, bindings) => {
    const answering = Promise.resolve(handler(request, bindings));
    let timer: NodeJS.Timeout | undefined;
    const away = new Promise<null>((resolve) => {
      const look = (): void => {
        if (isAway()) resolve(null);
        else timer = setTimeout(look, everyMs);
      };
      timer = setTimeout(look, isAway() ? knownLookMs : firstLookMs);
    });
    try {
      const answer = await Promise.race([answering, away]);
      if (answer !== null) return answer;
    } finally {
      clearTimeout(timer);
    }
    answering.catch(() => undefined);
    const { pathname, searchParams } = new URL(request.url);
    return pathname.startsWith('/api/')
      ? problemAnswer(site.publicUrl, 'away')
      : problemResponse(site, 'away', readLang(searchParams.get('lang') ?? undefined));
  };
}
