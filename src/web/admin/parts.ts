// Values → the small parts that screens of the console are made of: pills, times, tables, fields, buttons, filters, pages.
import { html } from 'hono/html';
import { exactTime, relativeTime, untilTime } from '../when.ts';
import type { Lang } from '../words.ts';
import type { Html, Visitor } from './shell.ts';
import { tokenField } from './shell.ts';
import { consoleWords } from './words.ts';

/** The clock of the desk, whatever the machine's own is. */
export const deskZone = 'Asia/Ho_Chi_Minh';

/** What a pill says besides its word. */
export type Tone = 'good' | 'quiet' | 'slow' | 'bad' | 'blocked' | 'paused' | 'info';

// 16 × 16, strokes in the colour of the word.
const icons: Record<Tone, string> = {
  good: 'M3 8.5 6.5 12 13 4.5',
  quiet: 'M3 8h.01M8 8h.01M13 8h.01',
  slow: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 5v3.2l2 1.6',
  bad: 'M4 4l8 8M12 4l-8 8',
  blocked: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.8 12.2l8.4-8.4',
  paused: 'M5.5 3.5v9M10.5 3.5v9',
  info: 'M8 7.5V12M8 4.2v.01',
};

/** A state as a word and an icon; never colour alone. */
export const pill = (tone: Tone, word: string): Html =>
  html`<span class="pill ${tone}"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="${icons[tone]}"/></svg>${word}</span>`;

/** A time as people say it, past or to come, with the exact one in the element; `never` where there is none. */
export function timeTag(at: Date | null, now: Date, lang: Lang, never = consoleWords(lang).never): Html {
  if (at === null) return html`<span class="soft">${never}</span>`;
  const said = at > now ? untilTime(at, now, deskZone, lang) : relativeTime(at, now, deskZone, lang);
  return html`<time datetime="${at.toISOString()}" title="${exactTime(at, deskZone)}">${said}</time>`;
}

/** A time to the minute, on the desk's clock. */
export const exactTag = (at: Date): Html =>
  html`<time datetime="${at.toISOString()}" class="nowrap">${exactTime(at, deskZone)}</time>`;

/** A column: its name, and whether it holds figures. A name of '' is a column without one (its cell stands alone on a card). */
export type Column = string | { name: string; isFigure?: boolean };

// On a card a cell is its name beside one box; an empty cell is left out there.
const boxed = (cell: Html | string | number): Html | string => (cell === '' ? '' : html`<div>${cell}</div>`);

/**
 * A table whose rows become cards on a phone. The first cell of each row is its heading. A caption is for screen readers where a heading
 * says the same above it (`isCaptionShown` false).
 */
export function dataTable(wanted: {
  caption: string;
  isCaptionShown?: boolean;
  columns: readonly Column[];
  rows: readonly (readonly (Html | string | number)[])[];
}): Html {
  const columns = wanted.columns.map((one) => (typeof one === 'string' ? { name: one } : one));
  const figure = (index: number) => (columns[index]?.isFigure === true ? html` class="num"` : '');
  // A card's elements are blocks, which would cost a table its meaning: the roles say it again.
  return html`<div class="wide-scroll"><table class="table" role="table"><caption${wanted.isCaptionShown === true ? '' : html` class="sr"`}>${wanted.caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((one, index) =>
    // A column of buttons has no name: its head is no heading.
    one.name === ''
      ? html`<td role="cell"></td>`
      : html`<th role="columnheader" scope="col"${figure(index)}>${one.name}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${wanted.rows.map(
    (cells) =>
      html`<tr role="row">${cells.map((cell, index) =>
        index === 0
          ? html`<th role="rowheader" scope="row" data-label="${columns[0]?.name ?? ''}"${figure(0)}>${boxed(cell)}</th>`
          : html`<td role="cell" data-label="${columns[index]?.name ?? ''}"${figure(index)}>${boxed(cell)}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

/** Names and values; a value of null is left out. */
export const facts = (rows: readonly (readonly [string, Html | string | number | null])[]): Html =>
  html`<dl class="facts">${rows.map(([name, value]) => (value === null ? '' : html`<dt>${name}</dt><dd>${value}</dd>`))}</dl>`;

/** What a field may be told beside its name and value. */
type FieldMore = {
  hint?: string;
  /** What is wrong with the value that was sent. */
  fault?: string | null;
  isRequired?: boolean;
};

// Named by its own text alone; hint and fault are its description.
function fieldOf(name: string, label: string, more: FieldMore, control: (marks: Html) => Html): Html {
  const hintId = `goi-y-${name}`;
  const faultId = `loi-${name}`;
  const fault = more.fault ?? null;
  const described = [...(more.hint === undefined ? [] : [hintId]), ...(fault === null ? [] : [faultId])].join(' ');
  const marks = html` id="o-${name}" name="${name}"${more.isRequired === true ? html` required` : ''}${
    described === '' ? '' : html` aria-describedby="${described}"`
  }${fault === null ? '' : html` aria-invalid="true"`}`;
  return html`<div class="field"><label for="o-${name}">${label}</label>${
    more.hint === undefined ? '' : html`<small id="${hintId}">${more.hint}</small>`
  }${control(marks)}${fault === null ? '' : html`<span class="fault" id="${faultId}">${fault}</span>`}</div>`;
}

/** A field of one line. */
export function field(
  name: string,
  label: string,
  value: string,
  more: FieldMore & {
    type?: 'text' | 'url' | 'number' | 'search' | 'email' | 'date' | 'datetime-local';
    most?: number;
  } = {},
): Html {
  const type = more.type ?? 'text';
  return fieldOf(
    name,
    label,
    more,
    (marks) =>
      html`<input${marks} type="${type}" value="${value}"${more.most === undefined ? '' : html` maxlength="${more.most}"`}>`,
  );
}

/** A field of many lines; `isCode` for selectors and JSON. */
export function area(
  name: string,
  label: string,
  value: string,
  more: FieldMore & { rows?: number; most?: number; isCode?: boolean } = {},
): Html {
  // The line break after the tag is not part of the value.
  return fieldOf(
    name,
    label,
    more,
    (marks) =>
      html`<textarea${marks} rows="${more.rows ?? 5}"${more.isCode === true ? html` class="code" spellcheck="false" autocapitalize="none"` : ''}${
        more.most === undefined ? '' : html` maxlength="${more.most}"`
      }>
${value}</textarea>`,
  );
}

/** A choice; options as value and name. */
export function choice(
  name: string,
  label: string,
  chosen: string,
  options: readonly (readonly [string, string])[],
  more: FieldMore = {},
): Html {
  return fieldOf(
    name,
    label,
    more,
    (marks) =>
      html`<select${marks}>${options.map(
        ([value, said]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${said}</option>`,
      )}</select>`,
  );
}

/** A box to tick. */
export const check = (name: string, label: string, isChecked: boolean, value = '1'): Html =>
  html`<label class="check"><input type="checkbox" name="${name}" value="${value}"${isChecked ? html` checked` : ''}>${label}</label>`;

/** A form of one button. `fields` are sent with it; `say` is the button's name for screen readers where its word alone is not enough. */
export function actionButton(
  visitor: Visitor,
  action: string,
  word: string,
  more: { fields?: Record<string, string>; tone?: 'main' | 'danger'; say?: string } = {},
): Html {
  return html`<form method="post" action="${action}">${tokenField(visitor)}${Object.entries(more.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button${more.tone === undefined ? '' : html` class="${more.tone}"`}${more.say === undefined ? '' : html` aria-label="${more.say}"`}>${word}</button></form>`;
}

/** The field in which a person types `wanted` before something that cannot be undone; `isConfirmed` reads it. */
export const confirmField = (lang: Lang, wanted: string, fault: string | null = null): Html =>
  field('xac_nhan', consoleWords(lang).typeToConfirm(wanted), '', { isRequired: true, fault, most: 200 });

/** Whether the typed word is the wanted one, however its letters are composed and cased. */
export const isConfirmed = (form: URLSearchParams, wanted: string): boolean =>
  plain(form.get('xac_nhan') ?? '') === plain(wanted);
const plain = (text: string) => text.normalize('NFC').trim().toLowerCase();

/** Filters as links with counts; `count` null = not counted. */
export function tabs(
  label: string,
  rows: readonly { href: string; name: Html | string; count: number | null; isChosen: boolean }[],
): Html {
  return html`<nav aria-label="${label}"><ul class="tabs">${rows.map(
    (row) =>
      html`<li><a href="${row.href}"${row.isChosen ? html` aria-current="true"` : ''}>${row.name}${row.count === null ? '' : html` <b>${row.count}</b>`}</a></li>`,
  )}</ul></nav>`;
}

/** Links to the first and the next page; nothing where there is one page. `said` stands between them. */
export function pager(
  lang: Lang,
  pages: { first: string | null; next: string | null },
  said: Html | string = '',
): Html {
  const words = consoleWords(lang);
  if (pages.first === null && pages.next === null) return html`${said === '' ? '' : html`<p class="soft">${said}</p>`}`;
  return html`<nav class="pager" aria-label="${words.pages}">${
    pages.first === null ? html`<span></span>` : html`<a class="button" href="${pages.first}">${words.firstPage}</a>`
  }${said === '' ? '' : html`<span class="soft">${said}</span>`}${
    pages.next === null
      ? html`<span></span>`
      : html`<a class="button" href="${pages.next}" rel="next">${words.next}</a>`
  }</nav>`;
}

/** Where a list would stand and nothing is. */
export const empty = (text: string): Html => html`<p class="empty">${text}</p>`;

/** The address of a screen with these query fields; empty and null ones are left out. */
export function addressWith(path: string, query: Record<string, string | number | null>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}
