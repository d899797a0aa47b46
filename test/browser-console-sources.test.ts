// Sources in the console as an editor works on them in a real browser without script: find and mend a broken one, many at once, rules tried.
// Screenshots land in test-results/ to be looked at.
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { releaseDecided } from '../src/source/release.ts';
import { listAudit } from '../src/store/audit.ts';
import { countPollDays } from '../src/store/poll-day.ts';
import { addSource } from '../src/store/source.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { chromiumPath, openDeskBrowser, type Person, phone, plainUrl, signedIn, wide } from './support/desk-browser.ts';
import { rss } from './support/paper.ts';
import { articles, ctx, db, entries, paper, read, subscribe } from './support/polling.ts';
import { startTestSite, type TestSite } from './support/site.ts';

describe.skipIf(chromiumPath === '')('sources in the console', () => {
  let site: TestSite;
  let desk: Awaited<ReturnType<typeof openDeskBrowser>>;
  let editor: Person;
  let admin: Person;

  beforeAll(async () => {
    site = await startTestSite(db, { publicUrl: plainUrl, pictures: [paper.authority] });
    desk = await openDeskBrowser(() => site.url);
    editor = await signedIn(db, 'editor');
    admin = await signedIn(db, 'admin');
  });

  beforeEach(async () => {
    await sql`truncate source_run, source_answer, poll_day, audit`.execute(db);
    desk.problems.length = 0;
  });

  const feed = (count: number) => rss(articles(1, count));
  const pathOf = (url: string) => new URL(url).pathname;
  const actions = async (id: number) =>
    (await listAudit(db, { target: `source:${id}` }, 20, null)).map((line) => line.action);

  it('finds a broken source, sees why, takes the address that its page names, and undoes it', async () => {
    paper.reply('/rss/cu', {
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: `<html><head><link rel="alternate" type="application/rss+xml" href="/rss/moi"></head><body>Không thấy</body></html>`,
    });
    paper.reply('/rss/moi', { body: feed(4) });
    await subscribe('/rss/cu');
    await read();
    const page = await desk.visit(editor, '/quan-tri');

    await page.getByRole('link', { name: /hỏng/ }).click();
    await page.getByRole('link', { name: 'Báo thử' }).click();
    expect(await page.getByText('máy chủ trả lời 404 (không thấy địa chỉ này)').first().isVisible()).toBe(true);
    await page.getByRole('button', { name: /Dùng địa chỉ này/ }).click();
    expect(await page.getByRole('status').textContent()).toContain('Đã lưu');
    expect(pathOf((await db.selectFrom('source').select('url').executeTakeFirstOrThrow()).url)).toBe('/rss/moi');
    await read();
    await page.reload();
    expect(await page.getByText('0 bỏ qua / 0 trùng / 4 mới').isVisible()).toBe(true);
    expect(await page.getByText('tốt', { exact: true }).first().isVisible()).toBe(true);

    await page.getByRole('button', { name: 'Hoàn tác' }).click();
    expect(pathOf((await db.selectFrom('source').select('url').executeTakeFirstOrThrow()).url)).toBe('/rss/cu');
    expect(await actions(1)).toEqual(['source.undo', 'source.move']);
    expect(desk.problems).toEqual([]);
  });

  it('reads many again in turn and shows how far it is', async () => {
    for (const path of ['/a', '/b', '/c']) paper.reply(path, { body: feed(3) });
    paper.reply('/c', { status: 500, body: 'hỏng' });
    await subscribe('/a', '/b', '/c');
    const page = await desk.visit(editor, '/quan-tri');

    for (const box of await page.getByRole('checkbox', { name: /^Chọn Báo thử/ }).all()) await box.check();
    await page.getByRole('button', { name: 'Đọc lại lần lượt' }).click();
    expect(await page.getByText('Đã đọc 0 trong 3 nguồn.').isVisible()).toBe(true);
    expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(1);
    await read();
    await page.reload();
    expect(await page.getByText('Xong: 2 nguồn đọc được, 1 nguồn lỗi.').isVisible()).toBe(true);
    expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  });

  it('pauses, sets a pace and exports what is chosen, and every change is noted', async () => {
    paper.reply('/a', { body: feed(3) });
    await subscribe('/a', '/b');
    const page = await desk.visit(editor, '/quan-tri');
    const all = page.getByRole('checkbox', { name: /Chọn cả 2 nguồn/ });

    await all.check();
    await page.getByRole('button', { name: 'Tạm dừng' }).click();
    expect(await page.getByRole('status').textContent()).toBe('Đã đổi 2 nguồn.');
    await page
      .getByRole('checkbox', { name: /^Chọn Báo thử/ })
      .first()
      .check();
    await page.getByLabel(/Nhịp \(phút/).fill('45');
    await page.getByRole('button', { name: 'Đặt nhịp' }).click();
    const rows = await db.selectFrom('source').select(['is_paused', 'poll_minutes']).orderBy('id').execute();
    expect(rows).toEqual([
      { is_paused: true, poll_minutes: 45 },
      { is_paused: true, poll_minutes: null },
    ]);
    await all.check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Tải OPML' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('nguon-tin.opml');
    expect(await actions(1)).toEqual(['source.pace', 'source.pause']);
    expect(await actions(2)).toEqual(['source.pause']);
  });

  it('deletes only after the words were typed, and only for an admin', async () => {
    await subscribe('/a', '/b');
    const asEditor = await desk.visit(editor, '/quan-tri');
    expect(await asEditor.getByRole('button', { name: 'Xoá…' }).count()).toBe(0);

    const page = await desk.visit(admin, '/quan-tri');
    await page
      .getByRole('checkbox', { name: /^Chọn Báo thử/ })
      .first()
      .check();
    await page.getByRole('button', { name: 'Xoá…' }).click();
    await page.getByLabel('Để xác nhận, gõ lại: xoá 1 nguồn').fill('xoá hết');
    await page.getByRole('button', { name: 'Xoá 1 nguồn' }).click();
    expect(await page.getByText('Chưa đúng. Gõ đúng như bên trên.').isVisible()).toBe(true);
    await page.getByLabel(/Để xác nhận/).fill('Xoá 1 nguồn'.normalize('NFD'));
    await page.getByRole('button', { name: 'Xoá 1 nguồn' }).click();

    expect(await page.getByRole('status').textContent()).toContain('Đã xoá 1 nguồn');
    expect((await db.selectFrom('source').select('id').execute()).length).toBe(1);
  });

  const listPage = (items: string) => `<html><body><main>${items}</main></body></html>`;
  const block = (n: number, tag: string) =>
    `<article class="tin"><${tag}><a href="/thoi-su/bai-so-${n}-10${n}.html">Bài số ${n} về một việc trong tỉnh</a></${tag}><time>22/11/2026 08:0${n}</time></article>`;

  it('tries changed rules on the page that can no longer be read, then saves and applies them', async () => {
    const publisher = await ensurePublisher(db, {
      slug: 'bao-thu',
      name: 'Báo thử',
      siteUrl: `${paper.origin}/`,
      province: '14',
    });
    const rules = { lists: [{ item: 'article.tin', title: 'h3 a', link: 'h3 a@href', date: 'time' }] };
    const url = `${paper.origin}/thoi-su`;
    await addSource(db, { publisherId: publisher.id, url, title: null, section: null, kind: 'listing', rules });
    paper.reply('/robots.txt', { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nAllow: /\n' });
    const html = { 'content-type': 'text/html; charset=utf-8' };
    paper.reply('/thoi-su', { headers: html, body: listPage([1, 2, 3].map((n) => block(n, 'h3')).join('')) });
    await read();
    expect(await entries()).toBe(3);
    const moved = [1, 2, 3, 4].map((n) => block(n, 'h2').replace('class="tin"', 'class="muc"')).join('');
    paper.reply('/thoi-su', { headers: html, body: listPage(moved) });
    await read();
    const page = await desk.visit(editor, '/quan-tri/nguon/1/cach-doc');

    await page.getByLabel('Cách đọc (bộ chọn, đường dẫn JSON)').fill('{"lists": [{"itm": "x"}]}');
    await page.getByRole('button', { name: 'Thử, không lưu' }).click();
    expect(await page.getByText('Cách đọc chưa đúng').isVisible()).toBe(true);
    const wanted = { lists: [{ item: 'article.muc', title: 'h2 a', link: 'h2 a@href', date: 'time' }] };
    await page.getByLabel('Cách đọc (bộ chọn, đường dẫn JSON)').fill(JSON.stringify(wanted));
    await page.getByRole('button', { name: 'Thử, không lưu' }).click();
    expect(await page.getByText(/sau 4 mục/).isVisible()).toBe(true);
    expect(await page.getByText('sẽ là tin mới').count()).toBe(1);
    expect(await page.getByText('đã có trong kho').count()).toBe(3);
    expect((await db.selectFrom('source').select('rules').executeTakeFirstOrThrow()).rules).toEqual(rules);

    await page.getByRole('button', { name: 'Lưu và áp dụng lại' }).click();
    await read();
    expect(await entries()).toBe(4);
    expect(await actions(1)).toEqual(['source.rules']);
  });

  it('decides a held poll at the console, and the river does as it was told', async () => {
    paper.reply('/a', { body: feed(12) });
    await subscribe('/a');
    await read();
    await read();
    // The paper gives every article another id and another address.
    const renamed = articles(1, 12, (n) => ({ guid: `khac-${n}`, link: `${paper.origin}/x/${n}-khac.html` }));
    await sql`insert into held_poll (source_id, items, fresh, twins, url, headers, body, examples)
      values (1, 12, 12, 12, ${`${paper.origin}/a`}, '{"content-type": "application/rss+xml"}', ${Buffer.from(rss(renamed))},
        '[{"fresh": "Bài số 1", "known": "Bài số 1"}]')`.execute(db);
    const page = await desk.visit(editor, '/quan-tri/nguon/1');

    await page.getByRole('button', { name: 'Đúng là tin cũ: chỉ nhận mục thật sự mới' }).click();
    expect(await page.getByText(/đã quyết định; đang làm/).isVisible()).toBe(true);
    expect(await releaseDecided(ctx)).toBe(1);
    await page.reload();

    expect(await page.getByText(/đã quyết định/).count()).toBe(0);
    expect(await entries()).toBe(12);
    expect(await actions(1)).toEqual(['source.held']);
  });

  it('is clean for axe and fits a phone, the list and a page full of everything', async () => {
    paper.reply('/a', { body: feed(12) });
    paper.reply('/b', { status: 404, headers: { 'content-type': 'text/html' }, body: '<script>alert(1)</script>' });
    await subscribe('/a', '/b');
    await read();
    await read();
    await countPollDays(db);
    await sql`insert into gap (source_id, status, note) values (2, 'left', 'no archive and no sitemap')`.execute(db);
    await sql`insert into held_poll (source_id, items, fresh, twins, url, headers, body, examples)
      values (2, 12, 12, 12, 'x', '{}', '', '[{"fresh": "Mới", "known": "Cũ"}]')`.execute(db);
    const edit = await desk.visit(editor, '/quan-tri/nguon/2');
    await edit.getByLabel('Nhịp đọc (phút)').fill('90');
    await edit.getByRole('button', { name: 'Lưu' }).click();

    for (const [path, name] of [
      ['/quan-tri', 'nguon-danh-sach'],
      ['/quan-tri/nguon/2?theo=ngay', 'nguon-hong'],
      ['/quan-tri/nguon/2/cach-doc', 'nguon-cach-doc'],
    ] as const)
      for (const size of [phone, wide])
        expect(await desk.judge(admin, path, size, name), `${path} ${size.width}`).toEqual({
          status: 200,
          faults: [],
          surplus: 0,
        });
    expect(desk.problems).toEqual([]);
  }, 90_000);
});
