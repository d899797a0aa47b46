// A list of wanted packages → `npm ci`, with progress that shows on a terminal and in a log.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

const flags = [
  'ci',
  '--include=dev',
  '--include=optional',
  // No package of ours needs one, and what does not run cannot do harm.
  '--ignore-scripts',
  // Some packages name newer Nodes than the one that installs; they will run on the pinned one.
  '--engine-strict=false',
  '--package-lock=true',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--no-progress',
  '--loglevel=error',
];

/**
 * Installs what the lock file says, once more when files were in the way or the network broke.
 * Throws an Error with `remedy`. Writes to standard error only.
 * @param {string} root
 * @param {string[]} wanted paths that are expected on disk afterwards
 */
export async function runNpmCi(root, wanted) {
  const startedAt = Date.now();
  console.error(`Installing ${wanted.length} packages (first start or a changed lock file; about 550 MB on disk) …`);
  let result = await attempt(root, wanted, startedAt);
  if (
    result.code !== 0 &&
    /ENOTEMPTY|EBUSY|EPERM|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET_TIMEOUT/.test(result.said)
  ) {
    console.error('npm did not get through, trying once more …');
    result = await attempt(root, wanted, startedAt);
  }
  if (result.code !== 0) {
    throw Object.assign(new Error(`npm could not install the packages (exit code ${result.code})`), {
      remedy: remedyFor(result.said),
    });
  }
  console.error(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

async function attempt(root, wanted, startedAt) {
  const [program, ...args] = npmCommand(root);
  const child = spawn(program, [...args, ...flags], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: program === 'npm.cmd',
    windowsHide: true,
  });
  const stop = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  let said = '';
  child.stderr.on('data', (bytes) => {
    said = (said + bytes).slice(-20_000);
    process.stderr.write(bytes);
  });
  const progress = showProgress(root, wanted, startedAt);
  try {
    return await new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: -1, said: String(error) }));
      child.once('close', (code, signal) => {
        resolve(signal === null ? { code, said } : { code: `signal ${signal}`, said: 'interrupted' });
      });
    });
  } finally {
    progress.end();
    for (const signal of signals) process.removeListener(signal, stop);
  }
}

// A line that moves for a person, a line every five seconds for a log.
function showProgress(root, wanted, startedAt) {
  const isTerminal = process.stderr.isTTY === true;
  const timer = setInterval(
    () => {
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      const line = `  ${countPresent(root, wanted)} of ${wanted.length} packages, ${seconds} s`;
      process.stderr.write(isTerminal ? `\r${line}\x1b[K` : `${line}\n`);
    },
    isTerminal ? 500 : 5000,
  );
  return {
    end: () => {
      clearInterval(timer);
      if (isTerminal) process.stderr.write('\r\x1b[K');
    },
  };
}

// The npm that started us, on the Node it runs on; never on the Node that this very installation is about to replace.
function npmCommand(root) {
  const inside = join(root, 'node_modules') + sep;
  const node = [process.env.npm_node_execpath, process.execPath].find(
    (path) => path && existsSync(path) && !path.startsWith(inside),
  );
  if (node !== undefined) {
    const candidates = [
      process.env.npm_execpath,
      join(dirname(node), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      join(dirname(node), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ];
    const script = candidates.find((path) => path && /npm-cli\.[cm]?js$/.test(path) && existsSync(path));
    if (script !== undefined) return [node, script];
  }
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

function remedyFor(said) {
  if (said === 'interrupted') return 'start again; what is half there will be replaced';
  if (/ENOSPC/.test(said)) return 'make room on the disk (550 MB) and start again';
  if (/EACCES|EPERM|EROFS/.test(said))
    return 'make this folder and the npm cache writable for this user, then start again';
  if (/EINTEGRITY/.test(said)) return 'run "npm cache clean --force" and start again';
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network/i.test(said))
    return 'check the network (and npm config get proxy), then start again';
  if (/ENOENT/.test(said)) return 'install npm 9 or later, so that "npm --version" works, then start again';
  return 'read the lines of npm above; "npm ci" by hand shows more';
}

function countPresent(root, wanted) {
  return wanted.filter((path) => statSync(join(root, path, 'package.json'), { throwIfNoEntry: false }) !== undefined)
    .length;
}
