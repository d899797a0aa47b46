// The tables of polite fetching as types for the query builder: turns at hosts, held polls, gaps, articles taken down.
import type { ColumnType, Generated } from 'kysely';

type Timestamp = Date;
type Defaulted<T> = ColumnType<T, T | undefined, T>;
/** Kept as JSON; written as text so that arrays are not taken for PostgreSQL arrays. */
type Json<T> = ColumnType<T, string, string>;

export type HostTable = {
  name: string;
  free_at: Defaulted<Timestamp>;
  why: Defaulted<string>;
  busy_until: Timestamp | null;
  busy_publisher_id: number | null;
};

export type HeldPollTable = {
  source_id: number;
  held_at: Defaulted<Timestamp>;
  renewed_at: Defaulted<Timestamp>;
  items: number;
  fresh: number;
  twins: number;
  url: string;
  headers: Json<unknown>;
  body: Buffer;
  examples: Json<unknown>;
  decision: 'new' | 'same' | 'drop' | null;
  decided_by: string | null;
};

export type GapTable = {
  id: Generated<number>;
  source_id: number;
  raised_at: Defaulted<Timestamp>;
  after_at: Timestamp | null;
  before_at: Timestamp | null;
  kind: Defaulted<'syndication' | 'sitemap'>;
  next_url: string | null;
  status: Defaulted<'open' | 'filled' | 'partly' | 'left'>;
  pages: Defaulted<number>;
  found: Defaulted<number>;
  due_at: Defaulted<Timestamp | null>;
  tries: Defaulted<number>;
  note: string | null;
  dismissed_at: Timestamp | null;
};

export type RemovalTable = {
  entry_id: number;
  seen_at: Timestamp;
  publisher_id: number;
  url: string;
  why: 'vanished' | 'asked';
  state: Defaulted<'due' | 'there' | 'removed' | 'unclear'>;
  evidence: string | null;
  looks: Defaulted<number>;
  asked_at: Defaulted<Timestamp>;
  due_at: Defaulted<Timestamp | null>;
  found_at: Timestamp | null;
  decided_at: Timestamp | null;
  decision: 'withdrawn' | 'kept' | null;
};

export type FetchSchema = {
  host: HostTable;
  held_poll: HeldPollTable;
  gap: GapTable;
  removal: RemovalTable;
};
