// F-13: hours of ordinary work with some broken papers; memory, files and connections stay where they were.
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, quantile, type Room, until } from './kit/experiment.ts';
import { hurry, openPapers, prepare, variablesOf } from './kit/newsroom.ts';
import { slopeOf, startProbed } from './kit/probe.ts';
import { startReaders } from './kit/readers.ts';

async function run(room: Room) {
  const minutes = room.size === 'full' ? 60 : 10;
  const cluster = await openCluster(room, { port: room.port });
  // 200 papers, 4 of them broken; some news each minute. Their interval is played short, so that an hour holds the polls of a day.
  const papers = await openPapers(room, {
    sources: 200,
    start: 30,
    behaviour: { rate: 0.01, window: 60, latencyMs: 20, brokenShare: 0.02 },
  });
  await prepare(room, cluster, papers.feeds);
  const { app, sample } = startProbed(room, { ...variablesOf(cluster), PORT: String(room.port + 1) });
  await app.ready();
  const site = `http://127.0.0.1:${room.port + 1}`;
  for (const path of ['/', '/feeds/tin-moi.rss', '/feeds/tin-moi.json'])
    await until(`a warm ${path}`, 60_000, async () => (await fetch(site + path)).status === 200);
  hurry(room, cluster, 20_000);
  const readers = await startReaders(room, {
    url: site,
    perSecond: room.size === 'full' ? 50 : 20,
    wanted: [
      { path: '/feeds/tin-moi.rss', kind: 'feed', weight: 4, isConditional: true },
      { path: '/feeds/tin-moi.json?n={n}', kind: 'feed', weight: 2 },
      { path: '/', kind: 'page', weight: 2 },
      { path: '/tim-kiem?q=b%C3%A1o+{m}', kind: 'search', weight: 1 },
      { path: '/khong-co/{n}', kind: 'nowhere', weight: 1 },
    ],
  });
  const samples: {
    heapMb: number;
    externalMb: number;
    rssMb: number;
    files: number;
    sockets: number;
    timers: number;
    connections: number;
  }[] = [];
  const everyMs = room.size === 'full' ? 60_000 : 20_000;
  const steps = (minutes * 60_000) / everyMs;
  for (let step = 0; step < steps; step++) {
    await pause(everyMs);
    const { heapMb, externalMb, rssMb, sockets, timers } = await sample();
    const connections = await cluster.number(
      "select count(*) from pg_stat_activity where application_name like 'tin-tinh%'",
    );
    samples.push({ heapMb, externalMb, rssMb, files: app.openFiles(), sockets, timers, connections });
    if (step % 6 === 5)
      room.say(
        `${Math.round(((step + 1) * everyMs) / 60_000)} min: heap ${heapMb.toFixed(1)} MB, RSS ${rssMb.toFixed(0)} MB, ${samples.at(-1)?.files ?? 0} files`,
      );
  }
  const served = await readers.stop();
  // The first quarter fills caches and compiles code.
  const late = samples.slice(Math.ceil(samples.length / 4));
  const perMinute = 60_000 / everyMs;
  const heapSlope = slopeOf(late.map((one) => one.heapMb)) * perMinute;
  const rssSlope = slopeOf(late.map((one) => one.rssMb)) * perMinute;
  // At the end against the tenth minute, five samples each: what is needed is there by then.
  const rssAround = (step: number) =>
    quantile(
      samples.slice(Math.max(0, step - 2), step + 3).map((one) => one.rssMb),
      0.5,
    );
  const tenthMinuteMb = rssAround(10 * perMinute - 1);
  const endMb = rssAround(samples.length - 3);
  const drift = (pick: (one: (typeof samples)[number]) => number) => {
    const half = Math.floor(late.length / 2);
    return quantile(late.slice(half).map(pick), 0.5) - quantile(late.slice(0, half).map(pick), 0.5);
  };
  const drifts = {
    files: drift((one) => one.files),
    sockets: drift((one) => one.sockets),
    timers: drift((one) => one.timers),
    connections: drift((one) => one.connections),
  };
  const [first, last] = [late[0], late.at(-1)];
  return judge(
    {
      minutes,
      heapMbPerMinute: Math.round(heapSlope * 1_000) / 1_000,
      rssMbPerMinute: Math.round(rssSlope * 1_000) / 1_000,
      tenthMinuteMb,
      endMb,
      first,
      last,
      drifts,
      samples,
      entries: await cluster.number('select count(*) from entry'),
      polls: await cluster.number('select count(*) from poll'),
      served,
    },
    {
      'heap after a collection grows less than 0.5 MB a minute': heapSlope <= 0.5,
      'RSS grows less than 0.5 MB a minute (1 in the short run)': rssSlope <= (room.size === 'full' ? 0.5 : 1),
      'RSS at the end is within a tenth of that of the tenth minute': minutes <= 10 || endMb <= tenthMinuteMb * 1.1,
      'RSS < 512 MB': samples.every((one) => one.rssMb < 512),
      'files, sockets, timers and connections grow by 5 at most': Object.values(drifts).every((value) => value <= 5),
      'the program never exits': app.exit() === null,
    },
  );
}

/** See docs/reliability.md. */
export const f13: Experiment = {
  id: 'F-13',
  title: 'a soak: 200 papers, 2 % of them broken, readers, searches',
  pass: 'heap after a collection and RSS grow ≤ 0.5 MB/min over the last three quarters (RSS ≤ 1 in the short run), RSS at the end ≤ 1.1 × that of the tenth minute, < 512 MB, files, sockets, timers, connections grow by 5 at most',
  seeds: 1,
  run,
};
