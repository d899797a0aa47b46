// A connection of its own, asked twice a second → whether PostgreSQL answers; after an outage the pool's old connections are cut.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { cutConnections, type Db } from './db.ts';

/** What the pulse knows. `isAway` is true from about a second after PostgreSQL fell silent until it answers again. */
export type Pulse = { isAway: () => boolean; stop: () => Promise<void> };

type PulseOptions = {
  /** The pool whose connections are cut after an outage. */
  db: Db;
  signal: AbortSignal;
  pace?: Pace;
  /** Hears of each outage once: when it begins (with the reason) and when it is over (with its length and the connections cut). */
  onChange?: (change: { isAway: true; reason: string } | { isAway: false; seconds: number; cut: number }) => void;
};

/**
 * When it asks and what it makes of silence. `silentMs`: PostgreSQL counts as away (a reader may wait two seconds in all, and a server that is
 * only slow answers within one). `givenUpMs`: an answer that comes before this says that nothing was lost.
 */
export type Pace = { everyMs: number; silentMs: number; givenUpMs: number };

const usualPace: Pace = { everyMs: 500, silentMs: 1_000, givenUpMs: 5_000 };

/**
 * Asks PostgreSQL twice a second until `signal` aborts. A TCP connection whose peer vanished without a word looks alive for minutes, and so
 * does everything that waits on it: when the pulse had to be given up and answers on a new connection, all connections of the pool
 * older than that are cut, so that nothing waits for ever. Reads no table.
 */
export function openPulse(url: string, options: PulseOptions): Pulse {
  const { everyMs, silentMs, givenUpMs } = options.pace ?? usualPace;
  let client: pg.Client | null = null;
  let awaySince: number | null = null;
  let isLost = false;

  function fall(reason: string): void {
    if (awaySince !== null || options.signal.aborted) return;
    awaySince = performance.now();
    options.onChange?.({ isAway: true, reason });
  }

  function rise(): void {
    const seconds = awaySince === null ? 0 : (performance.now() - awaySince) / 1_000;
    const cut = isLost || seconds * 1_000 >= givenUpMs ? cutConnections(options.db, performance.now()) : 0;
    isLost = false;
    if (awaySince === null) return;
    awaySince = null;
    options.onChange?.({ isAway: false, seconds, cut });
  }

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'tin-tinh pulse',
      connectionTimeoutMillis: silentMs * 2,
    });
    fresh.on('error', () => undefined);
    await fresh.connect();
    return fresh;
  }

  async function beat(): Promise<void> {
    let isAnswered = false;
    const silent = setTimeout(() => {
      // Behind whatever arrived while this process itself was busy.
      setImmediate(() => {
        if (!isAnswered) fall('no answer');
      });
    }, silentMs);
    const giveUp = new AbortController();
    try {
      client ??= await connect();
      const late = pause(givenUpMs, undefined, { signal: AbortSignal.any([giveUp.signal, options.signal]) }).then(
        () => {
          throw new Error('no answer');
        },
      );
      await Promise.race([client.query('select 1'), late]);
    } finally {
      isAnswered = true;
      clearTimeout(silent);
      giveUp.abort();
    }
  }

  async function run(): Promise<void> {
    while (!options.signal.aborted) {
      try {
        await beat();
        rise();
      } catch (error) {
        // A start that fails says nothing about connections that stand.
        isLost ||= client !== null;
        // `end` waits for the peer's farewell, which may never come.
        client?.end().catch(() => undefined);
        client = null;
        fall(
          error instanceof Error && error.message !== '' ? error.message : String((error as { code?: unknown }).code),
        );
      }
      await pause(everyMs, undefined, { signal: options.signal }).catch(() => undefined);
    }
    await client?.end().catch(() => undefined);
  }

  const running = run();
  return {
    isAway: () => awaySince !== null,
    stop: async () => {
      await running;
    },
  };
}
