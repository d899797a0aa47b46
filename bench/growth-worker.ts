// `node bench/growth-worker.ts DATABASE_URL` → one process of jobs as it runs in life, until its parent lets it go; tells its processor time when asked.
import { startHeartbeat } from '../jobs/heartbeat.ts';
import { timetable } from '../jobs/timetable.ts';
import { listen } from '../src/store/listen.ts';
import { openBenchContext } from './bench-context.ts';

const [, , url = ''] = process.argv;
const stopping = new AbortController();
const { ctx } = openBenchContext(url, stopping.signal);
const heartbeat = startHeartbeat(ctx, timetable);
void listen(url, ['source_due', 'cluster_due', 'document_due'], (channel) => heartbeat.wake(channel), {
  signal: stopping.signal,
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1e6);
});
process.on('disconnect', () => process.exit(0));
