// F-05: papers answer with empty feeds for a while; nothing vanishes, nothing comes twice, and the console says so.
import { sourceHealth } from '../../src/source/health.ts';
import { openDb } from '../../src/store/db.ts';
import { listSourceHealth } from '../../src/store/source-health.ts';
import { startApp } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { breaches, compare, openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';

const feeds = ['/feeds/tin-moi.rss', '/feeds/tin-moi.atom', '/feeds/tin-moi.json'];
const withoutBuildDate = (text: string) => text.replace(/<lastBuildDate>[^<]*<\/lastBuildDate>/, '');

async function run(room: Room) {
  const rounds = 5;
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources: 10, start: 20, behaviour: { window: 40 } });
  await prepare(room, cluster, papers.feeds);
  const app = startApp(room, { ...variablesOf(cluster), PORT: String(room.port + 1) });
  await app.ready();
  await settle(cluster, papers, 60);
  const site = `http://127.0.0.1:${room.port + 1}`;
  const readFeeds = async () =>
    Promise.all(feeds.map(async (path) => withoutBuildDate(await (await fetch(site + path)).text())));
  const isQuiet = async () => (await cluster.number('select count(*) from document where due_at is not null')) === 0;
  for (const path of feeds)
    await until(`a warm ${path}`, 30_000, async () => (await fetch(site + path)).status === 200);
  await until('that all documents are fresh', 60_000, isQuiet);
  await pause(2_500);
  await readFeeds();
  await pause(1_500);
  const before = await readFeeds();
  const entries = await cluster.number('select count(*) from entry');
  const round = async () => {
    const last = await cluster.number('select coalesce(max(id), 0) from poll');
    await cluster.query('update source set next_fetch_at = now()');
    await cluster.query("select pg_notify('source_due', '')");
    await until(
      'a poll of every paper',
      60_000,
      async () => (await cluster.number(`select count(distinct source_id) from poll where id > ${last}`)) === 10,
    );
  };
  await papers.set({ mode: 'empty' });
  for (let n = 0; n < rounds; n++) await round();
  const empties = await cluster.number("select count(*) from poll where outcome = 'empty'");
  const db = openDb(cluster.url);
  const states = (await listSourceHealth(db, 20)).map((row) => sourceHealth(row, new Date()));
  await db.destroy();
  await pause(3_000);
  const during = await readFeeds();
  const kept = await cluster.number('select count(*) from entry');
  const live = await cluster.number("select count(*) from story where status = 'live'");
  await papers.set({ mode: 'ok' });
  await round();
  await papers.burst(1);
  await round();
  await settle(cluster, papers, 60);
  const found = await compare(cluster, await papers.truth());
  const broken = await breaches(cluster, ['forgotten sources']);
  return judge(
    {
      rounds,
      emptyPolls: empties,
      entries,
      kept,
      live,
      states: states.map((one) => `${one.state}: ${one.vi}`).slice(0, 2),
      ...found,
      breaches: broken,
    },
    {
      'no item is deleted or hidden': kept === entries && live === entries,
      'feeds stay the same byte for byte but for build dates': JSON.stringify(before) === JSON.stringify(during),
      'each empty document is on record': empties === rounds * 10,
      'the console names it': states.every((one) => one.state !== 'ok' && /rỗng|trống|không có bài/.test(one.vi)),
      'nothing lost or doubled afterwards': found.lost === 0 && found.duplicated === 0,
      'no invariant broken': Object.keys(broken).length === 0,
    },
  );
}

/** See docs/reliability.md. */
export const f05: Experiment = {
  id: 'F-05',
  title: 'papers answer with empty feeds for five intervals',
  pass: 'no item deleted or hidden, feeds unchanged byte for byte apart from build dates, the source is flagged as empty, no duplicate afterwards',
  seeds: 1,
  run,
};
