// The tables as types for the query builder: one type a table, in the order of the river.
import type { ColumnType, Generated } from 'kysely';
import type { DocumentFormat, StoryStatus } from '../domain.ts';
import type { CommentSchema } from './schema-comment.ts';
import type { DeskSchema } from './schema-desk.ts';
import type { ConsoleSchema } from './schema-console.ts';
import type { FetchSchema } from './schema-fetch.ts';
import type { HubSchema } from './schema-hub.ts';
import type { ListingSchema } from './schema-listing.ts';
import type { PartnerSchema } from './schema-partner.ts';
import type { SourceDeskSchema } from './schema-source-desk.ts';
import type { WorkSchema } from './schema-work.ts';
import type { WatchSchema } from './schema-watch.ts';

type Timestamp = Date;
/** Written by the database's default where absent. */
type Defaulted<T> = ColumnType<T, T | undefined, T>;
/** Kept as JSON; written as text so that arrays are not taken for PostgreSQL arrays. */
type Json<T> = ColumnType<T, string, string>;

export type PublisherTable = {
  id: Generated<number>;
  slug: string;
  name: string;
  site_url: string;
  province: string | null;
  zone: Defaulted<string>;
  rights_show: Defaulted<'headline' | 'excerpt' | 'full'>;
  rights_excerpt_chars: Defaulted<number>;
  rights_images: Defaulted<boolean>;
  /** Parts of an Agreement; what is absent has its default. See store/agreement.ts. */
  agreement: ColumnType<unknown, string | undefined, string>;
  is_sample: Defaulted<boolean>;
  /** Pace agreed with the paper in minutes; null = the sources' own rhythm. */
  poll_minutes: number | null;
  withdraw_automatically: Defaulted<boolean>;
  /** ArticleRule as JSON; null = none. */
  article_rules: Json<unknown> | null;
  /** 1: leads before all others of a story, -1: after them, 0: as the reasons say. */
  lead_weight: Defaulted<number>;
  created_at: Defaulted<Timestamp>;
};

export type SourceTable = {
  id: Generated<number>;
  publisher_id: number;
  kind: Defaulted<string>;
  /** SourceRules as JSON; null = none. */
  rules: Json<unknown> | null;
  read_pages: Defaulted<'never' | 'needed' | 'always'>;
  url: string;
  host: string;
  title: string | null;
  section: string | null;
  is_paused: Defaulted<boolean>;
  next_fetch_at: Defaulted<Timestamp>;
  next_reason: Defaulted<string>;
  claimed_by: string | null;
  claimed_until: Timestamp | null;
  etag: string | null;
  last_modified: string | null;
  body_hash: Buffer | null;
  item_marks: Buffer | null;
  failures: Defaulted<number>;
  last_error: string | null;
  last_status: number | null;
  last_attempt_at: Timestamp | null;
  last_success_at: Timestamp | null;
  turnover_seconds: number | null;
  newest_at: Timestamp | null;
  overlap: number | null;
  hints: Json<unknown> | null;
  took_ms: number | null;
  full_at: Timestamp | null;
  false_304s: Defaulted<number>;
  validator_url: string | null;
  moved_to: string | null;
  moved_since: Timestamp | null;
  gone_since: Timestamp | null;
  failing_since: Timestamp | null;
  blocked_by: string | null;
  /** The name people gave it; it wins over the feed's own. */
  own_title: string | null;
  /** Pace set for this source alone; null = its publisher's or its own. */
  poll_minutes: number | null;
  answer_at: Timestamp | null;
  created_at: Defaulted<Timestamp>;
};

export type PollTable = {
  id: Generated<number>;
  source_id: number;
  started_at: Defaulted<Timestamp>;
  took_ms: number;
  outcome: string;
  status: number | null;
  bytes: Defaulted<number>;
  items: Defaulted<number>;
  created: Defaulted<number>;
  changed: Defaulted<number>;
  skipped: Defaulted<number>;
  lag_seconds: number | null;
  note: string | null;
};

export type EntryKeyTable = {
  publisher_id: number;
  key: string;
  entry_id: number;
  seen_at: Timestamp;
  removed_at: Timestamp | null;
};

export type EntryTable = {
  id: Generated<number>;
  seen_at: Timestamp;
  publisher_id: number;
  source_id: number;
  url: string | null;
  title: string;
  summary: string;
  body_html: string;
  authors: string[];
  categories: string[];
  media: Json<unknown>;
  section: string | null;
  province: string | null;
  published_at: Timestamp;
  is_date_guess: boolean;
  updated_at: Timestamp | null;
  changed_at: Timestamp;
  listed_at: Timestamp;
  hash: Buffer;
};

export type ClusterDueTable = {
  entry_id: number;
  seen_at: Timestamp;
  publisher_id: number | null;
  sketch: Buffer | null;
  is_new: Defaulted<boolean>;
  places: string[] | null;
};

export type EntrySketchTable = {
  batch: number;
  entry_id: number;
  seen_at: Timestamp;
  publisher_id: number;
  sketch: Buffer;
};

export type EntryTextTable = { hash: number; entry_id: number };

export type StoryTable = {
  id: Generated<number>;
  uid: Defaulted<string>;
  status: Defaulted<StoryStatus>;
  merged_into: number | null;
  title: string;
  summary: string;
  province: string | null;
  section: string | null;
  image: Json<unknown> | null;
  first_at: Timestamp;
  listed_at: Timestamp;
  changed_at: Timestamp;
  publisher_id: number;
  lead_entry_id: number;
  lead_seen_at: Timestamp;
  /** From the sequence story_change: see store/story-writer.ts. */
  change_id: Defaulted<number>;
};

export type StoryEntryTable = {
  entry_id: number;
  seen_at: Timestamp;
  story_id: number;
  evidence: Json<unknown> | null;
  /** From the sequence story_arrival, under the story writer's lock: entries in the order in which they reached their stories. */
  arrival_id: Defaulted<number>;
};

export type StoryEventTable = {
  id: Generated<number>;
  at: Defaulted<Timestamp>;
  kind: string;
  story_id: number;
  other_story_id: number | null;
  entry_id: number | null;
  evidence: Json<unknown> | null;
  actor: string;
  reason: string | null;
};

export type StoryFitTable = {
  kind: 'province' | 'section' | 'publisher';
  value: string;
  listed_at: Timestamp;
  story_id: number;
};

export type StoryDecreeTable = {
  a: number;
  b: number;
  kind: 'together' | 'apart';
  actor: string;
  at: Defaulted<Timestamp>;
  reason: string | null;
};

export type PublisherHabitTable = { publisher_id: number; habit: Json<unknown> };

export type EditionTable = {
  id: Generated<number>;
  path: string;
  title: string;
  province: Defaulted<string>;
  section: Defaulted<string>;
  publisher: Defaulted<string>;
  words: Defaulted<string>;
  is_kept: Defaulted<boolean>;
  changed_at: Defaulted<Timestamp>;
  retired_at: Timestamp | null;
  archive_change_id: Defaulted<number>;
  archive_open_on: string | null;
  archived_at: Timestamp | null;
};

export type DocumentTable = {
  edition_id: number;
  format: DocumentFormat;
  body: Buffer | null;
  etag: string | null;
  last_modified: Timestamp | null;
  items: number | null;
  rendered_at: Timestamp | null;
  read_at: Defaulted<Timestamp>;
  due_at: Defaulted<Timestamp | null>;
  claimed_until: Timestamp | null;
  problem: string | null;
  story_ids: Defaulted<number[]>;
};

export type EditionAliasTable = { path: string; edition_id: number };

export type ArchivePageTable = {
  edition_id: number;
  day: string;
  part: number;
  story_ids: number[];
  closed_at: Timestamp;
};

export type StoryRevisionTable = {
  story_id: number;
  revision: number;
  title: string;
  summary: string;
  publisher_id: number;
  lead_entry_id: number;
  changed_at: Timestamp;
  replaced_at: Defaulted<Timestamp>;
};

export type StoryCorrectionTable = { id: Generated<number>; story_id: number; note: string; by: string; at: Timestamp };

export type StoryTombstoneTable = {
  story_id: number;
  uid: string;
  withdrawn_at: Timestamp;
  reason: string;
  provinces: string[];
  sections: string[];
  publishers: string[];
};

export type PurgeTable = { id: Generated<number>; story_id: number | null; at: Defaulted<Timestamp> };

export type StoryWordTable = { story_id: number; listed_at: Timestamp; said: string; plain: string; keys: number[] };

export type SettingTable = { key: string; value: Json<unknown> };

export type Schema = CommentSchema &
  ConsoleSchema &
  DeskSchema &
  FetchSchema &
  HubSchema &
  ListingSchema &
  PartnerSchema &
  SourceDeskSchema &
  WorkSchema &
  WatchSchema & {
    setting: SettingTable;
    publisher: PublisherTable;
    source: SourceTable;
    poll: PollTable;
    entry_key: EntryKeyTable;
    entry: EntryTable;
    cluster_due: ClusterDueTable;
    entry_sketch: EntrySketchTable;
    entry_text: EntryTextTable;
    story: StoryTable;
    story_entry: StoryEntryTable;
    story_event: StoryEventTable;
    story_fit: StoryFitTable;
    story_decree: StoryDecreeTable;
    publisher_habit: PublisherHabitTable;
    edition: EditionTable;
    document: DocumentTable;
    edition_alias: EditionAliasTable;
    archive_page: ArchivePageTable;
    story_revision: StoryRevisionTable;
    story_correction: StoryCorrectionTable;
    story_tombstone: StoryTombstoneTable;
    purge: PurgeTable;
    story_word: StoryWordTable;
  };
