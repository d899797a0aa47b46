// The tables of migration 0015 as types: work that people wait for, and papers' earlier domains.
import type { ColumnType, Generated } from 'kysely';

type Defaulted<T> = ColumnType<T, T | undefined, T>;
/** Kept as JSON; written as text so that arrays are not taken for PostgreSQL arrays. */
type Json<T> = ColumnType<T, string, string>;

export type DeskWorkTable = {
  uid: Generated<string>;
  kind: string;
  actor: string;
  input: Json<unknown>;
  body: Buffer | null;
  state: Defaulted<'running' | 'done' | 'failed'>;
  steps: ColumnType<unknown, string | undefined, string>;
  done: Defaulted<number>;
  total: number | null;
  result: Json<unknown> | null;
  problem: Json<unknown> | null;
  created_at: Defaulted<Date>;
  beat_at: Defaulted<Date>;
};

export type PublisherHostTable = {
  host: string;
  publisher_id: number;
  until_on: string | null;
  note: Defaulted<string>;
  added_at: Defaulted<Date>;
};

/** What migration 0015 adds to the schema. */
export type WorkSchema = { desk_work: DeskWorkTable; publisher_host: PublisherHostTable };
