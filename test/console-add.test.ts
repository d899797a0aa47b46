// Adding sources and lists of them in the console, over HTTP without script: looked at first, told from what is known, saved on demand alone.
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { searchAudit } from '../src/store/audit.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { listPublishers } from '../src/store/publisher.ts';
import { makePerson, openBrowserless, sessionOf, tokenOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { openPaper, type Paper, rss } from './support/paper.ts';
import { publicUrl, startTestSite } from './support/site.ts';
import { until } from './support/wait.ts';

const db = await freshDatabase();
await ensurePartitions(db);
const paper = await openPaper();
const site = await startTestSite(db, { pictures: [paper.authority] });
const { get, send, signIn } = openBrowserless(site.url);
await makePerson(db, 'quan-tri');
await makePerson(db, 'bien-tap', 'editor');
await makePerson(db, 'chi-xem', 'viewer');
const admin = sessionOf(await signIn('quan-tri'));
const editor = sessionOf(await signIn('bien-tap'));
const viewer = sessionOf(await signIn('chi-xem'));

const html = { 'content-type': 'text/html; charset=utf-8' };
const items = ['một', 'hai', 'ba', 'bốn'].map((word, index) => ({
  title: `Bài báo thử số ${word}`,
  link: `${paper.origin}/tin/bai-bao-thu-so-${5000 + index}.html`,
  date: new Date(Date.now() - index * 3_600_000),
}));

function offerSite(at: Paper): void {
  at.reply('/', {
    headers: html,
    body: '<html><head><title>Báo Sơn La thử</title><link rel="alternate" type="application/rss+xml" title="Tin mới" href="/rss/tin-moi.rss"></head><body><a href="/rss/khac.rss">RSS</a></body></html>',
  });
  at.reply('/rss/tin-moi.rss', { body: rss(items) });
}

const counts = async () =>
  (
    await sql<Record<string, number>>`
      select (select count(*)::int from source) as source, (select count(*)::int from publisher) as publisher,
        (select count(*)::int from entry) as entry, (select count(*)::int from poll) as poll`.execute(db)
  ).rows[0];

/** Sends the form and follows the work it starts to its end: the path of its screen, and the screen. */
async function work(page: string, action: string, fields: Record<string, string>, cookie: string) {
  const started = await send(page, action, fields, cookie);
  const path = started.headers.get('location') ?? '';
  const text = await until(async () => {
    const page = await (await get(path, cookie)).text();
    return page.includes('http-equiv="refresh"') ? null : page;
  });
  return { path, text };
}

const look = (dia_chi: string, cach = 'tim', cookie = editor) =>
  work('/quan-tri/nguon/them', '/quan-tri/nguon/them', { dia_chi, cach }, cookie);

const choices = { bao: '', ten: 'Báo Sơn La thử', tinh: '14', chuyen_muc: '', trang_bai: 'needed' };

beforeEach(async () => {
  await sql`truncate source, publisher, poll, entry, entry_key, audit, host, desk_work, setting restart identity cascade`.execute(
    db,
  );
  offerSite(paper);
});

test('a site is looked at, and nothing is written until somebody saves', async () => {
  const { path, text } = await look(paper.origin);
  const one = await (await get(`${path}/0`, editor)).text();

  expect(text).toContain('2 nguồn có thể thêm');
  expect(text).toContain('Bài báo thử số một');
  expect(text).toContain('<span class="num">100 %</span>');
  expect(one).toContain('value="Báo thử"');
  expect(one).toContain('<option value="" selected>— báo mới —</option>');
  expect(await counts()).toEqual({ source: 0, publisher: 0, entry: 0, poll: 0 });
});

test('a chosen source is saved with its new paper, its province, and a line in the log; only headlines without an admin', async () => {
  const { path } = await look(paper.origin);
  const saved = await send(`${path}/0`, `${path}/0`, { ...choices, quyen: 'full', anh: '1' }, editor);
  const told = await (await get(saved.headers.get('location') ?? '', editor)).text();
  const source = await sql<{ url: string; kind: string }>`select url, kind from source`.execute(db);

  expect(told).toContain('Đã thêm nguồn cho Báo Sơn La thử');
  expect(source.rows).toEqual([{ url: `${paper.origin}/rss/tin-moi.rss`, kind: 'syndication' }]);
  expect(await listPublishers(db)).toMatchObject([
    { name: 'Báo Sơn La thử', province: '14', rights: { show: 'headline', images: false } },
  ]);
  expect(await searchAudit(db, 'source.add', 10, null)).toMatchObject([
    { actor: 'bien-tap', detail: { url: `${paper.origin}/rss/tin-moi.rss` } },
  ]);
});

test('an admin gives a new paper its rights at once; a known paper keeps those it has', async () => {
  const first = await look(paper.origin, 'tim', admin);
  await send(`${first.path}/0`, `${first.path}/0`, { ...choices, quyen: 'excerpt', so_ky_tu: '120' }, admin);
  paper.reply('/rss/them.rss', {
    body: rss([1, 2, 3, 4].map((n) => ({ title: `Tin khác ${n}`, link: `${paper.origin}/khac-${n}.html` }))),
  });
  const second = await look(`${paper.origin}/rss/them.rss`, 'thu', admin);
  const [known] = await listPublishers(db);
  const form = await (await get(`${second.path}/0`, admin)).text();
  await send(`${second.path}/0`, `${second.path}/0`, { ...choices, bao: known?.slug ?? '', quyen: 'full' }, admin);

  expect(form).toContain(`<option value="${known?.slug}" selected>`);
  expect(await counts()).toMatchObject({ source: 2, publisher: 1 });
  expect((await listPublishers(db)).map((row) => row.rights)).toEqual([
    { show: 'excerpt', excerptChars: 120, images: false },
  ]);
});

test('a source that is known is told and cannot be added twice', async () => {
  const first = await look(paper.origin);
  await send(`${first.path}/0`, `${first.path}/0`, choices, editor);
  const again = await send(`${first.path}/0`, `${first.path}/0`, choices, editor);
  const second = await look(paper.origin);

  expect([again.status, await again.text()]).toEqual([422, expect.stringContaining('Nguồn này vừa được thêm rồi')]);
  expect(second.text).toContain('Nguồn này đã có:');
  expect(second.text).not.toContain('Chọn nguồn này');
  expect(await counts()).toMatchObject({ source: 1, publisher: 1 });
});

test('what robots.txt forbids is told before anybody saves it', async () => {
  const listed = readFileSync(new URL('./fixtures/pages/wordpress.html', import.meta.url), 'utf8');
  const strict = await openPaper();
  const closed = await startTestSite(db, { pictures: [strict.authority] });
  const browser = openBrowserless(closed.url);
  strict.reply('/robots.txt', { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /muc' });
  strict.reply('/muc', { headers: html, body: listed });
  const started = await browser.send(
    '/quan-tri/nguon/them',
    '/quan-tri/nguon/them',
    { dia_chi: `${strict.origin}/muc`, cach: 'tim' },
    editor,
  );
  const text = await until(async () => {
    const page = await (await browser.get(started.headers.get('location') ?? '', editor)).text();
    return page.includes('http-equiv="refresh"') ? null : page;
  });

  expect(text).toContain('robots.txt của báo không cho đọc');
});

test('an address that cannot be read says why, and a word that is no address is refused at the field', async () => {
  const failed = await look(`${paper.origin}/khong-co.rss`, 'thu');
  const refused = await send('/quan-tri/nguon/them', '/quan-tri/nguon/them', { dia_chi: 'ftp://x y' }, editor);

  expect(failed.text).toContain('source.status');
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringContaining('Đây chưa phải địa chỉ trang web'),
  ]);
});

test('viewers may neither look nor save nor import', async () => {
  const page = await get('/quan-tri/nguon/them', viewer);
  const { path } = await look(paper.origin);
  const saved = await send('/quan-tri/to-bao', `${path}/0`, choices, viewer);

  expect([page.status, (await get('/quan-tri/nguon/nhap', viewer)).status, saved.status]).toEqual([403, 403, 403]);
  expect(await counts()).toMatchObject({ source: 0 });
});

async function importList(opml: string, fields: Record<string, string> = { thu: '1' }, cookie = editor) {
  const page = await (await get('/quan-tri/nguon/nhap', cookie)).text();
  const body = new FormData();
  body.set('_csrf', tokenOf(page));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set('tep', new Blob([opml]), 'nguon.opml');
  const headers = { cookie, origin: publicUrl };
  const started = await fetch(`${site.url}/quan-tri/nguon/nhap`, { method: 'POST', headers, body, redirect: 'manual' });
  const path = started.headers.get('location');
  if (path === null) return { status: started.status, text: await started.text(), path: '' };
  const text = await until(async () => {
    const screen = await (await get(path, cookie)).text();
    return screen.includes('http-equiv="refresh"') ? null : screen;
  });
  return { status: started.status, text, path };
}

const list = (rows: string) => `<opml version="2.0"><body><outline text="Sơn La">${rows}</outline></body></opml>`;

test('an OPML list is taken in row by row: added, moved, duplicate, dead, skipped', async () => {
  paper.reply('/cu.rss', { status: 301, headers: { location: `${paper.origin}/moi.rss` } });
  paper.reply('/moi.rss', { body: rss([{ title: 'Tin ở địa chỉ mới', link: `${paper.origin}/moi-1.html` }]) });
  paper.reply('/hong.rss', { status: 410 });
  const at = (path: string) => `<outline text="Báo ${path}" xmlUrl="${paper.origin}${path}"/>`;
  const done = await importList(
    list(
      `${at('/rss/tin-moi.rss')}${at('/rss/tin-moi.rss')}${at('/cu.rss')}${at('/hong.rss')}<outline text="x" xmlUrl="ftp://x"/>`,
    ),
  );
  const dead = await (await get(`${done.path}?chi=dead`, editor)).text();

  for (const word of ['đã thêm', 'đã thêm, địa chỉ mới', 'trùng', 'hỏng, không thêm', 'bỏ qua'])
    expect(done.text).toContain(`${word} <b>1</b>`);
  expect(done.text).toContain(`chuyển tới <span class="code">${paper.origin}/moi.rss`);
  expect(dead).toContain('/hong.rss');
  expect(dead).not.toContain('/cu.rss');
  expect(
    (await sql<{ url: string }>`select url from source order by id`.execute(db)).rows.map((row) => row.url),
  ).toEqual(['/rss/tin-moi.rss', '/moi.rss'].map((path) => paper.origin + path));
  expect((await searchAudit(db, 'source.imported', 10, null))[0]?.detail).toMatchObject({ rows: 5, added: 2 });
});

test('no file, a file without rows and a file too large are refused in words', async () => {
  expect(await importList('')).toMatchObject({ status: 422, text: expect.stringContaining('Hãy chọn một tệp OPML') });
  expect((await importList('chỉ là chữ')).text).toContain('không có dòng nguồn nào');
  expect((await importList(`<!-- ${'x'.repeat(5 * 1024 * 1024 + 100)} -->`)).status).toBe(413);
});

test('what is exported as OPML can be imported again, and JSON holds rights and rules', async () => {
  const { path } = await look(paper.origin, 'tim', admin);
  await send(`${path}/0`, `${path}/0`, { ...choices, ten: 'Báo <A> & B' }, admin);
  const opml = await get('/quan-tri/nguon/xuat.opml', viewer);
  const written = await opml.text();
  const json = (await (await get('/quan-tri/nguon/xuat.json', viewer)).json()) as { sources: unknown[] };
  await sql`truncate source, publisher restart identity cascade`.execute(db);
  await importList(written, {});

  expect(opml.headers.get('content-disposition')).toContain('attachment');
  expect(json.sources).toMatchObject([
    {
      url: `${paper.origin}/rss/tin-moi.rss`,
      kind: 'syndication',
      publisher: { name: 'Báo <A> & B', province: '14', rights: { show: 'headline' } },
    },
  ]);
  expect(await counts()).toMatchObject({ source: 1, publisher: 1 });
  expect((await listPublishers(db)).map((row) => row.province)).toEqual(['14']);
});

test('an address without a scheme is tried by the one that its site answers', async () => {
  const { text } = await look(paper.authority);

  expect(text).toContain(`${paper.origin}/rss/tin-moi.rss`);
  expect(text).toContain('2 nguồn có thể thêm');
});

test('of a page’s title the part that names a paper is proposed as its name', async () => {
  const listed = readFileSync(new URL('./fixtures/pages/wordpress.html', import.meta.url), 'utf8');
  paper.reply('/muc', {
    headers: html,
    body: listed
      .replace(/<title>[^<]*/, '<title>Kinh tế | Báo Bến Lau')
      .replaceAll('https://dainamxuan.example', paper.origin),
  });
  const { path } = await look(`${paper.origin}/muc`, 'thu');

  expect(await (await get(`${path}/0`, editor)).text()).toContain('value="Báo Bến Lau"');
});
