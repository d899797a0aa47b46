// How often it failed → when to try again, or that it is enough. Pure.

const minute = 60;
const hour = 3_600;

// Quick at first, for a restart at the other end; a day in all for feeds, whose next change replaces what was missed.
const deliverySteps = [30, 2 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 6 * hour];
const deliveryDay = 24 * hour;
const webhookSteps = [5, 30, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 6 * hour];
const verificationSteps = [minute, 10 * minute];
const askingSteps = [5 * minute, 30 * minute, 2 * hour, 6 * hour, 24 * hour];

/** How long a webhook event is retried, and how long an endpoint may fail before it is disabled; in seconds. */
export const webhookPatience = 72 * hour;

/** What an attempt came to: how many there were with it, how long ago the first was due, what Retry-After asked; `jitter` in [0, 1). */
export type Failed = { attempts: number; ageSeconds: number; retryAfter: number | null; jitter: number };

// Up to a tenth later, so that what failed together does not come back together. A server may ask for more time, not for less.
function spread(seconds: number, failed: Failed, longest: number): number {
  const asked = Math.min(failed.retryAfter ?? 0, longest);
  return Math.round(Math.max(seconds, asked) * (1 + failed.jitter / 10));
}

/** Seconds until a distribution is tried again; null when it was tried often enough: the subscription itself stays (WebSub §7). */
export function nextDelivery(failed: Failed): number | null {
  const step = deliverySteps[failed.attempts - 1];
  return step === undefined || failed.ageSeconds > deliveryDay ? null : spread(step, failed, 6 * hour);
}

/** Seconds until a webhook event is tried again; null when three days are over. */
export function nextWebhook(failed: Failed): number | null {
  const step = webhookSteps[failed.attempts - 1] ?? 6 * hour;
  return failed.ageSeconds >= webhookPatience ? null : spread(step, failed, 6 * hour);
}

/** Failures in a row after which an endpoint is asked with one event at a time. */
export const webhookCalm = 5;

/** Seconds for which an endpoint is left alone after so many failures in a row; 0 while they are few. */
export function endpointRest(failures: number): number {
  return failures < webhookCalm ? 0 : Math.min(30 * 2 ** Math.min(failures - webhookCalm, 10), hour);
}

/** Seconds until a callback that gave no answer is asked again; null after the third time. An answer of any kind is final. */
export function nextVerification(attempts: number): number | null {
  return verificationSteps[attempts - 1] ?? null;
}

/** Seconds until a foreign hub is asked again; once a day when it keeps failing. */
export function nextAsking(attempts: number): number {
  return askingSteps[attempts - 1] ?? 24 * hour;
}

/** When to renew a lease, in seconds from its start: at three quarters, at the latest a day before its end. */
export function renewAfter(leaseSeconds: number): number {
  return Math.round(Math.min(leaseSeconds * 0.75, Math.max(leaseSeconds - 24 * hour, leaseSeconds * 0.5)));
}

/** How long a hub is still relied on when a renewal is not confirmed, in seconds. */
export const stalledAfter = 6 * hour;
