// Sources without feeds: how to read them, article pages that wait to be read, and how well fields are filled.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0005-listing';

const statements = [
  // rules: selectors and paths, see source/rules.ts. read_pages: needed = where headline, date or (with full rights) text is missing.
  `alter table source
    add rules jsonb,
    add read_pages text not null default 'needed' check (read_pages in ('never', 'needed', 'always'))`,
  // article_rules: selectors of the paper's article pages, see ArticleRule in source/rules.ts; a source's own win over them.
  'alter table publisher add article_rules jsonb',

  // Articles whose own page is to be read. seed: the item as its source wrote it. due_at null = given up, kept so that it is not asked again.
  `create table article_due (
    publisher_id bigint not null,
    key text not null,
    source_id bigint not null,
    url text not null,
    host text not null,
    why text not null check (why in ('lacking', 'short', 'changed')),
    seed jsonb not null,
    is_first boolean not null,
    tries integer not null default 0,
    added_at timestamptz not null default now(),
    due_at timestamptz default now(),
    claimed_until timestamptz,
    last_error text,
    primary key (publisher_id, key)
  ) with (fillfactor = 70)`,
  'create index article_due_at on article_due (due_at) where due_at is not null',
  'create index article_due_left on article_due (added_at) where due_at is null',

  // place: list = as the source's document says it, page = as article pages do. A day is one of UTC.
  `create table source_fill (
    source_id bigint not null,
    place text not null check (place in ('list', 'page')),
    field text not null,
    on_date date not null,
    seen integer not null,
    filled integer not null,
    primary key (source_id, place, field, on_date)
  ) with (fillfactor = 70)`,
  'create index source_fill_date on source_fill (on_date)',
];

/** Adds the columns and tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
