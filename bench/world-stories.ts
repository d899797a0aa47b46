// The feed world read once, clean or messy → is every wire story one story, in every edition once, and is none a false merge. `npm run world:stories -- --preset messy`
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { request } from 'undici';
import { migrations } from '../migrations/index.ts';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import type { EditionFilter } from '../src/domain.ts';
import { createLog } from '../src/log.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { parseOpml } from '../src/source/opml.ts';
import { openReader } from '../src/source/reader.ts';
import { publisherOf } from '../src/source/register.ts';
import { type Db, openDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { secondsToRestedHost } from '../src/store/poll.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { addSource } from '../src/store/source.ts';
import { listStories } from '../src/store/story.ts';
import { clusterDue } from '../src/story/cluster.ts';

const { values } = parseArgs({
  options: {
    feeds: { type: 'string', default: '400' },
    preset: { type: 'string', default: 'clean' },
    seed: { type: 'string', default: '1' },
    world: { type: 'string', default: '../shared/world/world.mjs' },
    port: { type: 'string', default: '18480' },
  },
});
if (!existsSync(values.world)) throw new Error(`the feed world is not at ${values.world}: give its path with --world`);

async function startWorld(): Promise<{ child: ChildProcess; origin: string }> {
  const options = ['--preset', values.preset, '--feeds', values.feeds, '--seed', values.seed, '--port', values.port];
  const child = spawn(process.execPath, [values.world, ...options, '--prewarm', '0', '--gzlevel', '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the feed world ended with ${code}`)));
  });
  return { child, origin: `http://127.0.0.1:${values.port}` };
}

// The world writes an item's identity into its address; a wire copy differs by the feed it stands in.
const itemOf = (url: string | null) => /\/tin-([wf]\d+-\d+-[a-z0-9]+?)(?:-f\d+)?\.html/.exec(url ?? '')?.[1] ?? null;

type Row = { storyId: number; publisher: string; url: string | null };

async function readMembers(db: Db): Promise<(Row & { item: string })[]> {
  const found = await sql<Row>`
    select m.story_id as "storyId", p.slug as publisher, e.url from story_entry m join entry e on e.id = m.entry_id and e.seen_at = m.seen_at
    join publisher p on p.id = e.publisher_id order by m.entry_id`.execute(db);
  return found.rows.flatMap((row) => {
    const item = itemOf(row.url);
    return item === null ? [] : [{ ...row, item }];
  });
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string, value: (row: T) => string): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const row of rows) groups.set(key(row), (groups.get(key(row)) ?? new Set()).add(value(row)));
  return groups;
}

const dataDir = mkdtempSync(join(tmpdir(), 'tin-world-'));
// Open to other users, so that the cluster of a root user stays inside and goes with the folder.
chmodSync(dataDir, 0o755);
const log = createLog({ level: 'fatal', isTerminal: false, fd: 2 });
const world = await startWorld();
const embedded = await startEmbedded({ dataDir, log });
const db = openDb(embedded.url, { max: 20, applicationName: 'world' });
const reader = openReader();
const control = async (path: string) => (await request(`${world.origin}/_ctl/${path}`)).body;
try {
  await migrate(db, migrations, { log });
  await ensurePartitions(db);
  const config = loadConfig({ DATA_DIR: dataDir, ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8', TRIAL: 'off' });
  const http = createHttp({
    userAgent: 'TinTinh-bench',
    guard: createGuard({ allowNetworks: config.allowPrivateNetworks }),
  });
  const signal = new AbortController().signal;
  const ctx: Context = { config, db, http, reader, now: () => new Date(), log, signal };
  for (const row of parseOpml(new Uint8Array(await (await control('opml')).arrayBuffer())).subscriptions) {
    if (row.xmlUrl === null) continue;
    const found = publisherOf({ feedUrl: row.xmlUrl, siteUrl: row.htmlUrl, name: row.title });
    const publisher = await ensurePublisher(db, found);
    await addSource(db, { publisherId: publisher.id, url: row.xmlUrl, title: row.title, section: null });
  }
  for (let round = 0; round < 40; round++) {
    await ingestDue(ctx, { concurrency: 32 });
    await clusterDue(ctx);
    if ((await secondsToRestedHost(db)) === null) break;
    await sql`update host set free_at = now()`.execute(db);
  }
  const truth = (await (await control('truth')).json()) as Record<string, number>;
  const members = await readMembers(db);
  const ofItem = groupBy(
    members,
    (row) => row.item,
    (row) => String(row.storyId),
  );
  const ofStory = groupBy(
    members,
    (row) => String(row.storyId),
    (row) => row.item,
  );
  const doubled = [...ofItem].filter(([, stories]) => stories.size > 1);
  const merged = [...ofStory].filter(([, items]) => items.size > 1);
  const wire = [...ofItem.keys()].filter((item) => item.startsWith('w'));

  // Every edition by publisher, and the general one, read to its end as its pages would be.
  const bad: string[] = [];
  const itemsOf = groupBy(
    members,
    (row) => row.publisher,
    (row) => row.item,
  );
  itemsOf.set('', new Set(ofItem.keys()));
  for (const [publisher, items] of itemsOf) {
    const filter: EditionFilter = publisher === '' ? {} : { publisher };
    const listed: string[] = [];
    for (let after: { listedAt: Date; id: number } | undefined; ; ) {
      const page = await listStories(db, filter, 200, after);
      for (const story of page) for (const item of ofStory.get(String(story.id)) ?? []) listed.push(item);
      const last = page.at(-1);
      if (last === undefined) break;
      after = { listedAt: last.listedAt, id: last.id };
    }
    if (listed.length !== items.size || new Set(listed).size !== items.size) bad.push(publisher || 'general');
  }
  const sentence = (list: [string, Set<string>][]) =>
    list.slice(0, 5).map(([key, set]) => `${key}: ${[...set].join(' ')}`);
  process.stdout.write(
    `${values.preset} world of ${values.feeds} feeds: ${members.length} entries (truth: ${truth['items']} items), ${ofItem.size} items, ${wire.length} of them wire stories (truth: ${truth['wireStories']})\n` +
      `stories: ${ofStory.size}; items told twice: ${doubled.length}; false merges: ${merged.length}; editions that miss or repeat a story: ${bad.length} of ${itemsOf.size}\n`,
  );
  for (const line of [...sentence(doubled), ...sentence(merged), ...bad.slice(0, 5)])
    process.stdout.write(`  ${line}\n`);
  process.exitCode = doubled.length + merged.length + bad.length === 0 ? 0 : 1;
  await http.close();
} finally {
  await reader.close();
  await db.destroy();
  await embedded.stop();
  world.child.kill();
  rmSync(dataDir, { recursive: true, force: true });
}
