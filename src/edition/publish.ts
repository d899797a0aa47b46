// Due documents → rendered, proven and kept when they differ. EFFECT.
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import type { Edition } from '../domain.ts';
import type { DueDocument, RenderedDocument } from '../store/document.ts';
import { claimDueDocuments, failDocument, keepDocument, releaseDocument, saveDocument } from '../store/document.ts';
import { readPolicy } from '../store/policy.ts';
import { isDatabaseTrouble } from '../store/trouble.ts';
import { correctionsOf, tombstonesOf } from '../store/desk-withdraw.ts';
import { archiveEnds } from '../store/archive.ts';
import { listEdition } from '../store/search.ts';
import { filterQuery } from '../text/search.ts';
import { commentCounts as countsOf } from './comment-counts.ts';
import { archivePath } from './archive-path.ts';
import { forMsn } from './dialect.ts';
import type { FeedDocument } from './document.ts';
import { buildDocument, maxItems } from './document.ts';
import { renderDocument } from './render.ts';
import { verifyDocument } from './verify.ts';

/** What publishing needs of the tray; any Context will do. */
export type PublishContext = Pick<Context, 'db' | 'now' | 'log' | 'signal'> & { config: { publicUrl: string } };

/** What happened to the documents that were due. */
export type Published = { rendered: number; unchanged: number; failed: number };

// A batch is done in well under a second; the lease only has to outlive a slow database.
const batch = 12;
const leaseSeconds = 60;

function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`;
}

async function publishOne(ctx: PublishContext, claim: DueDocument, whole: FeedDocument): Promise<keyof Published> {
  const document = claim.format === 'msn' ? forMsn(whole, (id) => whole.wholeIds.has(id), ctx.now()) : whole;
  // Making a list of stories, writing it and proving it each take some milliseconds; readers get their turn between them.
  await setImmediate();
  const text = renderDocument(claim.format, document);
  const body = Buffer.from(text, 'utf8');
  const etag = etagOf(body);
  if (etag === claim.etag) {
    await keepDocument(ctx.db, claim);
    return 'unchanged';
  }
  await setImmediate();
  await verifyDocument(claim.format, text, document);
  const rendered: RenderedDocument = { body, etag, lastModified: document.updated, storyIds: whole.storyIds };
  const isSaved = await saveDocument(ctx.db, claim, rendered);
  if (!isSaved)
    ctx.log.warn(
      { edition: claim.edition.path, format: claim.format },
      'document was not kept: its lease ran out, or one of its stories was taken back meanwhile',
    );
  return isSaved ? 'rendered' : 'unchanged';
}

async function recordFailure(ctx: PublishContext, claim: DueDocument, error: unknown): Promise<void> {
  const problem = error instanceof Error ? error.message : String(error);
  ctx.log.error(
    { edition: claim.edition.path, format: claim.format, err: error },
    'document could not be published, the last good one stays',
  );
  await failDocument(ctx.db, claim, problem).catch((cause: unknown) =>
    ctx.log.error({ err: cause }, 'the failure could not be recorded'),
  );
}

async function makeDocument(ctx: PublishContext, edition: Edition): Promise<FeedDocument> {
  const { db } = ctx;
  const stories = await listEdition(db, edition.filter, filterQuery(edition.filter), maxItems);
  const newest = await archiveEnds(db, edition.id);
  const policy = await readPolicy(db);
  return buildDocument(edition, stories, {
    publicUrl: ctx.config.publicUrl,
    now: ctx.now(),
    hubUrl: `${ctx.config.publicUrl}/hub`,
    policy,
    corrections: await correctionsOf(
      db,
      stories.map((story) => story.id),
    ),
    comments: await countsOf(
      ctx,
      stories.map((story) => story.id),
      policy,
    ),
    tombstones: await tombstonesOf(db, edition.filter),
    archive: {
      isArchive: false,
      current: null,
      previous: newest === null ? null : archivePath(edition.path, newest),
      next: null,
    },
  });
}

async function publishEdition(
  ctx: PublishContext,
  edition: Edition,
  claims: DueDocument[],
  count: Published,
): Promise<void> {
  let document: FeedDocument | undefined;
  for (const claim of claims) {
    try {
      // One list for all formats, so that they show the same stories.
      document ??= await makeDocument(ctx, edition);
      count[await publishOne(ctx, claim, document)] += 1;
    } catch (error) {
      // Trouble of PostgreSQL is nothing about this document: all of them are due again when their lease runs out.
      if (isDatabaseTrouble(error)) throw error;
      count.failed += 1;
      await recordFailure(ctx, claim, error);
    }
  }
  if (document && document.notes.length > 0)
    ctx.log.warn({ edition: edition.path, notes: document.notes }, 'document is shorter than its list');
}

function byEdition(claims: DueDocument[]): DueDocument[][] {
  return [...Map.groupBy(claims, (claim) => claim.edition.id).values()];
}

/**
 * Renders every document that is due: one list of stories for each edition, each format written, read back and compared, and
 * kept only when its bytes differ from those that stand. A document that fails keeps its last good bytes and stops no other.
 * Loops until nothing is due; when the signal aborts, claims that were not begun are given back. Touches edition, story, document.
 */
export async function publishDue(ctx: PublishContext): Promise<Published> {
  const count: Published = { rendered: 0, unchanged: 0, failed: 0 };
  while (!ctx.signal.aborted) {
    const claims = await claimDueDocuments(ctx.db, { limit: batch, leaseSeconds });
    if (claims.length === 0) break;
    for (const group of byEdition(claims)) {
      const [first] = group;
      if (first === undefined) continue;
      if (ctx.signal.aborted) for (const claim of group) await releaseDocument(ctx.db, claim);
      else await publishEdition(ctx, first.edition, group, count);
    }
  }
  return count;
}
