// Partners in PostgreSQL: who they are, their keys (hashes alone), their products, and what a key opens.
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { EditionFilter, Rights } from '../domain.ts';
import type { Db } from './db.ts';
import { readFilter } from './edition.ts';

/** Ways in which a partner may take stories: documents by their ending, and the API. */
export const productFormats = ['rss', 'atom', 'json', 'partner', 'google', 'msn', 'ninjs', 'simple', 'api'] as const;

/** One of `productFormats`. */
export type ProductFormat = (typeof productFormats)[number];

/** What a partner may take: stories of these editions in these formats, at most this much of each. */
export type Product = {
  name: string;
  /** Paths of editions; `tin-moi` is everything. */
  editions: string[];
  formats: ProductFormat[];
  show: Rights['show'];
  images: boolean;
};

/** A partner. Quotas are requests. */
export type Partner = {
  id: number;
  slug: string;
  name: string;
  contact: string;
  perMinute: number;
  perDay: number;
  isActive: boolean;
};

/** A product with what its editions select. An edition that is retired or unknown selects nothing and is left out. */
export type OpenProduct = Product & { filters: EditionFilter[] };

/** What a key that was shown opens now. */
export type Access = Partner & { keyId: number; products: OpenProduct[]; takenToday: number };

/** A key without its secret. */
export type KeyRow = {
  id: number;
  kind: 'key' | 'path';
  hint: string;
  note: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** Day of the last use as far as noted, `2026-11-22`. */
  usedOn: string | null;
};

const partnerColumns = sql`p.id, p.slug, p.name, p.contact, p.per_minute as "perMinute", p.per_day as "perDay", p.is_active as "isActive"`;

/** Small letters, digits and hyphens, 1 to 61: what a partner may be called in addresses. */
export const isPartnerSlug = (slug: string): boolean => /^[a-z0-9][a-z0-9-]{0,60}$/.test(slug);

/** Makes a partner; null when the slug is taken. Touches partner. */
export async function insertPartner(
  db: Db,
  wanted: Pick<Partner, 'slug' | 'name' | 'contact' | 'perMinute' | 'perDay'>,
): Promise<number | null> {
  const made = await db
    .insertInto('partner')
    .values({
      slug: wanted.slug,
      name: wanted.name,
      contact: wanted.contact,
      per_minute: wanted.perMinute,
      per_day: wanted.perDay,
    })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  return made?.id ?? null;
}

/** Changes quotas, or switches a partner off and on; false when there is none of that slug. */
export async function updatePartner(
  db: Db,
  slug: string,
  part: Partial<Pick<Partner, 'perMinute' | 'perDay' | 'isActive'>>,
): Promise<boolean> {
  const changed = await sql`
    update partner set per_minute = coalesce(${part.perMinute ?? null}::int, per_minute), per_day = coalesce(${part.perDay ?? null}::int, per_day),
      is_active = coalesce(${part.isActive ?? null}::boolean, is_active)
    where slug = ${slug}`.execute(db);
  return (changed.numAffectedRows ?? 0n) > 0n;
}

/** All partners by name, at most 1,000. */
export async function listPartners(db: Db): Promise<Partner[]> {
  return (await sql<Partner>`select ${partnerColumns} from partner p order by p.name, p.id limit 1000`.execute(db))
    .rows;
}

/** The partner of a slug; null when there is none. */
export async function partnerBySlug(db: Db, slug: string): Promise<Partner | null> {
  return (await sql<Partner>`select ${partnerColumns} from partner p where slug = ${slug}`.execute(db)).rows[0] ?? null;
}

/** The ids of partners by slug; unknown ones are absent. */
export async function partnerIds(db: Db, slugs: readonly string[]): Promise<Map<string, number>> {
  const found = await sql<{ slug: string; id: number }>`
    select slug, id from partner where slug = any(${[...slugs]}::text[])`.execute(db);
  return new Map(found.rows.map((row) => [row.slug, row.id]));
}

function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * Makes a key of 256 random bits and returns it; only its hash is kept, so nobody can show it a second time. `key` goes into a
 * header (`tt_…`), `path` into an address. Touches partner_key.
 */
export async function makeKey(
  db: Db,
  partnerId: number,
  wanted: { kind: 'key' | 'path'; note: string; expiresAt: Date | null },
): Promise<{ id: number; secret: string }> {
  const random = randomBytes(32).toString('base64url');
  const secret = wanted.kind === 'key' ? `tt_${random}` : random;
  const row = await db
    .insertInto('partner_key')
    .values({
      partner_id: partnerId,
      kind: wanted.kind,
      hash: hashSecret(secret),
      hint: `…${secret.slice(-4)}`,
      note: wanted.note,
      expires_at: wanted.expiresAt,
      revoked_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id: row.id, secret };
}

/** Ends a key now; false when it is unknown or ended already. Web processes hear of it within 5 s. */
export async function revokeKey(db: Db, partnerId: number, keyId: number): Promise<boolean> {
  const changed =
    await sql`update partner_key set revoked_at = now() where id = ${keyId} and partner_id = ${partnerId} and revoked_at is null`.execute(
      db,
    );
  return (changed.numAffectedRows ?? 0n) > 0n;
}

/** The keys of a partner, newest first, at most 200. */
export async function listKeys(db: Db, partnerId: number): Promise<KeyRow[]> {
  return (
    await sql<KeyRow>`
      select id, kind, hint, note, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt", used_on::text as "usedOn"
      from partner_key where partner_id = ${partnerId} order by id desc limit 200`.execute(db)
  ).rows;
}

/** Makes or replaces a product. Touches partner_product. */
export async function setProduct(db: Db, partnerId: number, product: Product): Promise<void> {
  const values = {
    editions: product.editions,
    formats: [...product.formats],
    show: product.show,
    images: product.images,
  };
  await db
    .insertInto('partner_product')
    .values({ partner_id: partnerId, name: product.name, ...values })
    .onConflict((conflict) => conflict.columns(['partner_id', 'name']).doUpdateSet(values))
    .execute();
}

/** Removes a product; false when there is none of that name. */
export async function removeProduct(db: Db, partnerId: number, name: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('partner_product')
    .where('partner_id', '=', partnerId)
    .where('name', '=', name)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

/** The products of a partner by name. */
export async function listProducts(db: Db, partnerId: number): Promise<Product[]> {
  const rows = await db
    .selectFrom('partner_product')
    .select(['name', 'editions', 'formats', 'show', 'images'])
    .where('partner_id', '=', partnerId)
    .orderBy('name')
    .limit(100)
    .execute();
  return rows.map((row) => ({ ...row, formats: row.formats.filter(isFormat) }));
}

/** Names of all products by partner, at most 10,000. */
export async function productNames(db: Db): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('partner_product')
    .select(['partner_id', 'name'])
    .orderBy('partner_id')
    .orderBy('name')
    .limit(10_000)
    .execute();
  const names = new Map<number, string[]>();
  for (const row of rows) names.set(row.partner_id, [...(names.get(row.partner_id) ?? []), row.name]);
  return names;
}

function isFormat(word: string): word is ProductFormat {
  return (productFormats as readonly string[]).includes(word);
}

type FilterRow = { path: string; province: string; section: string; publisher: string; words: string };

/** Those of the given edition paths that are published, with what each selects. */
export async function filtersOfPaths(db: Db, paths: readonly string[]): Promise<Map<string, EditionFilter>> {
  const found = await sql<FilterRow>`
    select path, province, section, publisher, words from edition where path = any(${[...paths]}::text[]) and retired_at is null`.execute(
    db,
  );
  return new Map(found.rows.map((row) => [row.path, readFilter(row)]));
}

/**
 * What a secret opens now; null when it is unknown, expired, revoked, of the other kind, or its partner is switched off. Two
 * queries; notes the day of use, once a day. Reads partner_key by its unique hash.
 */
export async function findAccess(db: Db, kind: 'key' | 'path', secret: string): Promise<Access | null> {
  const found = await sql<Partner & { keyId: number; usedToday: boolean; takenToday: number; products: Product[] }>`
    select ${partnerColumns}, k.id as "keyId", coalesce(k.used_on = current_date, false) as "usedToday",
      (select coalesce(sum(requests), 0)::int from partner_request r where r.partner_id = p.id and r.used_on = current_date) as "takenToday",
      (select coalesce(json_agg(json_build_object('name', name, 'editions', editions, 'formats', formats, 'show', show, 'images', images) order by name), '[]')
        from partner_product o where o.partner_id = p.id) as products
    from partner_key k join partner p on p.id = k.partner_id
    where k.hash = ${hashSecret(secret)} and k.kind = ${kind} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and p.is_active`.execute(
    db,
  );
  const row = found.rows[0];
  if (row === undefined) return null;
  const { usedToday, ...access } = row;
  const filters = await filtersOfPaths(db, [...new Set(row.products.flatMap((product) => product.editions))]);
  if (!usedToday) await sql`update partner_key set used_on = current_date where id = ${row.keyId}`.execute(db);
  const products = row.products.map((product) => ({
    ...product,
    filters: product.editions.map((path) => filters.get(path)).filter((filter) => filter !== undefined),
  }));
  return { ...access, products };
}
