// What an experiment of faults is made of: its size, a room with a folder, ports and a stack of things to end. Types and the stack.
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** `quick` keeps the procedure and shortens it; `full` is the procedure as written. */
export type Size = 'quick' | 'full';

/** What a run gets: a folder of its own (left for reading when it fails), ports from `port` on, a repeatable dice, and a stack of ends. */
export type Room = {
  size: Size;
  seed: number;
  folder: string;
  /** This port and the 15 above are the run's own. */
  port: number;
  /** The checkout under test. */
  app: string;
  dice: () => number;
  say: (text: string) => void;
  /** Runs after the experiment, last given first, whatever happened. */
  after: (task: () => Promise<void> | void) => void;
};

/** What a run came to; everything beside `survived` is measured and kept as JSON. */
export type Outcome = { survived: boolean; failed: string[]; [measure: string]: unknown };

/** One experiment. `seeds` are the runs of the full size; `skip` tells why it cannot run on this machine. */
export type Experiment = {
  id: string;
  title: string;
  /** The criterion as it is judged here. */
  pass: string;
  seeds: number;
  skip?: () => string | null;
  /** Runs in a network and mounts of its own, where it may do as it likes. */
  isIsolated?: true;
  run: (room: Room) => Promise<Outcome>;
};

/** A small repeatable dice in [0, 1). */
export function openDice(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Runs one experiment in a room that is cleared afterwards; its folder stays when it failed. */
export async function runIn(
  base: { folder: string; port: number; size: Size; seed: number; app: string; say: (text: string) => void },
  experiment: Experiment,
): Promise<Outcome> {
  const folder = join(base.folder, `${experiment.id}-${base.seed}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const ends: (() => Promise<void> | void)[] = [];
  const room: Room = { ...base, folder, dice: openDice(base.seed), after: (task) => void ends.push(task) };
  let outcome: Outcome = { survived: false, failed: ['the experiment itself broke off'] };
  try {
    outcome = await experiment.run(room);
  } catch (error) {
    outcome = {
      survived: false,
      failed: [`the experiment broke off: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
  for (let end = ends.pop(); end !== undefined; end = ends.pop())
    await Promise.resolve(end()).catch((error: unknown) => base.say(`clearing up: ${String(error)}`));
  if (outcome.survived) rmSync(folder, { recursive: true, force: true });
  return outcome;
}

/** Judges named conditions: those that do not hold are told. */
export function judge(measures: Record<string, unknown>, conditions: Record<string, boolean>): Outcome {
  const failed = Object.entries(conditions)
    .filter(([, holds]) => !holds)
    .map(([name]) => name);
  return { survived: failed.length === 0, failed, ...measures };
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks every 100 ms until `ask` gives something; rejects after `maxMs`, telling what it waited for. */
export async function until<T>(
  what: string,
  maxMs: number,
  ask: () => T | false | null | undefined | Promise<T | false | null | undefined>,
): Promise<T> {
  const endAt = performance.now() + maxMs;
  let last = '';
  while (performance.now() < endAt) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    await pause(100);
  }
  throw new Error(`${what} did not happen within ${maxMs} ms${last}`);
}

/** The value below which `share` of the numbers lie; 0 of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = Float64Array.from(numbers).sort();
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
}
