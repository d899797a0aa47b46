// A path → at most one process of several inside a piece of work; a holder that died does not block the others.
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';

const beatMs = 1000;
const staleMs = 30_000;
const pauseMs = 300;

/**
 * Runs `work` while holding the lock file at `path`.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  const token = await take(path);
  const release = () => {
    if (readToken(path) === token) rmSync(path, { force: true });
  };
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Somebody removed it by hand; the work goes on.
    }
  }, beatMs);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener('exit', release);
    release();
  }
}

async function take(path) {
  const token = JSON.stringify({ host: hostname(), pid: process.pid, at: Date.now() });
  let hasTold = false;
  for (;;) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, token);
      closeSync(file);
      return token;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw Object.assign(new Error(`packages must be installed, but ${path} cannot be written (${error.code})`), {
          remedy: 'start as a user who may write in this folder, or run "npm ci" as its owner',
        });
      }
    }
    if (removeIfDead(path)) continue;
    if (!hasTold) console.error('Another process is installing the packages, waiting for it …');
    hasTold = true;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function removeIfDead(path) {
  const held = readToken(path);
  if (held === null || !isDead(path, held)) return false;
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    // Between our look and the renaming another process may have taken the place of the dead one: give it back.
    if (readToken(aside) !== held) linkSync(aside, path);
    rmSync(aside, { force: true });
  } catch {
    return false;
  }
  return true;
}

function isDead(path, held) {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > staleMs) return true;
  try {
    const { host, pid } = JSON.parse(held);
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // Half-written tokens are given the time to become whole.
    return error.code === 'ESRCH';
  }
}

function readToken(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
