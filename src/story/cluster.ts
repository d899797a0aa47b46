// Waiting entries → stories, by a single writer in order of arrival. EFFECT.
import type { Context } from '../context.ts';
import { leadStories, noteChangedStories, takeWaitingEntries } from '../store/cluster.ts';
import type { Db } from '../store/db.ts';
import { touchEditions } from '../store/edition.ts';
import { findLedBy, saveHabits } from '../store/identity.ts';
import { refitStories } from '../store/story-fit.ts';
import { ifStoryWriter } from '../store/story-writer.ts';
import { identify, type Sketched } from './identify.ts';
import { clearMemory, followTables, type Memory, newMemory } from './memory.ts';
import { unite, writePlan } from './write-plan.ts';

const batch = 2_000;

// One memory a process, as long as its context lives.
const memories = new WeakMap<Context, Memory>();

function memoryOf(ctx: Context): Memory {
  const memory = memories.get(ctx) ?? newMemory();
  memories.set(ctx, memory);
  return memory;
}

// A story shows the present words of its lead, and is listed where the present labels of its members say.
async function follow(trx: Db, changed: readonly Sketched[]) {
  if (changed.length === 0) return unite();
  const { leads, storyIds } = await findLedBy(
    trx,
    changed.map((entry) => entry.entryId),
  );
  await leadStories(trx, leads);
  const led = new Set(leads.map((lead) => lead.storyId));
  await noteChangedStories(
    trx,
    storyIds.filter((id) => !led.has(id)),
  );
  return refitStories(trx, storyIds);
}

async function clusterBatch(ctx: Context, memory: Memory): Promise<number | null> {
  return ifStoryWriter(ctx.db, async (trx) => {
    const waiting = await takeWaitingEntries(trx, batch);
    if (waiting.length === 0) return 0;
    const now = ctx.now();
    await followTables(trx, memory, now);
    const identified = await identify(trx, waiting, memory, now);
    const written = await writePlan(trx, identified, now);
    const changed = identified.entries.filter((entry) => entry.storyId !== null);
    const followed = await follow(trx, changed);
    await saveHabits(trx, identified.habits);
    await touchEditions(trx, unite(written, followed));
    return waiting.length;
  });
}

/**
 * Gives every waiting entry its story and marks the editions it appears in; returns how many entries it dealt with. When another process
 * is the writer it returns at once. Touches cluster_due, story, story_entry, story_event, story_fit, entry_sketch, entry_text,
 * publisher_habit, edition, document. Rejects with the first failed batch, which is then still waiting.
 */
export async function clusterDue(ctx: Context, memory: Memory = memoryOf(ctx)): Promise<number> {
  let total = 0;
  while (!ctx.signal.aborted) {
    let done: number | null;
    try {
      done = await clusterBatch(ctx, memory);
    } catch (error) {
      clearMemory(memory);
      throw error;
    }
    total += done ?? 0;
    if (done === null || done < batch) break;
  }
  if (memory.index.dropped > 0) {
    ctx.log.warn(
      { dropped: memory.index.dropped },
      'more entries than memory is kept for: copies are looked for in fewer days',
    );
    memory.index.dropped = 0;
  }
  return total;
}
