// New entries with their candidates, in order of arrival → what is founded, joined and merged. Pure.
import { sketchWeight, weightOf } from '../text/similarity.ts';
import { type Decree, type Edge, type OpenStory, place } from './group.ts';
import { type Article, type Evidence, match } from './match.ts';

/** An entry to be placed; `candidates` are stored entries that share much of its sketch, best first. */
export type Arrival = { id: number; article: Article; candidates: readonly number[] };

/** What is known beforehand: stories that hold candidates, the articles of their members, and what editors decided on any of them. */
export type Known = {
  stories: readonly OpenStory[];
  /** Articles by entry id. A member that is missing counts as evidence neither way. */
  articles: ReadonlyMap<number, Article>;
  decrees: readonly Decree[];
  /** Ids for stories to be founded, rising and greater than all of `stories`; at least one for each arrival. */
  newStoryIds: readonly number[];
};

/** A merge that an entry caused: `from` ends, `into` is older. */
export type Absorption = { from: number; into: number; entryId: number; edges: Edge[] };

/**
 * Everything that placing the entries came to. `joined` holds every entry once with the edges that placed it (none for a founder);
 * `founded` are new stories that still stand at the end, `absorbed` are merges of stories that stood before.
 */
export type Plan = {
  founded: OpenStory[];
  joined: { entryId: number; storyId: number; edges: Edge[] }[];
  absorbed: Absorption[];
  /** All stories that gained members, new and old, as they stand at the end. */
  changed: OpenStory[];
};

/** Candidates of one entry that are verified: those that share most with it, of equals the newest. */
export const candidateLimit = 6;
/** Newest entries looked at for one hash; a hash that more entries have is a common phrase and says little. */
const postingLimit = 8;

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
};

type Postings = Map<number, number[]>;

function candidatesWithin(postings: Postings, sketch: readonly number[]): number[] {
  const weights = new Map<number, number>();
  for (const hash of sketch) {
    for (const id of postings.get(hash)?.slice(-postingLimit) ?? [])
      weights.set(id, (weights.get(id) ?? 0) + weightOf(hash));
  }
  const found = [...weights].filter(([, weight]) => weight >= sketchWeight.least);
  found.sort((a, b) => b[1] - a[1] || b[0] - a[0]);
  return found.slice(0, candidateLimit).map(([id]) => id);
}

function post(postings: Postings, sketch: readonly number[], id: number): void {
  for (const hash of sketch) {
    const list = postings.get(hash);
    if (list === undefined) postings.set(hash, [id]);
    else list.push(id);
  }
}

function decreedFor(decrees: readonly Decree[], id: number): number[] {
  return decrees.flatMap((d) => (d.kind === 'together' ? (d.a === id ? [d.b] : d.b === id ? [d.a] : []) : []));
}

/** Places `arrivals` one after the other; each sees those before it. The same input gives the same plan. */
export function planBatch(arrivals: readonly Arrival[], known: Known): Plan {
  const stories = new Map(known.stories.map((story) => [story.id, { ...story, members: [...story.members] }]));
  const storyOf = new Map(known.stories.flatMap((story) => story.members.map((member) => [member, story.id] as const)));
  const articles = new Map(known.articles);
  const postings: Postings = new Map();
  const isOld = new Set(stories.keys());
  const plan: Plan = { founded: [], joined: [], absorbed: [], changed: [] };
  const changed = new Set<number>();

  arrivals.forEach((arrival, index) => {
    const { id, article } = arrival;
    const near = [
      ...candidatesWithin(postings, article.signature.sketch),
      ...arrival.candidates,
      ...decreedFor(known.decrees, id),
    ];
    const touched = [...new Set(near.flatMap((other) => storyOf.get(other) ?? []))].flatMap(
      (storyId) => stories.get(storyId) ?? [],
    );
    const evidence = new Map<number, Evidence>();
    const evidenceOf = (other: number): Evidence => {
      const told = evidence.get(other);
      if (told !== undefined) return told;
      const otherArticle = articles.get(other);
      const found = otherArticle === undefined ? noEvidence : match(article, otherArticle);
      evidence.set(other, found);
      return found;
    };
    const placing = place(id, touched, { evidenceOf, decrees: known.decrees });
    const storyId = placing.storyId ?? known.newStoryIds[index] ?? id;
    const story = stories.get(storyId) ?? { id: storyId, leadId: id, members: [] };
    stories.set(storyId, story);
    for (const from of placing.absorbed) {
      const gone = stories.get(from);
      if (gone === undefined) continue;
      stories.delete(from);
      changed.delete(from);
      story.members.push(...gone.members);
      for (const member of gone.members) storyOf.set(member, storyId);
      for (const earlier of plan.joined) if (earlier.storyId === from) earlier.storyId = storyId;
      for (const earlier of plan.absorbed) if (earlier.into === from) earlier.into = storyId;
      if (isOld.has(from)) plan.absorbed.push({ from, into: storyId, entryId: id, edges: placing.edges });
    }
    story.members.push(id);
    storyOf.set(id, storyId);
    articles.set(id, article);
    changed.add(storyId);
    plan.joined.push({ entryId: id, storyId, edges: placing.edges });
    post(postings, article.signature.sketch, id);
  });

  for (const storyId of changed) {
    const story = stories.get(storyId);
    if (story === undefined) continue;
    plan.changed.push(story);
    if (!isOld.has(storyId)) plan.founded.push(story);
  }
  return plan;
}
