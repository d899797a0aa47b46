// The list of sources in PostgreSQL as the console shows it: judged, counted, filtered, sorted and cut into pages by the database.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import type { SourceHealthRow } from './source-health.ts';

/** What the list is narrowed by; null = by nothing. `words` are folded: lower case, without marks. */
export type SourceFilter = {
  state: string | null;
  province: string | null;
  kind: string | null;
  words: string | null;
};

/** A source as its row shows it, with everything its health is judged by. */
export type SourceListRow = SourceHealthRow & {
  title: string | null;
  section: string | null;
  province: string | null;
  /** Of its paper. */
  siteUrl: string;
  isSample: boolean;
  /** Pace set for this source alone. */
  ownMinutes: number | null;
  isReading: boolean;
  /** A hub tells us of changes. */
  isPushed: boolean;
  isWatchedByHub: boolean;
};

/** A place in the list: the next page begins behind it. */
export type SourcePlace = { rank: number; failures: number; id: number };

/** The states, the one that needs a person most first: as source/health.ts has them, proven alike in test/store-source-desk.test.ts. */
export const stateOrder = ['broken', 'blocked', 'paused', 'slow', 'quiet', 'ok'] as const;

// The verdict of source/health.ts in SQL, so that 2,000 rows are judged where they lie and one page of them travels.
const judged = (now: Date) => sql`
  select s.id, s.failures, s.kind, p.province, p.name, p.slug, s.url, concat_ws(' ', s.own_title, s.title) as title,
    case
      when s.is_paused or s.gone_since is not null then 'paused'
      when s.blocked_by is not null then 'blocked'
      when s.failures >= 3 or (s.failures > 0 and s.last_success_at is null) then 'broken'
      when s.failures > 0 or h.source_id is not null or g.source_id is not null or s.took_ms >= 10000 then 'slow'
      when s.last_success_at is not null and ${now}::timestamptz - s.newest_at > interval '48 hours'
        and ${now}::timestamptz - s.newest_at > make_interval(secs => coalesce(s.turnover_seconds, 0)) then 'quiet'
      else 'ok'
    end as state
  from source s join publisher p on p.id = s.publisher_id
    left join held_poll h on h.source_id = s.id
    left join (
      select distinct source_id from gap where status <> 'filled' and raised_at > now() - interval '2 days' and dismissed_at is null
    ) g on g.source_id = s.id`;

const rank = sql`array_position(${sql.lit(`{${stateOrder.join(',')}}`)}::text[], state)`;

// Letters with their marks off, as text/vietnamese.ts folds them; combining marks are composed first.
const from = 'àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ';
const to = 'aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd';
const searched = sql`translate(lower(normalize(concat_ws(' ', name, slug, title, url), NFC)), ${sql.lit(from)}, ${sql.lit(to)})`;

const likePattern = (words: string) => `%${words.replace(/[\\%_]/g, '\\$&')}%`;

function matching(filter: SourceFilter, isStateCounted: boolean) {
  const { state, province, kind, words } = filter;
  return sql`${state === null || !isStateCounted ? sql`true` : sql`state = ${state}`}
    and ${province === null ? sql`true` : sql`province = ${province}`}
    and ${kind === null ? sql`true` : sql`kind = ${kind}`}
    and ${words === null ? sql`true` : sql`${searched} like ${likePattern(words)}`}`;
}

/** How many sources are in each state, all else as the filter says. A pass over all sources (2,000 in 10 ms). */
export async function countStates(db: Db, filter: SourceFilter, now: Date): Promise<Map<string, number>> {
  const { rows } = await sql<{ state: string; count: number }>`
    with judged as materialized (${judged(now)}) select state, count(*)::int as count from judged where ${matching(filter, false)}
    group by state limit 10`.execute(db);
  return new Map(rows.map((row) => [row.state, row.count]));
}

/** Ids of the sources that a filter finds, in the order of the list, behind `after`, at most `limit`. */
export async function findSources(
  db: Db,
  filter: SourceFilter,
  options: { now: Date; after: SourcePlace | null; limit: number },
): Promise<SourcePlace[]> {
  const { now, after, limit } = options;
  const { rows } = await sql<SourcePlace>`
    with judged as materialized (${judged(now)})
    select id, failures, ${rank} as rank from judged
    where ${matching(filter, true)}
      and ${after === null ? sql`true` : sql`(${rank}, -failures, id) > (${after.rank}, ${-after.failures}, ${after.id})`}
    order by 3, failures desc, id limit ${limit}`.execute(db);
  return rows;
}

/** The rows of these sources, in the order of the ids; ids that are gone are left out. Primary keys, gap_source. */
export async function readSources(db: Db, ids: readonly number[]): Promise<SourceListRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<SourceListRow>`
    select s.id, p.slug as "publisherSlug", p.name as "publisherName", p.rights_show as rights, p.province, p.site_url as "siteUrl", p.is_sample as "isSample", s.kind, s.url,
      coalesce(s.own_title, s.title) as title, s.section, s.is_paused as "isPaused", s.failures, s.failing_since as "failingSince", s.last_error as "lastError",
      s.last_status as "lastStatus", s.last_attempt_at as "lastAttemptAt", s.last_success_at as "lastSuccessAt", s.newest_at as "newestAt",
      s.turnover_seconds as "turnoverSeconds", s.overlap, s.took_ms as "tookMs", s.gone_since as "goneSince", s.blocked_by as "blockedBy",
      s.false_304s as "false304s", s.moved_to as "movedTo", p.poll_minutes as "agreedMinutes", s.poll_minutes as "ownMinutes",
      s.next_fetch_at as "nextFetchAt", s.next_reason as "nextReason", coalesce(s.claimed_until >= now(), false) as "isReading",
      coalesce(h.trusted_until > now(), false) as "isPushed", h.source_id is not null as "isWatchedByHub",
      exists (select 1 from held_poll where source_id = s.id) as "isHeld",
      (select count(*)::int from gap g where g.source_id = s.id and g.status <> 'filled' and g.dismissed_at is null
        and g.raised_at > now() - interval '2 days') as gaps
    from unnest(${[...ids]}::bigint[]) with ordinality as wanted(id, place) join source s on s.id = wanted.id
      join publisher p on p.id = s.publisher_id left join push h on h.source_id = s.id and h.state in ('active', 'renewing')
    order by wanted.place limit ${ids.length}`.execute(db);
  return rows;
}

/** The kinds and provinces that sources have, for the choices of the filter. */
export async function sourceChoices(db: Db): Promise<{ kinds: string[]; provinces: string[] }> {
  const { rows } = await sql<{ kinds: string[] | null; provinces: string[] | null }>`
    select (select array_agg(distinct kind order by kind) from source) as kinds,
      (select array_agg(distinct province order by province) from publisher where province is not null) as provinces`.execute(
    db,
  );
  return { kinds: rows[0]?.kinds ?? [], provinces: rows[0]?.provinces ?? [] };
}
