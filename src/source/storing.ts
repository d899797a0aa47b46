// Polls that were read → stored, several in one transaction. EFFECT.
import type { Db } from '../store/db.ts';
import { holdKnownEntries, type Known } from '../store/entry.ts';
import { holdPolls } from '../store/poll-batch.ts';
import { isDatabaseGone } from '../store/trouble.ts';

/** A poll that was read and is ready to be stored. */
export type ReadyPoll<T> = {
  source: { id: number; publisherId: number };
  /** Names of its items (compact) that the store is asked for; null = it brings no items. */
  keys: readonly string[] | null;
  /** Writes it. `known` is what the store has of `keys`; null = it was not asked, or the publisher is gone. Called anew when what it wrote was undone. */
  write: (trx: Db, known: Known | null) => Promise<T>;
};

/** Stores a poll; resolves when it is committed, rejects with what its own writing met. */
export type StorePoll = <T>(ready: ReadyPoll<T>) => Promise<T>;

/** Where the polls of one run are stored. */
export type Storing = {
  /** A poll begins: `store` is for it, `leave` is called when it has ended, whether it was stored or not. */
  enter: () => { store: StorePoll; leave: () => void };
};

const mostTogether = 8;
// Those that are stored by themselves wait for somebody's rows, each with a connection: most of the pool stays for readers.
const mostAlone = 3;
// A poll waits for others so long, which nobody notices: a paper is read every few minutes.
const patienceMs = 25;

type Waiting = {
  ready: ReadyPoll<unknown>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
};

/** Stores one poll in a transaction of its own. */
async function storeAlone({ source, keys, write }: ReadyPoll<unknown>, db: Db): Promise<unknown> {
  return db.transaction().execute(async (trx) => {
    if (keys === null) return write(trx, null);
    return write(trx, await holdKnownEntries(trx, source.publisherId, keys));
  });
}

/** Stores several polls in one transaction, none of them of another's publisher; answers those whose rows somebody else held. */
async function storeTogether(db: Db, batch: readonly Waiting[]): Promise<Waiting[]> {
  const left: Waiting[] = [];
  const stored: { one: Waiting; value: unknown }[] = [];
  await db.transaction().execute(async (trx) => {
    const asked = batch.map(({ ready: { source, keys } }) => ({
      sourceId: source.id,
      publisherId: keys === null ? null : source.publisherId,
      keys: keys ?? [],
    }));
    const known = await holdPolls(trx, asked);
    for (const one of batch) {
      const { source, keys, write } = one.ready;
      const found = known.get(source.id);
      if (found === undefined) left.push(one);
      else stored.push({ one, value: await write(trx, keys === null ? null : found) });
    }
  });
  for (const { one, value } of stored) one.resolve(value);
  return left;
}

// One publisher's polls may bring the same article: each has to see what the other wrote.
function partTwins(batch: readonly Waiting[]): { together: Waiting[]; alone: Waiting[] } {
  const publishers = new Set<number>();
  const together: Waiting[] = [];
  const alone: Waiting[] = [];
  for (const one of batch) {
    const { publisherId } = one.ready.source;
    (publishers.has(publisherId) ? alone : together).push(one);
    publishers.add(publisherId);
  }
  return together.length < 2 ? { together: [], alone: [...batch] } : { together, alone };
}

/**
 * Opens the place where polls of one run are stored. A poll that is ready waits for others: until eight are, nobody is left who could become so, or
 * `waitMs` are over. They share a transaction: a few turns between the app and PostgreSQL, not a few for each. What goes wrong for one is undone for all
 * and done again one by one, so that only the culprit fails.
 */
export function openStoring(db: Db, waitMs = patienceMs): Storing {
  let waiting: Waiting[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;
  const alone: Waiting[] = [];
  let lanes = 0;

  const storeNext = async () => {
    lanes += 1;
    for (let one = alone.shift(); one !== undefined; one = alone.shift())
      await storeAlone(one.ready, db).then(one.resolve, one.reject);
    lanes -= 1;
  };
  const storeEach = (some: readonly Waiting[]) => {
    alone.push(...some);
    for (let free = Math.min(mostAlone - lanes, alone.length); free > 0; free -= 1) void storeNext();
  };
  const storeBatch = async (batch: readonly Waiting[]) => {
    const { together, alone: others } = partTwins(batch);
    storeEach(others);
    if (together.length === 0) return;
    try {
      storeEach(await storeTogether(db, together));
    } catch (error) {
      // PostgreSQL is away: nothing is gained by asking it once for each. Else what one of them met shall not be the others' fault.
      if (!isDatabaseGone(error)) storeEach(together);
      else for (const one of together) one.reject(error);
    }
  };

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) void storeBatch(batch);
  };
  const look = () => {
    if (waiting.length >= mostTogether || underWay === 0) flush();
    else if (waiting.length > 0) timer ??= setTimeout(flush, waitMs);
  };

  return {
    enter() {
      let isUnderWay = true;
      underWay += 1;
      const arrive = () => {
        if (isUnderWay) underWay -= 1;
        isUnderWay = false;
      };
      return {
        store: (ready) =>
          new Promise((resolve, reject) => {
            arrive();
            waiting.push({ ready, resolve: resolve as (value: unknown) => void, reject });
            look();
          }),
        leave() {
          arrive();
          look();
        },
      };
    },
  };
}
