// Papers as an admin sees and keeps them: besides rights their name and place, domains, pace, turn to lead, removals, how pages are read.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { setAutomaticWithdrawal } from './removal.ts';
import { setPace } from './source-health.ts';

/** A domain that a paper had or has besides that of its site; `untilOn`: its last day, `2025-06-30`. */
export type PublisherHost = { host: string; untilOn: string | null; note: string };

/** What stands on a paper's row beside what `Publisher` tells, and what belongs to it. */
export type PublisherKeeping = {
  paceMinutes: number | null;
  isWithdrawnAutomatically: boolean;
  leadWeight: number;
  articleRules: unknown;
  hosts: PublisherHost[];
  sources: { id: number; url: string; kind: string; title: string | null; readPages: 'never' | 'needed' | 'always' }[];
};

const mostSources = 500;

/** How many sources each paper has, by its id; papers without any are absent. Scans source, which grows with papers, not with news. */
export async function sourceCounts(db: Db): Promise<Map<number, number>> {
  const found = await sql<{ id: number; count: number }>`
    select publisher_id as id, count(*)::int as count from source group by publisher_id limit 100000`.execute(db);
  return new Map(found.rows.map((row) => [row.id, row.count]));
}

/** What is kept of a paper; at most 500 of its sources. Primary keys, publisher_host_publisher, source_publisher. */
export async function readKeeping(db: Db, id: number): Promise<PublisherKeeping | null> {
  const found = await sql<Omit<PublisherKeeping, 'hosts' | 'sources'>>`
    select poll_minutes as "paceMinutes", withdraw_automatically as "isWithdrawnAutomatically", lead_weight as "leadWeight",
      article_rules as "articleRules" from publisher where id = ${id}`.execute(db);
  const [row] = found.rows;
  if (row === undefined) return null;
  const hosts = await sql<PublisherHost>`
    select host, until_on::text as "untilOn", note from publisher_host where publisher_id = ${id}
    order by until_on desc nulls first, host limit 100`.execute(db);
  const sources = await sql<PublisherKeeping['sources'][number]>`
    select id, url, kind, title, read_pages as "readPages" from source where publisher_id = ${id} order by id limit ${mostSources}`.execute(
    db,
  );
  return { ...row, hosts: hosts.rows, sources: sources.rows };
}

/** What may be changed of a paper at once; all of it is given. */
export type PublisherChange = {
  name: string;
  siteUrl: string;
  province: string | null;
  leadWeight: number;
  paceMinutes: number | null;
};

/** Writes what differs; false when nothing does or there is no such paper. Touches publisher, and source where the pace changes. */
export async function changePublisher(db: Db, slug: string, change: PublisherChange): Promise<boolean> {
  const { name, siteUrl, province, leadWeight, paceMinutes } = change;
  const changed = await sql`
    update publisher set name = ${name}, site_url = ${siteUrl}, province = ${province}, lead_weight = ${leadWeight}
    where slug = ${slug} and (name, site_url, coalesce(province, ''), lead_weight) is distinct from
      (${name}::text, ${siteUrl}::text, coalesce(${province}::text, ''), ${leadWeight}::smallint)`.execute(db);
  const pace = await sql<{ paceMinutes: number | null }>`
    select poll_minutes as "paceMinutes" from publisher where slug = ${slug}`.execute(db);
  const isPace = pace.rows[0] !== undefined && pace.rows[0].paceMinutes !== paceMinutes;
  if (isPace) await setPace(db, slug, paceMinutes);
  return isPace || (changed.numAffectedRows ?? 0n) > 0n;
}

/** Records a domain of a paper, or changes what is said of it; false when it is another paper's. Touches publisher_host. */
export async function keepHost(db: Db, publisherId: number, { host, untilOn, note }: PublisherHost): Promise<boolean> {
  const kept = await sql`
    insert into publisher_host (host, publisher_id, until_on, note) values (${host}, ${publisherId}, ${untilOn}::date, ${note})
    on conflict (host) do update set until_on = excluded.until_on, note = excluded.note
      where publisher_host.publisher_id = excluded.publisher_id`.execute(db);
  return (kept.numAffectedRows ?? 0n) > 0n;
}

/** Forgets a domain of a paper; false when it had none of this name. Touches publisher_host. */
export async function dropHost(db: Db, publisherId: number, host: string): Promise<boolean> {
  const gone = await sql`delete from publisher_host where host = ${host} and publisher_id = ${publisherId}`.execute(db);
  return (gone.numAffectedRows ?? 0n) > 0n;
}

/** Whether articles that the paper removed are withdrawn without an editor; false when it is so already. Touches publisher. */
export async function changeRemovals(db: Db, slug: string, isAutomatic: boolean): Promise<boolean> {
  const same =
    await sql`select from publisher where slug = ${slug} and withdraw_automatically = ${isAutomatic}`.execute(db);
  return same.rows.length === 0 && setAutomaticWithdrawal(db, slug, isAutomatic);
}

/** How the article pages of all sources of a paper are read; false when all are read so already. Index source_publisher; touches source. */
export async function readPagesOf(
  db: Db,
  publisherId: number,
  readPages: 'never' | 'needed' | 'always',
): Promise<boolean> {
  const changed = await sql`
    update source set read_pages = ${readPages} where publisher_id = ${publisherId} and read_pages <> ${readPages}`.execute(
    db,
  );
  return (changed.numAffectedRows ?? 0n) > 0n;
}
