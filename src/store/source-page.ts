// One source in PostgreSQL as its own page shows it: its log of polls, its polls by the hour, its latest entries, its gaps, what it holds back.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import type { GapRow } from './gap.ts';
import type { PollDay } from './poll-day.ts';

/** What the page shows beside the row of the list. */
export type SourceMore = {
  publisherId: number;
  zone: string;
  rules: unknown;
  readPages: 'never' | 'needed' | 'always';
  createdAt: Date;
  movedSince: Date | null;
  /** Its feed's own wishes, as source/hints.ts keeps them. */
  hints: unknown;
  false304s: number;
};

/** That of one source; null when there is none. Primary keys. */
export async function readMore(db: Db, id: number): Promise<SourceMore | null> {
  const { rows } = await sql<SourceMore>`
    select p.id as "publisherId", p.zone, s.rules, s.read_pages as "readPages", s.created_at as "createdAt",
      s.moved_since as "movedSince", s.hints, s.false_304s as "false304s"
    from source s join publisher p on p.id = s.publisher_id where s.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** One line of a source's log. */
export type PollLine = {
  id: number;
  startedAt: Date;
  tookMs: number;
  outcome: string;
  status: number | null;
  bytes: number;
  items: number;
  created: number;
  changed: number;
  skipped: number;
  lagSeconds: number | null;
  note: string | null;
};

/** The latest polls of a source, before `before` where given, newest first, at most `limit`. Index poll_source. */
export async function listPolls(db: Db, sourceId: number, before: Date | null, limit: number): Promise<PollLine[]> {
  const { rows } = await sql<PollLine>`
    select id, started_at as "startedAt", took_ms as "tookMs", outcome, status, bytes, items, created, changed, skipped,
      lag_seconds as "lagSeconds", note
    from poll where source_id = ${sourceId} and started_at < ${before ?? sql`'infinity'::timestamptz`}
    order by started_at desc limit ${limit}`.execute(db);
  return rows;
}

/** The polls of one hour, counted as those of a day are. */
export type PollHour = Omit<PollDay, 'sourceId' | 'onDate' | 'skipped' | 'tookMs'> & { hourAt: Date };

/** A source's polls by the hour, of the last `hours`, oldest first; hours without a poll are absent. Index poll_source. */
export async function readPollHours(db: Db, sourceId: number, hours: number): Promise<PollHour[]> {
  const { rows } = await sql<PollHour>`
    select date_trunc('hour', started_at) as "hourAt", count(*)::int as polls, (count(*) filter (where outcome = 'failed'))::int as failed,
      (count(*) filter (where outcome like 'same%'))::int as unchanged, sum(items)::int as items, sum(created)::int as created,
      sum(changed)::int as changed, percentile_disc(0.5) within group (order by lag_seconds) as "lagSeconds"
    from poll where source_id = ${sourceId} and started_at >= date_trunc('hour', now()) - make_interval(hours => ${hours - 1}) and outcome <> 'called_off'
    group by 1 order by 1 limit ${hours}`.execute(db);
  return rows;
}

/** An entry of a source, with the story it is in; null while it waits for one. */
export type SourceEntry = {
  id: number;
  title: string;
  url: string | null;
  publishedAt: Date;
  isDateGuess: boolean;
  seenAt: Date;
  summary: string;
  authors: string[];
  categories: string[];
  storyId: number | null;
};

const latest = 2_000;

/** The latest entries of a source among the last 2,000 of its paper, newest first, at most `limit`. Indexes entry_publisher, story_entry_pkey. */
export async function listSourceEntries(
  db: Db,
  source: { id: number; publisherId: number },
  limit: number,
): Promise<SourceEntry[]> {
  const { rows } = await sql<SourceEntry>`
    select e.id, e.title, e.url, e.published_at as "publishedAt", e.is_date_guess as "isDateGuess", e.seen_at as "seenAt", e.summary, e.authors, e.categories,
      t.story_id as "storyId"
    from (
      select id, source_id, title, url, published_at, is_date_guess, seen_at, summary, authors, categories from entry where publisher_id = ${source.publisherId}
      order by seen_at desc limit ${latest}
    ) e left join story_entry t on t.entry_id = e.id
    where e.source_id = ${source.id} order by e.seen_at desc, e.id desc limit ${limit}`.execute(db);
  return rows;
}

/** A gap of a source as its page shows it. */
export type SourceGap = Omit<GapRow, 'sourceId' | 'publisherSlug' | 'sourceUrl'> & { isDismissed: boolean };

/** The gaps of a source of the last 30 days, newest first, at most `limit`. Index gap_source. */
export async function listSourceGaps(db: Db, sourceId: number, limit: number): Promise<SourceGap[]> {
  const { rows } = await sql<SourceGap>`
    select id, raised_at as "raisedAt", after_at as "afterAt", before_at as "beforeAt", status, pages, found, note,
      dismissed_at is not null as "isDismissed"
    from gap where source_id = ${sourceId} and raised_at > now() - interval '30 days' order by raised_at desc limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** A held poll of a source without its bytes; null when nothing is held. */
export type SourceHeld = {
  heldAt: Date;
  renewedAt: Date;
  items: number;
  fresh: number;
  twins: number;
  examples: { fresh: string; known: string }[];
  decision: 'new' | 'same' | 'drop' | null;
  decidedBy: string | null;
};

/** What a source holds back. Primary key. */
export async function readSourceHeld(db: Db, sourceId: number): Promise<SourceHeld | null> {
  const { rows } = await sql<SourceHeld>`
    select held_at as "heldAt", renewed_at as "renewedAt", items, fresh, twins, examples, decision, decided_by as "decidedBy"
    from held_poll where source_id = ${sourceId}`.execute(db);
  return rows[0] ?? null;
}

/** Says what is to become of a held poll; the river does it. False when nothing is held. Touches held_poll. */
export async function decideHeld(
  db: Db,
  sourceId: number,
  decision: 'new' | 'same' | 'drop',
  actor: string,
): Promise<boolean> {
  const done =
    await sql`update held_poll set decision = ${decision}, decided_by = ${actor} where source_id = ${sourceId}`.execute(
      db,
    );
  if ((done.numAffectedRows ?? 0n) === 0n) return false;
  await sql`select pg_notify('source_due', '')`.execute(db);
  return true;
}

/** Held polls that a person decided on, at most `limit`. The table holds one row a source in doubt. */
export async function decidedHeld(
  db: Db,
  limit: number,
): Promise<{ sourceId: number; decision: 'new' | 'same' | 'drop' }[]> {
  const { rows } = await sql<{ sourceId: number; decision: 'new' | 'same' | 'drop' }>`
    select source_id as "sourceId", decision from held_poll where decision is not null order by held_at limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** Looks at a gap again, or takes note of it so that it no longer counts against the source; false when there is none. Touches gap. */
export async function handleGap(db: Db, sourceId: number, gapId: number, how: 'again' | 'dismiss'): Promise<boolean> {
  const done = await (how === 'dismiss'
    ? sql`update gap set dismissed_at = now(), due_at = null where id = ${gapId} and source_id = ${sourceId} and dismissed_at is null`
    : sql`update gap set status = 'open', due_at = now(), tries = 0, dismissed_at = null where id = ${gapId} and source_id = ${sourceId}
          and not exists (select 1 from gap where source_id = ${sourceId} and status = 'open' and id <> ${gapId})`
  ).execute(db);
  return (done.numAffectedRows ?? 0n) > 0n;
}
