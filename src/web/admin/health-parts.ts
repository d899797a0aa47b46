// How the river stands → the panels of the health screen.
import { html } from 'hono/html';
import { stateWords, worstFirst } from '../../source/health.ts';
import type { Alert } from '../../store/alert.ts';
import { type Figures, queueNames } from '../../store/health.ts';
import type { HubTally } from '../../store/push-body.ts';
import type { Standing } from '../../watch/look.ts';
import { alertWords, queueWords } from '../../watch/words.ts';
import type { Lang } from '../words.ts';
import { sparkline } from './charts.ts';
import { dataTable, empty, exactTag, facts, pill, timeTag } from './parts.ts';
import type { Html } from './shell.ts';
import { stateTones } from './source-parts.ts';
import { sourceWords } from './words-source.ts';
import { healthWords, sizeWords, spanWords } from './words-health.ts';

const number = (value: number, lang: Lang) => value.toLocaleString(lang === 'vi' ? 'vi-VN' : 'en-GB');

/** What is wrong now, heaviest first, with what to do. */
export function alertPanel(open: readonly Alert[], now: Date, lang: Lang): Html {
  const words = healthWords(lang);
  if (open.length === 0)
    return html`<section class="panel" aria-labelledby="canh-bao"><h2 id="canh-bao">${words.alerts}</h2><p>${pill('good', words.allGood)}</p></section>`;
  return html`<section class="panel" aria-labelledby="canh-bao"><h2 id="canh-bao">${words.alerts}</h2><ul class="alerts">${open.map(
    (alert) => {
      const { title, remedy } = alertWords(alert, lang);
      const isCritical = alert.severity === 'critical';
      return html`<li class="${alert.severity}"><h3>${pill(isCritical ? 'bad' : 'slow', isCritical ? words.critical : words.warning)} ${title}</h3>
<p>${remedy}</p><p class="soft small">${timeTag(alert.openedAt, now, lang)}${alert.missingSince === null ? '' : html` · ${words.ending}`}</p></li>`;
    },
  )}</ul></section>`;
}

/** Alerts that are over. */
export function pastPanel(past: readonly Alert[], lang: Lang): Html {
  const words = healthWords(lang);
  if (past.length === 0) return html``;
  return html`<section class="panel"><h2>${words.past}</h2>${dataTable({
    caption: words.past,
    columns: [words.what, words.from, words.until],
    rows: past.map((alert) => [
      alertWords(alert, lang).title,
      alert.openedAt === null ? '' : exactTag(alert.openedAt),
      alert.closedAt === null ? '' : exactTag(alert.closedAt),
    ]),
  })}</section>`;
}

/** Sources by state, and how their polls went. */
export function sourcePanel({ figures, verdict }: Standing, now: Date, lang: Lang): Html {
  const words = healthWords(lang);
  const states = worstFirst.filter((state) => verdict.states[state] > 0);
  const polls = Object.entries(figures.polls).map(
    ([outcome, count]) => `${sourceWords(lang).outcomes[outcome] ?? outcome} ${number(count, lang)}`,
  );
  return html`<section class="panel"><h2>${words.sources}</h2>${
    states.length === 0
      ? empty(words.none)
      : html`<p class="row">${states.map((state) => pill(stateTones[state], `${stateWords[state][lang]} ${number(verdict.states[state], lang)}`))}</p>`
  }${facts([
    [words.lastGood, timeTag(figures.sources.lastSuccessAt, now, lang)],
    [words.newest, timeTag(figures.newestStoryAt, now, lang)],
    [words.polls, polls.join(' · ') || words.none],
    [words.held, number(figures.held.polls, lang)],
    [words.gaps, number(figures.gaps, lang)],
  ])}</section>`;
}

/** What waits, and for how long. */
export function queuePanel(figures: Figures, lang: Lang): Html {
  const words = healthWords(lang);
  return html`<section class="panel"><h2>${words.queues}</h2>${dataTable({
    caption: words.queues,
    columns: [words.queue, { name: words.waiting, isFigure: true }, { name: words.oldest, isFigure: true }],
    rows: queueNames
      .map((name) => [name, figures.queues[name]] as const)
      .map(([name, queue]) => [
        queueWords[name][lang],
        number(queue.waiting, lang),
        queue.waiting === 0 ? '–' : spanWords(queue.oldestSeconds, lang),
      ]),
  })}</section>`;
}

/** How fast news comes, and whether what goes out is valid. */
export function freshPanel(figures: Figures, lang: Lang): Html {
  const words = healthWords(lang);
  const { p50, p95, entries } = figures.freshness;
  const { all, broken, brokenPaths } = figures.documents;
  return html`<section class="panel"><h2>${words.fresh}</h2>${facts([
    [words.p50, p50 === null ? '–' : spanWords(p50, lang)],
    [words.p95, p95 === null ? '–' : spanWords(p95, lang)],
    [words.ofEntries, number(entries, lang)],
  ])}<h2>${words.documents}</h2>${facts([
    [words.made, number(all, lang)],
    [
      words.broken,
      broken === 0 ? pill('good', '0') : pill('bad', `${number(broken, lang)}: ${brokenPaths.join(', ')}`),
    ],
  ])}</section>`;
}

/** What papers' hubs brought and missed. */
export function hubPanel(hubs: readonly HubTally[], lang: Lang): Html {
  const words = healthWords(lang);
  if (hubs.length === 0) return html``;
  const figure = (name: string) => ({ name, isFigure: true });
  return html`<section class="panel"><h2>${words.hubs}</h2>${dataTable({
    caption: words.hubs,
    columns: [words.hub, figure(words.pushes), figure(words.brought), figure(words.missed), figure(words.forged)],
    rows: hubs.map((hub) => [
      hub.hubUrl,
      ...[hub.pushes, hub.brought, hub.missed, hub.forged].map((one) => number(one, lang)),
    ]),
  })}</section>`;
}

/** What is stored. */
export function storagePanel(figures: Figures, lang: Lang): Html {
  const words = healthWords(lang);
  const { size, connections } = figures;
  return html`<section class="panel"><h2>${words.storage}</h2>${facts([
    [words.database, sizeWords(size.databaseBytes, lang)],
    [words.oldestEntry, size.oldestEntryAt === null ? words.none : exactTag(size.oldestEntryAt)],
    [words.months, number(figures.monthsAhead, lang)],
    [words.connections, `${connections.used} / ${connections.most}`],
  ])}<details><summary>${words.largest}</summary>${dataTable({
    caption: words.largest,
    columns: [
      words.table,
      { name: words.bytes, isFigure: true },
      { name: words.rows, isFigure: true },
      { name: words.parts, isFigure: true },
    ],
    rows: size.tables.map((table) => [
      html`<code>${table.name}</code>`,
      sizeWords(table.bytes, lang),
      number(table.rows, lang),
      table.partitions === 0 ? '–' : number(table.partitions, lang),
    ]),
  })}</details></section>`;
}

const bars = 48;

/** The curves of a day: half an hour a bar, the greatest value in it. */
export function curvePanel(
  samples: readonly { at: Date; figures: Record<string, number> }[],
  now: Date,
  lang: Lang,
): Html {
  const words = healthWords(lang);
  if (samples.length === 0)
    return html`<section class="panel"><h2>${words.day}</h2>${empty(words.noSamples)}</section>`;
  const curve = (name: string, take: (figures: Record<string, number>) => number | undefined) => {
    const values = Array.from({ length: bars }, () => 0);
    for (const { at, figures } of samples) {
      const bar = bars - 1 - Math.floor((now.getTime() - at.getTime()) / (86_400_000 / bars));
      const value = Math.round(take(figures) ?? 0);
      if (bar >= 0 && bar < bars) values[bar] = Math.max(values[bar] ?? 0, value);
    }
    const latest = Math.round(take(samples.at(-1)?.figures ?? {}) ?? 0);
    const label = words.curve(name, number(latest, lang), number(Math.max(...values), lang));
    return html`<figure class="curve"><figcaption>${label}</figcaption>${sparkline(values, label)}</figure>`;
  };
  return html`<section class="panel"><h2>${words.day}</h2><div class="curves">${[
    curve(words.curves.p95, (figures) => (figures['p95'] ?? 0) / 60),
    curve(words.curves.waiting, (figures) => (figures['cluster'] ?? 0) + (figures['documents'] ?? 0)),
    curve(words.curves.sick, (figures) => figures['sick']),
    curve(words.curves.databaseMB, (figures) => figures['databaseMB']),
  ]}</div></section>`;
}
