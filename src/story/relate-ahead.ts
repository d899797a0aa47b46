// Stories that are filed → their lists of related stories, made before anybody asks, behind the news and newest first. EFFECT.
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { workOff } from '../store/backlog.ts';
import type { Db } from '../store/db.ts';
import { areEntriesWaiting, liveAmong, newestChange } from '../store/related.ts';
import {
  addNamed,
  type DueStory,
  type FirstList,
  ifListMaker,
  type NewList,
  readDue,
  saveLists,
  takeDue,
} from '../store/related-due.ts';
import { findPostings, findVectors, type Posting, readIndexState } from '../store/term.ts';
import { askedTerms, mostShared } from './posting.ts';
import { basisOf, crowd, termsOfStory } from './relate.ts';
import { compareNow } from './related-answer.ts';
import { betterBy, newList, saysSame, settleList } from './related-lists.ts';
import { maxCandidates, maxRelated, type RelatedCandidate, relatedTo } from './related.ts';
import { type TermVector, unpackVector } from './vector.ts';

/** What making lists needs of the tray; any Context will do. */
export type ListContext = Pick<Context, 'db' | 'now' | 'signal'>;

// Stories of one batch share many terms and candidates, which are read once; more of them at once hold more than a few MB and a transaction too long.
const batch = 32;

type Asked = DueStory & { terms: TermVector; met: number[] };

// As filing does, and while so many changes wait for filing.
async function mustStandBack(db: Db): Promise<boolean> {
  const [{ filed }, newest] = [await readIndexState(db), await newestChange(db)];
  return newest - filed >= crowd || areEntriesWaiting(db, crowd);
}

async function meetCandidates(trx: Db, due: readonly DueStory[]): Promise<Asked[]> {
  const unpacked = due.map((story) => ({ ...story, terms: unpackVector(story.vector) }));
  const wanted = new Set(unpacked.flatMap(({ terms }) => [...askedTerms(terms)]));
  const postings = new Map((await findPostings(trx, Int32Array.from(wanted))).map((one) => [one.term, one]));
  const asked: Asked[] = [];
  for (const story of unpacked) {
    const own = [...askedTerms(story.terms)].flatMap((term): Posting[] => {
      const posting = postings.get(term);
      return posting === undefined ? [] : [posting];
    });
    asked.push({ ...story, met: mostShared({ id: story.id, vector: story.terms }, own, maxCandidates) });
    if (asked.length % 8 === 7) await setImmediate();
  }
  return asked;
}

function listOf(story: Asked, basis: number, candidates: readonly RelatedCandidate[], live: ReadonlySet<number>) {
  const { labels } = termsOfStory(story);
  const found = relatedTo({ id: story.id, vector: story.terms, at: story.firstAt, labels }, candidates);
  if (story.list?.basis !== basis) return newList(found);
  // What an editor chose and took back is not listed for that any more.
  const own = story.list.places.filter((place) => place.reason !== 'pick');
  const places = settleList(own, found, (id) => live.has(id));
  return saysSame(story.list.places, places) ? story.list.places : places;
}

type Made = { lists: NewList[]; first: FirstList[] };

async function makeLists(trx: Db, due: readonly DueStory[]): Promise<Made> {
  const asked = await meetCandidates(trx, due);
  const met = new Set(asked.flatMap((story) => story.met));
  for (const { list } of asked) for (const { relatedId } of list?.places ?? []) met.add(relatedId);
  const ids = [...met];
  const live = await liveAmong(trx, ids);
  const known = new Map<number, RelatedCandidate>();
  for (const { storyId: id, vector, publishedAt: at } of await findVectors(trx, ids))
    if (live.has(id)) known.set(id, { id, vector: unpackVector(vector), at });
  const lists: NewList[] = [];
  const first: FirstList[] = [];
  for (const story of asked) {
    // Readers of the same process have their turn between two stories, half a millisecond each.
    await setImmediate();
    const basis = basisOf(story);
    const candidates = story.met.flatMap((id) => known.get(id) ?? []);
    const places = listOf(story, basis, candidates, live);
    lists.push({ storyId: story.id, basis, places });
    if (story.list?.basis !== basis)
      first.push({ storyId: story.id, named: places.map(({ relatedId: id, score }) => ({ id, score })) });
  }
  return { lists, first };
}

/**
 * One batch of what `listDue` does, without its rest: how many lists it made, and whether more may wait; at once when another process is at it or news
 * goes first.
 */
export async function listBatch(ctx: ListContext): Promise<{ done: number; isMore: boolean }> {
  if (await mustStandBack(ctx.db)) return { done: 0, isMore: false };
  const made = await ifListMaker(ctx.db, async (trx) => {
    // What is filed from here on puts its stories down again.
    const ids = await takeDue(trx, batch);
    const { filed } = await readIndexState(trx);
    const due = await readDue(trx, ids);
    const { lists, first } = await makeLists(
      trx,
      due.filter((story) => !story.hasPairs),
    );
    await saveLists(trx, lists, filed);
    return { count: ids.length, done: due.length, first, filed, said: due.filter((story) => story.hasPairs) };
  });
  if (made === null) return { done: 0, isMore: false };
  // Lost by a crash between the two, they are put down when somebody reads the older list.
  const named = await addNamed(ctx.db, made.first, { filed: made.filed, places: maxRelated, betterBy });
  for (const { id } of made.said) await compareNow(ctx, id);
  return { done: made.done, isMore: made.count === batch || named > 0 };
}

/**
 * Makes the list of every story that was filed since the last time, and compares those again that new stories name or that were read and may be
 * behind; newest stories first. Returns how many; at once when another process does it, while an import is under way, or while filing is behind.
 * Takes a quarter of the time at most. Touches related_list, related_due.
 */
export async function listDue(ctx: ListContext): Promise<number> {
  return workOff(ctx.signal, () => listBatch(ctx));
}
