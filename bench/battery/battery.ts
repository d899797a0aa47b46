// The security battery, all of it that can run here → a table, and its results as JSON. `npm run battery -- [--dir DIR] [--out DIR]`
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startAuthTarget } from './auth-target.ts';
import { judgeTexts } from './texts.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: '../shared/battery' },
    out: { type: 'string', default: 'data/battery' },
    split: { type: 'string', default: 'all' },
    only: { type: 'string' },
    group: { type: 'string' },
    part: { type: 'string', default: 'ssrf,xss,texts,browser,auth,inputs' },
  },
});
const root = resolve(import.meta.dirname, '../..');
const given = resolve(root, values.dir);
// Its programs compare their own address with the one they were called by: through a link they would do nothing.
const dir = existsSync(given) ? realpathSync(given) : given;
const out = resolve(root, values.out);
const adapter = (name: string) => join(import.meta.dirname, name);

type Row = { part: string; tried: number; good: number; failures: string[]; note?: string };
const rows: Row[] = [];
const skipped: { part: string; why: string }[] = [];

if (!existsSync(join(dir, 'run-battery.mjs'))) {
  console.error(
    `There is no battery at ${dir}: give its folder with --dir. It is kept beside the project, not in it; nothing was measured.`,
  );
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'tin-battery-modules-'));

// The judges look for their libraries in BATTERY_MODULES and in the folder they run in, which has parse5.
function environment(): NodeJS.ProcessEnv {
  const modules = process.env['BATTERY_MODULES'];
  if (modules && canResolve('puppeteer-core', modules)) return process.env;
  const shim = join(scratch, 'node_modules/puppeteer-core');
  mkdirSync(shim, { recursive: true });
  writeFileSync(join(shim, 'package.json'), '{"name":"puppeteer-core","type":"module","main":"index.mjs"}');
  const target = pathToFileURL(adapter('browser.mjs')).href;
  writeFileSync(join(shim, 'index.mjs'), `export { puppeteer as default } from ${JSON.stringify(target)};\n`);
  return { ...process.env, BATTERY_MODULES: scratch };
}

function canResolve(name: string, from: string): boolean {
  try {
    createRequire(join(from, 'x')).resolve(name);
    return true;
  } catch {
    return false;
  }
}

// One of the battery's own programs; what it says last on standard output is JSON.
function judge(program: string, args: string[]): Record<string, unknown> {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(dir, program), ...args], {
    cwd: root,
    env: environment(),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 1_800_000,
  });
  const start = stdout.search(/^\{/m);
  if (status !== 0 || start < 0) throw new Error(`${program} ended with ${status}: ${stderr.slice(0, 500)}`);
  return JSON.parse(stdout.slice(start)) as Record<string, unknown>;
}

const number = (value: unknown) => (typeof value === 'number' ? value : 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const save = (name: string, result: unknown) =>
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(result, null, 1)}\n`);

function runSsrf(): void {
  const result = judge('ssrf-score.mjs', ['--guard', adapter('ssrf-adapter.ts'), '--split', values.split, '--full']);
  save('ssrf', { kind: 'ssrf', ...result });
  const failures = list(result['fails']).map((fail) => JSON.stringify(fail).slice(0, 160));
  rows.push({
    part: 'ssrf decisions',
    tried: number(result['tried']) + number(result['policyTried']),
    good: number(result['survived']) + number(result['policyMet']),
    failures,
  });
}

const xss = { kind: 'xss', tried: 0, survived: 0, benignTried: 0, benignKept: 0, browserFired: 0 };

function runXss(): void {
  const result = judge('xss-oracle.mjs', [
    '--sanitizer',
    adapter('sanitizer-adapter.ts'),
    '--split',
    values.split,
    '--full',
  ]);
  xss.tried = number(result['hostileTried']);
  xss.survived = number(result['hostileSurvived']);
  xss.benignTried = number(result['benignTried']);
  xss.benignKept = number(result['benignKept']);
  const failures = list(result['failures']).map((fail) => JSON.stringify(fail).slice(0, 160));
  const note = `${number(result['softFindings'])} soft findings`;
  rows.push({ part: 'xss, structure: hostile', tried: xss.tried, good: xss.survived, failures, note });
  rows.push({ part: 'xss, structure: benign kept', tried: xss.benignTried, good: xss.benignKept, failures: [] });
}

function runBrowser(): void {
  const chrome = [
    process.env['CHROME'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find((path) => path && existsSync(path));
  if (!chrome) return void skipped.push({ part: 'xss, browser', why: 'no Chromium (give its path in CHROME)' });
  process.env['CHROME'] = chrome;
  const result = judge('xss-browser.mjs', ['--sanitizer', adapter('sanitizer-adapter.ts'), '--split', values.split]);
  save('xss-browser', result);
  const tried = number(result['tried']);
  xss.browserFired = list(result['fired']).length;
  const called = list(result['contactedThirdParty']);
  rows.push({
    part: 'xss, browser: not fired',
    tried,
    good: tried - xss.browserFired,
    failures: list(result['fired']).map(String),
    note: `${called.length} hostile strings load something foreign (pictures): ${called.map((one) => String(one).split(' ')[0]).join(' ')}`,
  });
}

function netnsTrouble(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are Linux only';
  if (process.getuid?.() !== 0) return 'needs root for a network namespace';
  if (spawnSync('ip', ['-V']).status !== 0) return 'needs `ip` (iproute2)';
  return spawnSync('unshare', ['-n', 'true']).status === 0 ? null : 'this machine lets nobody make a network namespace';
}

function runInputs(): void {
  const trouble = netnsTrouble();
  if (trouble !== null) return void skipped.push({ part: 'hostile upstream', why: trouble });
  const file = join(out, 'inputs.json');
  rmSync(file, { force: true });
  const pass = (['split', 'only', 'group'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const { status } = spawnSync(
    'sh',
    [join(dir, 'in-netns.sh'), process.execPath, adapter('hostile.ts'), dir, file, '11.22.33.44', ...pass],
    { cwd: root, env: environment(), stdio: 'inherit' },
  );
  if (!existsSync(file)) throw new Error(`the hostile upstream ended with ${status} and left no results`);
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as {
    results: { id: string; group: string; survived: boolean; fails: string[] }[];
  };
  for (const [part, isMine] of [
    ['hostile upstream', (group: string) => group !== 'control'],
    ['control feeds ingested', (group: string) => group === 'control'],
  ] as const) {
    const mine = results.filter((result) => isMine(result.group));
    if (mine.length === 0) continue;
    rows.push({
      part,
      tried: mine.length,
      good: mine.filter((result) => result.survived).length,
      failures: mine.filter((result) => !result.survived).map((result) => `${result.id}: ${result.fails.join('; ')}`),
    });
  }
}

// What a flood of wrong passwords and foreign forms leaves in the log must not be one of the secrets that were used.
function secretsIn(log: string, target: Record<string, unknown>): string[] {
  const admin = target['admin'] as { pass: string };
  const partner = target['partner'] as { value: string };
  const text = readFileSync(log, 'utf8');
  const isLeaked = (secret: string) => text.includes(secret) || text.includes(encodeURIComponent(secret));
  const names: [string, string][] = [
    ['the password', admin.pass],
    ['the partner key', partner.value.replace('Bearer ', '')],
  ];
  const found = names.filter(([, secret]) => isLeaked(secret)).map(([name]) => name);
  return /__Host-tin=[\w-]{43}/.test(text) ? [...found, 'a cookie'] : found;
}

async function runAuth(): Promise<void> {
  const log = join(out, 'auth-app.log');
  const logFile = openSync(log, 'w');
  const app = await startAuthTarget(scratch, logFile);
  try {
    const reset = [process.execPath, adapter('auth-reset.ts'), app.databaseUrl].map((word) => `'${word}'`).join(' ');
    const file = join(scratch, 'target.json');
    writeFileSync(file, JSON.stringify({ ...app.target, resetCmd: reset }));
    save('auth-target', app.target);
    const results = join(out, 'auth.json');
    const only = values.only === undefined ? [] : ['--only', values.only];
    judge('auth-checks.mjs', ['--target', file, '--split', values.split, '--quiet', '--out', results, ...only]);
    const { results: checks } = JSON.parse(readFileSync(results, 'utf8')) as {
      results: { id: string; what: string; skipped: boolean; survived: boolean; fails: string[] }[];
    };
    const ran = checks.filter((check) => !check.skipped);
    rows.push({
      part: 'sign-in, sessions, forms, rights',
      tried: ran.length,
      good: ran.filter((check) => check.survived).length,
      failures: ran.filter((check) => !check.survived).map((one) => `${one.id} ${one.what}: ${one.fails.join('; ')}`),
    });
    for (const { id, what } of checks.filter((check) => check.skipped))
      skipped.push({ part: `${id} ${what}`, why: 'the check says it has nothing to look at here' });
    const leaked = secretsIn(log, app.target);
    rows.push({ part: 'secrets in the log', tried: 3, good: 3 - leaked.length, failures: leaked });
  } finally {
    await app.stop();
    closeSync(logFile);
  }
}

const parts: Record<string, () => void | Promise<void>> = {
  ssrf: runSsrf,
  xss: runXss,
  texts: async () => {
    const texts = await judgeTexts(dir, values.split, environment());
    if (texts === null) skipped.push({ part: 'xss, titles and addresses', why: 'parse5 is not installed' });
    else rows.push({ part: 'xss, titles and addresses', ...texts });
  },
  browser: runBrowser,
  auth: runAuth,
  inputs: runInputs,
};
try {
  for (const name of values.part.split(',')) {
    const run = parts[name];
    if (run === undefined) throw new Error(`there is no part "${name}": ${Object.keys(parts).join(', ')}`);
    try {
      await run();
    } catch (error) {
      rows.push({ part: name, tried: 1, good: 0, failures: [error instanceof Error ? error.message : String(error)] });
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (xss.tried > 0) save('xss', xss);
save('summary', { rows, skipped });
process.stdout.write('\n');
console.table(
  rows.map(({ part, tried, good, note }) => ({ part, tried, good, missed: tried - good, note: note ?? '' })),
);
for (const row of rows) for (const failure of row.failures) process.stdout.write(`MISSED  ${row.part}: ${failure}\n`);
for (const { part, why } of skipped) process.stdout.write(`SKIPPED ${part}: ${why}\n`);
process.stdout.write(`results as JSON: ${out}\n`);
process.exitCode = rows.length === 0 ? 2 : rows.some((row) => row.good < row.tried) ? 1 : 0;
