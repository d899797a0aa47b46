// A story that is taken back is out of every document, page and memory within seconds, and told of where that is wanted.
import { beforeEach, describe, expect, it } from 'vitest';
import { publishDue } from '../src/edition/publish.ts';
import { followStories } from '../src/edition/search-index.ts';
import { createLog } from '../src/log.ts';
import type { Db } from '../src/store/db.ts';
import { correctStory, hideStory, restoreStory, withdrawStory } from '../src/store/desk-withdraw.ts';
import { claimDueDocuments, requestDocument, saveDocument } from '../src/store/document.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { listStoryEvents } from '../src/store/story-event.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite, type TestSite } from './support/site.ts';
import { until } from './support/wait.ts';

let db: Db;
let site: TestSite;
let story: { id: number; uid: string };
let other: { id: number; uid: string };
const signal = new AbortController().signal;
const order = { reason: 'Báo gỡ bài', by: 'bien-tap', at: new Date(Date.now() - 7_200_000) };
const publish = () =>
  publishDue({
    db,
    now: () => new Date(),
    log: createLog({ level: 'error', isTerminal: false }),
    signal,
    config: { publicUrl },
  });

const shown = [
  '/',
  '/tinh/son-la',
  '/feeds/tin-moi.rss',
  '/feeds/tin-moi.atom',
  '/feeds/tin-moi.json',
  '/feeds/tim-kiem.rss?q=c%E1%BA%A7u',
];

beforeEach(async () => {
  db = await freshDatabase();
  site = await startTestSite(db);
  const paper = await seedPublisher(db, { province: '14' });
  await ensureEditions(db, [{ path: 'tin-moi', title: 'Tin mới', filter: {} }]);
  const publishedAt = new Date(Date.now() - 7_200_000);
  story = await seedStory(db, paper, { title: 'Thông cầu mới', province: '14', publishedAt });
  other = await seedStory(db, paper, { title: 'Cầu cũ vẫn dùng', province: '14', publishedAt });
  // Both stood for two hours; that this sets their date back is no revision.
  await db.updateTable('story').set({ changed_at: publishedAt }).execute();
  await db.deleteFrom('story_revision').execute();
  const edition = await db.selectFrom('edition').select('id').executeTakeFirstOrThrow();
  await requestDocument(db, edition.id, 'partner');
  await publish();
  await followStories({ db, signal });
});

const where = async (text: string) => {
  const found: string[] = [];
  for (const path of shown) if ((await site.get(path)).text.includes(text)) found.push(path);
  return found;
};

describe('a withdrawn story', () => {
  it('is out of all feeds, lists and searches of a running site within 5 s, and its page is 410', async () => {
    expect(await where('Thông cầu mới')).toEqual(shown);
    expect((await site.get(`/tin/${story.id}-thong-cau-moi`)).status).toBe(200);
    const began = performance.now();

    expect(await withdrawStory(db, story.id, order)).toMatchObject({ kind: 'done', documents: 4 });
    await publish();
    await until(
      async () => (await where('Thông cầu mới')).length === 0 && (await where('Cầu cũ')).length === shown.length,
    );

    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await site.get(`/tin/${story.id}-thong-cau-moi`)).status).toBe(410);
  });

  it('leaves a tombstone in the partners’ Atom and nowhere else', async () => {
    await withdrawStory(db, story.id, order);
    await publish();

    const partner = (await site.get('/feeds/doi-tac/tin-moi.atom')).text;
    expect(partner).toContain(`<at:deleted-entry ref="urn:uuid:${story.uid}"`);
    expect(partner).toContain('<at:comment>Báo gỡ bài</at:comment>');
    expect((await site.get('/feeds/tin-moi.atom')).text).not.toContain('deleted-entry');
  });

  it('is written down with the hand that did it and the minutes it took', async () => {
    await withdrawStory(db, story.id, order);

    const [event] = await listStoryEvents(db, story.id);
    const evidence = event?.evidence as { minutes: number } | undefined;
    expect(event).toMatchObject({
      kind: 'withdraw',
      actor: 'bien-tap',
      reason: 'Báo gỡ bài',
      evidence: { documents: 4 },
    });
    // It was asked for two hours ago.
    expect(evidence?.minutes).toBeCloseTo(120, -1);
  });

  it('does not come back with a document that was being rendered meanwhile', async () => {
    await db.updateTable('document').set({ due_at: new Date() }).where('format', '=', 'rss').execute();
    const [claim] = await claimDueDocuments(db, { limit: 1, leaseSeconds: 60 });
    if (claim === undefined) throw new Error('nothing due');
    const rendered = {
      body: Buffer.from('old'),
      etag: '"old"',
      lastModified: new Date(),
      storyIds: [story.id, other.id],
    };
    await withdrawStory(db, story.id, order);

    expect(await saveDocument(db, claim, rendered)).toBe(false);
  });

  it('comes back under its own id when it is restored', async () => {
    await withdrawStory(db, story.id, order);
    await publish();
    expect(await restoreStory(db, story.id, { ...order, reason: 'Nhầm' })).toMatchObject({
      kind: 'done',
      from: 'withdrawn',
    });
    await publish();
    await followStories({ db, signal });

    await until(async () => (await where(`urn:uuid:${story.uid}`)).length === 4);
    expect((await site.get('/feeds/doi-tac/tin-moi.atom')).text).not.toContain('deleted-entry');
  });

  it('is done once, and a merged or unknown one is said to be so', async () => {
    await withdrawStory(db, story.id, order);

    expect(await withdrawStory(db, story.id, order)).toEqual({ kind: 'already', from: 'withdrawn' });
    expect(await withdrawStory(db, 999_999, order)).toEqual({ kind: 'missing' });
    await db.updateTable('story').set({ status: 'merged', merged_into: story.id }).where('id', '=', other.id).execute();
    expect(await hideStory(db, other.id, order)).toEqual({ kind: 'merged', into: story.id });
  });
});

it('a hidden story is gone without a word', async () => {
  await hideStory(db, story.id, order);
  await publish();

  await until(async () => (await where('Thông cầu mới')).length === 0);
  expect((await site.get(`/tin/${story.id}-thong-cau-moi`)).status).toBe(404);
  expect((await site.get('/feeds/doi-tac/tin-moi.atom')).text).not.toContain('deleted-entry');
});

it('a correction is told in the item, moves its date of change, and keeps what the story said before', async () => {
  const updated = (text: string) =>
    /<updated>([^<]+)<\/updated>\s*<author>/.exec(text.slice(text.indexOf(story.uid)))?.[1];
  const before = updated((await site.get('/feeds/tin-moi.atom')).text);
  await correctStory(db, story.id, { note: 'Cầu dài 60 m, không phải 600 m.', by: 'bien-tap', at: new Date() });
  await publish();

  await until(async () => (await site.get('/feeds/tin-moi.atom')).text.includes('Cầu dài 60 m'));
  const feed = (await site.get('/feeds/tin-moi.atom')).text;
  expect(feed).toContain('Đính chính');
  await until(async () => (await site.get(`/tin/${story.id}-thong-cau-moi`)).text.includes('Cầu dài 60 m'));
  expect(updated(feed)).not.toBe(before);
  const revisions = await db.selectFrom('story_revision').select(['story_id', 'revision', 'title']).execute();
  expect(revisions).toEqual([{ story_id: story.id, revision: 1, title: 'Thông cầu mới' }]);
});
