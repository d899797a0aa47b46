// The entries of a story as the choice of its lead and an editor see them: who carries it, since when, how richly.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A member of a story with what speaks for it as the lead. */
export type Carrier = {
  storyId: number;
  entryId: number;
  seenAt: Date;
  publisherId: number;
  publisherName: string;
  publisherProvince: string | null;
  /** What its paper's row says of leading: 1 before all others, -1 after them, else 0. */
  publisherWeight: number;
  /** As the paper claims. */
  publishedAt: Date;
  /** Bytes of its text. */
  length: number;
  hasImage: boolean;
  /** First characters of summary or body and last of the body, as HTML: where a paper says who it has it from. */
  opening: string;
  ending: string;
  isLead: boolean;
  storyProvince: string | null;
  storySeenAt: Date;
  /** When an editor said that this entry shall lead; null = nobody did. */
  pinnedAt: Date | null;
};

/**
 * The carriers of stories, at most `most` a story (the first ones) and always the lead and what is pinned, by story and order of arrival.
 * Index story_entry_story: ordered by date first, because a plan made while the store was new would walk along the primary key.
 */
export async function findCarriers(db: Db, storyIds: readonly number[], most = 40): Promise<Carrier[]> {
  if (storyIds.length === 0) return [];
  const found = await sql<Carrier>`
    select m.story_id as "storyId", e.id as "entryId", e.seen_at as "seenAt", e.publisher_id as "publisherId", p.name as "publisherName",
      p.province as "publisherProvince", p.lead_weight as "publisherWeight", e.published_at as "publishedAt", octet_length(e.body_html) + octet_length(e.summary) as length,
      e.media @? '$[*] ? (@.medium == "image" || @.type starts with "image/")' as "hasImage",
      left(case when e.summary = '' then e.body_html else e.summary end, 200) as opening,
      right(case when e.body_html = '' then e.summary else e.body_html end, 300) as ending, m.entry_id = s.lead_entry_id as "isLead",
      s.province as "storyProvince", s.lead_seen_at as "storySeenAt", n.at as "pinnedAt"
    from story s cross join lateral (
      (select story_id, entry_id, seen_at from story_entry where story_id = s.id order by seen_at, entry_id limit ${most})
      union select s.id, s.lead_entry_id, s.lead_seen_at
      union select k.story_id, k.entry_id, k.seen_at from story_pin x join story_entry k on k.entry_id = x.entry_id where k.story_id = s.id
    ) m
    join story_entry k on k.entry_id = m.entry_id and k.story_id = s.id
    join entry e on e.id = m.entry_id and e.seen_at = m.seen_at join publisher p on p.id = e.publisher_id
    left join story_pin n on n.entry_id = m.entry_id
    where s.id = any(${[...storyIds]}::bigint[])
    order by m.story_id, m.entry_id`.execute(db);
  return found.rows;
}
