// F-09: the name server fails, falls silent, and knows nobody; papers wait with a reason each, everything else goes on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp } from './kit/app.ts';
import { openChild } from './kit/child.ts';
import { openCluster } from './kit/cluster.ts';
import type { NameServerMode } from './kit/dns-child.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { system, whyNotIsolated } from './kit/isolation.ts';
import { compare, hurry, openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';
import { startReaders } from './kit/readers.ts';
import { boundOf, openWitness } from './kit/witness.ts';

const named = 20;
const literal = 5;

async function run(room: Room) {
  const seconds = room.size === 'full' ? 300 : 30;
  const resolv = join(room.folder, 'resolv.conf');
  writeFileSync(resolv, 'nameserver 127.0.0.1\n');
  system('mount', '--bind', resolv, '/etc/resolv.conf');
  room.after(() => system('umount', '/etc/resolv.conf'));
  const names = openChild(room, './dns-child.ts');
  await names.ask('open');
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources: named + literal, start: 5, behaviour: { rate: 0.02, window: 100 } });
  // The first papers are known by name, the others by address: they need no name server.
  const feeds = papers.feeds.map((feed, index) =>
    index < named ? feed.replace(/127\.77\.0\.\d+/, `bao-${index + 1}.tin.example.vn`) : feed,
  );
  await prepare(room, cluster, feeds);
  const site = `http://127.0.0.1:${room.port + 1}`;
  const app = startApp(room, { ...variablesOf(cluster), PORT: String(room.port + 1) });
  await app.ready();
  await settle(cluster, papers, 60);
  for (const path of ['/', '/feeds/tin-moi.rss'])
    await until(`a warm ${path}`, 30_000, async () => (await fetch(site + path)).status === 200);
  const hand = hurry(room, cluster, 1_000);
  const witness = openWitness();
  const readers = await startReaders(room, {
    url: site,
    perSecond: 20,
    wanted: [
      { path: '/feeds/tin-moi.rss', kind: 'warm', weight: 1 },
      { path: '/', kind: 'warm', weight: 1 },
    ],
  });
  const measured: Record<string, unknown> = {};
  const conditions: Record<string, boolean> = {};
  for (const mode of ['servfail', 'silent', 'nxdomain'] satisfies NameServerMode[]) {
    await readers.take();
    witness.take();
    await names.ask('set', mode);
    const last = await cluster.number('select coalesce(max(id), 0) from poll');
    await pause(seconds * 1_000);
    const served = (await readers.take())['warm'];
    const late = witness.take();
    const failing = await cluster.query<{
      host: string;
      last_error: string | null;
      failures: number;
      is_paused: boolean;
      waits: number;
    }>(
      `select host, last_error, failures, is_paused, extract(epoch from next_fetch_at - now())::float8 as waits from source where id <= ${named}`,
    );
    const told = failing.filter(
      (one) => one.failures > 0 && one.last_error?.includes(one.host.replace(/:\d+$/, '')) === true,
    );
    const others = await cluster.number(
      `select count(*) from poll where id > ${last} and source_id > ${named} and outcome <> 'failed'`,
    );
    measured[mode] = {
      told: told.length,
      example: told[0]?.last_error,
      pollsOfOthers: others,
      served,
      witnessMs: late,
    };
    conditions[`${mode}: papers are put off with a reason of their own`] =
      told.length >= (mode === 'silent' ? named / 2 : named);
    conditions[`${mode}: nobody is paused`] = failing.every((one) => !one.is_paused);
    conditions[`${mode}: papers that need no name are read on`] = others >= (literal * seconds) / 10;
    conditions[`${mode}: readers p99 < 200 ms`] = served?.good === 1 && served.p99Ms < boundOf(200, late);
    await names.ask('set', 'ok');
    const startedAt = performance.now();
    await until('that all are well again', 90_000, async () => {
      // The interval of the failed ones, played short like the others'.
      await cluster.query(
        'update source set next_fetch_at = now() where failures > 0 and next_fetch_at > now() and claimed_until is null',
      );
      await cluster.query("select pg_notify('source_due', '')");
      await pause(1_000);
      return (await cluster.number('select count(*) from source where failures > 0')) === 0;
    }).catch(() => undefined);
    conditions[`${mode}: all well within an interval`] = performance.now() - startedAt < 60_000;
    room.say(
      `${mode}: ${told.length} of ${named} put off, ${others} polls of the others, well again after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`,
    );
  }
  await readers.stop();
  witness.end();
  await papers.set({ isFrozen: true });
  await pause(1_500);
  await settle(cluster, papers, 60);
  await hand.stop();
  const stored = await cluster.number('select count(*) from entry');
  const truth = await papers.truth();
  // Addresses of articles are the papers' own, whatever name their feed is read under.
  const found = await compare(cluster, truth);
  return judge(
    { seconds, ...measured, stored, ...found, exit: app.exit() },
    {
      ...conditions,
      'nothing lost or doubled': found.lost === 0 && found.duplicated === 0,
      'the program never exits': app.exit() === null,
    },
  );
}

/** See docs/reliability.md. */
export const f09: Experiment = {
  id: 'F-09',
  title: 'the name server fails, is silent, knows nobody',
  pass: 'each paper is put off with its own reason, none disabled, papers that need no name are read on, readers p99 < 200 ms, all well within an interval',
  seeds: 1,
  isIsolated: true,
  skip: whyNotIsolated,
  run,
};
