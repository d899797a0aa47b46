// What an editor decided about a story stays as decided: the lead, the headline, what is held; whatever the machine does afterwards.
import { beforeEach, expect, test } from 'vitest';
import { findStoryInside } from '../src/store/desk.ts';
import { holdStory, restoreStory, retitleStory } from '../src/store/desk-withdraw.ts';
import { followStories } from '../src/edition/search-index.ts';
import { leadStories } from '../src/store/cluster.ts';
import { mergeStories } from '../src/store/identity.ts';
import { correctionsOf } from '../src/store/desk-withdraw.ts';
import type { Db } from '../src/store/db.ts';
import { listStoryEvents } from '../src/store/story-event.ts';
import { asStoryWriter } from '../src/store/story-writer.ts';
import { pinLead, splitStory } from '../src/story/edit.ts';
import { settleStories } from '../src/story/write-plan.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';

let db: Db;
let papers: { id: number; slug: string; sourceId: number }[];
const editor = { actor: 'bien-tap', reason: 'Bài đủ ý hơn' };
const at = new Date();
const ctx = () => ({ db, now: () => new Date() });

beforeEach(async () => {
  db = await freshDatabase();
  papers = [await seedPublisher(db), await seedPublisher(db), await seedPublisher(db)];
});

async function threePapers(): Promise<{ id: number; entries: number[] }> {
  const [first, ...others] = papers;
  if (first === undefined) throw new Error('no paper');
  const story = await seedStory(db, first, { title: 'Thông cầu mới', bodyHtml: '<p>Cầu mới.</p>', others });
  const inside = await findStoryInside(db, story.id);
  return { id: story.id, entries: inside?.members.map((member) => member.entryId) ?? [] };
}

const leadOf = async (id: number) =>
  (await db.selectFrom('story').select('lead_entry_id').where('id', '=', id).executeTakeFirstOrThrow()).lead_entry_id;
const titleOf = async (id: number) =>
  (await db.selectFrom('story').select('title').where('id', '=', id).executeTakeFirstOrThrow()).title;
const settle = (id: number) => asStoryWriter(db, (trx) => settleStories(trx, [id], new Date()));

test('a pinned entry leads against every rule, in whatever story it comes to, until it is unpinned', async () => {
  const { id, entries } = await threePapers();
  const [first = 0, second = 0, third = 0] = entries;
  await pinLead(ctx(), id, third, editor);
  expect(await leadOf(id)).toBe(third);
  await settle(id);
  expect(await leadOf(id)).toBe(third);
  expect((await listStoryEvents(db, id)).map(({ kind, actor, entryId }) => [kind, actor, entryId])).toEqual([
    ['lead', 'bien-tap', third],
  ]);

  const { named } = await splitStory(ctx(), id, [second, third], editor);
  expect(await leadOf(named)).toBe(third);
  expect(named).toBe(id);
  await pinLead(ctx(), id, null, editor);
  await settle(id);
  expect([second, third]).toContain(await leadOf(id));
  await expect(pinLead(ctx(), id, first, editor)).rejects.toMatchObject({ code: 'story.not_a_member' });
});

test('an edited headline stays whoever leads, is told with its note, and goes over to the story that takes this one in', async () => {
  const { id, entries } = await threePapers();
  const headline = { title: 'Cầu mới nối đôi bờ', note: 'Tiêu đề của báo dễ hiểu lầm.', by: 'bien-tap', at };
  expect(await retitleStory(db, id, headline)).toMatchObject({ kind: 'done' });
  expect([await titleOf(id), (await correctionsOf(db, [id])).get(id)?.note]).toEqual([headline.title, headline.note]);
  expect((await listStoryEvents(db, id)).at(-1)).toMatchObject({
    kind: 'correct',
    evidence: { from: 'Thông cầu mới', to: headline.title },
  });

  await pinLead(ctx(), id, entries[1] ?? 0, editor);
  const lead = await db
    .selectFrom('entry')
    .select('seen_at')
    .where('id', '=', entries[0] ?? 0)
    .executeTakeFirstOrThrow();
  await leadStories(db, [{ storyId: id, entryId: entries[0] ?? 0, seenAt: lead.seen_at }]);
  expect(await titleOf(id)).toBe(headline.title);

  const older = await seedStory(db, papers[0] ?? { id: 0, sourceId: 0 }, { title: 'Bản tin trước' });
  await asStoryWriter(db, async (trx) => {
    await mergeStories(trx, [{ from: id, into: older.id }]);
    await settleStories(trx, [older.id], new Date());
    await leadStories(trx, [{ storyId: older.id, entryId: entries[0] ?? 0, seenAt: lead.seen_at }]);
  });
  expect(await titleOf(older.id)).toBe(headline.title);
  await retitleStory(db, older.id, { ...headline, title: null });
  expect(await titleOf(older.id)).toBe('Thông cầu mới');
});

test('a story that is held is shown nowhere until it is let go', async () => {
  const { id } = await threePapers();
  const signal = new AbortController().signal;
  await followStories({ db, signal });
  const order = { reason: 'Chờ xác minh', by: 'bien-tap', at };
  const statusOf = async () => (await findStoryInside(db, id))?.status;
  const searched = () => db.selectFrom('story_word').select('story_id').execute();

  expect(await holdStory(db, id, order)).toMatchObject({ kind: 'done', from: 'live' });
  expect([await statusOf(), await searched()]).toEqual(['held', []]);
  await restoreStory(db, id, order);
  await followStories({ db, signal });
  expect([await statusOf(), (await searched()).length]).toEqual(['live', 1]);
  expect((await listStoryEvents(db, id)).map((event) => event.kind)).toEqual(['hold', 'release']);
});

test('an order given inside a transaction is undone with it', async () => {
  const { id } = await threePapers();
  const failing = db.transaction().execute(async (trx) => {
    await holdStory(trx, id, { reason: 'Chờ', by: 'bien-tap', at });
    throw new Error('the audit failed');
  });
  await expect(failing).rejects.toThrow('the audit failed');
  expect((await findStoryInside(db, id))?.status).toBe('live');
});
