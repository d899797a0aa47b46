// The timetable: one row per job with its cadence and the reason for it. No logic.
import type { Context } from '../src/context.ts';
import { archiveDue } from '../src/edition/archive.ts';
import { keepEditions } from '../src/edition/keep.ts';
import { publishDue } from '../src/edition/publish.ts';
import { releaseDue } from '../src/edition/rights-release.ts';
import { followStories } from '../src/edition/search-index.ts';
import { deliverDue } from '../src/hub/deliver.ts';
import { keepHub } from '../src/hub/keep.ts';
import { subscribeDue } from '../src/hub/subscribe.ts';
import { verifyDue } from '../src/hub/verify.ts';
import { fillGaps } from '../src/source/fill.ts';
import { readArticlesDue } from '../src/source/article.ts';
import { ingestDue } from '../src/source/ingest.ts';
import { releaseDecided } from '../src/source/release.ts';
import { lookForRemovals } from '../src/source/look.ts';
import { forgetPages } from '../src/store/article.ts';
import { forgetFill } from '../src/store/fill.ts';
import { forgetHosts } from '../src/store/host.ts';
import { readPushed } from '../src/source/pushed.ts';
import type { Channel } from '../src/store/listen.ts';
import { dropOldMonths, ensurePartitions } from '../src/store/partition.ts';
import { countPollDays } from '../src/store/poll-day.ts';
import { trimPurges } from '../src/store/purge.ts';
import { dropOldSketches } from '../src/store/sketch.ts';
import { clusterDue } from '../src/story/cluster.ts';
import { listDue } from '../src/story/relate-ahead.ts';
import { relateDue } from '../src/story/relate.ts';
import { tellAlerts } from '../src/watch/tell.ts';
import { watchRiver } from '../src/watch/watch.ts';
import { tellPartners } from './tell.ts';

/**
 * One job: `cron` has six fields (seconds first), in UTC; `wakeOn` runs it between heartbeats; `run` answers null when nothing happened.
 * Where `isNews` says no, the answer is counted in metrics but not worth a line in the log.
 */
export type Job = {
  name: string;
  cron: string;
  why: string;
  wakeOn?: Channel;
  run: (ctx: Context) => Promise<Record<string, unknown> | null>;
  isNews?: (summary: Record<string, unknown>) => boolean;
};

/** All jobs. Work is due by the tables' own dates: a missed or doubled tick does no harm. */
export const timetable: readonly Job[] = [
  {
    name: 'ingest',
    cron: '*/5 * * * * *',
    why: 'a source is read within 5 s of its date, an added one at once; an idle tick is two index look-ups',
    wakeOn: 'source_due',
    run: async (ctx) => {
      const count = await ingestDue(ctx);
      return count.polls > 0 ? count : null;
    },
    isNews: ({ created, changed, failed }) => Number(created) + Number(changed) + Number(failed) > 0,
  },
  {
    name: 'releases',
    cron: '*/10 * * * * *',
    why: 'woken by a decision on a held poll; the heartbeat only catches a lost wake-up, an idle tick reads a table of a few rows',
    wakeOn: 'source_due',
    run: async (ctx) => {
      const released = await releaseDecided(ctx);
      return released > 0 ? { released } : null;
    },
  },
  {
    name: 'articles',
    cron: '*/5 * * * * *',
    why: 'a page waits for its host to be free, some seconds at a time; woken by ingest, an idle tick is one index look-up',
    wakeOn: 'article_due',
    run: async (ctx) => {
      const count = await readArticlesDue(ctx);
      return count.read + count.left > 0 ? count : null;
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
    name: 'relate',
    cron: '*/10 * * * * *',
    why: 'a new story can be found as a related one within 10 s, after the news itself; an idle tick is two index look-ups',
    run: async (ctx) => {
      const stories = await relateDue(ctx);
      return stories > 0 ? { stories } : null;
    },
  },
  {
    name: 'related lists',
    cron: '5-59/10 * * * * *',
    why: 'the related stories of a new one are there before anybody asks, behind its filing; an idle tick is three index look-ups',
    run: async (ctx) => {
      const lists = await listDue(ctx);
      return lists > 0 ? { lists } : null;
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
    name: 'search',
    cron: '*/5 * * * * *',
    why: 'a story is found within 5 s, and its transaction never waits for a text index; an idle tick is one index look-up',
    run: async (ctx) => {
      const stories = await followStories(ctx);
      return stories > 0 ? { stories } : null;
    },
  },
  {
    name: 'archive',
    cron: '30 */5 * * * *',
    why: 'what leaves a feed is in its archive 5 min later; a day is closed an hour after it ended',
    run: async (ctx) => {
      const lists = await archiveDue(ctx);
      return lists > 0 ? { lists } : null;
    },
  },
  {
    name: 'purges',
    cron: '0 41 3 * * *',
    why: 'notices that every web process followed long since; a day more does no harm',
    run: async (ctx) => (await trimPurges(ctx.db), null),
  },
  {
    name: 'gaps',
    cron: '*/30 * * * * *',
    why: 'an archive is read page by page, a pause of its host between two; an idle tick is one index look-up',
    run: async (ctx) => {
      const count = await fillGaps(ctx);
      return count.pages + count.failed > 0 ? count : null;
    },
  },
  {
    name: 'removals',
    cron: '15 * * * * *',
    why: 'an article taken down is found within minutes of leaving its feed; an idle tick is one index look-up',
    run: async (ctx) => {
      const count = await lookForRemovals(ctx);
      return count.looks > 0 ? count : null;
    },
  },
  {
    name: 'hosts',
    cron: '0 41 4 * * *',
    why: 'a host that nobody called for a day needs no row',
    run: async (ctx) => {
      const forgotten = (await forgetHosts(ctx.db)) + (await forgetPages(ctx.db));
      await forgetFill(ctx.db);
      return forgotten > 0 ? { forgotten } : null;
    },
  },
  {
    name: 'poll days',
    cron: '20 * * * * *',
    why: 'the console shows news a day and lags by it; over 2,000 sources a run takes 60 ms',
    run: async (ctx) => (await countPollDays(ctx.db), null),
  },
  {
    name: 'partitions',
    cron: '0 17 3 * * *',
    why: 'months are made three ahead, so a day that fails does no harm; sketches behind the window of matching go, and months beyond KEEP_MONTHS',
    run: async (ctx) => {
      const made = await ensurePartitions(ctx.db);
      const dropped = [...(await dropOldSketches(ctx.db)), ...(await dropOldMonths(ctx.db, ctx.config.keepMonths))];
      return made.length + dropped.length > 0 ? { made, dropped } : null;
    },
  },
  {
    name: 'hub verify',
    cron: '*/10 * * * * *',
    why: 'woken by every request to the hub: callbacks are asked at once; the heartbeat asks again those that gave no answer',
    wakeOn: 'hub_due',
    run: async (ctx) => {
      const done = await verifyDue(ctx);
      return Object.values(done).some((count) => count > 0) ? done : null;
    },
  },
  {
    name: 'hub deliver',
    cron: '*/5 * * * * *',
    why: 'woken by every changed document that has subscribers; the heartbeat finds the retries that fell due',
    wakeOn: 'hub_due',
    run: async (ctx) => {
      const done = await deliverDue(ctx);
      return done.told + done.failed + done.gone > 0 ? done : null;
    },
  },
  {
    name: 'hub subscribe',
    cron: '*/30 * * * * *',
    why: 'woken when a paper offers a hub; renewals have hours of room',
    wakeOn: 'push_due',
    run: async (ctx) => {
      const done = await subscribeDue(ctx);
      return done.asked + done.failed > 0 ? done : null;
    },
  },
  {
    name: 'pushed',
    cron: '*/10 * * * * *',
    why: "woken by every push of a paper's hub; the heartbeat only catches a lost wake-up",
    wakeOn: 'push_due',
    run: async (ctx) => {
      const done = await readPushed(ctx);
      return done.read + done.failed > 0 ? done : null;
    },
  },
  {
    name: 'hub keep',
    cron: '40 */5 * * * *',
    why: 'leases end within minutes of their date; an idle run is five short queries',
    run: async (ctx) => {
      const done = await keepHub(ctx);
      return Object.values(done).some((count) => count > 0) ? done : null;
    },
  },
  {
    name: 'webhooks',
    cron: '*/3 * * * * *',
    why: 'changed stories reach partners within seconds, retries their date; an idle run is four look-ups',
    wakeOn: 'webhook_due',
    run: async (ctx) => {
      const done = await tellPartners(ctx);
      return Object.values(done).some((count) => count > 0) ? done : null;
    },
  },
  {
    name: 'watch',
    cron: '20 * * * * *',
    why: 'trouble is seen within a minute and told when it lasts; a look is some twenty milliseconds',
    run: async (ctx) => {
      const done = await watchRiver(ctx);
      return done !== null && done.opened + done.closed > 0 ? done : null;
    },
  },
  {
    name: 'alerts',
    cron: '25,55 * * * * *',
    why: 'e-mail and webhooks follow the watch at once; what failed is tried again at its own date',
    run: async (ctx) => {
      const done = await tellAlerts(ctx);
      return done.told + done.failed > 0 ? done : null;
    },
  },
];
