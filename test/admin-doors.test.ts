// The console's doors over HTTP on a real database: who gets in, who does not, and what every answer carries.
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeAccount, makeInvite } from '../src/store/account.ts';
import { searchAudit } from '../src/store/audit.ts';
import type { Role } from '../src/store/schema-console.ts';
import { hashPassword } from '../src/web/admin/password.ts';
import { codeOfStep, stepOfCode } from '../src/web/admin/totp.ts';
import { freshDatabase } from './support/database.ts';
import { publicUrl, startTestSite } from './support/site.ts';

const password = 'chín con trâu qua sông';
const db = await freshDatabase();
const site = await startTestSite(db);
const kept = await hashPassword(password);
const make = (name: string, role: Role = 'admin') => makeAccount(db, { name, role, password: kept }, 'test');

const fieldOf = (page: string) => /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
const cookiesOf = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
const get = (path: string, cookie = '') => fetch(`${site.url}${path}`, { headers: { cookie }, redirect: 'manual' });
const post = (path: string, fields: Record<string, string>, cookie: string, origin = publicUrl) =>
  fetch(`${site.url}${path}`, {
    method: 'POST',
    headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

async function signIn(
  ten: string,
  mat_khau: string,
  more: Record<string, string> = {},
  origin = publicUrl,
): Promise<Response> {
  const page = await get('/quan-tri/vao');
  const fields = { _csrf: fieldOf(await page.text()), ten, mat_khau, ...more };
  return post('/quan-tri/vao', fields, cookiesOf(page).join('; '), origin);
}
const sessionOf = (answer: Response) => cookiesOf(answer).find((one) => one.startsWith('__Host-tin=')) ?? '';

test('the right password opens a session in a guarded cookie, and signing out ends it', async () => {
  await make('an-hoa');
  const answer = await signIn('an-hoa', password, { toi: '//evil.example' });
  const cookie = sessionOf(answer);
  const front = await get('/quan-tri', cookie);
  const token = fieldOf(await front.text());

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
  const foreign = await signIn('binh-minh', password, {}, 'https://evil.example');

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
  const link = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(link).digest();
  await makeInvite(db, { hash, role: 'viewer', accountId: null, hours: 1 }, 'test');
  const page = await get(`/quan-tri/moi/${link}`);
  const fields = { _csrf: fieldOf(await page.text()), ten: 'moi-toi', mat_khau: password, lai: password };
  const made = await post(`/quan-tri/moi/${link}`, fields, cookiesOf(page).join('; '));

  expect(made.status).toBe(303);
  expect((await get(`/quan-tri/moi/${link}`)).status).toBe(404);
  expect(sessionOf(await signIn('moi-toi', password))).not.toBe('');
});

test('every answer of the console is framed by nobody and kept by nobody', async () => {
  for (const path of ['/quan-tri', '/quan-tri/vao', '/quan-tri/khong-co', '/quan-tri/moi/x']) {
    const { headers } = await get(path);
    expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control'), path).toBe('no-store');
  }
});

test('codes are those of RFC 6238, and a step off is forgiven', () => {
  const secret = Buffer.from('12345678901234567890');

  expect(codeOfStep(secret, Math.floor(59 / 30))).toBe('287082');
  expect(stepOfCode(secret, '287 082', new Date(89_000))).toBe(1);
  expect(stepOfCode(secret, '287082', new Date(120_000))).toBeNull();
});
