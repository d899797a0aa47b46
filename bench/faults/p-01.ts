// P-01: one of two job processes is parted from PostgreSQL by a link that silently carries nothing; the other takes over, and both agree afterwards.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, troubles } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { system, whyNotIsolated } from './kit/isolation.ts';
import { breaches, compare, hurry, openPapers, overlaps, prepare, settle, variablesOf } from './kit/newsroom.ts';

async function run(room: Room) {
  const seconds = room.size === 'full' ? 120 : 45;
  const space = `tin-${process.pid}`;
  system('ip', 'netns', 'add', space);
  room.after(() => system('ip', 'netns', 'del', space));
  // Two cables into the other room: one to PostgreSQL, which will be pulled, one to the papers, which stays.
  for (const [name, net] of [
    ['db', '10.77.0'],
    ['out', '10.79.0'],
  ] as const) {
    system('ip', 'link', 'add', `${name}-here`, 'type', 'veth', 'peer', 'name', `${name}-there`, 'netns', space);
    system('ip', 'addr', 'add', `${net}.1/24`, 'dev', `${name}-here`);
    system('ip', 'link', 'set', `${name}-here`, 'up');
    system('ip', '-n', space, 'addr', 'add', `${net}.2/24`, 'dev', `${name}-there`);
    system('ip', '-n', space, 'link', 'set', `${name}-there`, 'up');
  }
  system('ip', '-n', space, 'link', 'set', 'lo', 'up');
  for (let source = 1; source <= 20; source++) system('ip', 'addr', 'replace', `10.78.0.${source}/32`, 'dev', 'lo');
  system('ip', '-n', space, 'route', 'add', '10.78.0.0/16', 'via', '10.79.0.1');
  const cluster = await openCluster(room, { port: room.port, settings: { listen_addresses: '127.0.0.1,10.77.0.1' } });
  appendFileSync(join(cluster.data, 'pg_hba.conf'), 'host all all 10.77.0.0/24 scram-sha-256\n');
  await cluster.query('select pg_reload_conf()');
  const papers = await openPapers(room, {
    sources: 20,
    network: '10.78',
    behaviour: { rate: 0.2, window: 400, latencyMs: 100 },
  });
  await prepare(room, cluster, papers.feeds);
  const variables = { ...variablesOf(cluster), ROLE: 'jobs', ALLOW_PRIVATE_NETWORKS: '10.78.0.0/16' };
  const there = startApp(
    room,
    { ...variables, DATABASE_URL: cluster.urlAt('10.77.0.1', room.port) },
    { prefix: ['ip', 'netns', 'exec', space] },
  );
  const here = startApp(room, variables);
  await Promise.all([there.ready(), here.ready()]);
  const hand = hurry(room, cluster, 700);
  await pause(8_000);
  const claimedThere = await cluster.number(
    'select count(distinct claimed_by) from source where claimed_until > now()',
  );
  const from = there.lines().length;
  await papers.forget();
  system('ip', '-n', space, 'link', 'set', 'db-there', 'down');
  room.say(`parted for ${seconds} s`);
  await pause(seconds * 1_000);
  // Its leases run for 30 s; what it held is the other's after that.
  const during = await cluster.query<{ n: number }>(
    `select count(distinct source_id)::int as n from poll where started_at > now() - interval '${seconds - 32} seconds'`,
  );
  const lines = troubles(there.lines().slice(from));
  system('ip', '-n', space, 'link', 'set', 'db-there', 'up');
  const upAt = performance.now();
  await until('that the parted process is back', 60_000, () =>
    there
      .lines()
      .slice(from)
      .some((line) => line['code'] === 'store.back'),
  ).catch(() => undefined);
  const backAfter = (performance.now() - upAt) / 1_000;
  here.signal('SIGTERM');
  await here.ended;
  await papers.set({ isFrozen: true });
  const settledAfter = await settle(cluster, papers, 60);
  await hand.stop();
  const found = await compare(cluster, await papers.truth());
  const broken = await breaches(cluster, ['forgotten sources']);
  const hits = await papers.hits();
  return judge(
    {
      seconds,
      claimantsBefore: claimedThere,
      sourcesReadDuring: during[0]?.n,
      linesOfTheParted: lines.length,
      backAfter,
      settledAfter,
      overlapping: overlaps(hits).overlapping,
      ...found,
      breaches: broken,
    },
    {
      'neither exits': there.exit() === null && here.exit() === 0,
      'the other one reads all sources on': during[0]?.n === 20,
      'the parted one says so in few lines': lines.length >= 1 && lines.length <= 3 + Math.ceil(seconds / 30) * 2,
      'it is back within 10 s and reads alone': backAfter <= 10 && settledAfter < 60,
      'nothing lost or doubled': found.lost === 0 && found.duplicated === 0,
      'no invariant broken': Object.keys(broken).length === 0,
    },
  );
}

/** See docs/reliability.md. */
export const p01: Experiment = {
  id: 'P-01',
  title: 'one of two job processes parted from PostgreSQL (network namespaces)',
  pass: 'neither exits, the other takes over all sources within its lease, the parted one is back within 10 s, lost = 0, duplicated = 0',
  seeds: 1,
  isIsolated: true,
  skip: whyNotIsolated,
  run,
};
