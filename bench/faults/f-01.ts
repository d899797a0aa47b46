// F-01: two job processes are killed at random moments, again and again; nothing is lost, doubled or stuck.
import { type App, startApp } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { breaches, compare, hurry, openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';

const settleSeconds = 60;

async function run(room: Room) {
  const kills = room.size === 'full' ? 50 : 12;
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources: 20, behaviour: { rate: 0.5, window: 400, latencyMs: 60 } });
  await prepare(room, cluster, papers.feeds);
  const start = (): App[] => [1, 2].map(() => startApp(room, { ...variablesOf(cluster), ROLE: 'jobs' }));

  const first = startApp(room, { ...variablesOf(cluster), ROLE: 'jobs' });
  const startSeconds = await first.ready();
  first.signal('SIGKILL');
  const hand = hurry(room, cluster, 700);
  let worked = 0;
  let held = 0;
  let finished = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = await cluster.number('select coalesce(max(id), 0) from poll');
    const pair = start();
    // One in four dies while it starts, the others at work.
    if (kill % 4 === 0) await pause(200 + room.dice() * startSeconds * 1_000);
    else {
      await Promise.race(pair.map((app) => app.ready()));
      await pause(room.dice() * (2_500 + startSeconds * 500));
    }
    for (const app of pair) app.signal('SIGKILL');
    await Promise.all(pair.map((app) => app.ended));
    const leases = await cluster.number('select count(*) from source where claimed_until > now()');
    const polls = (await cluster.number('select coalesce(max(id), 0) from poll')) - before;
    if (leases > 0 || polls > 0) worked += 1;
    finished += polls;
    held += leases;
    // The leases of the dead run out: played here, so that the next kill meets work as well; those of the last are waited for.
    if (kill < kills - 1) await cluster.query('update source set claimed_until = now() where claimed_until > now()');
    if (kill % 10 === 9) room.say(`${kill + 1} of ${kills} kills`);
  }
  await papers.set({ isFrozen: true });
  const last = start();
  await Promise.all(last.map((app) => app.ready()));
  const settledAfter = await settle(cluster, papers, settleSeconds);
  await hand.stop();
  await until(
    'that no source is being read',
    5_000,
    async () => (await cluster.number('select count(*) from source where claimed_until > now()')) === 0,
  ).catch(() => undefined);
  const endingAt = performance.now();
  for (const app of last) app.signal('SIGTERM');
  const codes = await Promise.all(last.map((app) => Promise.race([app.ended, pause(10_000).then(() => -1)])));
  const found = await compare(cluster, await papers.truth());
  const broken = await breaches(cluster, ['forgotten sources']);
  return judge(
    {
      kills: kills * 2,
      pairsKilledAtWork: worked,
      pollsBetweenKills: finished,
      leasesOfTheDead: held,
      startSeconds,
      settledAfter,
      endSeconds: (performance.now() - endingAt) / 1_000,
      ...found,
      breaches: broken,
    },
    {
      'nothing lost': found.lost === 0,
      'nothing doubled': found.duplicated === 0,
      'settled within a minute of the last start': settledAfter < settleSeconds,
      'no invariant broken': Object.keys(broken).length === 0,
      'ended by SIGTERM within 10 s': codes.every((code) => code === 0),
      'half of the kills met work': worked >= kills / 2 && held > 0 && finished > 0,
    },
  );
}

/** See docs/reliability.md. */
export const f01: Experiment = {
  id: 'F-01',
  title: 'kill -9 of two job processes at random moments',
  pass: 'lost = 0, duplicated = 0, no lease, outbox or story row out of order, all caught up within 60 s of the last start, SIGTERM ends in 10 s',
  seeds: 3,
  run,
};
