// Article pages that wait to be read in PostgreSQL: ask for one, claim what is due, end it, and see what was given up.
import { sql } from 'kysely';
import type { Rights } from '../domain.ts';
import type { Db } from './db.ts';

/** Why a page is read: `lacking`: headline or date are missing; `short`: the source gives little text; `changed`: it writes the item anew. */
export type PageReason = 'lacking' | 'short' | 'changed';

/** A page to be read. `key` is a key as entry_key has it; `seed` is the item as its source wrote it, as JSON. */
export type PageWish = { key: string; url: string; host: string; why: PageReason; seed: string };

/**
 * Asks for pages, in the transaction that stores their document; one that waits already takes the newer seed, one that was given up is not asked
 * again unless its item changed. They are due in the order given, as documents begin with the newest. None is left out: a document
 * is bounded where it is read. Touches article_due.
 */
export async function askPages(
  db: Db,
  source: { id: number; publisherId: number; isFirst: boolean },
  wishes: readonly PageWish[],
): Promise<void> {
  if (wishes.length === 0) return;
  const unique = [...new Map(wishes.map((wish) => [wish.key, wish])).values()];
  await sql`
    insert into article_due (publisher_id, key, source_id, url, host, why, seed, is_first, due_at)
    select ${source.publisherId}, w.key, ${source.id}, w.url, w.host, w.why, w.seed::jsonb, ${source.isFirst}, now() + w.place * interval '1 ms'
    from json_to_recordset(${JSON.stringify(unique.map((wish, place) => ({ ...wish, place })))}::json)
      as w(key text, url text, host text, why text, seed text, place int)
    on conflict (publisher_id, key) do update set seed = excluded.seed, source_id = excluded.source_id, why = excluded.why,
      due_at = case when excluded.why = 'changed' then now() else article_due.due_at end,
      tries = case when excluded.why = 'changed' then 0 else article_due.tries end
      where article_due.seed is distinct from excluded.seed and (article_due.due_at is not null or excluded.why = 'changed')`.execute(
    db,
  );
  await sql`select pg_notify('article_due', '')`.execute(db);
}

/** A page in our hands until its lease ends, with what reading it needs. */
export type ClaimedPage = {
  publisherId: number;
  key: string;
  sourceId: number;
  url: string;
  host: string;
  why: PageReason;
  seed: unknown;
  isFirst: boolean;
  tries: number;
  rules: unknown;
  /** The publisher's own selectors for article pages. */
  articleRules: unknown;
  section: string | null;
  sourceUrl: string;
  province: string | null;
  zone: string;
  isSample: boolean;
  show: Rights['show'];
};

/**
 * Takes at most `limit` due pages, the longest due first, one of a host; pages of sources that are gone or paused stay. Leases run on the
 * database's clock. Index article_due_at.
 */
export async function claimDuePages(db: Db, options: { limit: number; leaseSeconds: number }): Promise<ClaimedPage[]> {
  const claimed = await sql<ClaimedPage>`
    with due as (
      select publisher_id, key, host, due_at from article_due
      where due_at <= now() and (claimed_until is null or claimed_until < now())
      order by due_at limit 1000
    ), single as (
      select distinct on (host) publisher_id, key, due_at from due
      where host not in (select host from article_due where claimed_until >= now() and due_at is not null)
      order by host, due_at
    ), chosen as (
      select a.publisher_id, a.key from article_due a join single s using (publisher_id, key)
      where a.due_at <= now() and (a.claimed_until is null or a.claimed_until < now())
      order by a.due_at limit ${options.limit} for update of a skip locked
    ), taken as (
      update article_due a set claimed_until = now() + make_interval(secs => ${options.leaseSeconds})
      from chosen c where a.publisher_id = c.publisher_id and a.key = c.key
      returning a.*
    )
    select t.publisher_id as "publisherId", t.key, t.source_id as "sourceId", t.url, t.host, t.why, t.seed, t.is_first as "isFirst", t.tries,
      s.rules, p.article_rules as "articleRules", s.section, s.url as "sourceUrl", p.province, p.zone, p.is_sample as "isSample", p.rights_show as show
    from taken t join source s on s.id = t.source_id join publisher p on p.id = t.publisher_id`.execute(db);
  return claimed.rows;
}

/** Lets the claims of these pages that have not run out or ended last for `leaseSeconds` from now. Database clock. Touches article_due. */
export async function extendPages(
  db: Db,
  pages: readonly { publisherId: number; key: string }[],
  leaseSeconds: number,
): Promise<void> {
  await sql`
    update article_due a set claimed_until = now() + make_interval(secs => ${leaseSeconds})
    from unnest(${pages.map((page) => page.publisherId)}::bigint[], ${pages.map((page) => page.key)}::text[]) as p(publisher_id, key)
    where a.publisher_id = p.publisher_id and a.key = p.key and a.claimed_until >= now()`.execute(db);
}

/** Ends a page that was read: it waits no longer. Touches article_due. */
export async function finishPage(db: Db, page: { publisherId: number; key: string }): Promise<void> {
  await db.deleteFrom('article_due').where('publisher_id', '=', page.publisherId).where('key', '=', page.key).execute();
}

/** Puts a page off; `isTry` counts the attempt. `inSeconds` null gives it up for good. Touches article_due. */
export async function postponePage(
  db: Db,
  page: { publisherId: number; key: string },
  later: { inSeconds: number | null; isTry: boolean; error: string | null },
): Promise<void> {
  await sql`
    update article_due set claimed_until = null, tries = tries + ${later.isTry ? 1 : 0}, last_error = coalesce(${later.error}, last_error),
      due_at = ${later.inSeconds === null ? sql`null` : sql`now() + make_interval(secs => ${later.inSeconds})`}
    where publisher_id = ${page.publisherId} and key = ${page.key}`.execute(db);
}

/** Puts off all pages of a host that would be due before, as its turn is not ours. Touches article_due; index article_due_at. */
export async function postponeHostPages(db: Db, host: string, seconds: number): Promise<void> {
  await sql`
    update article_due set due_at = now() + make_interval(secs => ${seconds})
    where due_at < now() + make_interval(secs => ${seconds}) and host = ${host} and (claimed_until is null or claimed_until < now())`.execute(
    db,
  );
}

/** Pages that wait and those given up in the last 30 days, counted up to 100,000 each; and the newest reasons. */
export async function countPages(
  db: Db,
): Promise<{ waiting: number; left: number; errors: { error: string; count: number }[] }> {
  const row = await sql<{ waiting: number; left: number }>`
    select (select count(*)::int from (select 1 from article_due where due_at is not null limit 100000) as w) as waiting,
      (select count(*)::int from (select 1 from article_due where due_at is null limit 100000) as l) as left`.execute(
    db,
  );
  const errors = await sql<{ error: string; count: number }>`
    select last_error as error, count(*)::int as count from (
      select last_error from article_due where due_at is null order by added_at desc limit 1000
    ) as recent where last_error is not null group by 1 order by 2 desc limit 5`.execute(db);
  return { ...(row.rows[0] ?? { waiting: 0, left: 0 }), errors: errors.rows };
}

/** Forgets pages given up more than 30 days ago and pages of sources that are gone; returns how many. Index article_due_left. */
export async function forgetPages(db: Db): Promise<number> {
  const gone = await sql`
    delete from article_due where (due_at is null and added_at < now() - interval '30 days')
      or (added_at < now() - interval '1 day' and not exists (select 1 from source s where s.id = article_due.source_id))`.execute(
    db,
  );
  return Number(gone.numAffectedRows ?? 0n);
}

/** Seconds until the next page is due: 0 when one is, null when none waits. Index article_due_at. */
export async function secondsToNextPage(db: Db): Promise<number | null> {
  const row = await sql<{ seconds: number | null }>`
    select extract(epoch from min(due_at) - now())::float8 as seconds from article_due where due_at is not null`.execute(
    db,
  );
  const seconds = row.rows[0]?.seconds ?? null;
  return seconds === null ? null : Math.max(0, seconds);
}
