// Work that takes longer than an answer may → a row, a task beside the requests, and what a screen needs to tell how it goes.
import { NotYetError, TinError } from '../../errors.ts';
import type { Way } from '../../source/turn.ts';
import { beatWork, endWork, openWork } from '../../store/desk-work.ts';
import type { WebContext } from '../feeds.ts';

/** Says how far a piece of work is; calls in quick succession are told as one. */
export type Beat = (at: { step?: string; done?: number; total?: number; result?: unknown }) => void;

/** Starts work that people wait for; at most six pieces at once in a process, NotYetError beyond. Returns the uid of its row. */
export type StartWork = (
  wanted: { kind: string; actor: string; input: object; body?: Buffer },
  run: (way: Way, beat: Beat) => Promise<{ result: unknown; body?: Buffer }>,
) => Promise<string>;

const mostAtOnce = 6;
const beatEveryMs = 500;
const stillAliveMs = 20_000;

/** What fetching for a person needs; null in a process that has no way out or reads no documents. */
export function wayOf(ctx: WebContext): Way | null {
  const { http, reader, db, now, signal, config } = ctx;
  if (http === undefined || reader === undefined) return null;
  return { http, reader, db, now, signal, config: { hostSpacingMs: config.hostSpacingMs ?? 5_000 } };
}

// Steps are told one by one; of figures and results only the latest counts.
function openBeat(ctx: WebContext, uid: string): { beat: Beat; end: () => Promise<void> } {
  let kept: Parameters<Beat>[0] = {};
  let timer: NodeJS.Timeout | null = null;
  let last: Promise<void> = Promise.resolve();
  const write = (at: Parameters<Beat>[0]) => {
    last = last.then(() =>
      beatWork(ctx.db, uid, at).catch((error: unknown) => ctx.log.warn({ err: error, uid }, 'web.work_beat')),
    );
  };
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    write(kept);
    kept = {};
  };
  const alive = setInterval(() => write({}), stillAliveMs);
  return {
    beat: (at) => {
      if (at.step !== undefined) write({ step: at.step });
      const { step: _, ...rest } = at;
      kept = { ...kept, ...rest };
      timer ??= setTimeout(flush, beatEveryMs);
    },
    end: async () => {
      clearInterval(alive);
      if (timer !== null) clearTimeout(timer);
      await last;
    },
  };
}

/** The starter of a process. A failure of the work is written into its row, where its screen tells it; only faults of ours are logged. */
export function openWorks(ctx: WebContext): StartWork {
  const running = new Set<Promise<void>>();
  return async (wanted, run) => {
    const way = wayOf(ctx);
    if (way === null) throw new TinError('work.no_way', 'this process has no way out');
    if (running.size >= mostAtOnce) throw new NotYetError('work.busy', `${mostAtOnce} pieces of work are running`);
    const uid = await openWork(ctx.db, wanted);
    const { beat, end } = openBeat(ctx, uid);
    const task = (async () => {
      try {
        const done = await run(way, beat);
        await end();
        await endWork(ctx.db, uid, done);
      } catch (error) {
        await end();
        // The process ends: its row falls silent, and its screen says so.
        if (ctx.signal.aborted) return;
        const isTold = error instanceof TinError;
        if (!isTold) ctx.log.error({ err: error, uid, kind: wanted.kind }, 'web.work_failed');
        const problem = isTold ? { code: error.code, message: error.message } : { code: 'work.failed', message: '' };
        await endWork(ctx.db, uid, { problem });
      }
    })()
      .catch((error: unknown) => ctx.log.error({ err: error, uid }, 'web.work_lost'))
      .finally(() => running.delete(task));
    running.add(task);
    return uid;
  };
}
