// The moderators' room in a real browser: twenty comments by keyboard; one by one, by sender and undone without script; words and settings.
// Screenshots land in test-results/ to be looked at.
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { searchAudit } from '../src/store/audit.ts';
import { addComment } from '../src/store/comment.ts';
import { listDeskComments } from '../src/store/comment-desk.ts';
import { commentRules, listCommentWords, readCommentSetting } from '../src/store/comment-setting.ts';
import type { Db } from '../src/store/db.ts';
import { freshDatabase } from './support/database.ts';
import { chromiumPath, openDeskBrowser, type Person, phone, plainUrl, signedIn, wide } from './support/desk-browser.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite, type TestSite } from './support/site.ts';

describe.skipIf(chromiumPath === '')('moderation in the console', () => {
  let db: Db;
  let site: TestSite;
  let desk: Awaited<ReturnType<typeof openDeskBrowser>>;
  let moderator: Person;
  let story: { id: number };
  let paper: { id: number; slug: string; sourceId: number };

  beforeAll(async () => {
    db = await freshDatabase();
    site = await startTestSite(db, { publicUrl: plainUrl });
    desk = await openDeskBrowser(() => site.url);
    moderator = await signedIn(db, 'moderator');
    paper = await seedPublisher(db, { name: 'Báo Mẫu', isSample: true });
    story = await seedStory(db, paper, { title: 'Bản mới có điện' });
  });

  beforeEach(async () => {
    await sql`truncate comment, comment_story, comment_setting, comment_decision, audit`.execute(db);
    desk.problems.length = 0;
  });

  async function say(count: number, sender = 1, reasons: string[] = ['all']): Promise<void> {
    for (let n = 1; n <= count; n++) {
      const body = `Ý kiến số ${n} của người ${sender}`;
      const comment = { storyId: story.id, parentUid: null, name: `Lò Thị ${n}`, body, hasProof: true };
      const keys = { addressKey: Buffer.alloc(16, sender), formerAddressKey: null, writerKey: null };
      await addComment(db, { ...comment, ...keys, textHash: Buffer.from(body) }, () => ({ kind: 'held', reasons }));
    }
  }

  const count = async (state: 'held' | 'shown' | 'rejected') => (await listDeskComments(db, { state }, 100)).length;
  const counts = async () => [await count('held'), await count('shown'), await count('rejected')];

  it('moderates twenty comments by keyboard as fast as keys are pressed, and takes the last one back', async () => {
    await say(20);
    const page = await desk.visit(moderator, '/quan-tri/binh-luan', { javaScriptEnabled: true });
    expect(await page.locator('[data-keys-help]').isVisible()).toBe(true);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement.querySelector("h2").textContent')).toBe('Lò Thị 2');
    await page.keyboard.press('r');
    await page.keyboard.press('k');
    for (let n = 0; n < 19; n++) await page.keyboard.press(n % 5 === 4 ? 'r' : 'a');
    await expect.poll(counts, { timeout: 15_000 }).toEqual([0, 16, 4]);
    const rejected = (await listDeskComments(db, { state: 'rejected' }, 100)).map((one) => one.name);
    expect(rejected).toContain('Lò Thị 2');
    await page.waitForSelector('.empty');
    await page.keyboard.press('u');
    await expect.poll(counts, { timeout: 15_000 }).toEqual([1, 15, 4]);
    const log = await searchAudit(db, moderator.name, 100, null);
    expect(log.filter((line) => line.action.startsWith('comment.'))).toHaveLength(21);
    expect(desk.problems).toEqual([]);
  }, 40_000);

  it('keeps a comment in its place when the session has ended, and says so', async () => {
    await say(1);
    const page = await desk.visit(moderator, '/quan-tri/binh-luan', { javaScriptEnabled: true });
    await page.context().clearCookies();
    await page.keyboard.press('a');
    await expect.poll(() => page.textContent('[data-said]')).toContain('Chưa ghi được');
    expect(await page.locator('[data-comment]:not([aria-busy])').count()).toBe(1);
    expect(await counts()).toEqual([1, 0, 0]);
  });

  it('approves, rejects, rejects all by one sender, and undoes, without script', async () => {
    await say(2, 1, ['links', 'plain']);
    await say(3, 2);
    const page = await desk.visit(moderator, '/quan-tri/binh-luan');
    const told = (await page.textContent('main')) ?? '';
    expect(told).toContain('có liên kết hoặc số điện thoại');
    expect(told).toContain('Vì sao chờ: duyệt từng bình luận (3), có liên kết hoặc số điện thoại (2)');
    await page.click('button[name=duyet] >> nth=0');
    expect(await page.textContent('p.good')).toBe('Đã duyệt 1 bình luận.');
    await page.click('button[name=tu-choi-nguoi] >> nth=-1');
    expect(await page.textContent('p.good')).toBe('Đã từ chối 3 bình luận.');
    expect(await counts()).toEqual([1, 1, 3]);
    await page.click('section button:has-text("Hoàn tác") >> nth=0');
    expect(await page.textContent('p.good')).toBe('Đã hoàn tác; 3 bình luận trở lại như trước.');
    expect(await counts()).toEqual([4, 1, 0]);
    await page.check('input[name=chon] >> nth=0');
    await page.check('input[name=chon] >> nth=1');
    await page.click('button[value=tu-choi-chon]');
    expect(await counts()).toEqual([2, 1, 2]);
    await page.click('.tabs a:has-text("Đã từ chối")');
    expect(await page.locator('[data-comment]').count()).toBe(2);
    await page.click('text=người gửi >> nth=0');
    expect(await page.textContent('p.note:not(.keys)')).toContain('Chỉ xem: người gửi');
  });

  it('lets a shown comment appear on the page and be counted', async () => {
    await say(1);
    const page = await desk.visit(moderator, `/quan-tri/binh-luan?tin=${story.id}`);
    await page.click('button[name=duyet]');
    expect(page.url()).toContain(`tin=${story.id}`);
    expect((await site.get(`/tin/${story.id}/binh-luan`)).text).toContain('Ý kiến số 1');
  });

  it('edits the forbidden words', async () => {
    const page = await desk.visit(moderator, '/quan-tri/binh-luan/tu-cam');
    await page.fill('textarea', 'Vay   Nhanh\nđánh bạc\n\nvay nhanh');
    await page.click('button[value=them]');
    expect(await page.textContent('[role=status]')).toBe('Đã thêm 2 từ.');
    await page.click('button[aria-label="Bỏ từ đánh bạc"]');
    const words = await listCommentWords(db);
    expect([words.includes('vay nhanh'), words.includes('đánh bạc')]).toEqual([true, false]);
    expect((await searchAudit(db, 'comment', 10, null)).map((line) => line.action)).toEqual([
      'comment.word_remove',
      'comment.word_add',
      'comment.word_add',
    ]);
  });

  it('sets where comments are offered, held and closed: for the site, a paper, a story', async () => {
    const page = await desk.visit(moderator, '/quan-tri/binh-luan/cai-dat');
    await page.selectOption('select[name=trang-giu]', 'unknown');
    await page.fill('input[name=trang-ngay]', '30');
    await page.click('section:has(#toan-trang) button');
    expect(await readCommentSetting(db, { scope: 'site', id: 0 })).toMatchObject({ hold: 'unknown', closeDays: 30 });
    await page.selectOption('select[name=bao]', paper.slug);
    await page.click('text=Mở cài đặt của báo');
    await page.selectOption('select[name=bao-cho]', '0');
    await page.click('section:has(#mot-bao) button.main');
    expect(await readCommentSetting(db, { scope: 'publisher', id: paper.id })).toMatchObject({ isOffered: false });
    expect(await page.textContent('table')).toContain('báo Báo Mẫu');
    await page.fill('input[name=tin]', String(story.id));
    await page.click('button[name=dong][value="1"]');
    expect((await commentRules(db, [story.id], '')).get(story.id)?.isClosed).toBe(true);
    expect(await page.textContent('section:has(#tin-da-dong)')).toContain('Bản mới có điện');
    await page.fill('input[name=trang-ngay]', '99999');
    await page.click('section:has(#toan-trang) button');
    expect(await page.textContent('[role=alert]')).toBe('Số ngày từ 0 đến 36500.');
  });

  it('is closed to viewers’ hands, and a viewer sees the queue', async () => {
    await say(1);
    const viewer = await signedIn(db, 'viewer');
    const page = await desk.visit(viewer, '/quan-tri/binh-luan');
    expect(await page.locator('[data-comment]').count()).toBe(1);
    expect(await page.locator('main button').count()).toBe(0);
    const post = await page.request.post(`${site.url}/quan-tri/binh-luan`, { form: { duyet: '1' } });
    expect([post.status(), await count('held')]).toEqual([403, 1]);
  });

  it('has nothing that axe finds fault with, and fits a phone and a desk', async () => {
    await say(3, 1, ['links', 'plain', 'shouting']);
    const page = await desk.visit(moderator, '/quan-tri/binh-luan');
    await page.click('button[name=duyet] >> nth=0');
    for (const [name, path] of [
      ['queue', '/quan-tri/binh-luan'],
      ['words', '/quan-tri/binh-luan/tu-cam'],
      ['rules', '/quan-tri/binh-luan/cai-dat'],
    ] as const)
      for (const viewport of [phone, wide]) {
        const judged = await desk.judge(moderator, path, viewport, `desk-comments-${name}`);
        expect({ path, ...judged }).toEqual({ path, status: 200, faults: [], surplus: 0 });
      }
  }, 120_000);
});
