// Lists of related stories made ahead, in a real database: behind the news, once, followed by what comes later, and answered as they stand.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDb } from '../src/store/db.ts';
import { decidePair } from '../src/store/related.ts';
import { addDue } from '../src/store/related-due.ts';
import { listDue } from '../src/story/relate-ahead.ts';
import { relateDue } from '../src/story/relate.ts';
import { relatedOf, relatedStoriesOf } from '../src/story/related-answer.ts';
import { openTestDb } from './support/database.ts';
import { until } from './support/wait.ts';
import {
  addStories,
  changeStory,
  ctx,
  db,
  everyKey,
  follow,
  idOf,
  keys,
  rewrite,
  saidBy,
  url,
} from './support/related.ts';

const waiting = async () =>
  (await sql<{ id: number }>`select story_id as id from related_due order by 1`.execute(db)).rows.map(
    ({ id }) => keys.get(id) ?? '?',
  );
type Row = { id: number; changedAt: Date; compared: number; places: { relatedId: number; reason: string }[] };
const stored = async (key: string) =>
  (
    await sql<Row>`select story_id as id, changed_at as "changedAt", compared, places from related_list where story_id = ${idOf(key)}`.execute(
      db,
    )
  ).rows[0];
const storedList = async (key: string) => saidBy((await stored(key))?.places);

test('lists made ahead say what those say that are made when somebody asks', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  const asked = new Map<string, unknown>();
  for (const key of everyKey) asked.set(key, (await relatedOf(ctx, idOf(key)))?.places);
  await sql`truncate related_list`.execute(db);
  expect(await listDue(ctx)).toBe(everyKey.length);
  for (const key of everyKey) expect((await stored(key))?.places).toEqual(asked.get(key));
  expect(await waiting()).toEqual([]);
  expect(await listDue(ctx)).toBe(0);
});

test('a list made ahead is answered with its stories by one statement', async () => {
  await addStories(everyKey);
  await follow();
  const asked: string[] = [];
  const counting = openDb(url, { max: 2, onQuery: (statement) => asked.push(statement) });
  const found = await relatedStoriesOf({ ...ctx, db: counting }, idOf('slide'));
  await counting.destroy();
  expect(found?.own?.id).toBe(idOf('slide'));
  expect(found?.stories.map((one) => one.story.id)).toEqual(['slide-later', 'slide-again', 'plum'].map(idOf));
  expect(found?.changedAt).toEqual((await stored('slide'))?.changedAt);
  expect(asked.length).toBe(1);
});

test('a new story enters the lists of those it names without anybody reading them, and others keep their date', async () => {
  await addStories(everyKey.filter((key) => key !== 'slide-later'));
  await follow();
  const before = { slide: await stored('slide'), match: await stored('match') };
  await addStories(['slide-later']);
  expect(await follow()).toBeGreaterThan(1);
  expect((await storedList('slide'))?.[0]).toBe('slide-later: next');
  expect((await stored('slide'))?.changedAt.getTime()).toBeGreaterThan(before.slide?.changedAt.getTime() ?? Infinity);
  expect(await stored('match')).toEqual(before.match);
  expect(await waiting()).toEqual([]);
});

test('a list that may be behind is answered as it stands, and compared behind the answer', async () => {
  await addStories(everyKey.filter((key) => key !== 'slide-later'));
  await follow();
  await addStories(['slide-later']);
  await relateDue(ctx);
  await sql`truncate related_due`.execute(db);
  const stands = await relatedStoriesOf(ctx, idOf('slide'));
  expect(stands?.stories.map((one) => one.story.id)).toEqual(['slide-again', 'plum'].map(idOf));
  await until(async () => (await waiting()).includes('slide'));
  expect(await listDue(ctx)).toBe(1);
  const compared = await relatedStoriesOf(ctx, idOf('slide'));
  expect(compared?.stories[0]).toMatchObject({ relatedId: idOf('slide-later'), reason: 'next' });
});

test('a list of the release before is compared before it is answered', async () => {
  await addStories(everyKey.filter((key) => key !== 'slide-later'));
  await follow();
  await addStories(['slide-later']);
  await relateDue(ctx);
  await sql`update related_list set compared = 0`.execute(db);
  expect((await relatedStoriesOf(ctx, idOf('slide')))?.stories[0]).toMatchObject({ relatedId: idOf('slide-later') });
  expect((await stored('slide'))?.compared).toBeGreaterThan(0);
});

test('a list that says the same keeps its date when it is compared', async () => {
  await addStories(everyKey);
  await follow();
  const before = await stored('slide');
  await changeStory('plum', "title = 'Mận Mộc Châu vào vụ'");
  await relateDue(ctx);
  await addDue(db, [idOf('slide')]);
  await listDue(ctx);
  const after = await stored('slide');
  expect(after).toEqual({ ...before, compared: after?.compared });
  expect(after?.compared).toBeGreaterThan(before?.compared ?? Infinity);
});

test('words that change give the story another list', async () => {
  await addStories(everyKey);
  await follow();
  await rewrite('plum', 'match');
  await follow();
  expect((await storedList('plum'))?.[0]).toBe('match-again: event');
});

test('what is not live any more is neither given a list nor put into one', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  await changeStory('slide-later', "status = 'withdrawn'");
  await listDue(ctx);
  expect(await stored('slide-later')).toBeUndefined();
  expect(await storedList('slide')).toEqual(['slide-again: event', 'plum: place']);
  await changeStory('slide-again', "status = 'hidden'");
  expect((await relatedStoriesOf(ctx, idOf('slide')))?.stories.map((one) => one.story.id)).toEqual([idOf('plum')]);
});

test('editors have the last word in a list made ahead and in one that stands', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  await decidePair(db, { storyIds: [idOf('slide'), idOf('slide-later')], verdict: 'ban', actor: 'an' });
  await listDue(ctx);
  expect(await storedList('slide')).toEqual(['slide-again: event', 'plum: place']);
  await decidePair(db, { storyIds: [idOf('match'), idOf('price')], verdict: 'pin', actor: 'an' });
  expect((await relatedStoriesOf(ctx, idOf('match')))?.stories[0]).toMatchObject({ relatedId: idOf('price') });
});

test('lists wait while an import waits for clustering, and while filing is behind', async () => {
  await addStories(['slide', 'slide-again']);
  await relateDue(ctx);
  await sql`insert into cluster_due (entry_id, seen_at) select n, now() from generate_series(1, 500) n`.execute(db);
  expect(await listDue(ctx)).toBe(0);
  await sql`truncate cluster_due`.execute(db);
  await sql`update related_state set filed = filed - 500`.execute(db);
  expect(await listDue(ctx)).toBe(0);
  await sql`update related_state set filed = filed + 500`.execute(db);
  expect(await listDue(ctx)).toBe(2);
});

test('a batch that fails is taken again', async () => {
  await addStories(['slide', 'slide-again']);
  await relateDue(ctx);
  await sql`alter table related_list add constraint test_never check (story_id < 0)`.execute(db);
  await expect(listDue(ctx)).rejects.toThrow('test_never');
  await sql`alter table related_list drop constraint test_never`.execute(db);
  expect(await listDue(ctx)).toBe(2);
});

test('of two processes at once each list is made by one, and filing beside them loses none', async () => {
  await addStories(everyKey.filter((key) => key !== 'slide-later'));
  await relateDue(ctx);
  await addStories(['slide-later']);
  const other = { ...ctx, db: openTestDb(url) };
  const [one, two] = await Promise.all([listDue(ctx), listDue(other), relateDue(other)]);
  expect(one + two).toBeGreaterThanOrEqual(everyKey.length - 1);
  await listDue(ctx);
  expect((await storedList('slide'))?.[0]).toBe('slide-later: next');
  expect(await storedList('slide-later')).toContain('slide: before');
});
