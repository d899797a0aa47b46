// A host → our turn to speak to it: one live request a host in this process, and a pause between one and the next.
import { FetchError } from '../errors.ts';

/** Turns at hosts. Waiters are served in order of arrival. */
export type Gate = {
  /**
   * Waits for our turn at `url`'s host and returns what ends it; call that exactly when the request is over. `spacingMs` replaces the
   * gate's own pause. Throws FetchError `net.busy` after `maxWaitMs`, `net.aborted` when `signal` fires.
   */
  enter(url: URL, options?: { spacingMs?: number; signal?: AbortSignal; maxWaitMs?: number }): Promise<() => void>;
};

/** www.bao.vn and bao.vn are one host to a gate. */
export function hostKey(url: URL): string {
  return url.host.replace(/^www\./, '');
}

type Host = { isTaken: boolean; freeAt: number; waiting: (() => void)[] };

const manyHosts = 4_096;

/**
 * Opens a gate with `spacingMs` between the end of one request and the start of the next to the same host; `isFree` names hosts of our
 * own that need no pause and no turn (the trial newsroom). What other processes do at a host is the business of the store's claims.
 */
export function createGate(options: { spacingMs: number; isFree?: (url: URL) => boolean }): Gate {
  const hosts = new Map<string, Host>();

  function forgetIdle(): void {
    if (hosts.size < manyHosts) return;
    for (const [key, host] of hosts)
      if (!host.isTaken && host.waiting.length === 0 && host.freeAt <= performance.now()) hosts.delete(key);
  }

  async function wait(host: Host, spacingMs: number, maxWaitMs: number, signal: AbortSignal | undefined) {
    await new Promise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (error?: FetchError) => {
        clearTimeout(timer);
        clearTimeout(limit);
        signal?.removeEventListener('abort', onAbort);
        const place = host.waiting.indexOf(next);
        if (place >= 0) host.waiting.splice(place, 1);
        if (error) {
          reject(error);
          // Whoever waits behind must not wait for a turn that nobody takes.
          if (!host.isTaken) host.waiting[0]?.();
        } else {
          host.isTaken = true;
          resolve();
        }
      };
      const next = () => {
        if (host.isTaken || host.waiting[0] !== next) return;
        clearTimeout(timer);
        const left = host.freeAt + spacingMs - performance.now();
        if (left <= 0) finish();
        else timer = setTimeout(next, Math.ceil(left));
      };
      const onAbort = () =>
        finish(new FetchError('net.aborted', 'the request was called off', { weight: 'temporary' }));
      const limit = setTimeout(
        () => finish(new FetchError('net.busy', `no turn at the host within ${maxWaitMs} ms`, { weight: 'temporary' })),
        maxWaitMs,
      );
      host.waiting.push(next);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      next();
    });
  }

  return {
    async enter(url, { spacingMs = options.spacingMs, signal, maxWaitMs = 60_000 } = {}) {
      if (options.isFree?.(url) === true) return () => undefined;
      const key = hostKey(url);
      let host = hosts.get(key);
      if (host === undefined) {
        forgetIdle();
        host = { isTaken: false, freeAt: Number.NEGATIVE_INFINITY, waiting: [] };
        hosts.set(key, host);
      }
      const mine = host;
      await wait(mine, spacingMs, maxWaitMs, signal);
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        mine.isTaken = false;
        mine.freeAt = performance.now();
        mine.waiting[0]?.();
      };
    },
  };
}
