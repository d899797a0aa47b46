// Comments in a real browser, with script and without: counted, sent, refused at the field, approved into the open page; nothing foreign runs.
// Screenshots land in test-results/ to be looked at.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../src/store/db.ts';
import { decideComments, listDeskComments } from '../src/store/comment-desk.ts';
import { writeCommentSetting } from '../src/store/comment-setting.ts';
import { afterFile } from './support/cleanup.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import type { TestSite } from './support/site.ts';
import { startTestSite } from './support/site.ts';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? '';
const results = new URL('../test-results/', import.meta.url).pathname;
const corpus = new URL('../../shared/battery/xss-corpus.json', import.meta.url).pathname;
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
const family = '👨‍👩‍👧‍👦';

describe.skipIf(executablePath === '')('comments in a browser', () => {
  let browser: Browser;
  let site: TestSite;
  let db: Db;
  let paper: { id: number; sourceId: number };
  let story: { id: number };
  const open: Page[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    mkdirSync(results, { recursive: true });
    db = await freshDatabase();
    paper = await seedPublisher(db, { name: 'Báo Mẫu', isSample: true });
    site = await startTestSite(db);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    afterFile(() => browser.close());
  });

  beforeEach(async () => {
    await sql`truncate comment, comment_story, comment_setting`.execute(db);
    story = await seedStory(db, paper, { title: 'Bản mới có điện', bodyHtml: '<p>Chữ của bài.</p>' });
    problems.length = 0;
  });

  afterEach(async () => {
    for (const page of open.splice(0)) await page.context().close();
  });

  async function visit(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: desk, locale: 'vi-VN', reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    open.push(page);
    page.on('dialog', (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of (?:422|409|429)/.test(message.text()))
        problems.push(message.text());
    });
    await page.goto(`${site.url}/tin/${story.id}-ban-moi-co-dien`, { waitUntil: 'load' });
    return page;
  }

  async function send(page: Page, body: string, name = 'Lò Thị Mai'): Promise<void> {
    await page.fill('#bl-noi-dung', body);
    await page.fill('#bl-ten', name);
    await page.click('#viet button[type=submit]');
  }

  const all = () => listDeskComments(db, {}, 1_000);
  const approve = async () =>
    decideComments(
      db,
      (await all()).map((one) => one.id),
      { action: 'approve', by: 'bt' },
    );

  async function expectTaken(page: Page, body: string, hasScript: boolean): Promise<void> {
    await expect.poll(async () => (await all()).length, { timeout: 15_000 }).toBe(1);
    const [one] = await all();
    // With script the work was done; without, it says so.
    expect([one?.body, one?.reasons]).toEqual([body.normalize('NFC'), [hasScript ? 'all' : 'plain']]);
    const told = hasScript ? 'Bạn còn 10 phút' : await page.textContent('main');
    expect(told).toContain('Bạn còn 10 phút');
  }

  async function expectTold(page: Page, message: string, kept: string): Promise<void> {
    await expect.poll(() => page.textContent('#bl-loi-noi-dung')).toBe(message);
    expect(await page.getAttribute('#bl-noi-dung', 'aria-invalid')).toBe('true');
    expect(await page.inputValue('#bl-noi-dung')).toBe(kept);
    expect(await all()).toEqual([]);
  }

  it.each([
    [4, 'Bạn vui lòng nhập từ 5 ký tự trở lên'],
    [5, null],
    [500, null],
    [501, 'Bạn vui lòng nhập không quá 500 ký tự'],
  ])(
    'of %d characters are taken or told at the field, with script and without',
    async (length, message) => {
      for (const letter of ['ệ'.normalize('NFD'), family]) {
        for (const javaScriptEnabled of [true, false]) {
          await sql`truncate comment, comment_story`.execute(db);
          const page = await visit({ javaScriptEnabled });
          await send(page, letter.repeat(length));
          const kept = (javaScriptEnabled ? letter : letter.normalize('NFC')).repeat(length);
          await (message === null
            ? expectTaken(page, letter.repeat(length), javaScriptEnabled)
            : expectTold(page, message, kept));
          await page.context().close();
        }
      }
      expect(problems).toEqual([]);
    },
    60_000,
  );

  it('are counted down as a person counts', async () => {
    const page = await visit();
    expect(await page.textContent('#bl-con')).toBe('Bạn còn 500/500 ký tự');
    await page.fill('#bl-noi-dung', `${family}${'ệ'.normalize('NFD')}!`);
    expect(await page.textContent('#bl-con')).toBe('Bạn còn 497/500 ký tự');
  });

  it('appear in the open page when they are approved and go when they are rejected, without a reload', async () => {
    const page = await visit();
    await send(page, '<b onmouseover=alert(1)>Mừng lắm</b>');
    await expect
      .poll(() => page.textContent('[data-note]'), { timeout: 15_000 })
      .toBe('Cảm ơn bạn. Bình luận đang chờ duyệt.');
    expect(await page.textContent('.own')).toBe('Sửa hoặc xoá bình luận của bạn');
    await approve();
    // A page looks again when somebody comes back to it.
    const look = () => page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await expect
      .poll(async () => (await look(), page.locator('.said').allTextContents()), { timeout: 15_000, interval: 500 })
      .toEqual(['<b onmouseover=alert(1)>Mừng lắm</b>']);
    await decideComments(
      db,
      (await all()).map((one) => one.id),
      { action: 'reject', by: 'bt' },
    );
    await expect
      .poll(async () => (await look(), page.locator('.said').count()), { timeout: 15_000, interval: 500 })
      .toBe(0);
    expect(problems).toEqual([]);
  }, 60_000);

  it('of a name with history show at once where the setting says so, and not under that name from elsewhere', async () => {
    await writeCommentSetting(db, { scope: 'publisher', id: paper.id }, { hold: 'unknown' });
    const page = await visit();
    await send(page, 'Ý kiến thứ nhất');
    await expect.poll(() => page.textContent('[data-note]'), { timeout: 15_000 }).toContain('chờ duyệt');
    await approve();
    await send(page, 'Ý kiến thứ hai');
    await expect
      .poll(() => page.textContent('[data-note]'), { timeout: 15_000 })
      .toBe('Cảm ơn bạn. Bình luận đã hiện.');
    expect(await page.locator('.said').first().textContent()).toBe('Ý kiến thứ hai');
    const other = await visit();
    await send(other, 'Tôi mượn tên người khác');
    await expect.poll(() => other.textContent('[data-note]'), { timeout: 15_000 }).toContain('chờ duyệt');
  }, 60_000);

  it('are answered, changed and erased by keyboard alone', async () => {
    const page = await visit();
    await send(page, 'Ý kiến thứ nhất');
    await expect.poll(() => page.textContent('[data-note]'), { timeout: 15_000 }).toContain('chờ duyệt');
    await approve();
    await expect
      .poll(async () => (await page.reload(), page.locator('.do a').count()), { timeout: 15_000, interval: 700 })
      .toBe(1);
    await page.focus('.do a');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('bl-noi-dung');
    expect(await page.textContent('.replying span')).toBe('Trả lời Lò Thị Mai');
    await page.keyboard.type('Tôi trả lời đây');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Lan');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await all()).length, { timeout: 15_000 }).toBe(2);
    expect((await all())[0]).toMatchObject({ name: 'Lan', body: 'Tôi trả lời đây' });
    expect((await all())[0]?.parentId).not.toBeNull();
    await expect.poll(() => page.locator('.own a').count(), { timeout: 15_000 }).toBe(2);
    await page.locator('.own a').last().focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('button[value=xoa]');
    expect(await page.inputValue('#bl-noi-dung')).toBe('Tôi trả lời đây');
    await page.focus('button[value=xoa]');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.textContent('main')).toContain('Đã xoá bình luận của bạn.');
  }, 60_000);

  it('fit a phone and a desk, with long words and threads, with script and without', async () => {
    const page = await visit();
    for (const [body, name] of [
      ['Bà con bản tôi mừng lắm, từ nay trẻ con có đèn học bài.\n\nCảm ơn các anh thợ điện!', 'Lò Thị Mai'],
      ['x'.repeat(400), 'y'.repeat(40)],
      [`Vui quá ${family} `.repeat(8), 'Giàng A Páo'],
    ] as const) {
      await page.reload();
      await send(page, body, name);
      await expect.poll(() => page.textContent('[data-note]'), { timeout: 15_000 }).toContain('chờ duyệt');
    }
    await sql`update comment set parent_id = (select min(id) from comment) where id = (select max(id) from comment)`.execute(
      db,
    );
    await approve();
    for (const [name, viewport] of Object.entries({ phone, desk })) {
      for (const javaScriptEnabled of [true, false]) {
        const look = await visit({ viewport, javaScriptEnabled });
        await expect
          .poll(async () => (await look.reload(), look.locator('.said').count()), { timeout: 15_000, interval: 700 })
          .toBe(3);
        if (javaScriptEnabled) await send(look, 'hay!');
        await look
          .locator('#binh-luan')
          .screenshot({ path: `${results}comments-${name}-${javaScriptEnabled ? 'script' : 'plain'}.png` });
        const box = await look.locator('html').boundingBox();
        expect(box?.width).toBeLessThanOrEqual(viewport.width);
        // Without script nothing can be evaluated; the box above stands for it.
        const width = javaScriptEnabled ? await look.evaluate('document.documentElement.scrollWidth') : viewport.width;
        expect(width).toBe(viewport.width);
      }
    }
    expect(problems).toEqual([]);
  }, 90_000);

  it.skipIf(!existsSync(corpus))(
    'made of hostile strings stay text: nothing runs, nothing becomes markup',
    async () => {
      const { vectors } = JSON.parse(readFileSync(corpus, 'utf8')) as { vectors: { s: string; split: string }[] };
      const hostile = vectors.filter((one) => one.split === 'dev').map((one) => one.s);
      expect(hostile.length).toBeGreaterThan(50);
      const values = hostile.flatMap((s) => [
        { name: 'Mai', body: s },
        { name: s, body: 'Tên là mã' },
      ]);
      await sql`
      insert into comment (story_id, name, body, state, has_proof, address_key, text_hash, shown_at)
      select ${story.id}, name, body, 'shown', true, '\\x00', '\\x00', now()
      from json_to_recordset(${JSON.stringify(values).replaceAll('\\u0000', '')}::json) as d(name text, body text)`.execute(
        db,
      );
      const page = await visit();
      await page.goto(`${site.url}/tin/${story.id}/binh-luan`);
      expect(await page.locator('.c').count()).toBe(Math.min(200, values.length));
      const foreign = 'img,iframe,svg,object,embed,style,form,input,base,meta,video,audio,math,template';
      expect(await page.locator(`.c script, .c :is(${foreign})`).count()).toBe(0);
      for (let before = 200; before < values.length; before += 200) {
        const least = (
          await sql<{ id: number }>`select id from comment order by id desc offset ${before - 1} limit 1`.execute(db)
        ).rows[0]?.id;
        await page.goto(`${site.url}/tin/${story.id}/binh-luan?truoc=${least}`);
        expect(await page.locator(`.c script, .c :is(${foreign})`).count()).toBe(0);
      }
      await page.mouse.move(200, 300);
      await page.waitForLoadState('networkidle');
      expect(problems).toEqual([]);
    },
    60_000,
  );

  it.skipIf(!existsSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)))(
    'have nothing that axe finds fault with',
    async () => {
      const page = await visit({ bypassCSP: true });
      await send(page, 'hay!');
      await page.addScriptTag({ path: new URL('../node_modules/axe-core/axe.min.js', import.meta.url).pathname });
      const found = await page.evaluate(
        'axe.run().then((done) => done.violations.map((one) => one.id + " " + one.nodes[0].html))',
      );
      expect(found).toEqual([]);
    },
  );
});
