// Related stories as a pure function: order, reasons, copies, and what enters the lists of older stories.
import { describe, expect, test } from 'vitest';
import { countDocument, documentsWith, newFrequencies, packCounts, unpackCounts } from '../src/story/frequency.ts';
import { type ListPlace, planLists, type Ranked } from '../src/story/related-lists.ts';
import { type RelatedArticle, type RelatedCandidate, relatedTo } from '../src/story/related.ts';
import { lookupOf, packVector, similarity, unpackVector, vectorOf } from '../src/story/vector.ts';
import { reasonText } from '../src/text/reason.ts';
import { termsOf } from '../src/text/terms.ts';
import { type Article, articleOf, articles, publishedAt } from './fixtures/related-articles.ts';

const frequencies = newFrequencies();
for (const article of articles) countDocument(frequencies, termsOf(article).terms);

const idOf = (key: string) => articles.findIndex((article) => article.key === key) + 1;
const keyOf = (id: number) => articles[id - 1]?.key ?? '?';

function toArticle(article: Article, id: number | null = idOf(article.key)): RelatedArticle {
  const read = termsOf(article);
  return { id, vector: vectorOf(read, frequencies), at: publishedAt(article), labels: read.labels };
}

const candidates: RelatedCandidate[] = articles.map((article) => ({ ...toArticle(article), id: idOf(article.key) }));
const candidateOf = (key: string): RelatedCandidate => ({ ...toArticle(articleOf(key)), id: idOf(key) });
const listOf = (key: string) =>
  relatedTo(toArticle(articleOf(key)), candidates).map(({ id, reason }) => `${keyOf(id)}: ${reasonText(reason)}`);

describe('a list of related stories', () => {
  test('puts the same event first, then what shares a person or place, each with its reason', () => {
    expect(listOf('slide')).toEqual([
      'slide-later: diễn biến tiếp theo',
      'slide-again: cùng sự kiện',
      'plum: cùng địa phương: Mộc Châu',
    ]);
    expect(listOf('match').slice(0, 2)).toEqual(['match-again: cùng sự kiện', 'scholar: cùng nhân vật: Trần Hữu Khôi']);
    expect(listOf('slide-later').at(0)).toMatch(/: diễn biến trước đó$/);
  });

  test('is the same in whatever order the candidates come', () => {
    const article = toArticle(articleOf('match'));
    expect(relatedTo(article, [...candidates].reverse())).toEqual(relatedTo(article, candidates));
  });

  test('works for a text that is not stored, and leaves out its stored copy', () => {
    const own = toArticle({ ...articleOf('slide'), body: `${articleOf('slide').body} (Nguồn: báo tỉnh)` }, null);
    expect(relatedTo(own, candidates).map(({ id }) => keyOf(id))).toEqual(['slide-later', 'slide-again', 'plum']);
  });

  test('names one of two copies and says for which it stands', () => {
    const copy = { ...candidateOf('match-again'), id: 99 };
    const list = relatedTo(toArticle(articleOf('match')), [...candidates, copy]);
    expect(
      list.filter(({ id }) => id === 99 || keyOf(id) === 'match-again').map(({ id, copies }) => [id, copies]),
    ).toEqual([[99, [idOf('match-again')]]]);
  });

  test('holds at most eight', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      ...toArticle({
        ...articleOf('slide-again'),
        body: `${articleOf('bus').body} ${i} ${'nương rẫy ngô lúa khoai sắn đậu vừng lạc bông'.split(' ')[i % 10]}`,
      }),
      id: 100 + i,
    }));
    expect(relatedTo(toArticle(articleOf('slide')), many).length).toBeLessThanOrEqual(8);
  });

  test('prefers the nearer in time of two that are equally alike', () => {
    const [near, far] = [24, 24 * 90].map((hours, i) => ({
      ...candidateOf('slide-again'),
      id: 200 + i,
      at: new Date(publishedAt(articleOf('slide')).getTime() + hours * 3_600_000),
    }));
    const score = (one: RelatedCandidate | undefined) =>
      one === undefined
        ? 0
        : (relatedTo(toArticle(articleOf('slide')), [one, candidateOf('slide-later')]).find(({ id }) => id === one.id)
            ?.score ?? 0);
    expect(score(near)).toBeGreaterThan(score(far));
  });

  test('is empty for an article without words and for one without candidates', () => {
    expect(
      relatedTo({ id: null, at: null, labels: new Map(), vector: vectorOf(termsOf({ title: '', lead: '', body: '' }), frequencies) }, candidates),
    ).toEqual([]);
    expect(relatedTo(toArticle(articleOf('slide')), [])).toEqual([]);
  });
});

describe('a vector', () => {
  test('comes back from its bytes nearly as it was', () => {
    const { vector } = toArticle(articleOf('slide'));
    const back = unpackVector(packVector(vector));
    expect([...back.terms]).toEqual([...vector.terms]);
    expect(similarity(lookupOf(vector), back)).toBeCloseTo(1, 3);
  });

  test('of broken bytes holds what is whole', () => {
    const { vector } = toArticle(articleOf('slide'));
    expect(unpackVector(packVector(vector).subarray(0, 15)).terms).toEqual(vector.terms.slice(0, 2));
  });
});

describe('how common terms are', () => {
  test('is never told too low', () => {
    const counted = newFrequencies();
    for (let document = 0; document < 300; document++) countDocument(counted, [7, document * 4, document * 4 + 1]);
    expect(documentsWith(counted, 7)).toBeGreaterThanOrEqual(300);
    expect(documentsWith(counted, 2_000_003)).toBe(0);
  });

  test('comes back from its bytes, and not from those of another size', () => {
    const back = unpackCounts(frequencies.total, packCounts(frequencies));
    expect(back?.total).toBe(articles.length);
    expect(packCounts(back ?? newFrequencies()).equals(packCounts(frequencies))).toBe(true);
    expect(unpackCounts(1, Buffer.alloc(16))).toBeNull();
  });
});

describe('the lists to write', () => {
  const rankedOf = (key: string): Ranked => {
    const article = { ...toArticle(articleOf(key)), id: idOf(key) };
    return { article, candidates, list: relatedTo(article, candidates) };
  };
  const place = (storyId: number, relatedId: number, score: number): ListPlace => ({
    storyId,
    relatedId,
    score,
    reason: 'topic',
    subject: null,
  });

  test('hold the new story in the lists of the older ones it follows up, with the reason seen from there', () => {
    const planned = planLists([rankedOf('slide-later')], new Map());
    expect(planned.get(idOf('slide'))).toMatchObject([
      { relatedId: idOf('slide-later'), reason: 'next', subject: null },
    ]);
  });

  test('are none when nothing but scores moved', () => {
    const first = planLists([rankedOf('slide')], new Map());
    const moved = new Map(
      [...first].map(([id, list]) => [id, list.map((one) => ({ ...one, score: one.score * 0.97 }))]),
    );
    expect(planLists([rankedOf('slide')], moved)).toEqual(new Map());
  });

  test('leave a full older list alone for one that is hardly better', () => {
    const older = idOf('slide');
    const ranked = rankedOf('slide-later');
    const score = ranked.list.find(({ id }) => id === older)?.score ?? 0;
    const full = (lowest: number) =>
      new Map([[older, Array.from({ length: 8 }, (_, i) => place(older, 500 + i, i === 7 ? lowest : 0.99))]]);
    expect(planLists([ranked], full(score * 0.95)).has(older)).toBe(false);
    expect(
      planLists([ranked], full(score * 0.5))
        .get(older)
        ?.map((one) => one.relatedId),
    ).toContain(idOf('slide-later'));
  });

  test('never hold a copy of what is in the list already', () => {
    const older = idOf('slide');
    const copy = { ...candidateOf('slide-later'), id: 700 };
    const ranked = { ...rankedOf('slide-later'), candidates: [...candidates, copy] };
    expect(planLists([ranked], new Map([[older, [place(older, 700, 0.9)]]])).has(older)).toBe(false);
  });
});
