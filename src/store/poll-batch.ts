// Several polls of one transaction → which of them can be written without waiting for anybody, and what is known of their items.
import { sql } from 'kysely';
import type { KnownEntry } from '../domain.ts';
import { textArray } from './binary.ts';
import { byKeys } from './by-keys.ts';
import type { Db } from './db.ts';
import { type Known, knownColumns } from './entry.ts';
import { sendWithNext } from './together.ts';

/** A poll that is to be written: its source, its paper (null = it brings nothing of it), and the keys of its items (compact). */
export type BatchedPoll = { sourceId: number; publisherId: number | null; keys: readonly string[] };

// Far below PostgreSQL's look for deadlocks (a second): whoever waits for a batch that waits for him is never the one who is given up.
const mostWaitMs = 200;

/**
 * Holds the rows of several sources and publishers until the transaction ends, as far as nobody else holds them at this moment, and answers by source what
 * `findKnownEntries` says of each; absent = held by somebody else, or gone. It waits for none of them; whatever else the transaction
 * has to wait for ends after 200 ms with an error (55P03). No publisher twice. As after `lockPublisher`, the commit does not wait for the disk.
 * Primary keys of source, publisher, entry_key and entry; two statements in one turn.
 */
export async function holdPolls(trx: Db, polls: readonly BatchedPoll[]): Promise<Map<number, Known>> {
  const sources = polls.map((poll) => poll.sourceId);
  const publishers = polls.map((poll) => poll.publisherId);
  // The second statement must begin when the rows are held: only then it sees all that those before us wrote.
  const hold = sql`
    select set_config('synchronous_commit', 'off', true), ${byKeys}, set_config('lock_timeout', ${String(mostWaitMs)}, true),
      set_config('tin.held_sources', coalesce((select string_agg(id::text, ',') from (
        select id from source where id = any(${sources}::bigint[]) for no key update skip locked) s), ''), true),
      set_config('tin.held_publishers', coalesce((select string_agg(id::text, ',') from (
        select id from publisher where id = any(${publishers}::bigint[]) for no key update skip locked) p), ''), true)`;
  await sendWithNext(trx, hold.compile(trx));
  const ends: number[] = [];
  for (const { keys } of polls) ends.push((ends.at(-1) ?? 0) + keys.length);
  const starts = polls.map(({ keys }, index) => (ends[index] ?? 0) - keys.length + 1);
  const found = await sql<(KnownEntry | { key: null }) & { source: number; hasEntries: boolean; rowType: number }>`
    select a.source_id as source, ${knownColumns(sql.ref('a.publisher_id'))}
    from unnest(${sources}::bigint[], ${publishers}::bigint[], ${starts}::integer[], ${ends}::integer[]) as a(source_id, publisher_id, first, last)
      left join entry_key k on k.publisher_id = a.publisher_id and k.key = any((${textArray(polls.flatMap((poll) => poll.keys))}::text[])[a.first:a.last])
      left join entry e on e.id = k.entry_id and e.seen_at = k.seen_at
    where a.source_id = any(string_to_array(current_setting('tin.held_sources'), ',')::bigint[])
      and (a.publisher_id is null or a.publisher_id = any(string_to_array(current_setting('tin.held_publishers'), ',')::bigint[]))`.execute(
    trx,
  );
  const known = new Map<number, Known>();
  for (const { source, hasEntries, rowType, ...entry } of found.rows) {
    const one = known.get(source) ?? { entries: [], hasEntries, rowType };
    known.set(source, one);
    if (entry.key !== null) one.entries.push(entry);
  }
  return known;
}
