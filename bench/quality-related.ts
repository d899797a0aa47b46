// Runs the corpus's scorer over our related stories: `node bench/quality-related.ts [--others 100000] [--corpus DIR] [--out FILE]`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const scorer = '../shared/corpus/vi/score-stories.mjs';
if (!existsSync(scorer)) {
  console.log(`${scorer} is absent: nothing is measured`);
  process.exit(0);
}
const run = spawnSync(
  process.execPath,
  [
    '--max-old-space-size=8192',
    scorer,
    '--adapter',
    'bench/quality-related-adapter.ts',
    '--only',
    'related',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
