// Publishers → the editions that shall exist, made where they are missing. EFFECT.
import type { Context } from '../context.ts';
import { ensureEditions } from '../store/edition.ts';
import { listPublishers } from '../store/publisher.ts';
import { wantedEditions } from './editions.ts';

/** Makes every edition that is missing and corrects titles; returns how many rows were written. Reads publisher, touches edition and document. */
export async function keepEditions(ctx: Pick<Context, 'db'>): Promise<number> {
  return ensureEditions(ctx.db, wantedEditions(await listPublishers(ctx.db)));
}
