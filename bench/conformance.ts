// Our reader against the public conformance corpus: `npm run conformance -- [--suite a,b] [--corpus DIR --split heldout --out F]`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const scorer = resolve(here, '../../shared/corpus/feeds/score.mjs');
if (!existsSync(scorer)) {
  console.error(
    `The conformance corpus is not here (looked for ${scorer}). It is kept beside the project, not in it; nothing was measured.`,
  );
  process.exit(2);
}
const { status, signal } = spawnSync(
  process.execPath,
  [scorer, '--adapter', join(here, 'conformance-adapter.mjs'), '--strict', '--jobs', '2', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = signal ? 1 : (status ?? 1);
