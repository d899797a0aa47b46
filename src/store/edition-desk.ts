// What an operator does to editions by hand: make, name, list with their state, retire.
import { sql } from 'kysely';
import type { Edition, EditionFilter } from '../domain.ts';
import type { Db } from './db.ts';
import { inTransaction } from './db.ts';
import { findEditionByFilter, readFilter } from './edition.ts';
import { notePurge } from './purge.ts';

/** What became of an edition that was asked for: its present path in every case. */
export type AddedEdition = { kind: 'made' | 'restored' | 'known'; path: string };

/**
 * Makes an edition of canonical conditions at a path, or brings a retired one back under its old path. When the path belongs to other
 * conditions (two searches with one slug) a number is added. Touches edition.
 */
export async function addEdition(db: Db, wanted: Pick<Edition, 'path' | 'title' | 'filter'>): Promise<AddedEdition> {
  const known = await findEditionByFilter(db, wanted.filter);
  if (known !== null) {
    const changed = await sql`
      update edition set title = ${wanted.title}, is_kept = true, retired_at = null, changed_at = clock_timestamp()
      where id = ${known.id} and (retired_at is not null or title <> ${wanted.title})`.execute(db);
    if ((changed.numAffectedRows ?? 0n) > 0n) await notePurge(db, null);
    return { kind: known.isRetired ? 'restored' : 'known', path: known.path };
  }
  for (let number = 1; ; number++) {
    const path = number === 1 ? wanted.path : wanted.path.replace(/\/tin-moi$/, `-${number}/tin-moi`);
    const { province = '', section = '', publisher = '', words = '' } = wanted.filter;
    const made = await sql`
      insert into edition (path, title, province, section, publisher, words, is_kept)
      select ${path}, ${wanted.title}, ${province}, ${section}, ${publisher}, ${words}, true
      where not exists (select from edition_alias where path = ${path})
      on conflict do nothing`.execute(db);
    if ((made.numAffectedRows ?? 0n) > 0n) return { kind: 'made', path };
    // Somebody else made the same meanwhile.
    const other = await findEditionByFilter(db, wanted.filter);
    if (other !== null) return { kind: 'known', path: other.path };
  }
}

/** Retires the edition at a path: its feeds and archive answer 410 from then on. False when there is none or it is retired already. Touches edition, document, purge. */
export async function retireEdition(db: Db, path: string): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const retired = await sql<{ id: number }>`
      update edition set retired_at = now(), is_kept = true where path = ${path} and retired_at is null returning id`.execute(
      trx,
    );
    const id = retired.rows[0]?.id;
    if (id === undefined) return false;
    await sql`delete from document where edition_id = ${id}`.execute(trx);
    await notePurge(trx, null);
    return true;
  });
}

// What shows its title or list is made anew: documents that somebody reads, and what web processes keep in memory.
async function tellOf(trx: Db, id: number): Promise<void> {
  await sql`
    with due as (
      update document set due_at = clock_timestamp() where edition_id = ${id} and (due_at is null or due_at = claimed_until) returning 1
    )
    select pg_notify('document_due', '') where exists (select from due)`.execute(trx);
  await notePurge(trx, null);
}

/** Gives an edition another title, for good; false when it has that one or is unknown. Touches edition, document, purge. */
export async function renameEdition(db: Db, id: number, title: string): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const changed = await sql`
      update edition set title = ${title}, is_kept = true, changed_at = clock_timestamp() where id = ${id} and title <> ${title}`.execute(
      trx,
    );
    if ((changed.numAffectedRows ?? 0n) === 0n) return false;
    await tellOf(trx, id);
    return true;
  });
}

/** Brings a retired edition back under its path; false when it is not retired. Touches edition, document, purge. */
export async function reopenEdition(db: Db, id: number): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const changed = await sql`
      update edition set retired_at = null, is_kept = true, changed_at = clock_timestamp() where id = ${id} and retired_at is not null`.execute(
      trx,
    );
    if ((changed.numAffectedRows ?? 0n) === 0n) return false;
    await tellOf(trx, id);
    return true;
  });
}

/** Partners with a product that takes an edition, by name, at most 100. Scans partner_product, which is small. */
export async function partnersOfEdition(db: Db, path: string): Promise<{ slug: string; name: string }[]> {
  return (
    await sql<{ slug: string; name: string }>`
      select distinct p.slug, p.name from partner_product o join partner p on p.id = o.partner_id
      where ${path} = any(o.editions) order by p.name limit 100`.execute(db)
  ).rows;
}

/** An edition as an operator sees it. */
export type EditionState = {
  id: number;
  path: string;
  title: string;
  filter: EditionFilter;
  retiredAt: Date | null;
  /** Last change of a story of it. */
  changedAt: Date;
  /** Formats that readers asked for, and what is wrong with those that failed at their last rendering. */
  formats: string[];
  problems: string[];
  /** Lists of its archive and the day of the newest; 0 and null while there is none. */
  archiveLists: number;
  archivedUntil: string | null;
};

/** Which editions are wanted: absent = all. `words` stand in title or path; `made`: those of saved words or of several conditions. */
export type EditionWish = {
  id?: number;
  words?: string;
  state?: 'open' | 'retired' | 'made';
  after?: string;
  limit?: number;
};

const isMade = sql`(e.words <> '' or (e.province <> '')::int + (e.section <> '')::int + (e.publisher <> '')::int > 1)`;

/** The wanted editions with their state, by path, at most 10,000. Scans edition, document; counts archive_page by its key. */
export async function editionStates(db: Db, wish: EditionWish = {}): Promise<EditionState[]> {
  type Row = Omit<EditionState, 'filter'> & { province: string; section: string; publisher: string; words: string };
  const { id, words = '', state, after = '', limit = 10_000 } = wish;
  const conditions = [
    sql`e.path > ${after}`,
    ...(id === undefined ? [] : [sql`e.id = ${id}`]),
    ...(words === '' ? [] : [sql`strpos(lower(e.title || ' ' || e.path || ' ' || e.words), lower(${words})) > 0`]),
    ...(state === 'open' ? [sql`e.retired_at is null`] : state === 'retired' ? [sql`e.retired_at is not null`] : []),
    ...(state === 'made' ? [isMade] : []),
  ];
  const found = await sql<Row>`
    select e.id, e.path, e.title, e.province, e.section, e.publisher, e.words, e.retired_at as "retiredAt", e.changed_at as "changedAt",
      coalesce(d.formats, '{}') as formats, coalesce(d.problems, '{}') as problems, a.lists as "archiveLists", a.until as "archivedUntil"
    from (select * from edition e where ${sql.join(conditions, sql` and `)} order by e.path limit ${limit}) e
    left join lateral (
      select array_agg(format order by format) as formats, array_agg(format || ': ' || problem) filter (where problem is not null) as problems
      from document where edition_id = e.id
    ) d on true
    cross join lateral (
      select count(*)::int as lists, max(day)::text as until from archive_page where edition_id = e.id
    ) a
    order by e.path`.execute(db);
  return found.rows.map(({ province, section, publisher, words, ...state }) => ({
    ...state,
    filter: readFilter({ province, section, publisher, words }),
  }));
}
