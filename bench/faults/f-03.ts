// F-03: PostgreSQL is cut off, falls silent, and becomes slow while readers come; memory serves on, nobody hangs, all is well afterwards.
import { startApp } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { compare, openPapers, overlaps, prepare, settle, variablesOf } from './kit/newsroom.ts';
import { startReaders } from './kit/readers.ts';
import { boundOf, openWitness } from './kit/witness.ts';
import { type LinkState, openRelay } from './kit/relay.ts';

type Ask = { status: number; ms: number; retryAfter: string | null };

async function ask(url: string, options: RequestInit = {}): Promise<Ask> {
  const startedAt = performance.now();
  const answer = await fetch(url, { ...options, redirect: 'manual', signal: AbortSignal.timeout(15_000) }).catch(
    () => null,
  );
  await answer?.arrayBuffer();
  return {
    status: answer?.status ?? 0,
    ms: performance.now() - startedAt,
    retryAfter: answer?.headers.get('retry-after') ?? null,
  };
}

async function run(room: Room) {
  const seconds = room.size === 'full' ? 60 : 20;
  const cluster = await openCluster(room, { port: room.port });
  const relay = await openRelay(cluster.port, room.port + 2);
  room.after(relay.close);
  const papers = await openPapers(room, { sources: 20, start: 20, behaviour: { rate: 0.05, window: 100 } });
  await prepare(room, cluster, papers.feeds);
  const app = startApp(room, {
    ...variablesOf(cluster),
    DATABASE_URL: cluster.urlAt('127.0.0.1', relay.port),
    PORT: String(room.port + 1),
  });
  await app.ready();
  await settle(cluster, papers, 60);
  const site = `http://127.0.0.1:${room.port + 1}`;
  const stories = await cluster.query<{ id: number }>('select id::int from story order by id limit 200');
  const warm = ['/feeds/tin-moi.rss', '/feeds/tin-moi.atom', '/feeds/tin-moi.json', '/', '/feeds', '/opml'];
  for (const path of warm) await until(`a warm ${path}`, 30_000, async () => (await ask(site + path)).status === 200);
  const readers = await startReaders(room, {
    url: site,
    perSecond: 100,
    wanted: warm.map((path) => ({ path, kind: 'warm', weight: 1, isConditional: path.includes('tin-moi.rss') })),
  });
  await pause(4_000);
  const before = await readers.take();
  const results: Record<string, unknown> = { before: before['warm'] };
  const conditions: Record<string, boolean> = {};
  let cold = 0;
  const witness = openWitness();
  room.after(witness.end);

  async function outage(name: string, state: LinkState, isOut: boolean): Promise<void> {
    room.say(`${name} for ${seconds} s`);
    await papers.forget();
    await readers.take();
    witness.take();
    relay.set(state, 400);
    // The load of the first moments counts as well; cold addresses and writes are asked while it lasts, from the very beginning.
    const asked: Ask[] = [];
    const health: Ask[] = [];
    const endAt = performance.now() + seconds * 1_000;
    while (performance.now() < endAt) {
      cold += 1;
      const story = stories[cold % stories.length]?.id ?? 1;
      const [page, form, live, ready] = await Promise.all([
        ask(`${site}/tin/${story}?lang=en&n=${cold}`),
        ask(`${site}/hub`, {
          method: 'POST',
          body: new URLSearchParams({
            'hub.mode': 'subscribe',
            'hub.topic': `${site}/feeds/tin-moi.rss`,
            'hub.callback': 'http://127.0.0.1:9/',
          }),
        }),
        ask(`${site}/healthz/live`),
        ask(`${site}/healthz/ready`),
      ]);
      asked.push(page, form);
      health.push(live, { ...ready, status: ready.status + 1_000 });
      await pause(500);
    }
    const during = (await readers.take())['warm'];
    const late = witness.take();
    relay.set('ok');
    const openAt = performance.now();
    await until('full service', 60_000, async () => (await ask(`${site}/healthz/ready`)).status === 200).catch(
      () => undefined,
    );
    await cluster.query('update source set next_fetch_at = now()');
    const last = await cluster.number('select coalesce(max(id), 0) from poll');
    await until(
      'a poll after the outage',
      60_000,
      async () => (await cluster.number(`select coalesce(max(id), 0) from poll`)) > last,
    ).catch(() => undefined);
    const backAfter = (performance.now() - openAt) / 1_000;
    // Whatever was due is read once, not again and again.
    await pause(5_000);
    const hits = Map.groupBy(await papers.hits(), (hit) => hit.source);
    const most = Math.max(0, ...[...hits.values()].map((list) => list.length));
    const ready = health.filter((one) => one.status >= 1_000).slice(4);
    const live = health.filter((one) => one.status < 1_000);
    const slowest = Math.round(Math.max(...asked.map((one) => one.ms)));
    results[name] = {
      warm: during,
      cold: {
        asked: asked.length,
        slowestMs: slowest,
        statuses: Object.fromEntries(
          [...Map.groupBy(asked, (one) => one.status)].map(([status, list]) => [status, list.length]),
        ),
      },
      backAfter,
      witnessMs: late,
      pollsOfOneSource: most,
      overlapping: overlaps(await papers.hits()).overlapping,
    };
    conditions[`${name}: 99 % of warm requests are served`] = (during?.good ?? 0) >= 0.99;
    conditions[`${name}: warm p99 < 300 ms`] = (during?.p99Ms ?? 1e9) < boundOf(300, late);
    conditions[`${name}: alive throughout`] = live.every((one) => one.status === 200 && one.ms < boundOf(2_000, late));
    conditions[`${name}: back within 10 s`] = backAfter <= 10;
    if (isOut) {
      conditions[`${name}: warm answers tell their age`] = (during?.aged ?? 0) > 0;
      conditions[`${name}: cold pages and writes are told to come back within 2 s`] = asked.every(
        (one) => one.ms < boundOf(2_000, late) && (one.status !== 503 || one.retryAfter !== null),
      );
      conditions[`${name}: not ready`] = ready.every((one) => one.status === 1_503);
      conditions[`${name}: one poll a source at most afterwards`] = most <= 2;
    }
  }

  await outage('cut', 'down', true);
  await outage('silent', 'silent', true);
  await outage('slow', 'slow', false);
  const after = await readers.stop();
  await papers.set({ isFrozen: true });
  await cluster.query('update source set next_fetch_at = now()');
  await settle(cluster, papers, 60);
  const found = await compare(cluster, await papers.truth());
  return judge(
    { outageSeconds: seconds, ...results, after: after['warm'], ...found, exit: app.exit() },
    {
      ...conditions,
      'nothing lost or doubled': found.lost === 0 && found.duplicated === 0,
      'the program never exits': app.exit() === null,
    },
  );
}

/** See docs/reliability.md. */
export const f03: Experiment = {
  id: 'F-03',
  title: 'PostgreSQL cut off, silent and slow while readers come',
  pass: 'warm feeds and pages ≥ 99 % served, p99 < 300 ms, with Age; cold pages and writes 503 with Retry-After within 2 s; live 200, ready 503; full service within 10 s afterwards without a restart; no storm of fetches',
  seeds: 1,
  run,
};
