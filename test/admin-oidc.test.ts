// Sign-in by an OpenID Connect provider, end to end against a small strict one on loopback: who gets in, as what, and every wrong answer refused.
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { changeAccount, findCredentials } from '../src/store/account.ts';
import { claimAt } from '../src/web/admin/oidc.ts';
import { nameOf, roleOf } from '../src/web/admin/service-door.ts';
import { cookiesOf, makePerson, openBrowserless, sessionOf } from './support/console.ts';
import { freshDatabase } from './support/database.ts';
import { client, startProvider } from './support/oidc-provider.ts';
import { startTestSite } from './support/site.ts';

const lan = { sub: 'u-1', preferred_username: 'lan.anh', groups: ['toa-soan-bien-tap'] };
const provider = await startProvider({ claims: lan });
const db = await freshDatabase();
const { oidc } = loadConfig({
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: client.id,
  OIDC_CLIENT_SECRET: client.secret,
  OIDC_NAME: 'Tài khoản toà soạn',
  OIDC_ROLES: 'admin=toa-soan-quan-tri,editor=toa-soan-bien-tap',
});
if (oidc === null) throw new Error('no provider was read');
const site = await startTestSite(db, { pictures: [provider.authority], oidc });
const { get } = openBrowserless(site.url);
const door = '/quan-tri/vao/ngoai';

/** The whole way of a browser; `meddle` may change the address that the provider sends it back to. */
async function enter(meddle: (back: URL) => URL = (back) => back) {
  const out = await get(door);
  const cookie = cookiesOf(out).join('; ');
  const asked = await fetch(out.headers.get('location') ?? '', { redirect: 'manual' });
  const back = meddle(new URL(asked.headers.get('location') ?? ''));
  const path = `${back.pathname}${back.search}`;
  return { answer: await get(path, cookie), path, cookie };
}

test('somebody the provider vouches for gets an account and a session of the role that the claim says', async () => {
  expect(await (await get('/quan-tri/vao')).text()).toContain('Đăng nhập bằng Tài khoản toà soạn');
  const { answer, path, cookie } = await enter();

  expect([answer.status, answer.headers.get('refresh')]).toEqual([200, '0; url=/quan-tri']);
  expect((await get('/quan-tri/tai-khoan/toi', sessionOf(answer))).status).toBe(200);
  expect(await findCredentials(db, 'lan.anh')).toMatchObject({ role: 'editor', isExternal: true, password: null });
  // A code and its state are good once, and only in the browser that began.
  expect([(await get(path, cookie)).status, (await get(path)).status]).toEqual([401, 401]);
});

test('the role follows the provider at each sign-in, and whoever has none left is out everywhere', async () => {
  provider.mood = { claims: { ...lan, groups: ['khac', 'toa-soan-quan-tri'] } };
  const session = sessionOf((await enter()).answer);
  expect((await findCredentials(db, 'lan.anh'))?.role).toBe('admin');
  expect((await get('/quan-tri/tai-khoan', session)).status).toBe(200);

  provider.mood = { claims: { ...lan, groups: ['khac'] } };
  expect((await enter()).answer.status).toBe(403);
  expect((await get('/quan-tri', session)).status).toBe(303);
});

test('groups may be told by userinfo alone', async () => {
  const claims = { sub: 'u-2' };
  provider.mood = { claims, atUserinfo: { email: 'Minh.Quân@toa-soan.example', groups: ['toa-soan-bien-tap'] } };

  expect((await enter()).answer.status).toBe(200);
  expect((await findCredentials(db, 'minh.quan'))?.role).toBe('editor');
});

test.each(['nonce', 'signature', 'audience', 'expired', 'denied'] as const)(
  'an answer with a wrong %s opens nothing',
  async (twist) => {
    provider.mood = { claims: { ...lan, sub: `u-${twist}`, preferred_username: `ten-${twist}` }, twist };
    const { answer } = await enter();

    expect([answer.status, sessionOf(answer)]).toEqual([401, '']);
    expect(await findCredentials(db, `ten-${twist}`)).toBeNull();
  },
);

test('a state of somebody else, or none, opens nothing and exchanges no code', async () => {
  provider.mood = { claims: lan };
  const before = provider.tokenRequests;
  const { answer } = await enter((back) => {
    back.searchParams.set('state', 'x'.repeat(43));
    return back;
  });

  expect([answer.status, sessionOf(answer), provider.tokenRequests]).toEqual([401, '', before]);
});

test('a name that is taken here is not entered by way of the provider, and a closed account stays closed', async () => {
  await makePerson(db, 'truong-phong');
  provider.mood = { claims: { sub: 'u-3', preferred_username: 'truong-phong', groups: ['toa-soan-quan-tri'] } };
  expect((await enter()).answer.status).toBe(403);
  expect((await findCredentials(db, 'truong-phong'))?.isExternal).toBe(false);

  const closed = await findCredentials(db, 'minh.quan');
  if (closed !== null) await changeAccount(db, closed, { isActive: false }, 'test');
  provider.mood = { claims: { sub: 'u-2', groups: ['toa-soan-bien-tap'] } };
  expect((await enter()).answer.status).toBe(403);
});

test('an account of the provider has no password to guess', async () => {
  const { signIn } = openBrowserless(site.url);
  expect([(await signIn('lan.anh', '')).status, (await signIn('lan.anh', 'null')).status]).toEqual([401, 401]);
});

test('claims become roles and names', () => {
  const roles = loadConfig({
    OIDC_ISSUER: 'https://id.example',
    OIDC_CLIENT_ID: 'x',
    OIDC_ROLES: 'viewer=*, admin=/toà soạn/quản trị',
  }).oidc?.roles;
  expect(roleOf(undefined, roles ?? [])).toBe('viewer');
  expect(roleOf(['a', '/toà soạn/quản trị'], roles ?? [])).toBe('admin');
  expect(roleOf('editor', [])).toBeNull();
  expect(claimAt({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual(['a']);
  expect(claimAt({ 'https://x.example/groups': 'a' }, 'https://x.example/groups')).toBe('a');
  expect(nameOf({ subject: '12', claims: { preferred_username: 'Đỗ Văn A' } })).toBe('do-van-a');
  expect(nameOf({ subject: '..', claims: {} })).toBeNull();
});

test('half a configuration is refused, and the secret is never repeated', () => {
  expect(() => loadConfig({ OIDC_ISSUER: 'https://id.example' })).toThrow(/OIDC_CLIENT_ID.*OIDC_ROLES/s);
  expect(() => loadConfig({ OIDC_ISSUER: 'http://id.example', OIDC_CLIENT_ID: 'x', OIDC_ROLES: 'viewer=*' })).toThrow(
    /https/,
  );
  expect(() => loadConfig({ OIDC_ROLES: 'chief=a' })).toThrow(/role=group/);
});
