// Embargoes and permissions that end → stories listed at their hour, editions made anew. EFFECT.
import type { Context } from '../context.ts';
import { readPolicy } from '../store/policy.ts';
import { noteRightsDue, takeRightsDue, turnRightsDay } from '../store/rights-due.ts';

/** How many stories were put off to their hour, and how many reached it. */
export type Released = { held: number; released: number };

const mostRounds = 50;

/** One look at what changed and what became due; goes on while there is more, at most 100,000 stories. Touches what store/rights-due.ts names. */
export async function releaseDue(ctx: Pick<Context, 'db' | 'signal'>): Promise<Released> {
  const count: Released = { held: 0, released: 0 };
  const policy = await readPolicy(ctx.db);
  for (let round = 0; round < mostRounds && !ctx.signal.aborted; round++) {
    const { seen, held } = await noteRightsDue(ctx.db, policy);
    count.held += held;
    if (seen < 2_000) break;
  }
  for (let round = 0; round < mostRounds && !ctx.signal.aborted; round++) {
    const released = await takeRightsDue(ctx.db);
    count.released += released;
    if (released === 0) break;
  }
  await turnRightsDay(ctx.db);
  return count;
}
