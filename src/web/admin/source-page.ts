// /quan-tri/nguon/:id → one source whole: how it does and why, charts, log, kept answers, entries, what waits for a person, edit, history.
import { html } from 'hono/html';
import { sourceHealth } from '../../source/health.ts';
import { listAudit } from '../../store/audit.ts';
import { readPollDays } from '../../store/poll-day.ts';
import { readAnswers } from '../../store/source-answer.ts';
import type { SourceListRow } from '../../store/source-desk.ts';
import { readSources } from '../../store/source-desk.ts';
import { readFields } from '../../store/source-edit.ts';
import type { PollLine, SourceEntry, SourceMore } from '../../store/source-page.ts';
import {
  listPolls,
  listSourceEntries,
  listSourceGaps,
  readMore,
  readPollHours,
  readSourceHeld,
} from '../../store/source-page.ts';
import { provinceByCode } from '../../text/place.ts';
import { safeUrl } from '../safe-url.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { actionButton, addressWith, dataTable, empty, exactTag, facts, tabs, timeTag } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs } from './shell.ts';
import { answerView } from './source-answers.ts';
import { daySteps, hourSteps, pollCharts } from './source-charts.ts';
import { editForm, type Faults, historyView, toTyped, type TypedSource } from './source-edit.ts';
import { listPath } from './source-filter.ts';
import { duration, errorWords, nextCheck, pollWords, sourceName, sourceTarget, statePill } from './source-parts.ts';
import { suggestAddresses, type Suggestion } from './source-suggest.ts';
import { gapsView, heldView } from './source-waiting.ts';
import { consoleWords } from './words.ts';
import { sourceWords } from './words-source.ts';
import { sourcePageWords } from './words-source-page.ts';

const hours = 48;
const days = 30;
const pollsShown = 15;

/** The address of one source's page. */
export const pagePath = (id: number): string => `/quan-tri/nguon/${id}`;

/** What a page is shown with beside the source: a word above it, and what was typed into its form and is wrong. */
export type PageMore = {
  notice?: { text: string; isBad?: boolean } | null;
  typed?: TypedSource;
  faults?: Faults;
  status?: number;
  before?: Date | null;
  isByDay?: boolean;
};

/** The page of one source as an answer; 404 where there is none. */
export async function showSource(desk: Desk, visitor: Visitor, id: number, more: PageMore = {}): Promise<Response> {
  const { ctx, show } = desk;
  const { lang, session } = visitor;
  const words = sourcePageWords(lang);
  const now = ctx.now();
  const [[row], detail, fields] = await Promise.all([
    readSources(ctx.db, [id]),
    readMore(ctx.db, id),
    readFields(ctx.db, id),
  ]);
  if (row === undefined || detail === null || fields === null) return notFound(desk, visitor);
  const isEditor = mayAs(session.role, 'editor');
  const { isByDay = false, before = null } = more;
  const [answers, polls, entries, held, gaps, lines, steps] = await Promise.all([
    readAnswers(ctx.db, id),
    listPolls(ctx.db, id, before, pollsShown + 1),
    listSourceEntries(ctx.db, { id, publisherId: detail.publisherId }, 20),
    readSourceHeld(ctx.db, id),
    listSourceGaps(ctx.db, id, 20),
    // What made it is noted under its address.
    Promise.all([sourceTarget(id), row.url].map((target) => listAudit(ctx.db, { target }, 20, null))),
    isByDay
      ? readPollDays(ctx.db, [id], days).then((rows) => daySteps(rows, now, days))
      : readPollHours(ctx.db, id, hours).then((rows) => hourSteps(rows, now, hours)),
  ]);
  const suggestions = await suggestAddresses(ctx, row, detail, answers);
  const span = (name: string, value: boolean) => ({
    href: addressWith(pagePath(id), { theo: value ? 'ngay' : null }),
    name,
    count: null,
    isChosen: isByDay === value,
  });
  const parts: [string, string][] = [
    ['bieu-do', words.charts],
    ['nhat-ky', words.log],
    ['tra-loi', words.answers],
    ['tin', words.entries],
    ...(isEditor ? [['sua', words.edit] satisfies [string, string]] : []),
    ['lich-su', words.history],
  ];
  const content = html`<nav aria-label="${words.parts}" class="parts">${parts.map(([anchor, name]) => html`<a href="#${anchor}">${name}</a>`)}</nav>
<div class="split">${statePanel(row, detail, now, lang)}<div class="stack">${suggestions.length === 0 ? '' : suggestPanel(visitor, row, detail, suggestions, now)}${
    held === null ? '' : heldView(visitor, id, held, now)
  }${panel(words.gaps, gapsView(visitor, id, gaps, now))}</div></div>
${panel(words.charts, html`${tabs(words.charts, [span(words.byHour, false), span(words.byDay, true)])}${pollCharts(steps, lang)}`, 'bieu-do')}
${panel(words.log, logView(id, polls, now, lang), 'nhat-ky')}
<section class="panel" id="tra-loi"><h2>${words.answers}</h2><div class="split"><div class="stack">${answers.good === null ? empty(words.noGood) : answerView(id, answers.good, now, lang)}</div><div class="stack">${
    answers.bad === null ? empty(words.noBad) : answerView(id, answers.bad, now, lang)
  }</div></div></section>
${panel(words.entries, entriesView(entries, now, lang), 'tin')}
${
  isEditor
    ? html`<section class="panel" id="sua"><h2>${words.edit}</h2>${editForm(visitor, id, more.typed ?? toTyped(fields), more.faults ?? {})}
<p><a href="${pagePath(id)}/cach-doc">${words.editRules}</a></p></section>`
    : ''
}${panel(words.history, historyView(visitor, id, lines.flat()), 'lich-su')}`;
  return show(
    lang,
    visitor,
    {
      title: sourceName(row),
      path: listPath,
      crumbs: [],
      notice: more.notice ?? null,
      content,
      ...(isEditor ? { actions: handsOn(visitor, row) } : {}),
    },
    more.status ?? 200,
  );
}

/** The answer where there is no such source. */
export function notFound(desk: Desk, visitor: Visitor): Promise<Response> {
  const notice = { text: consoleWords(visitor.lang).notFound, isBad: true };
  return desk.show(visitor.lang, visitor, { title: '404', path: listPath, crumbs: [], content: html``, notice }, 404);
}

const panel = (title: string, content: Html, id = ''): Html =>
  html`<section class="panel"${id === '' ? '' : html` id="${id}"`}><h2>${title}</h2>${content}</section>`;

function handsOn(visitor: Visitor, row: SourceListRow): Html {
  const words = sourcePageWords(visitor.lang);
  const act = `${pagePath(row.id)}/viec`;
  const button = (value: string, word: string, tone?: 'main') =>
    actionButton(visitor, act, word, { fields: { viec: value }, ...(tone === undefined ? {} : { tone }) });
  const remove = mayAs(visitor.session.role, 'admin')
    ? actionButton(visitor, '/quan-tri/nguon/hang-loat', words.remove, {
        fields: { viec: 'xoa', nguon: String(row.id) },
        tone: 'danger',
      })
    : '';
  return html`${row.isPaused ? button('tiep', words.resume, 'main') : html`${button('doc', words.readNow, 'main')}${button('dung', words.pause)}`}${remove}`;
}

function statePanel(row: SourceListRow, more: SourceMore, now: Date, lang: Lang): Html {
  const words = sourcePageWords(lang);
  const list = sourceWords(lang);
  const health = sourceHealth(row, now);
  const link = safeUrl(row.url);
  const province = provinceByCode(row.province ?? '');
  const error = errorWords(row, lang);
  return html`<section class="panel"><h2 class="sr">${words.state}</h2><p>${statePill(health.state, lang)} ${health[lang]}</p>${facts(
    [
      [words.address, link === null ? row.url : html`<a href="${link}" rel="noreferrer nofollow">${row.url}</a>`],
      [
        words.paper,
        html`${row.publisherName}${row.isSample ? html` <small class="soft">${words.isSample}</small>` : ''}`,
      ],
      [words.kind, list.kinds[row.kind] ?? row.kind],
      [words.province, province === null ? words.none : lang === 'en' ? province.nameEn : province.name],
      [words.section, row.section],
      [words.next, nextCheck(row, now, lang)],
      [words.lastGood, timeTag(row.lastSuccessAt, now, lang)],
      [words.lastTry, timeTag(row.lastAttemptAt, now, lang)],
      [words.failures, row.failures === 0 ? null : row.failures],
      [
        words.brokenSince,
        row.failingSince === null
          ? null
          : html`${timeTag(row.failingSince, now, lang)} (${exactTag(row.failingSince)})`,
      ],
      [
        words.lastError,
        error === null ? null : html`${error}<br><span class="code small">${row.lastError ?? ''}</span>`,
      ],
      [words.newest, timeTag(row.newestAt, now, lang)],
      [
        words.pace,
        row.ownMinutes !== null
          ? words.paceSet(row.ownMinutes)
          : row.agreedMinutes !== null
            ? words.paceAgreed(row.agreedMinutes)
            : words.paceOwn,
      ],
      [words.way, row.isPushed ? words.pushed : row.isWatchedByHub ? words.watched : words.polled],
      [words.added, timeTag(more.createdAt, now, lang)],
    ],
  )}</section>`;
}

function suggestPanel(
  visitor: Visitor,
  row: SourceListRow,
  more: SourceMore,
  suggestions: readonly Suggestion[],
  now: Date,
): Html {
  const { lang } = visitor;
  const words = sourcePageWords(lang);
  const isEditor = mayAs(visitor.session.role, 'editor');
  const why = (by: Suggestion['by']): Html | string =>
    by === 'moved'
      ? html`${words.bySince('')} ${timeTag(more.movedSince, now, lang)}`
      : by === 'redirect'
        ? words.byRedirect
        : words.byPage;
  return html`<section class="panel"><h2>${words.suggested}</h2><ul class="list">${suggestions.map(
    ({ url, by }) =>
      html`<li class="suggested"><div><span class="code">${url}</span><br><small class="soft">${why(by)}</small></div>${
        isEditor
          ? actionButton(visitor, `${pagePath(row.id)}/dia-chi`, words.use, {
              fields: { dia_chi: url },
              tone: 'main',
              say: `${words.use}: ${url}`,
            })
          : ''
      }</li>`,
  )}</ul><p><a href="${addressWith('/quan-tri/nguon/them', { 'dia-chi': row.siteUrl })}">${words.findOther}</a></p></section>`;
}

function logView(id: number, polls: readonly PollLine[], now: Date, lang: Lang): Html {
  const words = sourcePageWords(lang);
  if (polls.length === 0) return empty(words.noLog);
  const shown = polls.slice(0, pollsShown);
  const last = polls.length > pollsShown ? shown.at(-1) : undefined;
  const number = (name: string) => ({ name, isFigure: true });
  const table = dataTable({
    caption: words.log,
    columns: [words.time, words.result, number(words.took), number(words.bytes), number(words.delay), words.note],
    rows: shown.map((poll) => [
      html`${timeTag(poll.startedAt, now, lang)} <small class="soft">${exactTag(poll.startedAt)}</small>`,
      html`${pollWords(poll, sourceWords(lang))}${poll.status === null ? '' : html` <code>${poll.status}</code>`}`,
      words.ms(poll.tookMs),
      poll.bytes === 0 ? '–' : words.size(poll.bytes),
      poll.lagSeconds === null ? '–' : duration(poll.lagSeconds, lang),
      poll.note === null ? '' : html`<span class="code">${poll.note}</span>`,
    ]),
  });
  return html`${table}${last === undefined ? '' : html`<p><a class="button" href="${addressWith(pagePath(id), { truoc: last.startedAt.getTime() })}">${words.older}</a></p>`}`;
}

function entriesView(entries: readonly SourceEntry[], now: Date, lang: Lang): Html {
  const words = sourcePageWords(lang);
  if (entries.length === 0) return empty(words.noEntries);
  return dataTable({
    caption: words.entries,
    columns: [words.title, words.published, words.seen, { name: words.delay, isFigure: true }, words.story],
    rows: entries.map((entry) => {
      const url = safeUrl(entry.url);
      const lag = (entry.seenAt.getTime() - entry.publishedAt.getTime()) / 1_000;
      return [
        url === null ? entry.title : html`<a href="${url}" rel="noreferrer nofollow">${entry.title}</a>`,
        entry.isDateGuess ? html`<span class="soft">${words.guess}</span>` : timeTag(entry.publishedAt, now, lang),
        timeTag(entry.seenAt, now, lang),
        entry.isDateGuess || lag < 0 ? '–' : duration(lag, lang),
        entry.storyId === null ? words.waits : html`<a href="/quan-tri/tin/${entry.storyId}">${entry.storyId}</a>`,
      ];
    }),
  });
}
