// Results of benches → charts beside docs/performance.md. `npm run bench:charts`, after the benches of which there shall be charts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Chart, barChart } from './bar-chart.ts';
import { resultsFolder } from './bench-figures.ts';

type Row = Record<string, number | string>;

const folder = 'docs/charts';
const stories = (count: unknown) => `${Number(count).toLocaleString('en')} stories`;
const value = (row: Row, name: string) => (typeof row[name] === 'number' ? row[name] : null);

function groups(rows: readonly Row[], label: (row: Row) => string, names: readonly string[]): Chart['groups'] {
  return rows.map((row) => ({ label: label(row), values: names.map((name) => value(row, name)) }));
}

// One chart a file: which bench, which of its tables, and what is drawn of it.
const charts: { file: string; bench: string; table: string; draw: (rows: Row[]) => Chart }[] = [
  {
    file: 'related-list',
    bench: 'related',
    table: 'lists',
    draw: (rows) => ({
      title: 'A list of related stories beside a bare read of its rows',
      unit: 'ms of processor',
      series: ['list', 'bare read'],
      groups: groups(rows, (row) => stories(row['stories']), ['listCpu', 'bareCpu']),
    }),
  },
  {
    file: 'related-document',
    bench: 'document',
    table: 'documents',
    draw: (rows) => ({
      title: '"Tin liên quan" of a story nobody asked for yet',
      unit: 'ms',
      series: ['p50', 'p95', 'from memory'],
      groups: groups(rows, (row) => stories(row['stories']), ['missP50', 'missP95', 'heldP50']),
    }),
  },
  {
    file: 'growth-entry',
    bench: 'growth',
    table: 'stores',
    draw: (rows) => ({
      title: 'A new entry, by what is stored already',
      unit: 'µs of processor',
      series: ['ingest', 'cluster', 'publish', 'search', 'related'],
      groups: groups(rows, (row) => `${Number(row['stored']).toLocaleString('en')} entries`, [
        'ingestUs',
        'clusterUs',
        'publishUs',
        'searchUs',
        'relateUs',
      ]),
    }),
  },
  {
    file: 'growth-processes',
    bench: 'growth',
    table: 'processes',
    draw: (rows) => ({
      title: 'Processes of jobs on one PostgreSQL',
      unit: 'new entries a second',
      series: ['entries'],
      groups: groups(rows, (row) => `${row['processes']} processes`, ['perSecond']),
    }),
  },
  {
    file: 'search',
    bench: 'search',
    table: 'questions',
    draw: (rows) => ({
      title: 'First page of a search',
      unit: 'ms',
      series: ['p50', 'p95'],
      groups: groups(rows, (row) => String(row['name']), ['p50', 'p95']),
    }),
  },
];

mkdirSync(folder, { recursive: true });
for (const { file, bench, table, draw } of charts) {
  const source = `${resultsFolder}/${bench}.json`;
  const results: unknown = existsSync(source) ? JSON.parse(readFileSync(source, 'utf8')) : null;
  const rows =
    typeof results === 'object' && results !== null ? (results as Record<string, unknown>)[table] : undefined;
  if (!Array.isArray(rows)) {
    console.log(`${source} has no ${table}: run \`npm run bench:${bench}\` first`);
    continue;
  }
  writeFileSync(`${folder}/${file}.svg`, barChart(draw(rows as Row[])));
  console.log(`${folder}/${file}.svg`);
}
