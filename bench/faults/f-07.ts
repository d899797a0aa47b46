// F-07: a thousand open connections read while 200 papers bring 50 new articles each.
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';
import { startProbed } from './kit/probe.ts';
import { startReaders } from './kit/readers.ts';
import { boundOf, openWitness } from './kit/witness.ts';

const sources = 200;

async function run(room: Room) {
  const seconds = room.size === 'full' ? 120 : 30;
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources, start: 5, behaviour: { window: 120, latencyMs: 20 } });
  await prepare(room, cluster, papers.feeds);
  const { app, sample } = startProbed(room, { ...variablesOf(cluster), PORT: String(room.port + 1) });
  await app.ready();
  const site = `http://127.0.0.1:${room.port + 1}`;
  await settle(cluster, papers, 120);
  const makeDue = async () => {
    await cluster.query('update source set next_fetch_at = now()');
    await cluster.query("select pg_notify('source_due', '')");
  };
  const readAll = async () => {
    await papers.burst(50);
    const wanted = (await papers.truth()).length;
    const startedAt = performance.now();
    await makeDue();
    await until(
      'that all is read',
      300_000,
      async () => (await cluster.number('select count(*) from entry')) >= wanted,
    );
    return (performance.now() - startedAt) / 1_000;
  };
  // The same amount of news without readers: what reading it takes on this machine at this hour.
  const calmSeconds = await readAll();
  await settle(cluster, papers, 120);
  room.say(`${sources * 50} articles read in ${calmSeconds.toFixed(1)} s without readers`);
  const paths = ['/', '/feeds', '/feeds/tin-moi.atom', '/feeds/tin-moi.json', '/feeds/tin-moi.rss'];
  for (const path of paths)
    await until(`a warm ${path}`, 30_000, async () => (await fetch(site + path)).status === 200);
  const readers = await startReaders(room, {
    url: site,
    connections: 1_000,
    pauseMs: 2_000,
    wanted: [
      { path: '/feeds/tin-moi.rss', kind: 'feed', weight: 5, isConditional: true },
      { path: '/feeds/tin-moi.atom', kind: 'feed', weight: 2, isConditional: true },
      { path: '/', kind: 'page', weight: 2 },
      { path: '/feeds', kind: 'page', weight: 1 },
    ],
  });
  await pause(3_000);
  await readers.take();
  await pause((seconds * 1_000) / 3);
  const calm = await readers.take();
  await sample();
  const witness = openWitness();
  const busyAt = performance.now();
  const busySeconds = await readAll();
  room.say(`and in ${busySeconds.toFixed(1)} s with 1,000 connections`);
  await pause(Math.max(0, seconds * 1_000 - (performance.now() - busyAt)));
  const busy = await readers.take();
  const late = witness.take();
  witness.end();
  const after = await sample();
  await readers.stop();
  const failures = Object.values(busy).reduce(
    (sum, one) => sum + Object.values(one.failures).reduce((a, b) => a + b, 0),
    0,
  );
  const bound = (kind: string, ms: number) => boundOf(Math.max(ms, (calm[kind]?.p99Ms ?? 0) * 2), late);
  return judge(
    {
      seconds,
      calmSeconds,
      busySeconds,
      calm,
      busy,
      rssMb: Math.round(app.rssMb()),
      loopDelayP99Ms: after.delayP99Ms,
      loopDelayMaxMs: after.delayMaxMs,
      sockets: after.sockets,
      witnessMs: late,
    },
    {
      'no error': failures === 0 && Object.values(busy).every((one) => one.good === 1),
      'feeds p99 < 250 ms (or twice that without ingest)': (busy['feed']?.p99Ms ?? 1e9) < bound('feed', 250),
      'pages p99 < 400 ms (or twice that without ingest)': (busy['page']?.p99Ms ?? 1e9) < bound('page', 400),
      'ingest takes at most twice as long': busySeconds <= calmSeconds * 2 + 2,
      'delay of the event loop p99 < 100 ms': after.delayP99Ms < boundOf(100, late),
      'RSS < 512 MB': app.rssMb() < 512,
    },
  );
}

/** See docs/reliability.md. */
export const f07: Experiment = {
  id: 'F-07',
  title: '1,000 connections read while 200 papers bring 50 articles each',
  pass: 'no error; p99 of feeds < 250 ms, of pages < 400 ms (or twice that of the same run without ingest); ingest at most twice as long; event loop p99 < 100 ms; RSS < 512 MB',
  seeds: 1,
  run,
};
