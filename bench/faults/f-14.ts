// F-14: a migration over a million items is killed at random moments; the schema is the old one or the new one, never between.
import { migrations } from '../../migrations/index.ts';
import { createLog } from '../../src/log.ts';
import { openDb } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { ensurePartitions } from '../../src/store/partition.ts';
import { type App, startApp } from './kit/app.ts';
import { openCluster, type Cluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { variablesOf } from './kit/newsroom.ts';

// A reader looks at the tables all the while: how long the longest look waits is the longest lock.
function watchReads(cluster: Cluster): { stop: () => Promise<number> } {
  let isOn = true;
  let longestMs = 0;
  const looking = (async () => {
    while (isOn) {
      const startedAt = performance.now();
      await cluster
        .query(
          'select (select count(*) from (select from entry order by id limit 5) a), (select count(*) from (select from story order by id limit 5) b), (select count(*) from source)',
        )
        .catch(() => undefined);
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      await pause(50);
    }
  })();
  return {
    stop: async () => {
      isOn = false;
      await looking;
      return Math.round(longestMs);
    },
  };
}

const oldest = '0009-comment';
const silent = createLog({ level: 'silent', isTerminal: false });

const shapeOf = async (cluster: Cluster) =>
  JSON.stringify([
    await cluster.query(
      "select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public' order by 1, 2",
    ),
    await cluster.query("select indexdef from pg_indexes where schemaname = 'public' order by 1"),
  ]);
const stepsOf = async (cluster: Cluster) =>
  (await cluster.query<{ name: string }>('select name from schema_migration order by applied_at, name')).map(
    (row) => row.name,
  );

async function run(room: Room) {
  const items = room.size === 'full' ? 1_000_000 : 200_000;
  const kills = room.size === 'full' ? 10 : 6;
  const cluster = await openCluster(room, { port: room.port });
  // A store as an older release left it, full; each run gets a copy of it.
  const cut = migrations.findIndex((step) => step.name === oldest) + 1;
  const db = openDb(cluster.url);
  await migrate(db, migrations.slice(0, cut), { log: silent });
  await ensurePartitions(db);
  await db.destroy();
  room.say(`${items} entries and stories …`);
  await fill(cluster, items);
  await cluster.queryAt('postgres', 'alter database tin_tinh rename to old');
  const renew = async () => {
    await cluster.queryAt('postgres', 'drop database if exists tin_tinh with (force)');
    await cluster.queryAt('postgres', 'create database tin_tinh template old strategy file_copy');
  };
  const start = () => startApp(room, { ...variablesOf(cluster), ROLE: 'jobs' });
  const stepsTaken = (app: App) => app.lines().filter((line) => line['msg'] === 'schema migrated');

  // Undisturbed once: what it comes to, how long it takes, and how long reads wait meanwhile.
  await renew();
  const watching = watchReads(cluster);
  const calm = start();
  const calmSeconds = await calm.ready();
  const longestReadMs = await watching.stop();
  calm.signal('SIGTERM');
  await calm.ended;
  const names = await stepsOf(cluster);
  const shape = await shapeOf(cluster);
  const times = stepsTaken(calm).map((line) => Date.parse(String(line['time'])));
  const spanMs = Math.max(...times) - Math.min(...times) + 400;
  room.say(
    `${names.length - cut} steps in ${calmSeconds.toFixed(1)} s undisturbed, the longest read ${longestReadMs} ms`,
  );

  const faults: string[] = [];
  const diedAfter: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    await renew();
    const app = start();
    await until(
      'the first connection',
      30_000,
      async () =>
        (await cluster.number("select count(*) from pg_stat_activity where application_name = 'tin-tinh'")) > 0,
    );
    await pause(room.dice() * spanMs);
    if (kill % 2 === 0) app.signal('SIGKILL');
    else
      await cluster.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tin-tinh'");
    await Promise.race([app.ended, pause(3_000)]);
    app.signal('SIGKILL');
    await app.ended;
    const after = await stepsOf(cluster);
    diedAfter.push(after.length - cut);
    if (!after.every((name, index) => name === names[index])) faults.push(`run ${kill + 1}: steps out of order`);
    // Two at once take what is left, each step once.
    const pair = [start(), start()];
    await Promise.all(pair.map((one) => one.ready()));
    const taken = pair.flatMap((one) => stepsTaken(one).map((line) => String(line['migration'])));
    if (taken.length !== names.length - after.length || new Set(taken).size !== taken.length)
      faults.push(`run ${kill + 1}: ${taken.length} steps taken of ${names.length - after.length}`);
    for (const one of pair) one.signal('SIGTERM');
    await Promise.all(pair.map((one) => one.ended));
    if ((await shapeOf(cluster)) !== shape) faults.push(`run ${kill + 1}: another schema than undisturbed`);
    if ((await cluster.number('select count(*) from entry')) !== items) faults.push(`run ${kill + 1}: entries lost`);
    if ((await cluster.number('select count(*) from pg_index where not indisvalid')) > 0)
      faults.push(`run ${kill + 1}: an invalid index`);
    room.say(
      `${kill + 1} of ${kills}: ${kill % 2 === 0 ? 'program' : 'backend'} killed with ${after.length - cut} of ${names.length - cut} steps taken`,
    );
  }
  return judge(
    {
      items,
      kills,
      steps: names.length - cut,
      diedAfterSteps: diedAfter,
      calmSeconds,
      stepsMs: spanMs,
      longestReadMs,
      faults,
    },
    {
      'old or new, never between; the same schema in the end; each step once': faults.length === 0,
      'some died on the way': diedAfter.some((steps) => steps < names.length - cut),
      'no read waits 2 s': longestReadMs < 2_000,
    },
  );
}

// Narrow rows of the true shape, written in sets.
async function fill(cluster: Cluster, items: number): Promise<void> {
  await cluster.query("insert into publisher (slug, name, site_url) values ('bao', 'Báo', 'http://bao.example/')");
  await cluster.query(
    "insert into source (publisher_id, url, host, next_fetch_at) values (1, 'http://bao.example/rss', 'bao.example', now() + interval '1 day')",
  );
  await cluster.query(
    `insert into entry (id, seen_at, publisher_id, source_id, url, title, summary, body_html, authors, categories, media, published_at, is_date_guess, changed_at, listed_at, hash)
     select n, date_trunc('hour', now()) - n * interval '1 millisecond', 1, 1, 'http://bao.example/' || n, 'Bài số ' || n, 'Tóm tắt ' || n, '<p>Thân bài ' || n || '</p>', '{}', '{}', '[]',
       now() - n * interval '1 second', false, now(), now() - n * interval '1 second', '\\x00' from generate_series(1, ${items}) n`,
  );
  await cluster.query(
    `insert into story (title, summary, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
     select title, summary, published_at, listed_at, changed_at, 1, id, seen_at from entry order by id`,
  );
  await cluster.query(
    'insert into story_entry (entry_id, seen_at, story_id) select lead_entry_id, lead_seen_at, id from story',
  );
  await cluster.query(
    `insert into entry_key (publisher_id, key, entry_id, seen_at) select 1, md5(url), id, seen_at from entry`,
  );
  await cluster.query('analyze');
}

/** See docs/reliability.md. */
export const f14: Experiment = {
  id: 'F-14',
  title: 'a migration killed at random moments, program and backend',
  pass: 'the schema is old or new, never between; a new start succeeds; two starts at once take each step once; no read waits 2 s; nothing lost',
  seeds: 1,
  run,
};
