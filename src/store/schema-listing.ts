// The tables of sources without feeds as types for the query builder: article pages to be read, and the filling of fields.
import type { ColumnType } from 'kysely';

type Timestamp = Date;
type Defaulted<T> = ColumnType<T, T | undefined, T>;
/** Kept as JSON; written as text so that arrays are not taken for PostgreSQL arrays. */
type Json<T> = ColumnType<T, string, string>;

export type ArticleDueTable = {
  publisher_id: number;
  key: string;
  source_id: number;
  url: string;
  host: string;
  why: 'lacking' | 'short' | 'changed';
  seed: Json<unknown>;
  is_first: boolean;
  tries: Defaulted<number>;
  added_at: Defaulted<Timestamp>;
  due_at: Defaulted<Timestamp | null>;
  claimed_until: Timestamp | null;
  last_error: string | null;
};

export type SourceFillTable = {
  source_id: number;
  place: 'list' | 'page';
  field: string;
  on_date: ColumnType<Date, string, string>;
  seen: number;
  filled: number;
};

export type ListingSchema = { article_due: ArticleDueTable; source_fill: SourceFillTable };
