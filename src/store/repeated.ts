// A source that might be added → the known source it repeats, by its address or by its articles.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A known source that a candidate repeats. `share`: which part of the candidate's articles it brought; 1 for an equal address. */
export type Twin = { sourceId: number; url: string; publisherSlug: string; why: 'address' | 'items'; share: number };

/**
 * The known source with one of these addresses, else the one that brought at least half of the articles these keys name (at most 20 keys, as
 * stored). Null when there is none. Reads source by url, entry_key and entry by their primary keys.
 */
export async function findTwin(db: Db, candidate: { urls: string[]; keys: string[] }): Promise<Twin | null> {
  const same = await sql<Omit<Twin, 'why' | 'share'>>`
    select s.id as "sourceId", s.url, p.slug as "publisherSlug" from source s join publisher p on p.id = s.publisher_id
    where s.url = any(${candidate.urls}::text[]) order by s.id limit 1`.execute(db);
  const [known] = same.rows;
  if (known) return { ...known, why: 'address', share: 1 };
  const keys = candidate.keys.slice(0, 20);
  if (keys.length < 3) return null;
  const shared = await sql<Omit<Twin, 'why' | 'share'> & { found: number }>`
    select s.id as "sourceId", s.url, p.slug as "publisherSlug", count(distinct k.key)::int as found
    from (select id from publisher order by id limit 10000) as paper
    join entry_key k on k.publisher_id = paper.id and k.key = any(${keys}::text[])
    join entry e on e.id = k.entry_id and e.seen_at = k.seen_at
    join source s on s.id = e.source_id join publisher p on p.id = s.publisher_id
    group by s.id, s.url, p.slug order by found desc, s.id limit 1`.execute(db);
  const [best] = shared.rows;
  if (!best || best.found < keys.length / 2) return null;
  return {
    sourceId: best.sourceId,
    url: best.url,
    publisherSlug: best.publisherSlug,
    why: 'items',
    share: best.found / keys.length,
  };
}

/** The spellings under which one address may be known: http and https, with and without `www.`, with and without the last slash. */
export function spellingsOf(urls: readonly string[]): string[] {
  const found = new Set<string>();
  for (const text of urls) {
    const url = URL.parse(text);
    if (url === null) continue;
    const bare = url.host.replace(/^www\./, '');
    for (const protocol of ['http:', 'https:'])
      for (const host of [bare, `www.${bare}`])
        for (const path of [url.pathname.replace(/\/$/, ''), url.pathname.replace(/\/?$/, '/')])
          found.add(`${protocol}//${host}${path}${url.search}`);
  }
  return [...found];
}
