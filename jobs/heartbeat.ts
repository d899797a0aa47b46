// The timetable → running jobs: cron ticks and notifications, one run of a job at a time, a graceful end.
import { randomUUID } from 'node:crypto';
import { schedule } from 'node-cron';
import type { Context } from '../src/context.ts';
import { withLogFields } from '../src/log.ts';
import type { Metrics } from '../src/metrics.ts';
import type { Channel } from '../src/store/listen.ts';
import { openSayings } from './sayings.ts';
import type { Job } from './timetable.ts';

/** Running jobs: `wake` runs those that wait on a channel, `stop` ends the ticks and waits for runs under way. */
export type Heartbeat = { wake: (channel: Channel) => void; stop: () => Promise<void> };

// A burst of notifications becomes few runs: a woken job starts no sooner than this after its last end.
const restMs = 300;

/**
 * Runs every job once and then starts ticking. A tick or wake-up during a run makes the job run once more afterwards, never twice at once.
 * A job that throws is logged and tried again at its next tick; while PostgreSQL is known to be away none is begun. Every line logged during
 * a run carries `job` and `runId`.
 */
export function startHeartbeat(ctx: Context, jobs: readonly Job[], metrics: Metrics | null = null): Heartbeat {
  const stops: (() => Promise<void>)[] = [];
  const byChannel = new Map<Channel, (() => void)[]>();
  const say = openSayings(ctx);

  for (const job of jobs) {
    const runner = singleFlight(ctx, job, say, metrics);
    const task = schedule(job.cron, runner.tick, { timezone: 'UTC', name: job.name });
    if (job.wakeOn) byChannel.set(job.wakeOn, [...(byChannel.get(job.wakeOn) ?? []), runner.tick]);
    runner.tick();
    stops.push(async () => {
      await task.destroy();
      await runner.settled();
    });
  }

  return {
    wake: (channel) => {
      for (const tick of byChannel.get(channel) ?? []) tick();
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

function singleFlight(
  ctx: Context,
  job: Job,
  sayFailed: (job: string, error: unknown) => void,
  metrics: Metrics | null,
): { tick: () => void; settled: () => Promise<void> } {
  let current: Promise<void> | null = null;
  let isWanted = false;

  async function runOnce(): Promise<void> {
    // Nothing can be claimed, and every try would be one more line in the log; the pulse tells when it is back.
    if (ctx.isAway?.() === true) return;
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1_000;
    try {
      const summary = await job.run(ctx);
      metrics?.ran(job.name, true, seconds(), summary ?? {});
      if (summary && (job.isNews?.(summary) ?? true))
        ctx.log.info({ ...summary, ms: Math.round(seconds() * 1_000) }, job.name);
    } catch (error) {
      if (ctx.signal.aborted) return;
      metrics?.ran(job.name, false, seconds(), {});
      sayFailed(job.name, error);
    }
  }

  async function runWhileWanted(): Promise<void> {
    while (isWanted && !ctx.signal.aborted) {
      isWanted = false;
      await withLogFields({ job: job.name, runId: randomUUID().slice(0, 8) }, runOnce);
      await rest(ctx.signal);
    }
  }

  return {
    tick: () => {
      isWanted = true;
      current ??= runWhileWanted().finally(() => {
        current = null;
      });
    },
    settled: async () => {
      await current;
    },
  };
}

function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, restMs);
    signal.addEventListener('abort', end);
  });
}
