// Partners as the console shows them: each with its agreement, its keys' ends and what it took lately; and their settings, changed.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import type { Partner } from './partner.ts';

/** A partner with its own agreement; days are `2026-11-22`, null = no end was written down. */
export type DeskPartner = Partner & { agreementNumber: string; agreementUntil: string | null; createdAt: Date };

/** A partner in the list: requests of the last 30 days, and its last one. */
export type ListedPartner = DeskPartner & {
  products: string[];
  liveKeys: number;
  /** When the first of its living keys ends; null = none does. */
  keyEndsAt: Date | null;
  requests: number;
  notModified: number;
  lastAskedAt: Date | null;
};

const columns = sql`p.id, p.slug, p.name, p.contact, p.per_minute as "perMinute", p.per_day as "perDay", p.is_active as "isActive",
  p.agreement_number as "agreementNumber", p.agreement_until::text as "agreementUntil", p.created_at as "createdAt"`;

/** Partners by slug, those after `after` ('' = from the first), at most `limit`. Unique index of slug; the others by partner. */
export async function listDeskPartners(db: Db, after: string, limit: number): Promise<ListedPartner[]> {
  return (
    await sql<ListedPartner>`
      select ${columns}, coalesce(o.products, '{}') as products, k.live as "liveKeys", k.ends as "keyEndsAt",
        coalesce(r.requests, 0) as requests, coalesce(r.not_modified, 0) as "notModified", r.last as "lastAskedAt"
      from partner p
      left join lateral (select array_agg(name order by name) as products from partner_product where partner_id = p.id) o on true
      left join lateral (
        select count(*)::int as live, min(expires_at) as ends from partner_key
        where partner_id = p.id and revoked_at is null and (expires_at is null or expires_at > now())
      ) k on true
      left join lateral (
        select sum(requests)::int as requests, sum(not_modified)::int as not_modified, max(asked_at) as last from partner_request
        where partner_id = p.id and used_on > current_date - 30
      ) r on true
      where p.slug > ${after} order by p.slug limit ${limit}`.execute(db)
  ).rows;
}

/** The partner of a slug; null when there is none. */
export async function findDeskPartner(db: Db, slug: string): Promise<DeskPartner | null> {
  return (await sql<DeskPartner>`select ${columns} from partner p where p.slug = ${slug}`.execute(db)).rows[0] ?? null;
}

/** Writes name, contact, quotas, agreement and whether it is open; false when nothing differs. Touches partner. */
export async function editPartner(
  db: Db,
  id: number,
  wanted: Pick<
    DeskPartner,
    'name' | 'contact' | 'perMinute' | 'perDay' | 'isActive' | 'agreementNumber' | 'agreementUntil'
  >,
): Promise<boolean> {
  const { name, contact, perMinute, perDay, isActive, agreementNumber, agreementUntil } = wanted;
  const changed = await sql`
    update partner set name = ${name}, contact = ${contact}, per_minute = ${perMinute}, per_day = ${perDay}, is_active = ${isActive},
      agreement_number = ${agreementNumber}, agreement_until = ${agreementUntil}::date
    where id = ${id} and (name, contact, per_minute, per_day, is_active, agreement_number, agreement_until) is distinct from
      (${name}::text, ${contact}::text, ${perMinute}::int, ${perDay}::int, ${isActive}::boolean, ${agreementNumber}::text, ${agreementUntil}::date)`.execute(
    db,
  );
  return (changed.numAffectedRows ?? 0n) > 0n;
}

/** Something with a partner or a paper that ends within `days`, or has ended; `endsOn` is a day. */
export type Ending = {
  kind: 'partner' | 'key' | 'publisher';
  slug: string;
  name: string;
  what: string;
  endsOn: string;
};

/** What ends soon, the soonest first, at most 100: agreements with partners, their keys, agreements with papers. Scans the three, which are small. */
export async function listEndings(db: Db, days: number): Promise<Ending[]> {
  return (
    await sql<Ending>`
      select * from (
        select 'partner' as kind, slug, name, agreement_number as what, agreement_until::text as "endsOn" from partner
        where is_active and agreement_until <= current_date + ${days}::int
        union all
        select 'key', p.slug, p.name, k.hint, k.expires_at::date::text from partner_key k join partner p on p.id = k.partner_id
        where p.is_active and k.revoked_at is null and k.expires_at between now() - interval '7 days' and now() + make_interval(days => ${days})
        union all
        select 'publisher', slug, name, coalesce(agreement ->> 'number', ''), agreement ->> 'until' from publisher
        where agreement ->> 'until' <= (current_date + ${days}::int)::text
      ) as e order by "endsOn", slug limit 100`.execute(db)
  ).rows;
}

/** What a partner asked in the last 30 days, by way, the most used first. Primary key. */
export type ChannelSum = {
  channel: string;
  requests: number;
  notModified: number;
  refused: number;
  bytes: number;
  lastAskedAt: Date | null;
};

/** Sums of a partner's requests of the last 30 days. */
export async function channelSums(db: Db, partnerId: number): Promise<ChannelSum[]> {
  return (
    await sql<ChannelSum>`
      select channel, sum(requests)::int as requests, sum(not_modified)::int as "notModified", sum(refused)::int as refused,
        sum(bytes)::bigint as bytes, max(asked_at) as "lastAskedAt"
      from partner_request where partner_id = ${partnerId} and used_on > current_date - 30 group by channel order by 2 desc, 1`.execute(
      db,
    )
  ).rows;
}

/** Stories of each paper that a partner took in the last 30 days, the most first, at most 200. Primary key. */
export async function takenSums(db: Db, partnerId: number): Promise<{ slug: string; name: string; stories: number }[]> {
  return (
    await sql<{ slug: string; name: string; stories: number }>`
      select u.slug, u.name, sum(t.stories)::int as stories from partner_taken t join publisher u on u.id = t.publisher_id
      where t.partner_id = ${partnerId} and t.used_on > current_date - 30 group by u.id order by 3 desc, 1 limit 200`.execute(
      db,
    )
  ).rows;
}
