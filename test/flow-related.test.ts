// Stories → the index → lists in a real database: made when asked for, both ways, undisturbed by what is not material.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDb } from '../src/store/db.ts';
import { decidePair, findPairs, forgetPair } from '../src/store/related.ts';
import { refitStories } from '../src/store/story-fit.ts';
import { addPostings, findPostings, readIndexState, resetIndex } from '../src/store/term.ts';
import { relateDue } from '../src/story/relate.ts';
import { relatedForText, relatedOf, relatedStoriesOf } from '../src/story/related-answer.ts';
import { compactKey } from '../src/text/compact-key.ts';
import { reasonText } from '../src/text/reason.ts';
import { articleOf, articles, publishedAt } from './fixtures/related-articles.ts';
import { openTestDb } from './support/database.ts';
import { seedStory } from './support/seed.ts';
import {
  addStories,
  addStory,
  changeStory,
  ctx,
  db,
  everyKey,
  follow,
  idOf,
  keys,
  ownPaper,
  rewrite,
  saidBy,
  url,
  wait,
} from './support/related.ts';

const answerOf = async (key: string) => {
  // Within a minute a process does not ask again for what it was told: each look here is a minute after the last.
  wait(61_000);
  return relatedOf(ctx, idOf(key));
};
const listOf = async (key: string) => saidBy((await answerOf(key))?.places);

test('a list that was not made ahead is made when it is asked for', async () => {
  await addStories(everyKey);
  expect(await relateDue(ctx)).toBe(articles.length);
  expect((await sql`select from related_list`.execute(db)).rows).toHaveLength(0);
  expect(await listOf('slide')).toEqual(['slide-later: next', 'slide-again: event', 'plum: place']);
  expect((await listOf('match'))?.slice(0, 2)).toEqual(['match-again: event', 'scholar: person']);
  expect((await sql`select from related_list`.execute(db)).rows).toHaveLength(2);
  expect(await relateDue(ctx)).toBe(0);
});

test('a new story enters the list of the older one it follows up, and other lists keep their date', async () => {
  await addStories(everyKey.filter((key) => key !== 'slide-later'));
  await relateDue(ctx);
  const before = { slide: await answerOf('slide'), match: await answerOf('match') };
  await addStory('slide-later');
  await follow();
  const after = { slide: await answerOf('slide'), match: await answerOf('match') };
  expect(after.slide?.places[0]).toMatchObject({ relatedId: idOf('slide-later'), reason: 'next' });
  expect(after.slide?.changedAt?.getTime()).toBeGreaterThan(before.slide?.changedAt?.getTime() ?? Infinity);
  expect(after.match).toEqual(before.match);
});

test('a story that changes nothing of its words rewrites neither index nor list', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  await answerOf('slide');
  const read = async () =>
    (
      await sql`select xmin::text, term from term_posting union all select xmin::text, story_id from related_list
        union all select xmin::text, story_id from story_vector order by 2, 1`.execute(db)
    ).rows;
  const before = await read();
  await changeStory('plum', "section = 'kinh-te'");
  expect(await relateDue(ctx)).toBe(0);
  await answerOf('slide');
  expect(await read()).toEqual(before);
});

test('words that change give the story another list', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  await listOf('plum');
  await rewrite('plum', 'match');
  await follow();
  expect((await listOf('plum'))?.[0]).toBe('match-again: event');
});

test('a story that is not live leaves every list at once, and has none', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  await listOf('slide');
  await changeStory('slide-later', "status = 'withdrawn'");
  expect((await relatedOf(ctx, idOf('slide')))?.places.map((place) => keys.get(place.relatedId))).toEqual([
    'slide-again',
    'plum',
  ]);
  expect(await relatedOf(ctx, idOf('slide-later'))).toBeNull();
  await relateDue(ctx);
  expect(await listOf('slide-again')).not.toContain('slide-later: next');
});

test('a story that ceased to be live is not in a first list either, though it is in the index still', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  await changeStory('slide-later', "status = 'withdrawn'");
  expect(await listOf('slide')).toEqual(['slide-again: event', 'plum: place']);
});

test('a first list and its stories take five statements, one of them while the list is kept', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  const asked: string[] = [];
  const counting = openDb(url, { max: 2, onQuery: (statement) => asked.push(statement) });
  const found = await relatedStoriesOf({ ...ctx, db: counting }, idOf('slide'));
  await counting.destroy();
  expect(found?.stories.map((one) => one.story.id)).toEqual(['slide-later', 'slide-again', 'plum'].map(idOf));
  expect(asked.length).toBe(5);
});

test('a story that was merged gives its place to the one it became', async () => {
  await addStories(['slide', 'slide-later', 'plum', 'match', 'price', 'bus']);
  await relateDue(ctx);
  expect((await listOf('slide'))?.[0]).toBe('slide-later: next');
  const twin = await addStory('slide-later');
  const older = [...keys].find(([id, key]) => key === 'slide-later' && id !== twin)?.[0] ?? 0;
  await sql`update story set status = 'merged', merged_into = ${older}, change_id = nextval('story_change') where id = ${twin}`.execute(
    db,
  );
  await relateDue(ctx);
  wait(61_000);
  const places = (await relatedOf(ctx, idOf('slide')))?.places.map((place) => place.relatedId);
  expect(places).toContain(older);
  expect(places).not.toContain(twin);
});

test('editors pin and ban pairs for both stories, and what they said of a merged one counts for its heir', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  await listOf('slide');
  await decidePair(db, { storyIds: [idOf('slide'), idOf('slide-later')], verdict: 'ban', actor: 'an' });
  await decidePair(db, { storyIds: [idOf('price'), idOf('slide')], verdict: 'pin', actor: 'an' });
  expect((await relatedOf(ctx, idOf('slide')))?.places.map((place) => keys.get(place.relatedId))).toEqual([
    'price',
    'slide-again',
    'plum',
  ]);
  expect((await listOf('price'))?.[0]).toBe('slide: pick');
  expect(await listOf('slide-later')).not.toContain('slide: before');

  const heir = await addStory('price');
  await sql`update story set status = 'merged', merged_into = ${heir}, change_id = nextval('story_change') where title = ${articleOf('price').title} and id <> ${heir}`.execute(
    db,
  );
  expect((await findPairs(db, idOf('slide'))).toSorted((a, b) => b.storyId - a.storyId)).toEqual([
    { storyId: heir, verdict: 'pin' },
    { storyId: idOf('slide-later'), verdict: 'ban' },
  ]);
  expect(await findPairs(db, heir)).toEqual([{ storyId: idOf('slide'), verdict: 'pin' }]);

  expect(await forgetPair(db, [idOf('slide-later'), idOf('slide')])).toBe(true);
  expect(await forgetPair(db, [idOf('slide-later'), idOf('slide')])).toBe(false);
  expect((await listOf('slide'))?.slice(0, 2)).toEqual(['price: pick', 'slide-later: next']);
});

test('a story is answered before it is filed', async () => {
  await addStories(['slide', 'match', 'price']);
  await relateDue(ctx);
  await addStory('slide-again');
  expect(await listOf('slide-again')).toEqual(['slide: event']);
});

test('a text that is not stored is answered by its words, one that is by its address', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  const { title, lead, body } = articleOf('match-again');
  const asked = { title, html: `<p>${lead}</p><p>${body}</p>`, publishedAt: publishedAt(articleOf('match-again')) };
  const byWords = await relatedForText(ctx, asked);
  expect(byWords).toMatchObject({ storyId: null, changedAt: null });
  // Its stored copy is left out.
  expect(byWords.places.map((place) => keys.get(place.relatedId))).toEqual(
    (await answerOf('match-again'))?.places.map((place) => keys.get(place.relatedId)),
  );

  const host = `${ownPaper().slug}.example`;
  await sql`insert into entry_key (publisher_id, key, entry_id, seen_at)
    select ${ownPaper().id}, ${compactKey(`u:https://${host}/tin/7`)}, entry_id, seen_at from story_entry where story_id = ${idOf('slide')}`.execute(
    db,
  );
  const byAddress = await relatedForText(ctx, { title: '?', url: `http://www.${host}/tin/7?utm_source=x` });
  expect(byAddress.storyId).toBe(idOf('slide'));
  expect(byAddress.places).toEqual((await answerOf('slide'))?.places);
  expect((await relatedForText(ctx, { title: '', text: '' })).places).toEqual([]);
});

test('a story that names another province is listed there too, as long as it names it', async () => {
  const { id } = await seedStory(db, ownPaper(), { title: 'Cam Hà Giang về chợ Thanh Hóa', province: '38' });
  const fits = async () =>
    (
      await sql<{ value: string }>`select value from story_fit where story_id = ${id} and kind = 'province'`.execute(db)
    ).rows.map((row) => row.value);
  expect(await relateDue(ctx)).toBe(1);
  expect(await fits()).toEqual(['08']);
  // The change that came of it is met once more, and changes nothing.
  const changes = () => sql`select max(change_id) from story`.execute(db);
  const before = (await changes()).rows;
  expect(await relateDue(ctx)).toBe(0);
  expect((await changes()).rows).toEqual(before);
  await refitStories(db, [id]);
  expect(await fits()).toEqual(['08']);
  await sql`update story set title = 'Cam về chợ Thanh Hóa', change_id = nextval('story_change') where id = ${id}`.execute(
    db,
  );
  await relateDue(ctx);
  expect(await fits()).toEqual([]);
});

test('filing waits while an import waits for clustering', async () => {
  await addStories(['slide']);
  await sql`insert into cluster_due (entry_id, seen_at) select n, now() from generate_series(1, 500) n`.execute(db);
  expect(await relateDue(ctx)).toBe(0);
  await sql`delete from cluster_due where entry_id > 499`.execute(db);
  expect(await relateDue(ctx)).toBe(1);
});

test('filing waits while an import under way founds stories by the hundred', async () => {
  await addStories(['slide']);
  expect(await relateDue(ctx)).toBe(1);
  await addStories(['slide-again']);
  // As after five hundred more changes; they ended before the next tick.
  await sql`select setval('story_change', (select last_value + 600 from story_change))`.execute(db);
  await addStories(['slide-later']);
  expect([await relateDue(ctx), await relateDue(ctx)]).toEqual([0, 2]);
});

test('a batch that fails is taken again', async () => {
  await addStories(['slide', 'slide-again']);
  await sql`alter table story_vector add constraint test_never check (story_id < 0)`.execute(db);
  await expect(relateDue(ctx)).rejects.toThrow('test_never');
  await sql`alter table story_vector drop constraint test_never`.execute(db);
  expect(await relateDue(ctx)).toBe(2);
  expect((await readIndexState(db)).total).toBe(2);
});

test('two writers at once do the work once; another process takes over counters and index', async () => {
  await addStories(everyKey.filter((key) => key !== 'slide-again'));
  const other = { ...ctx, db: openTestDb(url) };
  const [one, two] = await Promise.all([relateDue(ctx), relateDue(other)]);
  expect(one + two).toBe(everyKey.length - 1);
  await addStory('slide-again');
  expect(await relateDue(other)).toBe(1);
  expect((await relatedOf(other, idOf('slide-again')))?.places.length).toBeGreaterThan(0);
});

test('the index can be built anew from the stories', async () => {
  await addStories(everyKey);
  await relateDue(ctx);
  const before = await listOf('slide');
  await resetIndex(db);
  await sql`truncate related_list`.execute(db);
  expect(await relateDue(ctx)).toBe(articles.length);
  expect(await listOf('slide')).toEqual(before);
});

test('a posting keeps the newest 128 stories', async () => {
  const stories = (from: number, count: number) => {
    const bytes = Buffer.alloc(count * 6);
    for (let i = 0; i < count; i++) bytes.writeUIntLE(from + i, i * 6, 6);
    return bytes;
  };
  await addPostings(db, [{ term: -5, stories: stories(1, 100) }]);
  await addPostings(db, [{ term: -5, stories: stories(101, 50) }]);
  expect(await findPostings(db, Int32Array.from([-5, 6]))).toEqual([{ term: -5, stories: stories(23, 128) }]);
  await addPostings(db, [{ term: -5, stories: stories(1_000, 200) }]);
  expect(await findPostings(db, Int32Array.from([-5]))).toEqual([{ term: -5, stories: stories(1_072, 128) }]);
});

test('a reason reads as Vietnamese or English, one of a later version as a topic', () => {
  expect(reasonText({ kind: 'place', subject: 'Mộc Châu' })).toBe('cùng địa phương: Mộc Châu');
  expect(reasonText({ kind: 'next', subject: null }, 'en')).toBe('what happened next');
  expect(reasonText({ kind: 'of tomorrow', subject: null })).toBe('cùng chủ đề');
});
