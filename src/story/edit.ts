// An editor's split, merge or choice of lead → stories as decided, and decrees that no later evidence overrides. EFFECT.
import type { Context } from '../context.ts';
import { StoreError } from '../errors.ts';
import { foundStories, takeStoryIds } from '../store/cluster.ts';
import type { Db } from '../store/db.ts';
import { decree, listMembers, pinEntry, unpinEntries } from '../store/desk.ts';
import { touchEditions } from '../store/edition.ts';
import { mergeStories, moveMembers } from '../store/identity.ts';
import { notePurge } from '../store/purge.ts';
import { findStory } from '../store/story.ts';
import { insertStoryEvents } from '../store/story-event.ts';
import { asStoryWriter } from '../store/story-writer.ts';
import { settleStories, unite } from './write-plan.ts';

/** What editing needs of the tray; a transaction as `db` is taken as it is. */
export type EditContext = Pick<Context, 'db' | 'now'>;

/** Who decides, and why; both are kept in the story's history and with the decree. */
export type Editor = { actor: string; reason: string | null };

async function openStory(db: Db, id: number) {
  const story = await findStory(db, id);
  if (story === null) throw new StoreError('story.unknown', `there is no story ${id}`);
  if (story.status === 'merged')
    throw new StoreError('story.merged', `story ${id} was merged into another`, {
      remedy: `tin stories show ${id} names it`,
    });
  return { story, members: await listMembers(db, id) };
}

/**
 * Parts a story in two: `entryIds` against the rest, which stay apart for good. The larger part keeps the id (of equals the one that stays),
 * the other becomes a new story. Returns both ids: where the named entries are now, and where the rest is. Throws StoreError
 * (`story.unknown`, `story.merged`, `story.not_a_member`, `story.nothing_left`). Waits for the story writer.
 */
export async function splitStory(
  ctx: EditContext,
  storyId: number,
  entryIds: readonly number[],
  editor: Editor,
): Promise<{ named: number; rest: number }> {
  return asStoryWriter(ctx.db, async (trx) => {
    const { members } = await openStory(trx, storyId);
    const stranger = entryIds.find((id) => !members.some((member) => member.entryId === id));
    if (stranger !== undefined)
      throw new StoreError('story.not_a_member', `entry ${stranger} is not in story ${storyId}`);
    const named = members.filter((member) => entryIds.includes(member.entryId));
    const rest = members.filter((member) => !entryIds.includes(member.entryId));
    const [leaving, staying] = named.length > rest.length ? [rest, named] : [named, rest];
    const [founder] = leaving;
    if (founder === undefined || staying.length === 0)
      throw new StoreError('story.nothing_left', 'a split needs entries on both sides');
    const id = await takeStoryIds(trx, 1);
    const founded = await foundStories(trx, [{ ...founder, storyId: id, isMember: true }]);
    await moveMembers(
      trx,
      leaving.map(({ entryId }) => ({ entryId, storyId: id, evidence: null })),
    );
    const ids = (list: typeof members) => list.map((member) => member.entryId);
    await decree(trx, 'apart', ids(leaving), ids(staying), editor);
    await insertStoryEvents(trx, [
      { kind: 'split', storyId, otherStoryId: id, entryId: founder.entryId, evidence: ids(leaving), ...editor },
    ]);
    const settled = await settleStories(trx, [storyId, id], ctx.now());
    for (const one of [storyId, id]) await notePurge(trx, one);
    await touchEditions(trx, unite(founded, settled));
    return leaving === named ? { named: id, rest: storyId } : { named: storyId, rest: id };
  });
}

/**
 * Puts two stories together for good: the older id stays and is returned, the other redirects to it. Throws StoreError (`story.unknown`,
 * `story.merged`, `story.same`, `story.not_live`). Waits for the story writer.
 */
export async function joinStories(ctx: EditContext, one: number, other: number, editor: Editor): Promise<number> {
  return asStoryWriter(ctx.db, async (trx) => {
    const [into, from] = [Math.min(one, other), Math.max(one, other)];
    if (into === from) throw new StoreError('story.same', 'a story cannot be merged with itself');
    const [kept, gone] = [await openStory(trx, into), await openStory(trx, from)];
    if (kept.story.status !== gone.story.status)
      throw new StoreError(
        'story.not_live',
        `story ${into} is ${kept.story.status}, story ${from} is ${gone.story.status}`,
        {
          remedy: 'restore the one that is not live first (tin stories restore)',
        },
      );
    const ids = (list: typeof kept.members) => list.map((member) => member.entryId);
    await decree(trx, 'together', ids(kept.members), ids(gone.members), editor);
    const before = await settleStories(trx, [into, from], ctx.now());
    await mergeStories(trx, [{ from, into }]);
    await insertStoryEvents(trx, [{ kind: 'merge', storyId: into, otherStoryId: from, ...editor }]);
    const settled = await settleStories(trx, [into, from], ctx.now());
    for (const id of [into, from]) await notePurge(trx, id);
    await touchEditions(trx, unite(before, settled));
    return into;
  });
}

/**
 * Lets an entry lead its story, whatever the machine would choose and whichever story it comes into later; null takes back every such choice
 * among the story's entries. Throws StoreError (`story.unknown`, `story.merged`, `story.not_a_member`). Waits for the story writer.
 */
export async function pinLead(
  ctx: EditContext,
  storyId: number,
  entryId: number | null,
  editor: Editor,
): Promise<void> {
  return asStoryWriter(ctx.db, async (trx) => {
    const { story, members } = await openStory(trx, storyId);
    const ids = members.map((member) => member.entryId);
    if (entryId !== null && !ids.includes(entryId))
      throw new StoreError('story.not_a_member', `entry ${entryId} is not in story ${storyId}`);
    await unpinEntries(trx, ids);
    if (entryId !== null) await pinEntry(trx, entryId, editor.actor);
    if (entryId === null || entryId === story.leadEntryId) {
      const said = { kind: 'lead' as const, storyId, entryId: entryId ?? story.leadEntryId };
      await insertStoryEvents(trx, [{ ...said, evidence: { isPinned: entryId !== null }, ...editor }]);
    }
    const settled = await settleStories(trx, [storyId], ctx.now(), editor);
    await notePurge(trx, storyId);
    await touchEditions(trx, settled);
  });
}
