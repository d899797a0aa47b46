// Numbers over time → SVG drawn on the server: sparklines, stacked bars, lines. No style attributes, as the console's policy allows none.
import { html } from 'hono/html';
import type { Html } from './shell.ts';

/** One kind of number: its name and its class of colour (`c1` blue, `c2` grey, `c3` red, `c4` ochre). */
export type Series = { name: string; colour: 'c1' | 'c2' | 'c3' | 'c4'; values: readonly number[] };

const round = (value: number) => Math.round(value * 100) / 100;

/** The least of 1, 2, 2.5, 5 × 10ⁿ that is not below the greatest value; 1 for nothing. */
export function niceTop(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= most) ?? 10;
  return step * power;
}

/** Bars without axes, for a row of a list; `label` says in words what they show. */
export function sparkline(values: readonly number[], label: string): Html {
  const top = Math.max(1, ...values);
  const bars = values.map((value, index) => {
    // What is not nothing is seen.
    const height = value === 0 ? 1 : Math.max(2, round((value / top) * 22));
    return html`<rect class="${value === 0 ? 'c2' : 'c1'}" x="${index * 7}" y="${24 - height}" width="5" height="${height}"/>`;
  });
  return html`<svg class="spark" viewBox="0 0 ${Math.max(1, values.length * 7 - 2)} 24" role="img" aria-label="${label}" preserveAspectRatio="none">${bars}</svg>`;
}

const size = { width: 640, height: 180, left: 44, right: 20, top: 10, bottom: 22 };
const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };

/** What every chart is told. `labels`: one for each step of time, of which about six are written. `unit` formats the numbers at the side. */
type ChartOptions = { label: string; labels: readonly string[]; unit?: (value: number) => string };

function frame(options: ChartOptions, top: number, marks: Html[]): Html {
  const unit = options.unit ?? String;
  const steps = options.labels.length;
  const every = Math.max(1, Math.ceil(steps / 6));
  // Things that are counted have no halves.
  const marked = [0, top / 2, top].filter((value) => options.unit !== undefined || Number.isInteger(value));
  const side = marked.map((value) => {
    const y = round(size.top + inner.height * (1 - value / top));
    return html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${y}" y2="${y}"/><text class="axis" x="${size.left - 6}" y="${y + 4}" text-anchor="end">${unit(value)}</text>`;
  });
  const foot = options.labels.map((label, index) =>
    (steps - 1 - index) % every === 0
      ? html`<text class="axis" x="${round(size.left + ((index + 0.5) * inner.width) / steps)}" y="${size.height - 6}" text-anchor="middle">${label}</text>`
      : '',
  );
  return html`<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${options.label}">${side}${foot}${marks}</svg>`;
}

/** Bars on each other, the first series lowest; every bar says its numbers when it is pointed at. */
export function stackedBars(series: readonly Series[], options: ChartOptions): Html {
  const steps = options.labels.length;
  const sums = options.labels.map((_label, index) => series.reduce((sum, one) => sum + (one.values[index] ?? 0), 0));
  const top = niceTop(Math.max(0, ...sums));
  const slot = inner.width / Math.max(1, steps);
  const width = round(Math.max(1, slot * 0.72));
  const bars = options.labels.map((label, index) => {
    let y = size.top + inner.height;
    const parts = series.map((one) => {
      const value = one.values[index] ?? 0;
      if (value <= 0) return '';
      const height = Math.max(1, (value / top) * inner.height);
      y -= height;
      return html`<rect class="${one.colour}" x="${round(size.left + index * slot + (slot - width) / 2)}" y="${round(y)}" width="${width}" height="${round(height)}"/>`;
    });
    const said = series.map((one) => `${one.name} ${one.values[index] ?? 0}`).join(', ');
    return html`<g><title>${label}: ${said}</title>${parts}</g>`;
  });
  return frame(options, top, bars);
}

/** A line through the values; null is a hole in it. A value that stands alone is a dot. */
export function lineChart(values: readonly (number | null)[], options: ChartOptions): Html {
  const top = niceTop(Math.max(0, ...values.map((value) => value ?? 0)));
  const slot = inner.width / Math.max(1, values.length);
  const x = (index: number) => round(size.left + (index + 0.5) * slot);
  const y = (value: number) => round(size.top + inner.height * (1 - value / top));
  const unit = options.unit ?? String;
  let path = '';
  const dots: Html[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const before = index === 0 ? null : (values[index - 1] ?? null);
    path += `${before === null ? 'M' : 'L'}${x(index)} ${y(value)}`;
    dots.push(
      html`<circle class="c1" cx="${x(index)}" cy="${y(value)}" r="3"><title>${options.labels[index] ?? ''}: ${unit(value)}</title></circle>`,
    );
  }
  return frame(options, top, [html`<path class="line" d="${path}"/>`, ...dots]);
}

/** What the colours mean. */
export const colourKey = (series: readonly Pick<Series, 'name' | 'colour'>[]): Html =>
  html`<ul class="key">${series.map(
    (one) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${one.colour}" width="10" height="10"/></svg>${one.name}</li>`,
  )}</ul>`;
