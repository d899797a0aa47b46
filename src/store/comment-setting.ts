// Where comments are offered, how they are held, when they close; forbidden words; the keys of the day.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** What holds for the comments of one story, after every setting. */
export type CommentRule = {
  storyId: number;
  isOffered: boolean;
  /** `all`: a moderator looks at each; `unknown`: at those of writers without history. */
  hold: 'all' | 'unknown';
  isClosed: boolean;
  /** Shown comments, and when the newest of them was shown. */
  shown: number;
  latestAt: Date | null;
};

/** A scope of settings; the site has the id 0. */
export type CommentScope = { scope: 'site' | 'publisher' | 'source'; id: number };

/** Settings of a scope; null = as the wider scope says. */
export type CommentSetting = {
  isOffered: boolean | null;
  hold: 'all' | 'unknown' | null;
  closeDays: number | null;
  isClosed: boolean | null;
};

/**
 * The rules of these stories, by story id; stories that are not live are absent. Without any setting, comments are offered on the trial
 * newsroom's articles and on those of the paper whose own site this is (`ownHost`, its host without `www.`). A closed scope closes all below it.
 * Primary keys of story, entry, publisher, comment_story and comment_setting.
 */
export async function commentRules(
  db: Db,
  storyIds: readonly number[],
  ownHost: string,
): Promise<Map<number, CommentRule>> {
  if (storyIds.length === 0) return new Map();
  const found = await sql<CommentRule>`
    select s.id as "storyId",
      coalesce(o.is_offered, p.is_offered, t.is_offered,
        u.is_sample or regexp_replace(u.site_url, '^https?://(www\\.)?([^/:?#]*).*$', '\\2', 'i') = ${ownHost}) as "isOffered",
      coalesce(o.hold, p.hold, t.hold, 'all') as hold,
      coalesce(c.is_closed, false) or coalesce(o.is_closed, p.is_closed, t.is_closed, false)
        or s.first_at + make_interval(days => coalesce(o.close_days, p.close_days, t.close_days)) <= now() is true as "isClosed",
      coalesce(c.shown, 0) as shown, c.latest_at as "latestAt"
    from story s join publisher u on u.id = s.publisher_id join entry e on e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at
      left join comment_story c on c.story_id = s.id
      left join comment_setting o on o.scope = 'source' and o.scope_id = e.source_id
      left join comment_setting p on p.scope = 'publisher' and p.scope_id = s.publisher_id
      left join comment_setting t on t.scope = 'site' and t.scope_id = 0
    where s.id = any(${[...storyIds]}::bigint[]) and s.status = 'live'`.execute(db);
  return new Map(found.rows.map((row) => [row.storyId, row]));
}

/** The settings of a scope as they are set there; all null where nothing is. Primary key of comment_setting. */
export async function readCommentSetting(db: Db, { scope, id }: CommentScope): Promise<CommentSetting> {
  const found = await sql<CommentSetting>`
    select is_offered as "isOffered", hold, close_days as "closeDays", is_closed as "isClosed"
    from comment_setting where scope = ${scope} and scope_id = ${id}`.execute(db);
  return found.rows[0] ?? { isOffered: null, hold: null, closeDays: null, isClosed: null };
}

/** A scope that has settings of its own; `name` is the paper's, or the source's address. */
export type SettingRow = CommentSetting & CommentScope & { name: string };

/** Every scope that has settings of its own: site, papers, sources, by name; at most 1,000. Scans comment_setting. */
export async function listCommentSettings(db: Db): Promise<SettingRow[]> {
  const found = await sql<SettingRow>`
    select c.scope, c.scope_id as id, c.is_offered as "isOffered", c.hold, c.close_days as "closeDays", c.is_closed as "isClosed",
      coalesce(p.name, s.url, '') as name
    from comment_setting c left join publisher p on c.scope = 'publisher' and p.id = c.scope_id left join source s on c.scope = 'source' and s.id = c.scope_id
    order by c.scope = 'site' desc, c.scope, name limit 1000`.execute(db);
  return found.rows;
}

/** The stories that were closed by hand, the latest first. Scans comment_story, which grows with stories that were commented on. */
export async function listClosedStories(db: Db, limit: number): Promise<{ id: number; title: string }[]> {
  const found = await sql<{ id: number; title: string }>`
    select s.id, s.title from comment_story c join story s on s.id = c.story_id where c.is_closed order by c.changed_at desc limit ${limit}`.execute(
    db,
  );
  return found.rows;
}

/** Changes the settings named in `change` and leaves the others. Touches comment_setting. */
export async function writeCommentSetting(db: Db, at: CommentScope, change: Partial<CommentSetting>): Promise<void> {
  const next = { ...(await readCommentSetting(db, at)), ...change };
  await sql`
    insert into comment_setting (scope, scope_id, is_offered, hold, close_days, is_closed)
    values (${at.scope}, ${at.id}, ${next.isOffered}, ${next.hold}, ${next.closeDays}, ${next.isClosed})
    on conflict (scope, scope_id) do update set is_offered = excluded.is_offered, hold = excluded.hold, close_days = excluded.close_days,
      is_closed = excluded.is_closed`.execute(db);
}

/** Closes or opens one story for new comments; what was said stays. Touches comment_story. */
export async function closeStoryComments(db: Db, storyId: number, isClosed: boolean): Promise<void> {
  await sql`
    insert into comment_story (story_id, is_closed) values (${storyId}, ${isClosed})
    on conflict (story_id) do update set is_closed = excluded.is_closed, changed_at = now()`.execute(db);
}

/** The forbidden words and phrases, in alphabetical order, at most 10,000. */
export async function listCommentWords(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('comment_word').select('word').orderBy('word').limit(10_000).execute();
  return rows.map((row) => row.word);
}

/** Forbids a word or phrase, in the form in which the screen compares; false when it is forbidden already. Touches comment_word. */
export async function addCommentWord(db: Db, word: string, by: string): Promise<boolean> {
  const made =
    await sql`insert into comment_word (word, added_by) values (${word}, ${by}) on conflict do nothing`.execute(db);
  return (made.numAffectedRows ?? 0n) > 0n;
}

/** Allows a word again; false when it was not forbidden. Touches comment_word. */
export async function removeCommentWord(db: Db, word: string): Promise<boolean> {
  const gone = await sql`delete from comment_word where word = ${word}`.execute(db);
  return (gone.numAffectedRows ?? 0n) > 0n;
}

/**
 * The keys of today and yesterday (database clock, UTC), today's first and made if there is none. Keys of earlier days are deleted, and with
 * them every way from an address to what came from it. Touches comment_key.
 */
export async function commentKeys(db: Db): Promise<{ day: string; key: Buffer }[]> {
  const read = () =>
    sql<{ day: string; key: Buffer; isToday: boolean }>`
      select day::text, key, day = (now() at time zone 'UTC')::date as "isToday" from comment_key
      where day >= (now() at time zone 'UTC')::date - 1 order by comment_key.day desc limit 2`.execute(db);
  const known = await read();
  if (known.rows[0]?.isToday) return known.rows.map(({ day, key }) => ({ day, key }));
  await sql`insert into comment_key (day, key) values ((now() at time zone 'UTC')::date, ${randomBytes(32)}) on conflict do nothing`.execute(
    db,
  );
  await sql`delete from comment_key where day < (now() at time zone 'UTC')::date - 1`.execute(db);
  return (await read()).rows.map(({ day, key }) => ({ day, key }));
}
