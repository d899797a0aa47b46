// /quan-tri/tuyen-tap → every edition with its state; and one: looked into, renamed, retired, opened again.
import { html } from 'hono/html';
import { audited } from '../../store/audit.ts';
import type { EditionState } from '../../store/edition-desk.ts';
import {
  editionStates,
  partnersOfEdition,
  renameEdition,
  reopenEdition,
  retireEdition,
} from '../../store/edition-desk.ts';
import type { Lang } from '../words.ts';
import { previewFeed } from '../on-demand.ts';
import type { Desk } from './desk.ts';
import { addEditionMaker, itemTable } from './edition-maker.ts';
import {
  actionButton,
  addressWith,
  confirmField,
  dataTable,
  empty,
  facts,
  field,
  isConfirmed,
  pager,
  pill,
  tabs,
  timeTag,
} from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import { consoleWords } from './words.ts';
import { editionWords } from './words-editions.ts';
import { sizeText } from './words-partners.ts';

const room = '/quan-tri/tuyen-tap';
const pageSize = 100;
const longestTitle = 150;
const states = ['open', 'made', 'retired'] as const;

type Said = { text: string; isBad: boolean } | null;

// The edition of everything has no condition; every site has it.
const isGeneral = (edition: EditionState) => Object.keys(edition.filter).length === 0;

function statePill(edition: EditionState, lang: Lang): Html {
  const words = editionWords(lang);
  if (edition.retiredAt !== null) return pill('paused', words.isRetired);
  return edition.problems.length > 0 ? pill('bad', words.hasProblem) : pill('good', words.isOpen);
}

/** Adds the list and the editions' own screens. Touches edition, document, purge and audit. */
export function addEditions(desk: Desk): void {
  const { ctx, show, go } = desk;

  addEditionMaker(desk, room);

  desk.screen(room, 'viewer', async (call, visitor) => {
    const { lang, session } = visitor;
    const words = editionWords(lang);
    const q = (call.req.query('q') ?? '').trim().slice(0, 100);
    const after = (call.req.query('sau') ?? '').slice(0, 300);
    const state = states.find((one) => one === call.req.query('loai'));
    const wish = { words: q, after, limit: pageSize + 1, ...(state === undefined ? {} : { state }) };
    const rows = await editionStates(ctx.db, wish);
    const page = rows.slice(0, pageSize);
    const last = rows.length > pageSize ? (page.at(-1)?.path ?? null) : null;
    const now = ctx.now();
    const asking = { q, loai: state ?? null };
    const tab = (loai: string | null, name: string) => ({
      href: addressWith(room, { q, loai }),
      name,
      count: null,
      isChosen: (state ?? null) === loai,
    });
    const table = dataTable({
      caption: words.editions,
      columns: [words.edition, words.path, consoleWords(lang).state, words.formats, words.changed, words.archive],
      rows: page.map((row) => [
        html`<a href="${room}/${row.id}">${row.title}</a>`,
        html`<span class="code">${row.path}</span>`,
        statePill(row, lang),
        row.formats.join(', ') || html`<span class="soft">${words.nobody}</span>`,
        timeTag(row.changedAt, now, lang),
        row.archivedUntil === null ? words.noArchive : words.archiveOf(row.archiveLists, row.archivedUntil),
      ]),
    });
    const content = html`${tabs(words.editions, [tab(null, words.all), tab('open', words.open), tab('made', words.made), tab('retired', words.retired)])}
<form method="get" class="filters" role="search">${state === undefined ? '' : html`<input type="hidden" name="loai" value="${state}">`}${field('q', consoleWords(lang).search, q, { type: 'search', most: 100 })}<button>${consoleWords(lang).search}</button></form>
${page.length === 0 ? empty(consoleWords(lang).none) : table}
${pager(lang, { first: after === '' ? null : addressWith(room, asking), next: last === null ? null : addressWith(room, { ...asking, sau: last }) })}`;
    const actions = mayAs(session.role, 'editor')
      ? html`<a class="button main" href="${room}/moi">${words.make}</a>`
      : html``;
    return show(lang, visitor, { title: words.editions, content, actions, path: room });
  });

  async function hands(visitor: Visitor, edition: EditionState, fault: string | null): Promise<Html> {
    const { lang } = visitor;
    const words = editionWords(lang);
    const at = `${room}/${edition.id}`;
    const users = await partnersOfEdition(ctx.db, edition.path);
    const used =
      users.length === 0
        ? ''
        : html`<p class="note">${words.usedBy} ${users.map((user, place) => html`${place > 0 ? ', ' : ''}<a href="/quan-tri/doi-tac/${user.slug}">${user.name}</a>`)}</p>`;
    const end = isGeneral(edition)
      ? html`<p>${words.general}</p>`
      : edition.retiredAt !== null
        ? actionButton(visitor, at, words.reopen, { fields: { viec: 'mo' }, tone: 'main' })
        : html`<p>${words.retireText}</p>${used}<form method="post" action="${at}" class="form">${tokenField(visitor)}<input type="hidden" name="viec" value="ngung">${confirmField(lang, edition.path, fault)}<div class="row"><button class="danger">${words.retire}</button></div></form>`;
    return html`<div class="split"><section class="panel" aria-labelledby="ten-moi"><h2 id="ten-moi">${words.rename}</h2><form method="post" action="${at}" class="form">${tokenField(visitor)}<input type="hidden" name="viec" value="ten">${field('ten', words.title, edition.title, { isRequired: true, most: longestTitle })}<div class="row"><button class="main">${words.rename}</button></div></form></section>
<section class="panel" aria-labelledby="ngung"><h2 id="ngung">${edition.retiredAt === null ? words.retire : words.reopen}</h2>${end}</section></div>`;
  }

  async function screen(
    visitor: Visitor,
    edition: EditionState,
    notice: Said,
    more: { status?: number; fault?: string } = {},
  ): Promise<Response> {
    const { lang, session } = visitor;
    const words = editionWords(lang);
    const { path } = edition;
    const feeds = ['rss', 'atom', 'json'].map((format) => `/feeds/${path}.${format}`);
    const preview = edition.retiredAt === null ? await previewFeed(ctx, edition.filter, edition.title) : null;
    const isEditor = mayAs(session.role, 'editor');
    const content = html`<section class="panel">${facts([
      [consoleWords(lang).state, statePill(edition, lang)],
      [words.path, html`<span class="code">${path}</span>`],
      [
        words.feeds,
        html`<span class="row">${feeds.map((feed) => html`<a class="code" href="${feed}">${feed}</a>`)}</span>`,
      ],
      [words.formats, edition.formats.join(', ') || words.nobody],
      [words.changed, timeTag(edition.changedAt, ctx.now(), lang)],
      [
        words.archive,
        edition.archivedUntil === null ? words.noArchive : words.archiveOf(edition.archiveLists, edition.archivedUntil),
      ],
      [words.problem, edition.problems.join('; ') || null],
    ])}</section>
${isEditor ? await hands(visitor, edition, more.fault ?? null) : ''}
${preview === null ? '' : html`<section class="panel" aria-labelledby="dang-phat"><h2 id="dang-phat">${words.now}</h2><p>${words.previewOf(preview.document.items.length, sizeText(preview.rssBytes))}</p>${itemTable(preview.document, lang)}</section>`}`;
    return show(lang, visitor, { title: edition.title, content, notice, path: room, crumbs: [] }, more.status);
  }

  const find = async (id: string | undefined) => (await editionStates(ctx.db, { id: Number(id), limit: 1 }))[0] ?? null;
  const nowhere = (visitor: Visitor) => {
    const words = editionWords(visitor.lang);
    const notice = { text: words.notThere, isBad: true };
    return show(visitor.lang, visitor, { title: '404', content: html``, notice, path: room, crumbs: [] }, 404);
  };

  desk.screen(`${room}/:id{[0-9]{1,15}}`, 'viewer', async (call, visitor) => {
    const edition = await find(call.req.param('id'));
    if (edition === null) return nowhere(visitor);
    const text = editionWords(visitor.lang).done[call.req.query('da') ?? ''];
    return screen(visitor, edition, text === undefined ? null : { text, isBad: false });
  });

  desk.act(`${room}/:id{[0-9]{1,15}}`, 'editor', async (call, visitor, form) => {
    const edition = await find(call.req.param('id'));
    if (edition === null) return nowhere(visitor);
    const words = editionWords(visitor.lang);
    const { id, path, title } = edition;
    const noteOf = (action: string, detail: Record<string, unknown>) => ({
      actor: visitor.session.name,
      action,
      target: path,
      detail,
    });
    const refuse = (text: string, more: { fault?: string } = {}) =>
      screen(visitor, edition, { text, isBad: true }, { status: 400, ...more });
    const back = (isDone: boolean, key: string) => go(`${room}/${id}?da=${isDone ? key : 'khong'}`);
    switch (form.get('viec')) {
      case 'ten': {
        const next = (form.get('ten') ?? '').normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, longestTitle);
        if (next === '') return refuse(consoleWords(visitor.lang).badRequest);
        const note = noteOf('edition.rename', { from: title, to: next });
        return back(await audited(ctx.db, note, (trx) => renameEdition(trx, id, next)), 'ten');
      }
      case 'ngung': {
        if (isGeneral(edition)) return refuse(words.general);
        if (!isConfirmed(form, path)) return refuse(words.typed, { fault: words.typed });
        const isDone = await audited(ctx.db, noteOf('edition.retire', { title }), (trx) => retireEdition(trx, path));
        return back(isDone, 'ngung');
      }
      case 'mo': {
        const isDone = await audited(ctx.db, noteOf('edition.reopen', { title }), (trx) => reopenEdition(trx, id));
        return back(isDone, 'mo');
      }
      default:
        return refuse(consoleWords(visitor.lang).badRequest);
    }
  });
}
