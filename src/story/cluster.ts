// Waiting entries → stories, by a single writer in order of arrival. EFFECT.
import type { Context } from '../context.ts';
import { insertStories, takeWaitingEntries, updateStories } from '../store/cluster.ts';
import { touchEditions } from '../store/edition.ts';
import { ifStoryWriter } from '../store/story-writer.ts';
import { foundStory, wordsOf } from './lead.ts';

const batch = 1_000;

const present = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))];

async function clusterBatch(ctx: Context): Promise<number | null> {
  return ifStoryWriter(ctx.db, async (trx) => {
    const entries = await takeWaitingEntries(trx, batch);
    if (entries.length === 0) return 0;
    await insertStories(trx, entries.filter((entry) => entry.storyId === null).map(foundStory));
    await updateStories(
      trx,
      entries.flatMap((entry) =>
        entry.storyId !== null && entry.isLead ? [{ ...wordsOf(entry), id: entry.storyId }] : [],
      ),
    );
    await touchEditions(trx, {
      publisherSlugs: present(entries.map((entry) => entry.publisherSlug)),
      provinces: present(entries.map((entry) => entry.province)),
      sections: present(entries.map((entry) => entry.section)),
    });
    return entries.length;
  });
}

/**
 * Gives every waiting entry its story and marks the editions it appears in; returns how many entries it dealt with.
 * When another process is the writer it returns at once. Touches cluster_due, story, story_entry, edition, document.
 */
export async function clusterDue(ctx: Context): Promise<number> {
  let total = 0;
  while (!ctx.signal.aborted) {
    const done = await clusterBatch(ctx);
    total += done ?? 0;
    if (done === null || done < batch) break;
  }
  return total;
}
