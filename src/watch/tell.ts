// Owed notices of alerts → one letter for all of them, and a signed webhook for each. EFFECT.
import type { Context } from '../context.ts';
import { webhookHeaders } from '../hub/signature.ts';
import { sendLetter } from '../net/smtp.ts';
import { claimNotices, type DueNotice, settleNotices } from '../store/alert.ts';
import { toLetter, toWebhook } from './notice.ts';

/** What telling needs of the tray. */
export type TellContext = Pick<Context, 'config' | 'db' | 'now' | 'log' | 'signal'> & {
  http: Pick<Context['http'], 'post'>;
};

const leaseSeconds = 120;
// Never more letters than one in this time, whatever happens.
const letterRestSeconds = 300;
const mostAttempts = 12;
const mostRetrySeconds = 3_600;

/**
 * Tells what is owed: all due notices in one letter, at most one letter in five minutes; and each to the webhook, in the order in which they came.
 * What fails is tried again after 1, 2, 4 … minutes, at most an hour, and given up after twelve attempts (about eight hours): the feed and
 * the console have it. Touches alert_notice and the network.
 */
export async function tellAlerts(ctx: TellContext): Promise<{ told: number; failed: number }> {
  const done = { told: 0, failed: 0 };
  const count = (notices: readonly DueNotice[], isTold: boolean) => {
    done[isTold ? 'told' : 'failed'] += notices.length;
  };
  const { smtpUrl, to, from, webhookUrl, webhookSecret } = ctx.config.alerts;
  if (smtpUrl !== null && to.length > 0) {
    const due = { channel: 'mail', limit: 500, leaseSeconds, restSeconds: letterRestSeconds } as const;
    const notices = await claimNotices(ctx.db, due);
    const letter = () => sendLetter(smtpUrl, { from, to, ...toLetter(notices, ctx.config.publicUrl) });
    if (notices.length > 0) count(notices, await attempt(ctx, notices, letter));
  }
  if (webhookUrl !== null && webhookSecret !== null) {
    const notices = await claimNotices(ctx.db, { channel: 'webhook', limit: 50, leaseSeconds, restSeconds: 0 });
    for (const notice of notices)
      count([notice], await attempt(ctx, [notice], () => callWebhook(ctx, notice, webhookUrl, webhookSecret)));
  }
  return done;
}

async function callWebhook(ctx: TellContext, notice: DueNotice, url: string, secret: string): Promise<void> {
  const { id, body } = toWebhook(notice, ctx.config.publicUrl);
  const headers = webhookHeaders(secret, { id, at: ctx.now(), body });
  const contentType = 'application/json; charset=utf-8';
  const answer = await ctx.http.post({ url, body, contentType, headers, deadlineMs: 15_000, signal: ctx.signal });
  if (answer.status < 200 || answer.status > 299) throw new Error(`the endpoint answered ${answer.status}`);
}

async function attempt(ctx: TellContext, notices: readonly DueNotice[], tell: () => Promise<void>): Promise<boolean> {
  try {
    await tell();
    await settleNotices(ctx.db, notices, { error: null, retrySeconds: null });
    return true;
  } catch (error) {
    const attempts = Math.max(...notices.map((notice) => notice.attempts)) + 1;
    const wait = Math.min(mostRetrySeconds, 60 * 2 ** (attempts - 1));
    const said = error instanceof Error ? error.message : String(error);
    await settleNotices(ctx.db, notices, { error: said, retrySeconds: attempts < mostAttempts ? wait : null });
    ctx.log.warn({ channel: notices[0]?.channel, attempts, reason: said }, 'an alert could not be told');
    return false;
  }
}
