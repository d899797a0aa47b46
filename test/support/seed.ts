// A test's wishes → rows: publishers, stories with their entries, editions and documents, with sensible values for what is not said.
import type { EditionFilter, Format, Media, Rights, StoryStatus } from '../../src/domain.ts';
import type { Db } from '../../src/store/db.ts';
import { ensurePartitions } from '../../src/store/partition.ts';

let count = 0;

/** A publisher as a test may want it. */
export type SeedPublisher = {
  slug?: string;
  name?: string;
  province?: string | null;
  rights?: Partial<Rights>;
  isSample?: boolean;
};

/** Inserts a publisher and one source of it; full rights unless said otherwise. */
export async function seedPublisher(
  db: Db,
  wanted: SeedPublisher = {},
): Promise<{ id: number; slug: string; sourceId: number }> {
  count += 1;
  const slug = wanted.slug ?? `bao-${count}`;
  const row = await db
    .insertInto('publisher')
    .values({
      slug,
      name: wanted.name ?? `Báo ${count}`,
      site_url: `https://${slug}.example`,
      province: wanted.province ?? null,
      rights_show: wanted.rights?.show ?? 'full',
      rights_excerpt_chars: wanted.rights?.excerptChars ?? 300,
      rights_images: wanted.rights?.images ?? true,
      is_sample: wanted.isSample ?? false,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const source = await db
    .insertInto('source')
    .values({ publisher_id: row.id, url: `https://${slug}.example/rss`, host: `${slug}.example` })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id: row.id, slug, sourceId: source.id };
}

/** A story as a test may want it; times default to now. */
export type SeedStory = {
  title?: string;
  summary?: string;
  bodyHtml?: string;
  url?: string | null;
  province?: string | null;
  section?: string | null;
  media?: Media[];
  authors?: string[];
  publishedAt?: Date;
  listedAt?: Date;
  isDateGuess?: boolean;
  status?: StoryStatus;
  mergedInto?: number;
  /** Further papers that carry it. */
  others?: { id: number; sourceId: number }[];
};

/** A picture with everything absent that a feed may leave out. */
export function seedPicture(url: string, title: string | null = null): Media {
  return { url, type: 'image/png', medium: 'image', length: null, width: null, height: null, title, credit: null };
}

async function seedEntry(
  db: Db,
  publisher: { id: number; sourceId: number },
  wanted: SeedStory,
  title: string,
): Promise<{ id: number; seenAt: Date }> {
  const now = new Date();
  const row = await db
    .insertInto('entry')
    .values({
      seen_at: now,
      publisher_id: publisher.id,
      source_id: publisher.sourceId,
      url: wanted.url === undefined ? `https://paper.example/${encodeURIComponent(title.slice(0, 20))}` : wanted.url,
      title,
      summary: wanted.summary ?? '',
      body_html: wanted.bodyHtml ?? '',
      authors: wanted.authors ?? [],
      categories: [],
      media: JSON.stringify(wanted.media ?? []),
      section: wanted.section ?? null,
      province: wanted.province ?? null,
      published_at: wanted.publishedAt ?? now,
      is_date_guess: wanted.isDateGuess ?? false,
      updated_at: null,
      changed_at: now,
      listed_at: wanted.listedAt ?? wanted.publishedAt ?? now,
      hash: Buffer.alloc(8),
    })
    .returning(['id', 'seen_at'])
    .executeTakeFirstOrThrow();
  return { id: row.id, seenAt: row.seen_at };
}

/** Inserts a story led by this publisher, with one entry for it and for each other carrier. */
export async function seedStory(
  db: Db,
  publisher: { id: number; sourceId: number },
  wanted: SeedStory = {},
): Promise<{ id: number; uid: string }> {
  await ensurePartitions(db);
  count += 1;
  const title = wanted.title ?? `Tin thử số ${count}`;
  const lead = await seedEntry(db, publisher, wanted, title);
  const at = wanted.publishedAt ?? lead.seenAt;
  const story = await db
    .insertInto('story')
    .values({
      status: wanted.status ?? 'live',
      merged_into: wanted.mergedInto ?? null,
      title,
      summary: wanted.summary ?? '',
      province: wanted.province ?? null,
      section: wanted.section ?? null,
      image: wanted.media?.[0] ? JSON.stringify(wanted.media[0]) : null,
      first_at: at,
      listed_at: wanted.listedAt ?? at,
      changed_at: lead.seenAt,
      publisher_id: publisher.id,
      lead_entry_id: lead.id,
      lead_seen_at: lead.seenAt,
    })
    .returning(['id', 'uid'])
    .executeTakeFirstOrThrow();
  const copies = await Promise.all(
    (wanted.others ?? []).map((other) =>
      seedEntry(db, other, { ...wanted, url: `https://other-${other.id}.example/bai` }, title),
    ),
  );
  await db
    .insertInto('story_entry')
    .values([lead, ...copies].map((entry) => ({ entry_id: entry.id, seen_at: entry.seenAt, story_id: story.id })))
    .execute();
  return story;
}

/** Inserts an edition that selects everything unless a filter is given; returns its id. */
export async function seedEdition(
  db: Db,
  wanted: {
    path: string;
    title?: string;
    filter?: EditionFilter;
    retiredAt?: Date;
  },
): Promise<number> {
  const row = await db
    .insertInto('edition')
    .values({
      path: wanted.path,
      title: wanted.title ?? 'Tin mới',
      ...wanted.filter,
      retired_at: wanted.retiredAt ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Puts a rendered document in place, as the publisher would; nothing is due on it. */
export async function seedDocument(
  db: Db,
  editionId: number,
  format: Format,
  wanted: { body: string; etag: string; lastModified?: Date },
): Promise<void> {
  const values = {
    body: Buffer.from(wanted.body),
    etag: wanted.etag,
    last_modified: wanted.lastModified ?? new Date('2026-11-22T01:00:00Z'),
    items: 1,
    rendered_at: new Date(),
    due_at: null,
  };
  await db
    .insertInto('document')
    .values({ edition_id: editionId, format, ...values })
    .onConflict((conflict) => conflict.columns(['edition_id', 'format']).doUpdateSet(values))
    .execute();
}
