import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { releaseHeld } from '../src/source/release.ts';
import { listGaps } from '../src/store/gap.ts';
import { listHeld } from '../src/store/held.ts';
import { findTwins, mayHaveTwins } from '../src/store/twin.ts';
import type { Item } from './support/paper.ts';
import { rss } from './support/paper.ts';
import {
  article,
  articles,
  ctx,
  db,
  entries,
  health,
  hoursAgo,
  lastPoll,
  now,
  paper,
  read,
  subscribe,
} from './support/polling.ts';

test('a paper that changes all guids, addresses and dates at once brings nothing new, and goes on', async () => {
  await subscribe('/a');
  paper.reply('/a', { body: rss(articles(1, 10)) });
  expect(await read()).toMatchObject({ created: 10 });
  const moved = (n: number) => ({ guid: `moi-${n}`, link: `https://bao-moi.example/?p=${n}`, date: now });
  paper.reply('/a', { body: rss(articles(1, 10, moved)) });
  expect(await read()).toEqual({ created: 0, changed: 0, failed: 0 });
  expect((await lastPoll())?.note).toContain('10 known articles under other names');
  expect(await listGaps(db, 10)).toEqual([]);
  paper.reply('/a', {
    body: rss([article(20, { guid: 'moi-20', link: 'https://bao-moi.example/?p=20' }), ...articles(1, 9, moved)]),
  });
  expect(await read()).toMatchObject({ created: 1 });
  expect(await entries()).toBe(11);
});

test('a second feed of a paper with copies under addresses of their own brings them all; the feed that replaces a dead one brings nothing', async () => {
  await subscribe('/w1', '/w2');
  paper.reply('/w1', { body: rss(articles(1, 8)) });
  paper.reply('/w2', {
    body: rss(articles(1, 8, (n) => ({ guid: `muc-${n}`, link: `${paper.origin}/muc/${n}-77.html` }))),
  });
  expect(await read()).toMatchObject({ created: 16 });
  await sql`update source set is_paused = true`.execute(db);
  await subscribe('/w3');
  paper.reply('/w3', {
    body: rss(articles(1, 8, (n) => ({ guid: `moi-${n}`, link: `https://bao-moi.example/?p=${n}` }))),
  });
  expect(await read()).toMatchObject({ created: 0, failed: 0 });
});

const bare = (n: number): Partial<Item> => ({ body: '', guid: `tran-${n}`, link: '' });
const jumped = (n: number): Partial<Item> => ({ body: '', guid: `nhay-${n}`, link: '', date: now });

test('headlines that come back under other names and dates are held, shown, and let in as known', async () => {
  await subscribe('/b');
  paper.reply('/b', { body: rss(articles(1, 8, bare)) });
  expect(await read()).toMatchObject({ created: 8 });
  paper.reply('/b', { body: rss([article(30, jumped(30)), ...articles(1, 8, jumped)]) });
  expect(await read()).toMatchObject({ created: 0, failed: 0 });
  expect(await lastPoll()).toMatchObject({ outcome: 'held' });
  expect(await listHeld(db, 10)).toMatchObject([{ fresh: 9, twins: 8, items: 9, publisherSlug: 'bao-thu' }]);
  expect(await health()).toEqual(['slow']);
  expect(await releaseHeld(ctx, 1, 'same')).toEqual({ created: 1, renamed: 8, dropped: 0 });
  expect(await listHeld(db, 10)).toEqual([]);
  expect(await read()).toMatchObject({ created: 0 });
  expect(await entries()).toBe(9);
});

test('a held poll may be let in as news, or dropped for good', async () => {
  await subscribe('/c');
  paper.reply('/c', { body: rss(articles(1, 8, bare)) });
  await read();
  paper.reply('/c', { body: rss(articles(1, 8, jumped)) });
  await read();
  expect(await releaseHeld(ctx, 1, 'drop')).toEqual({ created: 0, renamed: 0, dropped: 8 });
  expect(await releaseHeld(ctx, 1, 'drop')).toBeNull();
  paper.reply('/c', { body: rss(articles(1, 8, (n) => ({ ...jumped(n), category: 'sửa' }))) });
  expect(await read()).toMatchObject({ created: 0, changed: 0 });
  const again = (n: number): Partial<Item> => ({ ...jumped(n), guid: `nua-${n}`, date: hoursAgo(n + 0.5) });
  paper.reply('/c', { body: rss(articles(1, 8, again)) });
  await read();
  expect(await releaseHeld(ctx, 1, 'new')).toEqual({ created: 8, renamed: 0, dropped: 0 });
});

test('a daily column with its usual headlines is news', async () => {
  await subscribe('/d');
  const column = (day: number) =>
    Array.from({ length: 8 }, (_, n) => ({
      title: `Giá nông sản ${n}`,
      link: `${paper.origin}/gia/${day}-${n}-7${n}.html`,
      date: hoursAgo(24 * (2 - day) + n / 10 + 1),
      body: `<p>Giá ngày ${day}: cà phê ${110_000 + day * 731 + n} đồng, hồ tiêu ${140_000 + day * 377} đồng một ki-lô-gam, so với hôm trước tăng nhẹ.</p>`,
    }));
  paper.reply('/d', { body: rss(column(1)) });
  await read();
  paper.reply('/d', { body: rss(column(2)) });
  expect(await read()).toMatchObject({ created: 8 });
});

test('there is something to compare with once the feed itself, or one that is not read any more, has brought articles', async () => {
  await subscribe('/x1', '/x2');
  const sources = await db.selectFrom('source').select(['id', 'publisher_id as publisherId']).orderBy('id').execute();
  const like = { titles: ['Bài số 1'], summaries: [], paths: [] };
  const answers = () =>
    Promise.all(
      sources.map(async (source) => [await mayHaveTwins(db, source), (await findTwins(db, source, like)).length]),
    );
  expect(await answers()).toEqual([
    [false, 0],
    [false, 0],
  ]);
  paper.reply('/x1', { body: rss(articles(1, 3)) });
  paper.reply('/x2', { body: rss([]) });
  await read();
  expect(await answers()).toEqual([
    [true, 1],
    [false, 0],
  ]);
  await sql`update source set is_paused = true where url like '%/x1'`.execute(db);
  expect(await answers()).toEqual([
    [true, 1],
    [true, 1],
  ]);
});
