// What only pages ask of PostgreSQL: names for their lists, where a merged story went, the state of a feed without its bytes.
import { sql } from 'kysely';
import type { DocumentFormat } from '../domain.ts';
import type { Db } from './db.ts';

/** A feed as far as a web process must know it to decide what to serve: everything but the bytes. */
export type FeedState = {
  editionId: number;
  isRetired: boolean;
  /** Null while it was never rendered in this format. */
  etag: string | null;
  /** True when a newer version is due or being made, or would be if somebody asked. */
  isStale: boolean;
  /** When a reader last asked, as far as noted; null while nobody has asked for this format. */
  readAt: Date | null;
};

/** The state of the feed at an edition's path; null when there is no such edition. Reads edition by its unique path, document by its key. */
export async function feedState(db: Db, path: string, format: DocumentFormat): Promise<FeedState | null> {
  const row = await db
    .selectFrom('edition as e')
    .leftJoin('document as d', (join) => join.onRef('d.edition_id', '=', 'e.id').on('d.format', '=', format))
    .select(['e.id', 'e.retired_at', 'e.changed_at', 'd.etag', 'd.rendered_at', 'd.due_at', 'd.read_at'])
    .where('e.path', '=', path)
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    editionId: row.id,
    isRetired: row.retired_at !== null,
    etag: row.etag,
    isStale: row.rendered_at === null || row.due_at !== null || row.changed_at > row.rendered_at,
    readAt: row.read_at,
  };
}

/** Those of the given province codes that have a live story, in the given order. One probe of story_province and story_fit_latest each. */
export async function provincesWithStories(db: Db, codes: readonly string[]): Promise<string[]> {
  const found = await sql<{ code: string }>`
    select code from unnest(${[...codes]}::text[]) with ordinality as wanted(code, place)
    where exists (select from story where status = 'live' and province = code)
      or exists (select from story_fit f join story s on s.id = f.story_id and s.status = 'live' where f.kind = 'province' and f.value = code)
    order by place`.execute(db);
  return found.rows.map((row) => row.code);
}

/** Those of the given section slugs that have a live story, in the given order. One probe of story_section and story_fit_latest each. */
export async function sectionsWithStories(db: Db, slugs: readonly string[]): Promise<string[]> {
  const found = await sql<{ slug: string }>`
    select slug from unnest(${[...slugs]}::text[]) with ordinality as wanted(slug, place)
    where exists (select from story where status = 'live' and section = slug)
      or exists (select from story_fit f join story s on s.id = f.story_id and s.status = 'live' where f.kind = 'section' and f.value = slug)
    order by place`.execute(db);
  return found.rows.map((row) => row.slug);
}

/** Publishers that have a live story, by name, at most `limit`. One probe of story_publisher and story_fit_latest for each publisher. */
export async function publishersWithStories(db: Db, limit: number): Promise<{ slug: string; name: string }[]> {
  const found = await sql<{ slug: string; name: string }>`
    select slug, name from publisher p
    where exists (select from story where status = 'live' and publisher_id = p.id)
      or exists (select from story_fit f join story s on s.id = f.story_id and s.status = 'live' where f.kind = 'publisher' and f.value = p.slug)
    order by name, id limit ${limit}`.execute(db);
  return found.rows;
}

/** Whether any source has been added. Reads one row. */
export async function hasSources(db: Db): Promise<boolean> {
  return (await db.selectFrom('source').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** The story in which a merged one lives on, over up to ten merges; null when it is not merged or leads nowhere. Reads story by its key. */
export async function mergedTarget(db: Db, id: number): Promise<{ id: number; title: string } | null> {
  const found = await sql<{ id: number; title: string }>`
    with recursive hop (id, merged_into, title, depth) as (
      select id, merged_into, title, 0 from story where id = ${id}
      union all
      select s.id, s.merged_into, s.title, hop.depth + 1 from hop join story s on s.id = hop.merged_into where hop.depth < 10
    )
    select id, title from hop where depth > 0 and merged_into is null limit 1`.execute(db);
  return found.rows[0] ?? null;
}

/** Answers as soon as the database does; rejects when it cannot. Reads no table. */
export async function askDatabase(db: Db): Promise<void> {
  await sql`select 1`.execute(db);
}
