// Articles in order of arrival → stories, all in memory: what the river does over the database, for files and for measuring. Pure.
import type { Decree, Edge } from './group.ts';
import type { Article } from './match.ts';
import { planBatch } from './plan.ts';

/** A story put together from a list: indexes into the list in order of arrival, and the edges that hold them. */
export type Assembled = { members: number[]; edges: Edge[] };

/** Groups `articles`, given in order of arrival; decrees name them by index. Stories come in the order of their first article. */
export function assemble(articles: readonly Article[], decrees: readonly Decree[] = []): Assembled[] {
  const plan = planBatch(
    articles.map((article, id) => ({ id, article, candidates: [] })),
    { stories: [], articles: new Map(), decrees, newStoryIds: articles.map((_, id) => id) },
  );
  const stories = new Map<number, Assembled>();
  for (const { entryId, storyId, edges } of plan.joined) {
    const story = stories.get(storyId) ?? { members: [], edges: [] };
    stories.set(storyId, story);
    story.members.push(entryId);
    story.edges.push(...edges);
  }
  return [...stories.values()].sort((a, b) => (a.members[0] ?? 0) - (b.members[0] ?? 0));
}
