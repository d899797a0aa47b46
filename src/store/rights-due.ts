// Stories whose hour has not come, or whose permission ends → rows that are due then; and what is done when they are.
import { sql } from 'kysely';
import type { Policy } from '../domain.ts';
import type { Db } from './db.ts';
import type { TouchedFilters } from './edition.ts';
import { touchAllEditions, touchEditions } from './edition.ts';
import { readSetting, writeSetting } from './setting.ts';
import { asStoryWriter } from './story-writer.ts';

const seenKey = 'rights.seen';
const dayKey = 'rights.day';
const batch = 2_000;

type Waiting = { id: number; releaseAt: Date | null; expireAt: Date | null };

async function readSeen(db: Db): Promise<number> {
  const seen = await readSetting(db, seenKey);
  return typeof seen === 'number' ? seen : 0;
}

async function scan(
  db: Db,
  policy: Policy,
  seen: number,
): Promise<{ rows: Waiting[]; last: number | null; count: number }> {
  // Index story_changed; the entry, by its key, only of papers that have something to wait for.
  const found = await sql<{ last: number | null; count: number; rows: Waiting[] | null }>`
    with fresh as materialized (
      select id, change_id, publisher_id, lead_entry_id, lead_seen_at, status from story
      where change_id > ${seen} order by change_id limit ${batch}
    ), bound as (
      select f.id, f.lead_entry_id, f.lead_seen_at,
        greatest(coalesce((p.agreement ->> 'embargoMinutes')::int, 0), case when p.is_sample then 0 else ${policy.embargoMinutes}::int end) as embargo,
        (p.agreement ->> 'expiryDays')::int as days
      from fresh f join publisher p on p.id = f.publisher_id where f.status = 'live'
    ), dated as (
      select b.id, e.published_at + make_interval(mins => b.embargo) as release_at, e.published_at + make_interval(days => b.days) as expire_at
      from bound b join entry e on e.id = b.lead_entry_id and e.seen_at = b.lead_seen_at
      where b.embargo > 0 or b.days is not null
    )
    select (select max(change_id) from fresh) as last, (select count(*)::int from fresh) as count,
      (select json_agg(json_build_object('id', id, 'releaseAt', case when release_at > now() then release_at end, 'expireAt', expire_at))
        from dated where release_at > now() or expire_at is not null) as rows`.execute(db);
  const row = found.rows[0];
  return { rows: row?.rows ?? [], last: row?.last ?? null, count: row?.count ?? 0 };
}

/**
 * Looks through the stories that changed since the last look, at most 2,000: those under embargo are put at the place in lists where they
 * will appear, and those whose permission ends are noted. Returns how many it saw, so that the caller goes on while there are many.
 * Touches story (under the writer's lock, with a new change_id), story_fit, rights_due, setting.
 */
export async function noteRightsDue(db: Db, policy: Policy): Promise<{ seen: number; held: number }> {
  const seen = await readSeen(db);
  const { rows, last, count } = await scan(db, policy, seen);
  if (last === null) return { seen: 0, held: 0 };
  const held = rows.filter((row) => row.releaseAt !== null).length;
  if (rows.length > 0) await asStoryWriter(db, (trx) => writeDue(trx, rows));
  await writeSetting(db, seenKey, last);
  return { seen: count, held };
}

async function writeDue(trx: Db, rows: readonly Waiting[]): Promise<void> {
  const json = JSON.stringify(rows);
  await sql`
    insert into rights_due (story_id, kind, due_at)
    select id, kind, at from json_to_recordset(${json}::json) as d(id bigint, "releaseAt" timestamptz, "expireAt" timestamptz)
      cross join lateral (values ('release', "releaseAt"), ('expire', "expireAt")) as v(kind, at)
    where at is not null
    on conflict (story_id, kind) do update set due_at = excluded.due_at where rights_due.due_at <> excluded.due_at`.execute(
    trx,
  );
  await sql`
    with moved as (
      update story s set listed_at = d."releaseAt", change_id = nextval('story_change')
      from json_to_recordset(${json}::json) as d(id bigint, "releaseAt" timestamptz(3))
      where s.id = d.id and d."releaseAt" is not null and s.listed_at < d."releaseAt"
      returning s.id, s.listed_at
    )
    update story_fit f set listed_at = m.listed_at from moved m where f.story_id = m.id`.execute(trx);
}

/** What a set of stories has in common with editions, other carriers included. Index story_pkey, story_fit_pkey. */
async function filtersOf(trx: Db, ids: readonly number[]): Promise<TouchedFilters> {
  const found = await sql<{ kind: string; value: string }>`
    select distinct kind, value from (
      select v.kind, v.value from story s join publisher p on p.id = s.publisher_id
        cross join lateral (values ('publisher', p.slug), ('province', s.province), ('section', s.section)) as v(kind, value)
      where s.id = any(${[...ids]}::bigint[])
      union all select kind, value from story_fit where story_id = any(${[...ids]}::bigint[])
    ) fits where value is not null`.execute(trx);
  const of = (kind: string) => found.rows.filter((row) => row.kind === kind).map((row) => row.value);
  return { publisherSlugs: of('publisher'), provinces: of('province'), sections: of('section') };
}

/**
 * Takes up to 500 stories whose embargo or permission ended: each gets a new change_id, so that everybody who follows changes meets
 * it again, and the editions that list it are made anew. Returns how many. Index rights_due_at.
 */
export async function takeRightsDue(db: Db): Promise<number> {
  const due = await sql<{ id: number }>`select story_id as id from rights_due where due_at <= now() limit 1`.execute(
    db,
  );
  if (due.rows.length === 0) return 0;
  return asStoryWriter(db, async (trx) => {
    const taken = await sql<{ id: number }>`
      delete from rights_due where (story_id, kind) in (select story_id, kind from rights_due where due_at <= now() order by due_at limit 500)
      returning story_id as id`.execute(trx);
    const ids = [...new Set(taken.rows.map((row) => row.id))];
    // An embargo that was shortened ends before the place that it was given.
    await sql`
      with met as (
        update story set change_id = nextval('story_change'), listed_at = least(listed_at, date_trunc('milliseconds', now()))
        where id = any(${ids}::bigint[]) and status = 'live' returning id, listed_at
      )
      update story_fit f set listed_at = m.listed_at from met m where f.story_id = m.id and f.listed_at > m.listed_at`.execute(
      trx,
    );
    await touchEditions(trx, await filtersOf(trx, ids));
    return ids.length;
  });
}

/** Once a day, after midnight in Việt Nam: all editions are made anew when an agreement begins or ended, or articles of a paper expire. */
export async function turnRightsDay(db: Db): Promise<boolean> {
  const found = await sql<{ day: string; isTurn: boolean }>`
    select day, exists (
      select from publisher where agreement ->> 'expiryDays' is not null or agreement ->> 'from' = day or agreement ->> 'until' < day
    ) as "isTurn"
    from (select to_char(now() at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') as day) today`.execute(db);
  const today = found.rows[0];
  if (today === undefined || (await readSetting(db, dayKey)) === today.day) return false;
  if (today.isTurn) await touchAllEditions(db);
  await writeSetting(db, dayKey, today.day);
  return today.isTurn;
}

/**
 * After a change of rights or policy, given as it is now: every document is made anew, embargoes that were shortened end sooner, the stories of the last two days are looked at again for embargoes, and
 * those of papers with an expiry get their date. Touches rights_due, setting, edition, document.
 */
export async function redoRights(db: Db, policy: Policy): Promise<void> {
  await sql`
    update rights_due d set due_at = least(d.due_at, e.published_at + make_interval(mins => greatest(
      coalesce((p.agreement ->> 'embargoMinutes')::int, 0), case when p.is_sample then 0 else ${policy.embargoMinutes}::int end)))
    from story s join publisher p on p.id = s.publisher_id join entry e on e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at
    where d.kind = 'release' and s.id = d.story_id`.execute(db);
  const from = await sql<{ seen: number | null }>`
    select min(change_id) - 1 as seen from story where status = 'live' and listed_at > now() - interval '2 days'`.execute(
    db,
  );
  const seen = from.rows[0]?.seen ?? null;
  if (seen !== null && seen < (await readSeen(db))) await writeSetting(db, seenKey, seen);
  await sql`
    insert into rights_due (story_id, kind, due_at)
    select s.id, 'expire', e.published_at + make_interval(days => (p.agreement ->> 'expiryDays')::int)
    from publisher p join story s on s.publisher_id = p.id and s.status = 'live'
      join entry e on e.id = s.lead_entry_id and e.seen_at = s.lead_seen_at
    where p.agreement ->> 'expiryDays' is not null and e.published_at + make_interval(days => (p.agreement ->> 'expiryDays')::int) > now()
    on conflict (story_id, kind) do update set due_at = excluded.due_at`.execute(db);
  await touchAllEditions(db);
}
