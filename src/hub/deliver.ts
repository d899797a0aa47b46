// Changed documents → the same bytes posted to every subscriber of their topic. EFFECT.
import type { Context } from '../context.ts';
import { FetchError } from '../errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { retryAfterSeconds } from '../text/retry-after.ts';
import type { DueDelivery, Settled, TopicDocument } from '../store/delivery.ts';
import {
  claimDeliveries,
  dueDeliveryHosts,
  lineUpSubscribers,
  restHost,
  settleDeliveries,
  topicDocument,
  topicEtag,
} from '../store/delivery.ts';
import { type Holds, withHolds } from '../store/hold.ts';
import { openPool } from './pool.ts';
import { hubUrl, linkHeader, topicType, topicUrl } from './protocol.ts';
import { nextDelivery } from './retry.ts';
import { signBody } from './signature.ts';
import { stepOrSecond } from './step.ts';

/** What delivering needs of the tray; any Context will do. */
export type DeliverContext = Pick<Context, 'db' | 'now' | 'log' | 'signal'> & {
  http: Pick<Context['http'], 'post'>;
  config: { publicUrl: string };
};

/** What came of a run: subscribers told, attempts that failed, and subscriptions ended by a 410. */
export type Delivered = { told: number; failed: number; gone: number };

const deadlineMs = 10_000;
// Many small hosts and some that host thousands: 64 requests at once, 8 of them at one host, which one process holds at a time.
const limits = { total: 64, perHost: 8 };
// A host's share of the memory and of a lease: 200 answers of 10 s, 8 at once, end within 250 s.
const mostOfHost = 200;
const leaseSeconds = 300;
const batch = 500;
const settleAt = 250;
// So many at one host without any answer, and the rest of that host waits for two minutes.
const silence = 3;
const restSeconds = 120;

type Topic = { document: TopicDocument; link: string };
type Job = DueDelivery & { topic: Topic };

function topicKey(delivery: DueDelivery): string {
  return `${delivery.editionId}.${delivery.format}`;
}

/**
 * The documents of claimed deliveries, read after the claim so that none is older than the change that caused it. `held` keeps one
 * version of each topic for the run; one that ended is left out.
 */
async function readTopics(ctx: DeliverContext, held: Map<string, Topic>, claims: DueDelivery[]): Promise<void> {
  const wanted = new Map(claims.map((claim) => [topicKey(claim), claim]));
  for (const [key, claim] of wanted) {
    const etag = await topicEtag(ctx.db, claim.editionId, claim.format);
    if (etag !== null && held.get(key)?.document.etag === etag) continue;
    const document = etag === null ? null : await topicDocument(ctx.db, claim.editionId, claim.format);
    if (document === null) {
      held.delete(key);
      continue;
    }
    const { publicUrl } = ctx.config;
    held.set(key, { document, link: linkHeader(topicUrl(publicUrl, document.path, claim.format), hubUrl(publicUrl)) });
  }
}

function failed(ctx: DeliverContext, job: DueDelivery, error: string, retryAfter: number | null): Settled {
  const { attempts, ageSeconds } = job;
  const retryInSeconds = nextDelivery({ attempts, ageSeconds, retryAfter, jitter: Math.random() });
  ctx.log.debug({ host: job.host, error, retryInSeconds }, 'hub: a subscriber could not be told');
  return { delivery: job, outcome: 'failed', retryInSeconds, error };
}

// Success is any 2xx; 410 ends the subscription; whatever else it says, a redirect too, is a failure (WebSub §7). Bodies are not read.
function settledBy(ctx: DeliverContext, job: DueDelivery, answer: HttpAnswer): Settled {
  const { status } = answer;
  if (status >= 200 && status <= 299) return { delivery: job, outcome: 'told', retryInSeconds: null, error: null };
  if (status === 410) return { delivery: job, outcome: 'gone', retryInSeconds: null, error: null };
  const isAsking = status === 429 || status === 503;
  const retryAfter = isAsking ? retryAfterSeconds(answer.headers['retry-after'], ctx.now()) : null;
  return failed(ctx, job, `answered ${status}`, retryAfter);
}

function post(ctx: DeliverContext, job: Job): Promise<HttpAnswer> {
  const { document, link } = job.topic;
  return ctx.http.post({
    url: job.callback,
    body: document.body,
    contentType: topicType(job.format),
    headers: {
      link,
      ...(job.secret === null ? {} : { 'x-hub-signature': signBody(job.secret, document.body) }),
    },
    deadlineMs,
    signal: ctx.signal,
  });
}

/**
 * Tells the subscribers of every topic that changed (WebSub §7): the whole document as it is now, with the Content-Type of the topic,
 * `Link` to hub and self, and a signature where a secret was given. Failures are tried again with growing pauses for a day; a host that
 * gives no answer rests for two minutes, the others go on. Subscriptions stay until their lease ends. Returns when
 * nobody is due or the signal aborts. Touches topic_change, delivery, subscription and the network.
 */
export async function deliverDue(ctx: DeliverContext): Promise<Delivered> {
  await lineUpSubscribers(ctx.db);
  // Most of the time nobody is due, and then no connection is held.
  if ((await dueDeliveryHosts(ctx.db, [])).length === 0) return { told: 0, failed: 0, gone: 0 };
  return withHolds(ctx.db, 'delivery', (holds) => deliver(ctx, holds));
}

async function deliver(ctx: DeliverContext, holds: Holds): Promise<Delivered> {
  const count: Delivered = { told: 0, failed: 0, gone: 0 };
  const held = new Map<string, Topic>();
  const silent = new Map<string, number>();
  const parked = new Map<string, Job[]>();
  const resting = new Set<string>();
  let settled: Settled[] = [];

  const rest = (job: DueDelivery): Settled => ({
    delivery: job,
    outcome: 'rested',
    retryInSeconds: ctx.signal.aborted ? 0 : restSeconds,
    error: null,
  });

  // A host that leaves one request without an answer gets no further ones until another of those under way is answered.
  function noteSilence(host: string): void {
    silent.set(host, (silent.get(host) ?? 0) + 1);
    parked.set(host, [...(parked.get(host) ?? []), ...pool.takeBack(host)]);
    const isLast = pool.size(host) <= 1;
    if (!isLast) return;
    if ((silent.get(host) ?? 0) < silence) unpark(host);
    else {
      resting.add(host);
      settled.push(...(parked.get(host) ?? []).map(rest));
      parked.delete(host);
    }
  }

  function unpark(host: string): void {
    const jobs = parked.get(host);
    parked.delete(host);
    if (jobs) pool.add(jobs);
  }

  async function tell(job: Job): Promise<void> {
    try {
      const answer = await post(ctx, job);
      silent.delete(job.host);
      unpark(job.host);
      settled.push(settledBy(ctx, job, answer));
    } catch (error) {
      if (ctx.signal.aborted) {
        settled.push(rest(job));
        return;
      }
      const isOurs = error instanceof FetchError && error.code === 'net.private_address';
      const message = error instanceof Error ? error.message : String(error);
      settled.push(failed(ctx, job, message, null));
      if (!isOurs) noteSilence(job.host);
    }
  }

  const pool = openPool<Job>({ ...limits, run: tell });

  async function settle(): Promise<void> {
    const done = settled;
    settled = [];
    await settleDeliveries(ctx.db, done);
    for (const one of done) if (one.outcome !== 'rested') count[one.outcome] += 1;
  }

  async function claim(): Promise<number> {
    await lineUpSubscribers(ctx.db);
    await holds.keepOnly((host) => pool.size(host) > 0 || parked.has(host));
    const busy = [...new Set([...pool.busyHosts(mostOfHost / 2), ...parked.keys(), ...resting])];
    const hosts = await holds.hold((others) => dueDeliveryHosts(ctx.db, [...busy, ...others]));
    const claims =
      hosts.length === 0
        ? []
        : await claimDeliveries(ctx.db, { limit: batch, perHost: mostOfHost, leaseSeconds, hosts });
    await readTopics(ctx, held, claims);
    for (const one of claims) {
      const topic = held.get(topicKey(one));
      if (topic) pool.add([{ ...one, topic }]);
      // A feed that ended has nothing to tell; its subscribers hear that by a "denied".
      else settled.push({ delivery: one, outcome: 'failed', retryInSeconds: null, error: 'the feed has ended' });
    }
    return claims.length;
  }

  try {
    while (!ctx.signal.aborted) {
      const claimed = pool.size() < batch ? await claim() : 0;
      if (claimed === 0 && pool.size() === 0) break;
      // Claims and settlements go in sets: a new round when half of a claim is done, or when nothing else is left to wait for.
      const enough = claimed === 0 ? 1 : settleAt;
      do await stepOrSecond(pool);
      while (settled.length < enough && pool.size() > limits.total && !ctx.signal.aborted);
      await settle();
    }
  } finally {
    for (const host of pool.busyHosts(1)) settled.push(...pool.takeBack(host).map(rest));
    while (pool.size() > 0) await pool.step();
    for (const jobs of parked.values()) settled.push(...jobs.map(rest));
    await settle();
    for (const host of resting) await restHost(ctx.db, host, restSeconds);
  }
  return count;
}
