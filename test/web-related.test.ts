// Related stories over real HTTP and a real database: the box of a page, the documents, where addresses lead.
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { decidePair } from '../src/store/related.ts';
import type { Db } from '../src/store/db.ts';
import { relateDue } from '../src/story/relate.ts';
import { articles, publishedAt } from './fixtures/related-articles.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite, type TestSite } from './support/site.ts';

const ids = new Map<string, number>();
const idOf = (key: string) => ids.get(key) ?? 0;
const pathOf = (key: string, ending: string) => `/tin/${idOf(key)}/tin-lien-quan.${ending}`;
const { signal } = new AbortController();
let db: Db;
let site: TestSite;
// Ahead of the database's, which stamps what is seeded below.
let clock = Date.now() + 60_000;

// Each look is later than a process keeps anything without asking.
const later = () => {
  clock += 120_000;
};

beforeAll(async () => {
  db = await freshDatabase();
  const paper = await seedPublisher(db, { name: 'Báo Thử <b>', slug: 'bao-thu' });
  for (const article of articles) {
    const { id } = await seedStory(db, paper, {
      title: article.title,
      summary: article.lead,
      bodyHtml: `<p>${article.body}</p>`,
      publishedAt: publishedAt(article),
    });
    ids.set(article.key, id);
  }
  await relateDue({ db, signal });
  site = await startTestSite(db, { now: () => new Date(clock) });
});

test('a story page lists its related stories, says why on request, and announces their feeds', async () => {
  const moved = await site.get(`/tin/${idOf('slide')}`);
  const { text } = await site.get(moved.headers['location'] ?? '');
  const box = /<section class="box related"[\s\S]*?<\/section>/.exec(text)?.[0] ?? '';
  expect([...box.matchAll(/<a href="\/tin\/(\d+)-/g)].map((match) => Number(match[1]))).toEqual(
    ['slide-later', 'slide-again', 'plum'].map(idOf),
  );
  expect([...box.matchAll(/<summary[^>]*>Vì sao\?<\/summary><p>([^<]+)/g)].map((match) => match[1])).toEqual([
    'diễn biến tiếp theo',
    'cùng sự kiện',
    'cùng địa phương: Mộc Châu',
  ]);
  for (const [ending, type] of Object.entries({
    rss: 'application/rss+xml',
    atom: 'application/atom+xml',
    json: 'application/feed+json',
  }))
    expect(text).toMatch(
      new RegExp(
        `<link rel="alternate" type="${type.replace('+', '\\+')}" title="Tin liên quan: [^"]+" href="${publicUrl}${pathOf('slide', ending)}">`,
      ),
    );
});

test('the English page tells reasons in English', async () => {
  const moved = await site.get(`/tin/${idOf('slide')}?lang=en`);
  const { text } = await site.get(moved.headers['location'] ?? '');
  expect(text).toContain('<p>what happened next</p>');
});

test.each(['rss', 'atom', 'json'])(
  'the %s document holds the stories with their reasons and answers 304',
  async (ending) => {
    const first = await site.get(pathOf('slide', ending));
    expect(first.status).toBe(200);
    expect(first.headers['content-type']).toMatch(/^application\/(?:rss\+xml|atom\+xml|feed\+json); charset=utf-8$/);
    expect(first.headers['link']).toBe(`<${publicUrl}${pathOf('slide', ending)}>; rel="self"`);
    const order = ['slide-later', 'slide-again', 'plum'].map((key) => first.text.indexOf(`/tin/${idOf(key)}-`));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(Math.min(...order)).toBeGreaterThan(0);
    for (const reason of ['Diễn biến tiếp theo. ', 'Cùng sự kiện. ', 'Cùng địa phương: Mộc Châu. '])
      expect(first.text).toContain(reason);
    expect(first.text).toContain('Tin liên quan: diễn biến tiếp theo');
    later();
    const again = await site.get(pathOf('slide', ending), { 'If-None-Match': first.headers['etag'] ?? '' });
    expect(again.status).toBe(304);
    const since = await site.get(pathOf('slide', ending), {
      'If-Modified-Since': first.headers['last-modified'] ?? '',
    });
    expect(since.status).toBe(304);
  },
);

test('the JSON document tells relation and score to machines', async () => {
  const { text } = await site.get(pathOf('slide', 'json'));
  const [first] = (JSON.parse(text) as { items: { _quan_he: unknown }[] }).items;
  expect(first?._quan_he).toEqual({
    reason: 'next',
    subject: null,
    text: 'diễn biến tiếp theo',
    score: expect.any(Number) as unknown,
  });
});

test('a document of no related stories is an empty feed', async () => {
  const paper = await seedPublisher(db);
  const { id } = await seedStory(db, paper, { title: 'Zyx wvu' });
  const answer = await site.get(`/tin/${id}/tin-lien-quan.json`);
  expect(answer.status).toBe(200);
  expect((JSON.parse(answer.text) as { items: unknown[] }).items).toEqual([]);
});

test('an editor changes the document, and its validators with it', async () => {
  const before = await site.get(pathOf('match', 'rss'));
  await decidePair(db, { storyIds: [idOf('match'), idOf('price')], verdict: 'pin', actor: 'an' });
  later();
  const after = await site.get(pathOf('match', 'rss'), { 'If-None-Match': before.headers['etag'] ?? '' });
  expect(after.status).toBe(200);
  expect(after.text).toContain('Biên tập viên chọn. ');
});

test('merged leads to its heir, withdrawn is gone, unknown is not found, words after the number are dropped', async () => {
  const paper = await seedPublisher(db);
  const { id: merged } = await seedStory(db, paper, { title: 'Gộp', status: 'merged', mergedInto: idOf('slide') });
  const { id: withdrawn } = await seedStory(db, paper, { title: 'Gỡ', status: 'withdrawn' });
  const { id: hidden } = await seedStory(db, paper, { title: 'Ẩn', status: 'hidden' });
  const look = async (path: string) => {
    const { status, headers } = await site.get(path);
    return [status, headers['location']];
  };
  expect(await look(`/tin/${merged}/tin-lien-quan.atom`)).toEqual([301, pathOf('slide', 'atom')]);
  expect(await look(`/tin/${withdrawn}/tin-lien-quan.atom`)).toEqual([410, undefined]);
  expect(await look(`/tin/${hidden}/tin-lien-quan.atom`)).toEqual([404, undefined]);
  expect(await look('/tin/999999/tin-lien-quan.rss')).toEqual([404, undefined]);
  expect(await look(`/tin/${idOf('slide')}-sat-lo/tin-lien-quan.rss`)).toEqual([301, pathOf('slide', 'rss')]);
  expect(await look(`/tin/${idOf('slide')}/khac.rss`)).toEqual([404, undefined]);
});

test('a story withdrawn leaves the documents of the others', async () => {
  await site.get(pathOf('slide-again', 'json'));
  await sql`update story set status = 'withdrawn', change_id = nextval('story_change') where id = ${idOf('slide-later')}`.execute(
    db,
  );
  later();
  const { text } = await site.get(pathOf('slide-again', 'json'));
  expect(text).not.toContain(`/tin/${idOf('slide-later')}-`);
});
