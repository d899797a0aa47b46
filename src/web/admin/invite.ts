// /quan-tri/moi/<link> → the account, or the new password, that a one-time link gives to whoever holds it.
import type { Context as Call } from 'hono';
import { html } from 'hono/html';
import { acceptInvite, findInvite } from '../../store/invite.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { cookieLine, formToken, freshToken, isOurForm, readCookie, readForm } from './door.ts';
import { hashPassword, weaknessOf } from './password.ts';
import { consoleWords, roleWords } from './words.ts';

/** Names are lower-case letters, digits, dots and hyphens, 3 to 40. */
export const isAccountName = (name: string) => /^[a-z0-9][a-z0-9.-]{2,39}$/.test(name);

/** The words for a wanted password's weakness, or null. */
export function weakWords(lang: Lang, password: string, again: string, name: string): string | null {
  const words = consoleWords(lang);
  const weakness = weaknessOf(password, name);
  if (weakness !== null) return { short: words.short, long: words.long, name: words.weak }[weakness];
  return password === again ? null : words.differ;
}

/** Adds the way in by link. Touches account, invite, session and audit. */
export function addInvites(desk: Desk): void {
  const { ctx, cookies, show, go, langOf } = desk;

  const answer = async (call: Call): Promise<Response> => {
    const lang = langOf(call);
    const words = consoleWords(lang);
    const link = call.req.param('link') ?? '';
    const gone = () => {
      const notice = { text: words.inviteGone, isBad: true };
      return show(lang, null, { title: words.welcome, content: html``, notice }, 404);
    };
    const invite = /^[\w-]{43}$/.test(link) ? await findInvite(ctx.db, link) : null;
    if (invite === null) return gone();
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
<label>${words.name}<small>${words.nameRule}</small><input name="ten" autocomplete="username" autocapitalize="none" spellcheck="false" required minlength="3" maxlength="40"></label>`
    : html`<input type="hidden" name="ten" autocomplete="username" value="${invite.accountName}">`
}
<label>${words.newPassword}<small>${words.passwordRule}</small><input type="password" name="mat_khau" autocomplete="new-password" required minlength="12" maxlength="200"></label>
<label>${words.again}<input type="password" name="lai" autocomplete="new-password" required maxlength="200"></label>
<button class="main">${words.save}</button></form>`,
        },
        status,
        known === null ? { 'Set-Cookie': cookieLine(cookies.door, door, cookies.isSecure) } : {},
      );
    if (call.req.method !== 'POST') return ask(200, null);
    const form = await readForm(call);
    if (typeof form === 'number') return ask(form, words.badRequest);
    if (!isOurForm(call, form, known, ctx.config.publicUrl)) return ask(403, words.expired);
    const name = invite.accountName ?? (form.get('ten') ?? '').trim().toLowerCase();
    if (!isAccountName(name)) return ask(400, words.nameRule);
    const password = form.get('mat_khau') ?? '';
    const weak = weakWords(lang, password, form.get('lai') ?? '', name);
    if (weak !== null) return ask(400, weak);
    const outcome = await acceptInvite(ctx.db, link, { name, password: await hashPassword(password) });
    if (outcome === 'taken') return ask(409, words.nameTaken);
    return outcome === 'gone' ? gone() : go('/quan-tri/vao');
  };
  desk.open('get', '/quan-tri/moi/:link', answer);
  desk.open('post', '/quan-tri/moi/:link', answer);
}
