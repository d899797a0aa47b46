// A source's polls by the hour or the day → three charts (polls, news, lag), each with its figures as a table behind it.
import { html } from 'hono/html';
import type { PollDay } from '../../store/poll-day.ts';
import { lastDays } from '../../store/poll-day.ts';
import type { PollHour } from '../../store/source-page.ts';
import { exactTime } from '../when.ts';
import type { Lang } from '../words.ts';
import type { Series } from './charts.ts';
import { colourKey, lineChart, stackedBars } from './charts.ts';
import { dataTable, deskZone } from './parts.ts';
import type { Html } from './shell.ts';
import { duration } from './source-parts.ts';
import type { SourcePageWords } from './words-source-page.ts';
import { sourcePageWords } from './words-source-page.ts';

/** One step of time as the charts take it. */
export type Step = {
  label: string;
  polls: number;
  failed: number;
  unchanged: number;
  created: number;
  changed: number;
  lagSeconds: number | null;
};

const nothing = { polls: 0, failed: 0, unchanged: 0, created: 0, changed: 0, lagSeconds: null };
const hourMs = 3_600_000;

/** The last `hours` hours as steps, those without polls too; the label is the hour on the desk's clock, with its day at midnight. */
export function hourSteps(rows: readonly PollHour[], now: Date, hours: number): Step[] {
  const byHour = new Map(rows.map((row) => [row.hourAt.getTime(), row]));
  const last = Math.floor(now.getTime() / hourMs) * hourMs;
  return Array.from({ length: hours }, (_, index) => {
    const at = last - (hours - 1 - index) * hourMs;
    const said = exactTime(new Date(at), deskZone);
    const label = said.startsWith('00:') ? said.slice(6, 11) : said.slice(0, 5);
    return { ...nothing, ...byHour.get(at), label };
  });
}

/** The last `days` days as steps, those without polls too. */
export function daySteps(rows: readonly PollDay[], now: Date, days: number): Step[] {
  const byDay = new Map(rows.map((row) => [row.onDate, row]));
  return lastDays(now, days).map((day) => ({
    ...nothing,
    ...byDay.get(day),
    label: `${day.slice(8)}/${day.slice(5, 7)}`,
  }));
}

const newsOf = (step: Step) => Math.max(0, step.polls - step.failed - step.unchanged);

/** The charts of these steps; words instead where nothing was polled. */
export function pollCharts(steps: readonly Step[], lang: Lang): Html {
  const words = sourcePageWords(lang);
  if (steps.every((step) => step.polls === 0)) return html`<p class="empty">${words.noPolls}</p>`;
  const labels = steps.map((step) => step.label);
  const polls: Series[] = [
    { name: words.unchanged, colour: 'c2', values: steps.map((step) => step.unchanged) },
    { name: words.withNews, colour: 'c1', values: steps.map(newsOf) },
    { name: words.failed, colour: 'c3', values: steps.map((step) => step.failed) },
  ];
  const news: Series[] = [
    { name: words.fresh, colour: 'c1', values: steps.map((step) => step.created) },
    { name: words.mended, colour: 'c4', values: steps.map((step) => step.changed) },
  ];
  const lags = steps.map((step) => step.lagSeconds);
  const unit = (seconds: number) => duration(seconds, lang);
  return html`<div class="split">${figure(words.polls, colourKey(polls), stackedBars(polls, { label: words.polls, labels }))}${figure(
    words.items,
    colourKey(news),
    stackedBars(news, { label: words.items, labels }),
  )}${figure(
    words.lag,
    html``,
    lags.every((lag) => lag === null)
      ? html`<p class="empty">${words.noLag}</p>`
      : lineChart(lags, { label: words.lag, labels, unit }),
  )}</div>${asTable(steps, words, unit)}`;
}

const figure = (title: string, key: Html, chart: Html): Html =>
  html`<figure class="figure"><figcaption>${title}</figcaption>${key}${chart}</figure>`;

function asTable(steps: readonly Step[], words: SourcePageWords, unit: (seconds: number) => string): Html {
  const number = (name: string) => ({ name, isFigure: true });
  const seen = steps.filter((step) => step.polls > 0).toReversed();
  return html`<details><summary>${words.asTable}</summary>${dataTable({
    caption: words.charts,
    columns: [
      words.time,
      number(words.polls),
      number(words.withNews),
      number(words.unchanged),
      number(words.failed),
      number(words.fresh),
      number(words.mended),
      number(words.delay),
    ],
    rows: seen.map((step) => [
      step.label,
      step.polls,
      newsOf(step),
      step.unchanged,
      step.failed,
      step.created,
      step.changed,
      step.lagSeconds === null ? '–' : unit(step.lagSeconds),
    ]),
  })}</details>`;
}
