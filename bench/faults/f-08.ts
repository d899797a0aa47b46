// F-08: all papers are down for a day, then 10,000 articles come in one round, while people read and a subscriber listens.
import { startApp } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, quantile, type Room, until } from './kit/experiment.ts';
import { breaches, compare, openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';
import { startReaders } from './kit/readers.ts';
import { openSubscribers } from './kit/subscribers.ts';
import { boundOf, openWitness } from './kit/witness.ts';

async function run(room: Room) {
  const burst = room.size === 'full' ? 500 : 200;
  const sources = 20;
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources, start: 10, behaviour: { window: burst + 50, latencyMs: 20 } });
  await prepare(room, cluster, papers.feeds);
  const site = `http://127.0.0.1:${room.port + 1}`;
  const app = startApp(room, { ...variablesOf(cluster), PORT: String(room.port + 1), PUBLIC_URL: site });
  await app.ready();
  await settle(cluster, papers, 60);
  const warm = ['/feeds/tin-moi.rss', '/feeds/tin-moi.json', '/'];
  for (const path of warm) await until(`a warm ${path}`, 30_000, async () => (await fetch(site + path)).status === 200);
  const subscribers = await openSubscribers(room, site, [{ name: 'good', behaviour: 'good' }]);
  await until('a subscription', 30_000, async () => (await cluster.number('select count(*) from subscription')) === 1);

  // The day passes by setting dates back: whoever is due next is due now, and the simulated clock moves on to that moment.
  await papers.set({ mode: '503' });
  await papers.forget();
  const tries: { source: number; minute: number }[] = [];
  let minute = 0;
  const next = async () =>
    (
      await cluster.query<{ minutes: number }>(
        'select extract(epoch from min(next_fetch_at) - now())::float8 / 60 as minutes from source where claimed_until is null',
      )
    )[0]?.minutes ?? 0;
  // Their ordinary looks would have been spread over a quarter of an hour.
  await cluster.query("update source set next_fetch_at = now() + (id % 15) * interval '1 minute'");
  const day = room.size === 'full' ? 24 * 60 : 8 * 60;
  while (minute < day) {
    const wait = Math.max(0, await next());
    minute += wait;
    const last = await cluster.number('select coalesce(max(id), 0) from poll');
    await cluster.query(`update source set next_fetch_at = next_fetch_at - interval '${wait + 0.01} minutes'`);
    await cluster.query("select pg_notify('source_due', '')");
    await until(
      'a try',
      30_000,
      async () =>
        (await cluster.number(`select count(*) from poll where id > ${last}`)) > 0 &&
        (await cluster.number('select count(*) from source where next_fetch_at <= now()')) === 0,
    );
    for (const row of await cluster.query<{ source_id: number }>(`select source_id::int from poll where id > ${last}`))
      tries.push({ source: row.source_id, minute });
  }
  const pauses = [...Map.groupBy(tries, (one) => one.source).values()].flatMap((list) =>
    list.slice(1).map((one, index) => one.minute - (list[index]?.minute ?? 0)),
  );
  const inMinute = [...Map.groupBy(tries, (one) => Math.floor(one.minute)).values()].map((list) => list.length);
  room.say(
    `a day of failures: ${tries.length} tries of ${sources} papers, shortest pause ${Math.min(...pauses).toFixed(1)} min`,
  );

  const readers = await startReaders(room, {
    url: site,
    perSecond: 40,
    wanted: warm.map((path) => ({ path, kind: 'warm', weight: 1 })),
  });
  await pause(8_000);
  const calm = (await readers.take())['warm'];
  const witness = openWitness();
  const toldBefore = (await subscribers.arrivals()).length;
  await papers.set({ mode: 'ok' });
  await papers.burst(burst);
  const startedAt = performance.now();
  await cluster.query('update source set next_fetch_at = now()');
  await cluster.query("select pg_notify('source_due', '')");
  await settle(cluster, papers, 300);
  const stored = (performance.now() - startedAt) / 1_000;
  const busy = (await readers.take())['warm'];
  await until(
    'fresh documents',
    60_000,
    async () => (await cluster.number('select count(*) from document where due_at is not null')) === 0,
  ).catch(() => undefined);
  await pause(5_000);
  await readers.stop();
  const late = witness.take();
  witness.end();
  // Documents are rendered ten seconds apart; on a machine that lets programs wait, a notice arrives later than it was sent.
  const apartMs = Math.max(3_000, 10_000 - 40 * late);
  const told = (await subscribers.arrivals()).slice(toldBefore).map((one) => one.at);
  const inTenSeconds = Math.max(
    0,
    ...told.map((at) => told.filter((other) => other >= at && other < at + apartMs).length),
  );
  const feed = (await (await fetch(`${site}/feeds/tin-moi.json`)).json()) as { items: { id: string }[] };
  const listed = await cluster.query<{ uid: string }>(
    "select uid::text from story where status = 'live' order by listed_at desc, id desc limit 20",
  );
  const isOrdered = listed.slice(0, 10).every((story, index) => feed.items[index]?.id.includes(story.uid));
  const found = await compare(cluster, await papers.truth());
  const broken = await breaches(cluster, ['forgotten sources', 'failing sources']);
  return judge(
    {
      burst: burst * sources,
      storedSeconds: stored,
      calm,
      busy,
      witnessMs: late,
      tries: tries.length,
      shortestPauseMinutes: Math.min(...pauses),
      medianPauseMinutes: quantile(pauses, 0.5),
      mostInAMinute: Math.max(...inMinute),
      toldInTenSeconds: inTenSeconds,
      told: told.length,
      ...found,
      breaches: broken,
    },
    {
      'all stored within 5 min': found.lost === 0 && stored < 300,
      'nothing doubled': found.duplicated === 0,
      'readers p99 < 2 × calm (or 100 ms)': (busy?.p99Ms ?? 1e9) < boundOf(Math.max(100, (calm?.p99Ms ?? 0) * 2), late),
      'no reader fails': busy?.good === 1,
      'the feed keeps its order': isOrdered,
      'at most one notice a topic in ten seconds': inTenSeconds <= 1,
      'no try within 15 min of the last': Math.min(...pauses) >= 14.5,
      'tries are spread': Math.max(...inMinute) <= Math.max(3, sources / 4),
      'no invariant broken': Object.keys(broken).length === 0,
    },
  );
}

/** See docs/reliability.md. */
export const f08: Experiment = {
  id: 'F-08',
  title: 'papers down for a day, then 10,000 articles in one round',
  pass: 'all stored within 5 min, readers p99 < 2 × calm, order kept, ≤ 1 notice a topic in 10 s; during the outage ≤ 1 request a paper in 15 min, spread by jitter',
  seeds: 1,
  run,
};
