// Articles in order of arrival → stories, all in memory: what the river does over the database, for files and for measuring. Pure.
import { type Sketch, sketchOf } from '../text/sketch.ts';
import { signatureOf } from '../text/signature.ts';
import type { Decree, Edge } from './group.ts';
import type { Article } from './match.ts';
import { planBatch } from './plan.ts';
import { addSketch, findNear, newSketchIndex } from './sketch-index.ts';

/** A story put together from a list: indexes into the list in order of arrival, and the edges that hold them. */
export type Assembled = { members: number[]; edges: Edge[] };

/** An article of a list, sketched. */
export type Listed = { article: Article; sketch: Sketch };

/** Reads an article given as plain text (one block a line) with what else is known of it. */
export function readListed(
  text: { title: string; lead: string; body: string },
  facts: Omit<Article, 'signature'>,
): Listed {
  return {
    article: { ...facts, signature: signatureOf(text) },
    sketch: sketchOf({ title: text.title, summary: text.lead, text: text.body }),
  };
}

/** Groups `list`, given in order of arrival; decrees name its members by index. Stories come in the order of their first article. */
export function assemble(list: readonly Listed[], decrees: readonly Decree[] = []): Assembled[] {
  const index = newSketchIndex();
  // A list says when articles were published, not when they came: all count as seen at one time.
  const arrivals = list.map(({ sketch }, id) => {
    const found = findNear(index, sketch, 0);
    addSketch(index, id, 0, sketch);
    return { id, ...found };
  });
  const plan = planBatch(arrivals, {
    stories: [],
    articleOf: (id) => list[id]?.article,
    decrees,
    newStoryIds: list.map((_, id) => id),
  });
  const stories = new Map<number, Assembled>();
  for (const { entryId, storyId, edges } of plan.joined) {
    const story = stories.get(storyId) ?? { members: [], edges: [] };
    stories.set(storyId, story);
    story.members.push(entryId);
    story.edges.push(...edges);
  }
  return [...stories.values()].sort((a, b) => (a.members[0] ?? 0) - (b.members[0] ?? 0));
}
