// Sources in PostgreSQL: add, list, count, remove, make due. Polls are in poll.ts, health in source-health.ts.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { hostName } from './host.ts';

/** Adds a source, due at once; false when its address is known already. Touches source. */
export async function addSource(
  db: Db,
  wanted: {
    publisherId: number;
    url: string;
    title: string | null;
    section: string | null;
    /** Default `syndication`: a feed of any format. */
    kind?: string;
    /** SourceRules; null or absent = none. */
    rules?: object | null;
    readPages?: 'never' | 'needed' | 'always';
  },
): Promise<boolean> {
  const made = await db
    .insertInto('source')
    .values({
      publisher_id: wanted.publisherId,
      url: wanted.url,
      host: hostName(wanted.url),
      title: wanted.title,
      section: wanted.section,
      ...(wanted.kind === undefined ? {} : { kind: wanted.kind }),
      ...(wanted.rules === undefined || wanted.rules === null ? {} : { rules: JSON.stringify(wanted.rules) }),
      ...(wanted.readPages === undefined ? {} : { read_pages: wanted.readPages }),
    })
    .onConflict((conflict) => conflict.column('url').doNothing())
    .executeTakeFirst();
  const isAdded = (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
  if (isAdded) await sql`select pg_notify('source_due', '')`.execute(db);
  return isAdded;
}

/** Removes a source by id or address and keeps what it brought; false when there is none. */
export async function removeSource(db: Db, idOrUrl: string): Promise<boolean> {
  const isId = /^\d{1,15}$/.test(idOrUrl);
  const removed = await db
    .deleteFrom('source')
    .where((eb) => (isId ? eb('id', '=', Number(idOrUrl)) : eb('url', '=', idOrUrl)))
    .executeTakeFirst();
  return removed.numDeletedRows > 0n;
}

/** How many sources there are, are due, and are failing. */
export async function countSources(db: Db): Promise<{ all: number; due: number; failing: number; claimed: number }> {
  const row = await sql<{ all: number; due: number; failing: number; claimed: number }>`
    select count(*)::int as all, (count(*) filter (where not is_paused and next_fetch_at <= now()))::int as due,
      (count(*) filter (where failures > 0))::int as failing, (count(*) filter (where claimed_until >= now()))::int as claimed from source`.execute(
    db,
  );
  return row.rows[0] ?? { all: 0, due: 0, failing: 0, claimed: 0 };
}

/** Makes every source due now (a person asked for it). */
export async function makeSourcesDue(db: Db): Promise<void> {
  await sql`update source set next_fetch_at = now(), next_reason = 'asked' where not is_paused and next_fetch_at > now()`.execute(
    db,
  );
  await sql`select pg_notify('source_due', '')`.execute(db);
}

/** Seconds until the next source is due: 0 when one is, null when there is none. */
export async function secondsToNextSource(db: Db): Promise<number | null> {
  const row = await sql<{ seconds: number | null }>`
    select extract(epoch from min(next_fetch_at) - now())::float8 as seconds from source where not is_paused`.execute(
    db,
  );
  const seconds = row.rows[0]?.seconds ?? null;
  return seconds === null ? null : Math.max(0, seconds);
}
