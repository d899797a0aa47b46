// /quan-tri/vao, /ra → a session, by password and second factor, and its end.
import type { Context as Call } from 'hono';
import { html } from 'hono/html';
import type { Credentials } from '../../store/account.ts';
import { findCredentials, takeCode, takeTotpStep } from '../../store/account.ts';
import { countTry, endSessions, forgetTries, forgiveTry, openSession } from '../../store/session.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import {
  addressOf,
  cookieLine,
  formToken,
  freshToken,
  hashToken,
  isOurForm,
  readCookie,
  readForm,
  safeNext,
} from './door.ts';
import { isPassword, passwordLength } from './password.ts';
import { codeHash } from './recovery.ts';
import type { Html, Screen } from './shell.ts';
import { stepOfCode } from './totp.ts';
import { consoleWords } from './words.ts';
import { doorWords } from './words-doors.ts';

/** Tries at a name before each further one must wait. */
export const freeTriesOfName = 5;
/** Tries from an address, likewise. */
export const freeTriesOfAddress = 20;

/** Opens a session for somebody who proved who they are; answers the cookies to set. Touches session, account and audit. */
export async function letIn(desk: Desk, call: Call, account: { id: number; name: string }): Promise<string[]> {
  const { ctx, cookies } = desk;
  const token = freshToken();
  const agent = (call.req.header('user-agent') ?? '').slice(0, 300);
  const address = await desk.keyedHash('address', addressOf(call));
  await openSession(ctx.db, account, { hash: hashToken(token), agent, address });
  return [cookieLine(cookies.session, token, cookies.isSecure), cookieLine(cookies.door, '', cookies.isSecure)];
}

/** Adds the door. Touches session, account, recovery_code, sign_in_try and audit. */
export function addDoors(desk: Desk): void {
  const { ctx, cookies, show, go, langOf } = desk;
  const { publicUrl } = ctx.config;
  const doorCookie = (token: string) => cookieLine(cookies.door, token, cookies.isSecure);

  // A link, not a form: the service may then send the browser on wherever it likes.
  function serviceLink(lang: Lang): Html {
    const { oidc } = ctx.config;
    const more = doorWords(lang);
    return oidc && ctx.http
      ? html`<p><a class="button main" href="/quan-tri/vao/ngoai">${more.by(oidc.name)}</a></p><p class="soft">${more.or}</p>`
      : html``;
  }

  function signInScreen(lang: Lang, door: string, next: string, notice: string | null): Screen {
    const words = consoleWords(lang);
    return {
      title: words.signIn,
      notice: notice === null ? null : { text: notice, isBad: true },
      content: html`${serviceLink(lang)}<form method="post" action="/quan-tri/vao" class="card"><input type="hidden" name="_csrf" value="${formToken(door)}"><input type="hidden" name="toi" value="${next}">
<label>${words.name}<input name="ten" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="40"></label>
<label>${words.password}<input type="password" name="mat_khau" autocomplete="current-password" required maxlength="200"></label>
<label>${words.code}<small>${doorWords(lang).codeOrSpare}</small><input name="ma" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="24"></label>
<button class="main">${words.signIn}</button></form>`,
    };
  }

  // The digits of the app, or one of the codes kept for the day it is lost; each works once.
  async function isSecondFactor(known: Credentials, code: string): Promise<boolean> {
    const step = known.totpSecret === null ? null : stepOfCode(known.totpSecret, code, ctx.now());
    if (step !== null) return takeTotpStep(ctx.db, known.id, step);
    const hash = codeHash(code);
    return hash !== null && takeCode(ctx.db, known, hash);
  }

  desk.open('get', '/quan-tri/vao', async (call) => {
    const known = readCookie(call, cookies.door);
    const door = known ?? freshToken();
    const more: Record<string, string> = known === null ? { 'Set-Cookie': doorCookie(door) } : {};
    return show(langOf(call), null, signInScreen(langOf(call), door, safeNext(call.req.query('toi')), null), 200, more);
  });

  desk.open('post', '/quan-tri/vao', async (call) => {
    const lang = langOf(call);
    const words = consoleWords(lang);
    const form = await readForm(call);
    const door = readCookie(call, cookies.door);
    const refuse = (status: number, text: string, more: Record<string, string> = {}) => {
      const known = door ?? freshToken();
      const cookie: Record<string, string> = door === null ? { 'Set-Cookie': doorCookie(known) } : {};
      const next = typeof form === 'number' ? null : form.get('toi');
      return show(lang, null, signInScreen(lang, known, safeNext(next), text), status, { ...cookie, ...more });
    };
    if (typeof form === 'number') return refuse(form, words.badRequest);
    if (!isOurForm(call, form, door, publicUrl)) return refuse(403, words.expired);
    const name = (form.get('ten') ?? '').trim().toLowerCase().slice(0, 200);
    const password = form.get('mat_khau') ?? '';
    if ([...password].length > passwordLength.most) return refuse(400, words.wrong);

    const addressKey = await desk.keyedHash('address', addressOf(call));
    const nameKey = await desk.keyedHash('name', name);
    const wait = Math.max(
      await countTry(ctx.db, addressKey, freeTriesOfAddress),
      await countTry(ctx.db, nameKey, freeTriesOfName),
    );
    if (wait > 0) return refuse(429, words.wait(wait), { 'Retry-After': String(wait) });
    const known = await findCredentials(ctx.db, name);
    const isRight = await isPassword(password, known?.isActive ? known.password : null);
    if (known === null || !isRight) return refuse(401, words.wrong);
    if (known.totpSecret !== null && !(await isSecondFactor(known, form.get('ma') ?? '')))
      return refuse(401, words.wrong);
    await forgetTries(ctx.db, nameKey);
    await forgiveTry(ctx.db, addressKey);
    return go(safeNext(form.get('toi')), await letIn(desk, call, known));
  });

  desk.act('/quan-tri/ra', 'viewer', async (_call, { session }) => {
    const account = { id: session.accountId, name: session.name };
    await endSessions(ctx.db, account, { head: session.hash.toString('hex') });
    return go('/quan-tri/vao', [cookieLine(cookies.session, '', cookies.isSecure)]);
  });

  desk.open('get', '/quan-tri/ngon-ngu', async (call) => {
    const lang = call.req.query('lang') === 'en' ? 'en' : 'vi';
    return go('/quan-tri', [`tin-ngon-ngu=${lang}; Path=/quan-tri; SameSite=Lax; Max-Age=31536000`]);
  });
}
