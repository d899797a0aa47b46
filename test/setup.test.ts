// scripts/run.mjs: one command on a fresh machine, tried on small checkouts with packages of their own and no network.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { until } from './support/wait.ts';

const scripts = fileURLToPath(new URL('../scripts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tin-tinh-setup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** A checkout with one package of its own (`tool`, a folder) and three tasks. */
function makeCheckout(): string {
  count += 1;
  const root = join(folder, `checkout-${count}`);
  cpSync(scripts, join(root, 'scripts'), { recursive: true });
  mkdirSync(join(root, 'tool'));
  writeFileSync(
    join(root, 'tool', 'package.json'),
    JSON.stringify({ name: 'tool', version: '1.0.0', bin: { tool: 'tool.mjs' } }),
  );
  writeFileSync(join(root, 'tool', 'tool.mjs'), 'console.log("tool", process.argv.slice(2).join(" "));\n');
  writeFileSync(
    join(root, 'scripts', 'tasks.mjs'),
    `export const tasks = {
      tell: { steps: [['tell.mjs']], needsDev: false },
      wait: { steps: [['wait.mjs']], needsDev: false },
      both: { steps: [['tell.mjs', 'first'], ['bin:tool', 'second']], needsDev: true },
    };\n`,
  );
  writeFileSync(
    join(root, 'tell.mjs'),
    'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = Number(process.env.CODE ?? 0);\n',
  );
  writeFileSync(
    join(root, 'wait.mjs'),
    'process.on("SIGTERM", () => { console.log("ending"); process.exit(7); }); console.log("ready"); setInterval(() => {}, 1000);\n',
  );
  writeLock(root, '1.0.0');
  return root;
}

function writeLock(root: string, version: string): void {
  const tool = { name: 'tool', version: '1.0.0', bin: { tool: 'tool.mjs' } };
  const about = { name: 'checkout', version, devDependencies: { tool: 'file:tool' } };
  writeFileSync(join(root, 'package.json'), JSON.stringify(about));
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({
      name: 'checkout',
      version,
      lockfileVersion: 3,
      requires: true,
      packages: { '': about, 'node_modules/tool': { resolved: 'tool', link: true }, tool: { ...tool, dev: true } },
    }),
  );
}

const environment = (extra: Record<string, string> = {}) => ({
  ...process.env,
  npm_config_cache: join(folder, 'cache'),
  npm_config_offline: 'true',
  ...extra,
});

function run(
  root: string,
  args: string[],
  extra: Record<string, string> = {},
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: environment(extra),
  });
  return { status, stdout, stderr };
}

test('a fresh checkout installs its packages, says so, and runs the task with its words and its exit code', () => {
  const root = makeCheckout();

  const first = run(root, ['tell', 'một', '--hai'], { CODE: '5', npm_config_ignore_scripts: 'true' });
  const second = run(root, ['tell', '--', 'một']);

  expect(first).toMatchObject({
    status: 5,
    stdout: '["một","--hai"]\n',
    stderr: expect.stringMatching(/^Installing .*\n[^]*Installed in \d+ s/),
  });
  // As `npm run tell -- một` would have it.
  expect(second).toEqual({ status: 0, stdout: '["một"]\n', stderr: '' });
});

test('a changed lock file installs anew', () => {
  const root = makeCheckout();
  run(root, ['tell']);
  writeFileSync(join(root, 'node_modules', 'old'), '');

  writeLock(root, '1.0.1');
  rmSync(join(root, 'node_modules', '.package-lock.json'));
  const again = run(root, ['tell']);

  expect(again.stderr).toContain('Installed in');
  expect(existsSync(join(root, 'node_modules', 'old'))).toBe(false);
});

test('an installation that was broken off is done again', () => {
  const root = makeCheckout();
  mkdirSync(join(root, 'node_modules', 'tool'), { recursive: true });
  writeFileSync(join(root, '.install-lock'), JSON.stringify({ host: 'elsewhere', pid: 1, at: 0 }));
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(join(root, '.install-lock'), longAgo, longAgo);

  const result = run(root, ['both']);

  expect(result).toMatchObject({ status: 0, stdout: '["first"]\ntool second\n' });
  expect(existsSync(join(root, '.install-lock'))).toBe(false);
});

test('packages that npm itself installed are taken as they are', () => {
  const root = makeCheckout();
  const npm = spawnSync('npm', ['ci', '--silent'], { cwd: root, env: environment(), encoding: 'utf8' });
  expect(npm.status).toBe(0);

  expect(run(root, ['both', 'x'])).toMatchObject({
    status: 0,
    stdout: '["first"]\ntool second x\n',
    stderr: expect.not.stringContaining('Installing'),
  });
});

test('two first starts at once install once', async () => {
  const root = makeCheckout();
  const start = async () =>
    await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, ['scripts/run.mjs', 'tell'], { cwd: root, env: environment() });
      let said = '';
      child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')));
      child.once('close', (code) => resolve(`${code} ${said}`));
    });

  const said = await Promise.all([start(), start(), start()]);

  expect(said.filter((text) => text.includes('Installing '))).toHaveLength(1);
  expect(said.every((text) => text.startsWith('0 '))).toBe(true);
});

test('a failure of npm ends with what to do', () => {
  const root = makeCheckout();
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'checkout', dependencies: { absent: '1.0.0' } }));

  const result = run(root, ['tell']);

  expect(result).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/could not install[^]*What to do: /),
  });
  expect(existsSync(join(root, '.install-lock'))).toBe(false);
});

test.each([
  ['as the same process', true],
  ['through a child process', false],
])('signals reach the task and its exit code comes back, %s', async (_how, canReplace) => {
  const root = makeCheckout();
  run(root, ['tell']);
  // Old Nodes cannot replace their process; taking the function away makes this one as old.
  const flags = canReplace ? [] : ['--import', 'data:text/javascript,delete process.execve;process.execve=undefined'];
  const child = spawn(process.execPath, [...flags, 'scripts/run.mjs', 'wait'], { cwd: root, env: environment() });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));

  await until(() => said.includes('ready'));
  child.kill('SIGTERM');

  expect(await ended).toBe(7);
  expect(said).toBe('ready\nending\n');
});

test('an unknown task lists those there are', () => {
  expect(run(makeCheckout(), ['tel'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('tasks: tell wait both'),
  });
});

test('the lock file names no host, and everything of ours is pinned exactly', () => {
  const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
  const about = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const pins = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.values(about[kind] ?? {}),
  );

  expect(lock).not.toContain('"resolved"');
  expect(pins.filter((pin) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(pin))).toEqual([]);
});
