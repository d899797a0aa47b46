// A span of time and an outer signal → one signal and one promise that ends a request whatever its streams do.
import { FetchError } from '../errors.ts';

/** A running deadline. `expired` never resolves: it rejects when time is up or the outer signal fires. */
export type Deadline = {
  signal: AbortSignal;
  expired: Promise<never>;
  /** Stops the clock (waiting for our own turn is not the server's fault) until `resume`. */
  pause(): void;
  resume(): void;
  /** Lets go of timer and listener. */
  done(): void;
};

/**
 * Starts a deadline of `ms` milliseconds. Both ways of ending are needed: the signal frees the socket, and the promise is raced
 * against the work, because a stream may ignore its signal (seen with a body falsely labelled gzip).
 * Ends as FetchError `net.deadline` or, by the outer signal, `net.aborted`.
 */
export function startDeadline(ms: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let reject: (error: Error) => void = () => undefined;
  const expired = new Promise<never>((_, no) => {
    reject = no;
  });
  expired.catch(() => undefined);
  const end = (error: Error) => {
    reject(error);
    controller.abort(error);
  };
  let left = ms;
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const resume = () => {
    startedAt = performance.now();
    timer = setTimeout(
      () => end(new FetchError('net.deadline', `no complete answer within ${ms} ms`, { weight: 'temporary' })),
      left,
    );
  };
  const pause = () => {
    clearTimeout(timer);
    left = Math.max(0, left - (performance.now() - startedAt));
  };
  const onAbort = () => end(new FetchError('net.aborted', 'the request was called off', { weight: 'temporary' }));
  resume();
  if (outer?.aborted) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    expired,
    pause,
    resume,
    done: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    },
  };
}
