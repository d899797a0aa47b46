// The timetable as the heartbeat takes it: what node-cron refuses would end the process at its start.
import { expect, test } from 'vitest';
import { startHeartbeat } from '../jobs/heartbeat.ts';
import { timetable } from '../jobs/timetable.ts';
import type { Context } from '../src/context.ts';
import { createLog } from '../src/log.ts';

test('every job of the timetable has a time of its own that ticks, and runs once at the start', async () => {
  const ran: string[] = [];
  const stopping = new AbortController();
  const log = createLog({ level: 'silent', isTerminal: false, fd: 2 });
  const heartbeat = startHeartbeat(
    { log, signal: stopping.signal } as Context,
    timetable.map((job) => ({ ...job, run: async () => (ran.push(job.name), null) })),
  );
  stopping.abort();
  await heartbeat.stop();
  expect(ran).toEqual(timetable.map((job) => job.name));
  expect(new Set(ran).size).toBe(ran.length);
});
