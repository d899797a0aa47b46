// A URL → may we read it by its site's robots.txt: fetched once a day for each origin and kept in memory.
import { FetchError } from '../errors.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { crawlDelayOf, isPathAllowed, readRobots, type RobotsRules } from './robots-rules.ts';

/** What a site's robots.txt says of one address. */
export type RobotsAnswer = {
  isAllowed: boolean;
  /** True when a group naming us decided: for feeds, which are offered for polling, only such a block counts. */
  isExplicit: boolean;
  /** Seconds the site wants between requests, as written; null when it says nothing. */
  crawlDelaySeconds: number | null;
  /** Sitemaps the file names, absolute. */
  sitemaps: string[];
  /** `rules`: a file was read. `none`: there is no file (4xx). `unreachable`: it could not be asked for, so nothing is read for now. */
  reason: 'rules' | 'none' | 'unreachable';
};

/** Asks and remembers. `check` throws FetchError only for addresses that are refused anyway and when called off. */
export type Robots = { check(url: string, signal?: AbortSignal): Promise<RobotsAnswer> };

type Kept = { rules: RobotsRules; reason: RobotsAnswer['reason']; untilMs: number };

const maxBytes = 500 * 1_024;
const maxOrigins = 2_000;
const dayMs = 86_400_000;
const soonMs = 1_800_000;
const open: RobotsRules = { named: null, everybody: { rules: [], crawlDelaySeconds: null }, sitemaps: [] };
const closed = readRobots('user-agent: *\ndisallow: /', '*');
// Refused before anything was sent: that says nothing of the site's wishes.
const ours = /^net\.(bad_url|scheme|userinfo|port|private_address|aborted)$/;

/**
 * Robots by RFC 9309 over `get`: 2xx is read (its first 500 kB), 4xx and a chain of redirects without end mean no rules, 429, 5xx and
 * silence mean "nothing for now" (asked again after 30 minutes; rules of the day before go on until then). Requests for one origin at
 * the same time are one. `token` is our product token.
 */
export function createRobots(options: { get(request: HttpRequest): Promise<HttpAnswer>; token: string }): Robots {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<Kept>>();
  const token = options.token.toLowerCase();

  async function ask(origin: string, known: Kept | undefined, signal: AbortSignal | undefined): Promise<Kept> {
    const later = (): Kept => ({
      rules: known !== undefined && known.reason !== 'unreachable' ? known.rules : closed,
      reason: known !== undefined && known.reason !== 'unreachable' ? known.reason : 'unreachable',
      untilMs: performance.now() + soonMs,
    });
    let answer: HttpAnswer;
    try {
      answer = await options.get({
        url: `${origin}/robots.txt`,
        accept: 'text/plain, */*;q=0.1',
        deadlineMs: 15_000,
        maxBytes,
        maxWireBytes: maxBytes,
        isCutAllowed: true,
        // The page that is asked for next waits its turn; this one belongs to it.
        spacingMs: 0,
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (!(error instanceof FetchError) || ours.test(error.code)) throw error;
      if (error.code !== 'net.too_many_redirects') return later();
      return { rules: open, reason: 'none', untilMs: performance.now() + dayMs };
    }
    const { status } = answer;
    if (status === 429 || status >= 500) return later();
    if (status < 200 || status >= 300) return { rules: open, reason: 'none', untilMs: performance.now() + dayMs };
    return {
      rules: readRobots(new TextDecoder().decode(answer.body), token),
      reason: 'rules',
      untilMs: performance.now() + dayMs,
    };
  }

  async function rulesOf(origin: string, signal: AbortSignal | undefined): Promise<Kept> {
    const known = kept.get(origin);
    if (known !== undefined && known.untilMs > performance.now()) return known;
    const running = asking.get(origin);
    if (running !== undefined) return running;
    const task = ask(origin, known, signal).finally(() => asking.delete(origin));
    asking.set(origin, task);
    const fresh = await task;
    kept.delete(origin);
    if (kept.size >= maxOrigins) for (const oldest of kept.keys()) if (kept.delete(oldest)) break;
    kept.set(origin, fresh);
    return fresh;
  }

  return {
    async check(url, signal) {
      if (!URL.canParse(url))
        throw new FetchError('net.bad_url', `"${url.slice(0, 200)}" is not a URL`, { weight: 'hard' });
      const { origin, pathname, search } = new URL(url);
      const { rules, reason } = await rulesOf(origin, signal);
      return {
        isAllowed: pathname === '/robots.txt' || isPathAllowed(rules, pathname + search),
        isExplicit: rules.named !== null,
        crawlDelaySeconds: crawlDelayOf(rules),
        sitemaps: rules.sitemaps,
        reason,
      };
    },
  };
}
