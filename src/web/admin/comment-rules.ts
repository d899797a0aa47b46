// /quan-tri/binh-luan/tu-cam and …/cai-dat → forbidden words, and where comments are offered, held and closed.
import { html } from 'hono/html';
import { wordForm } from '../../comment/screen.ts';
import { audited } from '../../store/audit.ts';
import {
  addCommentWord,
  closeStoryComments,
  type CommentScope,
  type CommentSetting,
  listClosedStories,
  listCommentSettings,
  listCommentWords,
  removeCommentWord,
  type SettingRow,
  writeCommentSetting,
} from '../../store/comment-setting.ts';
import { listPublishers } from '../../store/publisher.ts';
import type { Desk } from './desk.ts';
import { area, choice, dataTable, empty, field } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { readStoryRef } from './story.ts';
import { type ModerationWords, moderationWords } from './words-comments.ts';

const room = '/quan-tri/binh-luan';
const mostWords = 200;
const mostClosed = 50;

type Told = { text: string; isBad?: boolean } | null;

async function showWords(desk: Desk, visitor: Visitor, told: Told): Promise<Response> {
  const words = moderationWords(visitor.lang);
  const listed = await listCommentWords(desk.ctx.db);
  const content = html`<p class="soft">${words.wordsHelp}</p>
<form method="post" action="${room}/tu-cam" class="panel form">${tokenField(visitor)}${area('them', words.wordsNew, '', { rows: 3, most: 4_000 })}
<div class="row"><button class="main" name="viec" value="them">${words.wordsAdd}</button></div></form>
${
  listed.length === 0
    ? empty(words.wordsNone)
    : html`<form method="post" action="${room}/tu-cam" class="panel">${tokenField(visitor)}<ul class="words">${listed.map(
        (word) =>
          html`<li><span>${word}</span> <button class="link" name="bo" value="${word}" aria-label="${words.wordsRemoveOne(word)}">${words.wordsRemove}</button></li>`,
      )}</ul></form>`
}`;
  return desk.show(
    visitor.lang,
    visitor,
    { title: words.wordsTitle, content, path: room, crumbs: [], notice: told },
    told?.isBad === true ? 422 : 200,
  );
}

const yesNo = (value: boolean | null) => (value === null ? '' : value ? '1' : '0');
const readYesNo = (text: string | null) => (text === '1' ? true : text === '0' ? false : null);

function settingFields(words: ModerationWords, prefix: string, setting: CommentSetting | undefined): Html {
  const either: [string, string][] = [
    ['', words.default],
    ['1', words.yes],
    ['0', words.no],
  ];
  const holds: [string, string][] = [
    ['', words.default],
    ['all', words.holds.all],
    ['unknown', words.holds.unknown],
  ];
  return html`<div class="fields">${choice(`${prefix}-cho`, words.offer, yesNo(setting?.isOffered ?? null), either)}
${choice(`${prefix}-giu`, words.hold, setting?.hold ?? '', holds)}
${field(`${prefix}-ngay`, words.closeDays, setting?.closeDays?.toString() ?? '', { type: 'number' })}
${choice(`${prefix}-dong`, words.closed, yesNo(setting?.isClosed ?? null), either)}</div>`;
}

function settingRow(row: SettingRow, words: ModerationWords): (Html | string)[] {
  const said = (value: boolean | null) => (value === null ? words.default : value ? words.yes : words.no);
  return [
    `${words.scope[row.scope]} ${row.name}`,
    said(row.isOffered),
    row.hold === null ? words.default : words.holds[row.hold],
    row.closeDays === null ? '' : String(row.closeDays),
    said(row.isClosed),
  ];
}

async function showSettings(desk: Desk, visitor: Visitor, chosen: string, told: Told): Promise<Response> {
  const words = moderationWords(visitor.lang);
  const { db } = desk.ctx;
  const [rows, papers, closed] = await Promise.all([
    listCommentSettings(db),
    listPublishers(db),
    listClosedStories(db, mostClosed),
  ]);
  const paper = papers.find((one) => one.slug === chosen);
  const of = (scope: string, id: number) => rows.find((row) => row.scope === scope && row.id === id);
  const form = (content: Html, say: string): Html =>
    html`<form method="post" action="${room}/cai-dat" class="form">${tokenField(visitor)}${content}<div class="row">${say === '' ? html`<button class="main">${words.save}</button>` : html`<button name="dong" value="1">${words.closeStory}</button><button name="dong" value="0">${words.openStory}</button>`}</div></form>`;
  const panel = (id: string, title: string, content: Html): Html =>
    html`<section class="panel" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
  // A paper is chosen first, so that what is set there is in the form and nothing is lost by saving.
  const slugs = papers.map((one): [string, string] => [one.slug, one.name]);
  const choosePaper = html`<form method="get" action="${room}/cai-dat" class="form">${choice('bao', words.publisherOf, chosen, slugs)}<div class="row"><button>${words.openPaper}</button></div></form>`;
  const columns = [words.settings, words.offer, words.hold, words.closeDays, words.closed];
  const content = html`<p class="soft">${words.settingsHelp}</p><div class="split">
${panel('toan-trang', words.site, form(html`<input type="hidden" name="pham-vi" value="site">${settingFields(words, 'trang', of('site', 0))}`, ''))}
${panel(
  'mot-bao',
  words.publisher,
  paper === undefined
    ? choosePaper
    : html`${choosePaper}${form(
        html`<input type="hidden" name="pham-vi" value="publisher"><input type="hidden" name="bao" value="${paper.slug}"><h3>${paper.name}</h3>${settingFields(words, 'bao', of('publisher', paper.id))}`,
        '',
      )}`,
)}
${panel('mot-tin', words.oneStory, form(html`<input type="hidden" name="pham-vi" value="story">${field('tin', words.storyRef, '', { most: 2_000 })}`, 'dong'))}</div>
${rows.length === 0 ? '' : panel('cai-dat-rieng', words.ownSettings, dataTable({ caption: words.ownSettings, columns, rows: rows.map((row) => settingRow(row, words)) }))}
${closed.length === 0 ? '' : panel('tin-da-dong', words.closedStories, html`<ul class="list">${closed.map((one) => html`<li><a href="/quan-tri/tin/${one.id}">${one.title}</a></li>`)}</ul>`)}`;
  return desk.show(
    visitor.lang,
    visitor,
    { title: words.settings, content, path: room, crumbs: [], notice: told },
    told?.isBad === true ? 422 : 200,
  );
}

// Null: the number of days is none.
function readSetting(form: URLSearchParams, prefix: string): CommentSetting | null {
  const hold = form.get(`${prefix}-giu`);
  const days = (form.get(`${prefix}-ngay`) ?? '').trim();
  if (!/^\d{0,5}$/.test(days) || Number(days) > 36_500) return null;
  return {
    isOffered: readYesNo(form.get(`${prefix}-cho`)),
    hold: hold === 'all' || hold === 'unknown' ? hold : null,
    closeDays: days === '' ? null : Number(days),
    isClosed: readYesNo(form.get(`${prefix}-dong`)),
  };
}

/** Adds both screens. Touches comment_word, comment_setting, comment_story, audit. */
export function addCommentRules(desk: Desk): void {
  const { ctx } = desk;

  desk.screen(`${room}/tu-cam`, 'moderator', (call, visitor) => {
    const words = moderationWords(visitor.lang);
    const added = Number(call.req.query('them') ?? -1);
    const isRemoved = call.req.query('bo') === '1';
    const text = added >= 0 ? words.wordsAdded(added) : isRemoved ? words.wordsRemoved : null;
    return showWords(desk, visitor, text === null ? null : { text });
  });

  desk.act(`${room}/tu-cam`, 'moderator', async (_call, visitor, form) => {
    const by = visitor.session.name;
    const gone = form.get('bo');
    if (gone !== null) {
      const note = { actor: by, action: 'comment.word_remove', target: gone };
      await audited(ctx.db, note, (trx) => removeCommentWord(trx, gone));
      return desk.go(`${room}/tu-cam?bo=1`);
    }
    const forms = (form.get('them') ?? '').split('\n').map(wordForm);
    let added = 0;
    for (const word of [...new Set(forms)].filter((one) => one !== '' && one.length <= 100).slice(0, mostWords)) {
      const note = { actor: by, action: 'comment.word_add', target: word };
      if (await audited(ctx.db, note, (trx) => addCommentWord(trx, word, by))) added += 1;
    }
    return desk.go(`${room}/tu-cam?them=${added}`);
  });

  desk.screen(`${room}/cai-dat`, 'moderator', (call, visitor) => {
    const isSaved = call.req.query('xong') === '1';
    const told = isSaved ? { text: moderationWords(visitor.lang).saved } : null;
    return showSettings(desk, visitor, call.req.query('bao') ?? '', told);
  });

  desk.act(`${room}/cai-dat`, 'moderator', async (_call, visitor, form) => {
    const words = moderationWords(visitor.lang);
    const by = visitor.session.name;
    const wrong = (text: string) => showSettings(desk, visitor, form.get('bao') ?? '', { text, isBad: true });
    if (form.get('pham-vi') === 'story') {
      const id = await readStoryRef(desk, form.get('tin') ?? '');
      if (id === null) return wrong(words.nothing);
      const isClosed = form.get('dong') === '1';
      const action = isClosed ? 'comment.close' : 'comment.open';
      await audited(ctx.db, { actor: by, action, target: String(id) }, (trx) => closeStoryComments(trx, id, isClosed));
      return desk.go(`${room}/cai-dat?xong=1`);
    }
    const isSite = form.get('pham-vi') === 'site';
    const slug = form.get('bao') ?? '';
    const paper = isSite ? undefined : (await listPublishers(ctx.db)).find((one) => one.slug === slug);
    if (!isSite && paper === undefined) return wrong(words.noPaper);
    const setting = readSetting(form, isSite ? 'trang' : 'bao');
    if (setting === null) return wrong(words.wrongDays);
    const at: CommentScope = paper === undefined ? { scope: 'site', id: 0 } : { scope: 'publisher', id: paper.id };
    const note = { actor: by, action: 'comment.setting', target: paper?.slug ?? 'site', detail: setting };
    await audited(ctx.db, note, (trx) => writeCommentSetting(trx, at, setting));
    return desk.go(`${room}/cai-dat?xong=1${paper === undefined ? '' : `&bao=${paper.slug}`}`);
  });
}
