// Jobs that fail → lines in the log that somebody can read: a trouble of PostgreSQL that meets every job is told once a minute, with its remedy.
import type { Context } from '../src/context.ts';
import { troubleName } from '../src/store/trouble.ts';

const quietMs = 60_000;

const remedies: Record<string, string> = {
  'store.disk_full': 'the disk under PostgreSQL is full: free space there; everything goes on by itself',
  'store.away': 'PostgreSQL does not answer: see that it runs; everything goes on by itself',
};

/**
 * Tells of failed jobs. The same trouble of PostgreSQL, or the same job failing for the same reason, is told once a minute; the next line counts what was
 * not told.
 */
export function openSayings(ctx: Pick<Context, 'log' | 'now'>): (job: string, error: unknown) => void {
  const told = new Map<string, { at: number; more: number }>();
  return (job, error) => {
    const trouble = troubleName(error);
    const message = error instanceof Error ? error.message : String(error);
    const key = trouble === '' ? `${job}: ${message}` : trouble;
    const at = ctx.now().getTime();
    const before = told.get(key);
    if (before !== undefined && at - before.at < quietMs) {
      before.more += 1;
      return;
    }
    for (const [name, one] of told) if (at - one.at >= quietMs) told.delete(name);
    told.set(key, { at, more: 0 });
    const since = before === undefined || before.more === 0 ? {} : { more: before.more };
    if (trouble === '') ctx.log.error({ err: error, ...since }, `${job} failed, next try at its next tick`);
    else
      ctx.log.error(
        { code: trouble, job, reason: message, ...since },
        remedies[trouble] ?? 'PostgreSQL is in trouble; jobs are tried again',
      );
  };
}
