// The editions' room over HTTP on a real database: looked at before it is made, made, renamed, retired by its typed path, opened again.
import { expect, test } from 'vitest';
import { wantedEditions } from '../src/edition/editions.ts';
import { followStories } from '../src/edition/search-index.ts';
import { listAudit } from '../src/store/audit.ts';
import { ensureEditions, findEditionByPath } from '../src/store/edition.ts';
import { setProduct } from '../src/store/partner.ts';
import { makePerson, openBrowserless, sessionOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { seedPartner } from './support/partner.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite } from './support/site.ts';

const db = await freshDatabase();
const site = await startTestSite(db);
const { get, send, signIn } = openBrowserless(site.url);
const room = '/quan-tri/tuyen-tap';
const path = 'tinh/son-la/chuyen-muc/kinh-te/tin-moi';

const paper = await seedPublisher(db, { slug: 'bao-mau', name: 'Báo Mẫu' });
await seedStory(db, paper, { title: 'Xoài Yên Châu được mùa', province: '14', section: 'kinh-te' });
await seedStory(db, paper, { title: 'Chợ đêm Đà Lạt', province: '68', section: 'kinh-te' });
await followStories({ db, signal: new AbortController().signal });
await ensureEditions(db, wantedEditions([{ slug: 'bao-mau', name: 'Báo Mẫu' }]));
await makePerson(db, 'bien-tap', 'editor');
await makePerson(db, 'nguoi-xem', 'viewer');
const editor = sessionOf(await signIn('bien-tap'));
const viewer = sessionOf(await signIn('nguoi-xem'));
const idOf = async (wanted: string) => (await findEditionByPath(db, wanted))?.id ?? 0;

test('a feed is looked at before it is made, with its stories and nothing stored', async () => {
  const page = await (await get(`${room}/moi?tinh=son-la&chuyen-muc=kinh-te&bao=&q=&ten=`, editor)).text();

  expect(page).toContain('Tin mới Sơn La · Kinh tế');
  expect(page).toContain(`/feeds/${path}.rss`);
  expect([page.includes('Xoài Yên Châu được mùa'), page.includes('Chợ đêm Đà Lạt')]).toEqual([true, false]);
  expect(await findEditionByPath(db, path)).toBeNull();
  for (const query of ['tinh=atlantis', 'q=%20%22%22', 'bao=khong-co', 'tinh=&q='])
    expect((await get(`${room}/moi?${query}`, editor)).status, query).toBe(400);
});

test('it is made by editors alone, once, under a title of their own', async () => {
  const fields = { tinh: 'son-la', 'chuyen-muc': 'kinh-te', ten: 'Kinh tế Sơn La' };
  expect((await send(room, `${room}/moi`, fields, viewer)).status).toBe(403);
  const made = await send(`${room}/moi`, `${room}/moi`, fields, editor);
  const at = `${room}/${await idOf(path)}`;
  expect(made.headers.get('location')).toBe(`${at}?da=lap`);
  expect((await send(`${room}/moi`, `${room}/moi`, fields, editor)).headers.get('location')).toBe(`${at}?da=co`);
  expect(await (await get(`${room}?loai=made`, viewer)).text()).toContain('Kinh tế Sơn La');
  expect(await (await get(`${room}/moi?tinh=son-la&chuyen-muc=kinh-te`, editor)).text()).toContain('Đã có tuyển tập');
});

test('a new name stands in its page and for good', async () => {
  const at = `${room}/${await idOf(path)}`;
  await send(at, at, { viec: 'ten', ten: '  Thị trường   Sơn La ' }, editor);
  expect((await findEditionByPath(db, path))?.title).toBe('Thị trường Sơn La');
  await ensureEditions(db, wantedEditions([{ slug: 'bao-mau', name: 'Báo Mẫu' }]));
  expect(await (await get(at, viewer)).text()).toContain('<h1>Thị trường Sơn La</h1>');
});

test('it retires when its path is typed: readers get 410, then it comes back', async () => {
  const at = `${room}/${await idOf(path)}`;
  const partner = await seedPartner(db);
  await setProduct(db, partner.id, { name: 'chung', editions: [path], formats: ['rss'], show: 'full', images: true });
  expect(await (await get(at, editor)).text()).toContain(`/quan-tri/doi-tac/${partner.slug}`);

  expect((await send(at, at, { viec: 'ngung', xac_nhan: 'tinh/son-la' }, editor)).status).toBe(400);
  expect((await send(at, at, { viec: 'ngung', xac_nhan: path }, editor)).headers.get('location')).toBe(
    `${at}?da=ngung`,
  );
  await expect.poll(async () => (await site.get(`/feeds/${path}.rss`)).status).toBe(410);
  expect(await (await get(`${room}?loai=retired`, viewer)).text()).toContain('Thị trường Sơn La');
  await send(at, at, { viec: 'mo' }, editor);
  expect((await findEditionByPath(db, path))?.isRetired).toBe(false);
});

test('the general edition stays whatever is typed', async () => {
  const at = `${room}/${await idOf('tin-moi')}`;
  expect((await send(at, at, { viec: 'ngung', xac_nhan: 'tin-moi' }, editor)).status).toBe(400);
  expect((await findEditionByPath(db, 'tin-moi'))?.isRetired).toBe(false);
});

test('the list is searched and read page by page, and all changes are in the log', async () => {
  const first = await (await get(room, viewer)).text();
  expect(await (await get(`${room}?q=thị+trường`, viewer)).text()).toContain(path);
  expect(first).toContain('href="/quan-tri/tuyen-tap/');
  const lines = await listAudit(db, { target: path }, 10, null);
  expect(lines.map((line) => line.action).reverse()).toEqual([
    'edition.make',
    'edition.rename',
    'edition.retire',
    'edition.reopen',
  ]);
});
