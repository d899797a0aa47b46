// A scratch cluster + papers of the outside world → a newsroom that reads them, and the questions a judge asks of its store.
import { spawnSync } from 'node:child_process';
import { openChild } from './child.ts';
import type { Cluster } from './cluster.ts';
import { pause, type Room, until } from './experiment.ts';
import type { Behaviour, Hit } from './publisher-child.ts';

/** Papers that publish. */
export type Papers = {
  feeds: string[];
  set: (behaviour: Partial<Behaviour>) => Promise<void>;
  burst: (many: number) => Promise<void>;
  /** Address of every article published so far. */
  truth: () => Promise<string[]>;
  hits: () => Promise<Hit[]>;
  forget: () => Promise<void>;
  pid: number;
};

/** Opens `sources` papers on loopback addresses of their own. */
export async function openPapers(
  room: Room,
  options: { sources: number; start?: number; behaviour?: Partial<Behaviour>; network?: string },
): Promise<Papers> {
  const child = openChild(room, './publisher-child.ts');
  const feeds = await child.ask<string[]>('open', {
    sources: options.sources,
    start: options.start ?? 5,
    port: room.port + 5,
    network: options.network ?? '127.77',
    behaviour: options.behaviour ?? {},
  });
  return {
    feeds,
    pid: child.pid,
    set: (behaviour) => child.ask('set', behaviour),
    burst: (many) => child.ask('burst', many),
    truth: () => child.ask('truth'),
    hits: () => child.ask('hits'),
    forget: () => child.ask('forget'),
  };
}

/** The variables every process of this newsroom gets. */
export const variablesOf = (cluster: Cluster): Record<string, string> => ({
  DATABASE_URL: cluster.url,
  HOST: '127.0.0.1',
});

/** Has the program under test make its schema, and adds the papers by plain SQL, one publisher each. */
export async function prepare(room: Room, cluster: Cluster, feeds: readonly string[]): Promise<void> {
  const done = spawnSync(process.execPath, ['src/cli.ts', 'status'], {
    cwd: room.app,
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: cluster.url, DATA_DIR: `${room.folder}/data`, TRIAL: 'off' },
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`the schema could not be made: ${done.stderr.slice(-500)}`);
  await cluster.query(
    `with paper as (
       insert into publisher (slug, name, site_url, rights_show, rights_excerpt_chars, rights_images)
       select 'bao-' || n, 'Báo số ' || n, url, 'full', 300, true from unnest($1::text[]) with ordinality as f(url, n) returning id, site_url
     ) insert into source (publisher_id, url, host) select id, site_url, split_part(site_url, '/', 3) from paper`,
    [[...feeds]],
  );
}

/** Plays the short interval of a test: every `everyMs` all sources that wait fall due, as if their interval were that short. */
export function hurry(room: Room, cluster: Cluster, everyMs: number): { stop: () => Promise<void> } {
  let isOn = true;
  const running = (async () => {
    while (isOn) {
      await cluster
        .query(
          `with due as (update source set next_fetch_at = now() where next_fetch_at > now() and claimed_until is null and failures = 0 returning 1)
           select pg_notify('source_due', '') from due limit 1`,
        )
        .catch(() => undefined);
      await pause(everyMs);
    }
  })();
  const stop = async () => {
    isOn = false;
    await running;
  };
  room.after(stop);
  return { stop };
}

/** What a judge finds in the store, against the truth from outside. */
export type Found = { expected: number; lost: number; duplicated: number; examples: string[] };

/** Compares the store with what was published: each article exactly once. */
export async function compare(cluster: Cluster, truth: readonly string[]): Promise<Found> {
  const rows = await cluster.query<{ url: string; n: number }>(
    'select url, count(*)::int as n from entry group by url',
  );
  const counts = new Map(rows.map((row) => [row.url, row.n]));
  const lost = truth.filter((url) => !counts.has(url));
  const duplicated = rows.filter((row) => row.n > 1);
  return {
    expected: truth.length,
    lost: lost.length,
    duplicated: duplicated.length,
    examples: [
      ...lost.slice(0, 5).map((url) => `lost ${url}`),
      ...duplicated.slice(0, 5).map((row) => `${row.n} times ${row.url}`),
    ],
  };
}

const invariants: Record<string, string> = {
  'stuck leases': "select count(*) from source where claimed_until < now() - interval '30 seconds'",
  'stuck hosts': "select count(*) from host where busy_until < now() - interval '10 minutes'",
  'forgotten sources':
    "select count(*) from source where not is_paused and next_fetch_at < now() - interval '60 seconds'",
  'failing sources': 'select count(*) from source where failures > 0',
  'keys that name one entry twice':
    'select count(*) from (select 1 from entry_key group by publisher_id, key having count(distinct entry_id) > 1) d',
  'entries without source': 'select count(*) from entry e left join source s on s.id = e.source_id where s.id is null',
  'keys without entry':
    'select count(*) from entry_key k left join entry e on e.id = k.entry_id where e.id is null and k.removed_at is null',
  'entries that wait for a story': 'select count(*) from cluster_due',
  'entries without story':
    'select count(*) from entry e left join story_entry s on s.entry_id = e.id where s.entry_id is null',
  'entries in two stories': 'select count(*) from (select 1 from story_entry group by entry_id having count(*) > 1) d',
  'stories without entry':
    "select count(*) from story s where s.status = 'live' and not exists (select from story_entry e where e.story_id = s.id)",
  'documents that wait': "select count(*) from document where due_at < now() - interval '60 seconds'",
  'changes told of nothing':
    'select count(*) from topic_change t left join document d using (edition_id, format) where d.edition_id is null',
  'deliveries of nobody':
    'select count(*) from delivery d left join subscription s on s.id = d.subscription_id where s.id is null',
  'articles of the future': "select count(*) from entry where published_at > now() + interval '2 days'",
  'idle in transaction':
    "select count(*) from pg_stat_activity where state = 'idle in transaction' and xact_start < now() - interval '60 seconds'",
  deadlocks: 'select deadlocks from pg_stat_database where datname = current_database()',
};

/** Counts that must all be 0; only those that are not, by name. */
export async function breaches(
  cluster: Cluster,
  without: readonly string[] = [],
): Promise<Record<string, number | string>> {
  const found: Record<string, number | string> = {};
  for (const [name, question] of Object.entries(invariants)) {
    if (without.includes(name)) continue;
    try {
      const count = await cluster.number(question);
      if (count !== 0) found[name] = count;
    } catch (error) {
      found[name] = error instanceof Error ? error.message : String(error);
    }
  }
  return found;
}

/** Waits until everything published is stored and every entry has its story; returns how many seconds that took. */
export async function settle(cluster: Cluster, papers: Papers, maxSeconds: number): Promise<number> {
  const startedAt = performance.now();
  const wanted = (await papers.truth()).length;
  await until('that everything published is stored', maxSeconds * 1_000, async () => {
    const waiting = await cluster.number('select count(*) from cluster_due');
    return waiting === 0 && (await cluster.number('select count(*) from entry')) >= wanted;
  }).catch(() => undefined);
  return Math.round((performance.now() - startedAt) / 100) / 10;
}

/** Fetches per source that overlapped, and the shortest pause between two of one source in ms. */
export function overlaps(hits: readonly Hit[]): { overlapping: number; shortestMs: number } {
  let overlapping = 0;
  let shortestMs = Number.POSITIVE_INFINITY;
  for (const list of Map.groupBy(hits, (hit) => hit.source).values()) {
    const sorted = list.toSorted((a, b) => a.at - b.at);
    for (const [index, hit] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before === undefined) continue;
      if (before.ms === null || before.at + before.ms > hit.at) overlapping += 1;
      shortestMs = Math.min(shortestMs, hit.at - before.at);
    }
  }
  return { overlapping, shortestMs };
}
