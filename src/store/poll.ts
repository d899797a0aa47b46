// Polls in PostgreSQL: claim due sources within the turns of their hosts, write back how a poll went and what it taught.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { lockClaims } from './host.ts';
import { sendWithNext } from './together.ts';

/** A due source in our hands until `leaseSeconds` after the claim, with what reading it needs. */
export type ClaimedSource = {
  id: number;
  publisherId: number;
  publisherSlug: string;
  province: string | null;
  zone: string;
  isSample: boolean;
  kind: string;
  /** As source/rules.ts reads them; null = none. */
  rules: unknown;
  /** Which articles' own pages are wanted: none, those with little text (where rights are full), or all. */
  pages: 'none' | 'short' | 'all';
  url: string;
  host: string;
  section: string | null;
  etag: string | null;
  lastModified: string | null;
  /** Address that gave the validators, after redirects; null = the source's own. */
  validatorUrl: string | null;
  bodyHash: Buffer | null;
  /** A mark of 20 bytes for each item of the last good document; null before the first. */
  itemMarks: Buffer | null;
  failures: number;
  lastSuccessAt: Date | null;
  /** See source/rhythm.ts; null = not known yet. */
  turnoverSeconds: number | null;
  newestAt: Date | null;
  /** As source/hints.ts wrote them. */
  hints: unknown;
  fullAt: Date | null;
  false304s: number;
  movedTo: string | null;
  movedSince: Date | null;
  goneSince: Date | null;
  blockedBy: string | null;
  /** When its last good answer was kept for people to look at; null = never. */
  answerAt: Date | null;
  /** Pace set for the source, or agreed with its publisher. */
  agreedMinutes: number | null;
  /** Until when a hub may be relied on; null = it is polled as any other. */
  pushedUntil: Date | null;
  /** Since when a hub has confirmed that it tells us of changes; null = none has. */
  pushedSince: Date | null;
};

const candidates = 2_000;

/**
 * Takes at most `limit` due sources, the longest due first: never two of one host or of one publisher, none whose host or publisher is being
 * read by anybody, none whose host rests. Leases run on the database's clock. Indexes source_due, source_claimed, host_pkey, host_busy.
 */
export async function claimDueSources(
  db: Db,
  options: { claimant: string; limit: number; leaseSeconds: number },
): Promise<ClaimedSource[]> {
  return db.transaction().execute(async (trx) => {
    await lockClaims(trx);
    const claimed = await sql<ClaimedSource>`
      with due as materialized (
        select id, host, publisher_id, next_fetch_at from source
        where not is_paused and next_fetch_at <= now() and (claimed_until is null or claimed_until < now())
        order by next_fetch_at limit ${candidates}
      ), live as materialized (
        select host, publisher_id from source where claimed_until >= now()
        union all select name, busy_publisher_id from host where busy_until >= now()
      ), free as (
        select distinct on (d.host) d.id, d.publisher_id, d.next_fetch_at from due d left join host h on h.name = d.host
        where not exists (select 1 from live l where l.host = d.host or l.publisher_id = d.publisher_id)
          and (h.free_at is null or h.free_at <= now())
        order by d.host, d.next_fetch_at
      ), single as (
        select distinct on (publisher_id) id, next_fetch_at from free order by publisher_id, next_fetch_at
      ), taken as (
        update source set claimed_by = ${options.claimant}, claimed_until = now() + make_interval(secs => ${options.leaseSeconds}), last_attempt_at = now()
        where id in (select id from single order by next_fetch_at limit ${options.limit})
        returning *
      )
      select t.id, t.publisher_id as "publisherId", p.slug as "publisherSlug", p.province, p.zone, p.is_sample as "isSample", t.kind, t.rules, t.url, t.host,
        case when t.read_pages = 'always' then 'all' when t.read_pages = 'needed' and p.rights_show = 'full' and not p.is_sample then 'short' else 'none' end as pages,
        t.section, t.etag, t.last_modified as "lastModified", t.validator_url as "validatorUrl", t.body_hash as "bodyHash", t.item_marks as "itemMarks",
        t.failures, t.last_success_at as "lastSuccessAt", t.turnover_seconds as "turnoverSeconds", t.newest_at as "newestAt", t.hints,
        t.full_at as "fullAt", t.false_304s as "false304s", t.moved_to as "movedTo", t.moved_since as "movedSince", t.gone_since as "goneSince",
        t.blocked_by as "blockedBy", t.answer_at as "answerAt", coalesce(t.poll_minutes, p.poll_minutes) as "agreedMinutes", case when h.trusted_until > now() then h.trusted_until end as "pushedUntil",
        case when h.state in ('active', 'renewing') and h.expires_at > now() then h.verified_at end as "pushedSince"
      from taken t join publisher p on p.id = t.publisher_id left join push h on h.source_id = t.id`.execute(trx);
    return claimed.rows;
  });
}

/** Holds claims for `leaseSeconds` more, as far as they are still the claimant's. Touches source by its key. */
export async function extendClaims(
  db: Db,
  sourceIds: readonly number[],
  claimant: string,
  leaseSeconds: number,
): Promise<void> {
  await sql`
    update source set claimed_until = now() + make_interval(secs => ${leaseSeconds})
    where id = any(${[...sourceIds]}::bigint[]) and claimed_by = ${claimant}`.execute(db);
}

/** How a poll ended, one row of the event log. `held`: in doubt, nothing was stored; `empty`: a document without items. */
export type PollRecord = {
  outcome: 'new' | 'same_validators' | 'same_body' | 'same_items' | 'empty' | 'held' | 'failed' | 'called_off';
  /** From the request until its document was read; what storing it took is not the paper's. */
  tookMs: number;
  status: number | null;
  bytes: number;
  items: number;
  created: number;
  changed: number;
  note: string | null;
  /** Items left out: without words, or repetitions. Absent = none. */
  skipped?: number;
  /** Median age in seconds of the articles it brought; absent = none, or a first poll. */
  lagSeconds?: number | null;
};

/** What a finished poll leaves on its source; absent fields stay as they are. */
export type SourceOutcome = {
  nextInSeconds: number;
  nextReason: string;
  failures: number;
  lastError: string | null;
  lastStatus: number | null;
  isSuccess: boolean;
  etag?: string | null;
  lastModified?: string | null;
  validatorUrl?: string | null;
  bodyHash?: Buffer | null;
  itemMarks?: Uint8Array | null;
  title?: string | null;
  turnoverSeconds?: number | null;
  newestAt?: Date | null;
  /** Share of the document that was known, 0 to 1. */
  overlap?: number | null;
  /** Anything JSON holds; null = the feed asks nothing. */
  hints?: unknown;
  /** The request went out without validators. */
  isFull?: boolean;
  false304s?: number;
  movedTo?: string | null;
  movedSince?: Date | null;
  goneSince?: Date | null;
  blockedBy?: string | null;
};

// A column that nothing was learnt of keeps its value.
const learnt = (column: string, value: unknown) => (value === undefined ? sql.ref(column) : sql`${value}`);

/**
 * Ends a claim: writes the poll, the source's next date and its host's rest in one statement. `spacingMs` 0 leaves the host alone.
 * Touches source, poll and host; in a transaction it is sent with the next statement.
 */
export async function finishPoll(
  db: Db,
  claimed: { id: number; host: string },
  source: SourceOutcome,
  poll: PollRecord,
  spacingMs: number,
): Promise<void> {
  const rested =
    spacingMs <= 0
      ? sql``
      : sql`, rested as (
        insert into host (name, free_at, why) values (${claimed.host}, clock_timestamp() + make_interval(secs => ${spacingMs / 1_000}), 'spacing')
        on conflict (name) do update set free_at = greatest(host.free_at, excluded.free_at),
          why = case when host.free_at > excluded.free_at then host.why else 'spacing' end
      )`;
  const hints = source.hints === undefined || source.hints === null ? source.hints : JSON.stringify(source.hints);
  // By hand and not by the builder, which took 90 µs a poll to spell it.
  const finished = sql`
    with logged as (
      insert into poll (source_id, took_ms, outcome, status, bytes, items, created, changed, skipped, lag_seconds, note)
      values (${claimed.id}, ${Math.round(poll.tookMs)}, ${poll.outcome}, ${poll.status}, ${poll.bytes}, ${poll.items}, ${poll.created}, ${poll.changed},
        ${poll.skipped ?? 0}, ${poll.lagSeconds ?? null}, ${poll.note})
    )${rested}
    update source set claimed_by = null, claimed_until = null, next_reason = ${source.nextReason}, failures = ${source.failures},
      last_error = ${source.lastError}, last_status = ${source.lastStatus},
      next_fetch_at = now() + make_interval(secs => ${source.nextInSeconds}),
      failing_since = ${source.isSuccess ? null : sql`coalesce(failing_since, now())`},
      last_success_at = ${learnt('last_success_at', source.isSuccess ? sql`now()` : undefined)},
      full_at = ${learnt('full_at', source.isFull ? sql`now()` : undefined)},
      took_ms = ${learnt('took_ms', source.isSuccess ? Math.round(poll.tookMs) : undefined)},
      etag = ${learnt('etag', source.etag)}, last_modified = ${learnt('last_modified', source.lastModified)},
      validator_url = ${learnt('validator_url', source.validatorUrl)}, body_hash = ${learnt('body_hash', source.bodyHash)},
      item_marks = ${learnt('item_marks', source.itemMarks)}, title = ${learnt('title', source.title)},
      turnover_seconds = ${learnt('turnover_seconds', source.turnoverSeconds)}, newest_at = ${learnt('newest_at', source.newestAt)},
      overlap = ${learnt('overlap', source.overlap)}, hints = ${learnt('hints', hints)}, false_304s = ${learnt('false_304s', source.false304s)},
      moved_to = ${learnt('moved_to', source.movedTo)}, moved_since = ${learnt('moved_since', source.movedSince)},
      gone_since = ${learnt('gone_since', source.goneSince)}, blocked_by = ${learnt('blocked_by', source.blockedBy)}
    where id = ${claimed.id}`;
  await sendWithNext(db, finished.compile(db));
}

/**
 * Gives back what `claimant` claimed and does not hold (`heldIds`): the claim's answer was lost with its connection, or PostgreSQL was away when the source was
 * to be given back. Claims of the last second are left alone: one may be on its way. Index source_claimed.
 */
export async function releaseForgotten(db: Db, claimant: string, heldIds: readonly number[]): Promise<void> {
  await sql`
    update source set claimed_by = null, claimed_until = null
    where claimed_until >= now() and claimed_by = ${claimant} and last_attempt_at < now() - interval '1 second'
      and id <> all(${[...heldIds]}::bigint[])`.execute(db);
}

/** Gives a claimed source back untouched. */
export async function releaseSource(db: Db, sourceId: number): Promise<void> {
  await db.updateTable('source').set({ claimed_by: null, claimed_until: null }).where('id', '=', sourceId).execute();
}

/** Gives a source its new address for good; false when another source has it already. Touches source. */
export async function moveSource(db: Db, sourceId: number, url: string, host: string): Promise<boolean> {
  const moved = await sql`
    update source set url = ${url}, host = ${host}, moved_to = null, moved_since = null
    where id = ${sourceId} and not exists (select 1 from source where url = ${url})`.execute(db);
  return (moved.numAffectedRows ?? 0n) > 0n;
}

/** Pauses a source or lets it go on (then it is due now); false when there is none. Touches source. */
export async function pauseSource(db: Db, idOrUrl: string, isPaused: boolean): Promise<boolean> {
  const isId = /^\d{1,15}$/.test(idOrUrl);
  const changed = await db
    .updateTable('source')
    .set(
      isPaused
        ? { is_paused: true }
        : { is_paused: false, gone_since: null, next_fetch_at: sql`now()`, next_reason: 'asked' },
    )
    .where((eb) => (isId ? eb('id', '=', Number(idOrUrl)) : eb('url', '=', idOrUrl)))
    .executeTakeFirst();
  if (!isPaused) await sql`select pg_notify('source_due', '')`.execute(db);
  return changed.numUpdatedRows > 0n;
}

/** Seconds until a source that is due now may be claimed because its host rests; null when none waits for that. */
export async function secondsToRestedHost(db: Db): Promise<number | null> {
  const row = await sql<{ seconds: number | null }>`
    select extract(epoch from min(greatest(h.free_at, s.next_fetch_at)) - now())::float8 as seconds
    from source s join host h on h.name = s.host
    where not s.is_paused and s.next_fetch_at <= now() and (s.claimed_until is null or s.claimed_until < now()) and h.free_at > now()
      and h.why = 'spacing'`.execute(db);
  const seconds = row.rows[0]?.seconds ?? null;
  return seconds === null ? null : Math.max(0, seconds);
}
