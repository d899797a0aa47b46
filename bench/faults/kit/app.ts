// The program under test → running processes with their logs, ended by their numbers.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Room, until } from './experiment.ts';
import { serviceFlags } from '../../service-flags.ts';

/** One process. `exit` is null while it runs; a signal counts as 128 and more, as a shell tells it. */
export type App = {
  pid: number;
  log: () => string;
  lines: () => Record<string, unknown>[];
  exit: () => number | null;
  ended: Promise<number>;
  /** Seconds from its start to its first greeting. */
  ready: () => Promise<number>;
  signal: (name: NodeJS.Signals) => void;
  rssMb: () => number;
  openFiles: () => number;
};

let count = 0;

/** Starts `jobs/main.ts` of the checkout under test with only these variables. `prefix` goes before it (`ip netns exec …`). Killed with the room. */
export function startApp(
  room: Room,
  variables: Record<string, string>,
  options: { prefix?: readonly string[]; flags?: readonly string[] } = {},
): App {
  count += 1;
  const file = join(room.folder, `app-${count}.log`);
  const fd = openSync(file, 'w');
  const flags = [...serviceFlags, ...(options.flags ?? [])];
  const command = [...(options.prefix ?? []), process.execPath, ...flags, 'jobs/main.ts'];
  const startedAt = performance.now();
  const child: ChildProcess = spawn(command[0] ?? '', command.slice(1), {
    cwd: room.app,
    stdio: ['ignore', fd, fd],
    env: {
      PATH: process.env['PATH'] ?? '',
      TZ: 'UTC',
      NODE_COMPILE_CACHE: join(room.app, 'node_modules/.cache/tin-tinh'),
      DATA_DIR: join(room.folder, 'data'),
      HOST_SPACING: '0',
      TRIAL: 'off',
      ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
      ...variables,
    },
  });
  closeSync(fd);
  const pid = child.pid ?? 0;
  let exit: number | null = null;
  const ended = once(child, 'exit').then(([code, signal]) => {
    exit = typeof code === 'number' ? code : signal === 'SIGKILL' ? 137 : 143;
    return exit;
  });
  const log = () => readFileSync(file, 'utf8');
  const signal = (name: NodeJS.Signals) => {
    if (exit === null) child.kill(name);
  };
  room.after(async () => {
    signal('SIGKILL');
    await ended;
  });
  return {
    pid,
    log,
    lines: () => toLines(log()),
    exit: () => exit,
    ended,
    ready: async () => {
      await until('the start of the program', 60_000, () => {
        if (exit !== null) throw new Error(`it ended with ${exit}: ${log().slice(-500)}`);
        return log().includes('PostgreSQL: ');
      });
      return (performance.now() - startedAt) / 1_000;
    },
    signal,
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024,
    openFiles: () => readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** Lines of a log that are JSON, as objects. */
export function toLines(text: string): Record<string, unknown>[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [];
    } catch {
      return [];
    }
  });
}

/** Lines of level `warn` (40) and above. */
export const troubles = (lines: Record<string, unknown>[]) => lines.filter((line) => Number(line['level']) >= 40);
