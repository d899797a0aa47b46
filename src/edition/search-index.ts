// Changed stories → the index they are searched by, and the editions that only it can answer. EFFECT.
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { workOff } from '../store/backlog.ts';
import type { Db } from '../store/db.ts';
import type { ChangedStory, IndexedStory } from '../store/search.ts';
import {
  asSearchFollower,
  changedStories,
  earlierStories,
  indexStories,
  readFillMark,
  readSearchMark,
  searchedEditions,
  touchSearches,
} from '../store/search.ts';
import { removeSetting, writeSetting } from '../store/setting.ts';
import { plainText, withoutCutTag } from '../text/markup.ts';
import { filterQuery, storyWords } from '../text/search.ts';

const batch = 500;
// Some 2 ms of work.
const slice = 50;
const leadChars = 1_000;

function toRow(story: ChangedStory): IndexedStory {
  const summary = story.summary === '' ? plainText(withoutCutTag(story.bodyHtml)).slice(0, leadChars) : story.summary;
  return { id: story.id, listedAt: story.listedAt, ...storyWords({ ...story, summary }) };
}

async function index(trx: Db, stories: readonly ChangedStory[]): Promise<void> {
  const rows: IndexedStory[] = [];
  for (const story of stories) {
    // A long batch lets requests through.
    if (rows.length % slice === slice - 1) await setImmediate();
    if (story.isLive) rows.push(toRow(story));
  }
  await setImmediate();
  await indexStories(
    trx,
    rows,
    stories.filter((story) => !story.isLive).map((story) => story.id),
  );
}

async function touch(trx: Db, storyIds: readonly number[] | null): Promise<void> {
  const queries = (await searchedEditions(trx)).flatMap(({ id, filter }) => {
    const query = filterQuery(filter);
    return query === null ? [] : [{ id, query }];
  });
  await touchSearches(trx, queries, storyIds);
}

type Followed = { changes: number; filled: number };

// What a store held before it had this index is filled from the newest change down. Until then no edition is made anew that only the index can
// answer: it would lose what the index does not hold yet.
async function followBatch(ctx: Pick<Context, 'db'>): Promise<Followed | null> {
  return asSearchFollower(ctx.db, async (trx) => {
    const fillBelow = await readFillMark(trx);
    const changed = await changedStories(trx, await readSearchMark(trx), batch);
    const last = changed.at(-1);
    if (last !== undefined) {
      await index(trx, changed);
      await writeSetting(trx, 'word.change_id', last.changeId);
      const live = changed.filter((story) => story.isLive).map((story) => story.id);
      // Far behind, each edition would be asked about every story: cheaper to render them all.
      if (fillBelow === null) await touch(trx, changed.length === batch ? null : live);
    }
    if (fillBelow === null || changed.length === batch) return { changes: changed.length, filled: 0 };
    const earlier = await earlierStories(trx, fillBelow, batch);
    await index(trx, earlier);
    if (earlier.length === batch) await writeSetting(trx, 'word.fill_below', earlier[0]?.changeId ?? 0);
    else {
      await removeSetting(trx, 'word.fill_below');
      await touch(trx, null);
    }
    return { changes: changed.length, filled: earlier.length };
  });
}

/**
 * Brings the search up to the latest change of any story, a batch a transaction, with a rest behind each full one; returns how many changes it took, old
 * and new. Returns at once when another process does it. Touches story_word, setting, edition, document.
 */
export async function followStories(ctx: Pick<Context, 'db' | 'signal'>): Promise<number> {
  return workOff(ctx.signal, async () => {
    const done = await followBatch(ctx);
    if (done === null) return { done: 0, isMore: false };
    return { done: done.changes + done.filled, isMore: done.changes === batch || done.filled === batch };
  });
}
