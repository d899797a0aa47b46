// F-12: a flood of comments from one address, from one that forges X-Forwarded-For, and from a hundred real ones.
import { openDb } from '../../src/store/db.ts';
import { listDeskComments } from '../../src/store/comment-desk.ts';
import { startApp } from './kit/app.ts';
import { openChild } from './kit/child.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, type Room, until } from './kit/experiment.ts';
import { system, whyNotIsolated } from './kit/isolation.ts';
import { openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';
import { startReaders } from './kit/readers.ts';
import { boundOf, openWitness } from './kit/witness.ts';

// What an address may send in an hour without a proof of work: see src/comment/screen.ts.
const perAddress = 5;

async function run(room: Room) {
  const [many, seconds] = room.size === 'full' ? [5_000, 120] : [900, 20];
  // Public-looking addresses: those of a private network would count as a proxy of ours.
  for (let n = 0; n <= 102; n++) system('ip', 'addr', 'add', `11.22.34.${n + 1}/32`, 'dev', 'lo');
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, { sources: 3, start: 10 });
  await prepare(room, cluster, papers.feeds);
  const site = `http://11.22.34.1:${room.port + 1}`;
  const app = startApp(room, {
    ...variablesOf(cluster),
    HOST: '0.0.0.0',
    PORT: String(room.port + 1),
    PUBLIC_URL: site,
  });
  await app.ready();
  await settle(cluster, papers, 60);
  await cluster.query(
    "insert into comment_setting (scope, scope_id, is_offered, hold) values ('site', 0, true, 'all') on conflict (scope, scope_id) do update set is_offered = true, hold = 'all'",
  );
  const story = await cluster.number("select min(id) from story where status = 'live'");
  const form = `${site}/tin/${story}/binh-luan`;
  const ticket = await until(
    'a form',
    30_000,
    async () => /name="ve" value="([^"]+)"/.exec(await (await fetch(form)).text())?.[1],
  );
  const warm = ['/feeds/tin-moi.rss', '/', `/tin/${story}/binh-luan.rss`];
  for (const path of warm) await until(`a warm ${path}`, 30_000, async () => (await fetch(site + path)).status === 200);
  const witness = openWitness();
  const readers = await startReaders(room, {
    url: site,
    perSecond: 40,
    wanted: warm.map((path) => ({ path, kind: 'warm', weight: 1 })),
  });
  await pause(5_000);
  const calm = (await readers.take())['warm'];
  witness.take();
  const flood = openChild(room, './flood-child.ts');
  const stored: Record<string, number> = {};
  const answers: Record<string, unknown> = {};
  const count = () => cluster.number('select count(*) from comment');
  for (const [name, from, forges] of [
    ['one address', ['11.22.34.2'], false],
    ['forged headers', ['11.22.34.3'], true],
    ['a hundred addresses', Array.from({ length: 100 }, (_, n) => `11.22.34.${n + 4}`), false],
  ] as const) {
    const before = await count();
    answers[name] = await flood.ask('send', { form, ticket, from, forges, many, seconds });
    stored[name] = (await count()) - before;
    room.say(`${name}: ${stored[name]} stored; ${JSON.stringify(answers[name])}`);
  }
  const busy = (await readers.stop())['warm'];
  const late = witness.take();
  witness.end();
  const shown = await cluster.number("select count(*) from comment where state = 'shown'");
  // The queue of a bad day, as a moderator's screen asks for it.
  await cluster.query(`insert into comment (story_id, name, body, state, reasons, has_proof, address_key, text_hash)
    select ${story}, 'Người ' || n, 'Bình luận số ' || n, 'held', '{all}', false, decode(md5(n::text), 'hex'), decode(md5('t' || n), 'hex') from generate_series(1, 5000) n`);
  const db = openDb(cluster.url);
  const startedAt = performance.now();
  const queue = await listDeskComments(db, { state: 'held' }, 50);
  const queueMs = performance.now() - startedAt;
  await db.destroy();
  return judge(
    { many, seconds, stored, answers, calm, busy, witnessMs: late, shown, queueMs, queue: queue.length },
    {
      'one address stores no more than its limit': (stored['one address'] ?? 99) <= perAddress,
      'forged headers do not multiply it': (stored['forged headers'] ?? 99) <= perAddress,
      'a hundred addresses store a hundred times the limit at most':
        (stored['a hundred addresses'] ?? 1e9) <= perAddress * 100 && (stored['a hundred addresses'] ?? 0) > 100,
      'nothing is published': shown === 0,
      'readers p99 < 2 × calm': busy?.good === 1 && busy.p99Ms < boundOf(Math.max(50, (calm?.p99Ms ?? 0) * 2), late),
      'the queue of 5,000 comes within a second': queueMs < 1_000 && queue.length > 0,
    },
  );
}

/** See docs/reliability.md. */
export const f12: Experiment = {
  id: 'F-12',
  title: 'a flood of comments: one address, forged headers, a hundred addresses',
  pass: 'stored ≤ limit × addresses, forged X-Forwarded-For multiplies nothing, readers p99 < 2 × calm, queue of 5,000 within 1 s, nothing published',
  seeds: 1,
  isIsolated: true,
  skip: whyNotIsolated,
  run,
};
