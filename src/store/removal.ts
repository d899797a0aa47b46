// Articles that may have been taken down at their source: looks that are owed, what was found, what an editor decided.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A look that is due. */
export type DueLook = {
  entryId: number;
  seenAt: Date;
  publisherId: number;
  url: string;
  title: string;
  looks: number;
  /** The publisher's setting: take the story down without an editor. */
  isAutomatic: boolean;
  isSample: boolean;
};

/** An article found to be taken down, as an editor sees it. */
export type RemovalRow = {
  entryId: number;
  publisherSlug: string;
  title: string;
  url: string;
  why: 'vanished' | 'asked';
  evidence: string | null;
  foundAt: Date;
  storyId: number | null;
};

/**
 * Owes looks at articles that left their document although older ones stand. One that was looked at in the last day, or decided, is left alone.
 * Touches removal; returns how many looks are owed.
 */
export async function oweLooks(
  db: Db,
  publisherId: number,
  vanished: readonly { entryId: number; seenAt: Date; url: string }[],
): Promise<number> {
  if (vanished.length === 0) return 0;
  const owed = await sql`
    insert into removal (entry_id, seen_at, publisher_id, url, why)
    select v."entryId", v."seenAt", ${publisherId}, v.url, 'vanished'
    from json_to_recordset(${JSON.stringify(vanished)}::json) as v("entryId" bigint, "seenAt" timestamptz, url text)
    on conflict (entry_id) do update set state = 'due', due_at = now(), looks = 0, asked_at = now()
      where removal.decided_at is null and removal.state = 'there' and removal.asked_at < now() - interval '1 day'`.execute(
    db,
  );
  return Number(owed.numAffectedRows ?? 0n);
}

/** Owes a look because a person asked; false when there is no such entry or it has no address. Touches removal. */
export async function askLook(db: Db, storyId: number): Promise<number> {
  const owed = await sql`
    insert into removal (entry_id, seen_at, publisher_id, url, why)
    select e.id, e.seen_at, e.publisher_id, e.url, 'asked' from story_entry m join entry e on e.id = m.entry_id and e.seen_at = m.seen_at
    where m.story_id = ${storyId} and e.url is not null
    on conflict (entry_id) do update set state = 'due', due_at = now(), looks = 0, why = 'asked', asked_at = now(), decided_at = null, decision = null`.execute(
    db,
  );
  return Number(owed.numAffectedRows ?? 0n);
}

/** Looks that are due, the longest owed first, at most `limit`. Index removal_due. */
export async function dueLooks(db: Db, limit: number): Promise<DueLook[]> {
  return (
    await sql<DueLook>`
      select r.entry_id as "entryId", r.seen_at as "seenAt", r.publisher_id as "publisherId", r.url, e.title, r.looks,
        p.withdraw_automatically as "isAutomatic", p.is_sample as "isSample"
      from removal r join publisher p on p.id = r.publisher_id join entry e on e.id = r.entry_id and e.seen_at = r.seen_at
      where r.due_at <= now() order by r.due_at limit ${limit}`.execute(db)
  ).rows;
}

/** Puts a look off without counting it: the host was busy. */
export async function postponeLook(db: Db, entryId: number, seconds: number): Promise<void> {
  await sql`update removal set due_at = now() + make_interval(secs => ${seconds}) where entry_id = ${entryId}`.execute(
    db,
  );
}

/** Records a look. `nextInHours` null = no further one is owed. Touches removal. */
export async function noteLook(
  db: Db,
  entryId: number,
  look: { state: 'there' | 'removed' | 'unclear'; evidence: string; nextInHours: number | null },
): Promise<void> {
  await sql`update removal set state = ${look.state}, evidence = ${look.evidence}, looks = looks + 1,
    due_at = now() + make_interval(secs => ${look.nextInHours === null ? null : look.nextInHours * 3_600}::float8),
    found_at = case when ${look.state} = 'removed' then now() else found_at end where entry_id = ${entryId}`.execute(
    db,
  );
}

/** Articles found taken down that wait for an editor, newest first, at most `limit`. Index removal_found. */
export async function listRemovals(db: Db, limit: number): Promise<RemovalRow[]> {
  return (
    await sql<RemovalRow>`
      select r.entry_id as "entryId", p.slug as "publisherSlug", e.title, r.url, r.why, r.evidence, r.found_at as "foundAt", m.story_id as "storyId"
      from removal r join publisher p on p.id = r.publisher_id join entry e on e.id = r.entry_id and e.seen_at = r.seen_at
        left join story_entry m on m.entry_id = r.entry_id
      where r.state = 'removed' and r.decided_at is null order by r.found_at desc limit ${limit}`.execute(db)
  ).rows;
}

/** Records an editor's decision (or the publisher's standing one); false when none was waiting. Touches removal. */
export async function decideRemoval(db: Db, entryId: number, decision: 'withdrawn' | 'kept'): Promise<boolean> {
  const decided =
    await sql`update removal set decision = ${decision}, decided_at = now() where entry_id = ${entryId} and state = 'removed'
    and decided_at is null`.execute(db);
  return (decided.numAffectedRows ?? 0n) > 0n;
}

/** The story of an entry that no other paper carries; null when it has none or others do. Primary key of story_entry. */
export async function soleStoryOf(db: Db, entryId: number): Promise<number | null> {
  const found = await sql<{ storyId: number }>`
    select m.story_id as "storyId" from story_entry m join entry e on e.id = m.entry_id and e.seen_at = m.seen_at
    where m.entry_id = ${entryId} and not exists (
      select 1 from story_entry o join entry x on x.id = o.entry_id and x.seen_at = o.seen_at
      where o.story_id = m.story_id and x.publisher_id <> e.publisher_id)`.execute(db);
  return found.rows[0]?.storyId ?? null;
}

/** Sets whether a publisher's removed articles are withdrawn without an editor; false when there is no such publisher. */
export async function setAutomaticWithdrawal(db: Db, slug: string, isAutomatic: boolean): Promise<boolean> {
  const changed = await sql`update publisher set withdraw_automatically = ${isAutomatic} where slug = ${slug}`.execute(
    db,
  );
  return (changed.numAffectedRows ?? 0n) > 0n;
}
