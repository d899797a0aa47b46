// The database and the process's state → whether load may come.
import { askDatabase } from '../store/front.ts';
import type { WebContext } from './feeds.ts';
import { dataSecurity, secured } from './headers.ts';

const patienceMs = 8_000;

/**
 * 200 where load may come; 503 while the database is away or slower than 8 s, or the process is about to end. `ask` looks
 * whether reads are answered, where another server than `ctx.db` may answer them.
 */
export async function readiness(
  ctx: Pick<WebContext, 'db' | 'isAway'>,
  isDraining: boolean,
  ask: () => Promise<unknown> = () => askDatabase(ctx.db),
): Promise<Response> {
  const headers = secured(dataSecurity, { 'Cache-Control': 'no-store' });
  if (isDraining) return Response.json({ status: 'draining' }, { status: 503, headers });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the database took too long')), patienceMs);
  });
  try {
    if (ctx.isAway?.() === true) throw new Error('the database is away');
    await Promise.race([ask(), tooLong]);
    return Response.json({ status: 'ready' }, { headers });
  } catch {
    headers.set('Retry-After', '5');
    return Response.json({ status: 'database away' }, { status: 503, headers });
  } finally {
    clearTimeout(timer);
  }
}
