// The tables of migration 0013 as types: polls by day, answers kept, runs over many sources.
import type { ColumnType, Generated } from 'kysely';

type Defaulted<T> = ColumnType<T, T | undefined, T>;
/** Kept as JSON; written as text so that arrays are not taken for PostgreSQL arrays. */
type Json<T> = ColumnType<T, string, string>;

export type PollDayTable = {
  source_id: number;
  on_date: string;
  polls: number;
  failed: number;
  unchanged: number;
  items: number;
  created: number;
  changed: number;
  skipped: number;
  took_ms: number | null;
  lag_seconds: number | null;
};

export type SourceAnswerTable = {
  source_id: number;
  kind: 'good' | 'bad';
  at: Defaulted<Date>;
  url: string;
  status: number | null;
  hops: Json<unknown>;
  headers: Json<unknown>;
  body: Buffer;
  bytes: number;
  is_cut: boolean;
  note: string | null;
};

export type SourceRunTable = {
  id: Generated<number>;
  started_at: Defaulted<Date>;
  actor: string;
  source_ids: number[];
};

/** What migration 0013 adds to the schema. */
export type SourceDeskSchema = {
  poll_day: PollDayTable;
  source_answer: SourceAnswerTable;
  source_run: SourceRunTable;
};
