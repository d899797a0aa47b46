// F-02: PostgreSQL's postmaster is killed in mid-transaction, again and again; the program lives on and loses nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { startApp, troubles } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { breaches, compare, hurry, openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';

async function run(room: Room) {
  const kills = room.size === 'full' ? 10 : 5;
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources: 20, behaviour: { rate: 0.5, window: 400, latencyMs: 40 } });
  await prepare(room, cluster, papers.feeds);
  const app = startApp(room, { ...variablesOf(cluster), PORT: String(room.port + 1) });
  await app.ready();
  const hand = hurry(room, cluster, 500);
  const site = `http://127.0.0.1:${room.port + 1}`;
  const backAfter: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    await pause(2_000 + room.dice() * (room.size === 'full' ? 18_000 : 5_000));
    cluster.kill();
    await cluster.start();
    const openAt = performance.now();
    const last = await cluster.number('select coalesce(max(id), 0) from poll');
    await until(
      'the first poll after a restart',
      30_000,
      async () => (await cluster.number(`select count(*) from poll where id > ${last} and outcome = 'new'`)) > 0,
    ).catch(() => undefined);
    backAfter.push((performance.now() - openAt) / 1_000);
    room.say(`kill ${kill + 1} of ${kills}: read again after ${(backAfter.at(-1) ?? 0).toFixed(1)} s`);
  }
  // Half a minute after the last restart nothing may fail any more.
  await pause(room.size === 'full' ? 30_000 : 15_000);
  const quietFrom = app.lines().length;
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      fetch(`${site}/${index % 2 === 0 ? '' : 'feeds'}?n=${index}`).then((answer) => answer.status),
    ),
  );
  await pause(10_000);
  const late = troubles(app.lines().slice(quietFrom));
  await papers.set({ isFrozen: true });
  const settledAfter = await settle(cluster, papers, 60);
  await hand.stop();
  const found = await compare(cluster, await papers.truth());
  const broken = await breaches(cluster, ['forgotten sources']);
  const amcheck = '/usr/lib/postgresql/18/bin/pg_amcheck';
  const checked = existsSync(amcheck)
    ? spawnSync(amcheck, ['-d', cluster.url], { encoding: 'utf8' }).status
    : await checkIndexes(cluster);
  return judge(
    {
      kills,
      backAfterSeconds: backAfter,
      settledAfter,
      ...found,
      breaches: broken,
      lateTroubles: late.slice(0, 3),
      indexFaults: checked,
      exit: app.exit(),
    },
    {
      'the program never exits': app.exit() === null,
      'reads again within 15 s of each restart': backAfter.every((seconds) => seconds <= 15),
      'nothing lost': found.lost === 0,
      'nothing doubled': found.duplicated === 0,
      'no invariant broken': Object.keys(broken).length === 0,
      'no dead connection in the pool': late.length === 0 && answers.every((status) => status === 200),
      'every index fits its table': checked === 0,
    },
  );
}

// The small PostgreSQL has no pg_amcheck and no extensions: every index is read against its table by plain means.
async function checkIndexes(cluster: {
  query: <T extends Record<string, unknown>>(text: string) => Promise<T[]>;
}): Promise<number> {
  const tables = await cluster.query<{ name: string }>(
    "select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = 'public'",
  );
  let faults = 0;
  for (const { name } of tables) {
    // Rebuilding a unique index fails where a crash left two rows of one key; a torn page fails in the full scan before it.
    await cluster.query(`select count(t.*) from ${name} t`).catch(() => (faults += 1));
    await cluster.query(`reindex table ${name}`).catch(() => (faults += 1));
  }
  return faults;
}

/** See docs/reliability.md. */
export const f02: Experiment = {
  id: 'F-02',
  title: 'kill -9 of PostgreSQL in mid-transaction',
  pass: 'the program never exits, reads again within 15 s of each restart, lost = 0, duplicated = 0, no trouble logged and no error answered half a minute later, indexes whole',
  seeds: 1,
  run,
};
