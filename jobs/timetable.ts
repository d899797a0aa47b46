// The timetable: one row per job with its cadence and the reason for it. No logic.
import type { Context } from '../src/context.ts';
import { keepEditions } from '../src/edition/keep.ts';
import { publishDue } from '../src/edition/publish.ts';
import { releaseDue } from '../src/edition/rights-release.ts';
import { ingestDue } from '../src/source/ingest.ts';
import type { Channel } from '../src/store/listen.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { clusterDue } from '../src/story/cluster.ts';

/** One job: `cron` has six fields (seconds first), in UTC; `wakeOn` runs it between heartbeats; `summary` is null when nothing happened. */
export type Job = {
  name: string;
  cron: string;
  why: string;
  wakeOn?: Channel;
  run: (ctx: Context) => Promise<Record<string, unknown> | null>;
};

/** All jobs. Work is due by the tables' own dates: a missed or doubled tick does no harm. */
export const timetable: readonly Job[] = [
  {
    name: 'ingest',
    cron: '*/5 * * * * *',
    why: 'a source is read within 5 s of its date, an added one at once; an idle tick is one index look-up',
    wakeOn: 'source_due',
    run: async (ctx) => {
      const count = await ingestDue(ctx);
      return count.created + count.changed + count.failed > 0 ? count : null;
    },
  },
  {
    name: 'cluster',
    cron: '*/10 * * * * *',
    why: 'woken by every ingest that wrote; the heartbeat only catches a lost wake-up',
    wakeOn: 'cluster_due',
    run: async (ctx) => {
      const entries = await clusterDue(ctx);
      return entries > 0 ? { entries } : null;
    },
  },
  {
    name: 'publish',
    cron: '*/5 * * * * *',
    why: 'woken by clustering and by readers; the heartbeat renders what was spaced out or failed',
    wakeOn: 'document_due',
    run: async (ctx) => {
      const done = await publishDue(ctx);
      return done.rendered + done.failed > 0 ? done : null;
    },
  },
  {
    name: 'editions',
    cron: '*/20 * * * * *',
    why: 'a new publisher gets its edition within 20 s; an idle tick reads two short lists',
    run: async (ctx) => {
      const made = await keepEditions(ctx);
      return made > 0 ? { made } : null;
    },
  },
  {
    name: 'rights',
    cron: '*/5 * * * * *',
    why: 'a story appears within 5 s of the end of its embargo; an idle tick is three index look-ups',
    run: async (ctx) => {
      const done = await releaseDue(ctx);
      return done.held + done.released > 0 ? done : null;
    },
  },
  {
    name: 'partitions',
    cron: '0 17 3 * * *',
    why: 'months are made three ahead, so a day that fails does no harm',
    run: async (ctx) => {
      const made = await ensurePartitions(ctx.db);
      return made.length > 0 ? { made } : null;
    },
  },
];
