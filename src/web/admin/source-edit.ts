// A source's basic data ⇄ a form; and what people changed before, each change with its way back.
import { html } from 'hono/html';
import type { AuditLine } from '../../store/audit.ts';
import type { SourceChange, SourceFields } from '../../store/source-edit.ts';
import { provinces } from '../../text/place.ts';
import { safeUrl } from '../safe-url.ts';
import type { Lang } from '../words.ts';
import { actionButton, choice, dataTable, empty, exactTag, field } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import { sourceWords } from './words-source.ts';
import { sourcePageWords } from './words-source-page.ts';

/** What the form sends, as typed. */
export type TypedSource = Record<'ten' | 'muc' | 'dia_chi' | 'tinh' | 'loai' | 'phut' | 'trang', string>;
/** What is wrong with a field, by its name. */
export type Faults = Partial<Record<keyof TypedSource, string>>;

const readPagesNames = ['never', 'needed', 'always'] as const;

/** The fields as the form shows them. */
export const toTyped = (fields: SourceFields): TypedSource => ({
  ten: fields.title ?? '',
  muc: fields.section ?? '',
  dia_chi: fields.url,
  tinh: fields.province ?? '',
  loai: fields.kind,
  phut: fields.minutes === null ? '' : String(fields.minutes),
  trang: fields.readPages,
});

/** What was typed. */
export function readTyped(form: URLSearchParams): TypedSource {
  const of = (name: string) => (form.get(name) ?? '').normalize('NFC').trim();
  return {
    ten: of('ten'),
    muc: of('muc'),
    dia_chi: of('dia_chi'),
    tinh: of('tinh'),
    loai: of('loai'),
    phut: of('phut'),
    trang: of('trang'),
  };
}

/** What was typed as fields, or what is wrong with it. A province or kind that nobody could choose is left as it is. */
export function checkTyped(typed: TypedSource, lang: Lang): { wanted: Partial<SourceFields> } | { faults: Faults } {
  const words = sourcePageWords(lang);
  const minutes = typed.phut === '' ? null : Number(typed.phut);
  const isPace = minutes === null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= 10_080);
  const faults: Faults = {
    ...(typed.ten.length > 300 ? { ten: words.tooLong } : {}),
    ...(/^[a-z0-9-]{0,60}$/.test(typed.muc) ? {} : { muc: words.badSection }),
    ...(safeUrl(typed.dia_chi) !== null && typed.dia_chi.length <= 2_000 ? {} : { dia_chi: words.badUrl }),
    ...(isPace ? {} : { phut: words.badMinutes }),
  };
  if (Object.keys(faults).length > 0) return { faults };
  const readPages = readPagesNames.find((name) => name === typed.trang);
  const isProvince = typed.tinh === '' || provinces.some((one) => one.code === typed.tinh);
  return {
    wanted: {
      title: typed.ten === '' ? null : typed.ten,
      section: typed.muc === '' ? null : typed.muc,
      url: new URL(typed.dia_chi).href,
      minutes,
      ...(isProvince ? { province: typed.tinh === '' ? null : typed.tinh } : {}),
      ...(Object.hasOwn(sourceWords(lang).kinds, typed.loai) ? { kind: typed.loai } : {}),
      ...(readPages === undefined ? {} : { readPages }),
    },
  };
}

/** The form. */
export function editForm(visitor: Visitor, id: number, typed: TypedSource, faults: Faults): Html {
  const words = sourcePageWords(visitor.lang);
  const { kinds } = sourceWords(visitor.lang);
  const fault = (name: keyof TypedSource) => ({ fault: faults[name] ?? null });
  return html`<form method="post" action="/quan-tri/nguon/${id}/sua" class="form">${tokenField(visitor)}
${field('dia_chi', words.address, typed.dia_chi, { isRequired: true, most: 2_000, ...fault('dia_chi') })}
<div class="fields">${field('ten', words.ownTitle, typed.ten, { hint: words.titleHint, most: 300, ...fault('ten') })}${field(
    'muc',
    words.section,
    typed.muc,
    { hint: words.sectionHint, most: 60, ...fault('muc') },
  )}${choice(
    'tinh',
    words.province,
    typed.tinh,
    [
      ['', words.none],
      ...provinces.map((one): [string, string] => [one.code, visitor.lang === 'en' ? one.nameEn : one.name]),
    ],
    { hint: words.provinceHint },
  )}${field('phut', words.paceField, typed.phut, { hint: words.paceHint, most: 5, ...fault('phut') })}${choice('loai', words.kind, typed.loai, Object.entries(kinds))}${choice(
    'trang',
    words.pages,
    typed.trang,
    Object.entries(words.pagesNames),
  )}</div>
<div class="row"><button class="main">${words.save}</button></div></form>`;
}

/** A change out of an audit line; null where the line tells of none that can be taken back. */
export function changeOf(line: Pick<AuditLine, 'action' | 'detail'>): SourceChange | null {
  const { before, after } = line.detail;
  const isChange = typeof before === 'object' && before !== null && typeof after === 'object' && after !== null;
  return isChange && line.action !== 'source.delete' ? { before, after } : null;
}

function value(of: unknown): string {
  if (of === null || of === undefined || of === '') return '–';
  if (typeof of === 'boolean') return of ? '✓' : '✗';
  return typeof of === 'string' ? of : JSON.stringify(of);
}

/** What people changed, newest first. */
export function historyView(visitor: Visitor, id: number, lines: readonly AuditLine[]): Html {
  const words = sourcePageWords(visitor.lang);
  if (lines.length === 0) return empty(words.noHistory);
  const isEditor = mayAs(visitor.session.role, 'editor');
  return dataTable({
    caption: words.history,
    columns: [words.time, words.who, words.what, words.detail, ''],
    rows: lines.map((line) => {
      const change = changeOf(line);
      const said =
        change === null
          ? html``
          : html`<ul class="changes">${Object.keys(change.after).map(
              (name) =>
                html`<li>${words.changedFields[name] ?? name}: <del>${value(Reflect.get(change.before, name))}</del> → <ins>${value(Reflect.get(change.after, name))}</ins></li>`,
            )}</ul>`;
      return [
        exactTag(line.at),
        line.actor,
        words.actions[line.action] ?? line.action,
        said,
        change === null || !isEditor
          ? ''
          : actionButton(visitor, `/quan-tri/nguon/${id}/hoan-tac`, words.undo, { fields: { dong: String(line.id) } }),
      ];
    }),
  });
}
