// What a publisher repeats: series of articles on one skeleton, and lines that stand around every article. Learnt from its entries. Pure.
import { fold } from '../text/vietnamese.ts';

/**
 * What is known of one publisher's habits. Maps hold what was met last, oldest first, so the oldest falls out when they are full.
 * `habitToJson` and `habitFromJson` carry it over the tables.
 */
export type Habit = {
  /** Title skeleton → days (since 1970, UTC) on which it was met, at most three. */
  skeletons: Map<number, number[]>;
  /** Line at an article's edge → in how many articles it stood, at most `furnitureArticles`. */
  lines: Map<number, number>;
};

const mostSkeletons = 300;
const mostLines = 200;
const seriesDays = 3;
const furnitureArticles = 4;
/** Lines looked at before and after an article's own text. */
const edges = { first: 3, last: 6 } as const;
const lineLength = { least: 12, most: 240 } as const;

/** Nothing known yet. */
export function newHabit(): Habit {
  return { skeletons: new Map(), lines: new Map() };
}

function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
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

/** A title with `#` for numbers and `@` for names: equal for the issues of a series ("gia vang hom nay #"). Empty when it has neither. */
export function skeletonOf(title: string): string {
  const words = title
    .replace(/\p{N}+(?:[.,:/-]\p{N}+)*/gu, '#')
    .split(/\s+/u)
    .map((word, at) => (at > 0 && /^\p{Lu}/u.test(word) ? '@' : fold(word)));
  const skeleton = words.filter((word, at) => word !== '@' || words[at - 1] !== '@').join(' ');
  const hasSlot = /[#@]/u.test(skeleton);
  return hasSlot && skeleton.replace(/[#@\s\p{P}]/gu, '').length >= 6 ? skeleton : '';
}

/** Whether the publisher has used this title's skeleton on at least three days. */
export function isSeries(habit: Habit, title: string): boolean {
  const skeleton = skeletonOf(title);
  return skeleton !== '' && (habit.skeletons.get(hashText(skeleton))?.length ?? 0) >= seriesDays;
}

function isAtEdge(index: number, count: number): boolean {
  return index < edges.first || index >= count - edges.last;
}

function lineKey(line: string): number | null {
  return line.length >= lineLength.least && line.length <= lineLength.most ? hashText(fold(line)) : null;
}

/** `body` (one block a line) without the lines at its edges that the publisher has put around at least four articles. */
export function withoutHabitualLines(habit: Habit, body: string): string {
  if (habit.lines.size === 0) return body;
  const lines = body.split('\n');
  const own = lines.filter((line, index) => {
    if (!isAtEdge(index, lines.length)) return true;
    const key = lineKey(line);
    return key === null || (habit.lines.get(key) ?? 0) < furnitureArticles;
  });
  return own.length === lines.length ? body : own.join('\n');
}

/**
 * Takes one more article of the publisher into `habit`, in place; `at` is when it was seen. Returns true when a line became habitual: what
 * was computed from this publisher's articles before is then out of date.
 */
export function learn(habit: Habit, article: { title: string; body: string; at: Date }): boolean {
  const skeleton = skeletonOf(article.title);
  if (skeleton !== '') {
    const key = hashText(skeleton);
    const day = Math.floor(article.at.getTime() / 86_400_000);
    const days = habit.skeletons.get(key) ?? [];
    remember(habit.skeletons, key, days.includes(day) ? days : [...days, day].slice(-seriesDays), mostSkeletons);
  }
  const lines = article.body.split('\n');
  let isNews = false;
  const seen = new Set<number>();
  lines.forEach((line, index) => {
    const key = isAtEdge(index, lines.length) ? lineKey(line) : null;
    if (key === null || seen.has(key)) return;
    seen.add(key);
    const count = Math.min(furnitureArticles, (habit.lines.get(key) ?? 0) + 1);
    if (count === furnitureArticles && habit.lines.get(key) !== furnitureArticles) isNews = true;
    remember(habit.lines, key, count, mostLines);
  });
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
