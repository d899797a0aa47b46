// The river as it stands → alerts opened and closed, notices owed, a sample for the curves. EFFECT.
import type { Context } from '../context.ts';
import {
  type Alert,
  asOnlyWatch,
  beginAlert,
  type Channel,
  endAlerts,
  forgetAlerts,
  keepAlert,
  listLivingAlerts,
  oweNotices,
} from '../store/alert.ts';
import { type Figures, keepSample } from '../store/health.ts';
import { stepAlerts } from './alert.ts';
import type { Condition, Verdict } from './judge.ts';
import { lookAround } from './look.ts';

/** What the watch needs of the tray. */
export type WatchContext = Pick<Context, 'config' | 'db' | 'now' | 'log'>;

const sampleSeconds = 290;

/** The channels alerts go out by, as configured. */
export function alertChannels(alerts: WatchContext['config']['alerts']): Channel[] {
  const hasMail = alerts.smtpUrl !== null && alerts.to.length > 0;
  const hasWebhook = alerts.webhookUrl !== null && alerts.webhookSecret !== null;
  return [...(hasMail ? (['mail'] as const) : []), ...(hasWebhook ? (['webhook'] as const) : [])];
}

/**
 * One look at the river: alerts are stepped and notices owed in one transaction, by one process at a time. Touches alert, alert_notice and
 * health_sample. Answers how many were opened and closed, null when another process was at it.
 */
export async function watchRiver(ctx: WatchContext): Promise<{ opened: number; closed: number } | null> {
  const { figures, verdict } = await lookAround(ctx);
  const now = ctx.now();
  const done = await asOnlyWatch(ctx.db, async (trx) => {
    const living = await listLivingAlerts(trx);
    const step = stepAlerts(living, verdict, now);
    const opened: number[] = [];
    const told: { kind: string; subject: string }[] = [];
    const open = (id: number, { kind, subject }: Condition) => {
      opened.push(id);
      told.push({ kind, subject });
    };
    for (const { isOpen, ...condition } of step.begin) {
      const id = await beginAlert(trx, condition, now, isOpen);
      if (id !== null && isOpen) open(id, condition);
    }
    for (const { id, condition, isOpen } of step.keep) {
      await keepAlert(trx, id, condition, now, isOpen);
      if (isOpen) open(id, condition);
    }
    await endAlerts(trx, step, now);
    await forgetAlerts(trx, now);
    const channels = alertChannels(ctx.config.alerts);
    await oweNotices(trx, opened, 'opened', channels);
    await oweNotices(trx, step.close, 'closed', channels);
    return { opened: opened.length, closed: step.close.length, told, ended: ofIds(living, step.close) };
  });
  await keepSample(ctx.db, now, toSample(figures, verdict), sampleSeconds);
  if (done === null) return null;
  for (const alert of done.told) ctx.log.warn(alert, 'alert opened');
  for (const { kind, subject } of done.ended) ctx.log.info({ kind, subject }, 'alert closed');
  return { opened: done.opened, closed: done.closed };
}

const ofIds = (alerts: readonly Alert[], ids: readonly number[]) => alerts.filter((alert) => ids.includes(alert.id));

function toSample(figures: Figures, verdict: Verdict): Record<string, number> {
  const { queues, freshness, connections, size } = figures;
  const { states } = verdict;
  const sample: Record<string, number> = {
    cluster: queues.cluster.waiting,
    documents: queues.documents.waiting,
    sources: queues.sources.waiting,
    deliveries: queues.hub.waiting + queues.webhooks.waiting,
    sick: states.broken + states.blocked,
    connections: connections.used,
    databaseMB: Math.round(size.databaseBytes / 1e6),
  };
  if (freshness.p50 !== null) sample['p50'] = Math.round(freshness.p50);
  if (freshness.p95 !== null) sample['p95'] = Math.round(freshness.p95);
  return sample;
}
