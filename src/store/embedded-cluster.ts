// An empty place → a PostgreSQL cluster with a password of its own.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Place } from './embedded-place.ts';
import { giveTo } from './embedded-place.ts';
import { isAlive, lastLines, readIfThere, run } from './embedded-server.ts';
import { writeMainFile } from './embedded-settings.ts';

/** Name of the superuser of the embedded server. */
export const owner = 'tin_tinh';
const majorVersion = '18';

/** The password of the cluster; throws StoreError `store.password_missing` when it was lost. */
export function readPassword(place: Place): string {
  const text = readIfThere(join(place.home, 'password'))?.trim();
  if (text) return text;
  throw new StoreError('store.password_missing', `${join(place.home, 'password')} is missing or empty`, {
    remedy: `restore it from a backup; or move ${place.home} away to start anew with an empty database`,
  });
}

/**
 * Makes the cluster when there is none: beside its place, then renamed, so a broken-off start leaves nothing half done and
 * of two processes one wins. Throws StoreError `store.initdb_failed`, `store.embedded_version`.
 */
export async function ensureCluster(place: Place, log: Log): Promise<void> {
  const found = readIfThere(join(place.home, 'cluster', 'PG_VERSION'))?.trim();
  if (found === majorVersion) return;
  if (found !== undefined) {
    throw new StoreError(
      'store.embedded_version',
      `the data in ${place.home} was made by PostgreSQL ${found}, this one is ${majorVersion}`,
      {
        remedy: 'export it with the program that made it, or set DATA_DIR to a new folder',
      },
    );
  }
  clearDrafts(place);
  log.info({ folder: place.home }, 'making the embedded database');
  const draft = join(place.parent, `postgres.new-${process.pid}`);
  try {
    await makeCluster(place, draft);
    renameSync(draft, place.home);
  } catch (cause) {
    // Another process was faster: its cluster is as good as ours.
    if (existsSync(join(place.home, 'cluster', 'PG_VERSION'))) return;
    throw cause;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function makeCluster(place: Place, draft: string): Promise<void> {
  const password = randomBytes(24).toString('hex');
  const cluster = join(draft, 'cluster');
  const passwordFile = join(draft, 'password-for-initdb');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  // Whatever the mask of this process: the account must get through to its cluster.
  chmodSync(draft, 0o755);
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(join(draft, 'password'), `${password}\n`, { mode: 0o600, flag: 'wx' });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  giveTo(place.account, cluster);
  giveTo(place.account, passwordFile);
  const { code, said } = await run(place, 'initdb', [
    `--pgdata=${cluster}`,
    `--username=${owner}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ]);
  rmSync(passwordFile, { force: true });
  if (code === 0) return writeMainFile(draft);
  const isNameless = /could not look up effective user/.test(said);
  throw new StoreError('store.initdb_failed', `the embedded database could not be made: ${lastLines(said)}`, {
    remedy: isNameless
      ? 'give this user a line in /etc/passwd, start as root or another named user, or set DATABASE_URL'
      : `check that ${place.parent} is on a disk with space and may be written; or set DATABASE_URL`,
  });
}

function clearDrafts(place: Place): void {
  for (const name of readdirSync(place.parent)) {
    const pid = Number(/^postgres\.new-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(place.parent, name), { recursive: true, force: true });
  }
}
