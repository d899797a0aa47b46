// Sources and papers in the console as an admin works on them in a real browser: a site's address to a saved source, selectors by mouse and by
// keyboard, rights seen in the feed, a list imported. Screenshots land in test-results/ to be looked at.
import { writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishDue } from '../src/edition/publish.ts';
import { createLog } from '../src/log.ts';
import type { Db } from '../src/store/db.ts';
import { requestDocument } from '../src/store/document.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { freshDatabase } from './support/database.ts';
import { chromiumPath, openDeskBrowser, type Person, plainUrl, results, signedIn } from './support/desk-browser.ts';
import { openPaper, type Paper, rss } from './support/paper.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite, type TestSite } from './support/site.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };

describe.skipIf(chromiumPath === '')('adding sources in the console', () => {
  let db: Db;
  let site: TestSite;
  let paper: Paper;
  let desk: Awaited<ReturnType<typeof openDeskBrowser>>;
  let admin: Person;

  const items = (from = 1) =>
    [0, 1, 2, 3].map((n) => ({
      title: `Bản Mường đón điện lưới mùa thứ ${from + n}`,
      link: `${paper.origin}/tin/ban-muong-don-dien-${8000 + from + n}.html`,
      date: new Date(Date.now() - n * 3_600_000),
    }));
  // A page without a feed, as hostile as it likes: whatever it names must stay unasked by the admin's browser.
  const page =
    () => `<html><head><title>Báo không có nguồn tin</title><link rel="stylesheet" href="${paper.origin}/la.css">
<script>parent.postMessage({ number: 1 }, '*'); fetch('${paper.origin}/la.js');</script></head><body onload="fetch('${paper.origin}/la.js')">
<ul class="menu"><li><a href="/a.html">Trang chủ</a></li><li><a href="/b.html">Liên hệ</a></li></ul><div class="ds">${[
      1, 2, 3, 4, 5,
    ]
      .map(
        (n) =>
          `<div class="bai"><a href="/tin/cho-phien-vung-cao-${900 + n}.html"><img src="${paper.origin}/la-${n}.png" alt="Chợ phiên"></a><h3 class="td"><a href="/tin/cho-phien-vung-cao-${900 + n}.html">Chợ phiên vùng cao họp lại sau mùa mưa lần ${n}</a></h3><span class="nguoi">Lò Văn ${n}</span><p class="gt">Bà con các bản mang nông sản xuống chợ từ sớm, hàng quán đông vui lần thứ ${n}.</p><em class="luc">0${n}:15 2${n}/11/2026</em></div>`,
      )
      .join('')}</div></body></html>`;

  beforeAll(async () => {
    db = await freshDatabase();
    await ensurePartitions(db);
    paper = await openPaper();
    site = await startTestSite(db, { publicUrl: plainUrl, pictures: [paper.authority] });
    desk = await openDeskBrowser(() => site.url);
    admin = await signedIn(db, 'admin');
    paper.reply('/', {
      headers: html,
      body: '<html><head><title>Báo Sơn La thử</title><link rel="alternate" type="application/rss+xml" title="Tin mới" href="/tin-moi.rss"></head><body><p>Chào</p></body></html>',
    });
    paper.reply('/tin-moi.rss', { body: rss(items()) });
    paper.reply('/muc', { headers: html, body: page() });
  });

  beforeEach(async () => {
    await sql`truncate publisher, source, entry, story, story_entry, story_fit, edition, document, desk_work, host restart identity cascade`.execute(
      db,
    );
    paper.requests.length = 0;
    desk.problems.length = 0;
  });

  const sources = async () =>
    (
      await sql<{
        url: string;
        kind: string;
        rules: { lists?: object[] } | null;
      }>`select url, kind, rules from source order by id`.execute(db)
    ).rows;

  async function openBuilder(options: { javaScriptEnabled: boolean }): Promise<Page> {
    const screen = await desk.visit(admin, '/quan-tri/nguon/chon', options);
    await screen.fill('[name=dia_chi]', `${paper.origin}/muc`);
    await screen.click('text=Mở trang');
    await screen.waitForSelector('#anh-chup', { timeout: 15_000 });
    return screen;
  }
  const pictured = (screen: Page, name: string) => screen.screenshot({ path: `${results}${name}.png`, fullPage: true });

  it('takes a source from a site’s address to saved in under a minute, without script', async () => {
    const startedAt = performance.now();
    const screen = await desk.visit(admin, '/quan-tri/nguon/them');
    await screen.fill('[name=dia_chi]', paper.origin);
    await screen.click('button:has-text("Tìm nguồn")');
    await screen.click('text=Chọn nguồn này', { timeout: 20_000 });
    await screen.selectOption('[name=tinh]', { label: 'Sơn La' });
    await screen.click('text=Thêm nguồn này');
    await screen.waitForSelector('text=Đã thêm nguồn cho');
    await screen.context().close();

    expect(performance.now() - startedAt).toBeLessThan(60_000);
    expect(await sources()).toMatchObject([{ url: `${paper.origin}/tin-moi.rss`, kind: 'syndication' }]);
  });

  it('builds selectors with the mouse: one click finds the list, another mends a field, nothing of the page runs or is asked', async () => {
    const screen = await openBuilder({ javaScriptEnabled: true });
    const asked: string[] = [];
    screen.on('request', (request) => asked.push(request.url()));
    await screen.click('button:has-text("Thêm danh sách")');
    await screen.waitForSelector('#viec [name=item][value=""], #viec [name=item]:not([value])');
    const frame = screen.frameLocator('#anh-chup');
    await frame.locator('text=sau mùa mưa lần 3').click();
    await screen.waitForSelector('#viec h2:has-text("5 bài tìm thấy")');
    await screen.check('[name=o][value=summary]');
    await frame.locator('text=Lò Văn 2').click();
    await screen.waitForSelector('#viec [name=summary][value=".nguoi"]');
    await frame.locator('[data-m~="item"]').nth(4).waitFor();
    await pictured(screen, 'chon-bo-chon-1280');
    const rows = await screen.locator('#viec tbody tr').count();
    await screen.click('text=Dùng bộ chọn này');
    await screen.click('text=Thêm nguồn này');
    await screen.waitForSelector('text=Đã thêm nguồn cho');
    await screen.context().close();

    expect(rows).toBe(5);
    expect(asked.every((url) => url.startsWith(site.url))).toBe(true);
    expect(paper.requests.map((one) => one.path).filter((path) => path.startsWith('/la'))).toEqual([]);
    expect(await sources()).toMatchObject([{ kind: 'listing', url: `${paper.origin}/muc` }]);
    expect((await sources())[0]?.rules?.lists).toContainEqual(expect.objectContaining({ summary: '.nguoi' }));
    expect(desk.problems).toEqual([]);
  });

  it('builds selectors by keyboard alone', async () => {
    const screen = await openBuilder({ javaScriptEnabled: true });
    const frame = screen.frameLocator('#anh-chup');
    await frame.locator('#trang').focus();
    // Down to a headline, by what is announced.
    for (let step = 0; step < 12; step++) {
      if ((await frame.locator('#noi').textContent())?.includes('lần 1')) break;
      await screen.keyboard.press('ArrowDown');
    }
    await screen.keyboard.press('ArrowLeft');
    await screen.keyboard.press('Enter');
    await screen.locator('#noi:has-text("5 bài tìm thấy")').waitFor({ state: 'attached' });
    await screen.check('[name=o][value=date]');
    await frame.locator('#trang').focus();
    for (let step = 0; step < 12; step++) {
      if ((await frame.locator('#noi').textContent())?.startsWith('em.luc')) break;
      await screen.keyboard.press('ArrowDown');
    }
    await screen.keyboard.press('Enter');
    await screen.waitForSelector('#viec [name=date][value=".luc"]');
    await screen.focus('[value=luu]');
    await screen.keyboard.press('Enter');
    await screen.waitForSelector('text=Thêm nguồn này');
    await screen.context().close();

    expect(desk.problems).toEqual([]);
  });

  it('builds selectors without script: typed, tried, used', async () => {
    const screen = await openBuilder({ javaScriptEnabled: false });
    await screen.fill('[name=item]', '.bai');
    await screen.fill('[name=summary]', 'p[');
    await screen.click('#viec fieldset >> text=Xem thử');
    await screen.waitForSelector('text=Có bộ chọn chưa đúng cú pháp');
    await screen.fill('[name=summary]', '.nguoi');
    await screen.click('#viec fieldset >> text=Xem thử');
    await screen.waitForSelector('text=Lò Văn 5');
    await screen.click('text=Dùng bộ chọn này');
    await screen.click('text=Thêm nguồn này');
    await screen.waitForSelector('text=Đã thêm nguồn cho');
    await screen.context().close();

    expect((await sources())[0]?.rules?.lists).toEqual([{ item: '.bai', summary: '.nguoi', ...kept }]);
  });
  // What was guessed at first and not touched stays.
  const kept = { title: '.td', date: '.luc', image: 'img' };

  it('changes what a paper allows, and its feed follows', async () => {
    const seeded = await seedPublisher(db, { name: 'Báo Mẫu', slug: 'bao-mau', rights: { show: 'full' } });
    await seedStory(db, seeded, {
      title: 'Cầu mới thông xe',
      summary: 'Sapo dài của bài báo về cây cầu mới.',
      bodyHtml: '<p>Thân bài kể chuyện cây cầu.</p>',
    });
    await ensureEditions(db, [{ path: 'tin-moi', title: 'Tin mới', filter: {} }]);
    const [edition] = (await sql<{ id: number }>`select id from edition where path = 'tin-moi'`.execute(db)).rows;
    const feed = async () => {
      await requestDocument(db, edition?.id ?? 0, 'rss');
      await publishDue({
        db,
        now: () => new Date(),
        log: createLog({ level: 'silent', isTerminal: false }),
        signal: new AbortController().signal,
        config: { publicUrl: plainUrl },
      });
      const found = await sql<{
        body: Buffer;
      }>`select body from document where edition_id = ${edition?.id} and format = 'rss'`.execute(db);
      return found.rows[0]?.body.toString() ?? '';
    };
    const before = await feed();
    const screen = await desk.visit(admin, '/quan-tri/to-bao');
    await screen.click('text=Báo Mẫu');
    await screen.selectOption('[name=quyen]', 'headline');
    await screen.fill('[name=so_thoa_thuan]', '12/TT-2026');
    await screen.click('#quyen button');
    await screen.waitForSelector('text=Đã lưu');
    const after = await feed();
    await screen.context().close();

    expect(before).toContain('Thân bài kể chuyện');
    expect(after).toContain('Cầu mới thông xe');
    expect(after).not.toContain('Thân bài kể chuyện');
    expect(after).not.toContain('Sapo dài');
  });

  it('imports a list and tells of each row', async () => {
    const path = `${results}nguon.opml`;
    writeFileSync(
      path,
      `<opml version="2.0"><body><outline text="Sơn La"><outline text="Báo thử" xmlUrl="${paper.origin}/tin-moi.rss"/><outline text="Hỏng" xmlUrl="${paper.origin}/khong-co.rss"/></outline></body></opml>`,
    );
    const screen = await desk.visit(admin, '/quan-tri/nguon/nhap');
    await screen.setInputFiles('[name=tep]', path);
    await screen.click('main button:has-text("Nhập")');
    await screen.waitForSelector('h1:has-text("Kết quả nhập")', { timeout: 20_000 });
    const told = await screen.textContent('main');
    await pictured(screen, 'nhap-ket-qua');
    await screen.context().close();

    expect(told).toContain('đã thêm');
    expect(told).toContain('hỏng, không thêm');
    expect(await sources()).toHaveLength(1);
  });
});
