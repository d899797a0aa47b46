// Lists of stories for editors: by state, place and number of papers, page by page; words of what no index holds; former words set beside new ones.
import { beforeAll, expect, test } from 'vitest';
import { type ListPlace, listAside, listLines, listShared, type Looked } from '../src/store/desk-list.ts';
import { holdStory, withdrawStory } from '../src/store/desk-withdraw.ts';
import { refitStories } from '../src/store/story-fit.ts';
import { explainEdge, readEdges } from '../src/story/explain.ts';
import { exactEvidence } from '../src/story/match.ts';
import { meetsSearch, parseSearch } from '../src/text/search.ts';
import { diffWords } from '../src/text/word-diff.ts';
import { followStories } from '../src/edition/search-index.ts';
import { findStoryLines, readStoriesAsked, storiesAddress } from '../src/web/admin/story-query.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';

const db = await freshDatabase();
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20) + minutes * 60_000);
let papers: { id: number; slug: string; sourceId: number }[] = [];
const ids: number[] = [];

// Sixty stories, a minute apart: every third by two papers, every sixth by three; odd ones of Sơn La.
beforeAll(async () => {
  papers = [await seedPublisher(db), await seedPublisher(db), await seedPublisher(db)];
  const [first = { id: 0, slug: '', sourceId: 0 }, second = first, third = first] = papers;
  for (let n = 1; n <= 60; n++) {
    const others = n % 6 === 0 ? [second, third] : n % 3 === 0 ? [second] : [];
    const province = n % 2 === 1 ? '14' : '01';
    const title = n === 7 ? 'Hoà bình ở bản Lìm' : `Tin thứ ${n}`;
    ids.push((await seedStory(db, first, { title, province, publishedAt: at(n), others })).id);
  }
  await refitStories(db, ids);
  await followStories({ db, signal: new AbortController().signal });
}, 30_000);

const asked = (query: string) => readStoriesAsked(new URLSearchParams(query));
const numbers = (lines: { id: number }[]) => lines.map((line) => ids.indexOf(line.id) + 1);

async function allPages(query: string): Promise<number[][]> {
  const pages: number[][] = [];
  let next = asked(query);
  for (;;) {
    const page = await findStoryLines(db, next);
    pages.push(numbers(page.lines));
    if (page.next === null) return pages;
    next = asked(storiesAddress({ ...next, after: page.next }).split('?')[1] ?? '');
  }
}
const down = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, i) => from - i * step);

test('pages hold every story once, newest first, whatever the filter', async () => {
  expect(await allPages('')).toEqual([down(60, 11, 1), down(10, 1, 1)]);
  expect(await allPages('tinh=son-la')).toEqual([down(59, 1, 2)]);
  expect(await allPages('so-bao=2')).toEqual([down(60, 3, 3)]);
  expect(await allPages('so-bao=3')).toEqual([down(60, 6, 6)]);
  expect(await allPages(`bao=${papers[2]?.slug ?? ''}`)).toEqual([down(60, 6, 6)]);
  expect(await allPages(`bao=${papers[1]?.slug ?? ''}&tinh=son-la`)).toEqual([down(57, 3, 6)]);
  expect(await allPages('so-bao=2&tinh=son-la')).toEqual([down(57, 3, 6)]);
  expect(await allPages('q=tin+thu&so-bao=3')).toEqual([down(60, 6, 6)]);
  expect(await allPages('q="hòa bình"')).toEqual([[7]]);
  expect(await allPages('q=hoa+binh')).toEqual([[7]]);
});

test('a line tells papers, entries, place, and who took a story out of sight and why', async () => {
  const [sixth] = await listLines(db, [ids[5] ?? 0]);
  expect(sixth).toMatchObject({ title: 'Tin thứ 6', papers: 3, entries: 3, province: '01', aside: null, comments: 0 });

  const order = { reason: 'Chờ xác minh', by: 'bien-tap', at: new Date() };
  for (const n of [5, 7, 12]) await holdStory(db, ids[n - 1] ?? 0, order);
  await withdrawStory(db, ids[19] ?? 0, { ...order, reason: 'Báo gỡ bài' });
  expect(await allPages('trang-thai=held')).toEqual([[12, 7, 5]]);
  expect(await allPages('trang-thai=held&tinh=son-la')).toEqual([[7, 5]]);
  expect(await allPages('trang-thai=held&so-bao=2')).toEqual([[12]]);
  expect(await allPages('trang-thai=held&q=hoà bình')).toEqual([[7]]);
  expect(await allPages('trang-thai=hidden')).toEqual([[]]);
  expect((await findStoryLines(db, asked('trang-thai=withdrawn'))).lines).toMatchObject([
    { status: 'withdrawn', aside: { actor: 'bien-tap', reason: 'Báo gỡ bài' } },
  ]);
  expect(await allPages('so-bao=3')).toEqual([down(60, 6, 6).filter((n) => n !== 12)]);
});

test('a list of places goes on below the place it is given', async () => {
  const first = await listShared(db, { papers: 2 }, 5, null);
  const rest = await listShared(db, { papers: 2 }, 50, first.lookedTo);
  expect(numbers(first.places)).toEqual(down(60, 48, 3));
  expect([numbers(rest.places)[0], rest.lookedTo]).toEqual([45, null]);
  const held = await listAside(db, 'held', {}, 1, null);
  expect(numbers((await listAside(db, 'held', {}, 5, held.lookedTo)).places)).toEqual([7, 5]);
});

test('looking that ends at its bound goes on there: every story once, whatever the bound', async () => {
  const walk = async (look: (after: ListPlace | null) => Promise<Looked>) => {
    const found: number[] = [];
    for (let after: ListPlace | null = null, turns = 0; turns < 100; turns++) {
      const page: Looked = await look(after);
      found.push(...numbers(page.places));
      if (page.lookedTo === null) return found;
      after = page.lookedTo;
    }
    return null;
  };
  const shared = [...down(60, 3, 3)].filter((n) => n !== 12);
  for (const most of [4, 5, 7, 10, 100])
    for (const limit of [1, 3, 50])
      expect(await walk((after) => listShared(db, { papers: 2 }, limit, after, most)), `${most} ${limit}`).toEqual(
        shared,
      );
  for (const most of [1, 2, 3, 4])
    expect(await walk((after) => listAside(db, 'held', { province: '14' }, 5, after, most)), String(most)).toEqual([
      7, 5,
    ]);
});

test('what means nothing in an address is left out, and an address says what was asked', () => {
  expect(asked('trang-thai=x&so-bao=-3&tinh=atlantis&bao=%27&sau=y')).toEqual(asked(''));
  const address = storiesAddress(asked('trang-thai=held&q=cầu&tinh=son-la&bao=bao-1&so-bao=3'));
  expect(asked(address.split('?')[1] ?? '')).toMatchObject({ shelf: 'held', words: 'cầu', province: '14', papers: 3 });
});

test('a search is met without marks, side by side where it says so, and not by what it excludes', () => {
  const meets = (typed: string) => {
    const search = parseSearch(typed);
    return search !== null && meetsSearch(search, 'Thông cầu mới qua sông Mã');
  };
  expect(['cau moi', '"cầu mới"', 'sông -đò'].map(meets)).toEqual([true, true, true]);
  expect(['"cầu sông"', 'cầu -mới', 'đò'].map(meets)).toEqual([false, false, false]);
});

test('two wordings are set beside each other word by word', () => {
  expect(diffWords('Cầu dài 600 m', 'Cầu mới dài 60 m')).toEqual([
    { kind: 'same', text: 'Cầu' },
    { kind: 'new', text: ' mới' },
    { kind: 'same', text: ' dài' },
    { kind: 'gone', text: ' 600' },
    { kind: 'new', text: ' 60' },
    { kind: 'same', text: ' m' },
  ]);
  expect(diffWords('', 'Mới')).toEqual([{ kind: 'new', text: 'Mới' }]);
  const long = 'chữ '.repeat(2_000);
  expect(diffWords(long, `${long}thêm`).map((part) => part.kind)).toEqual(['gone', 'new']);
});

test('edges are told in Vietnamese, by hand or by evidence; what is no edge is none', () => {
  expect(explainEdge({ from: 2, to: 1, evidence: 'editor' }, 'vi')).toBe('biên tập viên ghép với bài 1');
  expect(explainEdge({ from: 2, to: 1, evidence: { ...exactEvidence, jaccard: 0.93 } }, 'vi')).toContain(
    'với bài 1: giống nhau từng chữ; chữ chung 0,93',
  );
  expect(
    explainEdge({ from: 2, to: 1, evidence: { ...exactEvidence, ground: null, veto: 'title-numbers' } }, 'vi'),
  ).toContain('tách riêng vì hai tiêu đề khác nhau ở một con số');
  expect([readEdges(null), readEdges([]), readEdges([{ to: 1 }]), readEdges('x')]).toEqual([null, null, null, null]);
});
