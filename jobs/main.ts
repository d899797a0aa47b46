// The process: ROLE=all|web|jobs; opens what it needs, ticks, tells where to look, and ends gracefully within 9 s and DRAIN.
import { readEnvironment } from '../src/config.ts';
import { keepEditions } from '../src/edition/keep.ts';
import { NotYetError, TinError } from '../src/errors.ts';
import { type Metrics, openMetrics } from '../src/metrics.ts';
import { type Opened, openContext } from '../src/open.ts';
import { listLivingAlerts } from '../src/store/alert.ts';
import { channels, listen } from '../src/store/listen.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { stepBack } from '../src/step-back.ts';
import { cutConnections, poolState } from '../src/store/db.ts';
import { isDatabaseTrouble } from '../src/store/trouble.ts';
import { openPulse } from '../src/store/pulse.ts';
import { toGauges } from '../src/watch/gauges.ts';
import { lookAround } from '../src/watch/look.ts';
import { startSideDoor } from '../src/web/metrics-door.ts';
import { startWeb } from '../src/web/server.ts';
import { startHeartbeat } from './heartbeat.ts';
import { timetable } from './timetable.ts';
import { firstLink } from './first-link.ts';
import { openTrial, type Trial } from './trial.ts';

// A second less than the ten that those who end us commonly give, when DRAIN has its default.
const graceMs = 8_000;

type Running = { stop: () => Promise<void> };

async function startJobs(opened: Opened, metrics: Metrics): Promise<Running & { trial: Trial }> {
  const { context } = opened;
  // What is due is read at once: the thread comes up while the rest does.
  context.reader.warm();
  await ensurePartitions(context.db);
  const trial = await openTrial(opened);
  await keepEditions(context);
  const heartbeat = startHeartbeat(
    context,
    [
      ...timetable,
      {
        name: 'trial',
        cron: '*/5 * * * * *',
        why: 'a newsroom that was switched off closes within 5 s',
        run: async () => (await trial.check(), null),
      },
    ],
    metrics,
  );
  const listening = listen(opened.databaseUrl, channels, heartbeat.wake, {
    signal: context.signal,
    // Of a PostgreSQL that is away the pulse tells.
    onTrouble: (error) => {
      if (!isDatabaseTrouble(error)) context.log.warn({ err: error }, 'wake-up calls are away, heartbeats go on');
    },
  });
  return {
    trial,
    stop: async () => {
      await heartbeat.stop();
      await listening;
      await trial.stop();
    },
  };
}

function greet(opened: Opened, url: string | null, trial: Trial | null): void {
  const { config, log } = opened.context;
  const site = config.publicUrl;
  if (url !== null)
    log.info(`trang tin: ${site}/ · các nguồn tin (RSS, Atom, JSON): ${site}/feeds · OPML: ${site}/opml`);
  if (url !== null && !site.includes(new URL(url).host)) log.info(`listening on ${url}`);
  if (url !== null) log.info(`bảng điều khiển: ${site}/quan-tri · lệnh: \`npm run tin help\``);
  else log.info('lệnh: `npm run tin help`');
  log.info(opened.isEmbedded ? `PostgreSQL: embedded, in ${config.dataDir}` : 'PostgreSQL: DATABASE_URL');
  if (config.allowPrivateNetworks.length > 0)
    log.warn({ networks: config.allowPrivateNetworks }, 'private networks may be fetched');
  if (trial?.isOpen())
    log.info(
      'toà soạn thử đang mở: mọi tin đều là mẫu. Thêm báo thật: `npm run tin sources import sources/vietnam.opml`; tắt: `npm run tin trial off`',
    );
}

async function run(): Promise<number> {
  const stopping = new AbortController();
  let signals = 0;
  const onSignal = (name: NodeJS.Signals) => {
    signals++;
    // A second signal means now: the database is stopped by its own launcher at the next start.
    if (signals > 1) process.exit(130);
    const mostMs = graceMs + (opened?.context.config.drainMs ?? 0);
    opened?.context.log.info(`${name}: ending, at most ${mostMs / 1_000} s`);
    stopping.abort();
  };
  let opened: Opened | null = null;
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  opened = await openContext({ env: readEnvironment(), signal: stopping.signal, applicationName: 'tin-tinh' });
  const { log } = opened.context;
  const pulse = openPulse(opened.databaseUrl, {
    db: opened.context.db,
    signal: stopping.signal,
    onChange: (change) =>
      change.isAway
        ? log.error(
            { code: 'store.away', reason: change.reason },
            'PostgreSQL does not answer: feeds and pages come from memory',
          )
        : log.info(
            { code: 'store.back', seconds: Math.round(change.seconds), cut: change.cut },
            'PostgreSQL answers again',
          ),
  });
  opened.context.isAway = pulse.isAway;
  const { context } = opened;
  const { config } = context;
  const metrics = openMetrics({
    river: async () => {
      if (pulse.isAway()) throw new NotYetError('store.away', 'PostgreSQL is away');
      return toGauges(await lookAround(context), await listLivingAlerts(context.db));
    },
    pool: () => poolState(context.db),
    elapsedMs: () => performance.now(),
  });
  const running: Running[] = [{ stop: pulse.stop }];
  let sideDoor: Running | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    if (config.metrics.listen !== null) {
      const door = await startSideDoor(context, metrics, config.metrics.listen);
      context.log.info(`metrics and health on ${door.url}`);
      sideDoor = { stop: door.close };
    }
    const web = config.role === 'jobs' ? null : await startWeb(context, { metrics });
    if (web) running.push({ stop: () => web.close() });
    if (config.role === 'jobs') stepBack();
    const jobs = config.role === 'web' ? null : await startJobs(opened, metrics);
    if (jobs) running.push(jobs);
    greet(opened, web?.url ?? null, jobs?.trial ?? null);
    if (web) await firstLink(context, process);
    if (!stopping.signal.aborted)
      await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    stopping.abort();
    // What waits on a PostgreSQL that does not answer would keep us here.
    if (pulse.isAway()) cutConnections(context.db, Number.POSITIVE_INFINITY);
    const mostMs = graceMs + config.drainMs;
    timer = setTimeout(() => {
      context.log.error(`not ended after ${mostMs} ms, ending now; leases run out by themselves`);
      process.exit(1);
    }, mostMs);
    timer.unref();
    await Promise.all(running.map((part) => part.stop()));
    await sideDoor?.stop();
    await opened.close();
    clearTimeout(timer);
  }
  return 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof TinError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy ? `→ ${error.remedy}\n` : ''}`);
  process.exitCode = 1;
}
