// Stories that changed → the index of terms, in batches and behind the news; their lists are made by `listDue`. EFFECT.
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Context } from '../context.ts';
import { workOff } from '../store/backlog.ts';
import type { Db } from '../store/db.ts';
import {
  areEntriesWaiting,
  type ChangedStory,
  listChangedStories,
  newestChange,
  type StoryText,
} from '../store/related.ts';
import { addDue } from '../store/related-due.ts';
import {
  addPostings,
  basesOf,
  ifIndexWriter,
  type NewVector,
  readIndexState,
  removeVectors,
  saveFiled,
  saveVectors,
} from '../store/term.ts';
import { placeStories } from '../store/story-place.ts';
import { plainText, withoutCutTag } from '../text/markup.ts';
import { namedProvinces } from '../text/place-find.ts';
import { type ArticleTerms, termsOf } from '../text/terms.ts';
import { countDocument } from './frequency.ts';
import { packPostings } from './posting.ts';
import { type Counting, countingForWriter, dropCounting, keepCounting, saveIfDue } from './relate-count.ts';
import { packVector, type TermVector, vectorOf } from './vector.ts';

/** What filing needs of the tray; any Context will do. */
export type RelateContext = Pick<Context, 'db' | 'signal'>;

// A large batch writes a term once for many stories: of 4,000 a third as many rows a story as of 1,000. A page of texts is 100 × 16 KB at most, and
// nothing but terms (some 3 KB a story) is kept of it.
const batch = 4_000;
const page = 100;
/** Steady news never comes or waits in such numbers; an import does, and it goes first. */
export const crowd = 500;
// The newest change at the last tick, by database: what grew by a crowd since is an import under way.
const newestAtLastTick = new WeakMap<Db, number>();

/** The terms of a stored story. */
export function termsOfStory(story: StoryText): ArticleTerms {
  const { title, summary, bodyHtml, province } = story;
  return termsOf({ title, lead: summary, body: plainText(withoutCutTag(bodyHtml)), home: province });
}

/** A number that stands for a story's words: the same words, the same number. */
export function basisOf({ title, summary, bodyHtml, province }: StoryText): number {
  return crc32(`${title}\n${summary}\n${province ?? ''}\n${bodyHtml}`) | 0;
}

type Read = {
  id: number;
  firstAt: Date;
  basis: number;
  terms: Pick<ArticleTerms, 'terms' | 'counts'>;
  provinces: string[];
};

// Of what changed only the stories whose words are others now; most changes are of another kind.
async function readPage(trx: Db, stories: readonly ChangedStory[]): Promise<Read[]> {
  const live = stories.filter((story) => story.status === 'live');
  const known = await basesOf(
    trx,
    live.map((story) => story.id),
  );
  const read: Read[] = [];
  for (const story of live) {
    const basis = basisOf(story);
    if (known.get(story.id) === basis) continue;
    // Readers of the same process shall not wait for a page of texts.
    if (read.length % 10 === 9) await setImmediate();
    const { terms, counts, places } = termsOfStory(story);
    const { id, firstAt } = story;
    read.push({ id, firstAt, basis, terms: { terms, counts }, provinces: namedProvinces(places) });
  }
  return read;
}

type Changed = Pick<ChangedStory, 'id' | 'changeId' | 'status'>;

async function readBatch(ctx: RelateContext, trx: Db, filed: number): Promise<{ changed: Changed[]; read: Read[] }> {
  const changed: Changed[] = [];
  const read: Read[] = [];
  while (changed.length < batch && !ctx.signal.aborted) {
    const stories = await listChangedStories(trx, changed.at(-1)?.changeId ?? filed, page);
    read.push(...(await readPage(trx, stories)));
    changed.push(...stories.map(({ id, changeId, status }) => ({ id, changeId, status })));
    if (stories.length < page || (await areEntriesWaiting(trx, crowd))) break;
  }
  return { changed, read };
}

// Readers of the same process have their turn between two slices, some milliseconds each.
const slice = 50;
const slicesAStatement = 10;

async function fileStories(trx: Db, read: readonly Read[], counting: Counting): Promise<void> {
  // Counted first, so that the first stories of an empty house already know which words are common.
  for (const [i, { terms }] of read.entries()) {
    countDocument(counting.frequencies, terms.terms);
    if (i % slice === slice - 1) await setImmediate();
  }
  counting.unsaved += read.length;
  const filed: { id: number; vector: TermVector }[] = [];
  let vectors: NewVector[] = [];
  for (const [i, { id, firstAt, basis, terms }] of read.entries()) {
    const vector = vectorOf(terms, counting.frequencies);
    filed.push({ id, vector });
    vectors.push({ storyId: id, basis, vector: packVector(vector), publishedAt: firstAt });
    if (i % slice === slice - 1) await setImmediate();
    if (vectors.length < slice * slicesAStatement && i < read.length - 1) continue;
    await saveVectors(trx, vectors);
    vectors = [];
  }
  await addPostings(trx, packPostings(filed));
}

type Batch = { seen: number; filed: number };

async function fileBatch(ctx: RelateContext): Promise<Batch | null> {
  if (await areEntriesWaiting(ctx.db, crowd)) return null;
  try {
    return await ifIndexWriter(ctx.db, async (trx) => {
      const state = await readIndexState(trx);
      const { changed, read } = await readBatch(ctx, trx, state.filed);
      const last = changed.at(-1);
      if (last === undefined) return { seen: 0, filed: 0 };
      const counting = await countingForWriter(ctx.db, trx);
      const gone = changed.filter((story) => story.status !== 'live').map((story) => story.id);
      await removeVectors(trx, gone);
      if (read.length > 0) {
        await fileStories(trx, read, counting);
        await saveIfDue(trx, counting);
      }
      await saveFiled(trx, last.changeId);
      await placeStories(
        trx,
        read.map(({ id, provinces }) => ({ storyId: id, provinces })),
      );
      await addDue(
        trx,
        read.map(({ id }) => id),
      );
      keepCounting(ctx.db, counting);
      return { seen: changed.length, filed: read.length + gone.length };
    });
  } catch (error) {
    dropCounting(ctx.db);
    throw error;
  }
}

async function isImporting(ctx: RelateContext): Promise<boolean> {
  const newest = await newestChange(ctx.db);
  const before = newestAtLastTick.get(ctx.db) ?? (await readIndexState(ctx.db)).filed;
  newestAtLastTick.set(ctx.db, newest);
  return newest - before >= crowd;
}

/**
 * Files every story that was made or changed since the last time under its heaviest terms; what is not live any more leaves the
 * index. Lists stories under the provinces their words name, too. Returns how many it filed or took out; at once when another process is the writer or an import is under way. A backlog
 * takes a quarter of the time at most. Touches story_vector, term_posting, term_count, related_state, related_due, and what `placeStories` does.
 */
export async function relateDue(ctx: RelateContext): Promise<number> {
  if (await isImporting(ctx)) return 0;
  return workOff(ctx.signal, async () => {
    const done = await fileBatch(ctx);
    return { done: done?.filed ?? 0, isMore: done !== null && done.seen >= batch };
  });
}
