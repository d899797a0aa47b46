// Processes → CPU seconds and memory, from the kernel's own books (Linux /proc).
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

function statOf(pid: number): { parent: number; own: number; reaped: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const at = (index: number) => fields[index] ?? 0;
    return { parent, own: at(11) + at(12), reaped: at(13) + at(14) };
  } catch {
    return null;
  }
}

/** CPU seconds of a process and all its children, those already gone included; 0 where /proc is absent. */
export function treeCpuSeconds(root: number): number {
  const stats = new Map<number, NonNullable<ReturnType<typeof statOf>>>();
  let names: string[] = [];
  try {
    names = readdirSync('/proc');
  } catch {
    return 0;
  }
  for (const name of names) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat) stats.set(Number(name), stat);
  }
  let ticks = stats.get(root)?.reaped ?? 0;
  for (const [pid, stat] of stats) {
    let at = pid;
    for (let depth = 0; depth < 50 && at !== root && at > 1; depth++) at = stats.get(at)?.parent ?? 0;
    if (at === root) ticks += stat.own;
  }
  return ticks / ticksPerSecond;
}

/** CPU seconds of this process. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
