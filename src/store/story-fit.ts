// Where a story of several papers is listed beside its lead's own places: one row a publisher, province and section of any member.
import { sql } from 'kysely';
import type { Touched } from './cluster.ts';
import type { Db } from './db.ts';

/**
 * Brings the places of these stories in line with their members: stories of one entry need none, the lead's own columns list them,
 * unless their words name further provinces (story_place). Returns
 * where they are and were listed. Entries by primary key, story_entry by story_entry_story. Touches story_fit.
 */
export async function refitStories(db: Db, storyIds: readonly number[]): Promise<Touched> {
  if (storyIds.length === 0) return { publisherSlugs: [], provinces: [], sections: [] };
  const ids = [...storyIds];
  const found = await sql<{ kind: string; value: string }>`
    with members as materialized (
      select s.id, s.listed_at, k.kind, k.value, count(*) over (partition by s.id, k.kind) as carriers
      from story s join story_entry m on m.story_id = s.id join entry e on e.id = m.entry_id and e.seen_at = m.seen_at
      join publisher p on p.id = e.publisher_id
      cross join lateral (values ('publisher', p.slug), ('province', e.province), ('section', e.section)) as k(kind, value)
      where s.id = any(${ids}::bigint[]) and s.status <> 'merged'
    ), wanted as materialized (
      select distinct id, listed_at, kind, value from members where carriers > 1 and value is not null
      union select s.id, s.listed_at, 'province', p.province from story s join story_place p on p.story_id = s.id
      where s.id = any(${ids}::bigint[]) and s.status <> 'merged'
    ), gone as (
      delete from story_fit f where story_id = any(${ids}::bigint[])
        and not exists (select from wanted w where w.id = f.story_id and w.kind = f.kind and w.value = f.value) returning kind, value
    ), made as (
      insert into story_fit (kind, value, listed_at, story_id) select kind, value, listed_at, id from wanted
      on conflict (story_id, kind, value) do update set listed_at = excluded.listed_at where story_fit.listed_at <> excluded.listed_at
    )
    select distinct kind, value from members where value is not null union select kind, value from gone`.execute(db);
  const of = (kind: string) => found.rows.flatMap((row) => (row.kind === kind ? [row.value] : []));
  return { publisherSlugs: of('publisher'), provinces: of('province'), sections: of('section') };
}
