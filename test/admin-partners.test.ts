// The partners' room over HTTP on a real database: made, given products and keys, watched, and what its secrets open.
import { expect, test } from 'vitest';
import { listAudit } from '../src/store/audit.ts';
import { setAgreement } from '../src/store/publisher.ts';
import { noAgreement } from '../src/store/agreement.ts';
import { addUsage } from '../src/store/usage.ts';
import { insertEvents } from '../src/store/webhook-event.ts';
import { disableWebhook, listWebhooks } from '../src/store/webhook.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { wantedEditions } from '../src/edition/editions.ts';
import { makePerson, openBrowserless, sessionOf, tokenOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite } from './support/site.ts';

const db = await freshDatabase();
const site = await startTestSite(db);
const { get, post, send, signIn } = openBrowserless(site.url);
const room = '/quan-tri/doi-tac';
const one = `${room}/trang-a`;

const paper = await seedPublisher(db, { slug: 'bao-mau', name: 'Báo Mẫu' });
await seedStory(db, paper, {
  title: 'Cầu mới qua sông',
  summary: 'Sáng nay thông xe.',
  bodyHtml: '<p>Toàn văn bài cầu.</p>',
});
await ensureEditions(db, wantedEditions([{ slug: 'bao-mau', name: 'Báo Mẫu' }]));
await makePerson(db, 'truong-phong');
await makePerson(db, 'bien-tap', 'editor');
const chief = sessionOf(await signIn('truong-phong'));
const editor = sessionOf(await signIn('bien-tap'));

/** Fields of a form that may be sent several times over. */
const post2 = async (path: string, fields: [string, string][]) => {
  const token = tokenOf(await (await get(one, chief)).text());
  const body = new URLSearchParams([['_csrf', token], ...fields]);
  const headers = { cookie: chief, origin: 'https://tin.example', 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(`${site.url}${path}`, { method: 'POST', headers, body, redirect: 'manual' });
};
const product: [string, string][] = [
  ['ten_goi', 'chung'],
  ['muc', 'https://tin.example/feeds/tin-moi.rss\n'],
  ['muc_quyen', 'headline'],
  ['dang', 'api'],
  ['dang', 'rss'],
  ['dang', 'google'],
];

test('a partner is made once, with a product of editions that exist', async () => {
  const fields = { ten_ngan: 'trang-a', ten: 'Trang A', lien_he: '', phut: '50', ngay: '1000' };
  expect((await send(room, room, { ...fields, ten_ngan: 'Trang A!' }, chief)).status).toBe(400);
  expect((await send(room, room, fields, chief)).headers.get('location')).toBe(`${one}?da=luu`);
  expect((await send(room, room, fields, chief)).status).toBe(409);

  const odd = await post2(`${one}/goi`, [
    ['ten_goi', 'chung'],
    ['muc', 'khong-co'],
    ['muc_quyen', 'full'],
    ['dang', 'rss'],
  ]);
  expect([odd.status, (await odd.text()).includes('Không có tuyển tập: khong-co')]).toEqual([400, true]);
  expect((await post2(`${one}/goi`, product)).status).toBe(303);
  expect(await (await get(one, editor)).text()).toContain('tin-moi · google');
});

test('a key is shown once, opens what the product says, and nothing after it was revoked', async () => {
  const shown = await (
    await send(one, `${one}/khoa`, { loai: 'key', ghi_chu: 'máy chủ', so_ngay: '30' }, chief)
  ).text();
  const key = /value="(tt_[\w-]{43})"/.exec(shown)?.[1] ?? '';
  const ask = (secret: string) => site.get('/api/v1/stories', { authorization: `Bearer ${secret}` });
  const taken = await ask(key);
  expect([taken.status, taken.text.includes('Cầu mới qua sông'), taken.text.includes('Toàn văn')]).toEqual([
    200,
    true,
    false,
  ]);

  const page = await (await get(one, chief)).text();
  expect(page).not.toContain(key);
  const id = /doi-tac\/trang-a\/khoa\/(\d+)/.exec(page)?.[1] ?? '';
  expect((await send(one, `${one}/khoa/${id}`, {}, editor)).status).toBe(403);
  expect((await send(one, `${one}/khoa/${id}`, {}, chief)).status).toBe(303);
  // A gate that never saw the key asks the database at once.
  const other = await startTestSite(db);
  expect((await other.get('/api/v1/stories', { authorization: `Bearer ${key}` })).status).toBe(401);
});

test('a key for addresses comes with every address it opens, and they answer', async () => {
  const shown = await (await send(one, `${one}/khoa`, { loai: 'path', so_ngay: '' }, chief)).text();
  const addresses = [...shown.matchAll(/href="https:\/\/tin\.example(\/k\/[^"]+)"/g)].map((match) => match[1] ?? '');
  const answers = await Promise.all(addresses.map((address) => site.get(address)));

  expect(addresses.map((address) => address.replace(/^\/k\/[^/]+/, ''))).toEqual([
    '/tin-moi.rss',
    '/google/tin-moi.rss',
  ]);
  expect(answers.map((answer) => [answer.status, answer.text.includes('Cầu mới qua sông')])).toEqual([
    [200, true],
    [200, true],
  ]);
  const again = await site.get(addresses[0] ?? '', { 'if-none-match': answers[0]?.headers['etag'] ?? '' });
  expect(again.status).toBe(304);
});

test('the test feed shows what the partner would get, without a key', async () => {
  const page = await (await get(`${one}/goi/thu?goi=chung&muc=tin-moi&dang=rss`, editor)).text();
  expect(page).toContain('&lt;title&gt;Cầu mới qua sông&lt;/title&gt;');
  expect(page).not.toContain('Toàn văn');
  for (const query of [
    'goi=chung&muc=tin-moi&dang=msn',
    'goi=khong&muc=tin-moi&dang=rss',
    'goi=chung&muc=khac&dang=rss',
  ])
    expect((await get(`${one}/goi/thu?${query}`, editor)).status, query).toBe(404);
});

test('what was taken is told on the screens and as CSV by paper', async () => {
  const { id } = await db.selectFrom('partner').select('id').where('slug', '=', 'trang-a').executeTakeFirstOrThrow();
  const sum = { partnerId: id, channel: 'rss', requests: 8, notModified: 6, refused: 1, bytes: 12_345 };
  await addUsage(db, [sum], [{ partnerId: id, channel: 'rss', publisherId: paper.id, stories: 7 }]);

  const list = await (await get(room, editor)).text();
  const own = await (await get(one, editor)).text();
  expect([list.includes('75 %'), list.includes('vừa xong'), own.includes('12 kB')]).toEqual([true, true, true]);
  const csv = await get(`${room}/su-dung.csv?bao=bao-mau`, editor);
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="tin-[\d-]+\.csv"$/);
  expect((await csv.text()).split('\r\n')[1]).toMatch(/^[\d-]{10},bao-mau,Báo Mẫu,trang-a,rss,7$/);
  expect((await get(`${room}/su-dung.csv?luot=1&tu=hom-qua`, editor)).status).toBe(400);
});

test('agreements and keys that end are told in time', async () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await setAgreement(db, 'bao-mau', { ...noAgreement, number: 'TT-01', until: day(5) });
  const settings = { ten: 'Trang A', phut: '60', ngay: '900', so_thoa_thuan: 'ĐT-7', mo: '1' };
  expect((await send(one, one, { ...settings, den_ngay: '31/12' }, chief)).status).toBe(400);
  await send(one, one, { ...settings, den_ngay: day(-3) }, chief);

  const list = await (await get(room, editor)).text();
  expect(list).toContain(`Đã hết hạn ngày ${day(-3)}`);
  expect(list).toContain(`Hết hạn ngày ${day(5)}`);
  expect(await (await get(one, editor)).text()).toContain('Thoả thuận này sắp hoặc đã hết hạn');
});

test('a webhook is added, watched, told again, opened again, and removed by its typed name', async () => {
  const form: [string, string][] = [
    ['wh_dia_chi', 'https://a.example/hook'],
    ['wh_ten', 'Hook A'],
    ['wh_viec', 'story.published'],
    ['wh_quyen', 'headline'],
  ];
  expect(
    (
      await post2(`${one}/webhook`, [
        ['wh_dia_chi', 'ftp://a.example'],
        ['wh_viec', 'story.published'],
      ])
    ).status,
  ).toBe(400);
  expect(await (await post2(`${one}/webhook`, form)).text()).toMatch(/value="whsec_[^"]+"/);
  const [hook] = await listWebhooks(db, 10);
  const id = hook?.id ?? 0;
  const path = `${one}/webhook/${id}`;
  await insertEvents(db, [{ webhookId: id, storyId: 1, kind: 'story.published', changeId: 1 }], []);
  await db.updateTable('webhook_event').set({ state: 'given_up' }).execute();
  await disableWebhook(db, id, 'quá nhiều lỗi');

  const page = await (await get(path, chief)).text();
  expect([page.includes('bỏ cuộc'), page.includes('quá nhiều lỗi')]).toEqual([true, true]);
  const uid = /name="su_kien" value="([^"]+)"/.exec(page)?.[1] ?? '';
  expect((await send(path, path, { viec: 'lai', su_kien: uid }, chief)).headers.get('location')).toBe(`${path}?lai=1`);
  expect((await send(path, path, { viec: 'lai', tu: '' }, chief)).status).toBe(400);
  await send(path, path, { viec: 'mo' }, chief);
  expect((await listWebhooks(db, 10))[0]).toMatchObject({ disabledAt: null, waiting: 1 });
  expect((await send(path, path, { viec: 'xoa', xac_nhan: 'sai' }, chief)).status).toBe(400);
  await send(path, path, { viec: 'xoa', xac_nhan: 'hook a' }, chief);
  expect(await listWebhooks(db, 10)).toEqual([]);
});

test('every change is in the audit log, and no secret is', async () => {
  const lines = await listAudit(db, { target: 'trang-a' }, 100, null);
  expect(lines.map((line) => line.action).reverse()).toEqual([
    'partner.make',
    'partner.product',
    'partner.key',
    'partner.revoke',
    'partner.key',
    'partner.change',
    'webhook.make',
    'webhook.replay',
    'webhook.enable',
    'webhook.remove',
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/tt_|whsec_/);
  expect((await post(room, {}, editor)).status).toBe(403);
});
