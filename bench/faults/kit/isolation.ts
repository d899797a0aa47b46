// An experiment that needs a network or mounts of its own → the same run again in namespaces where nothing else is.
import { spawnSync } from 'node:child_process';

const isInside = process.env['FAULTS_ISOLATED'] === '1';

/** Why there can be no namespaces here; null when there can. */
export function whyNotIsolated(): string | null {
  if (isInside) return null;
  if (process.platform !== 'linux') return 'namespaces need Linux';
  const tried = spawnSync('unshare', ['-mn', 'sh', '-c', 'ip link set lo up && mount -t tmpfs tmpfs /mnt'], {
    encoding: 'utf8',
  });
  return tried.status === 0
    ? null
    : `no namespaces here (root is needed): ${(tried.stderr ?? tried.error?.message ?? '').trim().slice(0, 200)}`;
}

/** True when this process must be started again in namespaces for the experiment. */
export const mustIsolate = (wanted: boolean | undefined): boolean => wanted === true && !isInside;

/** Runs this very program for one experiment in a network and mounts of its own; its report is the file it writes. */
export function runIsolated(args: readonly string[]): void {
  const inside = 'mount --make-rprivate / && ip link set lo up && exec "$@"';
  spawnSync('unshare', ['-mn', 'sh', '-c', inside, 'sh', process.execPath, ...process.execArgv, ...args], {
    stdio: 'inherit',
    env: { ...process.env, FAULTS_ISOLATED: '1' },
  });
}

/** Runs a program of the system; throws what it said when it failed. */
export function system(...command: string[]): void {
  const [program = '', ...args] = command;
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command.join(' ')}: ${(done.stderr ?? '').trim()}`);
}
