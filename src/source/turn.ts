// A request outside of polling → the same request in its host's turn. EFFECT.
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { FetchError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { hostName } from '../store/host.ts';
import { type HeldTurn, takeTurn } from './host-turn.ts';

/** What a request that a person asked for needs of the tray; any Context will do. */
export type Way = Pick<Context, 'db' | 'http' | 'reader' | 'now' | 'signal'> & {
  config: Pick<Config, 'hostSpacingMs'>;
};

// A person waits for the answer: shorter than between polls, still a pause.
const spacingMs = 2_000;

async function waitForTurn(ctx: Way, host: string, waitMs: number): Promise<HeldTurn> {
  const endAt = performance.now() + waitMs;
  for (;;) {
    const turn = await takeTurn(ctx.db, { host, publisherId: null });
    if (turn.isTaken) return turn;
    const ms = Math.max(100, turn.inSeconds * 1_000);
    if (performance.now() + ms > endAt)
      throw new FetchError(
        'net.busy',
        `${host} is being read or asked us to stay away for ${Math.ceil(turn.inSeconds)} s`,
        { weight: 'temporary', remedy: 'try again later' },
      );
    await pause(ms, undefined, { signal: ctx.signal });
  }
}

/**
 * Fetches one address that a person asked for: in its host's turn over all processes (waiting for it at most `waitMs`), two seconds apart, and
 * only where robots.txt does not forbid it. Throws FetchError: `net.busy`, `source.robots`, and what the request throws. Touches host.
 */
export async function fetchInTurn(
  ctx: Way,
  wanted: { url: string; accept: string; waitMs?: number; isRobotsBound: boolean; maxBytes?: number },
): Promise<HttpAnswer> {
  const robots = await ctx.http.robots.check(wanted.url, ctx.signal);
  const isForbidden =
    !robots.isAllowed && (wanted.isRobotsBound || robots.isExplicit) && robots.reason !== 'unreachable';
  if (isForbidden)
    throw new FetchError('source.robots', `robots.txt of ${new URL(wanted.url).host} does not allow ${wanted.url}`, {
      weight: 'hard',
      remedy: 'ask the paper for leave, or for another address',
    });
  const host = hostName(wanted.url);
  const turn = await waitForTurn(ctx, host, wanted.waitMs ?? 30_000);
  const rest = Math.min(ctx.config.hostSpacingMs, spacingMs);
  try {
    return await ctx.http.get({
      url: wanted.url,
      accept: wanted.accept,
      spacingMs: rest,
      signal: ctx.signal,
      ...(wanted.maxBytes === undefined ? {} : { maxBytes: wanted.maxBytes }),
    });
  } finally {
    await turn.end(rest);
  }
}
