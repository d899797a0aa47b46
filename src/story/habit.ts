// What a publisher repeats: series of articles on one skeleton, and lines that stand around every article. Learnt from its entries. Pure.
import { hashOfLine, isEdge, type Sketch } from '../text/sketch.ts';

/**
 * What is known of one publisher's habits. Maps hold what was met last, oldest first, so the oldest falls out when they are full.
 * `habitToJson` and `habitFromJson` carry it over the tables.
 */
export type Habit = {
  /** Skeleton of a title (`Sketch`) → days (since 1970, UTC) on which it was met, at most three. */
  skeletons: Map<number, number[]>;
  /** Line at an article's edge → in how many articles it stood, at most `furnitureArticles`. */
  lines: Map<number, number>;
};

const mostSkeletons = 300;
const mostLines = 200;
const seriesDays = 3;
const furnitureArticles = 4;
/** Nothing known yet. */
export function newHabit(): Habit {
  return { skeletons: new Map(), lines: new Map() };
}

function remember<V>(map: Map<number, V>, key: number, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

/** Whether the publisher has used this title's skeleton on at least three days. */
export function isSeries(habit: Habit, { skeleton }: Pick<Sketch, 'skeleton'>): boolean {
  return skeleton !== 0 && (habit.skeletons.get(skeleton)?.length ?? 0) >= seriesDays;
}

/** `body` (one block a line) without the lines at its edges that the publisher has put around at least four articles. */
export function withoutHabitualLines(habit: Habit, body: string): string {
  if (habit.lines.size === 0) return body;
  const lines = body.split('\n').filter((line) => /[\p{L}\p{N}]/u.test(line));
  const own = lines.filter(
    (line, index) => !isEdge(index, lines.length) || (habit.lines.get(hashOfLine(line)) ?? 0) < furnitureArticles,
  );
  return own.length === lines.length ? body : own.join('\n');
}

/**
 * Takes one more article of the publisher into `habit`, in place; `at` is when it was seen. Returns true when a line became habitual or a
 * title one of a series: that is worth storing, and what was computed from this publisher's articles before is out of date.
 */
export function learn(habit: Habit, sketch: Pick<Sketch, 'skeleton' | 'lines'>, at: Date): boolean {
  let isNews = false;
  if (sketch.skeleton !== 0) {
    const day = Math.floor(at.getTime() / 86_400_000);
    const days = habit.skeletons.get(sketch.skeleton) ?? [];
    const more = days.includes(day) ? days : [...days, day].slice(-seriesDays);
    if (more.length === seriesDays && days.length < seriesDays) isNews = true;
    remember(habit.skeletons, sketch.skeleton, more, mostSkeletons);
  }
  for (const line of new Set(sketch.lines)) {
    const before = habit.lines.get(line) ?? 0;
    const count = Math.min(furnitureArticles, before + 1);
    if (count === furnitureArticles && before < furnitureArticles) isNews = true;
    remember(habit.lines, line, count, mostLines);
  }
  return isNews;
}

/** A habit as JSON keeps it. */
export type HabitJson = { skeletons: [number, number[]][]; lines: [number, number][] };

/** For storing; order is kept. */
export function habitToJson(habit: Habit): HabitJson {
  return { skeletons: [...habit.skeletons], lines: [...habit.lines] };
}

/** From storage; absent = nothing known. */
export function habitFromJson(json: HabitJson | null): Habit {
  return json === null ? newHabit() : { skeletons: new Map(json.skeletons), lines: new Map(json.lines) };
}
