// What "Tin liên quan" reads and keeps besides its index: stories that changed, lists, editors' pairs, stories by address.
import { sql } from 'kysely';
import type { StoryStatus } from '../domain.ts';
import type { Db } from './db.ts';
import { packedPostings, type Posting, unpackPostings } from './term.ts';

/** A story's texts as far as its terms are read; of the body's HTML the beginning, perhaps ending inside a tag. */
export type StoryText = {
  id: number;
  title: string;
  summary: string;
  bodyHtml: string;
  province: string | null;
  firstAt: Date;
};

/** A story that was made or changed since the index last looked. The texts are empty when it is not live. */
export type ChangedStory = StoryText & { changeId: number; status: StoryStatus };

/** Characters of a body's HTML that are read for its terms, which come from the first 6,000 of plain text. */
export const bodyChars = 16_000;

/** Stories changed after `filed`, in the order of their changes, at most `limit`. Index story_changed, then entry by its key. */
export async function listChangedStories(db: Db, filed: number, limit: number): Promise<ChangedStory[]> {
  const found = await sql<ChangedStory>`
    select s.id, s.change_id as "changeId", s.status, s.title, s.summary,
      case when s.status = 'live' then coalesce(left(e.body_html, ${sql.lit(bodyChars)}), '') else '' end as "bodyHtml",
      s.province, s.first_at as "firstAt"
    from (select * from story where change_id > ${filed} order by change_id limit ${limit}) s
    left join entry e on e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at
    order by s.change_id`.execute(db);
  return found.rows;
}

/** The number of the newest change of any story; 0 when there is none. Index story_changed. */
export async function newestChange(db: Db): Promise<number> {
  const row = await sql<{ newest: number }>`select coalesce(max(change_id), 0) as newest from story`.execute(db);
  return row.rows[0]?.newest ?? 0;
}

/** Whether at least `count` (≥ 1) entries wait for clustering: news goes first. By the key: after a crowd the table is mostly room to fill again. */
export async function areEntriesWaiting(db: Db, count: number): Promise<boolean> {
  const row = await sql<{ yes: boolean }>`
    select exists (select from cluster_due order by entry_id offset ${count - 1} limit 1) as yes`.execute(db);
  return row.rows[0]?.yes ?? false;
}

/** One place in a story's list. `reason` is a word of text/reason.ts, `subject` the name or place it speaks of. */
export type ListPlace = { relatedId: number; score: number; reason: string; subject: string | null };

/** An editor's word on this story and another: `pin` = always listed, `ban` = never. */
export type Pair = { storyId: number; verdict: 'pin' | 'ban' };

// What was said of stories that were merged counts for those they became; newest word first.
const pairsOf = (storyId: number) => sql`
  with own as (select ${storyId}::bigint as id union all (select id from story where merged_into = ${storyId} limit 1000)),
  said as (
    select p.high_id as other, p.verdict, p.at from own join related_pair p on p.low_id = own.id
    union all select p.low_id, p.verdict, p.at from own join related_pair p on p.high_id = own.id
  )
  select coalesce(s.merged_into, s.id) as "storyId", said.verdict, said.at
  from said join story s on s.id = said.other where coalesce(s.merged_into, s.id) <> ${storyId}
  order by said.at desc, "storyId" limit 100`;

/** How a live story's list stands. */
export type Standing = {
  /** The last change that is in the index. */
  filed: number;
  /** Null while none was made. `compared`: the last change in the index when it was compared with it; 0 = unknown. */
  list: { basis: number; changedAt: Date; places: ListPlace[]; compared: number } | null;
  /** What editors said of it, newest first. */
  pairs: Pair[];
  /** Those of the stories in `list` and `pairs` that are live. */
  live: number[];
};

type StandingRow = Pick<Standing, 'filed' | 'pairs' | 'live'> & {
  basis: number | null;
  changedAt: Date | null;
  places: ListPlace[] | null;
  compared: number | null;
};

const standingColumns = sql`(select filed from related_state) as filed, l.basis, l.changed_at as "changedAt", l.places, l.compared, p.pairs,
      (select coalesce(json_agg(o.id), '[]') from story o where o.status = 'live' and o.id in (
        select (place ->> 'relatedId')::bigint from jsonb_array_elements(l.places) as place
        union all select (pair ->> 'storyId')::bigint from json_array_elements(p.pairs) as pair)) as live`;

const standingTables = (storyId: number) => sql`left join related_list l on l.story_id = s.id
    cross join lateral (select coalesce(json_agg(json_build_object('storyId', "storyId", 'verdict', verdict) order by at desc, "storyId"), '[]') as pairs
      from (${pairsOf(storyId)}) as said) as p`;

function toStanding({ filed, pairs, live, basis, changedAt, places, compared }: StandingRow): Standing {
  return {
    filed,
    pairs,
    live,
    list:
      basis === null || changedAt === null ? null : { basis, changedAt, places: places ?? [], compared: compared ?? 0 },
  };
}

/** How a story's list stands, in one query; null when the story is not live. Keys of story and related_list, then as `findPairs`. */
export async function findStanding(db: Db, storyId: number): Promise<Standing | null> {
  const found = await sql<StandingRow>`
    select ${standingColumns} from story s ${standingTables(storyId)}
    where s.id = ${storyId} and s.status = 'live'`.execute(db);
  const [row] = found.rows;
  return row === undefined ? null : toStanding(row);
}

/** The words of a story with what the index has of it; vector and postings (of its heaviest terms) are null where it is not filed yet. */
export type AskedWords = StoryText & { vector: Buffer | null; postings: Posting[] | null };

// A vector's terms are its first numbers of 4 bytes out of 6, little-endian (`packVector`).
const heaviestTerms = (count: number) => sql`array(
      select (get_byte(v.vector, at + 3) << 24) | (get_byte(v.vector, at + 2) << 16) | (get_byte(v.vector, at + 1) << 8) | get_byte(v.vector, at)
      from generate_series(0, least(${sql.lit(count)}, length(v.vector) / 6) * 6 - 6, 6) as at)`;

/**
 * All that a new list of a story begins with, in one query: how its list stands, its words, its vector and the postings of the vector's
 * `terms` heaviest terms; null when it is not live. Keys of story, related_list, entry, story_vector and term_posting, then as `findPairs`.
 */
export async function findAsked(
  db: Db,
  storyId: number,
  terms: number,
): Promise<{ standing: Standing; words: AskedWords } | null> {
  const found = await sql<StandingRow & StoryText & { vector: Buffer | null; postings: Buffer | null }>`
    select ${standingColumns}, s.id, s.title, s.summary, coalesce(left(e.body_html, ${sql.lit(bodyChars)}), '') as "bodyHtml", s.province,
      s.first_at as "firstAt", v.vector, t.postings
    from story s ${standingTables(storyId)}
    left join entry e on e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at
    left join story_vector v on v.story_id = s.id
    cross join lateral (select ${packedPostings} as postings
      from term_posting where term = any(${heaviestTerms(terms)})) as t
    where s.id = ${storyId} and s.status = 'live'`.execute(db);
  const [row] = found.rows;
  if (row === undefined) return null;
  const { id, title, summary, bodyHtml, province, firstAt, vector, postings } = row;
  const unpacked = vector === null ? null : unpackPostings(postings);
  return {
    standing: toStanding(row),
    words: { id, title, summary, bodyHtml, province, firstAt, vector, postings: unpacked },
  };
}

/** Those of the stories that are live. Key of story. */
export async function liveAmong(db: Db, storyIds: readonly number[]): Promise<Set<number>> {
  if (storyIds.length === 0) return new Set();
  const found = await sql<{ id: number }>`
    select id from story where id = any(${[...storyIds]}::bigint[]) and status = 'live'`.execute(db);
  return new Set(found.rows.map((row) => row.id));
}

/**
 * Keeps a list that was compared with the index as it was after the change `compared`; returns when it last changed, null when a story of it is not
 * live any more and nothing was kept. A list that says the same already keeps its date. Nobody waits for the disk: a list that a crash of PostgreSQL takes away is made again when it is
 * asked for. Not to be called inside a transaction.
 */
export async function saveList(
  db: Db,
  storyId: number,
  { basis, places, compared }: { basis: number; places: readonly ListPlace[]; compared: number },
): Promise<Date | null> {
  const text = JSON.stringify(places);
  const ids = places.map((place) => place.relatedId);
  const saved = await sql<{ changedAt: Date }>`
    with quick as materialized (
      select set_config('synchronous_commit', 'off', true)
      where (select count(*) from story where id = any(${ids}::bigint[]) and status = 'live') = ${ids.length}
    ), written as (
      insert into related_list as l (story_id, basis, places, compared) select ${storyId}, ${basis}, ${text}::jsonb, ${compared} from quick
      on conflict (story_id) do update set basis = excluded.basis, places = excluded.places, compared = excluded.compared,
        changed_at = case when l.places = excluded.places then l.changed_at else now() end
      where (l.basis, l.places, l.compared) is distinct from (excluded.basis, excluded.places, excluded.compared)
      returning changed_at
    )
    select changed_at as "changedAt" from written
    union all select changed_at from related_list, quick where story_id = ${storyId} limit 1`.execute(db);
  return saved.rows[0]?.changedAt ?? null;
}

/**
 * What editors said of a story and others, newest word first, at most 100; what was said of stories that were merged into these
 * counts for them. Reads related_pair by its key and related_pair_high, story by story_merged_into.
 */
export async function findPairs(db: Db, storyId: number): Promise<Pair[]> {
  const found = await sql<Pair>`${pairsOf(storyId)}`.execute(db);
  return found.rows.map(({ storyId: id, verdict }) => ({ storyId: id, verdict }));
}

/** Records an editor's word on two stories, in place of an earlier one. Throws RangeError for a story and itself. */
export async function decidePair(
  db: Db,
  pair: { storyIds: readonly [number, number]; verdict: Pair['verdict']; actor: string; reason?: string | null },
): Promise<void> {
  const [one, other] = pair.storyIds;
  if (one === other) throw new RangeError('a story is not related to itself');
  await sql`
    insert into related_pair as p (low_id, high_id, verdict, actor, reason)
    values (${Math.min(one, other)}, ${Math.max(one, other)}, ${pair.verdict}, ${pair.actor}, ${pair.reason ?? null})
    on conflict (low_id, high_id) do update set verdict = excluded.verdict, actor = excluded.actor, reason = excluded.reason, at = now()`.execute(
    db,
  );
}

/** Takes an editor's word back; false when there was none. */
export async function forgetPair(db: Db, storyIds: readonly [number, number]): Promise<boolean> {
  const gone = await sql`
    delete from related_pair where low_id = ${Math.min(...storyIds)} and high_id = ${Math.max(...storyIds)}`.execute(
    db,
  );
  return (gone.numAffectedRows ?? 0n) > 0n;
}

/**
 * The live story that the article of this key (compact, `u:` and its canonical address) belongs to; null when no paper whose sources lie on one
 * of these hosts brought it. Reads the few sources, then entry_key, story_entry and story by their keys.
 */
export async function findStoryByAddress(db: Db, key: string, hosts: readonly string[]): Promise<number | null> {
  const found = await sql<{ id: number }>`
    select s.id from (select distinct publisher_id from source where host = any(${[...hosts]}::text[])) p
    join entry_key k on k.publisher_id = p.publisher_id and k.key = ${key}
    join story_entry m on m.entry_id = k.entry_id
    join story first on first.id = m.story_id
    join story s on s.id = coalesce(first.merged_into, first.id) and s.status = 'live'
    order by s.id limit 1`.execute(db);
  return found.rows[0]?.id ?? null;
}
