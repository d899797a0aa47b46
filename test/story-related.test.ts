// Related stories as a pure function: order, reasons, copies, and what enters the lists of older stories.
import { describe, expect, test } from 'vitest';
import { countDocument, documentsWith, newFrequencies, packCounts, unpackCounts } from '../src/story/frequency.ts';
import { mostShared, packPostings } from '../src/story/posting.ts';
import { type ListPlace, newList, saysSame, settleList, withPinned } from '../src/story/related-lists.ts';
import { type Related, type RelatedArticle, type RelatedCandidate, relatedTo } from '../src/story/related.ts';
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

  test('calls two issues of one template a series and not one event', () => {
    const weather = (day: number, hours: number, place: string, sky: string): Article => ({
      key: `${place} ${day}`,
      hours,
      title: `Thời tiết ${place} ngày ${day}/11: ${sky}`,
      lead: `Đài khí tượng dự báo thời tiết ${place} trong ngày ${day}/11: ${sky}.`,
      body: 'Gió đông bắc cấp hai, cấp ba. Người dân vùng cao cần giữ ấm cho gia súc, che chắn mạ non và theo dõi bản tin kế tiếp.',
    });
    const asked = toArticle(weather(23, 24, 'Sơn La', 'có mưa nhỏ về đêm'), null);
    const issues = [
      weather(22, 0, 'Sơn La', 'ngày nắng hanh khô'),
      weather(23, 25, 'Quảng Ninh', 'biển động nhẹ, gió giật'),
    ];
    const list = relatedTo(
      asked,
      issues.map((issue, i) => ({ ...toArticle(issue), id: 300 + i })),
    );
    expect(list.map(({ id, reason }) => [id, reason.kind]).toSorted()).toEqual([
      [300, 'series'],
      [301, 'series'],
    ]);
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
      relatedTo(
        {
          id: null,
          at: null,
          labels: new Map(),
          vector: vectorOf(termsOf({ title: '', lead: '', body: '' }), frequencies),
        },
        candidates,
      ),
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

describe('a list that stands', () => {
  const found = (id: number, score: number, copies: number[] = []): Related => ({
    id,
    score,
    reason: { kind: 'topic', subject: null },
    copies,
  });
  const place = (relatedId: number, score: number, reason = 'topic'): ListPlace => ({
    relatedId,
    score,
    reason,
    subject: null,
  });
  const ids = (list: readonly ListPlace[]) => list.map((one) => one.relatedId);
  const all = () => true;
  const full = Array.from({ length: 8 }, (_, i) => place(500 + i, 0.9 - i / 20));

  test('says the same when nothing but scores moved', () => {
    const standing = newList([found(1, 0.5), found(2, 0.4)]);
    expect(saysSame(standing, settleList(standing, [found(2, 0.49), found(1, 0.48)], all))).toBe(true);
  });

  test('takes a newcomer by its score where there is room', () => {
    expect(ids(settleList([place(1, 0.5), place(2, 0.2)], [found(3, 0.4)], all))).toEqual([1, 3, 2]);
  });

  test('gives its last place only to one that is clearly better', () => {
    expect(ids(settleList(full, [found(9, 0.6)], all))).toEqual(ids(full));
    expect(ids(settleList(full, [found(9, 0.88)], all))).toEqual([500, 9, 501, 502, 503, 504, 505, 506]);
  });

  test('takes no copy of what it holds', () => {
    expect(ids(settleList([place(1, 0.5)], [found(2, 0.6, [1])], all))).toEqual([1]);
  });

  test('loses what is not live any more, and takes the next in its stead', () => {
    expect(ids(settleList(full, [found(9, 0.1)], (id) => id !== 503))).toEqual([500, 501, 502, 504, 505, 506, 507, 9]);
  });

  test('begins with what an editor pinned, once, and holds eight', () => {
    const pinned = [place(503, 1, 'pick'), place(7, 1, 'pick')];
    expect(ids(withPinned(full, pinned))).toEqual([503, 7, 500, 501, 502, 504, 505, 506]);
  });
});

describe('postings', () => {
  const vector = (terms: number[], weights: number[]) => ({
    terms: Int32Array.from(terms),
    weights: Float32Array.from(weights),
  });

  test('lead to the stories that share most weight, never to the article itself', () => {
    const filed = [
      { id: 1, vector: vector([5, -7], [0.9, 0.1]) },
      { id: 2, vector: vector([-7, 9], [0.8, 0.2]) },
      { id: 2 ** 40, vector: vector([9], [1]) },
    ];
    const asked = { id: 1, vector: vector([5, -7, 9], [0.2, 0.6, 0.5]) };
    expect(mostShared(asked, packPostings(filed), 9)).toEqual([2, 2 ** 40]);
    expect(mostShared(asked, packPostings(filed), 1)).toEqual([2]);
    expect(mostShared({ ...asked, id: null }, packPostings(filed), 9)).toEqual([2, 1, 2 ** 40]);
  });

  test('stand in the order of terms, a term once, its stories in the order they came', () => {
    const filed = [4, 3].map((id) => ({ id, vector: vector([8, -8], [1, 1]) }));
    expect(packPostings(filed).map(({ term, stories }) => [term, stories.toString('hex')])).toEqual([
      [-8, '040000000000030000000000'],
      [8, '040000000000030000000000'],
    ]);
  });

  test('of a common term lead to the stories of the same days', () => {
    const filed = Array.from({ length: 128 }, (_, i) => ({ id: i + 1, vector: vector([5], [1]) }));
    const met = mostShared({ id: 20, vector: vector([5], [1]) }, packPostings(filed), 128);
    expect([met.length, Math.max(...met), Math.min(...met)]).toEqual([63, 64, 1]);
  });
});
