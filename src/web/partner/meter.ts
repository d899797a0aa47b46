// What partners ask and get → sums in memory, written down every few seconds. No request waits for it.
import type { Log } from '../../log.ts';
import type { Db } from '../../store/db.ts';
import type { RequestSum, TakenSum } from '../../store/usage.ts';
import { addUsage } from '../../store/usage.ts';

/** One answer that a partner got. `publisherIds`: one for each story in it; empty for a 304. */
export type Taken = {
  partnerId: number;
  channel: string;
  status: number;
  bytes: number;
  publisherIds: readonly number[];
};

/** Adds up answers; `flush` writes what is added up, for tests and the end of a process. */
export type Meter = { add: (taken: Taken) => void; flush: () => Promise<void> };

const writeAfterMs = 5_000;

/** A meter over a database. What cannot be written is kept and written with the next; what a killed process had not written yet (5 s) is lost. */
export function openMeter(db: Db, log: Log, signal: AbortSignal): Meter {
  let requests = new Map<string, RequestSum>();
  let stories = new Map<string, TakenSum>();
  let timer: NodeJS.Timeout | undefined;

  function addRequest(sum: RequestSum): void {
    const key = `${sum.partnerId} ${sum.channel}`;
    const known = requests.get(key);
    if (known === undefined) requests.set(key, sum);
    else {
      known.requests += sum.requests;
      known.notModified += sum.notModified;
      known.refused += sum.refused;
      known.bytes += sum.bytes;
    }
  }

  function addStories(sum: TakenSum): void {
    const key = `${sum.partnerId} ${sum.channel} ${sum.publisherId}`;
    const known = stories.get(key);
    if (known === undefined) stories.set(key, sum);
    else known.stories += sum.stories;
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const [sums, taken] = [[...requests.values()], [...stories.values()]];
    requests = new Map();
    stories = new Map();
    if (sums.length + taken.length === 0) return;
    try {
      await addUsage(db, sums, taken);
    } catch (error) {
      for (const sum of sums) addRequest(sum);
      for (const sum of taken) addStories(sum);
      log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'partner usage could not be written, kept',
      );
    }
  }

  signal.addEventListener('abort', () => void flush(), { once: true });
  return {
    add: ({ partnerId, channel, status, bytes, publisherIds }) => {
      const isRefused = status >= 400;
      addRequest({
        partnerId,
        channel,
        requests: isRefused ? 0 : 1,
        notModified: status === 304 ? 1 : 0,
        refused: isRefused ? 1 : 0,
        bytes,
      });
      for (const publisherId of publisherIds) addStories({ partnerId, channel, publisherId, stories: 1 });
      if (timer === undefined) {
        timer = setTimeout(() => void flush(), writeAfterMs);
        timer.unref();
      }
    },
    flush,
  };
}
