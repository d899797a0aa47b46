// Sources in PostgreSQL as an operator sees them: everything their health is judged by.
import { sql } from 'kysely';
import type { Rights } from '../domain.ts';
import type { Db } from './db.ts';

/** A source with the facts of its health (source/health.ts judges them). Clocks are the database's; absent = never or unknown. */
export type SourceHealthRow = {
  id: number;
  publisherSlug: string;
  publisherName: string;
  rights: Rights['show'];
  kind: string;
  url: string;
  isPaused: boolean;
  failures: number;
  failingSince: Date | null;
  lastError: string | null;
  lastStatus: number | null;
  lastAttemptAt: Date | null;
  lastSuccessAt: Date | null;
  newestAt: Date | null;
  turnoverSeconds: number | null;
  overlap: number | null;
  tookMs: number | null;
  goneSince: Date | null;
  blockedBy: string | null;
  false304s: number;
  /** Permanent redirect under observation. */
  movedTo: string | null;
  agreedMinutes: number | null;
  nextFetchAt: Date;
  nextReason: string;
  isHeld: boolean;
  /** Gaps of the last two days that were not filled. */
  gaps: number;
};

/** All sources with their health, most failures first, then by publisher; at most `limit`. Primary keys and gap_source. */
export async function listSourceHealth(db: Db, limit: number): Promise<SourceHealthRow[]> {
  return (
    await sql<SourceHealthRow>`
      select s.id, p.slug as "publisherSlug", p.name as "publisherName", p.rights_show as rights, s.kind, s.url, s.is_paused as "isPaused", s.failures,
        s.failing_since as "failingSince", s.last_error as "lastError", s.last_status as "lastStatus", s.last_attempt_at as "lastAttemptAt",
        s.last_success_at as "lastSuccessAt", s.newest_at as "newestAt", s.turnover_seconds as "turnoverSeconds", s.overlap, s.took_ms as "tookMs",
        s.gone_since as "goneSince", s.blocked_by as "blockedBy", s.false_304s as "false304s", s.moved_to as "movedTo",
        p.poll_minutes as "agreedMinutes", s.next_fetch_at as "nextFetchAt", s.next_reason as "nextReason",
        exists (select 1 from held_poll h where h.source_id = s.id) as "isHeld",
        (select count(*)::int from gap g where g.source_id = s.id and g.status <> 'filled' and g.dismissed_at is null and g.raised_at > now() - interval '2 days') as gaps
      from source s join publisher p on p.id = s.publisher_id
      order by s.failures desc, p.slug, s.id limit ${limit}`.execute(db)
  ).rows;
}

/** Sets the pace agreed with a publisher in minutes, null = its sources' own rhythm; false when there is none of this slug. */
export async function setPace(db: Db, slug: string, minutes: number | null): Promise<boolean> {
  const changed = await sql`update publisher set poll_minutes = ${minutes} where slug = ${slug}`.execute(db);
  if ((changed.numAffectedRows ?? 0n) === 0n) return false;
  if (minutes !== null)
    await sql`update source set next_fetch_at = now() + make_interval(mins => ${minutes}), next_reason = 'agreed'
      where publisher_id = (select id from publisher where slug = ${slug}) and failures = 0 and next_fetch_at > now() + make_interval(mins => ${minutes})`.execute(
      db,
    );
  return true;
}
