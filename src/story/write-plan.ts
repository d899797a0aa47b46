// A plan → rows: stories, members with their evidence, moves, merges, leads, places in lists. EFFECT.
import { type Carrier, findCarriers } from '../store/carrier.ts';
import { foundStories, leadStories, noteChangedStories, type Touched } from '../store/cluster.ts';
import type { Db } from '../store/db.ts';
import { insertMembers, mergeStories, moveMembers } from '../store/identity.ts';
import { insertStoryEvents, type NewStoryEvent } from '../store/story-event.ts';
import { refitStories } from '../store/story-fit.ts';
import type { Edge } from './group.ts';
import type { Identified } from './identify.ts';
import { leadAmong } from './lead.ts';
import { readLeadPriority } from './lead-priority.ts';

const orNull = (edges: readonly Edge[]) => (edges.length === 0 ? null : edges);

/** What two sets of places have together. */
export function unite(...touched: readonly Touched[]): Touched {
  const all = (key: keyof Touched) => [...new Set(touched.flatMap((one) => one[key]))];
  return { publisherSlugs: all('publisherSlugs'), provinces: all('provinces'), sections: all('sections') };
}

function byStory(carriers: readonly Carrier[]): Map<number, Carrier[]> {
  const stories = new Map<number, Carrier[]>();
  for (const carrier of carriers) {
    const list = stories.get(carrier.storyId);
    if (list === undefined) stories.set(carrier.storyId, [carrier]);
    else list.push(carrier);
  }
  return stories;
}

/**
 * Chooses the leads of stories that gained or lost members anew, with what it says in their history (by whose hand: the machine's unless
 * told), and their places in lists. Returns where they are and were listed. Inside the story writer's transaction. Touches story, story_event, story_fit.
 */
export async function settleStories(
  db: Db,
  storyIds: readonly number[],
  now: Date,
  by: { actor: string; reason: string | null } = { actor: 'machine', reason: null },
): Promise<Touched> {
  if (storyIds.length === 0) return unite();
  const priority = await readLeadPriority(db);
  const leads: { storyId: number; entryId: number; seenAt: Date }[] = [];
  const events: NewStoryEvent[] = [];
  const carriers = byStory(await findCarriers(db, storyIds));
  for (const [storyId, list] of carriers) {
    const lead = leadAmong(list, now, priority)?.lead;
    if (lead === undefined || lead.isLead) continue;
    leads.push({ storyId, entryId: lead.entryId, seenAt: lead.seenAt });
    events.push({ kind: 'lead', storyId, entryId: lead.entryId, evidence: priority, ...by });
  }
  await leadStories(db, leads);
  await insertStoryEvents(db, events);
  const led = new Set(leads.map((lead) => lead.storyId));
  await noteChangedStories(
    db,
    storyIds.filter((id) => !led.has(id)),
  );
  return refitStories(db, storyIds);
}

function eventsOf({ plan }: Identified): NewStoryEvent[] {
  const merges = plan.absorbed.map(({ from, into, entryId, edges }) => ({
    kind: 'merge' as const,
    storyId: into,
    otherStoryId: from,
    entryId,
    evidence: edges,
    actor: 'machine',
  }));
  const splits = plan.moved.map(({ entryId, from, storyId, edges }) => ({
    kind: 'split' as const,
    storyId: from,
    otherStoryId: storyId,
    entryId,
    evidence: orNull(edges),
    actor: 'machine',
    reason: 'its paper wrote other words',
  }));
  return [...merges, ...splits];
}

/**
 * Writes what identity decided. Returns where the stories it touched are and were listed. Inside the story writer's transaction. Touches
 * story, story_entry, story_event, story_fit.
 */
export async function writePlan(db: Db, identified: Identified, now: Date): Promise<Touched> {
  const { plan, entries } = identified;
  const byId = new Map(entries.map((entry) => [entry.entryId, entry]));
  const founded = plan.founded.flatMap((story) => {
    const founder = byId.get(story.members[0] ?? 0);
    if (founder === undefined) return [];
    return [
      {
        storyId: story.id,
        entryId: founder.entryId,
        seenAt: founder.seenAt,
        isMember: founder.storyId !== null,
        places: founder.places ?? [],
      },
    ];
  });
  const touched = founded.length === 0 ? unite() : await foundStories(db, founded);
  await mergeStories(db, plan.absorbed);
  const founders = new Set(founded.map((story) => story.entryId));
  const joins = plan.joined.filter((join) => !founders.has(join.entryId));
  await insertMembers(
    db,
    joins.flatMap(({ entryId, storyId, edges }) => {
      const entry = byId.get(entryId);
      return entry === undefined ? [] : [{ entryId, seenAt: entry.seenAt, storyId, evidence: orNull(edges) }];
    }),
  );
  const merged = plan.absorbed.filter(({ entryId }) => (byId.get(entryId)?.storyId ?? null) !== null);
  await moveMembers(db, [
    ...plan.moved.map(({ entryId, storyId, edges }) => ({ entryId, storyId, evidence: orNull(edges) })),
    ...merged.map(({ entryId, into, edges }) => ({ entryId, storyId: into, evidence: edges })),
  ]);
  await insertStoryEvents(db, eventsOf(identified));
  const single = new Set(plan.founded.flatMap((story) => (story.members.length === 1 ? [story.id] : [])));
  const others = plan.changed.flatMap((story) => (single.has(story.id) ? [] : [story.id]));
  return unite(touched, await settleStories(db, others, now));
}
