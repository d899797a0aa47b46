// A story, or a text that is not stored → its list of related stories, made when it is asked for. EFFECT.
import type { Context } from '../context.ts';
import {
  findStanding,
  findStoryByAddress,
  findStoryText,
  liveAmong,
  type Pair,
  saveList,
  type Standing,
} from '../store/related.ts';
import { compactKey } from '../text/compact-key.ts';
import { findPostings, findVectors } from '../store/term.ts';
import { plainText } from '../text/markup.ts';
import { termsOf } from '../text/terms.ts';
import { canonicalUrl } from '../text/url.ts';
import { askedTerms, mostShared } from './posting.ts';
import { countingForReader } from './relate-count.ts';
import { basisOf, termsOfStory } from './relate.ts';
import { type ListPlace, newList, saysSame, settleList, withPinned } from './related-lists.ts';
import {
  maxCandidates,
  maxRelated,
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
// When each list was last compared with the index, by database: a few numbers a story, the longest unread forgotten first.
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

async function findRelated(
  db: Context['db'],
  article: RelatedArticle,
  banned: ReadonlySet<number>,
): Promise<Related[]> {
  const postings = await findPostings(db, askedTerms(article.vector));
  const ids = mostShared(article, postings, maxCandidates + banned.size).filter((id) => !banned.has(id));
  const candidates = (await findVectors(db, ids)).map(
    (one): RelatedCandidate => ({ id: one.storyId, vector: unpackVector(one.vector), at: one.publishedAt }),
  );
  const found = relatedTo(article, candidates);
  const isLive = await liveAmong(
    db,
    found.map((one) => one.id),
  );
  if (isLive.size === found.length) return found;
  // A story that ceased to be live keeps its vector until its turn to leave the index comes.
  const live = await liveAmong(db, ids);
  return relatedTo(
    article,
    candidates.filter((one) => live.has(one.id)),
  );
}

async function keep(db: Context['db'], storyId: number, basis: number, places: ListPlace[]): Promise<Date | null> {
  try {
    return await saveList(db, storyId, basis, places);
  } catch (error) {
    // A process that reads from a replica answers without keeping.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === readOnlyCode) return null;
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

type StoredText = NonNullable<Awaited<ReturnType<typeof findStoryText>>>;

async function makeList(
  ctx: AnswerContext,
  story: StoredText,
  standing: Standing,
  said: Said,
  live: ReadonlySet<number>,
): Promise<RelatedAnswer> {
  const { db } = ctx;
  const storyId = story.id;
  const terms = termsOfStory(story);
  const vector =
    story.vector === null ? vectorOf(terms, (await countingForReader(db)).frequencies) : unpackVector(story.vector);
  const found = await findRelated(db, { id: storyId, vector, at: story.firstAt, labels: terms.labels }, said.banned);
  const basis = basisOf(story);
  const pinned = said.pinned
    .filter((id) => live.has(id))
    .map((relatedId): ListPlace => ({ relatedId, score: 1, reason: 'pick', subject: null }));
  const isPinned = (id: number) => pinned.some((place) => place.relatedId === id);
  const old = (standing.list?.places ?? []).filter((place) => place.reason !== 'pick' && !isPinned(place.relatedId));
  const own =
    standing.list?.basis === basis
      ? settleList(old, found, (id) => live.has(id) && !said.banned.has(id))
      : newList(found);
  const places = withPinned(own, pinned);
  remember(ctx, storyId, standing.filed);
  if (standing.list?.basis === basis && saysSame(standing.list.places, places))
    return { storyId, places: standing.list.places, changedAt: standing.list.changedAt };
  const changedAt = await keep(ctx.writeDb ?? db, storyId, basis, places);
  return { storyId, places, changedAt: changedAt ?? standing.list?.changedAt ?? story.firstAt };
}

/**
 * The related stories of a stored story; null when it is not live. A list that was never asked for is made now; one that stands is
 * compared with what came since at most once a minute, and changes only where a reader would notice. Stories that are not live any
 * more, and what editors said, count at once. Touches related_list.
 */
export async function relatedOf(ctx: AnswerContext, storyId: number): Promise<RelatedAnswer | null> {
  // A list that this process never compared will be made whatever stands: its text is fetched meanwhile.
  const isFirst = !lookedAt(ctx.db).has(storyId);
  const [standing, early] = await Promise.all([
    findStanding(ctx.db, storyId),
    isFirst ? findStoryText(ctx.db, storyId) : null,
  ]);
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
  if (isWhole && standing.list !== null && isRecent(ctx, storyId, standing.filed))
    return { storyId, places: standing.list.places, changedAt: standing.list.changedAt };
  const story = early ?? (await findStoryText(ctx.db, storyId));
  return story === null ? null : makeList(ctx, story, standing, said, live);
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
  return { storyId: null, places: newList(await findRelated(ctx.db, article, new Set())), changedAt: null };
}
