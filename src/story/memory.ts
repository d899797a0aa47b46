// What the clustering process keeps between batches: the index of sketches, publishers' habits, recent articles; all made from the tables. EFFECT.
import type { Db } from '../store/db.ts';
import { loadHabits } from '../store/identity.ts';
import { listSketches, sketchPage } from '../store/sketch.ts';
import { type Sketch, unpackSketch } from '../text/sketch.ts';
import { type Habit, habitFromJson, type HabitJson, habitToJson, learn, newHabit } from './habit.ts';
import type { Article } from './match.ts';
import { addSketch, newSketchIndex, type SketchIndex, windowMs } from './sketch-index.ts';

/** `place` is the last stored sketch that is in the index; `null` = nothing is known yet. */
export type Memory = {
  index: SketchIndex;
  place: { batch: number; entryId: number } | null;
  /** By publisher id. `batch` is the last that the stored habit has learnt from; `keptAt`: when this process stored it, in milliseconds. */
  habits: Map<number, { habit: Habit; batch: number; keptAt: number | null }>;
  /** Articles by entry id, the most recently used last; null for those that are gone. */
  articles: Map<number, { publisherId: number; article: Article } | null>;
};

/** About 6 KB an article: some 25 MB. */
const mostArticles = 4_000;

export function newMemory(): Memory {
  return { index: newSketchIndex(), place: null, habits: new Map(), articles: new Map() };
}

/** Forgets everything: after a failed transaction memory may be ahead of the tables. */
export function clearMemory(memory: Memory): void {
  Object.assign(memory, newMemory());
}

/** Keeps an article as the most recent; the least recent falls out. */
export function keepArticle(
  memory: Memory,
  entryId: number,
  kept: { publisherId: number; article: Article } | null,
): void {
  memory.articles.delete(entryId);
  memory.articles.set(entryId, kept);
  if (memory.articles.size <= mostArticles) return;
  for (const oldest of memory.articles.keys()) {
    memory.articles.delete(oldest);
    break;
  }
}

/** The habit of a publisher; nothing known for a new one. */
export function habitOf(memory: Memory, publisherId: number): Habit {
  const known = memory.habits.get(publisherId);
  if (known !== undefined) return known.habit;
  const habit = newHabit();
  memory.habits.set(publisherId, { habit, batch: 0, keptAt: null });
  return habit;
}

/**
 * Takes a sketched entry into index and habits. Returns true when its publisher's habits became others: then its articles, compared
 * without the lines that are now known for habit, have been forgotten.
 */
export function remember(
  memory: Memory,
  seen: { entryId: number; publisherId: number; seenAt: Date; sketch: Sketch },
): boolean {
  addSketch(memory.index, seen.entryId, seen.seenAt.getTime(), seen.sketch);
  if (!learn(habitOf(memory, seen.publisherId), seen.sketch, seen.seenAt)) return false;
  for (const [id, kept] of memory.articles) if (kept?.publisherId === seen.publisherId) memory.articles.delete(id);
  return true;
}

// Storing a habit costs PostgreSQL nearly a millisecond, and a busy paper's change with every batch. What was learnt since is in the sketches, from
// which it is learnt again.
const habitRestMs = 600_000;

/** Of these publishers those whose habits are to be stored as they are now, with `batch` as the last they have learnt from. */
export function takeHabits(
  memory: Memory,
  publisherIds: Iterable<number>,
  batch: number,
  now: Date,
): { publisherId: number; habit: HabitJson & { batch: number } }[] {
  return [...publisherIds].flatMap((publisherId) => {
    const habit = habitOf(memory, publisherId);
    const keptAt = memory.habits.get(publisherId)?.keptAt ?? null;
    // Also of a clock that was set back.
    if (keptAt !== null && Math.abs(now.getTime() - keptAt) < habitRestMs) return [];
    memory.habits.set(publisherId, { habit, batch, keptAt: now.getTime() });
    return [{ publisherId, habit: { ...habitToJson(habit), batch } }];
  });
}

async function recallHabits(db: Db, memory: Memory): Promise<void> {
  for (const { publisherId, habit } of await loadHabits(db)) {
    const { batch, ...json } = habit as HabitJson & { batch: number };
    memory.habits.set(publisherId, { habit: habitFromJson(json), batch, keptAt: null });
  }
}

/**
 * Brings memory up to the tables: everything of the last 14 days when it is empty, else what other processes have written since. Inside the
 * story writer's transaction. Reads publisher_habit, entry_sketch.
 */
export async function followTables(db: Db, memory: Memory, now: Date): Promise<void> {
  if (memory.place === null) await recallHabits(db, memory);
  const since = new Date(now.getTime() - windowMs);
  for (let isMore = true; isMore; ) {
    const rows = await listSketches(db, memory.place ?? { batch: 0, entryId: 0 }, since);
    for (const row of rows) {
      const sketch = unpackSketch(row.sketch);
      if (sketch === null) continue;
      const isLearnt = row.batch <= (memory.habits.get(row.publisherId)?.batch ?? 0);
      if (isLearnt) addSketch(memory.index, row.entryId, row.seenAt.getTime(), sketch);
      else remember(memory, { ...row, sketch });
    }
    const last = rows.at(-1);
    memory.place = last ?? memory.place ?? { batch: 0, entryId: 0 };
    isMore = rows.length === sketchPage;
  }
}
