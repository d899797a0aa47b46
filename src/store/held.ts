// Polls that were held back in PostgreSQL: one a source, the newest document in doubt, until a person decides.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A poll to hold: the answer as it came (unpacked), and what was found. */
export type HeldPoll = {
  sourceId: number;
  items: number;
  /** Articles that no key names. */
  fresh: number;
  /** Those of them that look like known ones. */
  twins: number;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  /** Headlines of at most five pairs, for a person's eyes. */
  examples: { fresh: string; known: string }[];
};

/** A held poll as it is shown. */
export type HeldRow = Omit<HeldPoll, 'body' | 'headers'> & {
  publisherSlug: string;
  sourceUrl: string;
  heldAt: Date;
  renewedAt: Date;
};

/** Holds a poll; a newer document takes the older one's place, the date of the first stays. Touches held_poll. */
export async function holdPoll(db: Db, held: HeldPoll): Promise<void> {
  await sql`
    insert into held_poll (source_id, items, fresh, twins, url, headers, body, examples)
    values (${held.sourceId}, ${held.items}, ${held.fresh}, ${held.twins}, ${held.url}, ${JSON.stringify(held.headers)}::jsonb, ${held.body},
      ${JSON.stringify(held.examples)}::jsonb)
    on conflict (source_id) do update set renewed_at = now(), items = excluded.items, fresh = excluded.fresh, twins = excluded.twins,
      url = excluded.url, headers = excluded.headers, body = excluded.body, examples = excluded.examples`.execute(db);
}

/** All held polls, the longest held first, at most `limit`. */
export async function listHeld(db: Db, limit: number): Promise<HeldRow[]> {
  return (
    await sql<HeldRow>`
      select h.source_id as "sourceId", h.items, h.fresh, h.twins, h.url, h.examples, h.held_at as "heldAt", h.renewed_at as "renewedAt",
        p.slug as "publisherSlug", s.url as "sourceUrl"
      from held_poll h join source s on s.id = h.source_id join publisher p on p.id = s.publisher_id
      order by h.held_at limit ${limit}`.execute(db)
  ).rows;
}

/** The held poll of a source with its document; null when there is none. */
export async function readHeld(db: Db, sourceId: number): Promise<HeldPoll | null> {
  const found = await sql<HeldPoll>`
    select source_id as "sourceId", items, fresh, twins, url, headers, body, examples from held_poll where source_id = ${sourceId}`.execute(
    db,
  );
  return found.rows[0] ?? null;
}

/** Ends the holding: the document counts as read (`itemMarks`), and the source is due at once. Touches held_poll and source. */
export async function endHolding(db: Db, sourceId: number, itemMarks: Uint8Array): Promise<void> {
  await db.deleteFrom('held_poll').where('source_id', '=', sourceId).execute();
  await sql`update source set item_marks = ${itemMarks}, next_fetch_at = now(), next_reason = 'released' where id = ${sourceId}`.execute(
    db,
  );
  await sql`select pg_notify('source_due', '')`.execute(db);
}
