// A story, or a text that is not stored → its list of related stories, made when it is asked for. EFFECT.
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import {
  type AskedWords,
  findAsked,
  findStanding,
  findStoryByAddress,
  liveAmong,
  type Pair,
  saveList,
  type Standing,
} from '../store/related.ts';
import { findStandingList, type StandingList } from '../store/related-standing.ts';
import { type ListedStory, listStoriesByIds } from '../store/story.ts';
import { findPostings, findVectors, type Posting } from '../store/term.ts';
import { compactKey } from '../text/compact-key.ts';
import { plainText } from '../text/markup.ts';
import { type ArticleTerms, termsOf } from '../text/terms.ts';
import { canonicalUrl } from '../text/url.ts';
import { askedTerms, mostShared } from './posting.ts';
import { countingForReader } from './relate-count.ts';
import { basisOf, termsOfStory } from './relate.ts';
import { wishComparison } from './related-wish.ts';
import { type ListPlace, newList, saysSame, settleList, withPinned } from './related-lists.ts';
import {
  maxCandidates,
  maxRelated,
  queriedTerms,
  type Related,
  type RelatedArticle,
  type RelatedCandidate,
  relatedTo,
} from './related.ts';
import { unpackVector, vectorOf } from './vector.ts';

/** What answering needs of the tray; any Context will do. */
export type AnswerContext = Pick<Context, 'db' | 'now'> & {
  /** Where lists are kept, when `db` is a replica. */
  writeDb?: Context['db'];
};

/** Related stories, best first, at most eight. */
export type RelatedAnswer = {
  /** The story that was asked for; null for a text that is not stored. */
  storyId: number | null;
  /** `reason` and `subject` as `reasonText` tells them. Stories that were live a moment ago. */
  places: ListPlace[];
  /** Last time the list changed in what it says (database clock); null for a text that is not stored. */
  changedAt: Date | null;
};

/** A text whose related stories are sought: `html` or `text` may be absent or empty, `province` is the code of its place or paper. */
export type AskedText = {
  url?: string | null;
  title: string;
  html?: string | null;
  text?: string | null;
  publishedAt?: Date | null;
  province?: string | null;
};

// News comes in by the minute: a list that is looked at is compared with it no more often than this.
const restMs = 60_000;
// When each list was last compared with the index, or put down for it, by database: a few numbers a story, the longest unread forgotten first.
const maxRemembered = 20_000;
const remembered = new WeakMap<Context['db'], Map<number, { filed: number; at: number }>>();
const readOnlyCode = '25006';
const maxAskedChars = 100_000;

function lookedAt(db: Context['db']): Map<number, { filed: number; at: number }> {
  const known = remembered.get(db) ?? new Map<number, { filed: number; at: number }>();
  remembered.set(db, known);
  return known;
}

function remember({ db, now }: AnswerContext, storyId: number, filed: number): void {
  const known = lookedAt(db);
  known.delete(storyId);
  known.set(storyId, { filed, at: now().getTime() });
  const [oldest] = known.keys();
  if (known.size > maxRemembered && oldest !== undefined) known.delete(oldest);
}

function isRecent({ db, now }: AnswerContext, storyId: number, filed: number): boolean {
  const seen = lookedAt(db).get(storyId);
  return seen !== undefined && (seen.filed === filed || now().getTime() - seen.at < restMs);
}

// A list that was once compared stands whatever its age: what came since is compared behind the answer. One of unknown age is compared first.
function mayStand(ctx: AnswerContext, storyId: number, compared: number, filed: number): boolean {
  if (compared >= filed || isRecent(ctx, storyId, filed)) return true;
  if (compared === 0) return false;
  remember(ctx, storyId, filed);
  wishComparison(ctx.writeDb ?? ctx.db, storyId);
  return true;
}

async function findCandidates(
  db: Context['db'],
  article: Pick<RelatedArticle, 'id' | 'vector'>,
  postings: readonly Posting[],
  banned: ReadonlySet<number>,
): Promise<RelatedCandidate[]> {
  const ids = mostShared(article, postings, maxCandidates + banned.size).filter((id) => !banned.has(id));
  const found = await findVectors(db, ids);
  return found.map((one) => ({ id: one.storyId, vector: unpackVector(one.vector), at: one.publishedAt }));
}

// A story that ceased to be live keeps its vector until its turn to leave the index comes.
async function amongLive(
  db: Context['db'],
  article: RelatedArticle,
  candidates: readonly RelatedCandidate[],
): Promise<Related[]> {
  const found = relatedTo(article, candidates);
  const areLive = await liveAmong(
    db,
    found.map((one) => one.id),
  );
  if (areLive.size === found.length) return found;
  const live = await liveAmong(
    db,
    candidates.map((one) => one.id),
  );
  return relatedTo(
    article,
    candidates.filter((one) => live.has(one.id)),
  );
}

// When the list last changed; null when one of its stories is not live any more, 'unkept' in a process that can only read.
async function keep(
  db: Context['db'],
  storyId: number,
  list: { basis: number; places: ListPlace[]; compared: number },
): Promise<Date | null | 'unkept'> {
  try {
    return await saveList(db, storyId, list);
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === readOnlyCode) return 'unkept';
    throw error;
  }
}

type Said = { pinned: number[]; banned: Set<number> };

function sayingsOf(pairs: readonly Pair[]): Said {
  // The newest word on a story comes first, and counts.
  const verdicts = new Map<number, Pair['verdict']>();
  for (const { storyId, verdict } of pairs) if (!verdicts.has(storyId)) verdicts.set(storyId, verdict);
  const of = (verdict: Pair['verdict']) => [...verdicts].flatMap(([id, one]) => (one === verdict ? [id] : []));
  return { pinned: of('pin').slice(0, maxRelated), banned: new Set(of('ban')) };
}

// Told of the stories of a list as soon as they are known, again when it must be another.
type Foresee = (storyIds: readonly number[]) => void;
const forNobody: Foresee = () => undefined;

async function makeList(
  ctx: AnswerContext,
  words: AskedWords,
  standing: Standing,
  said: Said,
  foresee: Foresee,
): Promise<RelatedAnswer> {
  const { db } = ctx;
  const storyId = words.id;
  const live = new Set(standing.live);
  let terms: ArticleTerms | null = null;
  const vector =
    words.vector === null
      ? vectorOf((terms = termsOfStory(words)), (await countingForReader(db)).frequencies)
      : unpackVector(words.vector);
  const postings = words.postings ?? (await findPostings(db, askedTerms(vector)));
  const fallen = (standing.list?.places ?? []).map((place) => place.relatedId).filter((id) => !live.has(id));
  const banned = new Set([...said.banned, ...fallen]);
  // Names for reasons are read while PostgreSQL reads vectors.
  const [candidates, { labels }] = await Promise.all([
    findCandidates(db, { id: storyId, vector }, postings, banned),
    terms ?? setImmediate().then(() => termsOfStory(words)),
  ]);
  const article = { id: storyId, vector, at: words.firstAt, labels };
  const basis = basisOf(words);
  const pinned = said.pinned
    .filter((id) => live.has(id))
    .map((relatedId): ListPlace => ({ relatedId, score: 1, reason: 'pick', subject: null }));
  const isPinned = (id: number) => pinned.some((place) => place.relatedId === id);
  const old = (standing.list?.places ?? []).filter((place) => place.reason !== 'pick' && !isPinned(place.relatedId));
  const settle = (found: Related[]): ListPlace[] => {
    const own =
      standing.list?.basis === basis
        ? settleList(old, found, (id) => live.has(id) && !said.banned.has(id))
        : newList(found);
    const places = withPinned(own, pinned);
    foresee(places.map((place) => place.relatedId));
    return places;
  };
  let places = settle(relatedTo(article, candidates));
  remember(ctx, storyId, standing.filed);
  if (standing.list?.basis === basis && saysSame(standing.list.places, places))
    return { storyId, places: standing.list.places, changedAt: standing.list.changedAt };
  const writeDb = ctx.writeDb ?? db;
  let changedAt = await keep(writeDb, storyId, { basis, places, compared: standing.filed });
  if (changedAt === null || changedAt === 'unkept') {
    places = settle(await amongLive(db, article, candidates));
    if (changedAt === null) changedAt = await keep(writeDb, storyId, { basis, places, compared: standing.filed });
  }
  return {
    storyId,
    places,
    changedAt: changedAt instanceof Date ? changedAt : (standing.list?.changedAt ?? words.firstAt),
  };
}

// `stands`: the list is likely to be answered as it is. Else all that it takes to make it is fetched with its standing.
async function answerOf(
  ctx: AnswerContext,
  storyId: number,
  stands: boolean,
  foresee: Foresee,
): Promise<RelatedAnswer | null> {
  const asked = stands ? null : await findAsked(ctx.db, storyId, queriedTerms);
  const standing = asked?.standing ?? (await findStanding(ctx.db, storyId));
  if (standing === null) return null;
  const said = sayingsOf(standing.pairs);
  const listed = standing.list?.places ?? [];
  const live = new Set(standing.live);
  const isWhole =
    standing.list !== null &&
    listed.every(
      (place) =>
        live.has(place.relatedId) &&
        !said.banned.has(place.relatedId) &&
        (place.reason === 'pick') === said.pinned.includes(place.relatedId),
    ) &&
    said.pinned.every((id) => !live.has(id) || listed.some((place) => place.relatedId === id));
  if (isWhole && standing.list !== null && mayStand(ctx, storyId, standing.list.compared, standing.filed)) {
    foresee(listed.map((place) => place.relatedId));
    return { storyId, places: standing.list.places, changedAt: standing.list.changedAt };
  }
  const words = asked?.words ?? (await findAsked(ctx.db, storyId, queriedTerms))?.words;
  return words === undefined ? null : makeList(ctx, words, standing, said, foresee);
}

/**
 * The related stories of a stored story; null when it is not live. A list that was not made yet is made now; one that stands is answered as it is,
 * and put down to be compared with what came since, at most once a minute: `listDue` does so, and changes it only where a reader would notice.
 * Stories that are not live any more, and what editors said, count at once. Touches related_list, related_due.
 */
export async function relatedOf(ctx: AnswerContext, storyId: number): Promise<RelatedAnswer | null> {
  return answerOf(ctx, storyId, true, forNobody);
}

/** Compares the list of a stored story with the index now, and makes it where there is none; nothing when it is not live. Touches related_list. */
export async function compareNow(ctx: AnswerContext, storyId: number): Promise<void> {
  const asked = await findAsked(ctx.db, storyId, queriedTerms);
  if (asked !== null) await makeList(ctx, asked.words, asked.standing, sayingsOf(asked.standing.pairs), forNobody);
}

/** A place of a list with its story. */
export type RelatedStory = ListPlace & { story: ListedStory };

/** A story with its list; `own` is null when it may not be listed at this moment. */
export type RelatedStories = { own: ListedStory | null; stories: RelatedStory[]; changedAt: Date | null };

// Null where anything is to be settled before: no list, a story that left it, a word of an editor's.
function standingStories(ctx: AnswerContext, storyId: number, standing: StandingList): RelatedStories | null {
  const { own, list, hasPairs, filed } = standing;
  if (list === null || hasPairs) return null;
  const listed = new Map(standing.stories.map((story) => [story.id, story]));
  const stories = list.places.flatMap((place): RelatedStory[] => {
    const story = listed.get(place.relatedId);
    return story === undefined || place.reason === 'pick' ? [] : [{ ...place, story }];
  });
  if (stories.length < list.places.length || !mayStand(ctx, storyId, list.compared, filed)) return null;
  return { own, stories, changedAt: list.changedAt };
}

/**
 * What `relatedOf` answers, with the story that was asked for and those of its list, what may not be listed at this moment is left out. A list that stands comes with its
 * stories in one query; those of another are read while it is kept.
 */
export async function relatedStoriesOf(ctx: AnswerContext, storyId: number): Promise<RelatedStories | null> {
  const standing = await findStandingList(ctx.db, storyId);
  const stories = standing === null ? null : standingStories(ctx, storyId, standing);
  return stories ?? settledStoriesOf(ctx, storyId);
}

async function settledStoriesOf(ctx: AnswerContext, storyId: number): Promise<RelatedStories | null> {
  const readings: Promise<ListedStory[]>[] = [];
  // Where one was asked for a moment ago, an editor's word or an embargo stands between it and the quick way.
  const answer = await answerOf(ctx, storyId, lookedAt(ctx.db).has(storyId), (storyIds) => {
    const reading = listStoriesByIds(ctx.db, [storyId, ...storyIds]);
    reading.catch(() => undefined);
    readings.push(reading);
  });
  if (answer === null) return null;
  const { places, changedAt } = answer;
  const listed = new Map(((await readings.at(-1)) ?? []).map((story) => [story.id, story]));
  const stories = places.flatMap((place): RelatedStory[] => {
    const story = listed.get(place.relatedId);
    return story === undefined ? [] : [{ ...place, story }];
  });
  return { own: listed.get(storyId) ?? null, stories, changedAt };
}

/** The live story that holds the article at a paper's address; null when no paper brought it. */
export async function storyAt(db: Context['db'], url: string | null | undefined): Promise<number | null> {
  const canonical = url ? canonicalUrl(url) : null;
  if (!url || canonical === null) return null;
  const hosts = [url, canonical].flatMap((one) => {
    const host = URL.parse(one)?.host.replace(/^www\./, '');
    return host === undefined ? [] : [host, `www.${host}`];
  });
  return findStoryByAddress(db, compactKey(`u:${canonical}`), [...new Set(hosts)]);
}

/**
 * The related stories of an article that may not be stored: by its address when a paper brought it here, else by its words, of which
 * the first 6,000 characters count. A stored copy of the same text is left out. Nothing is kept of a text.
 */
export async function relatedForText(ctx: AnswerContext, asked: AskedText): Promise<RelatedAnswer> {
  const known = await storyAt(ctx.db, asked.url);
  const answer = known === null ? null : await relatedOf(ctx, known);
  if (answer !== null) return answer;
  const body = asked.text ?? plainText((asked.html ?? '').slice(0, maxAskedChars));
  const terms = termsOf({ title: asked.title, lead: '', body, home: asked.province ?? null });
  const { frequencies } = await countingForReader(ctx.db);
  const vector = vectorOf(terms, frequencies);
  const article = { id: null, vector, at: asked.publishedAt ?? null, labels: terms.labels };
  const postings = await findPostings(ctx.db, askedTerms(vector));
  const candidates = await findCandidates(ctx.db, article, postings, new Set());
  return { storyId: null, places: newList(await amongLive(ctx.db, article, candidates)), changedAt: null };
}
