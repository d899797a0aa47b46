// Stories that end in others → their comments, counted and shown with the heir's.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { notePurge } from './purge.ts';

/**
 * Gives the comments of each `from` to its `into`, whatever their state, and adds up the counts; an heir is closed when either was. Inside the
 * transaction of the merge. Indexes comment_of_story, primary key of comment_story. Touches comment, comment_story, document, purge.
 */
export async function moveComments(db: Db, pairs: readonly { from: number; into: number }[]): Promise<void> {
  const list = sql`unnest(${pairs.map((pair) => pair.from)}::bigint[], ${pairs.map((pair) => pair.into)}::bigint[]) as d(from_id, into_id)`;
  const moved = await sql`update comment c set story_id = d.into_id from ${list} where c.story_id = d.from_id`.execute(
    db,
  );
  const heirs = await sql<{ id: number; shown: number }>`
    with gone as (
      delete from comment_story c using ${list} where c.story_id = d.from_id returning d.into_id, c.shown, c.latest_at, c.is_closed
    ), sums as (
      select into_id as id, sum(shown)::int as shown, max(latest_at) as latest_at, bool_or(is_closed) as is_closed from gone group by into_id
    )
    insert into comment_story as h (story_id, shown, latest_at, is_closed) select id, shown, latest_at, is_closed from sums
    on conflict (story_id) do update set shown = h.shown + excluded.shown, changed_at = now(),
      latest_at = greatest(h.latest_at, excluded.latest_at), is_closed = h.is_closed or excluded.is_closed
    returning story_id as id, shown`.execute(db);
  if ((moved.numAffectedRows ?? 0n) === 0n && heirs.rows.length === 0) return;
  for (const { from, into } of pairs) {
    await notePurge(db, from);
    await notePurge(db, into);
  }
}
