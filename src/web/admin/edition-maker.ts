// /quan-tri/tuyen-tap/moi → conditions chosen, the feed they would give looked at, and the edition made of them.
import { html } from 'hono/html';
import type { EditionFilter } from '../../domain.ts';
import type { FeedDocument } from '../../edition/document.ts';
import { canonicalFilter, filterPath, filterTitle } from '../../edition/filter-path.ts';
import { audited } from '../../store/audit.ts';
import { addEdition } from '../../store/edition-desk.ts';
import { findEditionByFilter, findEditionByPath } from '../../store/edition.ts';
import { listPublishers, publisherBySlug } from '../../store/publisher.ts';
import { provinces } from '../../text/place.ts';
import { sections } from '../../text/section.ts';
import { previewFeed } from '../on-demand.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { choice, dataTable, empty, exactTag, field } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { editionWords } from './words-editions.ts';
import { sizeText } from './words-partners.ts';

const longestTitle = 150;
// Field of the form → condition.
const conditions = { tinh: 'province', 'chuyen-muc': 'section', bao: 'publisher', q: 'words' } as const;

/** The items of a feed as a person looks through them. */
export function itemTable(document: FeedDocument, lang: Lang): Html {
  const words = editionWords(lang);
  if (document.items.length === 0) return empty(words.nothingFits);
  return dataTable({
    caption: words.now,
    columns: [words.story, words.paper, words.published],
    rows: document.items.map((item) => [
      html`<a href="${new URL(item.url).pathname}">${item.title}</a>`,
      item.source.name,
      exactTag(item.published),
    ]),
  });
}

type Values = Record<keyof typeof conditions | 'ten', string>;

function readValues(get: (name: string) => string | null | undefined): Values {
  const value = (name: string) => (get(name) ?? '').replaceAll('\u0000', '').normalize('NFC').trim().slice(0, 200);
  return {
    tinh: value('tinh'),
    'chuyen-muc': value('chuyen-muc'),
    bao: value('bao'),
    q: value('q'),
    ten: value('ten'),
  };
}

type Wished = { filter: EditionFilter; title: string; path: string };

/** Adds the maker. Touches edition, purge and audit. */
export function addEditionMaker(desk: Desk, room: string): void {
  const { ctx, show, go } = desk;

  async function readWish(values: Values): Promise<Wished | 'none' | 'unknown'> {
    const given: EditionFilter = {};
    for (const name of ['tinh', 'chuyen-muc', 'bao', 'q'] as const)
      if (values[name] !== '') given[conditions[name]] = values[name];
    const filter = canonicalFilter(given);
    if (filter === null) return 'unknown';
    if (Object.keys(filter).length === 0) return 'none';
    const paper = filter.publisher === undefined ? null : await publisherBySlug(ctx.db, filter.publisher);
    if (filter.publisher !== undefined && paper === null) return 'unknown';
    const title = values.ten.replace(/\s+/g, ' ').slice(0, longestTitle) || filterTitle(filter, paper?.name ?? null);
    return { filter, title, path: filterPath(filter) };
  }

  async function chooser(values: Values, lang: Lang): Promise<Html> {
    const words = editionWords(lang);
    const any: [string, string] = ['', words.any];
    const nameOf = (row: { name: string; nameEn: string }) => (lang === 'en' ? row.nameEn : row.name);
    const papers = await listPublishers(ctx.db);
    return html`<form method="get" class="panel" action="${room}/moi"><div class="fields">${choice('tinh', words.province, values.tinh, [any, ...provinces.map((row): [string, string] => [row.slug, nameOf(row)])])}${choice('chuyen-muc', words.section, values['chuyen-muc'], [any, ...sections.map((row): [string, string] => [row.slug, nameOf(row)])])}${choice('bao', words.paper, values.bao, [any, ...papers.map((row): [string, string] => [row.slug, row.name])])}${field('q', words.words, values.q, { hint: words.wordsHint, most: 200 })}${field('ten', words.title, values.ten, { hint: words.titleHint, most: longestTitle })}</div>
<div class="row"><button class="main">${words.preview}</button></div></form>`;
  }

  async function previewPanel(visitor: Visitor, wished: Wished, values: Values): Promise<Html> {
    const { lang } = visitor;
    const words = editionWords(lang);
    const [known, preview] = await Promise.all([
      findEditionByFilter(ctx.db, wished.filter),
      previewFeed(ctx, wished.filter, wished.title),
    ]);
    const { document } = preview;
    const kept = Object.entries(values).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    );
    const there =
      known === null
        ? ''
        : html`<p class="note">${words.known} <a href="${room}/${known.id}">${known.path}</a>. ${known.isRetired ? words.willReopen : ''}</p>`;
    return html`<section class="panel" aria-labelledby="xem-thu"><h2 id="xem-thu">${wished.title}</h2><p><span class="code">/feeds/${known?.path ?? wished.path}.rss</span></p>
<p>${words.previewOf(document.items.length, sizeText(preview.rssBytes))}</p>${there}
<form method="post" action="${room}/moi">${tokenField(visitor)}${kept}<button class="main">${words.make}</button></form>${itemTable(document, lang)}</section>`;
  }

  async function screen(visitor: Visitor, values: Values, isAsked: boolean): Promise<Response> {
    const { lang } = visitor;
    const words = editionWords(lang);
    const wished = isAsked ? await readWish(values) : null;
    const text = wished === 'none' ? words.noCondition : wished === 'unknown' ? words.badCondition : null;
    const panel = wished === null || typeof wished === 'string' ? '' : await previewPanel(visitor, wished, values);
    const content = html`${await chooser(values, lang)}${panel}`;
    const notice = text === null ? null : { text, isBad: true };
    return show(
      lang,
      visitor,
      { title: words.make, content, notice, path: room, crumbs: [] },
      text === null ? 200 : 400,
    );
  }

  desk.screen(`${room}/moi`, 'editor', async (call, visitor) => {
    const isAsked = Object.keys(conditions).some((name) => call.req.query(name) !== undefined);
    return screen(
      visitor,
      readValues((name) => call.req.query(name)),
      isAsked,
    );
  });

  desk.act(`${room}/moi`, 'editor', async (_call, visitor, form) => {
    const values = readValues((name) => form.get(name));
    const wished = await readWish(values);
    if (typeof wished === 'string') return screen(visitor, values, true);
    const known = await findEditionByFilter(ctx.db, wished.filter);
    if (known !== null && !known.isRetired) return go(`${room}/${known.id}?da=co`);
    const note = { actor: visitor.session.name, action: 'edition.make', target: wished.path, detail: wished };
    const added = await audited(ctx.db, note, (trx) => addEdition(trx, wished));
    const made = await findEditionByPath(ctx.db, added.path);
    if (made === null) return screen(visitor, values, true);
    const keys = { made: 'lap', restored: 'mo', known: 'co' };
    return go(`${room}/${made.id}?da=${keys[added.kind]}`);
  });
}
