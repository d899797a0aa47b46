// A publisher's latest articles that resemble some new ones: the flood guard's question to the store.
import { sql } from 'kysely';
import { textArray } from './binary.ts';
import type { Db } from './db.ts';

/** A stored article as the flood guard compares it. */
export type StoredTwin = {
  entryId: number;
  seenAt: Date;
  title: string;
  summary: string;
  url: string | null;
  publishedAt: Date;
};

const latest = 2_000;

type Asking = { id: number; publisherId: number };

// What a feed that is still read brought is left out before any words are compared: of a paper with five feeds that is nearly all.
const busyIds = (source: Asking) => sql`
  select array_agg(id) as ids from source
  where publisher_id = ${source.publisherId} and id <> ${source.id} and not is_paused and failures = 0 and gone_since is null`;

/**
 * Whether the publisher has any article at all that `findTwins` may compare with. It has none while its feeds are read for the first time: then nobody
 * need gather words for that question. Index entry_publisher.
 */
export async function mayHaveTwins(db: Db, source: Asking): Promise<boolean> {
  const found = await sql<{ yes: boolean }>`
    with busy as materialized (${busyIds(source)})
    select exists (
      select from (select source_id from entry where publisher_id = ${source.publisherId} order by seen_at desc limit ${latest}) e
      where (source_id = any((select ids from busy)::bigint[])) is not true
    ) as yes`.execute(db);
  return found.rows[0]?.yes ?? false;
}

// The path by plain string search, from the first slash after the ninth letter: a pattern took ten times as long over 2,000 rows.
/**
 * Those of the publisher's latest 2,000 articles that share a headline, a summary or a path (address without scheme and host) with any of the
 * given, and came from this source or from one that is not read any more: what another feed of the paper lists under its own name is a second copy,
 * not an old name. Asked only when a poll brings many new articles. Index entry_publisher.
 */
export async function findTwins(
  db: Db,
  source: Asking,
  like: { titles: string[]; summaries: string[]; paths: string[] },
): Promise<StoredTwin[]> {
  return (
    await sql<StoredTwin>`
      with busy as materialized (${busyIds(source)})
      select id as "entryId", seen_at as "seenAt", title, summary, url, published_at as "publishedAt" from (
        select id, seen_at, source_id, title, summary, url, published_at from entry where publisher_id = ${source.publisherId} order by seen_at desc limit ${latest}
      ) e
      where case when source_id = any((select ids from busy)::bigint[]) then false
        else title = any(${textArray(like.titles)}::text[]) or summary = any(${textArray(like.summaries)}::text[])
          or substr(url, strpos(substr(url, 9), '/') + 8) = any(${textArray(like.paths)}::text[]) end`.execute(db)
  ).rows;
}

/** Addresses of a source's latest 1,000 articles with their ids. Index entry_publisher. */
export async function latestAddresses(
  db: Db,
  publisherId: number,
  sourceId: number,
): Promise<{ entryId: number; seenAt: Date; url: string }[]> {
  return (
    await sql<{ entryId: number; seenAt: Date; url: string }>`
      select id as "entryId", seen_at as "seenAt", url from (
        select id, seen_at, source_id, url from entry where publisher_id = ${publisherId} order by seen_at desc limit 1000
      ) e where source_id = ${sourceId} and url is not null`.execute(db)
  ).rows;
}
