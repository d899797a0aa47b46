// What reads papers gives way to what answers readers, where the system counts priorities by thread.
import { execFileSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { describe, expect, test } from 'vitest';

const module = new URL('../src/step-back.ts', import.meta.url).href;
const worker = `
  import { readlinkSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { parentPort } from 'node:worker_threads';
  parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1))));`;
const script = (before: string) => `
  import { once } from 'node:events';
  import { getPriority, setPriority } from 'node:os';
  import { Worker } from 'node:worker_threads';
  import { stepBack } from ${JSON.stringify(module)};
  ${before}
  stepBack();
  const [begun] = await once(new Worker(${JSON.stringify(worker)}, { eval: true }), 'message');
  console.log(JSON.stringify({ own: getPriority(process.pid), begun }));`;
const run = (before = ''): unknown =>
  JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script(before)], { encoding: 'utf8' }));

describe.skipIf(process.platform !== 'linux')('stepping back', () => {
  test('lowers the priority of the thread and of those it starts', () => {
    const expected = Math.max(5, getPriority());
    expect(run()).toEqual({ own: expected, begun: expected });
  });

  test('never raises it', () => {
    const expected = Math.max(15, getPriority());
    expect(run(`setPriority(${expected});`)).toEqual({ own: expected, begun: expected });
  });
});
