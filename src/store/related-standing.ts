// A story → its list as it stands together with the stories of it, in one turn to PostgreSQL: what most readers of related stories need.
import { CompiledQuery, sql, type SqlBool } from 'kysely';
import type { Db } from './db.ts';
import type { ListPlace } from './related.ts';
import { type ListedRow, type ListedStory, listQuery, toListedStory } from './story.ts';

/** A story with its list. */
export type StandingList = {
  own: ListedStory;
  /** Null while none was made. `compared`: the last change in the index when it was compared with it; 0 = unknown. */
  list: { places: ListPlace[]; changedAt: Date; compared: number } | null;
  /** Those of the list's stories that are live and may be listed at this moment, in no order. */
  stories: ListedStory[];
  /** Whether editors said anything of this story and another. */
  hasPairs: boolean;
  /** The last change that is in the index. */
  filed: number;
};

// The columns of the list stand in the row of the story itself.
type Row = ListedRow & {
  places: ListPlace[] | null;
  listChangedAt: Date | null;
  compared: number | null;
  hasPairs: boolean | null;
  filed: number | null;
};

// Written once, as `listStoriesByIds` is. The place of a list is read twice, by its key: once for its ids, once for itself.
let statement: string | null = null;

function compile(db: Db): string {
  const listed = listQuery(db)
    .where(
      sql<SqlBool>`s.id = any(array(select $1::bigint union all
        select (place ->> 'relatedId')::bigint from related_list r, jsonb_array_elements(r.places) as place where r.story_id = $1::bigint))`,
    )
    .where('s.status', '=', sql.lit('live'))
    .where('s.listed_at', '<=', sql<Date>`now()`)
    .compile().sql;
  return `select q.*, l.places, l.changed_at as "listChangedAt", l.compared, t."hasPairs", t.filed
    from (${listed}) q
    left join related_list l on l.story_id = q.id and q.id = $1::bigint
    left join lateral (
      select (select filed from related_state) as filed, exists (
        select from (select $1::bigint as id union all (select id from story where merged_into = $1::bigint limit 1000)) own
        where exists (select from related_pair where low_id = own.id) or exists (select from related_pair where high_id = own.id)) as "hasPairs"
    ) t on q.id = $1::bigint`;
}

/**
 * A story's list as it stands, with all stories of it; null when the story itself may not be listed at this moment. Keys of related_list, story,
 * entry and publisher, story_entry_story, story_merged_into, related_pair by its key and related_pair_high.
 */
export async function findStandingList(db: Db, storyId: number): Promise<StandingList | null> {
  statement ??= compile(db);
  const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(statement, [storyId]));
  const own = rows.find((row) => row.id === storyId);
  if (own === undefined) return null;
  const { places, listChangedAt: changedAt, compared } = own;
  return {
    own: toListedStory(own),
    list: places === null || changedAt === null ? null : { places, changedAt, compared: compared ?? 0 },
    stories: rows.filter((row) => row !== own).map(toListedStory),
    hasPairs: own.hasPairs === true,
    filed: own.filed ?? 0,
  };
}
