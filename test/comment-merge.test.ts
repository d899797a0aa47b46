// Comments of a story that ended in another are the heir's: shown, counted, fed, decided there, and the old addresses lead to it.
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { publishDue } from '../src/edition/publish.ts';
import { createLog } from '../src/log.ts';
import { addComment } from '../src/store/comment.ts';
import { decideComments, listDeskComments } from '../src/store/comment-desk.ts';
import { closeStoryComments, commentRules } from '../src/store/comment-setting.ts';
import type { Db } from '../src/store/db.ts';
import { requestDocument } from '../src/store/document.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { joinStories } from '../src/story/edit.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite, type TestSite } from './support/site.ts';
import { until } from './support/wait.ts';

let db: Db;
let site: TestSite;
let heir: { id: number };
let gone: { id: number };
const key = Buffer.alloc(16, 1);

async function say(storyId: number, body: string, state: 'shown' | 'held' = 'shown'): Promise<string> {
  const comment = { storyId, parentUid: null, name: 'Lò Thị Mai', body, hasProof: true, addressKey: key };
  const rest = { formerAddressKey: null, writerKey: null, textHash: Buffer.from(body) };
  const taken = await addComment(db, { ...comment, ...rest }, () =>
    state === 'shown' ? { kind: 'shown' } : { kind: 'held', reasons: ['all'] },
  );
  return taken?.uid ?? '';
}

const merge = () => joinStories({ db, now: () => new Date() }, gone.id, heir.id, { actor: 'bien-tap', reason: null });

beforeEach(async () => {
  db = await freshDatabase();
  site = await startTestSite(db);
  const paper = await seedPublisher(db, { isSample: true });
  heir = await seedStory(db, paper, { title: 'Thông cầu mới' });
  gone = await seedStory(db, paper, { title: 'Cầu mới đã thông' });
});

test('the heir shows and counts both, also what waited for a moderator', async () => {
  await say(heir.id, 'Ý kiến thứ nhất');
  await say(gone.id, 'Ý kiến thứ hai');
  await say(gone.id, 'Ý kiến còn chờ', 'held');
  await merge();

  const rule = (await commentRules(db, [heir.id, gone.id], '')).get(heir.id);
  expect([rule?.shown, rule?.isClosed]).toEqual([2, false]);
  const page = (await site.get(`/tin/${heir.id}/binh-luan`)).text;
  expect(['Ý kiến thứ nhất', 'Ý kiến thứ hai', 'Ý kiến còn chờ'].map((text) => page.includes(text))).toEqual([
    true,
    true,
    false,
  ]);
  const held = await listDeskComments(db, { state: 'held' }, 10);
  expect(held.map((one) => [one.storyId, one.storyTitle])).toEqual([[heir.id, 'Thông cầu mới']]);
  await decideComments(
    db,
    held.map((one) => one.id),
    { action: 'approve', by: 'bt' },
  );
  expect((await commentRules(db, [heir.id], '')).get(heir.id)?.shown).toBe(3);
});

test('old addresses of comments lead to the heir: the page, the list, every feed, and one’s own comment', async () => {
  const uid = await say(gone.id, 'Ý kiến thứ hai');
  await merge();

  for (const path of ['', '/danh-sach', '.rss', '.atom', '.json', `/${uid}?k=abc`]) {
    const { status, headers } = await site.get(`/tin/${gone.id}/binh-luan${path}`);
    expect([path, status, headers['location']]).toEqual([path, 301, `/tin/${heir.id}/binh-luan${path}`]);
  }
  const posted = await fetch(`${site.url}/tin/${gone.id}/binh-luan`, { method: 'POST', redirect: 'manual' });
  expect([posted.status, posted.headers.get('location')]).toEqual([307, `/tin/${heir.id}/binh-luan`]);
  expect((await site.get(`/tin/${heir.id}/binh-luan.rss`)).text).toContain('Ý kiến thứ hai');
});

test('feeds tell the heir’s count of both', async () => {
  await say(heir.id, 'Ý kiến thứ nhất');
  await say(gone.id, 'Ý kiến thứ hai');
  await ensureEditions(db, [{ path: 'tin-moi', title: 'Tin mới', filter: {} }]);
  const edition = await db.selectFrom('edition').select('id').executeTakeFirstOrThrow();
  await requestDocument(db, edition.id, 'rss');
  const log = createLog({ level: 'error', isTerminal: false });
  const publish = () =>
    publishDue({ db, now: () => new Date(), log, signal: new AbortController().signal, config: { publicUrl } });
  await publish();
  await merge();
  await sql`update document set due_at = now() where due_at is not null`.execute(db);
  await publish();

  await until(async () => (await site.get('/feeds/tin-moi.rss')).text.includes('<slash:comments>2</slash:comments>'));
  expect((await site.get('/feeds/tin-moi.rss')).text).not.toContain(`/tin/${gone.id}-`);
});

test('an heir is closed when either was, and a story’s comments survive merges one after the other', async () => {
  await say(gone.id, 'Ý kiến thứ hai');
  await closeStoryComments(db, gone.id, true);
  await merge();
  const first = await seedStory(db, await seedPublisher(db, { isSample: true }), { title: 'Tin đầu tiên' });
  await joinStories({ db, now: () => new Date() }, heir.id, first.id, { actor: 'bien-tap', reason: null });

  const rule = (await commentRules(db, [heir.id], '')).get(heir.id);
  expect([rule?.shown, rule?.isClosed]).toEqual([1, true]);
  expect(await db.selectFrom('comment_story').select('story_id').execute()).toEqual([{ story_id: heir.id }]);
});

test('a comment that comes in while its story ends in another is the heir’s', async () => {
  const waiting: Promise<string>[] = [];
  await db.transaction().execute(async (trx) => {
    await joinStories({ db: trx, now: () => new Date() }, gone.id, heir.id, { actor: 'bien-tap', reason: null });
    waiting.push(say(gone.id, 'Gửi đúng lúc gộp'));
    // The comment is at the door when the merge ends.
    await until(async () => {
      const locks = await sql<{ n: number }>`
        select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        db,
      );
      return (locks.rows[0]?.n ?? 0) > 0;
    });
  });
  await Promise.all(waiting);

  expect(await db.selectFrom('comment').select('story_id').execute()).toEqual([{ story_id: heir.id }]);
});
