// Waiting entries + what is stored → where each belongs. EFFECT.
import { setImmediate } from 'node:timers/promises';
import type { Db } from '../store/db.ts';
import { takeStoryIds, type Waiting } from '../store/cluster.ts';
import { findDecrees, findMembers, loadTexts, type StoredText, type StoryMember } from '../store/identity.ts';
import { addSketches, findTexts } from '../store/sketch.ts';
import { packSketch, type Sketch, sketchOf, unpackSketch } from '../text/sketch.ts';
import type { OpenStory } from './group.ts';
import { habitOf, keepArticle, type Memory, remember, takeHabits } from './memory.ts';
import { type Arrival, type Plan, planBatch } from './plan.ts';
import { readArticle } from './read-article.ts';
import { findNear, type Near } from './sketch-index.ts';

/** A waiting entry with its sketch; `at` is when it came, or changed. `bytes` is the sketch as it is stored. */
export type Sketched = {
  entryId: number;
  seenAt: Date;
  publisherId: number;
  storyId: number | null;
  at: Date;
  sketch: Sketch;
  bytes: Buffer;
  /** Provinces that its words name, as far as its reader looked. */
  places: string[] | null;
};

/** What identity found out about a batch: the plan, the members of the stories it came near, and which publishers' habits became others and are to be stored. */
export type Identified = {
  plan: Plan;
  entries: Sketched[];
  members: StoryMember[];
  habits: { publisherId: number; habit: unknown }[];
};

// What ingest did not sketch, or another version of the program did, and what changed since, is sketched from the stored words.
async function sketchAll(db: Db, waiting: readonly Waiting[]): Promise<Sketched[]> {
  const read = new Map<number, Sketched>();
  const unread: Waiting[] = [];
  for (const entry of waiting) {
    const sketch = entry.sketch === null || entry.storyId !== null ? null : unpackSketch(entry.sketch);
    if (sketch === null || entry.publisherId === null || entry.sketch === null) unread.push(entry);
    else
      read.set(entry.entryId, {
        ...entry,
        publisherId: entry.publisherId,
        at: entry.seenAt,
        sketch,
        bytes: entry.sketch,
      });
  }
  const storyOf = new Map(unread.map((entry) => [entry.entryId, entry.storyId]));
  for (const text of await loadTexts(db, unread)) {
    const sketch = sketchOf({ title: text.title, summary: text.summary, html: text.bodyHtml });
    const { entryId, seenAt, publisherId } = text;
    const storyId = storyOf.get(entryId) ?? null;
    const at = storyId === null ? seenAt : text.changedAt;
    read.set(entryId, { entryId, seenAt, publisherId, storyId, at, sketch, bytes: packSketch(sketch), places: null });
  }
  return waiting.flatMap((entry) => read.get(entry.entryId) ?? []);
}

type Found = {
  arrivals: Arrival[];
  novel: { hash: number; entryId: number }[];
  publishers: Set<number>;
  kept: Sketched[];
};

// Each entry sees those before it, whichever batch they came in; of a changed one only other words are kept.
function search(entries: readonly Sketched[], memory: Memory): Found {
  const found: Found = { arrivals: [], novel: [], publishers: new Set(), kept: [] };
  for (const entry of entries) {
    const near: Near = findNear(memory.index, entry.sketch, entry.at.getTime());
    const isOther = (id: number) => id !== entry.entryId;
    found.arrivals.push({ id: entry.entryId, exact: near.exact.filter(isOther), near: near.near.filter(isOther) });
    if (near.exact.includes(entry.entryId)) continue;
    found.kept.push(entry);
    if (entry.sketch.exact !== 0 && near.exact.length === 0)
      found.novel.push({ hash: entry.sketch.exact, entryId: entry.entryId });
    if (remember(memory, { ...entry, seenAt: entry.at })) found.publishers.add(entry.publisherId);
  }
  return found;
}

// Texts that nobody brought in the last 14 days may be older ones, unchanged.
async function searchOld(db: Db, { arrivals, novel }: Found): Promise<{ hash: number; entryId: number }[]> {
  const old = await findTexts(
    db,
    novel.map((text) => text.hash),
  );
  if (old.size === 0) return novel;
  const byEntry = new Map(novel.map((text) => [text.entryId, old.get(text.hash)]));
  for (const arrival of arrivals) {
    const first = byEntry.get(arrival.id);
    if (first !== undefined && first !== arrival.id) Object.assign(arrival, { exact: [first], near: [] });
  }
  return novel.filter((text) => !old.has(text.hash));
}

function openStories(members: readonly StoryMember[]): OpenStory[] {
  const stories = new Map<number, OpenStory>();
  for (const { storyId, entryId, leadEntryId, isLive } of members) {
    const story = stories.get(storyId) ?? { id: storyId, leadId: leadEntryId, members: [], isLive };
    story.members.push(entryId);
    stories.set(storyId, story);
  }
  return [...stories.values()];
}

// The plan itself tells which articles it needs: most entries are copies of nothing, or word for word, and are never read.
async function planReading(
  db: Db,
  arrivals: readonly Arrival[],
  known: { stories: OpenStory[]; decrees: Awaited<ReturnType<typeof findDecrees>>; newStoryIds: number[] },
  seenAt: ReadonlyMap<number, Date>,
  memory: Memory,
): Promise<Plan> {
  // Held here too: memory may let go of them before the plan is done.
  const read: Memory['articles'] = new Map();
  for (;;) {
    const plan = planBatch(arrivals, {
      ...known,
      articleOf: (id) => {
        const kept = read.get(id) ?? memory.articles.get(id);
        return kept === undefined ? undefined : (kept?.article ?? null);
      },
    });
    if (plan.missing.size === 0) return plan;
    const keys = [...plan.missing].flatMap((entryId) => {
      const seen = seenAt.get(entryId);
      return seen === undefined ? [] : [{ entryId, seenAt: seen }];
    });
    const texts = new Map((await loadTexts(db, keys)).map((text) => [text.entryId, text]));
    for (const [i, id] of [...plan.missing].entries()) {
      // Reading an article takes a quarter of a millisecond: readers of the same process have their turn between some of them.
      if (i % 20 === 19) await setImmediate();
      const kept = readKept(texts.get(id), memory);
      read.set(id, kept);
      keepArticle(memory, id, kept);
    }
  }
}

function readKept(
  text: StoredText | undefined,
  memory: Memory,
): Memory['articles'] extends Map<number, infer K> ? K : never {
  if (text === undefined) return null;
  return { publisherId: text.publisherId, article: readArticle(text, habitOf(memory, text.publisherId)) };
}

/**
 * Finds where waiting entries, in order of arrival, belong, and keeps their sketches, in tables and in memory. Inside the story writer's
 * transaction, after `followTables`. Touches entry_sketch, entry_text; reads story, story_entry, entry, story_decree.
 */
export async function identify(db: Db, waiting: readonly Waiting[], memory: Memory, now: Date): Promise<Identified> {
  const entries = await sketchAll(db, waiting);
  for (const entry of entries) if (entry.storyId !== null) memory.articles.delete(entry.entryId);
  const found = search(entries, memory);
  const { arrivals, kept } = found;
  const novel = await searchOld(db, found);
  const inBatch = new Set(arrivals.map((arrival) => arrival.id));
  const asked = new Set(entries.flatMap((entry) => (entry.storyId === null ? [] : [entry.entryId])));
  for (const { exact, near } of arrivals) for (const id of [...exact, ...near]) if (!inBatch.has(id)) asked.add(id);
  const decrees = await findDecrees(db, [...asked, ...inBatch]);
  for (const { a, b } of decrees) for (const id of [a, b]) if (!inBatch.has(id)) asked.add(id);
  const members = await findMembers(db, [...asked]);
  const stories = openStories(members);
  // Memory may name entries that have been removed since: then the text is nobody's.
  const standing = new Set([...inBatch, ...members.map((member) => member.entryId)]);
  const hashOf = new Map(kept.map((entry) => [entry.entryId, entry.sketch.exact]));
  for (const { id, exact } of arrivals) {
    const hash = hashOf.get(id);
    if (hash !== undefined && exact.length > 0 && !exact.some((other) => standing.has(other)))
      novel.push({ hash, entryId: id });
  }
  const more = await findDecrees(
    db,
    members.flatMap((member) => (asked.has(member.entryId) ? [] : [member.entryId])),
  );
  const firstId = arrivals.length === 0 ? 0 : await takeStoryIds(db, arrivals.length);
  const seenAt = new Map([...members, ...entries].map((one) => [one.entryId, one.seenAt]));
  const newStoryIds = arrivals.map((_, index) => firstId + index);
  const plan = await planReading(
    db,
    arrivals,
    { stories, decrees: [...decrees, ...more], newStoryIds },
    seenAt,
    memory,
  );
  let habits: Identified['habits'] = [];
  if (kept.length > 0) {
    const batch = await addSketches(
      db,
      kept.map(({ entryId, at, publisherId, bytes }) => ({ entryId, seenAt: at, publisherId, sketch: bytes })),
      novel,
    );
    memory.place = { batch, entryId: Number.MAX_SAFE_INTEGER };
    habits = takeHabits(memory, found.publishers, batch, now);
  }
  return { plan, entries, members, habits };
}
