// `--import` of the program under test: on SIGUSR2 collects garbage and writes what is left, with the delay of the event loop since the last time.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** One sample, as a line of JSON in the file that `HEAP_PROBE` names. */
export type Sample = {
  heapMb: number;
  rssMb: number;
  externalMb: number;
  timers: number;
  sockets: number;
  delayP99Ms: number;
  delayMaxMs: number;
};

const file = process.env['HEAP_PROBE'];
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  process.on('SIGUSR2', () => {
    const delayP99Ms = delay.percentile(99) / 1e6;
    const delayMaxMs = delay.max / 1e6;
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, rss, external } = process.memoryUsage();
    const resources = process.getActiveResourcesInfo();
    const count = (name: string) => resources.filter((one) => one.startsWith(name)).length;
    const sample: Sample = {
      heapMb: heapUsed / 1e6,
      rssMb: rss / 1e6,
      externalMb: external / 1e6,
      timers: count('Timeout'),
      sockets: count('TCP'),
      delayP99Ms,
      delayMaxMs,
    };
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
    delay.reset();
  });
}
