// A story's id → all an editor looks at: why each entry is in it, who has it from whom, what is near and was kept apart. EFFECT.
import type { Context } from '../context.ts';
import { findStoryInside, type SeenMember, type SeenStory } from '../store/desk.ts';
import { readEdges } from './explain.ts';
import type { Edge } from './group.ts';
import { leadAmong } from './lead.ts';
import { type NearStory, nearStories } from './near.ts';

/**
 * A member with what the machine knows of it. `edges` placed it; null: it founded the story, or an editor placed it. `origin`: the comparable
 * name of whom it says it has its words from. `sameOrigin`: how many others name the same.
 */
export type InsideMember = SeenMember & {
  edges: Edge[] | null;
  origin: string | null;
  isOrigin: boolean;
  sameOrigin: number;
};

/** A story from inside; members in the order in which they were published. */
export type InsideStory = Omit<SeenStory, 'members'> & { members: InsideMember[]; near: NearStory[] };

const mostMembers = 200;

/** Looks inside, up to 200 members and the lead; null when there is no such story. Reads; touches nothing. */
export async function lookInside(ctx: Pick<Context, 'db' | 'now'>, id: number): Promise<InsideStory | null> {
  const story = await findStoryInside(ctx.db, id, mostMembers);
  if (story === null) return null;
  const chosen = leadAmong(story.members, ctx.now());
  const origins = [...(chosen?.origins.values() ?? [])];
  const members = story.members
    .map((member): InsideMember => {
      const origin = chosen?.origins.get(member.entryId) ?? null;
      const sameOrigin = origin === null ? 0 : origins.filter((other) => other === origin).length - 1;
      const isOrigin = chosen?.first.has(member.entryId) ?? false;
      return { ...member, edges: readEdges(member.evidence), origin, isOrigin, sameOrigin };
    })
    .sort((a, b) => a.publishedAt.getTime() - b.publishedAt.getTime() || a.entryId - b.entryId);
  const lead = members.find((member) => member.isLead);
  const near =
    lead === undefined || story.status === 'merged'
      ? []
      : await nearStories(ctx, { ...story, lead, memberIds: members.map((member) => member.entryId) });
  return { ...story, members, near };
}
