// /quan-tri/tai-khoan → who may enter, as what: invited, given another role, closed, opened again, led back in.
import { html } from 'hono/html';
import type { Account } from '../../store/account.ts';
import { changeAccount, findAccount, listAccounts, setTotp } from '../../store/account.ts';
import { makeInvite } from '../../store/invite.ts';
import type { Role } from '../../store/schema-console.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { actionButton, addressWith, choice, dataTable, facts, pager, pill, timeTag } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { consoleWords, roleWords } from './words.ts';
import { doorWords } from './words-doors.ts';

const path = '/quan-tri/tai-khoan';
const pageSize = 100;
const linkHours = 24;
const roles: readonly Role[] = ['viewer', 'moderator', 'editor', 'admin'];

type Said = { text: string; isBad: boolean } | null;

const readRole = (text: string | null): Role | null => roles.find((role) => role === text) ?? null;
const roleName = (role: Role, lang: Lang) => roleWords[role]?.[lang] ?? role;

function roleField(lang: Lang, chosen: Role): Html {
  const options = roles.map((role): [string, string] => [role, roleName(role, lang)]);
  return choice('quyen', consoleWords(lang).role, chosen, options);
}

const statePill = (account: Account, lang: Lang): Html =>
  account.isActive ? pill('good', consoleWords(lang).open) : pill('paused', consoleWords(lang).closed);

/** Adds the screens of accounts. Touches account, invite, session and audit. */
export function addAccounts(desk: Desk): void {
  const { ctx, show, go } = desk;
  const said = (lang: Lang, key: string | undefined): Said => {
    const text = doorWords(lang).done[key ?? ''];
    return text === undefined ? null : { text, isBad: false };
  };

  async function listScreen(visitor: Visitor, after: string, notice: Said, status = 200): Promise<Response> {
    const { lang, session } = visitor;
    const words = consoleWords(lang);
    const more = doorWords(lang);
    const rows = await listAccounts(ctx.db, after, pageSize + 1);
    const page = rows.slice(0, pageSize);
    const last = rows.length > pageSize ? (page.at(-1)?.name ?? null) : null;
    const now = ctx.now();
    const content = html`${dataTable({
      caption: words.accounts,
      columns: [words.name, words.role, words.state, more.proof, words.lastSignIn],
      rows: page.map((row) => [
        html`<a href="${path}/${row.id}">${row.name}</a>${row.id === session.accountId ? html` <small>(${more.you})</small>` : ''}`,
        roleName(row.role, lang),
        statePill(row, lang),
        row.isExternal ? more.external : row.hasTotp ? more.twoStep : more.oneStep,
        timeTag(row.signedInAt, now, lang),
      ]),
    })}
${pager(lang, { first: after === '' ? null : path, next: last === null ? null : addressWith(path, { sau: last }) })}
<section class="panel" aria-labelledby="moi"><h2 id="moi">${more.invite}</h2><form method="post" action="${path}" class="fields roomy">${tokenField(visitor)}${roleField(lang, 'editor')}<div class="row"><button class="main">${words.makeInvite}</button></div></form></section>`;
    return show(lang, visitor, { title: words.accounts, content, notice, path }, status);
  }

  function accountScreen(visitor: Visitor, account: Account, notice: Said, status = 200): Promise<Response> {
    const { lang } = visitor;
    const words = consoleWords(lang);
    const more = doorWords(lang);
    const now = ctx.now();
    const at = `${path}/${account.id}`;
    const button = (viec: string, word: string, tone?: 'danger') =>
      actionButton(visitor, at, word, { fields: { viec }, ...(tone === undefined ? {} : { tone }) });
    const content = html`<section class="panel">${facts([
      [words.role, roleName(account.role, lang)],
      [words.state, statePill(account, lang)],
      [more.proof, account.isExternal ? more.external : account.hasTotp ? more.twoStep : more.oneStep],
      [words.lastSignIn, timeTag(account.signedInAt, now, lang)],
      [more.since, timeTag(account.createdAt, now, lang)],
    ])}</section>
<div class="split">${
      account.isExternal
        ? html`<section class="panel"><h2>${words.role}</h2><p>${more.externalRole}</p></section>`
        : html`<section class="panel"><h2>${more.change}</h2><form method="post" action="${at}" class="form">${tokenField(visitor)}<input type="hidden" name="viec" value="quyen">${roleField(lang, account.role)}<div class="row"><button class="main">${more.change}</button></div></form></section>`
    }
<section class="panel"><h2>${more.access}</h2><div class="row">${account.isActive ? button('khoa', words.close, 'danger') : button('mo', words.reopen)}${
      account.isExternal ? '' : button('lien_ket', words.resetLink)
    }${account.hasTotp ? button('tat_hai_buoc', more.dropTotp, 'danger') : ''}</div>
<p><a href="/quan-tri/nhat-ky?ai=${encodeURIComponent(account.name)}">${more.whatTheyDid}</a></p></section></div>`;
    return show(lang, visitor, { title: account.name, content, notice, path, crumbs: [] }, status);
  }

  function showLink(visitor: Visitor, title: string, link: string): Promise<Response> {
    const more = doorWords(visitor.lang);
    const content = html`<p>${more.linkOnce}</p><div class="field"><label for="lien-ket">${more.link}</label><input id="lien-ket" class="code" readonly value="${ctx.config.publicUrl}/quan-tri/moi/${link}"></div>
<p><a class="button" href="${path}">${more.back}</a></p>`;
    return show(visitor.lang, visitor, { title, content, path });
  }

  desk.screen(path, 'admin', async (call, visitor) =>
    listScreen(visitor, (call.req.query('sau') ?? '').slice(0, 100), said(visitor.lang, call.req.query('da'))),
  );

  desk.act(path, 'admin', async (_call, visitor, form) => {
    const words = consoleWords(visitor.lang);
    const role = readRole(form.get('quyen'));
    if (role === null) return listScreen(visitor, '', { text: words.badRequest, isBad: true }, 400);
    const link = await makeInvite(ctx.db, { role, accountId: null, hours: linkHours }, visitor.session.name);
    return showLink(visitor, words.makeInvite, link);
  });

  const noAccount = (visitor: Visitor) =>
    listScreen(visitor, '', { text: doorWords(visitor.lang).noAccount, isBad: true }, 404);

  desk.screen(`${path}/:id{[0-9]{1,15}}`, 'admin', async (call, visitor) => {
    const account = await findAccount(ctx.db, Number(call.req.param('id')));
    return account === null
      ? noAccount(visitor)
      : accountScreen(visitor, account, said(visitor.lang, call.req.query('da')));
  });

  desk.act(`${path}/:id{[0-9]{1,15}}`, 'admin', async (call, visitor, form) => {
    const { session, lang } = visitor;
    const words = consoleWords(lang);
    const account = await findAccount(ctx.db, Number(call.req.param('id')));
    if (account === null) return noAccount(visitor);
    const task = form.get('viec');
    const role = readRole(form.get('quyen'));
    const back = (key: string) => go(`${path}/${account.id}?da=${key}`);
    if (task === 'lien_ket' && !account.isExternal) {
      const invite = { role: account.role, accountId: account.id, hours: linkHours };
      return showLink(visitor, doorWords(lang).linkFor(account.name), await makeInvite(ctx.db, invite, session.name));
    }
    if (task === 'tat_hai_buoc') {
      await setTotp(ctx.db, account, null, session.name);
      return back('doi');
    }
    const changes: Record<string, { role?: Role; isActive?: boolean } | null> = {
      khoa: { isActive: false },
      mo: { isActive: true },
      quyen: role === null || account.isExternal ? null : { role },
    };
    const change = changes[task ?? ''] ?? null;
    if (change === null) return accountScreen(visitor, account, { text: words.badRequest, isBad: true }, 400);
    if (task === 'quyen' && role === account.role) return back('khong');
    const isDone = await changeAccount(ctx.db, account, change, session.name);
    return isDone ? back('doi') : accountScreen(visitor, account, { text: words.lastAdmin, isBad: true }, 409);
  });
}
