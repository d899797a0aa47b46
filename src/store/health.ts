// The river as figures, for the watch, the health screen and metrics: few queries, each over small tables or the newest rows of large ones.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import type { SourceHealthRow } from './source-health.ts';

/** Work that waits in one queue: how many (counted up to `countedTo`), and for how long the longest has been overdue. */
export type Queue = { waiting: number; oldestSeconds: number };

/** Names of the queues, in the order of the river. */
export const queueNames = ['sources', 'articles', 'cluster', 'documents', 'hub', 'webhooks', 'pushed', 'gaps'] as const;
export type QueueName = (typeof queueNames)[number];

/** One table with its partitions, by size. `rows` is PostgreSQL's own estimate. */
export type TableSize = { name: string; bytes: number; rows: number; partitions: number };

/** What the river's state is judged by. Clocks are the database's; null = never, or not known. */
export type Figures = {
  at: Date;
  sources: { all: number; paused: number; failing: number; lastSuccessAt: Date | null; firstAddedAt: Date | null };
  queues: Record<QueueName, Queue>;
  /** Polls of the last hour by outcome, of the newest 2,000 at most. */
  polls: Record<string, number>;
  /** From a paper's publication to our store, in seconds, over the newest entries (500 at most) with a date of their own. */
  freshness: { p50: number | null; p95: number | null; entries: number };
  held: { polls: number; since: Date | null };
  /** Gaps of the last two days that were not filled, counted up to 1,000. */
  gaps: number;
  /** `broken`: documents whose last version failed its proof; the last good one stays in place. */
  documents: { all: number; broken: number; brokenPaths: string[] };
  newestStoryAt: Date | null;
  size: { databaseBytes: number; oldestEntryAt: Date | null; tables: TableSize[] };
  /** Whole months after this one that have partitions, of the partitioned table with the fewest. */
  monthsAhead: number;
  connections: { used: number; most: number };
};

/** Bound of every count of a queue. */
export const countedTo = 100_000;

const late = sql`extract(epoch from greatest(now() - min(due_at), '0 s'))::float8`;

/**
 * Gathers everything in seven statements, meant to take well under 200 ms at 2,000 sources and a million stories. Reads whole only what is
 * small by its nature (source, document, publisher's hubs); of the rest the newest rows, or what waits, up to a bound.
 */
export async function readFigures(db: Db): Promise<Figures> {
  const [rivers, queues, polls, fresh, documents, sizes, tables] = await Promise.all([
    readSources(db),
    readQueues(db),
    readPolls(db),
    readFreshness(db),
    readDocuments(db),
    readSizes(db),
    readTables(db),
  ]);
  const { at, held, heldSince, gaps, sourcesWaiting, sourcesOldest, ...sources } = rivers;
  return {
    at,
    sources,
    queues: { ...queues, sources: { waiting: sourcesWaiting, oldestSeconds: sourcesOldest } },
    polls,
    freshness: fresh,
    held: { polls: held, since: heldSince },
    gaps,
    documents,
    newestStoryAt: sizes.newestStoryAt,
    size: { databaseBytes: sizes.databaseBytes, oldestEntryAt: sizes.oldestEntryAt, tables },
    monthsAhead: sizes.monthsAhead,
    connections: { used: sizes.used, most: sizes.most },
  };
}

type Sources = Figures['sources'] & {
  at: Date;
  sourcesWaiting: number;
  sourcesOldest: number;
  held: number;
  heldSince: Date | null;
  gaps: number;
};

// One pass over source; held_poll has a row a source at most; index gap_source is not needed for a bounded look at the newest gaps.
async function readSources(db: Db): Promise<Sources> {
  const { rows } = await sql<Sources>`
    select now() as at, count(*)::int as all, (count(*) filter (where is_paused))::int as paused,
      (count(*) filter (where failures > 0 and not is_paused))::int as failing,
      max(last_success_at) as "lastSuccessAt", min(created_at) filter (where not is_paused) as "firstAddedAt",
      (count(*) filter (where not is_paused and next_fetch_at <= now() and (claimed_until is null or claimed_until < now())))::int as "sourcesWaiting",
      coalesce(extract(epoch from now() - min(next_fetch_at) filter
        (where not is_paused and next_fetch_at <= now() and (claimed_until is null or claimed_until < now()))), 0)::float8 as "sourcesOldest",
      (select count(*)::int from held_poll) as held, (select min(held_at) from held_poll) as "heldSince",
      (select count(*)::int from (select status from (select status, raised_at from gap order by id desc limit 5000) newest
        where status <> 'filled' and raised_at > now() - interval '2 days' limit 1000) open) as gaps
    from source`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('a count answered without a row');
  return row;
}

// Indexes article_due_at, cluster_due_pkey, document_due, delivery_due, webhook_event_due, gap_due; push_body is short.
async function readQueues(db: Db): Promise<Omit<Figures['queues'], 'sources'>> {
  const { rows } = await sql<{ name: Exclude<QueueName, 'sources'> } & Queue>`
    select 'articles' as name, count(*)::int as waiting, coalesce(${late}, 0) as "oldestSeconds"
      from (select due_at from article_due where due_at <= now() order by due_at limit ${countedTo}) q
    union all select 'cluster', count(*)::int, coalesce(${late}, 0)
      from (select seen_at as due_at from cluster_due order by entry_id limit ${countedTo}) q
    union all select 'documents', count(*)::int, coalesce(${late}, 0)
      from (select due_at from document where due_at <= now() and (claimed_until is null or claimed_until <= now()) order by due_at limit ${countedTo}) q
    union all select 'hub', count(*)::int, coalesce(${late}, 0)
      from (select due_at from delivery where due_at <= now() order by due_at limit ${countedTo}) q
    union all select 'webhooks', count(*)::int, coalesce(${late}, 0)
      from (select e.due_at from webhook w cross join lateral
        (select due_at from webhook_event where webhook_id = w.id and state = 'waiting' and due_at <= now() order by due_at limit 1000) e
        where w.disabled_at is null limit ${countedTo}) q
    union all select 'pushed', count(*)::int, coalesce(${late}, 0) from (select received_at as due_at from push_body limit ${countedTo}) q
    union all select 'gaps', count(*)::int, coalesce(${late}, 0)
      from (select due_at from gap where due_at <= now() order by due_at limit ${countedTo}) q`.execute(db);
  const idle: Queue = { waiting: 0, oldestSeconds: 0 };
  const found = new Map(rows.map(({ name, waiting, oldestSeconds }) => [name, { waiting, oldestSeconds }]));
  const of = (name: Exclude<QueueName, 'sources'>) => found.get(name) ?? idle;
  return {
    articles: of('articles'),
    cluster: of('cluster'),
    documents: of('documents'),
    hub: of('hub'),
    webhooks: of('webhooks'),
    pushed: of('pushed'),
    gaps: of('gaps'),
  };
}

// The newest rows by the primary keys of poll's partitions.
async function readPolls(db: Db): Promise<Record<string, number>> {
  const { rows } = await sql<{ outcome: string; polls: number }>`
    select outcome, count(*)::int as polls from
      (select outcome, started_at from poll order by id desc limit 2000) newest
    where started_at > now() - interval '1 hour' group by 1 order by 2 desc`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.outcome, row.polls]));
}

// An entry that is listed later than it was published came from a source that was read before, and is less than a day old: see flow.md.
async function readFreshness(db: Db): Promise<Figures['freshness']> {
  const { rows } = await sql<Figures['freshness']>`
    select percentile_cont(0.5) within group (order by seconds) as p50, percentile_cont(0.95) within group (order by seconds) as p95,
      count(*)::int as entries
    from (select extract(epoch from e.seen_at - e.published_at)::float8 as seconds
      from (select entry_id, seen_at from story_entry order by arrival_id desc limit 500) newest
      join entry e on e.id = newest.entry_id and e.seen_at = newest.seen_at
      where not e.is_date_guess and e.listed_at > e.published_at and e.seen_at > now() - interval '1 day') late`.execute(
    db,
  );
  return rows[0] ?? { p50: null, p95: null, entries: 0 };
}

async function readDocuments(db: Db): Promise<Figures['documents']> {
  const { rows } = await sql<Figures['documents']>`
    select (select count(*)::int from document) as all, count(*)::int as broken,
      coalesce((array_agg(path order by path))[:10], '{}') as "brokenPaths"
    from (select e.path || '.' || d.format as path from document d join edition e on e.id = d.edition_id
      where d.problem is not null limit 1000) broken`.execute(db);
  return rows[0] ?? { all: 0, broken: 0, brokenPaths: [] };
}

type Sizes = {
  databaseBytes: number;
  oldestEntryAt: Date | null;
  newestStoryAt: Date | null;
  monthsAhead: number;
  used: number;
  most: number;
};

// Primary keys, story_latest, and the catalogue. A partition's name ends with its month.
async function readSizes(db: Db): Promise<Sizes> {
  const { rows } = await sql<Sizes>`
    select pg_database_size(current_database())::float8 as "databaseBytes",
      (select seen_at from entry order by id limit 1) as "oldestEntryAt",
      (select listed_at from story where status = 'live' and listed_at <= now() order by listed_at desc, id desc limit 1) as "newestStoryAt",
      coalesce((select min(months) from (
        select count(*) filter (where right(c.relname, 7) > to_char(now() at time zone 'UTC', 'YYYY_MM'))::int as months
        from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
        where p.oid in (to_regclass('entry'), to_regclass('poll'), to_regclass('entry_sketch')) group by p.oid) each), 0)::int as "monthsAhead",
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
      current_setting('max_connections')::int as most`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('a count answered without a row');
  return row;
}

// The catalogue, and a look at each file: partitions are added up under their table; the twelve largest.
async function readTables(db: Db): Promise<TableSize[]> {
  const { rows } = await sql<TableSize>`
    select coalesce(p.relname, c.relname) as name, sum(pg_total_relation_size(c.oid))::float8 as bytes,
      sum(greatest(c.reltuples, 0))::float8 as rows, (count(*) filter (where p.oid is not null))::int as partitions
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
    where c.relkind = 'r' and c.relnamespace = (select relnamespace from pg_class where oid = to_regclass('source'))
    group by 1 order by 2 desc limit 12`.execute(db);
  return rows;
}

/** A source as the watch judges it: the facts of source/health.ts, and whose it is. */
export type WatchedSource = Pick<
  SourceHealthRow,
  | 'publisherSlug'
  | 'publisherName'
  | 'isPaused'
  | 'failures'
  | 'failingSince'
  | 'lastError'
  | 'lastStatus'
  | 'lastSuccessAt'
  | 'newestAt'
  | 'turnoverSeconds'
  | 'tookMs'
  | 'goneSince'
  | 'blockedBy'
  | 'isHeld'
  | 'gaps'
> & { host: string; isSample: boolean };

/** All sources for the judgement, at most `limit`, by id. Gaps are those of the last two days that were not filled. Primary keys. */
export async function listWatched(db: Db, limit: number): Promise<WatchedSource[]> {
  return (
    await sql<WatchedSource>`
      select s.host, p.slug as "publisherSlug", p.name as "publisherName", p.is_sample as "isSample", s.is_paused as "isPaused", s.failures,
        s.failing_since as "failingSince", s.last_error as "lastError", s.last_status as "lastStatus", s.last_success_at as "lastSuccessAt",
        s.newest_at as "newestAt", s.turnover_seconds as "turnoverSeconds", s.took_ms as "tookMs", s.gone_since as "goneSince",
        s.blocked_by as "blockedBy", h.source_id is not null as "isHeld", coalesce(g.gaps, 0) as gaps
      from source s join publisher p on p.id = s.publisher_id left join held_poll h on h.source_id = s.id
        left join (select source_id, count(*)::int as gaps from (select source_id, status, raised_at from gap order by id desc limit 5000) newest
          where status <> 'filled' and raised_at > now() - interval '2 days' group by 1) g on g.source_id = s.id
      order by s.id limit ${limit}`.execute(db)
  ).rows;
}

/** Keeps a sample for the curves, unless one of the last `everySeconds` is there, and lets those of more than eight days go. */
export async function keepSample(
  db: Db,
  at: Date,
  figures: Record<string, number>,
  everySeconds: number,
): Promise<void> {
  const kept = await sql`
    insert into health_sample (at, figures) select ${at}, ${JSON.stringify(figures)}::jsonb
    where not exists (select from health_sample where at > ${at}::timestamptz - make_interval(secs => ${everySeconds}))
    on conflict do nothing`.execute(db);
  if ((kept.numAffectedRows ?? 0n) > 0n)
    await sql`delete from health_sample where at < ${at}::timestamptz - interval '8 days'`.execute(db);
}

/** The samples since a moment, oldest first, at most 2,400. Primary key. */
export async function listSamples(db: Db, since: Date): Promise<{ at: Date; figures: Record<string, number> }[]> {
  return (
    await sql<{ at: Date; figures: Record<string, number> }>`
      select at, figures from health_sample where at >= ${since} order by at limit 2400`.execute(db)
  ).rows;
}
