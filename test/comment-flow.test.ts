// Comments through a running site and a real database: written without script, held, decided, taken back, fed.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { parseStrictXml } from '../src/edition/strict-xml.ts';
import { decideComments, decideCommentsOf, listDeskComments, undoCommentDecision } from '../src/store/comment-desk.ts';
import { closeStoryComments, commentKeys, commentRules, writeCommentSetting } from '../src/store/comment-setting.ts';
import { policyKey } from '../src/store/policy.ts';
import { writeSetting } from '../src/store/setting.ts';
import { freshDatabase } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { publicUrl, startTestSite, type TestSite } from './support/site.ts';
import { until } from './support/wait.ts';

const db = await freshDatabase();
let site: TestSite;
let paper: { id: number; sourceId: number };
let stranger: { id: number; sourceId: number };
let story: { id: number; uid: string };

beforeAll(async () => {
  paper = await seedPublisher(db, { slug: 'bao-mau', isSample: true });
  stranger = await seedPublisher(db, { slug: 'bao-khac' });
  site = await startTestSite(db);
});

beforeEach(async () => {
  await sql`truncate comment, comment_story, comment_setting, comment_decision`.execute(db);
  story = await seedStory(db, paper, { title: 'Bản mới có điện', bodyHtml: '<p>Chữ của bài.</p>' });
});

type Posted = { status: number; location: string; text: string };

function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Posted> {
  const { hostname, port } = new URL(site.url);
  return new Promise((resolve, reject) => {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const outgoing = httpRequest(
      { hostname, port, path, method: 'POST', headers: { ...type, ...headers }, agent: false },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, location: incoming.headers.location ?? '', text }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(new URLSearchParams(fields).toString());
  });
}

const path = () => `/tin/${story.id}/binh-luan`;

async function ticketOf(page = path()): Promise<string> {
  return /name="ve" value="([^"]+)"/.exec((await site.get(page)).text)?.[1] ?? '';
}

async function write(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Posted> {
  return post(path(), { ve: await ticketOf(), ten: 'Lò Thị Mai', 'noi-dung': 'Bà con mừng lắm', ...fields }, headers);
}

const listed = async () => (await site.get(path())).text;
const held = () => listDeskComments(db, { state: 'held' }, 100);
const approve = async () =>
  decideComments(
    db,
    (await held()).map((one) => one.id),
    { action: 'approve', by: 'bt' },
  );

test('a comment waits, appears when it is approved, goes when it is rejected, and comes back when that is undone', async () => {
  const sent = await write({});
  expect([sent.status, sent.location]).toEqual([303, expect.stringMatching(/\/binh-luan\/[0-9a-f-]{36}\?k=/)]);
  expect(await listed()).not.toContain('Bà con mừng lắm');
  const [waiting] = await held();
  expect(waiting).toMatchObject({ name: 'Lò Thị Mai', body: 'Bà con mừng lắm', reasons: ['plain'], storyId: story.id });

  await approve();
  expect(await listed()).toContain('Bà con mừng lắm');
  const rejected = await decideComments(db, [waiting?.id ?? 0], { action: 'reject', by: 'bt', reason: 'nhầm' });
  expect(await listed()).not.toContain('Bà con mừng lắm');
  expect(await undoCommentDecision(db)).toEqual(rejected);
  expect(await listed()).toContain('Bà con mừng lắm');
  const tally = await db.selectFrom('comment_story').selectAll().executeTakeFirstOrThrow();
  expect(tally).toMatchObject({ story_id: story.id, shown: 1 });
});

test.each([
  ['hay!', 'Bạn vui lòng nhập từ 5 ký tự trở lên'],
  ['    hay!     ', 'Bạn vui lòng nhập từ 5 ký tự trở lên'],
  ['ệ'.normalize('NFD').repeat(4), 'Bạn vui lòng nhập từ 5 ký tự trở lên'],
  ['👨‍👩‍👧'.repeat(4), 'Bạn vui lòng nhập từ 5 ký tự trở lên'],
  ['x'.repeat(501), 'Bạn vui lòng nhập không quá 500 ký tự'],
])('%j comes back with its message at the field and every word', async (body, message) => {
  const sent = await write({ 'noi-dung': body });

  expect(sent.status).toBe(422);
  expect(sent.text).toContain(`<p class="fault" id="bl-loi-noi-dung" role="alert">${message}</p>`);
  expect(sent.text).toContain(`${body.normalize('NFC').trim()}</textarea>`);
  expect(await held()).toEqual([]);
});

test.each(['hay 5', 'ệ'.normalize('NFD').repeat(500), '👨‍👩‍👧‍👦'.repeat(500)])(
  'a comment of five to 500 characters is taken: %#',
  async (body) => {
    expect((await write({ 'noi-dung': body })).status).toBe(303);
    expect((await held())[0]?.body).toBe(body.normalize('NFC'));
  },
);

test('no name, a foreign page, an old ticket and a full trap are told apart', async () => {
  expect((await write({ ten: ' ' })).text).toContain('Bạn vui lòng nhập tên');
  expect((await write({}, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  expect((await write({}, { Origin: 'https://ke-xau.example' })).status).toBe(403);
  expect((await write({}, { Origin: publicUrl })).status).toBe(303);
  const old = await write({ ve: 'cũ', 'noi-dung': 'Một ý kiến khác' });
  expect([old.status, old.text.includes('Một ý kiến khác</textarea>')]).toEqual([409, true]);
  expect((await write({ 'trang-web': 'x', 'noi-dung': 'Tôi là máy đây' })).status).toBe(303);
  expect(await listDeskComments(db, { state: 'rejected' }, 9)).toMatchObject([
    { body: 'Tôi là máy đây', reasons: ['trap', 'plain'] },
  ]);
});

test('the same words again and a flood are refused, and another address is not', async () => {
  await write({});
  expect((await write({ 'noi-dung': 'bà con MỪNG lắm!' })).text).toContain('Bạn đã gửi bình luận này rồi.');
  for (let n = 0; n < 4; n++) expect((await write({ 'noi-dung': `Ý kiến thứ ${n} của tôi` })).status).toBe(303);
  expect((await write({ 'noi-dung': 'Thêm một ý kiến nữa' })).status).toBe(429);
  expect((await write({ 'noi-dung': 'Tôi ở nhà khác' }, { 'X-Forwarded-For': '1.1.1.1, 203.0.113.9' })).status).toBe(
    303,
  );
  const rows = await sql<{ all: string }>`select string_agg(c::text, ' ') as all from comment c`.execute(db);
  expect(rows.rows[0]?.all).not.toMatch(/203\.0\.113\.9|127\.0\.0\.1/);
});

test('posts at the same moment do not slip through the rate together', async () => {
  const ve = await ticketOf();
  const all = await Promise.all(
    Array.from({ length: 12 }, (_, n) => post(path(), { ve, ten: 'Máy', 'noi-dung': `Tin nhắn số ${n} đây` })),
  );

  expect(all.filter(({ status }) => status === 303)).toHaveLength(5);
});

test('an answer stands under the comment it answers; none can answer what is not shown', async () => {
  await write({});
  const [first] = await held();
  expect((await write({ 'tra-loi': first?.uid ?? '', 'noi-dung': 'Tôi cũng mừng' })).status).toBe(409);
  await approve();
  expect((await site.get(`${path()}?tra-loi=${first?.uid}`)).text).toContain('<span>Trả lời Lò Thị Mai</span>');
  expect((await write({ 'tra-loi': first?.uid ?? '', 'noi-dung': 'Tôi cũng mừng', ten: 'Lan' })).status).toBe(303);
  await approve();
  expect((await listed()).replaceAll('\n', '')).toMatch(/Bà con mừng lắm.*<ol><li>.*Tôi cũng mừng/);
});

test('its writer changes and erases a comment by its link for ten minutes, and nobody else does', async () => {
  const { location } = await write({});
  await approve();
  expect((await site.get(location)).text).toContain('Bạn còn 10 phút để sửa hoặc xoá.');
  expect((await site.get(location.replace(/k=.*/, 'k=khac'))).status).toBe(404);
  expect((await post(location, { viec: 'sua', 'noi-dung': 'ngắn' })).status).toBe(422);
  const edited = await post(location, { viec: 'sua', 'noi-dung': 'Bà con rất mừng' });
  expect([edited.status, edited.text.includes('Đã lưu.')]).toEqual([200, true]);
  // A moderator looks again: approved words are not exchanged for others.
  expect(await held()).toMatchObject([{ body: 'Bà con rất mừng' }]);
  expect((await db.selectFrom('comment_story').select('shown').executeTakeFirst())?.shown).toBe(0);
  expect((await post(location, { viec: 'xoa' })).text).toContain('Đã xoá bình luận của bạn.');
  const row = await db.selectFrom('comment').selectAll().executeTakeFirstOrThrow();
  expect([row.body, row.name, row.state]).toEqual(['', '', 'removed']);

  const late = await write({ 'noi-dung': 'Một ý kiến khác' });
  await sql`update comment set created_at = now() - interval '11 minutes'`.execute(db);
  expect((await post(late.location, { viec: 'xoa' })).status).toBe(409);
  expect((await held()).map((one) => one.body)).toEqual(['Một ý kiến khác']);
});

test('all comments of one author go at once, and come back', async () => {
  for (const n of [1, 2, 3]) await write({ 'noi-dung': `Lời rao vặt số ${n}` });
  await write({ 'noi-dung': 'Ý kiến của người khác' }, { 'X-Forwarded-For': '203.0.113.9' });
  await approve();
  const author = (await listDeskComments(db, { storyId: story.id }, 9)).at(-1)?.authorKey ?? '';

  expect(await decideCommentsOf(db, author, { action: 'reject', by: 'bt' })).toMatchObject({ changed: 3 });
  expect(await listed()).toContain('người khác');
  expect(await listed()).not.toContain('rao vặt');
  await undoCommentDecision(db);
  expect(await listed()).toContain('Lời rao vặt số 2');
});

test('a page says nothing where there are no comments, and only reads where they are closed', async () => {
  const foreign = await seedStory(db, stranger, { title: 'Tin báo khác', bodyHtml: '<p>x</p>' });
  const page = async (id: number) =>
    (await site.get((await site.get(`/tin/${id}`)).headers['location'] ?? `/tin/${id}`)).text;
  expect(await page(foreign.id)).not.toMatch(/bình luận|binh-luan/i);
  expect((await site.get(`/tin/${foreign.id}/binh-luan`)).status).toBe(404);
  await writeCommentSetting(db, { scope: 'publisher', id: stranger.id }, { isOffered: true });
  expect((await site.get(`/tin/${foreign.id}/binh-luan`)).text).toContain('Bạn còn 500/500 ký tự');
  expect(await page(story.id)).toContain('id="binh-luan"');

  await write({});
  await approve();
  await closeStoryComments(db, story.id, true);
  expect(await listed()).toMatch(/Đã đóng phần bình luận[^]*Bà con mừng lắm/);
  expect(await listed()).not.toContain('<form');
  expect((await post(path(), {})).status).toBe(409);
});

test('settings close what is old, what is of a source, and know the site of the paper itself', async () => {
  const ruleOf = async (host = 'tin.example') => (await commentRules(db, [story.id], host)).get(story.id);
  expect(await ruleOf()).toMatchObject({ isOffered: true, isClosed: false, hold: 'all' });
  await writeCommentSetting(db, { scope: 'site', id: 0 }, { closeDays: 0, hold: 'unknown' });
  expect(await ruleOf()).toMatchObject({ isClosed: true, hold: 'unknown' });
  await writeCommentSetting(db, { scope: 'publisher', id: paper.id }, { closeDays: 30 });
  expect(await ruleOf()).toMatchObject({ isClosed: false });
  await writeCommentSetting(db, { scope: 'source', id: paper.sourceId }, { isClosed: true });
  expect(await ruleOf()).toMatchObject({ isClosed: true });
  const own = await seedStory(db, stranger, { title: 'Tin của báo' });
  expect((await commentRules(db, [own.id], 'bao-khac.example')).get(own.id)?.isOffered).toBe(true);
  expect((await commentRules(db, [own.id], 'tin.example')).get(own.id)?.isOffered).toBe(false);
});

test('the list for the script is not sent twice, and the feeds are valid and tell what answers what', async () => {
  await write({ ten: '<b>Mai</b>', 'noi-dung': '<script>alert(1)</script> & ]]> mừng lắm' });
  await approve();
  const [first] = await listDeskComments(db, { storyId: story.id }, 1);
  await write({ 'tra-loi': first?.uid ?? '', 'noi-dung': 'Tôi cũng mừng' });
  await approve();
  const list = await site.get(`${path()}/danh-sach`);
  expect(list.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt; mừng lắm');
  expect((await site.get(`${path()}/danh-sach`, { 'If-None-Match': list.headers['etag'] ?? '' })).status).toBe(304);

  const atom = await site.get(`${path()}.atom`);
  expect(atom.headers['content-type']).toContain('application/atom+xml');
  const entries = parseStrictXml(atom.text).children.filter((child) => child.name === 'entry');
  const refs = entries.map((entry) =>
    entry.children.find((child) => child.name === 'thr:in-reply-to')?.attributes.get('ref'),
  );
  expect(refs).toEqual([`urn:uuid:${first?.uid}`, `urn:uuid:${story.uid}`]);
  const rss = await site.get(`${path()}.rss`);
  expect(parseStrictXml(rss.text).name).toBe('rss');
  expect(rss.text).not.toContain('<script>');
  const json = JSON.parse((await site.get(`${path()}.json`)).text) as { items: { content_html: string }[] };
  expect(json.items.map((item) => item.content_html)).toEqual([
    '<p>Tôi cũng mừng</p>',
    '<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt; mừng lắm</p>',
  ]);
});

test('keys of former days are forgotten, and with them whose address was whose', async () => {
  await sql`insert into comment_key (day, key) values (current_date - 5, '\\x01')`.execute(db);
  await sql`delete from comment_key where day > current_date - 5`.execute(db);
  const keys = await commentKeys(db);

  expect(keys).toHaveLength(1);
  expect(await commentKeys(db)).toEqual(keys);
  expect(await db.selectFrom('comment_key').selectAll().execute()).toHaveLength(1);
});

test('a site whose rules allow no comments has none anywhere', async () => {
  const bare = await freshDatabase();
  const owner = await seedPublisher(bare, { isSample: true });
  const { id } = await seedStory(bare, owner, { title: 'Tin yên lặng' });
  await writeSetting(bare, policyKey, { profile: 'own', hasComments: false });
  const quiet = await startTestSite(bare);

  expect((await quiet.get(`/tin/${id}-tin-yen-lang`)).text).not.toMatch(/bình luận|binh-luan/i);
  expect((await quiet.get(`/tin/${id}/binh-luan`)).status).toBe(404);
  expect((await quiet.get(`/tin/${id}/binh-luan.atom`)).status).toBe(404);
});

test('who hangs up while a comment is being taken is counted under the same address as before', async () => {
  const { hostname, port } = new URL(site.url);
  await write({ 'noi-dung': 'Lời đầu, ở lại nghe trả lời' });
  const fields = { ve: await ticketOf(), ten: 'Vội', 'noi-dung': 'Lời gửi vội rồi đi' };
  const body = new URLSearchParams(fields).toString();
  const request = `POST ${path()} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  await db.transaction().execute(async (trx) => {
    await sql`lock table comment_setting in access exclusive mode`.execute(trx);
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.on('error', () => undefined);
    await until(async () => {
      const waiting =
        await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
          trx,
        );
      return waiting.rows.length > 0;
    });
    socket.resetAndDestroy();
    // Once these are answered the site has noticed that the other one is gone.
    for (let n = 0; n < 3; n++) await site.get('/healthz/live');
  });
  await until(async () => (await held()).length === 2);
  expect(new Set((await held()).map((one) => one.authorKey)).size).toBe(1);
});
