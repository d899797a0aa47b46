// What a look at a site found → HTML: each candidate with its preview, fill rates, notes, twin and robots; and how far a look is.
import { html } from 'hono/html';
import { failureWords } from '../../source/health.ts';
import type { DeskWork } from '../../store/desk-work.ts';
import type { Lang } from '../words.ts';
import type { KeptCandidate, KeptPreview, Look } from './candidate.ts';
import { dataTable, exactTag, pill } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { type AddWords, addWords } from './words-add.ts';

const percent = (rate: number) => `${Math.round(rate * 100)} %`;

/** A failure in the reader's language: its own words where its code has some, else the message as it came. */
export function failureText(problem: { code: string; message: string }, lang: Lang): string {
  const known = failureWords(problem.code)?.[lang];
  return known === undefined ? `${problem.message} (${problem.code})` : `${known} (${problem.code})`;
}

/** A bar and the steps of work that is running. */
export function progressPart(work: DeskWork, words: AddWords): Html {
  const most = work.total ?? 14;
  return html`<section class="panel"><p class="note">${words.running}</p>
<p><progress max="${most}" value="${work.done}" aria-label="${words.stepCount(work.done, most)}"></progress> ${words.stepCount(work.done, most)}</p>
<h2>${words.steps}</h2><ol class="steps">${work.steps.map((step) => html`<li class="code">${step}</li>`)}</ol></section>`;
}

/** What stands in the way of a candidate, or speaks for it; for its own page as well. */
export function candidateNotes(one: KeptCandidate, lang: Lang): Html {
  const words = addWords(lang);
  const { twin, movedTo, robots, kind } = one;
  const known =
    twin === null
      ? ''
      : html`<p class="${twin.why === 'address' ? 'bad' : 'note'}">${twin.why === 'address' ? words.twinAddress : words.twinItems(Math.round(twin.share * 100))} <a href="/quan-tri/nguon/${twin.sourceId}" class="code">${twin.url}</a> (${twin.publisherSlug})</p>`;
  const moved = movedTo === null ? '' : html`<p class="note">${words.moved} <span class="code">${movedTo}</span></p>`;
  return html`${known}${moved}${robots === null ? '' : html`<p>${words.robots}: ${robotsPill(robots, kind, words)}</p>`}`;
}

function robotsPill(robots: NonNullable<KeptCandidate['robots']>, kind: string, words: AddWords): Html {
  const { isAllowed, isExplicit, reason, crawlDelaySeconds } = robots;
  if (reason === 'unreachable') return pill('slow', words.robotsAway);
  const pause = crawlDelaySeconds === null ? '' : words.robotsPause(crawlDelaySeconds);
  if (isAllowed) return pill('good', `${reason === 'none' ? words.robotsNone : words.robotsOk}${pause}`);
  const isFeed = kind === 'syndication' && !isExplicit;
  return isFeed ? pill('info', words.robotsFeed) : pill('blocked', words.robotsNo);
}

/** Share of the items that have each field, as figures and bars. */
export const fillPart = (fill: KeptPreview['fill'], words: AddWords): Html =>
  html`<ul class="fill" aria-label="${words.fill}">${fill.map(
    ({ field, rate }) =>
      html`<li><span>${words.field[field] ?? field}</span> <meter min="0" max="1" low="0.5" high="0.9" optimum="1" value="${rate}" aria-label="${words.field[field] ?? field}">${percent(rate)}</meter> <span class="num">${percent(rate)}</span></li>`,
  )}</ul>`;

/** The first rows as they would be read; the caption is for screen readers where words above say the same. */
export function rowsPart(rows: KeptPreview['rows'], words: AddWords, isCaptionShown = true): Html {
  return dataTable({
    caption: words.preview(rows.length),
    isCaptionShown,
    columns: [words.headline, words.published, words.summary],
    rows: rows.map((row) => [
      html`<div>${row.title ?? html`<span class="soft">${words.noHeadline}</span>`}<span class="code soft small cut">${row.url ?? ''}</span></div>`,
      row.publishedAt === null ? html`<span class="soft">${words.noDate}</span>` : exactTag(new Date(row.publishedAt)),
      html`<span class="small">${row.summary ?? ''}</span>`,
    ]),
  });
}

function warningsPart(warnings: KeptPreview['warnings'], words: AddWords): Html | '' {
  if (warnings.length === 0) return '';
  return html`<details><summary>${words.warnings(warnings.length)}</summary><ul>${warnings
    .slice(0, 20)
    .map(
      (one) =>
        html`<li>${one.item === undefined ? '' : words.warnedItem(one.item + 1)}${one.message} <code>${one.code}</code></li>`,
    )}</ul></details>`;
}

/** Everything that a preview tells: fill rates, rows, warnings. */
export const previewPart = (preview: KeptPreview, words: AddWords): Html =>
  html`${fillPart(preview.fill, words)}${rowsPart(preview.rows.slice(0, 5), words)}${warningsPart(preview.warnings, words)}`;

/** What the candidate is called: the words above its list, its own title, or its address. */
export const nameOf = (one: KeptCandidate): string => one.preview?.heading ?? one.title ?? one.url;

function candidatePart(visitor: Visitor, uid: string, one: KeptCandidate, index: number): Html {
  const words = addWords(visitor.lang);
  const { preview } = one;
  const name = nameOf(one);
  const rules = preview === null || one.kind !== 'listing' ? null : JSON.stringify(preview.rules);
  const canAdd = preview !== null && one.twin?.why !== 'address';
  const hands = html`<div class="row">${
    canAdd
      ? html`<a class="button${index === 0 ? ' main' : ''}" href="/quan-tri/nguon/viec/${uid}/${index}" aria-label="${words.chooseNamed(name)}">${words.choose}</a>`
      : ''
  }${
    preview === null
      ? html`<form method="post" action="/quan-tri/nguon/them">${tokenField(visitor)}<input type="hidden" name="dia_chi" value="${one.url}"><input type="hidden" name="loai" value="${one.kind}"><button name="cach" value="thu" aria-label="${words.tryNamed(name)}">${words.tryNow}</button></form>`
      : ''
  }${
    rules === null
      ? ''
      : html`<form method="post" action="/quan-tri/nguon/chon">${tokenField(visitor)}<input type="hidden" name="dia_chi" value="${one.url}"><input type="hidden" name="quy_tac" value="${rules}"><button>${words.edit}</button></form>`
  }</div>`;
  return html`<li class="panel candidate"><h3>${name}</h3>
<p>${pill('info', words.kind[one.kind] ?? one.kind)} ${preview === null ? words.untried : words.items(preview.count)} · ${words.by[one.by] ?? one.by}${preview?.newestAt ? html` · ${words.newest}: ${exactTag(new Date(preview.newestAt))}` : ''}<br><span class="code">${one.url}</span></p>
${candidateNotes(one, visitor.lang)}${preview === null ? '' : fillPart(preview.fill, words)}${hands}${
  preview === null
    ? ''
    : html`<details${index === 0 ? html` open` : ''}><summary>${words.preview(preview.rows.length)}</summary>${rowsPart(preview.rows, words, false)}${warningsPart(preview.warnings, words)}</details>`
}</li>`;
}

/** All that a look found. */
export function lookPart(visitor: Visitor, uid: string, look: Look): Html {
  const { lang } = visitor;
  const words = addWords(lang);
  const notes =
    look.notes.length === 0
      ? ''
      : html`<section class="panel"><h2>${words.notes}</h2><ul class="list">${look.notes.map(
          (note) => html`<li><span class="code">${note.url}</span>: ${failureText(note, lang)}</li>`,
        )}</ul></section>`;
  if (look.candidates.length === 0) return html`<p class="empty">${words.nothing}</p>${notes}`;
  return html`<p>${words.found(look.candidates.length, look.requests)}</p>
<h2 class="sr">${words.looked(look.siteUrl)}</h2><ol class="list candidates">${look.candidates.map((one, index) => candidatePart(visitor, uid, one, index))}</ol>${notes}`;
}
