// F-11: a subscriber that never answers and one that only fails stand beside a good one.
import { startApp } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, quantile, type Room, until } from './kit/experiment.ts';
import { openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';
import { openSubscribers } from './kit/subscribers.ts';

async function run(room: Room) {
  const updates = room.size === 'full' ? 50 : 15;
  const everyMs = room.size === 'full' ? 6_000 : 4_000;
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources: 3, start: 10, behaviour: { window: 100 } });
  await prepare(room, cluster, papers.feeds);
  const site = `http://127.0.0.1:${room.port + 1}`;
  const app = startApp(room, { ...variablesOf(cluster), PORT: String(room.port + 1), PUBLIC_URL: site });
  await app.ready();
  await settle(cluster, papers, 60);
  await until('a warm feed', 30_000, async () => (await fetch(`${site}/feeds/tin-moi.json`)).status === 200);
  const subscribers = await openSubscribers(room, site, [
    { name: 'good', behaviour: 'good' },
    { name: 'silent', behaviour: 'never-answers' },
    { name: 'failing', behaviour: 'always-500' },
  ]);
  await until(
    'three subscriptions',
    30_000,
    async () => (await cluster.number('select count(*) from subscription')) === 3,
  );
  let mostQueued = 0;
  const rendered: Date[] = [];
  const look = async () => {
    mostQueued = Math.max(mostQueued, await cluster.number('select count(*) from delivery'));
    const at = (
      await cluster.query<{ at: Date | null }>(
        "select max(d.rendered_at) as at from document d join edition e on e.id = d.edition_id where e.path = 'tin-moi' and d.format = 'json' and d.etag is not null",
      )
    )[0]?.at;
    const etag = (
      await cluster.query<{ etag: string }>(
        "select d.etag from document d join edition e on e.id = d.edition_id where e.path = 'tin-moi' and d.format = 'json'",
      )
    )[0]?.etag;
    if (etag !== undefined && etag !== lastEtag && at) {
      lastEtag = etag;
      rendered.push(at);
    }
  };
  let lastEtag =
    (
      await cluster.query<{ etag: string }>(
        "select d.etag from document d join edition e on e.id = d.edition_id where e.path = 'tin-moi' and d.format = 'json'",
      )
    )[0]?.etag ?? '';
  for (let update = 0; update < updates; update++) {
    await papers.burst(1);
    await cluster.query('update source set next_fetch_at = now()');
    await cluster.query("select pg_notify('source_due', '')");
    const endAt = performance.now() + everyMs;
    while (performance.now() < endAt) {
      await look();
      await pause(200);
    }
  }
  await settle(cluster, papers, 30);
  // Changes that follow one another closely are rendered together, some seconds later.
  await until(
    'that the feeds hold the last articles',
    60_000,
    async () => (await cluster.number('select count(*) from document where due_at is not null')) === 0,
  );
  await pause(6_000);
  await look();
  const arrivals = (await subscribers.arrivals()).filter((one) => one.name === 'good');
  // From the moment a document stood to its arrival; several changes between two distributions are one.
  const delays = rendered.map((at) => {
    const arrived = arrivals.find((one) => one.at >= at.getTime() - 50);
    return arrived === undefined ? 60_000 : Math.max(0, arrived.at - at.getTime());
  });
  const seen = new Set(arrivals.flatMap((one) => one.items));
  const newest = await cluster.query<{ uid: string }>(
    "select uid::text from story where status = 'live' order by listed_at desc, id desc limit 100",
  );
  const missed = newest.filter((story) => !seen.has(`urn:uuid:${story.uid}`)).length;
  const sockets = await subscribers.sockets();
  // One that is being asked at this moment was due before it, and waits for its answer.
  const bad = await cluster.query<{ callback: string; attempts: number; waits: number; isAsked: boolean }>(
    'select s.callback, d.attempts, extract(epoch from d.due_at - now())::float8 as waits, coalesce(d.claimed_until > now(), false) as "isAsked" from delivery d join subscription s on s.id = d.subscription_id',
  );
  return judge(
    {
      updates,
      versions: rendered.length,
      arrivals: arrivals.length,
      missed,
      delayP50Ms: quantile(delays, 0.5),
      delayP99Ms: quantile(delays, 0.99),
      sockets,
      mostQueued,
      bad,
    },
    {
      'the good one gets every article': missed === 0,
      'p99 of its delay < 5 s': quantile(delays, 0.99) < 5_000,
      'at most two sockets to the silent one': (sockets['silent']?.most ?? 99) <= 2,
      'at most two sockets to the failing one': (sockets['failing']?.most ?? 99) <= 2,
      'the bad ones are asked less and less':
        (sockets['failing']?.posts ?? 99) <= 8 && bad.every((one) => one.attempts < 2 || one.isAsked || one.waits > 20),
      'the queue is bounded by the subscriptions': mostQueued <= 3,
    },
  );
}

/** See docs/reliability.md. */
export const f11: Experiment = {
  id: 'F-11',
  title: 'subscribers that never answer or only fail beside a good one',
  pass: 'the good one gets everything, p99 delay < 5 s; ≤ 2 sockets to each bad one; retries back off; the queue is bounded',
  seeds: 1,
  run,
};
