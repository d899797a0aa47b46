// What reads papers gives way to what answers readers, where the system counts priorities by thread.
import { execFileSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';

test.skipIf(process.platform !== 'linux')(
  'the thread that steps back, and those it starts, have a lower priority',
  () => {
    const script = `
    import { readdirSync } from 'node:fs';
    import { getPriority } from 'node:os';
    import { Worker } from 'node:worker_threads';
    import { stepBack } from ${JSON.stringify(new URL('../src/source/step-back.ts', import.meta.url).href)};
    const of = () => new Map(readdirSync('/proc/self/task').map((id) => [id, getPriority(Number(id))]));
    const before = of();
    stepBack();
    const worker = new Worker('setTimeout(() => {}, 1000)', { eval: true });
    await new Promise((resolve) => worker.once('online', resolve));
    const after = [...of()];
    console.log(JSON.stringify({ own: getPriority(process.pid), begun: after.filter(([id]) => !before.has(id)).map(([, nice]) => nice) }));
    process.exit(0);`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const { own, begun } = JSON.parse(said) as { own: number; begun: number[] };
    const expected = Math.max(5, getPriority());
    expect(own).toBe(expected);
    expect(begun.length).toBeGreaterThan(0);
    expect(begun.every((nice) => nice === expected)).toBe(true);
  },
);
