// A test site → a person at its console, over plain HTTP: signed in, reading screens, sending forms with their token.
import type { Db } from '../../src/store/db.ts';
import { makeAccount } from '../../src/store/account.ts';
import type { Role } from '../../src/store/schema-console.ts';
import { hashPassword } from '../../src/web/admin/password.ts';
import { publicUrl } from './site.ts';

/** The password of everybody that `makePerson` makes. */
export const password = 'chín con trâu qua sông';

let kept: Promise<string> | null = null;

/** An account with that password. */
export async function makePerson(db: Db, name: string, role: Role = 'admin'): Promise<number> {
  kept ??= hashPassword(password);
  const id = await makeAccount(db, { name, role, password: await kept }, 'test');
  if (id === null) throw new Error(`${name} is taken`);
  return id;
}

/** The form token of a page. */
export const tokenOf = (page: string) => /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
/** `name=value` of every cookie that an answer sets. */
export const cookiesOf = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
/** The session's cookie of an answer, '' for none. */
export const sessionOf = (answer: Response) => cookiesOf(answer).find((one) => one.startsWith('__Host-tin=')) ?? '';

/** Plain requests to a console; nothing is followed. */
export function openBrowserless(url: string) {
  const get = (path: string, cookie = '') => fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' });
  const post = (path: string, fields: Record<string, string>, cookie: string, origin = publicUrl) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });

  /** Sends the form of a page as it would be by whoever looks at it. */
  async function send(page: string, action: string, fields: Record<string, string>, cookie = ''): Promise<Response> {
    const seen = await get(page, cookie);
    const cookies = [cookie, ...cookiesOf(seen)].filter((one) => one !== '').join('; ');
    return post(action, { _csrf: tokenOf(await seen.text()), ...fields }, cookies);
  }

  const signIn = (ten: string, mat_khau = password, more: Record<string, string> = {}) =>
    send('/quan-tri/vao', '/quan-tri/vao', { ten, mat_khau, ...more });

  return { get, post, send, signIn };
}
