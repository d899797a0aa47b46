// Papers' offers of a hub → our subscriptions there: asked for, renewed with the same secret, ended. EFFECT.
import type { Context } from '../context.ts';
import { FetchError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import type { DuePush } from '../store/push.ts';
import { claimPushes, settlePush } from '../store/push.ts';
import { hubForm, isReachable } from './protocol.ts';
import { nextAsking } from './retry.ts';

/** What subscribing needs of the tray; any Context will do. */
export type SubscribeContext = Pick<Context, 'db' | 'log' | 'signal'> & {
  http: Pick<Context['http'], 'post'>;
  config: Pick<Context['config'], 'publicUrl' | 'allowPrivateNetworks'>;
};

/** Hubs that took our request, and those that did not. */
export type Asked = { asked: number; failed: number };

const leaseSeconds = 120;
const mostHops = 3;
// A hub that accepted puts its question at once or after some minutes; then we ask again.
const patienceSeconds = 3_600;
const redirects = new Set([301, 302, 307, 308]);

// A hub may send us on to another one (WebSub §5.1.2); each address is checked anew by the way out.
async function post(ctx: SubscribeContext, url: string, form: string): Promise<HttpAnswer> {
  let target = url;
  for (let hop = 0; ; hop++) {
    const answer = await ctx.http.post({
      url: target,
      body: Buffer.from(form),
      contentType: 'application/x-www-form-urlencoded',
      signal: ctx.signal,
    });
    const location = answer.headers['location'];
    if (!redirects.has(answer.status) || location === undefined || hop >= mostHops) return answer;
    if (!URL.canParse(location, target)) return answer;
    target = new URL(location, target).href;
  }
}

async function ask(ctx: SubscribeContext, claim: DuePush): Promise<void> {
  const mode = claim.state === 'leaving' ? 'unsubscribe' : 'subscribe';
  // A hub that the source no longer names is left to end by itself.
  if (mode === 'subscribe' && !claim.isOffered)
    return settlePush(ctx.db, claim, { error: 'the source no longer offers this hub', againInSeconds: null });
  const callback = `${ctx.config.publicUrl}/websub/${claim.token}`;
  const form = hubForm({ mode, topic: claim.topicUrl, callback, secret: claim.secret });
  const answer = await post(ctx, claim.hubUrl, form);
  if (answer.status >= 200 && answer.status <= 299)
    return settlePush(ctx.db, claim, {
      error: null,
      againInSeconds: Math.max(patienceSeconds, nextAsking(claim.attempts)),
    });
  const words = answer.body.toString('utf8').replace(/\s+/g, ' ').slice(0, 200);
  throw new FetchError('hub.refused', `the hub answered ${answer.status} ${words}`.trim(), { weight: 'soft' });
}

/**
 * Asks foreign hubs for the subscriptions that are due: new ones, renewals (same callback, same secret), and endings. The callback holds a
 * random token of 256 bits. Asks nobody unless our public address can be reached from outside, or private networks are allowed.
 * Touches push and the network.
 */
export async function subscribeDue(ctx: SubscribeContext): Promise<Asked> {
  const count: Asked = { asked: 0, failed: 0 };
  if (!isReachable(ctx.config.publicUrl) && ctx.config.allowPrivateNetworks.length === 0) return count;
  while (!ctx.signal.aborted) {
    const claims = await claimPushes(ctx.db, { limit: 8, leaseSeconds });
    if (claims.length === 0) break;
    await Promise.all(
      claims.map(async (claim) => {
        try {
          await ask(ctx, claim);
          count.asked += 1;
        } catch (error) {
          if (!(error instanceof FetchError)) throw error;
          count.failed += 1;
          ctx.log.warn({ hub: claim.hubUrl, source: claim.sourceId, err: error.message }, 'a hub could not be asked');
          const isOver = claim.state === 'leaving' && claim.attempts >= 3;
          const againInSeconds = isOver ? null : nextAsking(claim.attempts);
          await settlePush(ctx.db, claim, { error: error.message, againInSeconds });
        }
      }),
    );
  }
  return count;
}
