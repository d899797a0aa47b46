// /quan-tri → the sources, the one that needs a person most first: state, last and next read, errors, news a day, share of new, lag.
import { html } from 'hono/html';
import type { HealthState } from '../../source/health.ts';
import { sourceHealth, stateWords, worstFirst } from '../../source/health.ts';
import type { PollDay } from '../../store/poll-day.ts';
import { lastDays, readPollDays } from '../../store/poll-day.ts';
import type { SourceListRow } from '../../store/source-desk.ts';
import { countStates, findSources, readSources, sourceChoices } from '../../store/source-desk.ts';
import { provinceByCode } from '../../text/place.ts';
import type { Lang } from '../words.ts';
import { sparkline } from './charts.ts';
import type { Desk } from './desk.ts';
import { choice, dataTable, empty, field, pager, pill, tabs, timeTag } from './parts.ts';
import type { Html, Visitor } from './shell.ts';
import { mayAs, tokenField } from './shell.ts';
import type { FilterQuery } from './source-filter.ts';
import { filterFields, listAddress, listPath, readFilter, readPlace, toFilter, writePlace } from './source-filter.ts';
import { duration, errorWords, nextCheck, sourceName, statePill } from './source-parts.ts';
import { sourceWords } from './words-source.ts';

const pageSize = 50;
const days = 14;

/** Adds the list. Reads source, publisher, held_poll, gap, push and poll_day. */
export function addSources(desk: Desk): void {
  const { ctx, show } = desk;

  desk.screen(listPath, 'viewer', async (call, visitor) => {
    const { lang, session } = visitor;
    const words = sourceWords(lang);
    const now = ctx.now();
    const query = readFilter((name) => call.req.query(name));
    const filter = toFilter(query);
    const after = readPlace(call.req.query('sau'));
    const [counts, found, choices] = await Promise.all([
      countStates(ctx.db, filter, now),
      findSources(ctx.db, filter, { now, after, limit: pageSize + 1 }),
      sourceChoices(ctx.db),
    ]);
    const places = found.slice(0, pageSize);
    const ids = places.map((place) => place.id);
    const [rows, counted] = await Promise.all([readSources(ctx.db, ids), readPollDays(ctx.db, ids, days)]);
    const byDay = Map.groupBy(counted, (day) => day.sourceId);
    const matching = [...counts].reduce(
      (sum, [state, count]) => (query.tt === '' || query.tt === state ? sum + count : sum),
      0,
    );
    const isEditor = mayAs(session.role, 'editor');
    const table = dataTable({
      caption: words.sources,
      columns: [
        words.source,
        words.reads,
        words.next,
        words.errors,
        words.perDay,
        { name: words.share, isFigure: true },
        { name: words.lag, isFigure: true },
        words.way,
      ],
      rows: rows.map((row) => cells(row, byDay.get(row.id) ?? [], { now, lang, isEditor })),
    });
    const last = found.length > pageSize ? places.at(-1) : undefined;
    const isFiltered = Object.values(query).some((value) => value !== '');
    const list =
      rows.length === 0
        ? empty(isFiltered ? words.noMatch : words.nothing)
        : isEditor
          ? bulkForm(visitor, query, matching, table)
          : table;
    const content = html`${stateTabs(query, counts, lang)}${filterForm(query, choices, lang)}${list}${pager(lang, {
      first: after === null ? null : listAddress(query),
      next: last === undefined ? null : listAddress(query, { sau: writePlace(last) }),
    })}`;
    const [changed, removed] = [call.req.query('doi'), call.req.query('xoa')].map((text) =>
      /^\d{1,6}$/.test(text ?? '') ? Number(text) : null,
    );
    const notice =
      typeof removed === 'number'
        ? { text: words.removed(removed) }
        : typeof changed === 'number'
          ? { text: changed === 0 ? words.unchanged : words.changed(changed) }
          : null;
    const actions = html`<a class="button main" href="/quan-tri/nguon/them">${words.add}</a><a class="button" href="/quan-tri/nguon/nhap">${words.lists}</a>`;
    return show(lang, visitor, {
      title: words.sources,
      content,
      path: listPath,
      notice,
      ...(isEditor ? { actions } : {}),
    });
  });
}

function stateTabs(query: FilterQuery, counts: ReadonlyMap<string, number>, lang: Lang): Html {
  const words = sourceWords(lang);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  // A state that no source is in is no filter, unless it is the chosen one.
  const states = worstFirst.filter((state) => (counts.get(state) ?? 0) > 0 || query.tt === state);
  const row = (state: HealthState | '', name: Html | string, count: number) => ({
    href: listAddress({ ...query, tt: state }),
    name,
    count,
    isChosen: query.tt === state,
  });
  return tabs(words.states, [
    row('', words.all, all),
    ...states.map((state) => row(state, stateWords[state][lang], counts.get(state) ?? 0)),
  ]);
}

function filterForm(query: FilterQuery, choices: { kinds: string[]; provinces: string[] }, lang: Lang): Html {
  const words = sourceWords(lang);
  const provinces = choices.provinces
    .map((code): [string, string] => {
      const province = provinceByCode(code);
      return [code, province === null ? code : lang === 'en' ? province.nameEn : province.name];
    })
    .sort(([, a], [, b]) => a.localeCompare(b, 'vi'));
  const any: [string, string] = ['', words.any];
  return html`<form method="get" action="${listPath}" class="filters" role="search">${
    query.tt === '' ? '' : html`<input type="hidden" name="tt" value="${query.tt}">`
  }${field('q', words.find, query.q, { type: 'search', most: 100 })}${choice('tinh', words.province, query.tinh, [any, ...provinces])}${choice(
    'loai',
    words.kind,
    query.loai,
    [any, ...choices.kinds.map((kind): [string, string] => [kind, words.shortKinds[kind] ?? kind])],
  )}<button>${words.filter}</button>${
    Object.values(query).some((value) => value !== '') ? html`<a href="${listPath}">${words.clear}</a>` : ''
  }</form>`;
}

// Buttons send the whole list's form; what each needs beside the chosen rows stands beside it.
function bulkForm(visitor: Visitor, query: FilterQuery, matching: number, table: Html): Html {
  const words = sourceWords(visitor.lang);
  const isAdmin = mayAs(visitor.session.role, 'admin');
  return html`<form method="post" action="/quan-tri/nguon/hang-loat" class="form bulk">${tokenField(visitor)}${filterFields(query)}
<div class="panel">${table}</div>
<fieldset class="bulk-bar"><legend>${words.withChosen}</legend>
<label class="check"><input type="checkbox" name="ca" value="1">${words.everyMatch(matching)}</label>
<div class="row"><button name="viec" value="doc" class="main">${words.readInTurn}</button><button name="viec" value="dung">${words.pause}</button><button name="viec" value="tiep">${words.resume}</button>
<button name="viec" value="csv">${words.exportCsv}</button><button name="viec" value="opml">${words.exportOpml}</button>${
    isAdmin ? html`<button name="viec" value="xoa" class="danger">${words.remove}</button>` : ''
  }</div>
<div class="row pace"><label>${words.paceMinutes}<input name="phut" inputmode="numeric" pattern="[0-9]{1,5}" maxlength="5"></label><button name="viec" value="nhip">${words.setPace}</button></div></fieldset></form>`;
}

function cells(
  row: SourceListRow,
  counted: readonly PollDay[],
  o: { now: Date; lang: Lang; isEditor: boolean },
): (Html | string)[] {
  const { now, lang } = o;
  const words = sourceWords(lang);
  const health = sourceHealth(row, now);
  const name = sourceName(row);
  const byDay = new Map(counted.map((day) => [day.onDate, day.created]));
  const perDay = lastDays(now, days).map((day) => byDay.get(day) ?? 0);
  const sum = (of: (day: PollDay) => number) => counted.reduce((total, day) => total + of(day), 0);
  const [items, created] = [sum((day) => day.items), sum((day) => day.created)];
  const share = (part: number) => `${Math.round((part / items) * 100)} %`;
  const lags = counted.flatMap((day) => (day.lagSeconds === null ? [] : [day.lagSeconds])).sort((a, b) => a - b);
  const lag = lags[Math.floor((lags.length - 1) / 2)];
  const error = errorWords(row, lang);
  return [
    html`<div class="source-name">${
      o.isEditor ? html`<input type="checkbox" name="nguon" value="${row.id}" aria-label="${words.choose(name)}">` : ''
    }<div><a href="/quan-tri/nguon/${row.id}">${name}</a> ${statePill(health.state, lang)}<span class="address">${row.url}</span>${
      health.state === 'ok' || error !== null ? '' : html`<span class="says">${health[lang]}</span>`
    }</div></div>`,
    html`<span class="pair"><span>${words.good}: ${timeTag(row.lastSuccessAt, now, lang)}</span><span class="soft">${words.tried}: ${timeTag(row.lastAttemptAt, now, lang)}</span></span>`,
    html`<span class="pair">${nextCheck(row, now, lang)}</span>`,
    error === null
      ? ''
      : html`<span class="pair"><span><strong>${row.failures}×</strong>${row.failingSince === null ? '' : html` <small class="soft">${words.since} ${timeTag(row.failingSince, now, lang)}</small>`}</span><small>${error}</small></span>`,
    sparkline(perDay, words.perDayLabel(created, perDay.join(', '))),
    items === 0 ? '–' : html`<span title="${words.shareTitle}">${share(created)} · ${share(items - created)}</span>`,
    lag === undefined ? '–' : html`<span title="${words.lagTitle}">${duration(lag, lang)}</span>`,
    html`<span class="pair"><span>${
      row.isPushed ? pill('info', words.pushed) : row.isWatchedByHub ? words.watched : words.polled
    }</span><small class="soft">${words.shortKinds[row.kind] ?? row.kind}</small></span>`,
  ];
}
