// Publishers in PostgreSQL: make, find, list, change their rights.
import { type Selectable, sql } from 'kysely';
import type { Agreement, Publisher, Rights } from '../domain.ts';
import { toAgreement } from './agreement.ts';
import type { Db } from './db.ts';
import type { PublisherTable } from './schema.ts';

/** What a new publisher is made of; absent rights mean a headline and nothing more. */
export type NewPublisher = {
  slug: string;
  name: string;
  siteUrl: string;
  province: string | null;
  rights?: Rights;
  isSample?: boolean;
};

function toPublisher(row: Selectable<PublisherTable>): Publisher {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    siteUrl: row.site_url,
    province: row.province,
    zone: row.zone,
    rights: { show: row.rights_show, excerptChars: row.rights_excerpt_chars, images: row.rights_images },
    agreement: toAgreement(row.agreement),
    isSample: row.is_sample,
  };
}

/** The publisher with this slug, made if there is none; an existing one is left as it is. Touches publisher. */
export async function ensurePublisher(db: Db, wanted: NewPublisher): Promise<Publisher> {
  const made = await db
    .insertInto('publisher')
    .values({
      slug: wanted.slug,
      name: wanted.name,
      site_url: wanted.siteUrl,
      province: wanted.province,
      is_sample: wanted.isSample ?? false,
      ...(wanted.rights
        ? {
            rights_show: wanted.rights.show,
            rights_excerpt_chars: wanted.rights.excerptChars,
            rights_images: wanted.rights.images,
          }
        : {}),
    })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returningAll()
    .executeTakeFirst();
  return toPublisher(
    made ?? (await db.selectFrom('publisher').selectAll().where('slug', '=', wanted.slug).executeTakeFirstOrThrow()),
  );
}

/** The publisher with this slug, or null. Reads publisher by its unique slug. */
export async function publisherBySlug(db: Db, slug: string): Promise<Publisher | null> {
  const row = await db.selectFrom('publisher').selectAll().where('slug', '=', slug).limit(1).executeTakeFirst();
  return row ? toPublisher(row) : null;
}

/**
 * The publisher with this slug, else the one whose site has this host or that is known to have had it (with or without `www.`); null for none.
 * Reads publisher by slug and by a scan (it grows with papers, not with news), publisher_host by its primary key.
 */
export async function publisherByHost(db: Db, host: string, slug: string): Promise<Publisher | null> {
  const own = await publisherBySlug(db, slug);
  if (own !== null) return own;
  const bare = host.replace(/^www\./, '');
  const found = await sql<{ slug: string }>`
    select slug from (
      select slug, 0 as rank, id from publisher
        where regexp_replace(lower(site_url), '^https?://(?:www\\.)?([^/?#]*).*$', '\\1') = ${bare}
      union all
      select p.slug, 1, p.id from publisher_host h join publisher p on p.id = h.publisher_id where h.host = ${bare}
    ) known order by rank, id limit 1`.execute(db);
  const [row] = found.rows;
  return row === undefined ? null : publisherBySlug(db, row.slug);
}

/** All publishers by name, at most 10,000. */
export async function listPublishers(db: Db): Promise<Publisher[]> {
  return (await db.selectFrom('publisher').selectAll().orderBy('name').orderBy('id').limit(10_000).execute()).map(
    toPublisher,
  );
}

/** Records an agreement; returns false when no publisher has this slug. Its documents are redone by the caller's touch. */
export async function setRights(db: Db, slug: string, rights: Rights): Promise<boolean> {
  const changed = await db
    .updateTable('publisher')
    .set({ rights_show: rights.show, rights_excerpt_chars: rights.excerptChars, rights_images: rights.images })
    .where('slug', '=', slug)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Records the terms of a paper's agreement whole; returns false when no publisher has this slug. See `setRights` on documents. */
export async function setAgreement(db: Db, slug: string, agreement: Agreement): Promise<boolean> {
  const changed = await db
    .updateTable('publisher')
    .set({ agreement: JSON.stringify(agreement) })
    .where('slug', '=', slug)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}
