// The doors, partners and editions in a real browser without script, as a person goes through them; axe over every screen, at two widths.
// Screenshots land in test-results/ to be looked at.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { wantedEditions } from '../src/edition/editions.ts';
import { followStories } from '../src/edition/search-index.ts';
import type { Db } from '../src/store/db.ts';
import { ensureEditions, findEditionByPath } from '../src/store/edition.ts';
import { makeInvite } from '../src/store/invite.ts';
import { addUsage } from '../src/store/usage.ts';
import { addWebhook } from '../src/store/webhook.ts';
import { insertEvents } from '../src/store/webhook-event.ts';
import { codeOfStep, fromBase32 } from '../src/web/admin/totp.ts';
import { password } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import type { Person } from './support/desk-browser.ts';
import { chromiumPath, openDeskBrowser, phone, plainUrl, signedIn, wide } from './support/desk-browser.ts';
import { seedPartner } from './support/partner.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import type { TestSite } from './support/site.ts';
import { startTestSite } from './support/site.ts';

describe.skipIf(chromiumPath === '')('doors, partners and editions in a browser without script', () => {
  let db: Db;
  let site: TestSite;
  let chief: Person;
  let desk: Awaited<ReturnType<typeof openDeskBrowser>>;
  const nobody: Person = { name: '', cookie: 'x' };

  beforeAll(async () => {
    db = await freshDatabase();
    const paper = await seedPublisher(db, { slug: 'bao-mau', name: 'Báo Mẫu' });
    for (const title of ['Xoài Yên Châu được mùa', 'Thêm một chợ phiên ở Mộc Châu', 'Nông sản Sơn La lên sàn'])
      await seedStory(db, paper, { title, summary: 'Tin ngắn.', province: '14', section: 'kinh-te' });
    await followStories({ db, signal: new AbortController().signal });
    await ensureEditions(db, wantedEditions([{ slug: 'bao-mau', name: 'Báo Mẫu' }]));
    site = await startTestSite(db, { publicUrl: plainUrl });
    chief = await signedIn(db, 'admin');
    desk = await openDeskBrowser(() => site.url);
  }, 60_000);

  beforeEach(() => {
    desk.problems.length = 0;
  });

  it('an invited person makes an account, signs in, turns two-step on, and needs its code from then on', async () => {
    const link = await makeInvite(db, { role: 'editor', accountId: null, hours: 1 }, 'test');
    const page = await desk.visit(nobody, `/quan-tri/moi/${link}`);
    await page.getByLabel('Tên đăng nhập').fill('hoa-ban');
    await page.getByLabel('Mật khẩu mới').fill(password);
    await page.getByLabel('Nhập lại mật khẩu').fill(password);
    await page.getByRole('button', { name: 'Lưu' }).click();
    const enter = async (code: string) => {
      await page.getByLabel('Tên đăng nhập').fill('hoa-ban');
      await page.getByLabel('Mật khẩu').fill(password);
      await page.getByLabel(/^Mã xác thực/).fill(code);
      await page.getByRole('button', { name: 'Đăng nhập' }).click();
    };
    await enter('');
    await page.getByRole('link', { name: 'hoa-ban' }).click();

    expect(await page.locator('svg.qr').isVisible()).toBe(true);
    const key = ((await page.locator('code.key').textContent()) ?? '').replaceAll(' ', '');
    const code = (offset: number) =>
      codeOfStep(fromBase32(key) ?? Buffer.alloc(0), Math.floor(Date.now() / 30_000) + offset);
    const setUp = page.locator('section', { hasText: 'Xác thực hai bước' });
    await setUp.getByLabel('Mã 6 số đang hiện trong ứng dụng').fill(code(0));
    await setUp.getByLabel('Mật khẩu hiện tại').fill(password);
    await setUp.getByRole('button', { name: 'Bật' }).click();
    expect(await page.locator('.codes li').count()).toBe(10);
    const [spare = ''] = await page.locator('.codes code').allTextContents();
    await page.getByRole('link', { name: 'Tôi đã cất các mã' }).click();
    expect(await page.getByText('Còn 10 mã dự phòng.').isVisible()).toBe(true);

    await page.getByRole('button', { name: 'Đăng xuất', exact: true }).click();
    await enter('');
    expect(await page.getByRole('alert').textContent()).toContain('chưa đúng');
    await enter(spare);
    expect(new URL(page.url()).pathname).toBe('/quan-tri');
    await page.context().close();
  }, 60_000);

  it('an admin invites somebody, closes the account and finds it in the log', async () => {
    const page = await desk.visit(chief, '/quan-tri/tai-khoan');
    await page.getByLabel('Quyền').selectOption('moderator');
    await page.getByRole('button', { name: 'Tạo liên kết mời' }).click();
    expect(await page.getByLabel('Liên kết').inputValue()).toMatch(/\/quan-tri\/moi\/[\w-]{43}$/);
    await page.getByRole('link', { name: 'Quay lại danh sách tài khoản' }).click();
    await page.getByRole('link', { name: 'hoa-ban' }).click();
    await page.getByRole('button', { name: 'Khoá', exact: true }).click();
    expect(await page.getByRole('status').textContent()).toContain('Đã lưu thay đổi');

    await page.getByRole('link', { name: 'Nhật ký' }).click();
    await page.getByLabel('Đối tượng').fill('hoa-ban');
    await page.getByLabel('Việc').selectOption('account.change');
    await page.getByRole('button', { name: 'Tìm' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    expect(await page.locator('tbody').textContent()).toContain('isActive: false');
    await page.context().close();
  }, 60_000);

  it('a partner gets a product and a key, and pulls with it', async () => {
    const page = await desk.visit(chief, '/quan-tri/doi-tac');
    await page.getByLabel('Tên trong địa chỉ', { exact: true }).fill('trang-ban');
    await page.getByLabel('Tên', { exact: true }).fill('Trang Ban');
    await page.getByRole('button', { name: 'Thêm đối tác' }).click();
    const products = page.locator('section', { has: page.getByRole('heading', { name: 'Gói', exact: true }) });
    await products.getByLabel('Tên', { exact: true }).fill('chung');
    await products.getByLabel('Tuyển tập', { exact: true }).fill('tin-moi\ntinh/son-la/tin-moi');
    await products.getByRole('button', { name: 'Lưu gói' }).click();
    await page.getByText('4', { exact: true }).or(page.locator('summary')).first().click();
    await page.getByRole('link', { name: 'tinh/son-la/tin-moi · rss' }).click();
    expect(await page.locator('pre').textContent()).toContain('<title>Xoài Yên Châu được mùa</title>');
    await page.getByRole('link', { name: 'Trang Ban' }).click();

    await page.getByLabel('Loại').selectOption('path');
    await page.getByRole('button', { name: 'Cấp khoá' }).click();
    const secret = await page.getByLabel('Khoá mới').inputValue();
    const taken = await fetch(`${site.url}/k/${secret}/tinh/son-la/tin-moi.rss`);
    const same = await fetch(`${site.url}/k/${secret}/tinh/son-la/tin-moi.rss`, {
      headers: { 'if-none-match': taken.headers.get('etag') ?? '' },
    });
    expect([taken.status, (await taken.text()).includes('Nông sản Sơn La'), same.status]).toEqual([200, true, 304]);

    await page.getByRole('link', { name: 'Về trang đối tác' }).click();
    await page.getByRole('button', { name: /^Thu hồi/ }).click();
    expect(await page.getByText('đã thu hồi', { exact: true }).isVisible()).toBe(true);
    await page.context().close();
  }, 60_000);

  it('an edition is looked at, made, and retired by typing its path', async () => {
    const page = await desk.visit(chief, '/quan-tri/tuyen-tap');
    await page.getByRole('link', { name: 'Lập tuyển tập' }).click();
    await page.getByLabel('Tỉnh').selectOption('son-la');
    await page.getByLabel('Chuyên mục').selectOption('kinh-te');
    await page.getByRole('button', { name: 'Xem thử' }).click();
    expect(await page.getByText('Ngay lúc này nguồn cấp có 3 tin').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Lập tuyển tập' }).click();
    const path = 'tinh/son-la/chuyen-muc/kinh-te/tin-moi';
    expect((await findEditionByPath(db, path))?.isRetired).toBe(false);

    await page.getByLabel(/^Để xác nhận/).fill('nhầm');
    await page.getByRole('button', { name: 'Ngừng tuyển tập' }).click();
    expect(await page.getByRole('alert').isVisible()).toBe(true);
    await page.getByLabel(/^Để xác nhận/).fill(path);
    await page.getByRole('button', { name: 'Ngừng tuyển tập' }).click();
    expect(await page.getByText('đã ngừng (410)').isVisible()).toBe(true);
    await expect.poll(async () => (await site.get(`/feeds/${path}.rss`)).status).toBe(410);
    await page.context().close();
  }, 60_000);

  it('every screen is free of faults that axe knows, and fits a phone', async () => {
    const partner = await seedPartner(db);
    await addUsage(
      db,
      [{ partnerId: partner.id, channel: 'rss', requests: 900, notModified: 640, refused: 3, bytes: 4_200_000 }],
      [{ partnerId: partner.id, channel: 'rss', publisherId: 1, stories: 77 }],
    );
    const wanted = {
      partnerId: partner.id,
      name: 'Hook A',
      url: 'https://a.example/hook',
      secret: 'whsec_YQ==',
      editionId: null,
    };
    const hook = await addWebhook(db, { ...wanted, kinds: ['story.published'], show: 'full', images: true });
    await insertEvents(db, [{ webhookId: hook, storyId: 1, kind: 'story.published', changeId: 1 }], []);
    const edition = (await findEditionByPath(db, 'tinh/son-la/tin-moi'))?.id ?? 0;
    const link = await makeInvite(db, { role: 'editor', accountId: null, hours: 1 }, 'test');
    const account = await db.selectFrom('account').select('id').orderBy('id').executeTakeFirstOrThrow();
    const screens: [string, string, Person][] = [
      ['vao', '/quan-tri/vao', nobody],
      ['moi', `/quan-tri/moi/${link}`, nobody],
      ['tai-khoan', '/quan-tri/tai-khoan', chief],
      ['mot-tai-khoan', `/quan-tri/tai-khoan/${account.id}`, chief],
      ['toi', '/quan-tri/tai-khoan/toi', chief],
      ['nhat-ky', '/quan-tri/nhat-ky', chief],
      ['doi-tac', '/quan-tri/doi-tac', chief],
      ['mot-doi-tac', `/quan-tri/doi-tac/${partner.slug}?goi=chung`, chief],
      ['thu-goi', `/quan-tri/doi-tac/${partner.slug}/goi/thu?goi=chung&muc=tin-moi&dang=rss`, chief],
      ['webhook', `/quan-tri/doi-tac/${partner.slug}/webhook/${hook}`, chief],
      ['tuyen-tap', '/quan-tri/tuyen-tap', chief],
      ['mot-tuyen-tap', `/quan-tri/tuyen-tap/${edition}`, chief],
      ['lap-tuyen-tap', '/quan-tri/tuyen-tap/moi?tinh=son-la&chuyen-muc=kinh-te', chief],
    ];
    for (const [name, path, person] of screens)
      for (const viewport of [phone, wide]) {
        const found = await desk.judge(person, path, viewport, `cua-${name}`);
        expect({ name, ...found }).toEqual({ name, status: 200, faults: [], surplus: 0 });
      }
    expect(desk.problems).toEqual([]);
  }, 120_000);
});
