// The trial newsroom's rows in PostgreSQL: is it wanted, and removal of every trace.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { touchAllEditions } from './edition.ts';
import { notePurge } from './purge.ts';
import { readSetting, writeSetting } from './setting.ts';

const key = 'trial';

/** `on` since its first start, `off` for good; null before anybody decided. */
export type TrialState = { state: 'on'; startedAt: Date; port: number } | { state: 'off' } | null;

/** What was decided about the trial newsroom. Reads setting. */
export async function readTrial(db: Db): Promise<TrialState> {
  const value = await readSetting(db, key);
  if (typeof value !== 'object' || value === null || !('state' in value)) return null;
  if (value.state !== 'on') return { state: 'off' };
  const startedAt = 'startedAt' in value ? new Date(String(value.startedAt)) : new Date(Number.NaN);
  const port = 'port' in value ? Number(value.port) : 0;
  return Number.isNaN(startedAt.getTime()) ? null : { state: 'on', startedAt, port };
}

/** Records the first start, so that a restart shows the same articles at the same addresses. Touches setting. */
export async function startTrial(db: Db, startedAt: Date, port: number): Promise<void> {
  await writeSetting(db, key, { state: 'on', startedAt: startedAt.toISOString(), port });
}

/** True when a source of a real paper is configured. */
export async function hasRealSources(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('source as s')
    .innerJoin('publisher as p', 'p.id', 's.publisher_id')
    .select('s.id')
    .where('p.is_sample', '=', false)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends the trial when it is on, as real papers are read now; how many sample entries went, null when it was not on. See `removeSamples`. */
export async function endTrialIfOn(db: Db): Promise<number | null> {
  return (await readTrial(db))?.state === 'on' ? removeSamples(db) : null;
}

/**
 * Removes the invented papers with all they published and records that the trial is over; returns how many entries went.
 * Locks the sample publishers first, so that a poll under way writes nothing afterwards. Every edition's documents become due.
 */
export async function removeSamples(db: Db): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await writeSetting(trx, key, { state: 'off' });
    const locked = await sql<{
      id: number;
      slug: string;
    }>`select id, slug from publisher where is_sample order by id for update`.execute(trx);
    const ids = locked.rows.map((row) => row.id);
    if (ids.length === 0) return 0;
    const slugs = locked.rows.map((row) => row.slug);
    await sql`delete from poll where source_id in (select id from source where publisher_id = any(${ids}::bigint[]))`.execute(
      trx,
    );
    await sql`delete from source where publisher_id = any(${ids}::bigint[])`.execute(trx);
    await sql`delete from cluster_due where entry_id in (select id from entry where publisher_id = any(${ids}::bigint[]))`.execute(
      trx,
    );
    await sql`delete from story_entry where entry_id in (select id from entry where publisher_id = any(${ids}::bigint[]))`.execute(
      trx,
    );
    await sql`delete from story s where publisher_id = any(${ids}::bigint[]) and not exists (select 1 from story_entry m where m.story_id = s.id)`.execute(
      trx,
    );
    await sql`delete from entry_key where publisher_id = any(${ids}::bigint[])`.execute(trx);
    const removed = await sql`delete from entry where publisher_id = any(${ids}::bigint[])`.execute(trx);
    await sql`delete from edition where publisher = any(${slugs}::text[])`.execute(trx);
    // Real news has not come yet: these tables hold nothing else.
    for (const table of [
      'story_search',
      'story_word',
      'story_revision',
      'story_correction',
      'story_tombstone',
      'story_vector',
      'story_place',
      'related_list',
      'related_due',
      'story_headline',
      'comment',
      'comment_story',
    ])
      await sql`delete from ${sql.id(table)} t where not exists (select from story s where s.id = t.story_id)`.execute(
        trx,
      );
    await sql`delete from story_pin p where not exists (select from story_entry m where m.entry_id = p.entry_id)`.execute(
      trx,
    );
    await notePurge(trx, null);
    await sql`delete from publisher where id = any(${ids}::bigint[])`.execute(trx);
    await touchAllEditions(trx);
    return Number(removed.numAffectedRows ?? 0n);
  });
}

/** Forgets the sample sources that are not among these addresses: the newsroom's port was taken and it moved. */
export async function keepSampleSources(db: Db, urls: readonly string[]): Promise<void> {
  await sql`delete from source where url <> all(${[...urls]}::text[]) and publisher_id in (select id from publisher where is_sample)`.execute(
    db,
  );
}
