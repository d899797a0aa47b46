// Changed stories → signed events at partners' endpoints: noted once, told at least once, in order for each story. EFFECT.
import type { Context } from '../context.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import { findStory, type ListedStory, listStoriesByIds } from '../store/story.ts';
import type { DueEvent, Listener, Reader, StoryChange, StoryState } from '../store/webhook-event.ts';
import {
  changesSince,
  claimEvents,
  dueEndpoints,
  insertEvents,
  listListeners,
  readTold,
  settleEvent,
  storiesInEditions,
  storyState,
} from '../store/webhook-event.ts';
import {
  disableWebhook,
  lockWebhookCursor,
  moveWebhookCursor,
  noteWebhookFailure,
  noteWebhookRest,
  noteWebhookSuccess,
} from '../store/webhook.ts';
import { type Holds, withHolds } from '../store/hold.ts';
import { openPool } from './pool.ts';
import { stepOrSecond } from './step.ts';
import { endpointRest, nextWebhook, webhookCalm, webhookPatience } from './retry.ts';
import { webhookHeaders } from './signature.ts';
import { planEvents, type Sight } from './webhook-plan.ts';

/** What may be told of a story; made where rights are decided, outside of this room. */
export type Description = { kind: 'shown'; data: Record<string, unknown> } | { kind: 'not-yet' } | { kind: 'gone' };

/** Tells what a reader may hear of stories. `withdrawal` names a story and says nothing of its words. */
export type Describer = {
  story: (story: ListedStory, reader: Reader) => Description;
  withdrawal: (state: StoryState) => Record<string, unknown>;
};

/** What webhooks need of the tray; any Context will do. */
export type WebhookContext = Pick<Context, 'db' | 'now' | 'log' | 'signal'> & { http: Pick<Context['http'], 'post'> };

/** What came of a run; `failed` counts attempts. */
export type Told = { noted: number; delivered: number; overtaken: number; failed: number; disabled: number };

const changesAtOnce = 200;
const deadlineMs = 15_000;
const leaseSeconds = 120;
const limits = { total: 16, perHost: 4 };
const perEndpoint = 8;

async function noteBatch(ctx: WebhookContext, describe: Describer): Promise<{ seen: number; noted: number }> {
  return ctx.db.transaction().execute(async (trx) => {
    const cursor = await lockWebhookCursor(trx);
    const listeners = await listListeners(trx);
    if (listeners.length === 0) return { seen: 0, noted: 0 };
    const changes = await changesSince(trx, cursor, changesAtOnce);
    const last = changes.at(-1);
    if (last === undefined) return { seen: 0, noted: 0 };
    const ids = changes.map((change) => change.id);
    const told = await readTold(
      trx,
      listeners.map((listener) => listener.id),
      ids,
    );
    const editions = [...new Set(listeners.flatMap((listener) => listener.editionId ?? []))];
    const selected = await storiesInEditions(trx, editions, ids);
    const stories = new Map((await listStoriesByIds(trx, ids)).map((story) => [story.id, story]));
    const sights = new Map<string, Sight>();
    for (const change of changes) {
      const story = stories.get(change.id) ?? null;
      for (const listener of listeners) sights.set(`${listener.id}.${change.id}`, sight(story, listener, selected));
    }
    const sightOf = (change: StoryChange, listener: Listener) => sights.get(`${listener.id}.${change.id}`) ?? 'none';
    const plan = planEvents(changes, listeners, told, sightOf);
    await insertEvents(trx, plan.events, plan.told);
    await moveWebhookCursor(trx, last.changeId);
    return { seen: changes.length, noted: plan.events.length };
  });

  function sight(story: ListedStory | null, listener: Listener, selected: ReadonlySet<string>): Sight {
    if (story === null) return 'none';
    if (listener.editionId !== null && !selected.has(`${listener.editionId}.${story.id}`)) return 'none';
    const { kind } = describe.story(story, listener.reader);
    return kind === 'shown' ? 'shown' : kind === 'not-yet' ? 'wait' : 'none';
  }
}

/**
 * Turns stories that changed since the last time into events for every endpoint that listens, each change once: reading, writing and
 * moving on is one transaction. Returns how many events were made. Touches setting, webhook_event, webhook_told.
 */
export async function noteChanges(ctx: WebhookContext, describe: Describer): Promise<number> {
  let noted = 0;
  // Nobody listens: the place stands still, and is moved on by whoever opens the first endpoint.
  if ((await listListeners(ctx.db)).length === 0) return 0;
  while (!ctx.signal.aborted) {
    const batch = await noteBatch(ctx, describe);
    noted += batch.noted;
    if (batch.seen < changesAtOnce) break;
  }
  return noted;
}

// What is told is what may be told at this moment: an event that waited for days carries no word that was withdrawn meanwhile.
async function payloadOf(ctx: WebhookContext, event: DueEvent, describe: Describer): Promise<Buffer | null> {
  let data: Record<string, unknown> | null = null;
  if (event.kind === 'story.withdrawn') {
    const state = await storyState(ctx.db, event.storyId);
    data = state === null ? null : describe.withdrawal(state);
  } else {
    const story = await findStory(ctx.db, event.storyId);
    const description = story === null || story.status !== 'live' ? null : describe.story(story, event.reader);
    data = description?.kind === 'shown' ? description.data : null;
  }
  if (data === null) return null;
  return Buffer.from(
    JSON.stringify({ type: event.kind, id: event.uid, timestamp: event.createdAt.toISOString(), data }),
  );
}

async function fail(
  ctx: WebhookContext,
  event: DueEvent,
  failure: { status: number | null; error: string; tookMs: number; retryAfter: number | null },
): Promise<{ isDisabled: boolean }> {
  const { attempts, ageSeconds } = event;
  const retryInSeconds = nextWebhook({ attempts, ageSeconds, retryAfter: failure.retryAfter, jitter: Math.random() });
  const { retryAfter: _asked, ...rest } = failure;
  await settleEvent(ctx.db, event, { state: 'failed', ...rest, retryInSeconds });
  const endpoint = await noteWebhookFailure(ctx.db, event.webhookId, failure.error);
  const seconds = endpointRest(endpoint.failures);
  if (seconds > 0) await noteWebhookRest(ctx.db, event.webhookId, seconds);
  const isOver = failure.status === 410 || (endpoint.failures > webhookCalm && endpoint.forSeconds > webhookPatience);
  if (!isOver) return { isDisabled: false };
  const reason =
    failure.status === 410 ? 'the endpoint answered 410 Gone' : `no attempt succeeded for 3 days: ${failure.error}`;
  const isDisabled = await disableWebhook(ctx.db, event.webhookId, reason);
  if (isDisabled) ctx.log.error({ webhook: event.webhookId, reason }, 'a webhook was disabled: tell its owner');
  return { isDisabled };
}

async function tell(
  ctx: WebhookContext,
  event: DueEvent,
  describe: Describer,
): Promise<'delivered' | 'overtaken' | 'failed' | 'disabled' | 'released'> {
  const body = await payloadOf(ctx, event, describe);
  if (body === null) {
    await settleEvent(ctx.db, event, { state: 'overtaken' });
    return 'overtaken';
  }
  const startedAt = performance.now();
  const tookMs = () => performance.now() - startedAt;
  try {
    const answer = await ctx.http.post({
      url: event.url,
      body,
      contentType: 'application/json; charset=utf-8',
      headers: webhookHeaders(event.secret, { id: event.uid, at: ctx.now(), body }),
      deadlineMs,
      signal: ctx.signal,
    });
    const { status } = answer;
    if (status >= 200 && status <= 299) {
      await settleEvent(ctx.db, event, { state: 'delivered', status, tookMs: tookMs() });
      await noteWebhookSuccess(ctx.db, event.webhookId);
      return 'delivered';
    }
    const isAsking = status === 429 || status === 503;
    const retryAfter = isAsking ? retryAfterSeconds(answer.headers['retry-after'], ctx.now()) : null;
    const failed = await fail(ctx, event, { status, error: `answered ${status}`, tookMs: tookMs(), retryAfter });
    return failed.isDisabled ? 'disabled' : 'failed';
  } catch (error) {
    if (ctx.signal.aborted) {
      await settleEvent(ctx.db, event, { state: 'released' });
      return 'released';
    }
    const message = error instanceof Error ? error.message : String(error);
    const failed = await fail(ctx, event, { status: null, error: message, tookMs: tookMs(), retryAfter: null });
    return failed.isDisabled ? 'disabled' : 'failed';
  }
}

/**
 * Notes what changed and tells every event that is due: signed, at least once, the events of one story to one endpoint one after the
 * other. An endpoint that fails five times in a row rests, longer and longer up to an hour, and is then asked with one event at a time;
 * after three days without success, or a 410, it is disabled and the log says so. Returns when nothing is due or the signal aborts.
 * Touches setting, webhook, webhook_event, webhook_told and the network.
 */
export async function tellWebhooks(ctx: WebhookContext, describe: Describer): Promise<Told> {
  const noted = await noteChanges(ctx, describe);
  const count: Told = { noted, delivered: 0, overtaken: 0, failed: 0, disabled: 0 };
  if ((await dueEndpoints(ctx.db, [])).length === 0) return count;
  return withHolds(ctx.db, 'webhook', (holds) => tellDue(ctx, describe, holds, count));
}

async function tellDue(ctx: WebhookContext, describe: Describer, holds: Holds, count: Told): Promise<Told> {
  const faults: unknown[] = [];
  const pool = openPool<DueEvent & { host: string }>({
    ...limits,
    run: async (event) => {
      try {
        const outcome = await tell(ctx, event, describe);
        if (outcome !== 'released') count[outcome] += 1;
      } catch (error) {
        faults.push(error);
      }
    },
  });
  while (!ctx.signal.aborted && faults.length === 0) {
    count.noted += await noteChanges(ctx, describe);
    await holds.keepOnly((endpoint) => pool.size(endpoint) > 0);
    const endpoints = await holds.hold((others) => dueEndpoints(ctx.db, others));
    const options = { limit: 100, perEndpoint, calmAfter: webhookCalm, leaseSeconds, endpoints };
    const events = endpoints.length === 0 ? [] : await claimEvents(ctx.db, options);
    pool.add(events.map((event) => ({ ...event, host: String(event.webhookId) })));
    if (events.length === 0 && pool.size() === 0) break;
    await stepOrSecond(pool);
  }
  while (pool.size() > 0) await pool.step();
  if (faults.length > 0) throw faults[0];
  return count;
}
