import { describe, expect, test } from 'vitest';
import { type Decree, type OpenStory, place } from '../src/story/group.ts';
import type { Evidence } from '../src/story/match.ts';
import { planBatch } from '../src/story/plan.ts';

const blank: Evidence = {
  kind: 'different',
  ground: null,
  veto: null,
  jaccard: 0,
  containment: 0,
  leads: [0, 0],
  halves: [0, 0],
  title: [0, 0],
  slots: [0, 0, 0],
  news: 0,
  score: 0,
  isShort: false,
};
const same: Evidence = { ...blank, kind: 'same', ground: 'edit', jaccard: 0.8 };
const vetoed: Evidence = { ...blank, kind: 'related', veto: 'numbers', jaccard: 0.9 };

const story = (id: number, ...members: number[]): OpenStory => ({ id, leadId: members[0] ?? id, members });
const where = (stories: OpenStory[], evidence: Record<number, Evidence>, decrees: Decree[] = []) =>
  place(99, stories, { evidenceOf: (other) => evidence[other] ?? blank, twins: new Set(), decrees });

describe('an entry', () => {
  test('founds a story without evidence', () => {
    expect(where([story(1, 10)], {})).toEqual({ storyId: null, absorbed: [], edges: [] });
  });

  test('joins on evidence with the lead', () => {
    expect(where([story(1, 10, 11, 12)], { 10: same })).toMatchObject({ storyId: 1, absorbed: [] });
  });

  test('joins on evidence with more than half of the members', () => {
    expect(where([story(1, 10, 11, 12)], { 11: same, 12: same }).storyId).toBe(1);
    expect(where([story(1, 10, 11, 12)], { 12: same }).storyId).toBeNull();
    expect(where([story(1, 10, 11)], { 11: same }).storyId).toBeNull();
  });

  test('joins on evidence with a member when the others are too short to tell', () => {
    const short: Evidence = { ...blank, kind: 'related', isShort: true };
    expect(where([story(1, 10, 11)], { 10: short, 11: same }).storyId).toBe(1);
    expect(where([story(1, 10, 11)], { 10: { ...short, veto: 'names' }, 11: same }).storyId).toBeNull();
    expect(where([story(1, 10, 11)], { 10: short, 11: short }).storyId).toBeNull();
  });

  test('stays out when the lead is vetoed, however many members agree', () => {
    expect(where([story(1, 10, 11, 12, 13)], { 10: vetoed, 11: same, 12: same, 13: same }).storyId).toBeNull();
  });

  test('that is bound to two stories merges them into the older', () => {
    expect(where([story(7, 20), story(3, 10)], { 20: same, 10: same })).toMatchObject({ storyId: 3, absorbed: [7] });
  });

  test('never merges what an editor keeps apart: the stronger bond wins', () => {
    const apart: Decree[] = [{ a: 10, b: 20, kind: 'apart' }];
    expect(where([story(3, 10), story(7, 20)], { 10: same, 20: { ...same, jaccard: 0.95 } }, apart)).toMatchObject({
      storyId: 7,
      absorbed: [],
    });
    expect(where([story(3, 10)], { 10: same }, [{ a: 99, b: 10, kind: 'apart' }]).storyId).toBeNull();
  });

  test('is placed the same whatever the order of the stories', () => {
    const stories = [story(3, 10), story(5, 20), story(9, 30)];
    const evidence = { 10: same, 20: { ...same, jaccard: 0.9 }, 30: same };
    expect(where(stories.toReversed(), evidence)).toEqual(where(stories, evidence));
  });
});

test('an empty batch is an empty plan', () => {
  expect(planBatch([], { stories: [], articleOf: () => null, decrees: [], newStoryIds: [] })).toEqual({
    founded: [],
    joined: [],
    moved: [],
    absorbed: [],
    changed: [],
    missing: new Set(),
  });
});
