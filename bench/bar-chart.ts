// Groups of figures → a bar chart as SVG that stands on light and dark ground alike. Pure.

/** One chart: each group is a row of bars, one a series, in the order of `series`; a missing value is left out. */
export type Chart = {
  title: string;
  unit: string;
  series: string[];
  groups: { label: string; values: (number | null)[] }[];
};

const colours = ['#2f6fb0', '#c8791e', '#3f8f58', '#9a4f9e', '#7a7a7a'];
const width = 720;
const barHeight = 16;
const labelWidth = 190;
const barWidth = 400;

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const shown = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 100) / 100);

function textAt(x: number, y: number, text: string, more = ''): string {
  return `<text x="${x}" y="${y}" fill="#808080" ${more}>${escape(text)}</text>`;
}

/** The chart as a document of its own. Bars begin at zero, so that their lengths can be compared. */
export function barChart(chart: Chart): string {
  const most = Math.max(...chart.groups.flatMap((group) => group.values.map((value) => value ?? 0)), Number.EPSILON);
  const parts: string[] = [textAt(0, 18, `${chart.title} (${chart.unit})`, 'font-size="15" font-weight="bold"')];
  let y = 44;
  chart.series.forEach((name, i) => {
    const x = labelWidth + i * 104;
    parts.push(
      `<rect x="${x}" y="${y - 10}" width="11" height="11" fill="${colours[i % colours.length]}"/>`,
      textAt(x + 16, y, name),
    );
  });
  y += 16;
  for (const { label, values } of chart.groups) {
    parts.push(textAt(0, y + 12, label));
    values.forEach((value, i) => {
      if (value === null) return;
      const length = Math.max(1, (barWidth * value) / most);
      parts.push(
        `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight - 3}" fill="${colours[i % colours.length]}"/>`,
        textAt(labelWidth + length + 6, y + 11, shown(value)),
      );
      y += barHeight;
    });
    y += 10;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="${escape(chart.title)}" ` +
    `font-family="system-ui, sans-serif" font-size="12">\n${parts.join('\n')}\n</svg>\n`
  );
}
