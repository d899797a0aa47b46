// Our identity, addresses and dates against the Vietnamese corpus: `npm run quality -- [--only stories] [--corpus DIR] [--out F]`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const scorer = resolve(here, '../../shared/corpus/vi/score-stories.mjs');
if (!existsSync(scorer)) {
  console.error(
    `The corpus is not here (looked for ${scorer}). It is kept beside the project, not in it; nothing was measured.`,
  );
  process.exit(2);
}
const { status, signal } = spawnSync(
  process.execPath,
  [scorer, '--adapter', join(here, 'quality-adapter.mjs'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = signal ? 1 : (status ?? 1);
