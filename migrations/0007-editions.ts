// Editions by combined filters, their archives, revisions and corrections, withdrawal, and the search over stories.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0007-editions';

const statements = [
  // An edition is a conjunction of up to four conditions; '' = none. `is_kept`: made by hand, so no list retires it.
  `alter table edition
    add column province text not null default '',
    add column section text not null default '',
    add column publisher text not null default '',
    add column words text not null default '',
    add column is_kept boolean not null default false,
    add column archive_change_id bigint not null default 0,
    add column archive_open_on date,
    add column archived_at timestamptz`,
  `update edition set
    province = case when kind = 'province' then value else '' end,
    section = case when kind = 'section' then value else '' end,
    publisher = case when kind = 'publisher' then value else '' end`,
  'alter table edition drop column kind, drop column value',
  'alter table edition add constraint edition_filter unique (province, section, publisher, words)',

  // Former paths of an edition: they move to the present one.
  `create table edition_alias (
    path text primary key,
    edition_id bigint not null references edition on delete cascade
  )`,

  // story_ids: what stands in the bytes, so that a withdrawal finds every document that shows it.
  'alter table document drop constraint document_format_check',
  `alter table document
    add constraint document_format_check check (format in ('rss', 'atom', 'json', 'partner', 'google', 'msn')),
    add column story_ids bigint[] not null default '{}'`,
  // Their bytes stay; they are rendered anew, so that what stands in them is known.
  'update document set etag = null, due_at = now()',

  // Lists that never change once written: what stood in an edition on a day, 50 stories a part, oldest first.
  `create table archive_page (
    edition_id bigint not null references edition on delete cascade,
    day date not null,
    part integer not null,
    story_ids bigint[] not null,
    closed_at timestamptz(3) not null,
    primary key (edition_id, day, part)
  )`,

  // What a story said before each material change.
  `create table story_revision (
    story_id bigint not null,
    revision integer not null,
    title text not null,
    summary text not null,
    publisher_id bigint not null,
    lead_entry_id bigint not null,
    changed_at timestamptz not null,
    replaced_at timestamptz not null default clock_timestamp(),
    primary key (story_id, revision)
  )`,
  `create function keep_story_revision() returns trigger language plpgsql as $$
  begin
    insert into story_revision (story_id, revision, title, summary, publisher_id, lead_entry_id, changed_at)
    select old.id, coalesce(max(revision), 0) + 1, old.title, old.summary, old.publisher_id, old.lead_entry_id, old.changed_at
    from story_revision where story_id = old.id;
    return null;
  end $$`,
  // A rule of the table rather than of its writers: whoever changes a story, its former words are kept.
  `create trigger story_revised after update of changed_at on story for each row
    when (old.changed_at is distinct from new.changed_at and old.status = 'live')
    execute function keep_story_revision()`,

  `create table story_correction (
    id bigint generated always as identity,
    story_id bigint not null,
    note text not null,
    by text not null,
    at timestamptz(3) not null,
    primary key (story_id, id)
  )`,

  // Stories that were taken back, as feeds with tombstones tell of them. Removed when a story is restored.
  `create table story_tombstone (
    story_id bigint primary key,
    uid uuid not null,
    withdrawn_at timestamptz(3) not null,
    reason text not null,
    provinces text[] not null,
    sections text[] not null,
    publishers text[] not null
  )`,
  'create index story_tombstone_latest on story_tombstone (withdrawn_at desc)',

  // What every web process must forget: all it holds of a story, or (story_id null) everything.
  `create table purge (
    id bigint generated always as identity primary key,
    story_id bigint,
    at timestamptz not null default now()
  )`,

  // Narrow and beside the story, so that ingest and clustering never wait for a text index. Only live stories are in it.
  `create table story_search (
    story_id bigint primary key,
    listed_at timestamptz(3) not null,
    words tsvector not null
  )`,
  'create index story_search_latest on story_search (listed_at desc, story_id desc)',
  'create index story_search_words on story_search using gin (words)',
];

/** Makes the tables and the new columns; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
