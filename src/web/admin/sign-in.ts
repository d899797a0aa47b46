// /quan-tri/vao, /ra, /moi/<link> → a session, its end, and the account or password that a one-time link gives.
import { html } from 'hono/html';
import {
  findCredentials,
  findInvite,
  makeAccount,
  setPassword,
  takeInvite,
  takeTotpStep,
} from '../../store/account.ts';
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
import { hashPassword, isPassword, passwordLength, weaknessOf } from './password.ts';
import type { Screen } from './shell.ts';
import { stepOfCode } from './totp.ts';
import { consoleWords, roleWords } from './words.ts';

const freeTriesOfName = 5;
const freeTriesOfAddress = 20;

/** Names are lower-case letters, digits, dots and hyphens, 3 to 40. */
export const isAccountName = (name: string) => /^[a-z0-9][a-z0-9.-]{2,39}$/.test(name);

/** The words for a wanted password's weakness, or null. */
export function weakWords(lang: Lang, password: string, again: string, name: string): string | null {
  const words = consoleWords(lang);
  const weakness = weaknessOf(password, name);
  if (weakness !== null) return { short: words.short, long: words.long, name: words.weak }[weakness];
  return password === again ? null : words.differ;
}

/** Adds the doors. Touches session, account, invite, sign_in_try and audit. */
export function addDoors(desk: Desk): void {
  const { ctx, cookies, show, go, langOf } = desk;
  const { publicUrl } = ctx.config;
  const doorCookie = (token: string) => cookieLine(cookies.door, token, cookies.isSecure);

  function signInScreen(lang: Lang, door: string, next: string, notice: string | null): Screen {
    const words = consoleWords(lang);
    return {
      title: words.signIn,
      notice: notice === null ? null : { text: notice, isBad: true },
      content: html`<form method="post" action="/quan-tri/vao" class="card"><input type="hidden" name="_csrf" value="${formToken(door)}"><input type="hidden" name="toi" value="${next}">
<label>${words.name}<input name="ten" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="40"></label>
<label>${words.password}<input type="password" name="mat_khau" autocomplete="current-password" required maxlength="200"></label>
<label>${words.code}<input name="ma" inputmode="numeric" autocomplete="one-time-code" maxlength="7"></label>
<button class="main">${words.signIn}</button></form>`,
    };
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
    if (known.totpSecret !== null) {
      const step = stepOfCode(known.totpSecret, form.get('ma') ?? '', ctx.now());
      if (step === null || !(await takeTotpStep(ctx.db, known.id, step))) return refuse(401, words.wrong);
    }
    await forgetTries(ctx.db, nameKey);
    await forgiveTry(ctx.db, addressKey);
    const token = freshToken();
    const agent = (call.req.header('user-agent') ?? '').slice(0, 300);
    await openSession(ctx.db, known, { hash: hashToken(token), agent, address: addressKey });
    const taken = [cookieLine(cookies.session, token, cookies.isSecure), doorCookie('')];
    return go(safeNext(form.get('toi')), taken);
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

  desk.open('all', '/quan-tri/moi/:link', async (call) => {
    const lang = langOf(call);
    const words = consoleWords(lang);
    const link = call.req.param('link') ?? '';
    const isPost = call.req.method === 'POST';
    const hash = hashToken(link);
    const invite = /^[\w-]{43}$/.test(link) ? await findInvite(ctx.db, hash) : null;
    if (invite === null)
      return show(
        lang,
        null,
        { title: words.welcome, content: html``, notice: { text: words.inviteGone, isBad: true } },
        404,
      );
    const known = readCookie(call, cookies.door);
    const door = known ?? freshToken();
    const ask = (status: number, text: string | null) =>
      show(
        lang,
        null,
        {
          title: invite.accountName === null ? words.welcome : words.newPasswordFor(invite.accountName),
          notice: text === null ? null : { text, isBad: true },
          content: html`<form method="post" class="card"><input type="hidden" name="_csrf" value="${formToken(door)}">
${
  invite.accountName === null
    ? html`<p>${words.welcomeText(roleWords[invite.role]?.[lang] ?? invite.role)}</p>
<label>${words.name}<small>${words.nameRule}</small><input name="ten" autocomplete="username" autocapitalize="none" required minlength="3" maxlength="40"></label>`
    : html`<input type="hidden" name="ten" autocomplete="username" value="${invite.accountName}">`
}
<label>${words.newPassword}<small>${words.passwordRule}</small><input type="password" name="mat_khau" autocomplete="new-password" required minlength="12" maxlength="200"></label>
<label>${words.again}<input type="password" name="lai" autocomplete="new-password" required maxlength="200"></label>
<button class="main">${words.save}</button></form>`,
        },
        status,
        known === null ? { 'Set-Cookie': doorCookie(door) } : {},
      );
    if (!isPost) return ask(200, null);
    const form = await readForm(call);
    if (typeof form === 'number') return ask(form, words.badRequest);
    if (!isOurForm(call, form, known, publicUrl)) return ask(403, words.expired);
    const name = invite.accountName ?? (form.get('ten') ?? '').trim().toLowerCase();
    if (!isAccountName(name)) return ask(400, words.nameRule);
    const password = form.get('mat_khau') ?? '';
    const weak = weakWords(lang, password, form.get('lai') ?? '', name);
    if (weak !== null) return ask(400, weak);
    const kept = await hashPassword(password);
    // Asked before the link is used up, so that a taken name does not cost it.
    if (invite.accountId === null && (await findCredentials(ctx.db, name)) !== null) return ask(409, words.nameTaken);
    if (!(await takeInvite(ctx.db, hash))) return ask(404, words.inviteGone);
    if (invite.accountId !== null)
      await setPassword(ctx.db, { id: invite.accountId, name }, kept, { actor: name, keep: null });
    else if ((await makeAccount(ctx.db, { name, role: invite.role, password: kept }, name)) === null)
      return ask(409, words.nameTaken);
    return go('/quan-tri/vao');
  });
}
