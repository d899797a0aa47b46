// The tables of migration 0016 as types: what editors decided about whole stories.
import type { ColumnType } from 'kysely';

type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type StoryPinTable = { entry_id: number; actor: string; at: Defaulted<Date> };

export type StoryHeadlineTable = { story_id: number; title: string; actor: string; at: Defaulted<Date> };

/** What migration 0016 adds to the schema. */
export type DeskSchema = { story_pin: StoryPinTable; story_headline: StoryHeadlineTable };
