// A checkout in any state → installed packages that fit the lock file, and the Node to run on.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { runNpmCi } from './npm.mjs';
import { findPinnedNode, hideBrokenNode, systemNode } from './runtime.mjs';

const stampPath = (root) => join(root, 'node_modules', '.tin-stamp.json');
const npmMarkPath = (root) => join(root, 'node_modules', '.package-lock.json');

/**
 * Makes sure the packages are those of `package-lock.json`, installing them when they are missing, older or half there;
 * a second process that comes meanwhile waits. Returns the path of the Node to run on.
 * Throws an Error with `remedy` when npm fails or no Node fits.
 * @param {string} root
 * @param {{ needsDev: boolean }} options
 * @returns {Promise<string>}
 */
export async function ensureInstalled(root, options) {
  const stamp = readFreshStamp(root, options) ?? adopt(root, options) ?? (await install(root, options));
  const pinned = stamp.node === null ? null : join(root, stamp.node);
  return pinned ?? systemNode();
}

async function install(root, options) {
  return await withLock(join(root, '.install-lock'), async () => {
    // Whoever held the lock before us may have done it.
    const done = readFreshStamp(root, options) ?? adopt(root, options);
    if (done !== null) return done;
    // Gone first: an installation that is broken off must not look like one.
    rmSync(stampPath(root), { force: true });
    rmSync(npmMarkPath(root), { force: true });
    await runNpmCi(root, listExpected(root));
    const stamp = adopt(root, { needsDev: true });
    if (stamp !== null) return stamp;
    // npm leaves out an optional package that it could not fetch, without a word.
    throw Object.assign(new Error('npm ended well, but some packages for this machine are missing'), {
      remedy: 'check the network and start again',
    });
  });
}

function readFreshStamp(root, options) {
  try {
    const stamp = JSON.parse(readFileSync(stampPath(root), 'utf8'));
    if (stamp.lock !== hashLock(root) || stamp.platform !== platform() || !existsSync(npmMarkPath(root))) return null;
    if (options.needsDev && !stamp.hasDev) return null;
    if (stamp.node !== null && !existsSync(join(root, stamp.node))) return null;
    return stamp;
  } catch {
    return null;
  }
}

// Packages that somebody installed with npm itself are as good: npm leaves its mark only when it came to the end.
function adopt(root, options) {
  let mark;
  try {
    mark = JSON.parse(readFileSync(npmMarkPath(root), 'utf8')).packages;
  } catch {
    return null;
  }
  const own = readLock(root)[''].optionalDependencies ?? {};
  const fits = ([path, entry]) => {
    const there = mark[path];
    if (there !== undefined) return there.version === entry.version && existsSync(join(root, path, 'package.json'));
    // Others' optional packages may be left out; ours for this machine are the runtime and the database.
    return (
      entry.optional === true &&
      !(Object.keys(own).some((name) => path === `node_modules/${name}`) && isForThisMachine(entry))
    );
  };
  const packages = listPackages(root);
  const isComplete = packages.filter(([, entry]) => !entry.dev).every(fits);
  const hasDev = isComplete && packages.every(fits);
  if (!isComplete || (options.needsDev && !hasDev)) return null;
  return writeStamp(root, hasDev);
}

// [path, entry] of every package in the lock file.
function listPackages(root) {
  return Object.entries(readLock(root)).filter(([path, entry]) => path !== '' && !entry.link);
}

// The paths that will be there after an installation, as far as the lock file tells.
function listExpected(root) {
  return listPackages(root)
    .filter(([, entry]) => !entry.optional || ((entry.os || entry.cpu) && isForThisMachine(entry)))
    .map(([path]) => path);
}

function readLock(root) {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
}

function isForThisMachine(entry) {
  const allows = (list, value) => {
    const names = list === undefined ? [] : [].concat(list);
    if (names.includes(`!${value}`)) return false;
    return names.every((name) => name.startsWith('!')) || names.includes(value);
  };
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch) && allows(entry.libc, libc());
}

let knownLibc;
function libc() {
  if (process.platform !== 'linux') return undefined;
  // The report would look up the names of open connections, which takes its time.
  process.report.excludeNetwork = true;
  knownLibc = knownLibc ?? (process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl');
  return knownLibc;
}

function writeStamp(root, hasDev) {
  const pinned = findPinnedNode(root);
  if (pinned === null) hideBrokenNode(root);
  const stamp = { lock: hashLock(root), platform: platform(), hasDev, node: pinned };
  try {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(stampPath(root), `${JSON.stringify(stamp)}\n`);
  } catch {
    // A checkout we may only read: looking again next time is all it costs.
  }
  return stamp;
}

function hashLock(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function platform() {
  return `${process.platform}-${process.arch}`;
}
