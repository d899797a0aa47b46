// Who may enter the console, who is inside, and what was changed there: accounts, sessions, links to enter, slow-down, audit.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export const name = '0011-console';

const statements = [
  // name is lower-case. totp_step: the last time step whose code was taken, so that none is taken twice.
  `create table account (
    id bigint generated always as identity primary key,
    name text not null unique,
    role text not null check (role in ('admin', 'editor', 'moderator', 'viewer')),
    password text not null,
    totp_secret bytea,
    totp_step bigint not null default 0,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    signed_in_at timestamptz
  )`,

  // hash: SHA-256 of the cookie's 256 random bits; the cookie itself is kept nowhere.
  `create table session (
    hash bytea primary key,
    account_id bigint not null references account on delete cascade,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    agent text not null default '',
    address bytea not null
  ) with (fillfactor = 70)`,
  'create index session_account on session (account_id, seen_at desc)',

  // A link that makes an account (account_id null) or sets a new password, once.
  `create table invite (
    hash bytea primary key,
    role text not null check (role in ('admin', 'editor', 'moderator', 'viewer')),
    account_id bigint references account on delete cascade,
    made_by text not null,
    is_first boolean not null default false,
    expires_at timestamptz not null
  )`,

  // Tries to sign in, by keyed hash of an account's name or an address: nobody's address is kept.
  `create table sign_in_try (
    key bytea primary key,
    tries integer not null,
    last_at timestamptz not null default now(),
    closed_until timestamptz
  ) with (fillfactor = 50)`,

  // words: what the search of the log looks in.
  `create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    target text not null,
    detail jsonb not null,
    words text not null
  )`,
  `create index audit_words on audit using gin (to_tsvector('simple', words))`,
];

/** Creates the tables; runs inside the transaction of the migration runner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
