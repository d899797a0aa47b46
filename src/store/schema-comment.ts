// The tables of migration 0009 as types: comments, what was decided about them, and where they are offered.
import type { ColumnType, Generated } from 'kysely';

type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type CommentTable = {
  id: Generated<number>;
  uid: Defaulted<string>;
  story_id: number;
  parent_id: number | null;
  name: string;
  body: string;
  state: 'held' | 'shown' | 'rejected' | 'removed';
  reasons: Defaulted<string[]>;
  has_proof: boolean;
  address_key: Buffer;
  writer_key: Buffer | null;
  text_hash: Buffer;
  created_at: Defaulted<Date>;
  shown_at: Date | null;
  edited_at: Date | null;
};

export type CommentStoryTable = {
  story_id: number;
  shown: Defaulted<number>;
  latest_at: Date | null;
  changed_at: Defaulted<Date>;
  is_closed: Defaulted<boolean>;
};

export type CommentSettingTable = {
  scope: 'site' | 'publisher' | 'source';
  scope_id: number;
  is_offered: boolean | null;
  hold: 'all' | 'unknown' | null;
  close_days: number | null;
  is_closed: boolean | null;
};

export type CommentWordTable = { word: string; added_by: string; added_at: Defaulted<Date> };

export type CommentDecisionTable = {
  id: Generated<number>;
  at: Defaulted<Date>;
  actor: string;
  action: 'approve' | 'reject';
  reason: Defaulted<string>;
  comments: ColumnType<unknown, string, string>;
  undone_at: Date | null;
};

export type CommentKeyTable = { day: ColumnType<Date, string, string>; key: Buffer };

/** What migration 0009 adds to the schema. */
export type CommentSchema = {
  comment: CommentTable;
  comment_story: CommentStoryTable;
  comment_setting: CommentSettingTable;
  comment_word: CommentWordTable;
  comment_decision: CommentDecisionTable;
  comment_key: CommentKeyTable;
};
