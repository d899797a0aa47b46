// Provinces that stories' words name → where those stories are listed beside their own province.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { touchEditions } from './edition.ts';
import { refitStories } from './story-fit.ts';
import { becomeStoryWriter } from './story-writer.ts';

/** What a story's words name: codes of provinces, its own perhaps among them. */
export type NamedPlaces = { storyId: number; provinces: readonly string[] };

async function saveNamed(trx: Db, rows: readonly NamedPlaces[]): Promise<number[]> {
  const pairs = rows.flatMap(({ storyId, provinces }) => provinces.map((province) => ({ storyId, province })));
  const changed = await sql<{ storyId: number }>`
    with wanted as materialized (
      select s.id as story_id, w.province
      from unnest(${pairs.map((pair) => pair.storyId)}::bigint[], ${pairs.map((pair) => pair.province)}::text[]) as w(story_id, province)
      join story s on s.id = w.story_id and s.province is distinct from w.province
    ), gone as (
      delete from story_place p where p.story_id = any(${rows.map((row) => row.storyId)}::bigint[])
        and not exists (select from wanted w where w.story_id = p.story_id and w.province = p.province) returning p.story_id
    ), made as (
      insert into story_place (story_id, province) select story_id, province from wanted on conflict do nothing returning story_id
    )
    select story_id as "storyId" from gone union select story_id from made`.execute(trx);
  return changed.rows.map((row) => row.storyId);
}

/**
 * Lists stories under the provinces they name, beside their own; stories that name the same as before cost one look. Becomes the
 * story writer for the rest of the transaction when anything changed: call it last. Touches story_place, story (change_id),
 * story_fit, edition, document.
 */
export async function placeStories(trx: Db, rows: readonly NamedPlaces[]): Promise<void> {
  if (rows.length === 0) return;
  const changed = await saveNamed(trx, rows);
  if (changed.length === 0) return;
  await becomeStoryWriter(trx);
  const touched = await refitStories(trx, changed);
  await sql`update story set change_id = nextval('story_change') where id = any(${changed}::bigint[])`.execute(trx);
  await touchEditions(trx, { publisherSlugs: [], provinces: touched.provinces, sections: [] });
}
