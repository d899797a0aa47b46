// Entries in the shape that rights are decided on: each with its own publisher, so that a copy never goes out under another's agreement.
import { sql } from 'kysely';
import type { Media, Publisher, Rights, StoryStatus } from '../domain.ts';
import { toAgreement } from './agreement.ts';
import type { Db } from './db.ts';
import type { ListedStory } from './story.ts';

/** An entry with its story's id. As a ListedStory its `id` is the entry's own, and it has no other carriers. */
export type ListedEntry = ListedStory & { storyId: number; storyUid: string; isLead: boolean };

type Row = {
  id: number;
  story_id: number;
  uid: string;
  status: StoryStatus;
  lead_entry_id: number;
  url: string | null;
  title: string;
  summary: string;
  body_html: string;
  authors: string[];
  categories: string[];
  media: Media[];
  section: string | null;
  province: string | null;
  published_at: Date;
  is_date_guess: boolean;
  updated_at: Date | null;
  changed_at: Date;
  listed_at: Date;
  seen_at: Date;
  publisher_id: number;
  slug: string;
  name: string;
  site_url: string;
  publisher_province: string | null;
  zone: string;
  rights_show: Rights['show'];
  rights_excerpt_chars: number;
  rights_images: boolean;
  agreement: unknown;
  is_sample: boolean;
};

const columns = sql`e.id, m.story_id, s.uid, s.status, s.lead_entry_id, e.url, e.title, e.summary, e.body_html, e.authors, e.categories, e.media,
  e.section, e.province, e.published_at, e.is_date_guess, e.updated_at, e.changed_at, e.listed_at, e.seen_at, e.publisher_id, p.slug, p.name,
  p.site_url, p.province as publisher_province, p.zone, p.rights_show, p.rights_excerpt_chars, p.rights_images, p.agreement, p.is_sample`;

function publisherOf(row: Row): Publisher {
  return {
    id: row.publisher_id,
    slug: row.slug,
    name: row.name,
    siteUrl: row.site_url,
    province: row.publisher_province,
    zone: row.zone,
    rights: { show: row.rights_show, excerptChars: row.rights_excerpt_chars, images: row.rights_images },
    agreement: toAgreement(row.agreement),
    isSample: row.is_sample,
  };
}

function toEntry(row: Row): ListedEntry {
  return {
    id: row.id,
    uid: row.uid,
    storyId: row.story_id,
    storyUid: row.uid,
    isLead: row.lead_entry_id === row.id,
    status: row.status,
    title: row.title,
    summary: row.summary,
    province: row.province,
    section: row.section,
    image: row.media.find((media) => media.medium === 'image') ?? null,
    firstAt: row.published_at,
    listedAt: row.listed_at,
    changedAt: row.changed_at,
    publisherId: row.publisher_id,
    leadEntryId: row.id,
    url: row.url,
    bodyHtml: row.body_html,
    authors: row.authors,
    categories: row.categories,
    media: row.media,
    publishedAt: row.published_at,
    isDateGuess: row.is_date_guess,
    updatedAt: row.updated_at,
    seenAt: row.seen_at,
    publisher: publisherOf(row),
    others: [],
  };
}

/** Entries by id, in the order of the ids; those that are gone are absent. Key of story_entry, then of entry. */
export async function entriesByIds(db: Db, ids: readonly number[]): Promise<ListedEntry[]> {
  if (ids.length === 0) return [];
  const found = await sql<Row>`
    select ${columns} from story_entry m
      join entry e on e.id = m.entry_id and e.seen_at = m.seen_at join story s on s.id = m.story_id join publisher p on p.id = e.publisher_id
    where m.entry_id = any(${[...ids]}::bigint[]) limit ${ids.length}`.execute(db);
  const byId = new Map(found.rows.map((row) => [row.id, toEntry(row)]));
  return ids.map((id) => byId.get(id)).filter((entry) => entry !== undefined);
}

/** The entries of a story, earliest first, at most 100. Index story_entry_story, then entries by key. */
export async function entriesOfStory(db: Db, storyId: number): Promise<ListedEntry[]> {
  const found = await sql<Row>`
    select ${columns} from story_entry m
      join entry e on e.id = m.entry_id and e.seen_at = m.seen_at join story s on s.id = m.story_id join publisher p on p.id = e.publisher_id
    where m.story_id = ${storyId} order by e.published_at, e.id limit 100`.execute(db);
  return found.rows.map(toEntry);
}
