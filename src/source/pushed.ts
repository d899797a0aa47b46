// What papers' hubs pushed → entries, by the same reading as a poll's. EFFECT.
import type { Context } from '../context.ts';
import { TinError } from '../errors.ts';
import type { DuePushBody } from '../store/push-body.ts';
import { claimPushBodies, dropPushBody, logPush, notePush, pushedSource } from '../store/push-body.ts';
import { countMarks } from './marks.ts';
import { checkRules } from './rules.ts';
import { readArrived, takeIn } from './take-in.ts';

/** What reading pushes did; `failed` could not be read. */
export type PushCount = { read: number; failed: number; created: number; changed: number };

const leaseSeconds = 120;
const mostAttempts = 3;
// A renewal that is overdue by this much ends the trust that a push earns: see hub/retry.ts, stalledAfter.
const stalledSeconds = 6 * 3_600;

async function readOne(ctx: Context, pushed: DuePushBody): Promise<Omit<PushCount, 'read' | 'failed'> | null> {
  const startedAt = performance.now();
  const source = await pushedSource(ctx.db, pushed.sourceId);
  if (source === null || source.isPaused) {
    await dropPushBody(ctx.db, pushed.id);
    return null;
  }
  const { contentType, body } = pushed;
  const log = { tookMs: 0, bytes: body.length, items: 0, created: 0, changed: 0, note: null };
  try {
    const headers: Record<string, string> = contentType === null ? {} : { 'content-type': contentType };
    const checked = checkRules(source.rules);
    const rules = 'rules' in checked ? checked.rules : {};
    const document = await readArrived(ctx, { ...source, rules }, { body, url: source.url, headers });
    const items = countMarks(document.marks);
    return await ctx.db.transaction().execute(async (trx) => {
      // A push may hold new items only: what it lacks means nothing, and nothing the source remembers of its last poll is touched.
      const { created, changed, doubt } = await takeIn(trx, source, document);
      const note = doubt === null ? null : `held: ${doubt.pairs} of ${doubt.fresh} new articles look like known ones`;
      const tookMs = performance.now() - startedAt;
      await logPush(trx, source.id, 'pushed', { ...log, tookMs, items, created, changed, note });
      if (items > 0) await notePush(trx, source.id, { brought: created, stalledSeconds });
      await dropPushBody(trx, pushed.id);
      return { created, changed };
    });
  } catch (error) {
    if (!(error instanceof TinError) && pushed.attempts < mostAttempts) throw error;
    const note = `${error instanceof TinError ? error.code : 'source.unexpected'}: ${error instanceof Error ? error.message : String(error)}`;
    ctx.log.warn({ source: source.id, hub: pushed.hubUrl }, `a push could not be read: ${note}`);
    await logPush(ctx.db, source.id, 'failed', {
      ...log,
      tookMs: performance.now() - startedAt,
      note: note.replaceAll('\0', '').slice(0, 500),
    });
    await dropPushBody(ctx.db, pushed.id);
    throw new TinError('source.push_unreadable', note, { cause: error });
  }
}

/**
 * Reads every pushed body that waits, those of one source in their order. A push is never a poll: it moves no validator, no date and no
 * failure of its source, so polls go on as planned and find what it lacked; an unreadable one is logged and dropped, and the next poll
 * finds its items. Touches push_body, push, hub_tally, poll, entry, entry_key, cluster_due. Throws only when the database is away.
 */
export async function readPushed(ctx: Context): Promise<PushCount> {
  const count: PushCount = { read: 0, failed: 0, created: 0, changed: 0 };
  while (!ctx.signal.aborted) {
    const bodies = await claimPushBodies(ctx.db, { limit: 8, leaseSeconds });
    if (bodies.length === 0) break;
    for (const body of bodies) {
      try {
        const done = await readOne(ctx, body);
        count.read += done === null ? 0 : 1;
        count.created += done?.created ?? 0;
        count.changed += done?.changed ?? 0;
      } catch (error) {
        if (!(error instanceof TinError) || error.code !== 'source.push_unreadable') throw error;
        count.failed += 1;
      }
    }
  }
  return count;
}
