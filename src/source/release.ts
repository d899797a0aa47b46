// A held poll and a person's decision → its articles as news, as known ones, or not at all. EFFECT.
import type { Context } from '../context.ts';
import { addKeys } from '../store/entry.ts';
import { endHolding, readHeld } from '../store/held.ts';
import { pushedSource } from '../store/push-body.ts';
import { decidedHeld } from '../store/source-page.ts';
import { isDatabaseTrouble } from '../store/trouble.ts';
import { packMarks } from './kinds/item-hash.ts';
import { listMarks } from './marks.ts';
import { checkRules } from './rules.ts';
import { readArrived, takeIn } from './take-in.ts';

/** What the person said: all is news; what looks known is known and the rest is news; or nothing of it ever comes in. */
export type Release = 'new' | 'same' | 'drop';

/** What releasing did, in articles. */
export type Released = { created: number; renamed: number; dropped: number };

/**
 * Reads a held document again and does as the person said; null when nothing is held. What is dropped is remembered by its names, so that it does not
 * come back as news. The source is due at once. Touches held_poll, source, entry, entry_key, cluster_due.
 */
export async function releaseHeld(ctx: Context, sourceId: number, how: Release): Promise<Released | null> {
  const [held, source] = [await readHeld(ctx.db, sourceId), await pushedSource(ctx.db, sourceId)];
  if (held === null || source === null) return null;
  const checked = checkRules(source.rules);
  const rules = 'rules' in checked ? checked.rules : {};
  const document = await readArrived(ctx, { ...source, rules }, held);
  // The marks of the last good document stay known beside the held one's: nothing of either is read twice.
  const marks = packMarks(
    [...new Set([...listMarks(document.marks), ...listMarks(source.itemMarks ?? new Uint8Array())])].slice(0, 2_000),
  );
  return ctx.db.transaction().execute(async (trx) => {
    if (how !== 'drop') {
      const { created, renamed } = await takeIn(trx, source, document, how);
      await endHolding(trx, sourceId, marks);
      return { created, renamed, dropped: 0 };
    }
    // A name without an entry is old news for ever (docs/identity.md).
    const names = document.entries.flatMap((entry) =>
      entry.keys.map((key) => ({ key, entryId: 0, seenAt: ctx.now() })),
    );
    await addKeys(trx, source.publisherId, names);
    await endHolding(trx, sourceId, marks);
    return { created: 0, renamed: 0, dropped: document.entries.length };
  });
}

/** Does what people decided at the console about held polls; returns how many. One that cannot be done is told in the log and waits. */
export async function releaseDecided(ctx: Context): Promise<number> {
  let count = 0;
  for (const { sourceId, decision } of await decidedHeld(ctx.db, 100)) {
    try {
      if ((await releaseHeld(ctx, sourceId, decision)) !== null) count += 1;
    } catch (error) {
      if (isDatabaseTrouble(error)) throw error;
      ctx.log.error({ err: error, source: sourceId }, 'a held poll could not be released');
    }
  }
  return count;
}
