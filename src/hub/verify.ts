// Requests to our hub → callbacks asked whether they meant it, and subscriptions made or ended by what they say. EFFECT.
import type { Context } from '../context.ts';
import type { DocumentFormat } from '../domain.ts';
import { FetchError } from '../errors.ts';
import { requestDocument } from '../store/document.ts';
import type { DueVerification } from '../store/subscription.ts';
import {
  claimVerifications,
  confirmSubscription,
  dropSubscription,
  dueVerificationHosts,
  endVerification,
  postponeVerification,
} from '../store/subscription.ts';
import { type Holds, withHolds } from '../store/hold.ts';
import { openPool } from './pool.ts';
import { newToken, withParameters } from './protocol.ts';
import { nextVerification } from './retry.ts';

/** What verifying needs of the tray; any Context will do. */
export type VerifyContext = Pick<Context, 'db' | 'log' | 'signal'> & { http: Pick<Context['http'], 'get'> };

/** What came of the callbacks that were asked. */
export type Verified = { subscribed: number; left: number; denied: number; refused: number; unanswered: number };

const leaseSeconds = 120;
const deadlineMs = 10_000;
const limits = { total: 32, perHost: 2 };

async function get(ctx: VerifyContext, url: string): Promise<{ status: number; text: string }> {
  const answer = await ctx.http.get({
    url,
    accept: 'text/plain, */*;q=0.5',
    maxHops: 0,
    ungated: true,
    isCutAllowed: true,
    maxBytes: 1_000,
    maxWireBytes: 1_000,
    deadlineMs,
    signal: ctx.signal,
  });
  return { status: answer.status, text: answer.body.toString('utf8') };
}

async function deny(ctx: VerifyContext, claim: DueVerification): Promise<keyof Verified> {
  const url = withParameters(claim.callback, {
    'hub.mode': 'denied',
    'hub.topic': claim.topic,
    'hub.reason': 'this feed has ended',
  });
  // Whatever it answers, it has been told.
  await get(ctx, url);
  await dropSubscription(ctx.db, claim);
  return 'denied';
}

async function ask(ctx: VerifyContext, claim: DueVerification): Promise<keyof Verified> {
  if (claim.mode === 'denied' || (claim.isRetired && claim.mode === 'subscribe')) return deny(ctx, claim);
  const challenge = newToken();
  const askedAt = performance.now();
  const { status, text } = await get(
    ctx,
    withParameters(claim.callback, {
      'hub.mode': claim.mode,
      'hub.topic': claim.topic,
      'hub.challenge': challenge,
      'hub.lease_seconds': String(claim.leaseSeconds),
    }),
  );
  // Equal, not similar: but servers that end every text with a line break are forgiven it.
  if (status < 200 || status > 299 || text.trim() !== challenge) {
    ctx.log.info({ host: claim.host, status, mode: claim.mode }, 'hub: the callback did not confirm');
    await endVerification(ctx.db, claim);
    return 'refused';
  }
  if (claim.mode === 'unsubscribe') {
    await dropSubscription(ctx.db, claim);
    return 'left';
  }
  await confirmSubscription(ctx.db, claim, (performance.now() - askedAt) / 1_000);
  // A subscriber is a reader: documents that nobody reads are not rendered.
  await requestDocument(ctx.db, claim.editionId, claim.format as DocumentFormat);
  return 'subscribed';
}

async function settle(ctx: VerifyContext, claim: DueVerification): Promise<keyof Verified | null> {
  try {
    return await ask(ctx, claim);
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    if (ctx.signal.aborted) {
      await postponeVerification(ctx.db, claim, 0);
      return null;
    }
    // What is forbidden (a private address, a strange scheme) stays so.
    const seconds = error.weight === 'hard' ? null : nextVerification(claim.attempts);
    ctx.log.info({ host: claim.host, err: error.message, seconds }, 'hub: the callback gave no answer');
    if (seconds !== null) await postponeVerification(ctx.db, claim, seconds);
    else if (claim.mode === 'denied') await dropSubscription(ctx.db, claim);
    else await endVerification(ctx.db, claim);
    return 'unanswered';
  }
}

/**
 * Asks every callback that waits (WebSub §5.3): a GET with a challenge made for this question alone; only a 2xx whose body is the
 * challenge changes a subscription, any other answer leaves it as it was. No answer at all is asked for twice more. Two at once at one
 * host. Touches verification, subscription and the network.
 */
export async function verifyDue(ctx: VerifyContext): Promise<Verified> {
  const count: Verified = { subscribed: 0, left: 0, denied: 0, refused: 0, unanswered: 0 };
  if ((await dueVerificationHosts(ctx.db, [])).length === 0) return count;
  return withHolds(ctx.db, 'verification', (holds) => verify(ctx, holds, count));
}

async function verify(ctx: VerifyContext, holds: Holds, count: Verified): Promise<Verified> {
  const faults: unknown[] = [];
  const pool = openPool<DueVerification>({
    ...limits,
    run: async (claim) => {
      try {
        const outcome = await settle(ctx, claim);
        if (outcome !== null) count[outcome] += 1;
      } catch (error) {
        faults.push(error);
      }
    },
  });
  while (!ctx.signal.aborted && faults.length === 0) {
    await holds.keepOnly((host) => pool.size(host) > 0);
    const busy = pool.busyHosts(10);
    const hosts = await holds.hold((others) => dueVerificationHosts(ctx.db, [...busy, ...others]));
    const claims =
      hosts.length === 0 ? [] : await claimVerifications(ctx.db, { limit: 100, perHost: 10, leaseSeconds, hosts });
    pool.add(claims);
    if (claims.length === 0 && pool.size() === 0) break;
    await pool.step();
  }
  while (pool.size() > 0) await pool.step();
  if (faults.length > 0) throw faults[0];
  return count;
}
