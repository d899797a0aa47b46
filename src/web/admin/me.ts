// /quan-tri/tai-khoan/toi → one's own password, second factor with its codes, and open sessions.
import { randomBytes } from 'node:crypto';
import { html } from 'hono/html';
import { countCodes, findAccount, renewCodes, setPassword, setTotp } from '../../store/account.ts';
import { endSessions, listSessions } from '../../store/session.ts';
import { agentName } from './agent.ts';
import type { Desk } from './desk.ts';
import { weakWords } from './invite.ts';
import { actionButton, dataTable, facts, timeTag } from './parts.ts';
import { hashPassword } from './password.ts';
import { provePassword } from './prove.ts';
import { qrPicture } from './qr.ts';
import { freshCodes } from './recovery.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { fromBase32, stepOfCode, toBase32 } from './totp.ts';
import { consoleWords, roleWords } from './words.ts';
import { doorWords } from './words-doors.ts';

const path = '/quan-tri/tai-khoan/toi';
const secretBytes = 20;

type Said = { text: string; isBad: boolean } | null;

/** Adds the screen of one's own account. Touches account, recovery_code, session and audit. */
export function addMe(desk: Desk): void {
  const { ctx, show, go } = desk;

  function passwordField(lang: Visitor['lang'], id: string): Html {
    return html`<div class="field"><label for="${id}">${consoleWords(lang).now}</label><input id="${id}" type="password" name="hien_tai" autocomplete="current-password" required maxlength="200"></div>`;
  }

  function passwordForm(visitor: Visitor): Html {
    const words = consoleWords(visitor.lang);
    return html`<section class="panel" aria-labelledby="mk"><h2 id="mk">${words.changePassword}</h2>
<form method="post" action="${path}/mat-khau" class="form">${tokenField(visitor)}<input type="hidden" autocomplete="username" value="${visitor.session.name}">
${passwordField(visitor.lang, 'mk-cu')}<label>${words.newPassword}<small>${words.passwordRule}</small><input type="password" name="mat_khau" autocomplete="new-password" required minlength="12" maxlength="200"></label>
<label>${words.again}<input type="password" name="lai" autocomplete="new-password" required maxlength="200"></label><div class="row"><button class="main">${words.changePassword}</button></div></form></section>`;
  }

  // The secret comes back with the form: whoever is inside may choose their own, and nobody else can send this form.
  function setUp(visitor: Visitor, secret: Buffer): Html {
    const words = consoleWords(visitor.lang);
    const more = doorWords(visitor.lang);
    const key = toBase32(secret);
    // Some apps show other letters wrongly.
    const address = `otpauth://totp/Tin%20Tinh:${encodeURIComponent(visitor.session.name)}?secret=${key}&issuer=Tin%20Tinh`;
    return html`<p>${words.totpOff}</p><p>${more.scan}</p>${qrPicture(address, more.qrLabel)}
<p>${more.key}: <code class="key">${key.replace(/(.{4})(?=.)/g, '$1 ')}</code><br><a href="${address}">${more.openApp}</a></p>
<form method="post" action="${path}/hai-buoc" class="form">${tokenField(visitor)}<input type="hidden" name="khoa" value="${key}">
<label>${words.codeNow}<input name="ma" inputmode="numeric" autocomplete="one-time-code" required maxlength="7"></label>
${passwordField(visitor.lang, 'hb-cu')}<div class="row"><button class="main" name="viec" value="bat">${words.turnOn}</button></div></form>`;
  }

  async function secondFactor(visitor: Visitor, secret: Buffer): Promise<Html> {
    const words = consoleWords(visitor.lang);
    const more = doorWords(visitor.lang);
    const { session } = visitor;
    const head = html`<h2 id="hai-buoc">${words.totp}</h2>`;
    if (!session.hasTotp)
      return html`<section class="panel" aria-labelledby="hai-buoc">${head}${setUp(visitor, secret)}</section>`;
    const left = await countCodes(ctx.db, session.accountId);
    return html`<section class="panel" aria-labelledby="hai-buoc">${head}<p>${words.totpOn} ${more.spareLeft(left)}</p>
<form method="post" action="${path}/hai-buoc" class="form">${tokenField(visitor)}${passwordField(visitor.lang, 'hb-cu')}
<div class="row"><button name="viec" value="ma">${more.spareNew}</button><button name="viec" value="tat">${words.turnOff}</button></div><p><small>${more.spareOld}</small></p></form></section>`;
  }

  async function sessionList(visitor: Visitor): Promise<Html> {
    const { lang, session } = visitor;
    const words = consoleWords(lang);
    const more = doorWords(lang);
    const now = ctx.now();
    const rows = await listSessions(ctx.db, session.accountId);
    const end = (phien: string, word: string, say?: string) =>
      actionButton(visitor, `${path}/phien`, word, { fields: { phien }, ...(say === undefined ? {} : { say }) });
    return html`<section class="panel" aria-labelledby="phien"><h2 id="phien">${words.sessions}</h2>${dataTable({
      caption: words.sessions,
      columns: [more.browser, more.firstSeen, more.lastSeen, ''],
      rows: rows.map((row) => {
        const isThis = row.hash.equals(session.hash);
        const browser = agentName(row.agent) ?? more.unknownAgent;
        return [
          html`${browser}${isThis ? html` <strong>(${words.thisOne})</strong>` : ''}`,
          timeTag(row.createdAt, now, lang),
          timeTag(row.seenAt, now, lang),
          isThis ? '' : end(row.hash.toString('hex').slice(0, 32), words.end, `${words.end}: ${browser}`),
        ];
      }),
    })}${rows.length > 1 ? end('khac', words.endOthers) : ''}</section>`;
  }

  async function screen(
    visitor: Visitor,
    said: Said,
    status = 200,
    secret: Buffer = randomBytes(secretBytes),
    more: Record<string, string> = {},
  ): Promise<Response> {
    const words = consoleWords(visitor.lang);
    const { session } = visitor;
    const account = await findAccount(ctx.db, session.accountId);
    const own = account?.isExternal
      ? html`<p>${doorWords(visitor.lang).externalNote}</p>`
      : html`<div class="split">${passwordForm(visitor)}${await secondFactor(visitor, secret)}</div>`;
    const content = html`<section class="panel">${facts([
      [words.name, session.name],
      [words.role, roleWords[session.role]?.[visitor.lang] ?? session.role],
    ])}</section>${own}${await sessionList(visitor)}`;
    return show(visitor.lang, visitor, { title: words.me, content, notice: said, path }, status, more);
  }

  /** Says why not, or null when the password was right. */
  async function refusal(visitor: Visitor, form: URLSearchParams, secret?: Buffer): Promise<Response | null> {
    const words = consoleWords(visitor.lang);
    const proof = await provePassword(desk, visitor, form.get('hien_tai') ?? '');
    if (proof === true) return null;
    return typeof proof === 'number'
      ? screen(visitor, { text: words.wait(proof), isBad: true }, 429, secret, { 'Retry-After': String(proof) })
      : screen(visitor, { text: words.wrongCode, isBad: true }, 400, secret);
  }

  function showCodes(visitor: Visitor, codes: readonly string[]): Promise<Response> {
    const more = doorWords(visitor.lang);
    const content = html`<p>${more.spareText}</p><ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
<p><a class="button" href="${path}">${more.kept}</a></p>`;
    return show(visitor.lang, visitor, { title: more.spare, content, path });
  }

  desk.screen(path, 'viewer', async (call, visitor) => {
    const text = doorWords(visitor.lang).done[call.req.query('da') ?? ''];
    return screen(visitor, text === undefined ? null : { text, isBad: false });
  });

  desk.act(`${path}/mat-khau`, 'viewer', async (_call, visitor, form) => {
    const { session, lang } = visitor;
    const refused = await refusal(visitor, form);
    if (refused !== null) return refused;
    const password = form.get('mat_khau') ?? '';
    const weak = weakWords(lang, password, form.get('lai') ?? '', session.name);
    if (weak !== null) return screen(visitor, { text: weak, isBad: true }, 400);
    const account = { id: session.accountId, name: session.name };
    await setPassword(ctx.db, account, await hashPassword(password), { actor: session.name, keep: session.hash });
    return go(`${path}?da=mat_khau`);
  });

  desk.act(`${path}/hai-buoc`, 'viewer', async (_call, visitor, form) => {
    const { session, lang } = visitor;
    const words = consoleWords(lang);
    const account = { id: session.accountId, name: session.name };
    const task = form.get('viec');
    const secret = fromBase32(form.get('khoa') ?? '');
    const refused = await refusal(visitor, form, secret ?? undefined);
    if (refused !== null) return refused;
    if (task === 'bat') {
      if (session.hasTotp || secret?.length !== secretBytes)
        return screen(visitor, { text: words.badRequest, isBad: true }, 400);
      const step = stepOfCode(secret, form.get('ma') ?? '', ctx.now());
      if (step === null) return screen(visitor, { text: words.wrongCode, isBad: true }, 400, secret);
      const { codes, hashes } = freshCodes();
      await setTotp(ctx.db, account, { secret, step, codes: hashes }, session.name);
      return showCodes(visitor, codes);
    }
    if (!session.hasTotp) return go(path);
    if (task === 'ma') {
      const { codes, hashes } = freshCodes();
      await renewCodes(ctx.db, account, hashes);
      return showCodes(visitor, codes);
    }
    if (task !== 'tat') return screen(visitor, { text: words.badRequest, isBad: true }, 400);
    await setTotp(ctx.db, account, null, session.name);
    return go(`${path}?da=tat`);
  });

  desk.act(`${path}/phien`, 'viewer', async (_call, { session }, form) => {
    const which = form.get('phien') ?? '';
    const account = { id: session.accountId, name: session.name };
    if (which === 'khac') await endSessions(ctx.db, account, { keep: session.hash });
    else if (/^[0-9a-f]{32}$/.test(which)) await endSessions(ctx.db, account, { head: which });
    return go(`${path}?da=phien`);
  });
}
