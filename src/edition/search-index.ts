// Changed stories → the index they are searched by, and the editions that only it can answer. EFFECT.
import type { Context } from '../context.ts';
import type { ChangedStory } from '../store/search.ts';
import {
  asSearchFollower,
  changedStories,
  indexStories,
  readSearchMark,
  searchedEditions,
  touchSearches,
} from '../store/search.ts';
import { writeSetting } from '../store/setting.ts';
import { plainText } from '../text/markup.ts';
import { filterQuery, searchVector } from '../text/search.ts';

const batch = 500;
const leadChars = 1_000;

// A body that is cut within a tag ends before it.
function beginning(html: string): string {
  const open = html.lastIndexOf('<');
  return plainText(open > html.lastIndexOf('>') ? html.slice(0, open) : html).slice(0, leadChars);
}

function toRow(story: ChangedStory): { id: number; listedAt: Date; words: string } {
  const summary = story.summary === '' ? beginning(story.bodyHtml) : story.summary;
  return { id: story.id, listedAt: story.listedAt, words: searchVector({ ...story, summary }) };
}

async function followBatch(ctx: Pick<Context, 'db'>): Promise<number | null> {
  return asSearchFollower(ctx.db, async (trx) => {
    const changed = await changedStories(trx, await readSearchMark(trx), batch);
    const last = changed.at(-1);
    if (last === undefined) return 0;
    const live = changed.filter((story) => story.isLive);
    await indexStories(
      trx,
      live.map(toRow),
      changed.filter((story) => !story.isLive).map((story) => story.id),
    );
    await writeSetting(trx, 'search.change_id', last.changeId);
    const queries = (await searchedEditions(trx)).flatMap(({ id, filter }) => {
      const query = filterQuery(filter);
      return query === null ? [] : [{ id, query }];
    });
    // Far behind, each edition would be asked about every story: cheaper to render them all.
    await touchSearches(trx, queries, changed.length === batch ? null : live.map((story) => story.id));
    return changed.length;
  });
}

/**
 * Brings the search up to the latest change of any story, a batch a transaction; returns how many changes it took. Returns at once when
 * another process does it. Touches story_search, setting, edition, document.
 */
export async function followStories(ctx: Pick<Context, 'db' | 'signal'>): Promise<number> {
  let total = 0;
  while (!ctx.signal.aborted) {
    const done = await followBatch(ctx);
    total += done ?? 0;
    if (done === null || done < batch) break;
  }
  return total;
}
