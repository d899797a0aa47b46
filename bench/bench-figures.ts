// What a bench measured → JSON beside its printed lines, for `npm run bench` and the charts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** Where results are written, seen from the project's folder. */
export const resultsFolder = 'test-results/bench';

/** Writes `figures` to `test-results/bench/<name>.json` with the date and the machine they were measured on. Touches that file. */
export function saveFigures(name: string, figures: Record<string, unknown>): void {
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model ?? '',
    memoryGb: Math.round(totalmem() / 1e9),
    loadAverage: loadavg()[0],
    node: process.version,
  };
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(
    `${resultsFolder}/${name}.json`,
    `${JSON.stringify({ bench: name, measuredAt: new Date().toISOString(), machine, ...figures }, null, 2)}\n`,
  );
}

/** The value below which the share `q` of `times` lies. */
export function quantile(times: readonly number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}
