// A place with a cluster → a running PostgreSQL: starts and stops it, reads the mark it leaves behind.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import type { Place } from './embedded-place.ts';
import { asAccount, giveTo } from './embedded-place.ts';
import { writeSettings } from './embedded-settings.ts';

const maxLogBytes = 5_000_000;

/** What a running (or dead) server says of itself in `postmaster.pid`. */
export type Mark = { pid: number; port: number; isReady: boolean };

/** How an attempt to start ended. `busy`: the port was taken or remains of a killed server are still there; try again. */
export type StartOutcome = { outcome: 'started' } | { outcome: 'busy' | 'failed'; said: string };

/** Reads the server's mark; null when there is none (or only the beginning of one). */
export function readMark(place: Place): Mark | null {
  const text = readIfThere(join(place.home, 'cluster', 'postmaster.pid'));
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port) || port <= 0) return null;
  return { pid, port, isReady: lines[7]?.trim() === 'ready' };
}

/** Starts the server on `port`, waiting until it answers. `settings` come on top of the house's own. */
export async function startServer(place: Place, port: number, settings: Record<string, string>): Promise<StartOutcome> {
  const logFile = join(place.home, 'server.log');
  const from = prepareLog(place, logFile);
  writeSettings(place.home, settings);
  const args = ['start', '-w', '-t', '60', '-D', join(place.home, 'cluster'), '-l', logFile, '-o', `-p ${port}`];
  const { code, said } = await run(place, 'pg_ctl', args);
  if (code === 0) return { outcome: 'started' };
  const text = `${said}\n${readFileSync(logFile).subarray(from).toString('utf8')}`;
  const isBusy =
    /could not (?:bind|create any TCP)|in use|lock file .* already exists|did not start in time|starting up/i.test(
      text,
    );
  return { outcome: isBusy ? 'busy' : 'failed', said: lastLines(text) };
}

/** Ends the server: clients are cut off, running transactions rolled back, everything committed stays. */
export async function stopServer(place: Place): Promise<void> {
  await run(place, 'pg_ctl', ['stop', '-w', '-t', '60', '-m', 'fast', '-D', join(place.home, 'cluster')]);
}

/**
 * Removes the mark of a dead server whose process number now belongs to somebody else, which PostgreSQL would take for its own
 * and refuse to start for ever (usual after a restart of a container). Never that of a living server.
 */
export function clearForeignMark(place: Place, mark: Mark): void {
  if (!isAlive(mark.pid) || isInUse(place) || readMark(place)?.pid !== mark.pid) return;
  rmSync(join(place.home, 'cluster', 'postmaster.pid'), { force: true });
}

/** A TCP port of loopback that is free at this moment. */
export async function findFreePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Whether a process of this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

// Every process of a server works inside its cluster, also one that outlived its parent. Without /proc we cannot tell.
function isInUse(place: Place): boolean {
  if (!existsSync('/proc/self/cwd')) return true;
  const cluster = realpathSync(join(place.home, 'cluster'));
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(`/proc/${name}/cwd`) === cluster;
    } catch {
      // Ended meanwhile, or of a user who is neither we nor the one we run PostgreSQL as.
      return false;
    }
  });
}

function prepareLog(place: Place, file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(file, `${file}.1`);
  closeSync(openSync(file, 'a', 0o600));
  giveTo(place.account, file);
  return statSync(file).size;
}

/** Runs one of PostgreSQL's programs to its end, as the place's account; `code` is -1 when it could not start. */
export async function run(place: Place, program: string, args: string[]): Promise<{ code: number; said: string }> {
  return await new Promise((resolve) => {
    // Detached: a Ctrl-C for us must not reach the server before we have finished with it.
    const child = spawn(join(place.programs, 'bin', program), args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: {
        PATH: '/usr/bin:/bin',
        LC_ALL: 'C',
        ...(process.platform === 'win32' ? { SystemRoot: 'C:\\Windows' } : {}),
      },
      cwd: place.parent,
      ...asAccount(place.account),
    });
    let said = '';
    const hear = (bytes: Buffer) => (said = (said + bytes.toString('utf8')).slice(-10_000));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => resolve({ code: -1, said: error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, said }));
  });
}

/** A text file, or undefined when it is not there; throws StoreError `store.data_forbidden` when it may not be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return undefined;
    throw new StoreError('store.data_forbidden', `${path} cannot be read by this user`, {
      remedy: 'run the command as the user who started the database first, or set DATA_DIR to a folder of your own',
      cause,
    });
  }
}

/** The end of what a program said, on one line. */
export function lastLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-6)
    .join(' · ');
}
