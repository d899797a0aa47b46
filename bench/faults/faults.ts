// Experiments of faults → what the product survives, as JSON in test-results/ and a table. `npm run faults -- [--only F-03] [--seeds 1] [--full] [--port 8160]`
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { f01 } from './f-01.ts';
import { f02 } from './f-02.ts';
import { f03 } from './f-03.ts';
import { f04 } from './f-04.ts';
import { f05 } from './f-05.ts';
import { f06 } from './f-06.ts';
import { f07 } from './f-07.ts';
import { f08 } from './f-08.ts';
import { f09 } from './f-09.ts';
import { f10 } from './f-10.ts';
import { f11 } from './f-11.ts';
import { f12 } from './f-12.ts';
import { f13 } from './f-13.ts';
import { f14 } from './f-14.ts';
import { p01 } from './p-01.ts';
import { mustIsolate, runIsolated } from './kit/isolation.ts';
import { type Experiment, type Outcome, runIn } from './kit/experiment.ts';

const experiments: readonly Experiment[] = [f01, f02, f03, f04, f05, f06, f07, f08, f09, f10, f11, f12, f13, f14, p01];

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seeds: { type: 'string' },
    full: { type: 'boolean', default: false },
    port: { type: 'string', default: '8160' },
    app: { type: 'string', default: root },
    folder: { type: 'string', default: join(tmpdir(), 'faults') },
    out: { type: 'string', default: join(root, 'test-results') },
  },
});

const size = values.full ? 'full' : 'quick';
const wanted = (values.only ?? []).flatMap((text) => text.toUpperCase().split(','));
const unknown = wanted.filter((id) => !experiments.some((one) => one.id === id));
if (unknown.length > 0)
  throw new Error(`no experiment ${unknown.join(', ')}; there are ${experiments.map((one) => one.id).join(', ')}`);

const askedSeeds = values.seeds === undefined ? null : Number(values.seeds);
if (askedSeeds !== null && !(Number.isInteger(askedSeeds) && askedSeeds > 0))
  throw new Error(`--seeds ${values.seeds ?? ''}: how many runs of each, a whole number from 1`);

const rows: Record<string, string>[] = [];
let isGreen = true;
for (const experiment of experiments.filter((one) => wanted.length === 0 || wanted.includes(one.id))) {
  const say = (text: string) => process.stderr.write(`${experiment.id}: ${text}\n`);
  const reason = experiment.skip?.() ?? null;
  const seeds = reason === null ? (askedSeeds ?? (size === 'full' ? experiment.seeds : 1)) : 0;
  if (reason !== null) say(`SKIPPED: ${reason}`);
  if (reason === null && mustIsolate(experiment.isIsolated)) {
    const { only: _, ...rest } = values;
    const given = Object.entries(rest).flatMap(([name, value]) =>
      value === true ? [`--${name}`] : value === false ? [] : [`--${name}`, value],
    );
    runIsolated([fileURLToPath(import.meta.url), '--only', experiment.id, ...given]);
    const done = JSON.parse(readFileSync(join(values.out, `${experiment.id}.json`), 'utf8')) as { survived: boolean };
    isGreen &&= done.survived;
    rows.push({
      id: experiment.id,
      experiment: experiment.title,
      size,
      runs: String(seeds),
      result: done.survived ? 'survived' : 'FAILED, see above',
    });
    continue;
  }
  const runs: (Outcome & { seed: number; seconds: number })[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    say(`${experiment.title}, ${size}, run ${seed} of ${seeds}`);
    const startedAt = performance.now();
    const base = {
      folder: values.folder,
      port: Number(values.port),
      size,
      seed,
      app: resolve(values.app),
      say,
    } as const;
    const outcome = await runIn(base, experiment);
    runs.push({ seed, seconds: Math.round((performance.now() - startedAt) / 1_000), ...outcome });
    say(outcome.survived ? 'survived' : `FAILED: ${outcome.failed.join('; ')}`);
  }
  const survived = reason === null && runs.every((run) => run.survived);
  isGreen &&= survived || reason !== null;
  const [only] = runs;
  const result = {
    kind: 'fault',
    id: experiment.id,
    title: experiment.title,
    size,
    survived,
    ...(reason === null ? {} : { skipped: reason }),
    pass: experiment.pass,
    failed: [...new Set(runs.flatMap((run) => run.failed))],
    ...(runs.length === 1 ? only : { runs }),
  };
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, `${experiment.id}.json`), `${JSON.stringify({ ...result, survived }, null, 1)}\n`);
  rows.push({
    id: experiment.id,
    experiment: experiment.title,
    size,
    runs: String(runs.length),
    result: reason === null ? (survived ? 'survived' : `FAILED: ${result.failed.join('; ')}`) : `skipped: ${reason}`,
  });
}
console.table(rows);
process.exit(isGreen ? 0 : 1);
