// Saved counters of terms → how common terms are, kept once a process and saved again as they grow. EFFECT.
import type { Db } from '../store/db.ts';
import { loadCounts, readIndexState, saveCounts } from '../store/term.ts';
import { type Frequencies, newFrequencies, packCounts, unpackCounts } from './frequency.ts';

/** The counting of a database as this process knows it; 8 MB. `unsaved` counts stories since the saving number `saved`. */
export type Counting = { saved: number; unsaved: number; frequencies: Frequencies };

// A crash forgets at most this much of the counting, which moves no list; each saving writes 8 MB: 2 KB a story at 4,000.
const leastUnsaved = 4_000;
const unsavedShare = 0.05;

// One counting a database and process.
const countings = new WeakMap<Db, Counting>();
const loading = new WeakMap<Db, Promise<Counting>>();

async function load(db: Db): Promise<Counting> {
  const { saved, total } = await readIndexState(db);
  const frequencies = total === 0 ? null : unpackCounts(total, await loadCounts(db));
  return { saved, unsaved: 0, frequencies: frequencies ?? newFrequencies() };
}

/** The counting for the single writer, inside its transaction `trx`: taken up anew when another process saved a newer one. */
export async function countingForWriter(db: Db, trx: Db): Promise<Counting> {
  const known = countings.get(db);
  if (known !== undefined && known.saved === (await readIndexState(trx)).saved) return known;
  return load(trx);
}

/** The counting for a reader: as saved, loaded once for each saving however many ask at once. */
export async function countingForReader(db: Db): Promise<Counting> {
  const known = countings.get(db);
  if (known !== undefined && known.saved === (await readIndexState(db)).saved) return known;
  const running = loading.get(db);
  if (running !== undefined) return running;
  const started = load(db).then((counting) => {
    keepCounting(db, counting);
    return counting;
  });
  loading.set(db, started);
  return started.finally(() => loading.delete(db));
}

/** Saves the counting when enough came since the last saving; inside the writer's transaction. */
export async function saveIfDue(trx: Db, counting: Counting): Promise<void> {
  const { total } = counting.frequencies;
  // What was never saved at all is saved at once.
  if (counting.unsaved < total && counting.unsaved < Math.max(leastUnsaved, total * unsavedShare)) return;
  counting.saved = await saveCounts(trx, total, packCounts(counting.frequencies));
  counting.unsaved = 0;
}

/** Keeps a counting once its transaction is through. */
export function keepCounting(db: Db, counting: Counting): void {
  countings.set(db, counting);
}

/** Forgets what was counted in a transaction that failed: it is counted again with the batch that comes back. */
export function dropCounting(db: Db): void {
  countings.delete(db);
}
