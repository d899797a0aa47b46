// A story → the stories nearest to it that it is not one with, and what kept them apart. EFFECT.
import type { Context } from '../context.ts';
import { findHeadsOfEntries, findStoryHeads, type StoryHead } from '../store/desk-story.ts';
import { findHabits, loadTexts, type StoredText } from '../store/identity.ts';
import { findPostings, findVectors } from '../store/term.ts';
import { habitFromJson, type Habit, type HabitJson, newHabit } from './habit.ts';
import { type Article, type Evidence, match } from './match.ts';
import { askedTerms, mostShared } from './posting.ts';
import { readArticle } from './read-article.ts';
import { countingForReader } from './relate-count.ts';
import { termsOfStory } from './relate.ts';
import { lookupOf, similarity, unpackVector, vectorOf } from './vector.ts';

/** A story that is not one with another: what comparing their leads says, and the editor's word where there is one. */
export type NearStory = {
  head: StoryHead;
  /** Null when one of the texts is gone. */
  evidence: Evidence | null;
  decree: { actor: string; reason: string | null } | null;
};

/** The story that is looked at, as far as it matters here; decrees are those on its members. */
export type Middle = {
  id: number;
  lead: { entryId: number; seenAt: Date };
  memberIds: readonly number[];
  province: string | null;
  decrees: readonly { a: number; b: number; kind: 'together' | 'apart'; actor: string; reason: string | null }[];
};

const mostCandidates = 64;
const mostCompared = 12;
const mostShown = 8;

// As clustering would read them: with what is known of their publishers' habits.
async function readAll(db: Context['db'], texts: readonly StoredText[]): Promise<Map<number, Article>> {
  const rows = await findHabits(db, [...new Set(texts.map((text) => text.publisherId))]);
  const habits = new Map(rows.map((row): [number, Habit] => [row.publisherId, habitFromJson(row.habit as HabitJson)]));
  return new Map(texts.map((text) => [text.entryId, readArticle(text, habits.get(text.publisherId) ?? newHabit())]));
}

const leadKey = (head: StoryHead) => ({ entryId: head.leadEntryId, seenAt: head.leadSeenAt });

/** What comparing the leads of two stories says; null when one of the texts is gone. */
export async function compareLeads(
  { db }: Pick<Context, 'db'>,
  one: StoryHead,
  other: StoryHead,
): Promise<Evidence | null> {
  const articles = await readAll(db, await loadTexts(db, [leadKey(one), leadKey(other)]));
  const [a, b] = [articles.get(one.leadEntryId), articles.get(other.leadEntryId)];
  return a === undefined || b === undefined ? null : match(a, b);
}

// By the index of "Tin liên quan", copies not left out: what shares most words is what could have been one story.
async function alike(db: Context['db'], text: StoredText, middle: Middle): Promise<number[]> {
  const { title, summary, bodyHtml, publishedAt: firstAt } = text;
  const { id, province } = middle;
  const terms = termsOfStory({ id, title, summary, bodyHtml, province, firstAt });
  const vector = vectorOf(terms, (await countingForReader(db)).frequencies);
  const shared = mostShared({ id, vector }, await findPostings(db, askedTerms(vector)), mostCandidates);
  const lookup = lookupOf(vector);
  return (await findVectors(db, shared))
    .map((one) => ({ id: one.storyId, alike: similarity(lookup, unpackVector(one.vector)) }))
    .sort((a, b) => b.alike - a.alike || b.id - a.id)
    .slice(0, mostCompared)
    .map((one) => one.id);
}

/**
 * Up to eight stories, nearest first: those an editor keeps apart from this one, and of the twelve that share most of its words those whose
 * leads share a text or are kept apart by a veto. Stories that are merged are left out. Reads the index of related stories and the texts of leads.
 */
export async function nearStories({ db }: Pick<Context, 'db'>, middle: Middle): Promise<NearStory[]> {
  const members = new Set(middle.memberIds);
  const apart = middle.decrees.filter(({ kind }) => kind === 'apart');
  const others = new Map(apart.map((decree) => [members.has(decree.a) ? decree.b : decree.a, decree]));
  const [text] = await loadTexts(db, [middle.lead]);
  const decreed = await findHeadsOfEntries(db, [...others.keys()]);
  const found = text === undefined ? [] : await findStoryHeads(db, await alike(db, text, middle));
  const heads = new Map([...found, ...decreed.values()].map((head) => [head.id, head]));
  heads.delete(middle.id);
  const open = [...heads.values()].filter((head) => head.status !== 'merged');
  const texts = await loadTexts(db, open.map(leadKey));
  const articles = await readAll(db, text === undefined ? texts : [text, ...texts]);
  const own = articles.get(middle.lead.entryId);
  const near = open.map((head): NearStory => {
    const other = articles.get(head.leadEntryId);
    const decree = [...others].find(([entryId]) => decreed.get(entryId)?.id === head.id)?.[1] ?? null;
    const evidence = own === undefined || other === undefined ? null : match(own, other);
    return { head, evidence, decree: decree === null ? null : { actor: decree.actor, reason: decree.reason } };
  });
  return near
    .filter(({ evidence, decree }) => decree !== null || evidence?.veto || (evidence && evidence.kind !== 'different'))
    .sort((a, b) => (b.evidence?.score ?? 0) - (a.evidence?.score ?? 0) || b.head.id - a.head.id)
    .slice(0, mostShown);
}
