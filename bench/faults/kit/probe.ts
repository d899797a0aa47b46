// A running program with the heap probe → its samples.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, startApp } from './app.ts';
import { type Room, until } from './experiment.ts';
import type { Sample } from './heap-probe.ts';

/** Starts the program with the probe; `sample` collects garbage in it and tells what is left. */
export function startProbed(
  room: Room,
  variables: Record<string, string>,
): { app: App; sample: () => Promise<Sample> } {
  const file = join(room.folder, `probe-${variables['PORT'] ?? variables['ROLE'] ?? ''}.jsonl`);
  const probe = fileURLToPath(new URL('./heap-probe.ts', import.meta.url));
  const app = startApp(room, { ...variables, HEAP_PROBE: file }, { flags: ['--expose-gc', '--import', probe] });
  const lines = () =>
    (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []).filter((line) => line !== '');
  return {
    app,
    sample: async () => {
      const before = lines().length;
      app.signal('SIGUSR2');
      const line = await until('a sample', 20_000, () => lines()[before]);
      return JSON.parse(line) as Sample;
    },
  };
}

/** Slope of a straight line through values taken at even times, in units a step. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [at, value] of values.entries()) {
    above += (at - middle) * (value - mean);
    below += (at - middle) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
