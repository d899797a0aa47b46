// A primary and a replica of it → which of them answers a read, so that nobody is shown an older state than the one before.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { isDatabaseTrouble } from './trouble.ts';

/** Which server answers. */
export type Side = 'primary' | 'replica';

/** The reads of one process, over both servers. */
export type ReadSide = {
  /**
   * Runs a read on the side in charge, whole: all its statements on one server. On the replica's failure it runs once more on the primary. When
   * the primary fails, the replica answers a read for which nothing older was shown before (`hasShown` false); others reject.
   */
  read: <T>(work: (db: Db) => Promise<T>, hasShown: boolean) => Promise<T>;
  /** The server in charge: what is read there is at least as new as anything this process has read. */
  current: () => Db;
  side: () => Side;
  /** Ends the watch; both pools stay open. */
  stop: () => void;
};

export type ReadSideOptions = {
  /** Told whenever the side changes, and why. */
  onChange?: (side: Side, reason: string) => void;
  /** Pause between two looks at the servers, in milliseconds. */
  everyMs?: number;
};

// What an answer may be behind: the state of the last look but one is there, or reads move to the primary.
const defaultEveryMs = 1_000;
const answerWithinMs = 1_000;
// How long readers may wait while reads move back to the replica; they do so only when it is all but there.
const handoverMs = 500;
const pauseMs = 10;

/** Where the primary's log ends: everything anybody can see there lies before it. Reads no table. */
export async function primaryPosition(db: Db): Promise<string> {
  const row = await sql<{ at: string }>`select pg_current_wal_insert_lsn()::text as at`.execute(db);
  return row.rows[0]?.at ?? '0/0';
}

/** Whether a server follows another one and shows all that lies before `position`. Reads no table. */
export async function hasReplayed(db: Db, position: string): Promise<boolean> {
  const row = await sql<{ isThere: boolean | null }>`
    select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= ${position}::pg_lsn as "isThere"`.execute(db);
  return row.rows[0]?.isThere === true;
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

// A read that turned out to write (read_only_sql_transaction): it belongs to the primary, each time.
const isWriting = (error: unknown) => error instanceof Error && 'code' in error && error.code === '25006';

/**
 * Reads begin on the primary and move to the replica once it shows all that any read here can have seen; they move back at once when it
 * fails, lags by more than two looks, or follows nobody. While the primary is away the replica goes on answering. `replica` may be away.
 */
export function openReadSide(primary: Db, replica: Db, options: ReadSideOptions = {}): ReadSide {
  const everyMs = options.everyMs ?? defaultEveryMs;
  let side: Side = 'primary';
  let underway = 0;
  let lastPosition: string | null = null;
  let handover: Promise<void> | null = null;
  let isStopped = false;

  function turn(to: Side, reason: string): void {
    if (side === to || isStopped) return;
    side = to;
    options.onChange?.(to, reason);
  }

  async function onPrimary<T>(work: (db: Db) => Promise<T>): Promise<T> {
    underway += 1;
    try {
      return await work(primary);
    } finally {
      underway -= 1;
    }
  }

  async function read<T>(work: (db: Db) => Promise<T>, hasShown: boolean): Promise<T> {
    if (handover !== null) await handover;
    if (side === 'replica') {
      try {
        return await work(replica);
      } catch (error) {
        if (isWriting(error)) return onPrimary(work);
        if (!isDatabaseTrouble(error)) throw error;
        turn('primary', error instanceof Error ? error.message : 'the replica failed');
      }
    }
    try {
      return await onPrimary(work);
    } catch (error) {
      if (hasShown || !isDatabaseTrouble(error)) throw error;
      return work(replica).catch(() => {
        throw error;
      });
    }
  }

  // New reads wait, those under way end, and only what they can have seen at most has to be there.
  async function handOver(): Promise<void> {
    const until = performance.now() + handoverMs;
    while (underway > 0 && performance.now() < until) await pause(pauseMs);
    if (underway > 0) return;
    const position = await within(primaryPosition(primary), handoverMs);
    while (performance.now() < until) {
      if (await within(hasReplayed(replica, position), handoverMs)) return turn('replica', 'it has caught up');
      await pause(pauseMs);
    }
  }

  async function isCaughtUp(position: string): Promise<boolean> {
    return within(hasReplayed(replica, position), answerWithinMs).catch(() => false);
  }

  async function look(): Promise<void> {
    const position = await within(primaryPosition(primary), answerWithinMs).catch(() => null);
    const before = lastPosition;
    lastPosition = position;
    // While the primary is away nothing gets newer: the replica has what there is.
    if (position === null || before === null) return;
    const isNear = await isCaughtUp(before);
    if (side === 'replica' && !isNear) turn('primary', 'the replica is away or lags behind');
    if (side === 'primary' && isNear) {
      handover = handOver().catch(() => undefined);
      await handover;
      handover = null;
    }
  }

  async function watch(): Promise<void> {
    while (!isStopped) {
      await look();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        timer.unref();
      });
    }
  }
  void watch();
  return {
    read,
    current: () => (side === 'replica' ? replica : primary),
    side: () => side,
    stop: () => {
      isStopped = true;
    },
  };
}
