// The builder's state and what its lists find → its screen: snapshot, form, first rows; and the snapshot's own document.
import { html, raw } from 'hono/html';
import type { Built } from '../../source/build-list.ts';
import type { Lang } from '../words.ts';
import { fillPart, rowsPart } from './add-view.ts';
import { buildFields, type BuildState } from './build-state.ts';
import { check, empty, field } from './parts.ts';
import type { ConsoleFiles, Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { addWords } from './words-add.ts';
import { type BuildWords, buildWords } from './words-build.ts';

/** The room's address; a page under work adds its uid. */
export const buildPath = '/quan-tri/nguon/chon';

const jsonRow = (row: Built['rows'][number]) => ({ ...row, publishedAt: row.publishedAt?.toISOString() ?? null });

function listTabs(state: BuildState, words: BuildWords): Html {
  return html`<fieldset><legend>${words.lists}</legend><div class="row">${state.lists.map(
    (_, index) =>
      html`<button name="viec" value="muc-${index}"${index === state.at ? html` aria-current="true"` : ''}>${words.list(index + 1)}</button>`,
  )}<button name="viec" value="them">${words.addList}</button>${state.lists.length > 1 ? html`<button name="viec" value="bo" class="danger">${words.dropList}</button>` : ''}</div></fieldset>`;
}

function guessPart(state: BuildState, words: BuildWords): Html | '' {
  if (state.guesses.length === 0) return '';
  return html`<fieldset><legend>${words.guesses}</legend><ul class="guesses">${state.guesses.map((guess, index) => {
    const name = guess.heading ?? words.guessName(index + 1);
    return html`<li><span>${name}</span> <button name="viec" value="doan-${index}" aria-label="${words.guessNamed(name, guess.count)}">${words.useGuess(guess.count)}</button></li>`;
  })}</ul></fieldset>`;
}

/** Everything but the snapshot: replaced as a whole after each step. `marks` are read by the script. */
export function workPart(visitor: Visitor, uid: string, state: BuildState, built: Built): Html {
  const words = buildWords(visitor.lang);
  const adding = addWords(visitor.lang);
  const rule = state.lists[state.at] ?? { item: '' };
  const problem = state.problem === null ? null : (words.problem[state.problem] ?? state.problem);
  const said = problem ?? (built.count === 0 ? words.nothing : words.found(built.count, built.total));
  const results =
    built.count === 0
      ? empty(words.nothing)
      : html`<h2>${words.found(built.count, built.total)}</h2>${fillPart(built.fill, adding)}${rowsPart(built.rows.map(jsonRow), adding)}`;
  return html`<div id="viec" data-marks="${JSON.stringify(built.marks)}" data-said="${said}">
<form method="post" action="${buildPath}/${uid}" class="panel form" id="chon">${tokenField(visitor)}<input type="hidden" name="n" value="">
${problem === null ? '' : html`<p class="bad">${problem}</p>`}
<button class="sr" name="viec" value="thu" tabindex="-1" aria-hidden="true">${words.try}</button>
<fieldset class="picking"><legend>${words.picking}</legend><div class="row">${buildFields.map(
    (name) =>
      html`<label class="check m-${name}"><input type="radio" name="o" value="${name}"${name === state.picking ? html` checked` : ''}>${words.fields[name]}</label>`,
  )}</div></fieldset>
${results}<div class="row"><button class="main" name="viec" value="luu"${built.total === 0 ? html` disabled` : ''}>${words.save}</button></div>
${guessPart(state, words)}${listTabs(state, words)}
<fieldset><legend>${words.rules}</legend><small class="soft">${words.rulesHint}</small><div class="fields">${buildFields.map(
    (name) => field(name, name === 'item' ? words.item : (words.fields[name] ?? name), rule[name] ?? '', { most: 500 }),
  )}</div>${check('isFlat', words.flat, rule.isFlat === true)}
<div class="row"><button name="viec" value="thu">${words.try}</button></div></fieldset></form></div>`;
}

/** The whole screen: how it goes, the snapshot in a frame of its own, the work beside it. */
export function buildScreen(visitor: Visitor, uid: string, state: BuildState, built: Built): Html {
  const words = buildWords(visitor.lang);
  return html`<p>${words.how}</p><noscript><p class="note">${words.howPlain}</p></noscript>
<p class="code">${state.url}</p><p class="sr" role="status" id="noi"></p>
<div class="builder"><section class="panel"><h2>${words.snapshot}</h2><iframe id="anh-chup" src="${buildPath}/${uid}/trang" title="${words.snapshot}" sandbox="allow-scripts"></iframe></section>
${workPart(visitor, uid, state, built)}</div>`;
}

/** The snapshot's document: our style sheet and our script around texts of the page. `markup` is made by `toSnapshot`, tag by tag. */
export async function snapshotDocument(lang: Lang, files: ConsoleFiles, markup: string): Promise<string> {
  const words = buildWords(lang);
  const script = files.scripts.get('khung') ?? '';
  return String(
    await html`<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>${words.snapshot}</title><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="${files.stylePath}"><script src="${script}" defer></script></head>
<body class="snapshot"><p class="sr" role="status" id="noi"></p><div id="trang" role="application" tabindex="0" aria-label="${words.snapshotHelp}">${raw(markup)}</div></body></html>`,
  );
}
