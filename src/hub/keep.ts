// Leases, readers and logs → what is over is ended, what is subscribed to stays fresh. EFFECT.
import type { Context } from '../context.ts';
import type { DocumentFormat } from '../domain.ts';
import { requestDocument } from '../store/document.ts';
import { dropLostPushBodies } from '../store/push-body.ts';
import { followPauses } from '../store/push.ts';
import { endSubscriptions, staleTopics } from '../store/subscription.ts';
import { trimWebhookLog } from '../store/webhook-event.ts';

/** Rows that keeping house touched; all 0 when there was nothing to do. */
export type Kept = { expired: number; denied: number; asked: number; followed: number; dropped: number };

/**
 * Ends subscriptions whose lease is over (WebSub §5.3.1 forbids endless ones), denies those of retired feeds, asks for the documents that
 * subscribers wait for, lets our own subscriptions follow paused sources, trims the log of webhooks. Touches subscription, verification,
 * document, push, push_body, webhook_event.
 */
export async function keepHub(ctx: Pick<Context, 'db'>): Promise<Kept> {
  const ended = await endSubscriptions(ctx.db);
  const stale = await staleTopics(ctx.db);
  for (const topic of stale) await requestDocument(ctx.db, topic.editionId, topic.format as DocumentFormat);
  const followed = await followPauses(ctx.db);
  const dropped = (await dropLostPushBodies(ctx.db)) + (await trimWebhookLog(ctx.db));
  return { ...ended, asked: stale.length, followed, dropped };
}
