// The console's accounts over HTTP on a real database: the first link, roles, one's own password, second factor, sessions, the audit log.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { firstLink } from '../jobs/first-link.ts';
import { findCredentials, isWithoutAccounts } from '../src/store/account.ts';
import { acceptInvite, findInvite, makeInvite } from '../src/store/invite.ts';
import { listAudit } from '../src/store/audit.ts';
import { codeOfStep, fromBase32 } from '../src/web/admin/totp.ts';
import { loadConfig } from '../src/config.ts';
import { makePerson, openBrowserless, password, sessionOf, tokenOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { startTestSite } from './support/site.ts';

const db = await freshDatabase();
const site = await startTestSite(db);
const { get, post, send, signIn } = openBrowserless(site.url);
const me = '/quan-tri/tai-khoan/toi';

async function told(isTTY: boolean): Promise<{ out: string; err: string; link: string }> {
  const streams = { stdout: Object.assign(new PassThrough(), { isTTY }), stderr: new PassThrough() };
  await firstLink({ db, config: loadConfig({ PUBLIC_URL: 'https://tin.example' }) }, streams);
  const [out, err] = [String(streams.stdout.read() ?? ''), String(streams.stderr.read() ?? '')];
  return { out, err, link: /\/quan-tri\/moi\/([\w-]{43})\s/.exec(out + err)?.[1] ?? '' };
}

// First in this file: it needs a site without accounts.
test('each start without accounts tells a new first link, and it dies with the first account', async () => {
  const former = await told(true);
  const present = await told(false);

  expect([former.err, present.out]).toEqual(['', '']);
  expect(present.err).toContain('có thể được giữ lại trong nhật ký');
  expect(await findInvite(db, former.link)).toBeNull();
  const path = `/quan-tri/moi/${present.link}`;
  const made = await send(path, path, { ten: 'chu-nha', mat_khau: password, lai: password });
  expect([made.status, (await get(path)).status]).toEqual([303, 404]);
  expect((await findCredentials(db, 'chu-nha'))?.role).toBe('admin');
  expect([await isWithoutAccounts(db), (await told(true)).out]).toEqual([false, '']);
});

test('a link and what it allows happen together: a taken name leaves the link good, and of two at once one gets in', async () => {
  const kept = { name: 'chu-nha', password: 'x' };
  const link = await makeInvite(db, { role: 'editor', accountId: null, hours: 1 }, 'test');
  expect(await acceptInvite(db, link, kept)).toBe('taken');
  expect(await findInvite(db, link)).not.toBeNull();

  const both = ['nguoi-mot', 'nguoi-hai'].map((name) => acceptInvite(db, link, { name, password: 'x' }));
  expect((await Promise.all(both)).sort()).toEqual(['done', 'gone']);
});

test('an admin invites, changes a role and closes an account, whose sessions end; the last admin stays', async () => {
  const lan = await makePerson(db, 'lan-anh', 'editor');
  const chief = sessionOf(await signIn('chu-nha'));
  const hers = sessionOf(await signIn('lan-anh'));
  const list = '/quan-tri/tai-khoan';

  const invited = await (await send(list, list, { quyen: 'moderator' }, chief)).text();
  const link = /moi\/([\w-]{43})"/.exec(invited)?.[1] ?? '';
  expect((await findInvite(db, link))?.role).toBe('moderator');
  expect((await get(list, hers)).status).toBe(403);

  await send(list, `${list}/${lan}`, { viec: 'quyen', quyen: 'viewer' }, chief);
  expect((await findCredentials(db, 'lan-anh'))?.role).toBe('viewer');
  await send(list, `${list}/${lan}`, { viec: 'khoa' }, chief);
  expect([(await get('/quan-tri', hers)).status, (await signIn('lan-anh')).status]).toEqual([303, 401]);
  await send(list, `${list}/${lan}`, { viec: 'mo' }, chief);
  expect((await signIn('lan-anh')).status).toBe(303);

  const own = (await findCredentials(db, 'chu-nha'))?.id ?? 0;
  for (const fields of [{ viec: 'khoa' }, { viec: 'quyen', quyen: 'editor' }])
    expect((await send(list, `${list}/${own}`, fields, chief)).status).toBe(409);
  expect((await findCredentials(db, 'chu-nha'))?.isActive).toBe(true);
});

test('a reset link sets a password and ends what was open', async () => {
  const id = await makePerson(db, 'minh-quan', 'editor');
  const chief = sessionOf(await signIn('chu-nha'));
  const his = sessionOf(await signIn('minh-quan'));
  const shown = await (
    await send('/quan-tri/tai-khoan', `/quan-tri/tai-khoan/${id}`, { viec: 'lien_ket' }, chief)
  ).text();
  const path = `/quan-tri/moi/${/moi\/([\w-]{43})"/.exec(shown)?.[1]}`;
  const next = 'mười hai bến nước sông quê';

  expect((await send(path, path, { mat_khau: next, lai: next })).status).toBe(303);
  expect((await get('/quan-tri', his)).status).toBe(303);
  expect([(await signIn('minh-quan')).status, (await signIn('minh-quan', next)).status]).toEqual([401, 303]);
});

test('one changes the own password knowing the old one, and is signed out everywhere else', async () => {
  await makePerson(db, 'thu-ha', 'viewer');
  const [here, there] = [sessionOf(await signIn('thu-ha')), sessionOf(await signIn('thu-ha'))];
  const next = 'con mèo trèo cây cau hỏi thăm';
  const change = (hien_tai: string) =>
    send(me, `${me}/mat-khau`, { hien_tai, mat_khau: next, lai: next }, here).then((answer) => answer.status);

  expect(await change('đoán bừa xem sao')).toBe(400);
  expect(await change(password)).toBe(303);
  expect([(await get(me, here)).status, (await get(me, there)).status]).toEqual([200, 303]);
  expect((await signIn('thu-ha', next)).status).toBe(303);
});

test('whoever found an open session cannot guess the password in it for long', async () => {
  await makePerson(db, 'kim-chi', 'viewer');
  const cookie = sessionOf(await signIn('kim-chi'));
  const token = tokenOf(await (await get(me, cookie)).text());
  const statuses: number[] = [];
  for (let turn = 0; turn < 7; turn++) {
    const fields = { _csrf: token, viec: 'tat', hien_tai: `đoán lần thứ ${turn}` };
    statuses.push((await post(`${me}/hai-buoc`, fields, cookie)).status);
  }

  expect(statuses.at(0)).toBe(400);
  expect(statuses.at(-1)).toBe(429);
});

test('a second factor is asked for once it is on; each code and each recovery code works once', async () => {
  await makePerson(db, 'hoang-long', 'editor');
  const cookie = sessionOf(await signIn('hoang-long'));
  const page = await (await get(me, cookie)).text();
  const khoa = /name="khoa" value="([A-Z2-7]+)"/.exec(page)?.[1] ?? '';
  const secret = fromBase32(khoa) ?? Buffer.alloc(0);
  const code = (offset = 0) => codeOfStep(secret, Math.floor(Date.now() / 30_000) + offset);
  expect(page).toContain('<svg class="qr"');
  expect(page).toContain(`otpauth://totp/Tin%20Tinh:hoang-long?secret=${khoa}`);

  const on = { _csrf: tokenOf(page), viec: 'bat', khoa, hien_tai: password };
  expect((await post(`${me}/hai-buoc`, { ...on, ma: '000000' }, cookie)).status).toBe(400);
  const answer = await (await post(`${me}/hai-buoc`, { ...on, ma: code() }, cookie)).text();
  const spare = [...answer.matchAll(/<code>([A-Z2-7-]{19})<\/code>/g)].map((match) => match[1] ?? '');
  expect(new Set(spare).size).toBe(10);

  // The code that set it up is used up; the next one works once, a recovery code in any spelling once.
  expect((await signIn('hoang-long', password)).status).toBe(401);
  const next = code(1);
  const tries = [next, next, spare[0]?.toLowerCase().replaceAll('-', ' ') ?? '', spare[0] ?? ''];
  const statuses: number[] = [];
  for (const ma of tries) statuses.push((await signIn('hoang-long', password, { ma })).status);
  expect(statuses).toEqual([303, 401, 303, 401]);
  expect(await (await get(me, cookie)).text()).toContain('Còn 9 mã dự phòng.');
});

test('sessions are listed and ended one by one', async () => {
  await makePerson(db, 'ngoc-mai', 'viewer');
  const [here, there] = [sessionOf(await signIn('ngoc-mai')), sessionOf(await signIn('ngoc-mai'))];
  const page = await (await get(me, here)).text();
  const phien = /name="phien" value="([0-9a-f]{32})"/.exec(page)?.[1] ?? '';
  await post(`${me}/phien`, { _csrf: tokenOf(page), phien }, here);

  expect([(await get(me, here)).status, (await get(me, there)).status]).toEqual([200, 303]);
});

test('the audit log is found by who, what, target, day and words, page by page', async () => {
  const chief = sessionOf(await signIn('chu-nha'));
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date());
  const find = async (query: string) => (await get(`/quan-tri/nhat-ky?${query}`, chief)).text();
  const rows = (page: string) => page.split('<tr role="row">').length - 2;

  expect(rows(await find('ai=chu-nha&viec=account.change&gi=lan-anh'))).toBe(3);
  expect(rows(await find(`viec=account.totp_on&tu=${day}&den=${day}`))).toBe(1);
  expect(await find('viec=account.totp_on&den=2020-01-01')).toContain('Chưa có gì.');
  expect(rows(await find('q=lan-anh+viewer'))).toBe(1);

  const all = await listAudit(db, {}, 1_000, null);
  const older = await listAudit(db, {}, 1_000, all[4]?.id ?? 0);
  expect(older.map((line) => line.id)).toEqual(all.slice(5).map((line) => line.id));
  expect(JSON.stringify(all)).not.toMatch(/argon2|trâu qua sông/);
});
