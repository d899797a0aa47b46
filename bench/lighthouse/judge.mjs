// An address and Lighthouse's flags → what it found. Installs Lighthouse beside our packages when it is not there: it and what it brings
// are 170 MB, which nobody shall wait for who only wants to start or test the project.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runNpmCi } from '../../scripts/npm.mjs';

const own = fileURLToPath(new URL('.', import.meta.url));
// Where no checker of ours looks; `npm ci` in the project clears it away.
const folder = fileURLToPath(new URL('../../node_modules/.lighthouse/', import.meta.url));

async function load() {
  const wanted = JSON.parse(readFileSync(join(own, 'package-lock.json'), 'utf8')).packages;
  const manifest = join(folder, 'node_modules', 'lighthouse', 'package.json');
  const version = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : null;
  if (version !== wanted['node_modules/lighthouse'].version) {
    mkdirSync(folder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(own, name), join(folder, name));
    await runNpmCi(
      folder,
      Object.keys(wanted).filter((path) => path !== ''),
    );
  }
  return (await import(pathToFileURL(createRequire(folder).resolve('lighthouse')).href)).default;
}

let loading;

/**
 * Runs Lighthouse as a library, which sends nothing to anybody (only its own command line knows an error reporter). On a busy machine
 * the browser sometimes loses its own trace, which says nothing of the page, so it is asked up to three times.
 * @param {string} address
 * @param {Record<string, unknown>} flags
 */
export async function judge(address, flags) {
  loading ??= load();
  const lighthouse = await loading;
  let reason = 'no result';
  for (let attempt = 0; attempt < 3; attempt++) {
    const ran = await lighthouse(address, flags);
    if (ran && !ran.lhr.runtimeError)
      return { categories: ran.lhr.categories, audits: ran.lhr.audits, report: ran.report };
    reason = ran?.lhr.runtimeError?.message ?? reason;
  }
  throw new Error(`${address}: ${reason}`);
}
