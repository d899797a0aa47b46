// New and changed entries with their candidates, in order of arrival → what is founded, joined, moved and merged. Pure.
import { type Decree, type Edge, type OpenStory, type Placing, place } from './group.ts';
import { type Article, type Evidence, match } from './match.ts';
import type { Near } from './sketch-index.ts';

/** An entry to be placed, with its candidates; one that has a story already has changed its words and is looked at again. */
export type Arrival = Near & { id: number };

/** What is known beforehand: stories that hold candidates or changed entries, articles read so far, and what editors decided on any of them. */
export type Known = {
  stories: readonly OpenStory[];
  /** An article by entry id; null when the entry is gone, which counts as evidence neither way; undefined when nobody has read it yet. */
  articleOf: (entryId: number) => Article | null | undefined;
  decrees: readonly Decree[];
  /** Ids for stories to be founded, rising and greater than all of `stories`; at least one for each arrival. */
  newStoryIds: readonly number[];
};

/** A merge that an entry caused: `from` ends, `into` is older. */
export type Absorption = { from: number; into: number; entryId: number; edges: Edge[] };

/**
 * Everything that placing the entries came to. `joined` holds every new entry once with the edges that placed it (none for a founder),
 * `moved` the changed ones that left their story; `founded` are new stories that still stand at the end, `absorbed` are merges of stories
 * that stood before, `changed` all stories with other members than before, new and old, as they stand at the end.
 */
export type Plan = {
  founded: OpenStory[];
  joined: { entryId: number; storyId: number; edges: Edge[] }[];
  moved: { entryId: number; from: number; storyId: number; edges: Edge[] }[];
  absorbed: Absorption[];
  changed: OpenStory[];
  /** Entries whose articles were asked for and not known: the plan is only right when there are none. */
  missing: Set<number>;
};

const noEvidence: Evidence = {
  kind: 'different',
  ground: null,
  veto: null,
  jaccard: 0,
  containment: 0,
  leads: [0, 0],
  halves: [0, 0],
  title: [0, 0],
  slots: [0, 0, 0],
  news: 0,
  score: 0,
  isShort: false,
};

type Desk = {
  known: Known;
  plan: Plan;
  stories: Map<number, OpenStory>;
  storyOf: Map<number, number>;
  isOld: ReadonlySet<number>;
  changed: Set<number>;
};

function decreedFor(decrees: readonly Decree[], id: number): number[] {
  return decrees.flatMap((d) => (d.kind === 'together' ? (d.a === id ? [d.b] : d.b === id ? [d.a] : []) : []));
}

function evidenceFor(id: number, { known, plan }: Desk): (other: number) => Evidence {
  const told = new Map<number, Evidence>();
  return (other) => {
    const before = told.get(other);
    if (before !== undefined) return before;
    const [own, others] = [known.articleOf(id), known.articleOf(other)];
    if (own === undefined) plan.missing.add(id);
    if (others === undefined) plan.missing.add(other);
    const found = own && others ? match(own, others) : noEvidence;
    told.set(other, found);
    return found;
  };
}

function absorb(desk: Desk, from: number, into: OpenStory, entryId: number, edges: Edge[]): void {
  const { stories, storyOf, plan, isOld, changed } = desk;
  const gone = stories.get(from);
  if (gone === undefined) return;
  stories.delete(from);
  changed.delete(from);
  into.members.push(...gone.members);
  for (const member of gone.members) storyOf.set(member, into.id);
  for (const earlier of [...plan.joined, ...plan.moved]) if (earlier.storyId === from) earlier.storyId = into.id;
  for (const earlier of plan.absorbed) if (earlier.into === from) earlier.into = into.id;
  if (isOld.has(from)) plan.absorbed.push({ from, into: into.id, entryId, edges });
}

function settle(desk: Desk, id: number, storyId: number, placing: Placing): void {
  const { stories, storyOf, changed } = desk;
  const story = stories.get(storyId) ?? { id: storyId, leadId: id, members: [] };
  stories.set(storyId, story);
  for (const from of placing.absorbed) absorb(desk, from, story, id, placing.edges);
  story.members.push(id);
  storyOf.set(id, storyId);
  changed.add(storyId);
}

function near(desk: Desk, { id, exact, near: some }: Arrival): OpenStory[] {
  const ids = [...exact, ...some, ...decreedFor(desk.known.decrees, id)].flatMap((other) =>
    other === id ? [] : (desk.storyOf.get(other) ?? []),
  );
  return [...new Set(ids)].flatMap((storyId) => desk.stories.get(storyId) ?? []);
}

// What a paper made of an article it had before stays in its story while it is akin to what the others carry; else it is news of its own.
function placeAgain(desk: Desk, arrival: Arrival, home: OpenStory, newStoryId: number): void {
  const { id } = arrival;
  home.members = home.members.filter((member) => member !== id);
  const wasLead = home.leadId === id;
  if (wasLead) home.leadId = home.members[0] ?? id;
  const isAlone = home.members.length === 0;
  const evidenceOf = evidenceFor(id, desk);
  const others = near(desk, arrival).filter((story) => story.id !== home.id);
  const { decrees } = desk.known;
  const placing = place(id, isAlone ? others : [home, ...others], {
    evidenceOf,
    decrees,
    twins: new Set(arrival.exact),
  });
  const bound = placing.storyId === null ? [] : [placing.storyId, ...placing.absorbed];
  const stays = isAlone || bound.includes(home.id) || (bound.length === 0 && isAkin(home.members, evidenceOf));
  if (stays) {
    const ids = [...new Set([home.id, ...bound])].sort((a, b) => a - b);
    if (ids.length > 1) settle(desk, id, ids[0] ?? home.id, { ...placing, absorbed: ids.slice(1) });
    else home.members.push(id);
    // An only member that went to an older story took its own with it.
    if (wasLead && desk.stories.get(home.id) === home) home.leadId = id;
    return;
  }
  const storyId = placing.storyId ?? newStoryId;
  desk.changed.add(home.id);
  settle(desk, id, storyId, placing);
  desk.plan.moved.push({ entryId: id, from: home.id, storyId, edges: placing.edges });
}

function isAkin(members: readonly number[], evidenceOf: (other: number) => Evidence): boolean {
  return members.some((member) => {
    const { kind, veto } = evidenceOf(member);
    return kind !== 'different' && veto === null;
  });
}

/** Places `arrivals` one after the other; each sees those before it. The same input gives the same plan. */
export function planBatch(arrivals: readonly Arrival[], known: Known): Plan {
  const stories = new Map(known.stories.map((story) => [story.id, { ...story, members: [...story.members] }]));
  const storyOf = new Map(known.stories.flatMap((story) => story.members.map((member) => [member, story.id] as const)));
  const plan: Plan = { founded: [], joined: [], moved: [], absorbed: [], changed: [], missing: new Set() };
  const desk: Desk = { known, plan, stories, storyOf, isOld: new Set(stories.keys()), changed: new Set() };
  arrivals.forEach((arrival, index) => {
    const newStoryId = known.newStoryIds[index] ?? arrival.id;
    const home = stories.get(storyOf.get(arrival.id) ?? -1);
    if (home !== undefined) {
      placeAgain(desk, arrival, home, newStoryId);
      return;
    }
    const placing = place(arrival.id, near(desk, arrival), {
      evidenceOf: evidenceFor(arrival.id, desk),
      twins: new Set(arrival.exact),
      decrees: known.decrees,
    });
    const storyId = placing.storyId ?? newStoryId;
    settle(desk, arrival.id, storyId, placing);
    plan.joined.push({ entryId: arrival.id, storyId, edges: placing.edges });
  });
  for (const storyId of desk.changed) {
    const story = stories.get(storyId);
    if (story === undefined) continue;
    plan.changed.push(story);
    if (!desk.isOld.has(storyId)) plan.founded.push(story);
  }
  return plan;
}
