// The search page over real HTTP and a real database: marks, phrases, conditions, days, pages, feeds, hostile words.
import { beforeAll, describe, expect, it } from 'vitest';
import { followStories } from '../src/edition/search-index.ts';
import type { Db } from '../src/store/db.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite, type TestSite } from './support/site.ts';

let db: Db;
let site: TestSite;
const now = new Date('2026-11-22T08:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

async function titles(query: string): Promise<string[]> {
  const { status, text } = await site.get(`/tim-kiem?${query}`);
  expect(status).toBe(200);
  return [...text.matchAll(/<h2><a href="[^"]+">([^<]+)</g)].map((match) => match[1] ?? '');
}
const find = (words: string) => titles(`q=${encodeURIComponent(words)}`);

beforeAll(async () => {
  db = await freshDatabase();
  const paper = await seedPublisher(db, { slug: 'bao-a', name: 'Báo A' });
  const other = await seedPublisher(db, { slug: 'bao-b', name: 'Báo B' });
  const seed = (from: typeof paper, title: string, days: number, more: object = {}) =>
    seedStory(db, from, { title, publishedAt: daysAgo(days), listedAt: daysAgo(days), ...more });
  await seed(paper, 'Hòa Bình mở hội xuân', 1, { province: '25', section: 'van-hoa' });
  await seed(other, 'Hoa Binh viết không dấu', 2, { province: '25' });
  await seed(paper, 'Hà Nội mưa lớn', 3, { province: '01' });
  await seed(paper, 'Ha noi trong lòng nhau', 4);
  await seed(other, 'Lũ quét qua bản xa', 5, { province: '14', section: 'thoi-su' });
  await seed(other, 'Quét dọn sau lũ', 6, { province: '14' });
  for (let n = 1; n <= 30; n++) await seed(paper, `Chợ phiên số ${n}`, 10 + n);
  await followStories({ db, signal: new AbortController().signal });
  site = await startTestSite(db, { now: () => now });
});

describe('words', () => {
  it.each(['ha noi', 'Hà Nội', 'HÀ NỘI'.normalize('NFD'), 'hà nội'])('find Hà Nội when typed as %j', async (typed) => {
    expect(await find(typed)).toContain('Hà Nội mưa lớn');
  });

  it('with marks rank above what matches only without them', async () => {
    const { text } = await site.get(`/tim-kiem?q=${encodeURIComponent('Hoà Bình')}`);

    expect(await find('Hoà Bình')).toEqual(['Hòa Bình mở hội xuân', 'Hoa Binh viết không dấu']);
    expect(text.indexOf('Khớp khi bỏ dấu')).toBeGreaterThan(text.indexOf('mở hội xuân'));
    expect(text.indexOf('Khớp khi bỏ dấu')).toBeLessThan(text.indexOf('viết không dấu'));
  });

  it('in quotes stand side by side, and a word after a minus is left out', async () => {
    expect(await find('"lũ quét"')).toEqual(['Lũ quét qua bản xa']);
    expect(await find('lũ -bản')).toEqual(['Quét dọn sau lũ']);
  });

  it('that find nothing are answered with what to try', async () => {
    const { text } = await site.get('/tim-kiem?q=khongcogi&tinh=son-la');

    expect(text).toContain('Không tìm thấy tin nào');
    expect(text).toContain('href="/tim-kiem?q=khongcogi"');
  });

  it('that mean nothing are told so, and no question shows the form alone', async () => {
    expect((await site.get('/tim-kiem?q=-l%C5%A9')).text).toContain('gõ ít nhất một từ phải có');
    expect(await titles('')).toEqual([]);
    expect((await site.get('/tim-kiem')).text).not.toContain('noindex');
  });

  it.each(['"><script>alert(1)</script>', "' or 1=1 --", '%00%ff', ')(&|!:*', '\u202ealert'])(
    'that are hostile stay text: %j',
    async (typed) => {
      const answer = await site.get(`/tim-kiem?q=${encodeURIComponent(typed)}`);

      expect(answer.status).toBe(200);
      expect(answer.text).not.toMatch(/<script>|\u202e/);
    },
  );
});

describe('conditions', () => {
  it.each([
    ['tinh=son-la', ['Lũ quét qua bản xa', 'Quét dọn sau lũ']],
    ['q=l%C5%A9&tinh=son-la&chuyen-muc=thoi-su', ['Lũ quét qua bản xa']],
    ['q=hoa+binh&bao=bao-b', ['Hoa Binh viết không dấu']],
    ['q=hoa+binh&tu=2026-11-21', ['Hòa Bình mở hội xuân']],
    ['q=hoa+binh&den=2026-11-20', ['Hoa Binh viết không dấu']],
    ['tu=2026-11-20&den=2026-11-20', ['Hoa Binh viết không dấu']],
    ['q=hoa+binh&tu=2026-02-31&la=1', ['Hòa Bình mở hội xuân', 'Hoa Binh viết không dấu']],
  ])('%s → %j', async (query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });

  it('stay chosen in the form', async () => {
    const { text } = await site.get('/tim-kiem?q=l%C5%A9&tinh=hoa-binh&tu=2026-01-02');

    expect(text).toContain('<option value="phu-tho" selected>');
    expect(text).toContain('type="date" value="2026-01-02"');
    expect(text).toContain('<details open>');
  });
});

it('older pages begin below the last find of the page before', async () => {
  const first = await site.get('/tim-kiem?q=ch%E1%BB%A3');
  const next = /rel="next" href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const rest = await titles(next.split('?')[1] ?? '');

  expect(rest).toEqual([
    'Chợ phiên số 25',
    'Chợ phiên số 26',
    'Chợ phiên số 27',
    'Chợ phiên số 28',
    'Chợ phiên số 29',
    'Chợ phiên số 30',
  ]);
});

it('announces its feeds, which answer under exactly that address', async () => {
  const { text } = await site.get('/tim-kiem?tinh=son-la&q=L%C5%A8');

  for (const ending of ['rss', 'atom', 'json']) {
    const path = `/feeds/tim-kiem.${ending}?q=l%C5%A9&tinh=son-la`;
    expect(text).toContain(`href="${publicUrl}${path.replace('&', '&amp;')}"`);
    expect((await site.get(path)).status).toBe(200);
  }
});

it('speaks English by switch and keeps it through the form', async () => {
  const { text } = await site.get('/tim-kiem?q=lu&lang=en');

  expect(text).toContain('Follow this search');
  expect(text).toContain('<input type="hidden" name="lang" value="en">');
});
