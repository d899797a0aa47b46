// What an editor decides about whole stories: held back, led by a chosen entry, under another headline; and comments that follow a merge.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0016-desk';

const statements = [
  // `held`: out of everything like `hidden`, and in a queue until an editor lets it go or takes it out.
  'alter table story drop constraint story_status_check',
  `alter table story add constraint story_status_check check (status in ('live', 'hidden', 'withdrawn', 'merged', 'held'))`,
  `create index story_aside on story (status, listed_at desc, id desc) where status in ('held', 'hidden', 'withdrawn')`,

  // Stories of several papers, newest first: the list by number of papers reads nothing else.
  `create index story_fit_shared on story_fit (listed_at desc, story_id desc) where kind = 'publisher'`,

  // The entry leads whatever story it is in; of two in one story the one pinned last.
  `create table story_pin (
    entry_id bigint primary key,
    actor text not null,
    at timestamptz not null default clock_timestamp()
  )`,

  // An editor's headline in place of the lead's.
  `create table story_headline (
    story_id bigint primary key,
    title text not null,
    actor text not null,
    at timestamptz not null default now()
  )`,

  'create index comment_of_story on comment (story_id, id)',

  // Comments on stories that ended in others before comments followed them.
  `update comment c set story_id = s.merged_into from story s where s.id = c.story_id and s.status = 'merged'`,
  `insert into comment_story (story_id, shown, latest_at, is_closed)
    select s.merged_into, sum(c.shown), max(c.latest_at), bool_or(c.is_closed) from comment_story c join story s on s.id = c.story_id
    where s.status = 'merged' group by s.merged_into
    on conflict (story_id) do update set shown = comment_story.shown + excluded.shown, changed_at = now(),
      latest_at = greatest(comment_story.latest_at, excluded.latest_at), is_closed = comment_story.is_closed or excluded.is_closed`,
  `delete from comment_story c using story s where s.id = c.story_id and s.status = 'merged'`,
];

/** Makes the tables and moves the comments; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
