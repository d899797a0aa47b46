// The console's doors over HTTP on a real database: who gets in, who does not, and what every answer carries.
import { expect, test } from 'vitest';
import { makeInvite } from '../src/store/invite.ts';
import { searchAudit } from '../src/store/audit.ts';
import { codeOfStep, stepOfCode } from '../src/web/admin/totp.ts';
import { cookiesOf, makePerson, openBrowserless, password, sessionOf, tokenOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { startTestSite } from './support/site.ts';

const db = await freshDatabase();
const site = await startTestSite(db);
const { get, post, signIn } = openBrowserless(site.url);
const make = (name: string) => makePerson(db, name);

test('the right password opens a session in a guarded cookie, and signing out ends it', async () => {
  await make('an-hoa');
  const answer = await signIn('an-hoa', password, { toi: '//evil.example' });
  const cookie = sessionOf(answer);
  const front = await get('/quan-tri', cookie);
  const token = tokenOf(await front.text());

  expect([answer.status, answer.headers.get('location'), front.status]).toEqual([303, '/quan-tri', 200]);
  expect(answer.headers.getSetCookie()[0]).toMatch(
    /^__Host-tin=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  expect((await post('/quan-tri/ra', {}, cookie)).status).toBe(403);
  expect((await post('/quan-tri/ra', { _csrf: token }, cookie, 'https://evil.example')).status).toBe(403);
  expect((await get('/quan-tri', cookie)).status).toBe(200);
  await post('/quan-tri/ra', { _csrf: token }, cookie);
  expect((await get('/quan-tri', cookie)).status).toBe(303);
  expect((await searchAudit(db, 'an-hoa session', 10, null)).map((line) => line.action)).toEqual([
    'session.end',
    'session.open',
  ]);
});

test('a wrong password, an unknown name and a foreign page get nothing', async () => {
  await make('binh-minh');
  const [wrong, unknown] = [await signIn('binh-minh', 'sai rồi sai rồi'), await signIn('khong-co', 'sai rồi sai rồi')];
  const page = await get('/quan-tri/vao');
  const fields = { _csrf: tokenOf(await page.text()), ten: 'binh-minh', mat_khau: password };
  const foreign = await post('/quan-tri/vao', fields, cookiesOf(page).join('; '), 'https://evil.example');

  expect([wrong.status, unknown.status, foreign.status]).toEqual([401, 401, 403]);
  expect([wrong, unknown, foreign].map(sessionOf)).toEqual(['', '', '']);
});

test('wrong tries close an account for a while', async () => {
  await make('chau-giang');
  const statuses: number[] = [];
  for (let turn = 0; turn < 8; turn++) statuses.push((await signIn('chau-giang', `sai lần thứ ${turn}`)).status);

  expect(statuses.slice(0, 6)).toEqual([401, 401, 401, 401, 401, 401]);
  expect(statuses.slice(6)).toEqual([429, 429]);
});

test('a one-time link makes one account and no second', async () => {
  const link = await makeInvite(db, { role: 'viewer', accountId: null, hours: 1 }, 'test');
  const page = await get(`/quan-tri/moi/${link}`);
  const fields = { _csrf: tokenOf(await page.text()), ten: 'moi-toi', mat_khau: password, lai: password };
  const made = await post(`/quan-tri/moi/${link}`, fields, cookiesOf(page).join('; '));

  expect(made.status).toBe(303);
  expect((await get(`/quan-tri/moi/${link}`)).status).toBe(404);
  expect(sessionOf(await signIn('moi-toi', password))).not.toBe('');
});

test('every answer of the console is framed by nobody, kept by nobody and runs nothing, whatever went wrong', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const ask = (path: string, init: RequestInit = {}) => fetch(`${site.url}${path}`, { redirect: 'manual', ...init });
  const answers: [number, Response][] = [
    [303, await ask('/quan-tri')],
    [200, await ask('/quan-tri/vao')],
    [404, await ask('/quan-tri/khong-co')],
    [404, await ask('/quan-tri/moi/x')],
    [404, await ask('/quan-tri/%E0%A4%A')],
    [405, await ask('/quan-tri/vao', { method: 'DELETE' })],
    [413, await ask('/quan-tri/vao', { method: 'POST', headers: form, body: 'a='.padEnd(100_000, 'x') })],
    [415, await ask('/quan-tri/vao', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })],
    [403, await ask('/quan-tri/vao', { method: 'POST', headers: form, body: 'ten=a' })],
    [429, await signIn('chau-giang')],
    [303, await ask('/quan-tri/ngon-ngu?lang=en')],
  ];
  for (const [status, answer] of answers) {
    expect(answer.status, answer.url).toBe(status);
    const policy = answer.headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'none'", "script-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(policy, answer.url).toContain(rule);
    expect(answer.headers.get('cache-control'), answer.url).toBe('no-store');
    expect(answer.headers.get('x-content-type-options'), answer.url).toBe('nosniff');
    expect(answer.headers.get('strict-transport-security'), answer.url).toMatch(/max-age=\d+/);
  }
});

test('a failure behind a screen is answered with the same headers', async () => {
  const broken = await freshDatabase();
  const other = await startTestSite(broken);
  await broken.schema.dropTable('sign_in_try').execute();
  const answer = await openBrowserless(other.url).signIn('an-hoa');

  expect(answer.status).toBe(500);
  expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(await answer.text()).not.toMatch(/sign_in_try|relation/);
});

test('codes are those of RFC 6238, and a step off is forgiven', () => {
  const secret = Buffer.from('12345678901234567890');

  expect(codeOfStep(secret, Math.floor(59 / 30))).toBe('287082');
  expect(stepOfCode(secret, '287 082', new Date(89_000))).toBe(1);
  expect(stepOfCode(secret, '287082', new Date(120_000))).toBeNull();
});
