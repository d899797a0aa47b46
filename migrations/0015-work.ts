// What adding sources and keeping papers asks of the tables: work that runs while a person waits, papers' earlier domains, their turn to lead.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0015-work';

const statements = [
  // Work that takes longer than an answer may (a look at a site, an import): where it stands, and what came of it. Rows live for a day.
  // A running row whose beat stopped has lost its process. body: what it works on, a file or a page's bytes.
  `create table desk_work (
    uid uuid primary key default gen_random_uuid(),
    kind text not null,
    actor text not null,
    input jsonb not null,
    body bytea,
    state text not null default 'running' check (state in ('running', 'done', 'failed')),
    steps jsonb not null default '[]',
    done integer not null default 0,
    total integer,
    result jsonb,
    problem jsonb,
    created_at timestamptz not null default now(),
    beat_at timestamptz not null default now()
  )`,
  'create index desk_work_created on desk_work (created_at)',

  // Domains that a paper had or has besides the one of its site; host without "www.".
  `create table publisher_host (
    host text primary key,
    publisher_id bigint not null references publisher on delete cascade,
    until_on date,
    note text not null default '',
    added_at timestamptz not null default now()
  )`,
  'create index publisher_host_publisher on publisher_host (publisher_id)',

  // 1: leads before all others of a story; -1: after all others; 0: as the reasons say.
  'alter table publisher add column lead_weight smallint not null default 0',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
