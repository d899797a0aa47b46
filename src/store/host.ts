// Turns at hosts in PostgreSQL: over all processes one live request at a host and at a publisher, a pause in between, and Retry-After.
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { sendWithNext } from './together.ts';
import { isDatabaseTrouble } from './trouble.ts';

/** One lock for all claims: with SKIP LOCKED alone, 16 workers were seen to run 4 requests at once against one host. */
const claimLock = 7_411_001;

/**
 * Takes the lock of claims until the transaction ends, with the transaction's next statement, which rejects (55P03) when that takes longer than `maxMs`. Less than a silent transaction lives (see
 * `openDb`): else the claims that wait in a process which was parted from PostgreSQL would get it one after the other, each to hold it for nobody.
 */
export async function lockClaims(trx: Db, maxMs = 10_000): Promise<void> {
  const lock = sql`select set_config('lock_timeout', ${String(maxMs)}, true), pg_advisory_xact_lock(${claimLock})`;
  await sendWithNext(trx, lock.compile(trx));
}

/** Name of a host as turns know it: www.bao.vn and bao.vn are one. */
export function hostName(url: string): string {
  return new URL(url).host.replace(/^www\./, '');
}

/** A turn that was given, or the seconds after which it is worth asking again and why not now. */
export type Turn = { isTaken: true } | { isTaken: false; inSeconds: number; why: 'busy' | 'spacing' | 'retry_after' };

/**
 * Takes the turn at a host, and at its publisher, for one request outside of polling (an article's page, a sitemap, robots.txt); end it with
 * `freeHost`. Never given while a source of the host or publisher is being polled. Database clock. Touches host.
 */
export async function takeHost(
  db: Db,
  wanted: { host: string; publisherId: number | null; leaseSeconds: number },
): Promise<Turn> {
  return db.transaction().execute(async (trx) => {
    await lockClaims(trx);
    // Indexes: source_claimed, host_pkey, host_busy.
    const found = await sql<{ isBusy: boolean; wait: number | null; why: string | null }>`
      select exists (select 1 from source where claimed_until >= now() and (host = ${wanted.host} or publisher_id = ${wanted.publisherId}))
          or exists (select 1 from host where busy_until >= now() and (name = ${wanted.host} or busy_publisher_id = ${wanted.publisherId})) as "isBusy",
        (select extract(epoch from free_at - now())::float8 from host where name = ${wanted.host}) as wait,
        (select why from host where name = ${wanted.host}) as why`.execute(trx);
    const { isBusy = true, wait = null, why = null } = found.rows[0] ?? {};
    if (isBusy) return { isTaken: false, inSeconds: 5, why: 'busy' };
    if (wait !== null && wait > 0)
      return { isTaken: false, inSeconds: wait, why: why === 'retry_after' ? 'retry_after' : 'spacing' };
    await sql`
      insert into host (name, busy_until, busy_publisher_id)
      values (${wanted.host}, now() + make_interval(secs => ${wanted.leaseSeconds}), ${wanted.publisherId})
      on conflict (name) do update set busy_until = excluded.busy_until, busy_publisher_id = excluded.busy_publisher_id`.execute(
      trx,
    );
    return { isTaken: true };
  });
}

/** Lets a turn that has not run out last for `leaseSeconds` from now; false when it has. Database clock. Touches host. */
export async function extendHost(db: Db, host: string, leaseSeconds: number): Promise<boolean> {
  const extended = await sql`
    update host set busy_until = now() + make_interval(secs => ${leaseSeconds}) where name = ${host} and busy_until >= now()`.execute(
    db,
  );
  return extended.numAffectedRows === 1n;
}

const tellAgainMs = 1_000;

/**
 * Ends a turn: the host rests for `spacingMs`, or for as long as it was closed for. From `heldUntil` on (as of `performance.now()`), the end of the
 * lease, the turn may be another's and is left as it is. Rejects when PostgreSQL is away, and goes on trying behind until then. Touches host.
 */
export async function freeHost(db: Db, host: string, spacingMs: number, heldUntil: number): Promise<void> {
  try {
    await endTurn(db, host, spacingMs, performance.now() < heldUntil);
  } catch (error) {
    if (isDatabaseTrouble(error)) void endTurnLater(db, host, spacingMs, heldUntil);
    throw error;
  }
}

async function endTurnLater(db: Db, host: string, spacingMs: number, heldUntil: number): Promise<void> {
  for (;;) {
    await setTimeout(tellAgainMs, undefined, { ref: false });
    if (performance.now() >= heldUntil) return;
    const isOver = await endTurn(db, host, spacingMs, true).then(
      () => true,
      (error: unknown) => !isDatabaseTrouble(error),
    );
    if (isOver) return;
  }
}

async function endTurn(db: Db, host: string, spacingMs: number, isOurs: boolean): Promise<void> {
  const given = isOurs ? sql`busy_until = null, busy_publisher_id = null,` : sql``;
  await sql`update host set ${given}
      free_at = greatest(free_at, now() + make_interval(secs => ${spacingMs / 1_000})),
      why = case when free_at > now() + make_interval(secs => ${spacingMs / 1_000}) then why else 'spacing' end
    where name = ${host}`.execute(db);
}

/**
 * Closes a host for all its sources and pages (a 429 or 503 with Retry-After); a later end that stands already is kept. Sources of it that
 * would be due before are put off to its end with the reason `retry_after`. Touches host and source; index source_due serves the rest.
 */
export async function closeHost(db: Db, host: string, seconds: number): Promise<void> {
  await sql`
    with closed as (
      insert into host (name, free_at, why) values (${host}, now() + make_interval(secs => ${seconds}), 'retry_after')
      on conflict (name) do update set free_at = greatest(host.free_at, excluded.free_at), why = 'retry_after'
      returning free_at
    )
    update source s set next_fetch_at = c.free_at + make_interval(secs => random() * 60), next_reason = 'retry_after'
    from closed c where s.host = ${host} and s.next_fetch_at < c.free_at and (s.claimed_until is null or s.claimed_until < now())`.execute(
    db,
  );
}

/** Forgets hosts at which nothing happened for a day, so that the table stays as short as the list of papers. */
export async function forgetHosts(db: Db): Promise<number> {
  const gone =
    await sql`delete from host where free_at < now() - interval '1 day' and (busy_until is null or busy_until < now())`.execute(
      db,
    );
  return Number(gone.numAffectedRows ?? 0n);
}
