// How a source and its paper's pages are read, in PostgreSQL: the rules as they stand, and new ones.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** Rules as stored (see source/rules.ts); null = none. */
export type Reading = {
  id: number;
  url: string;
  kind: string;
  rules: unknown;
  readPages: 'never' | 'needed' | 'always';
  publisherSlug: string;
  articleRules: unknown;
};

/** How this source is read; null when there is none of this id. */
export async function findReading(db: Db, id: number): Promise<Reading | null> {
  const found = await sql<Reading>`
    select s.id, s.url, s.kind, s.rules, s.read_pages as "readPages", p.slug as "publisherSlug", p.article_rules as "articleRules"
    from source s join publisher p on p.id = s.publisher_id where s.id = ${id}`.execute(db);
  return found.rows[0] ?? null;
}

/**
 * Gives a source new rules; it is due now and read whole, as what was known of its document was read by the old ones (entries stay known by their
 * keys). False when there is no such source. Touches source.
 */
export async function setReading(
  db: Db,
  id: number,
  wanted: { rules: object | null; readPages: Reading['readPages'] },
): Promise<boolean> {
  const rules = wanted.rules === null ? null : JSON.stringify(wanted.rules);
  const changed = await sql`
    update source set rules = ${rules}::jsonb, read_pages = ${wanted.readPages}, etag = null, last_modified = null, body_hash = null, item_marks = null,
      next_fetch_at = now(), next_reason = 'asked'
    where id = ${id}`.execute(db);
  const isChanged = (changed.numAffectedRows ?? 0n) > 0n;
  if (isChanged) await sql`select pg_notify('source_due', '')`.execute(db);
  return isChanged;
}

/** Gives a paper selectors for its article pages, null = none; false when there is no such paper. Touches publisher. */
export async function setArticleRules(db: Db, slug: string, rules: object | null): Promise<boolean> {
  const text = rules === null ? null : JSON.stringify(rules);
  const changed = await sql`update publisher set article_rules = ${text}::jsonb where slug = ${slug}`.execute(db);
  return (changed.numAffectedRows ?? 0n) > 0n;
}
