// Comments in PostgreSQL as readers see, write, change and take them back.
import { sql } from 'kysely';
import type { Db } from './db.ts';
import { notePurge } from './purge.ts';

/** A comment as a page shows it; `name` and `body` are clean plain text, empty where its writer took it back. */
export type ShownComment = {
  id: number;
  uid: string;
  parentId: number | null;
  name: string;
  body: string;
  state: 'shown' | 'removed';
  createdAt: Date;
  editedAt: Date | null;
};

/** A comment on its way in. Keys are hashes (see comment/proof.ts); `parentUid` must be a shown comment of the same story. */
export type NewComment = {
  storyId: number;
  parentUid: string | null;
  name: string;
  body: string;
  hasProof: boolean;
  addressKey: Buffer;
  /** Those of the same address under the key of yesterday as well. */
  formerAddressKey: Buffer | null;
  writerKey: Buffer | null;
  /** Equal for equal texts. */
  textHash: Buffer;
};

/** What the judge is told: see `Evidence` in comment/screen.ts. */
export type Around = {
  recent: { body: string; ageSeconds: number }[];
  copies: number;
  isKnown: boolean;
};

/** What the judge says, and what became of the comment. */
export type Judged =
  | { kind: 'refused'; why: 'often' | 'repeated' }
  | { kind: 'shown' }
  | { kind: 'held' | 'rejected'; reasons: string[] };

/** For how long a comment is its writer's to change. */
export const ownMinutes = 10;

const columns = sql`id, uid, parent_id as "parentId", name, body, state, created_at as "createdAt", edited_at as "editedAt"`;

/**
 * The newest comments of a story that were shown, newest first, at most `limit`, and those that their writers took back (their places may be
 * needed); `before` continues below that id. Index comment_shown.
 */
export async function listComments(db: Db, storyId: number, limit: number, before?: number): Promise<ShownComment[]> {
  const below = before === undefined ? sql`` : sql`and id < ${before}`;
  const found = await sql<ShownComment>`
    select ${columns} from comment where story_id = ${storyId} and state in ('shown', 'removed') ${below} order by id desc limit ${limit}`.execute(
    db,
  );
  return found.rows;
}

/** The comments that are answered by those given and not among them, so that no answer stands alone; at most as many as given. Primary key. */
export async function listParents(db: Db, comments: readonly ShownComment[]): Promise<ShownComment[]> {
  const here = new Set(comments.map((comment) => comment.id));
  const wanted = [...new Set(comments.map((comment) => comment.parentId))].filter((id) => id !== null && !here.has(id));
  if (wanted.length === 0) return [];
  const found = await sql<ShownComment>`
    select ${columns} from comment where id = any(${wanted}::bigint[]) and state in ('shown', 'removed') limit ${wanted.length}`.execute(
    db,
  );
  return found.rows;
}

async function lookAround(db: Db, comment: NewComment): Promise<Around> {
  const keys = [comment.addressKey, ...(comment.formerAddressKey === null ? [] : [comment.formerAddressKey])];
  // Indexes comment_address, comment_text, comment_writer.
  const recent = await sql<{ body: string; ageSeconds: number }>`
    select body, extract(epoch from now() - created_at)::float8 as "ageSeconds" from comment
    where address_key = any(${keys}::bytea[]) and created_at > now() - interval '1 day' order by created_at desc limit 200`.execute(
    db,
  );
  const rest = await sql<{ copies: number; isKnown: boolean }>`
    select (select count(*)::int from (select from comment where text_hash = ${comment.textHash} and created_at > now() - interval '1 day'
        limit 20) same) as copies,
      exists (select from comment where writer_key = ${comment.writerKey} and state = 'shown') as "isKnown"`.execute(
    db,
  );
  return { recent: recent.rows, copies: rest.rows[0]?.copies ?? 0, isKnown: rest.rows[0]?.isKnown ?? false };
}

// The story ends in no other while its comment comes in: whoever merges it waits for this lock, or is waited for.
async function homeOf(trx: Db, storyId: number): Promise<number> {
  const found = await sql<{ id: number }>`
    select coalesce(merged_into, id) as id from story where id = ${storyId} for share`.execute(trx);
  return found.rows[0]?.id ?? storyId;
}

// Counts, the version of the list and the documents that tell the count, with a change of what is shown.
async function tally(db: Db, storyId: number, change: number): Promise<void> {
  await sql`
    insert into comment_story (story_id, shown, latest_at) values (${storyId}, greatest(${change}::int, 0), now())
    on conflict (story_id) do update set shown = greatest(comment_story.shown + ${change}::int, 0), changed_at = now(),
      latest_at = (select max(shown_at) from comment where story_id = ${storyId} and state = 'shown')`.execute(db);
  // Few rows: a document for each edition and format that is read.
  const due = await sql`
    update document set due_at = clock_timestamp()
    where ${storyId}::bigint = any(story_ids) and (due_at is null or due_at = claimed_until) and read_at > now() - interval '7 days'`.execute(
    db,
  );
  if ((due.numAffectedRows ?? 0n) > 0n) await sql`select pg_notify('document_due', '')`.execute(db);
  if (change < 0) await notePurge(db, storyId);
}

/** Notes in `comment_story` that a story has `change` more shown comments; makes the documents with its count due. For store/comment-desk. */
export const countComments = tally;

/**
 * Takes a comment: `judge` is told what is around it while no other comment of the same address can come in, and what it says is done.
 * Null when the comment to be answered is not shown. Touches comment, and comment_story, document, purge when it is shown at once.
 */
export async function addComment(
  db: Db,
  comment: NewComment,
  judge: (around: Around) => Judged,
): Promise<{ verdict: Judged; uid: string | null } | null> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${comment.addressKey.toString('hex')}, 9))`.execute(trx);
    const storyId = await homeOf(trx, comment.storyId);
    const parent =
      comment.parentUid === null
        ? null
        : await sql<{ id: number }>`
            select id from comment where uid = ${comment.parentUid}::uuid and story_id = ${storyId} and state = 'shown'`
            .execute(trx)
            .then((found) => found.rows[0] ?? null);
    if (comment.parentUid !== null && parent === null) return null;
    const verdict = judge(await lookAround(trx, comment));
    if (verdict.kind === 'refused') return { verdict, uid: null };
    const reasons = verdict.kind === 'shown' ? [] : verdict.reasons;
    const made = await sql<{ uid: string }>`
      insert into comment (story_id, parent_id, name, body, state, reasons, has_proof, address_key, writer_key, text_hash, shown_at)
      values (${storyId}, ${parent?.id ?? null}, ${comment.name}, ${comment.body}, ${verdict.kind}, ${reasons}::text[],
        ${comment.hasProof}, ${comment.addressKey}, ${comment.writerKey}, ${comment.textHash},
        case when ${verdict.kind} = 'shown' then now() end)
      returning uid`.execute(trx);
    if (verdict.kind === 'shown') await tally(trx, storyId, 1);
    return { verdict, uid: made.rows[0]?.uid ?? null };
  });
}

/** A comment as its own writer sees it. `secondsLeft` to change it, 0 when the time is over. */
export type OwnComment = {
  uid: string;
  storyId: number;
  name: string;
  body: string;
  state: 'held' | 'shown' | 'rejected' | 'removed';
  hasProof: boolean;
  secondsLeft: number;
};

/** One comment by its public id; null when there is none. Unique uid. */
export async function findOwnComment(db: Db, uid: string): Promise<OwnComment | null> {
  const found = await sql<OwnComment>`
    select uid, story_id as "storyId", name, body, state, has_proof as "hasProof",
      greatest(0, extract(epoch from created_at + make_interval(mins => ${ownMinutes}) - now()))::int as "secondsLeft"
    from comment where uid = ${uid}::uuid`.execute(db);
  return found.rows[0] ?? null;
}

/** Shown comment to be answered, of this story; null when there is none. */
export async function findShown(db: Db, storyId: number, uid: string): Promise<ShownComment | null> {
  const found = await sql<ShownComment>`
    select ${columns} from comment where uid = ${uid}::uuid and story_id = ${storyId} and state = 'shown'`.execute(db);
  return found.rows[0] ?? null;
}

/**
 * Puts new words in place of a comment's, within its first ten minutes, and shows or holds it as told; false when it is too late or there is
 * nothing to change. What was rejected stays so. Touches comment, comment_story, document, purge.
 */
export async function editComment(
  db: Db,
  uid: string,
  words: { body: string; textHash: Buffer; state: 'held' | 'shown'; reasons: string[] },
): Promise<boolean> {
  return changeOwn(db, uid, async (trx, comment) => {
    const state = comment.state === 'rejected' ? 'rejected' : words.state;
    await sql`
      update comment set body = ${words.body}, text_hash = ${words.textHash}, edited_at = now(), state = ${state}, reasons = ${words.reasons}::text[],
        shown_at = case when ${state} = 'shown' then coalesce(shown_at, now()) end where id = ${comment.id}`.execute(
      trx,
    );
    return state;
  });
}

/** Takes a comment back within its first ten minutes: its words and name are erased; false when it is too late. Touches as `editComment`. */
export async function removeComment(db: Db, uid: string): Promise<boolean> {
  return changeOwn(db, uid, async (trx, comment) => {
    await sql`
      update comment set body = '', name = '', state = 'removed', writer_key = null where id = ${comment.id}`.execute(
      trx,
    );
    return 'removed';
  });
}

type Own = { id: number; storyId: number; state: OwnComment['state'] };

async function changeOwn(
  db: Db,
  uid: string,
  change: (trx: Db, comment: Own) => Promise<OwnComment['state']>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const found = await sql<Own>`
      select id, story_id as "storyId", state from comment
      where uid = ${uid}::uuid and state <> 'removed' and created_at > now() - make_interval(mins => ${ownMinutes}) for update`.execute(
      trx,
    );
    const comment = found.rows[0];
    if (comment === undefined) return false;
    const state = await change(trx, comment);
    const shown = Number(state === 'shown') - Number(comment.state === 'shown');
    // New words of a shown comment must go out as fast as a comment taken back.
    if (shown !== 0 || state === 'shown') await tally(trx, comment.storyId, shown);
    if (shown === 0 && state === 'shown') await notePurge(trx, comment.storyId);
    return true;
  });
}
