// An entry and its verified evidence → the story it joins, founds, or joins together. Pure.
import { type Evidence, exactEvidence } from './match.ts';

/** A story as grouping sees it; `members` in order of arrival, the lead among them. */
export type OpenStory = {
  id: number;
  leadId: number;
  members: number[];
  /** False for one that is hidden or withdrawn: it takes in copies, but never merges with one that is shown. Absent = live. */
  isLive?: boolean;
};

/** What an editor decided for a pair of entries; it outranks all evidence and is never forgotten. */
export type Decree = { a: number; b: number; kind: 'together' | 'apart' };

/** What holds two entries in one story. */
export type Edge = { from: number; to: number; evidence: Evidence | 'editor' };

/** Where an entry goes. With `absorbed` not empty, those stories end and their members pass to `storyId`, the oldest. */
export type Placing = { storyId: number | null; absorbed: number[]; edges: Edge[] };

export type Grounds = {
  /** Evidence between the entry and another; called at most once for each pair. */
  evidenceOf: (otherId: number) => Evidence;
  /** Entries that are the same as this one word for word: what placed them places it. */
  twins: ReadonlySet<number>;
  /** Decrees that name the entry or any member of `stories`. */
  decrees: readonly Decree[];
};

type Bond = { story: OpenStory; edges: Edge[]; strength: number };

function isApart(decrees: readonly Decree[], left: readonly number[], right: readonly number[]): boolean {
  return decrees.some(
    (d) =>
      d.kind === 'apart' &&
      ((left.includes(d.a) && right.includes(d.b)) || (left.includes(d.b) && right.includes(d.a))),
  );
}

// A twin among the members, evidence with the lead, or with more than half of the members while the lead does not object. Members whose text is too
// short to tell are not counted.
function bondWith(entryId: number, story: OpenStory, { evidenceOf, twins, decrees }: Grounds): Bond | null {
  if (isApart(decrees, [entryId], story.members)) return null;
  const decreed = decrees.find(
    (d) =>
      d.kind === 'together' &&
      ((d.a === entryId && story.members.includes(d.b)) || (d.b === entryId && story.members.includes(d.a))),
  );
  if (decreed)
    return {
      story,
      edges: [{ from: entryId, to: decreed.a === entryId ? decreed.b : decreed.a, evidence: 'editor' }],
      strength: 2,
    };
  const twin = twins.has(story.leadId) ? story.leadId : story.members.find((member) => twins.has(member));
  if (twin !== undefined) return { story, edges: [{ from: entryId, to: twin, evidence: exactEvidence }], strength: 1 };
  const withLead = evidenceOf(story.leadId);
  if (withLead.kind === 'same')
    return { story, edges: [{ from: entryId, to: story.leadId, evidence: withLead }], strength: withLead.jaccard };
  if (withLead.veto !== null) return null;
  const edges: Edge[] = [];
  let silent = 0;
  for (const member of story.members) {
    const evidence = member === story.leadId ? withLead : evidenceOf(member);
    if (evidence.kind === 'same') edges.push({ from: entryId, to: member, evidence });
    else if (evidence.isShort && evidence.veto === null) silent++;
  }
  if (edges.length * 2 <= story.members.length - silent) return null;
  return {
    story,
    edges,
    strength: Math.max(...edges.map((edge) => (edge.evidence === 'editor' ? 2 : edge.evidence.jaccard))),
  };
}

/**
 * Places one entry. `stories` are those that hold its candidates; the answer does not depend on their order. It joins every story it
 * is bound to, unless an editor keeps two of them apart: then the one it is bound to most strongly (at a tie the oldest) wins.
 */
export function place(entryId: number, stories: readonly OpenStory[], grounds: Grounds): Placing {
  const bonds = stories.flatMap((story) => bondWith(entryId, story, grounds) ?? []);
  bonds.sort((a, b) => b.strength - a.strength || a.story.id - b.story.id);
  const kept: Bond[] = [];
  for (const bond of bonds) {
    const isFree = kept.every(
      ({ story }) =>
        (story.isLive ?? true) === (bond.story.isLive ?? true) &&
        !isApart(grounds.decrees, story.members, bond.story.members),
    );
    if (isFree) kept.push(bond);
  }
  if (kept.length === 0) return { storyId: null, absorbed: [], edges: [] };
  const ids = kept.map((bond) => bond.story.id).sort((a, b) => a - b);
  return { storyId: ids[0] ?? null, absorbed: ids.slice(1), edges: kept.flatMap((bond) => bond.edges) };
}
