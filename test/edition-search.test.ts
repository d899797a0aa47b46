// The index beside the stories follows them, finds them with and without marks, and feeds editions of words and combinations.
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { followStories } from '../src/edition/search-index.ts';
import type { Db } from '../src/store/db.ts';
import { withdrawStory } from '../src/store/desk-withdraw.ts';
import { addEdition } from '../src/store/edition-desk.ts';
import { requestDocument } from '../src/store/document.ts';
import { indexStories, listEdition, searchStories } from '../src/store/search.ts';
import { writeSetting } from '../src/store/setting.ts';
import { exactQuery, filterQuery, looseQuery, parseSearch, storyWords } from '../src/text/search.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';

let db: Db;
const signal = new AbortController().signal;
const ids: Record<string, number> = {};

async function find(typed: string, limit = 10, after: Parameters<typeof searchStories>[3] = null): Promise<number[]> {
  const search = parseSearch(typed);
  if (search === null) return [];
  const finds = await searchStories(db, { exact: exactQuery(search), loose: looseQuery(search) }, limit, after);
  return finds.map((one) => one.id);
}

beforeAll(async () => {
  db = await freshDatabase();
  const [a, b] = [await seedPublisher(db, { slug: 'bao-a' }), await seedPublisher(db, { slug: 'bao-b' })];
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const make = async (name: string, minutes: number, publisher: typeof a, wanted: Parameters<typeof seedStory>[2]) => {
    ids[name] = (await seedStory(db, publisher, { ...wanted, publishedAt: at(minutes) })).id;
  };
  await make('flood', 30, a, {
    title: 'Lũ quét ở Sơn La',
    summary: 'Ba bản bị chia cắt',
    province: '14',
    section: 'thoi-su',
  });
  await make('unmarked', 20, b, {
    title: 'Lu quet o Son La',
    summary: 'Ban tin khong dau',
    province: '14',
    section: 'thoi-su',
  });
  await make('sweep', 10, b, { title: 'Lụ khụ quét sân', summary: 'Chuyện vui', province: '01', section: 'doi-song' });
  await make('bare', 5, b, { title: 'Không có tóm tắt', bodyHtml: '<p>Hồ <b>thuỷ điện</b> xả lũ</p>', province: '01' });
  await followStories({ db, signal });
});

describe('a search', () => {
  it('puts the typed marks first and forgives them after, newest first in each', async () => {
    expect(await find('lũ')).toEqual([ids['bare'], ids['flood'], ids['sweep'], ids['unmarked']]);
    expect(await find('lu')).toEqual([ids['bare'], ids['sweep'], ids['unmarked'], ids['flood']]);
  });

  it('knows phrases, excluded words, and the beginning of an article without a summary', async () => {
    expect(await find('"lũ quét"')).toEqual([ids['flood'], ids['unmarked']]);
    expect(await find('quét -lũ')).toEqual([ids['sweep'], ids['unmarked']]);
    expect(await find('thủy điện')).toEqual([ids['bare']]);
    // A phrase does not reach from the headline into the summary.
    expect(await find('"la ba"')).toEqual([]);
  });

  it('goes on below the last find, over the border between exact and forgiving', async () => {
    const search = parseSearch('lũ');
    if (search === null) throw new Error('no search');
    const query = { exact: exactQuery(search), loose: looseQuery(search) };
    const all = await searchStories(db, query, 10);
    for (let i = 0; i + 1 < all.length; i++)
      expect(await searchStories(db, query, 10, all[i])).toEqual(all.slice(i + 1));
  });
});

describe('an edition', () => {
  const titles = async (filter: Parameters<typeof filterQuery>[0]) =>
    (await listEdition(db, filter, filterQuery(filter), 10)).map((story) => story.id);

  it('of several conditions lists what meets them all', async () => {
    expect(await titles({ province: '14', section: 'thoi-su' })).toEqual([ids['unmarked'], ids['flood']]);
    expect(await titles({ province: '14', publisher: 'bao-a' })).toEqual([ids['flood']]);
    expect(await titles({ province: '01', words: 'lũ' })).toEqual([ids['bare']]);
    expect(await titles({ words: 'son la' })).toEqual([ids['unmarked'], ids['flood']]);
  });

  it('of words becomes due when a story with them comes, and only then', async () => {
    await addEdition(db, { path: 'tu-khoa/dong-dat/tin-moi', title: 'Động đất', filter: { words: 'động đất' } });
    const edition = await db
      .selectFrom('edition')
      .select('id')
      .where('words', '=', 'động đất')
      .executeTakeFirstOrThrow();
    await requestDocument(db, edition.id, 'rss');
    await db.updateTable('document').set({ due_at: null, rendered_at: new Date(), items: 0 }).execute();
    const isDue = async () =>
      (await db.selectFrom('document').select('due_at').executeTakeFirstOrThrow()).due_at !== null;
    const paper = await seedPublisher(db);

    await seedStory(db, paper, { title: 'Thời tiết hôm nay' });
    await followStories({ db, signal });
    expect(await isDue()).toBe(false);

    await seedStory(db, paper, { title: 'Động đất nhẹ ở Kon Plông' });
    await followStories({ db, signal });
    expect(await isDue()).toBe(true);
  });
});

it('a withdrawn story is not found any more, at once', async () => {
  await withdrawStory(db, ids['flood'] ?? 0, { reason: 'thử', by: 'bien-tap', at: new Date() });

  expect(await find('"lũ quét"')).toEqual([ids['unmarked']]);
  await followStories({ db, signal });
  expect(await find('"lũ quét"')).toEqual([ids['unmarked']]);
});

describe('beyond what is looked through by date', () => {
  let far: Db;
  const of = async (typed: string, limit = 10) => {
    const search = parseSearch(typed);
    if (search === null) return [];
    return (await searchStories(far, { exact: exactQuery(search), loose: looseQuery(search) }, limit)).map(
      (one) => one.id,
    );
  };
  const day = 86_400_000;
  const start = Date.now() - 400 * day;

  beforeAll(async () => {
    far = await freshDatabase();
    // 2,000 stories of 400 days; every hundredth is told apart.
    const rows = Array.from({ length: 2_000 }, (_, i) => {
      const title = i % 100 === 0 ? `Của các ${i % 200 === 0 ? 'lũ' : 'lụ'} quét thứ ${i}` : `Các tin của ngày ${i}`;
      const words = storyWords({ title, summary: '', provinces: ['14'], sections: [], publishers: [] });
      return { id: i + 1, listedAt: new Date(start + (i * day) / 5), ...words };
    });
    await indexStories(far, rows, []);
  });

  it('finds come from the newest, from the last weeks and from all, each once and newest first', async () => {
    const spelled = (at: number) => Array.from({ length: 10 }, (_, i) => 1801 - i * 200 + at);

    expect(await of('lũ', 10)).toEqual(spelled(0));
    expect(await of('lũ', 20)).toEqual([...spelled(0), ...spelled(100)]);
    expect(await of('"của các"', 20)).toEqual(Array.from({ length: 20 }, (_, i) => 1901 - i * 100));
    expect(await of('"cua cac" -lũ', 20)).toEqual(spelled(100));
    expect(await of('"các của"')).toEqual([]);
    expect(await of('"tin của ngay 7"')).toEqual([8]);
  });

  it('a page goes on below any find, and a period bounds it', async () => {
    const search = parseSearch('"của các"');
    if (search === null) throw new Error('no search');
    const query = { exact: exactQuery(search), loose: looseQuery(search) };
    const all = await searchStories(far, query, 50);
    expect(all.length).toBe(20);
    for (let i = 0; i + 1 < all.length; i += 3)
      expect(await searchStories(far, query, 50, all[i])).toEqual(all.slice(i + 1));
    const [since, until] = [all[15]?.listedAt ?? new Date(), all[4]?.listedAt ?? new Date()];
    expect(await searchStories(far, query, 50, null, { since, until })).toEqual(all.slice(5, 16));
  });
});

it('a store from before this index is filled behind the news, newest first, and no edition is made of half of it', async () => {
  const old = await freshDatabase();
  const paper = await seedPublisher(old, { slug: 'bao-a' });
  await seedStory(old, paper, { title: 'Lũ' });
  await sql`insert into story (title, summary, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
    select title || ' thứ ' || n, summary, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at
    from story, generate_series(1, 519) n`.execute(old);
  const { newest } = await old
    .selectFrom('story')
    .select(sql<number>`max(change_id)`.as('newest'))
    .executeTakeFirstOrThrow();
  await writeSetting(old, 'word.change_id', newest);
  await writeSetting(old, 'word.fill_below', newest + 1);
  await addEdition(old, { path: 'tu-khoa/lu/tin-moi', title: 'Lũ', filter: { words: 'lũ' } });
  const changedAt = async () =>
    (await old.selectFrom('edition').select('changed_at').where('words', '=', 'lũ').executeTakeFirstOrThrow())
      .changed_at;
  const before = await changedAt();
  const indexed = async () =>
    (await old.selectFrom('story_word').select('story_id').orderBy('story_id').execute()).map((row) => row.story_id);
  const ended = new AbortController();
  const stopped = { db: old, signal: ended.signal };
  // One batch, then the process ends.
  const first = followStories(stopped);
  ended.abort();
  await first;

  const ids = (await old.selectFrom('story').select('id').orderBy('change_id').execute()).map((row) => row.id);
  expect(await indexed()).toEqual(ids.slice(20));
  expect(await changedAt()).toEqual(before);
  await seedStory(old, paper, { title: 'Lũ mới' });
  await followStories({ db: old, signal });
  expect((await indexed()).length).toBe(521);
  expect(await changedAt()).not.toEqual(before);
  expect(await followStories({ db: old, signal })).toBe(0);
});
