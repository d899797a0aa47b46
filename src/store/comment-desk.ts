// What moderators see and decide: comments that wait, approval, rejection, all of one writer at once, and taking it back.
import { sql } from 'kysely';
import { countComments } from './comment.ts';
import { type Db, inTransaction } from './db.ts';

/** A comment as a moderator sees it. `authorKey` is the same for all that came from one address within a day. */
export type DeskComment = {
  id: number;
  uid: string;
  storyId: number;
  storyTitle: string;
  parentId: number | null;
  name: string;
  body: string;
  state: 'held' | 'shown' | 'rejected' | 'removed';
  reasons: string[];
  /** 32 hex digits. */
  authorKey: string;
  createdAt: Date;
};

/** What is asked for; absent = all. */
export type DeskFilter = { state?: DeskComment['state']; storyId?: number; authorKey?: string };

/** Comments by state, story or author: those that wait oldest first, else newest first; at most `limit`, after the id `after`. Index comment_held or primary key. */
export async function listDeskComments(
  db: Db,
  filter: DeskFilter,
  limit: number,
  after?: number,
): Promise<DeskComment[]> {
  const isQueue = filter.state === 'held';
  const found = await sql<DeskComment>`
    select c.id, c.uid, c.story_id as "storyId", coalesce(s.title, '') as "storyTitle", c.parent_id as "parentId", c.name, c.body, c.state, c.reasons,
      encode(c.address_key, 'hex') as "authorKey", c.created_at as "createdAt"
    from comment c left join story s on s.id = c.story_id
    where ${filter.state === undefined ? sql`true` : sql`c.state = ${sql.lit(filter.state)}`}
      and ${filter.storyId === undefined ? sql`true` : sql`c.story_id = ${filter.storyId}`}
      and ${filter.authorKey === undefined ? sql`true` : sql`c.address_key = decode(${filter.authorKey}, 'hex')`}
      and ${after === undefined ? sql`true` : isQueue ? sql`c.id > ${after}` : sql`c.id < ${after}`}
    order by c.id ${isQueue ? sql`` : sql`desc`} limit ${limit}`.execute(db);
  return found.rows;
}

/** How many comments wait, counted up to 10,000. Index comment_held. */
export async function countHeldComments(db: Db): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::int as n from (select from comment where state = 'held' limit 10000) held`.execute(db);
  return found.rows[0]?.n ?? 0;
}

/** Why the comments that wait do so, the commonest reason first; one comment may have several. Of the first 10,000. Index comment_held. */
export async function countHeldReasons(db: Db): Promise<{ reason: string; count: number }[]> {
  const found = await sql<{ reason: string; count: number }>`
    select reason, count(*)::int as count from (select reasons from comment where state = 'held' order by id limit 10000) held,
      unnest(held.reasons) as reason group by reason order by 2 desc, 1`.execute(db);
  return found.rows;
}

/** A decision as it stands in the list: `comments` says how many it changed. */
export type PastDecision = {
  id: number;
  at: Date;
  actor: string;
  action: 'approve' | 'reject';
  reason: string;
  comments: number;
  undoneAt: Date | null;
};

/** The newest decisions, newest first. Primary key. */
export async function listDecisions(db: Db, limit: number): Promise<PastDecision[]> {
  const found = await sql<PastDecision>`
    select id, at, actor, action, reason, jsonb_array_length(comments) as comments, undone_at as "undoneAt"
    from comment_decision order by id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** How many comments were approved and rejected within a day, decisions that were taken back left out; of the newest 5,000 decisions. */
export async function countDecided(db: Db): Promise<{ approved: number; rejected: number }> {
  const found = await sql<{ approved: number; rejected: number }>`
    select coalesce(sum(n) filter (where action = 'approve'), 0)::int as approved, coalesce(sum(n) filter (where action = 'reject'), 0)::int as rejected
    from (select action, at, undone_at, jsonb_array_length(comments) as n from comment_decision order by id desc limit 5000) d
    where at > now() - interval '1 day' and undone_at is null`.execute(db);
  return found.rows[0] ?? { approved: 0, rejected: 0 };
}

/** A decision: which comments it changed; null = none, and nothing is on record. */
export type Decided = { decisionId: number; changed: number } | null;

/** Who decides, and why (kept with the decision, never told to readers). */
export type DeskDecision = { action: 'approve' | 'reject'; by: string; reason?: string };

/** Approves or rejects these comments (at most 1,000); what its writer took back stays so. Touches comment, comment_decision, comment_story, document, purge. */
export async function decideComments(db: Db, ids: readonly number[], decision: DeskDecision): Promise<Decided> {
  return decide(db, sql`id = any(${ids.slice(0, 1_000)}::bigint[])`, decision);
}

/** The same for all comments of one author (32 hex digits) that wait or are shown, at most 1,000. Index comment_address. */
export async function decideCommentsOf(db: Db, authorKey: string, decision: DeskDecision): Promise<Decided> {
  if (!/^[0-9a-f]{32}$/.test(authorKey)) return null;
  return decide(db, sql`address_key = decode(${authorKey}, 'hex')`, decision);
}

type Before = { id: number; storyId: number; from: DeskComment['state'] };

async function decide(db: Db, which: ReturnType<typeof sql>, decision: DeskDecision): Promise<Decided> {
  const to = decision.action === 'approve' ? 'shown' : 'rejected';
  return inTransaction(db, async (trx) => {
    const found = await sql<Before>`
      select id, story_id as "storyId", state as "from" from comment where ${which} and state not in ('removed', ${sql.lit(to)})
      order by id limit 1000 for update`.execute(trx);
    if (found.rows.length === 0) return null;
    await setStates(
      trx,
      found.rows.map((row) => ({ ...row, to })),
    );
    const made = await sql<{ id: number }>`
      insert into comment_decision (actor, action, reason, comments)
      values (${decision.by}, ${decision.action}, ${decision.reason ?? ''}, ${JSON.stringify(found.rows.map(({ id, from }) => ({ id, from })))}::jsonb)
      returning id`.execute(trx);
    return { decisionId: made.rows[0]?.id ?? 0, changed: found.rows.length };
  });
}

async function setStates(db: Db, changes: readonly (Before & { to: DeskComment['state'] })[]): Promise<void> {
  await sql`
    update comment c set state = d.state, shown_at = case when d.state = 'shown' then coalesce(c.shown_at, now()) else c.shown_at end
    from json_to_recordset(${JSON.stringify(changes.map(({ id, to }) => ({ id, state: to })))}::json) as d(id bigint, state text)
    where c.id = d.id`.execute(db);
  const sums = new Map<number, number>();
  for (const { storyId, from, to } of changes)
    sums.set(storyId, (sums.get(storyId) ?? 0) + Number(to === 'shown') - Number(from === 'shown'));
  // In one order, so that two moderators never wait for each other in a ring.
  for (const [storyId, change] of [...sums].sort(([a], [b]) => a - b))
    if (change !== 0) await countComments(db, storyId, change);
}

/**
 * Takes a decision back, the latest that stands when no number is given: each comment that is still as decided returns to what it was.
 * Null when there is no such decision. Touches as `decideComments`.
 */
export async function undoCommentDecision(db: Db, decisionId?: number): Promise<Decided> {
  return inTransaction(db, async (trx) => {
    const which = decisionId === undefined ? sql`true` : sql`id = ${decisionId}`;
    const found = await sql<{
      id: number;
      action: 'approve' | 'reject';
      comments: { id: number; from: DeskComment['state'] }[];
    }>`
      select id, action, comments from comment_decision where undone_at is null and ${which} order by id desc limit 1 for update`.execute(
      trx,
    );
    const decision = found.rows[0];
    if (decision === undefined) return null;
    const decided = decision.action === 'approve' ? 'shown' : 'rejected';
    const now = await sql<{ id: number; storyId: number }>`
      select id, story_id as "storyId" from comment where id = any(${decision.comments.map(({ id }) => id)}::bigint[]) and state = ${decided}
      order by id for update`.execute(trx);
    const former = new Map(decision.comments.map(({ id, from }) => [id, from]));
    await setStates(
      trx,
      now.rows.map(({ id, storyId }) => ({ id, storyId, from: decided, to: former.get(id) ?? 'held' })),
    );
    await sql`update comment_decision set undone_at = now() where id = ${decision.id}`.execute(trx);
    return { decisionId: decision.id, changed: now.rows.length };
  });
}
