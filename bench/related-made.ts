// A big store → the same with every list of related stories made: of the stories that will be asked for by the job itself, of all others by a statement.
import { sql } from 'kysely';
import type { Db } from '../src/store/db.ts';
import { listBatch } from '../src/story/relate-ahead.ts';
import { ownCpuSeconds, treeCpuSeconds } from './ingest-cpu.ts';

/** What one list cost the job, in ms of processor and by the clock, without the job's rests. */
export type ListCost = { listCpuApp: number; listCpuPostgres: number; listClock: number };

// Lists of nobody's interest: as many bytes as true ones, naming the stories before.
async function fillOthers(db: Db, size: number): Promise<void> {
  await sql`insert into related_list (story_id, basis, places, compared)
    select s, 0, (select jsonb_agg(jsonb_build_object('relatedId', greatest(1, s - n), 'score', 0.123, 'reason', 'event', 'subject', null)) from generate_series(1, 8) n),
      (select filed from related_state)
    from generate_series(1::bigint, ${size}::bigint) as s on conflict do nothing`.execute(db);
}

/**
 * Gives every story of a store of `size` a list, those in `asked` batch by batch as `listDue` does; then the index moves on by one change, as it does every few seconds, so
 * that each list is a little behind it. Touches related_list, related_due, related_state.
 */
export async function makeAllLists(
  db: Db,
  size: number,
  asked: readonly number[],
  postgres: number,
): Promise<ListCost> {
  await sql`truncate related_due`.execute(db);
  await sql`update related_state set filed = (select max(change_id) from story)`.execute(db);
  await sql`delete from related_list where story_id = any(${[...asked]}::bigint[])`.execute(db);
  await sql`insert into related_due select id from unnest(${[...asked]}::bigint[]) as id`.execute(db);
  const cpu = { app: ownCpuSeconds(), postgres: treeCpuSeconds(postgres) };
  const startedAt = performance.now();
  const ctx = { db, now: () => new Date(), signal: new AbortController().signal };
  let made = 0;
  for (let isMore = true; isMore; ) {
    const batch = await listBatch(ctx);
    made += batch.done;
    ({ isMore } = batch);
  }
  const each = (seconds: number) => (1_000 * seconds) / made;
  const cost = {
    listCpuApp: each(ownCpuSeconds() - cpu.app),
    listCpuPostgres: each(treeCpuSeconds(postgres) - cpu.postgres),
    listClock: (performance.now() - startedAt) / made,
  };
  if (made !== asked.length) throw new Error(`${made} lists were made of ${asked.length}`);
  await fillOthers(db, size);
  await sql`vacuum (analyze) related_list`.execute(db);
  await sql`update related_state set filed = filed + 1`.execute(db);
  return cost;
}
