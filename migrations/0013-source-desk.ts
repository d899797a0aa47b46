// What the console shows of a source and does to it: answers kept, polls counted by day, own pace, decisions, runs over many.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0013-source-desk';

const statements = [
  // lag_seconds: median age of the articles a poll brought; null where it brought none, or was a source's first. skipped: items without
  // words, and repetitions inside the document.
  'alter table poll add lag_seconds integer, add skipped integer not null default 0',
  // Which polls are of today, without an index entry to be written for each poll.
  'create index poll_started on poll using brin (started_at) with (pages_per_range = 16)',

  // Days are those of Vietnam. Written from poll every few minutes, so that lists of sources need not read polls.
  `create table poll_day (
    source_id bigint not null references source on delete cascade,
    on_date date not null,
    polls integer not null,
    failed integer not null,
    unchanged integer not null,
    items integer not null,
    created integer not null,
    changed integer not null,
    skipped integer not null,
    took_ms integer,
    lag_seconds integer,
    primary key (source_id, on_date)
  ) with (fillfactor = 70)`,
  'create index poll_day_date on poll_day (on_date)',

  // poll_minutes: the pace an admin set for this source alone. answer_at: when its last good answer was kept.
  `alter table source
    add poll_minutes integer check (poll_minutes between 1 and 10080),
    add answer_at timestamptz`,

  // The last good and the last bad answer. body: zstd; the beginning alone where is_cut. hops: redirects, in order.
  `create table source_answer (
    source_id bigint not null references source on delete cascade,
    kind text not null check (kind in ('good', 'bad')),
    at timestamptz not null default now(),
    url text not null,
    status integer,
    hops jsonb not null,
    headers jsonb not null,
    body bytea not null,
    bytes integer not null,
    is_cut boolean not null,
    note text,
    primary key (source_id, kind)
  )`,
  'alter table source_answer alter column body set storage external',

  // A person's word on a held poll; the river does it.
  `alter table held_poll
    add decision text check (decision in ('new', 'same', 'drop')),
    add decided_by text`,
  // A person has seen it: it no longer counts against the source.
  'alter table gap add dismissed_at timestamptz',

  // Sources read one after another because somebody asked for it; how far it is stands in the sources.
  `create table source_run (
    id bigint generated always as identity primary key,
    started_at timestamptz not null default now(),
    actor text not null,
    source_ids bigint[] not null
  )`,
];

/** Adds the columns and tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
