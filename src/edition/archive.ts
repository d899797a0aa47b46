// Editions whose stories outgrew their current documents → lists of the archive that never change. EFFECT.
import type { Context } from '../context.ts';
import type { ArchiveDue, NewArchivePage, Unarchived } from '../store/archive.ts';
import {
  asArchiver,
  editionsToArchive,
  lastChangeId,
  partsOfDay,
  unarchivedStories,
  writeArchive,
} from '../store/archive.ts';
import { isDatabaseTrouble } from '../store/trouble.ts';
import { filterQuery } from '../text/search.ts';
import { maxItems } from './document.ts';
import { vietnamDay } from './vietnam-time.ts';

// Stories that the current document still shows need no archive yet; some room, so that a list is not written for every story.
const keptCurrent = maxItems - 10;
const leastOverflow = 10;
// After midnight the river may still bring stories of the day before.
const graceMs = 3_600_000;
const mostStories = 20_000;

/**
 * Sorts an edition's unarchived stories (oldest first) into lists. A day that has ended is closed with all its stories; a story of a
 * day that is closed already goes to the open day, as a list never changes; of the open day only what outgrew the current document.
 * `parts` are the lists the open day has so far. Pure.
 */
export function planArchive(
  stories: readonly Unarchived[],
  state: { openOn: string | null; today: string; partsOfOpenDay: number },
): { pages: NewArchivePage[]; openOn: string } {
  const { today } = state;
  const days = new Map<string, number[]>();
  const overflow = stories.length - keptCurrent;
  for (const [i, story] of stories.entries()) {
    const day = state.openOn !== null && story.day < state.openOn ? state.openOn : story.day;
    if (day >= today && (i >= overflow || overflow < leastOverflow)) continue;
    const list = days.get(day > today ? today : day);
    if (list === undefined) days.set(day > today ? today : day, [story.id]);
    else list.push(story.id);
  }
  const pages: NewArchivePage[] = [];
  for (const [day, ids] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let part = day === state.openOn ? state.partsOfOpenDay : 0;
    for (let from = 0; from < ids.length; from += maxItems)
      pages.push({ day, part: ++part, storyIds: ids.slice(from, from + maxItems) });
  }
  return { pages, openOn: today };
}

async function archiveOne(ctx: Pick<Context, 'db'>, edition: ArchiveDue, today: string): Promise<number> {
  const written = await asArchiver(ctx.db, async (trx) => {
    // Read before the stories: what changes meanwhile is met again.
    const changeId = await lastChangeId(trx);
    const stories = await unarchivedStories(trx, edition, filterQuery(edition.filter), mostStories);
    const partsOfOpenDay = edition.openOn === null ? 0 : await partsOfDay(trx, edition.id, edition.openOn);
    const plan = planArchive(stories, { openOn: edition.openOn, today, partsOfOpenDay });
    const isCut = stories.length === mostStories;
    await writeArchive(trx, edition.id, plan.pages, {
      changeId: isCut ? edition.changeId : changeId,
      // With more to come the days met so far are not closed.
      openOn: isCut ? (plan.pages.at(-1)?.day ?? edition.openOn ?? today) : plan.openOn,
    });
    return plan.pages.length;
  });
  return written ?? 0;
}

/**
 * Brings the archives of all editions up to date; returns how many lists were written. One transaction an edition; an edition that
 * fails stops no other. Throws when PostgreSQL is in trouble. Touches archive_page, edition, document.
 */
export async function archiveDue(ctx: Pick<Context, 'db' | 'now' | 'log' | 'signal'>): Promise<number> {
  const today = vietnamDay(new Date(ctx.now().getTime() - graceMs));
  let lists = 0;
  for (const edition of await editionsToArchive(ctx.db, today, 10_000)) {
    if (ctx.signal.aborted) break;
    try {
      lists += await archiveOne(ctx, edition, today);
    } catch (error) {
      // Trouble of PostgreSQL meets all of them: one line of the job tells it.
      if (isDatabaseTrouble(error)) throw error;
      ctx.log.error({ edition: edition.id, err: error }, 'archive could not be written');
    }
  }
  return lists;
}
