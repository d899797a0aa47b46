// What partners took → rows of a day; and the reports made of them. Never a write a request: web processes add up first.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** Requests of a partner by one way (`api`, `rss`, …), added up. */
export type RequestSum = {
  partnerId: number;
  channel: string;
  requests: number;
  notModified: number;
  refused: number;
  bytes: number;
};

/** Stories of a publisher that a partner got by one way, added up. */
export type TakenSum = { partnerId: number; channel: string; publisherId: number; stories: number };

/** Adds sums to today's rows in two statements. Rows are written in one order, so writers cannot deadlock. Touches partner_request, partner_taken. */
export async function addUsage(db: Db, requests: readonly RequestSum[], taken: readonly TakenSum[]): Promise<void> {
  if (requests.length > 0)
    await sql`
      insert into partner_request as r (partner_id, used_on, channel, requests, not_modified, refused, bytes, asked_at)
      select "partnerId", current_date, channel, requests, "notModified", refused, bytes, now() from json_to_recordset(${JSON.stringify(requests)}::json)
        as d("partnerId" bigint, channel text, requests int, "notModified" int, refused int, bytes bigint) order by 1, 3
      on conflict (partner_id, used_on, channel) do update set requests = r.requests + excluded.requests,
        not_modified = r.not_modified + excluded.not_modified, refused = r.refused + excluded.refused, bytes = r.bytes + excluded.bytes,
        asked_at = excluded.asked_at`.execute(db);
  if (taken.length > 0)
    await sql`
      insert into partner_taken as t (partner_id, used_on, channel, publisher_id, stories)
      select "partnerId", current_date, channel, "publisherId", stories from json_to_recordset(${JSON.stringify(taken)}::json)
        as d("partnerId" bigint, channel text, "publisherId" bigint, stories int) order by 1, 3, 4
      on conflict (partner_id, used_on, channel, publisher_id) do update set stories = t.stories + excluded.stories`.execute(
      db,
    );
}

/** A line of the usage report. */
export type UsageLine = {
  day: string;
  publisher: string;
  publisherName: string;
  partner: string;
  channel: string;
  stories: number;
};

/** What was taken of each publisher by each partner, by day and way; `from` and `to` are days, both included. At most 100,000 lines. */
export async function usageByPublisher(
  db: Db,
  span: { from: string; to: string; publisher: string | null; partner: string | null },
): Promise<UsageLine[]> {
  const found = await sql<UsageLine>`
    select t.used_on::text as day, u.slug as publisher, u.name as "publisherName", p.slug as partner, t.channel, t.stories
    from partner_taken t join partner p on p.id = t.partner_id join publisher u on u.id = t.publisher_id
    where t.used_on between ${span.from}::date and ${span.to}::date
      and (${span.publisher}::text is null or u.slug = ${span.publisher}) and (${span.partner}::text is null or p.slug = ${span.partner})
    order by t.used_on, u.slug, p.slug, t.channel limit 100000`.execute(db);
  return found.rows;
}

/** A line of the report of requests. */
export type RequestLine = {
  day: string;
  partner: string;
  channel: string;
  requests: number;
  notModified: number;
  refused: number;
  bytes: number;
};

/** Requests of each partner by day and way; `from` and `to` are days, both included. At most 100,000 lines. */
export async function requestsByPartner(
  db: Db,
  span: { from: string; to: string; partner: string | null },
): Promise<RequestLine[]> {
  const found = await sql<RequestLine>`
    select r.used_on::text as day, p.slug as partner, r.channel, r.requests, r.not_modified as "notModified", r.refused, r.bytes
    from partner_request r join partner p on p.id = r.partner_id
    where r.used_on between ${span.from}::date and ${span.to}::date and (${span.partner}::text is null or p.slug = ${span.partner})
    order by r.used_on, p.slug, r.channel limit 100000`.execute(db);
  return found.rows;
}
