// POST /hub → a request that waits for verification; /websub/<token> → answers to papers' hubs, and what they push.
import type { Context as Call, Hono } from 'hono';
import type { HubRequest } from '../hub/protocol.ts';
import { readHubQuestion, readHubRequest, topicPath } from '../hub/protocol.ts';
import { renewAfter, stalledAfter } from '../hub/retry.ts';
import { isSigned } from '../hub/signature.ts';
import { findEditionByPath } from '../store/edition.ts';
import type { KnownPush } from '../store/push.ts';
import { confirmPush, endPush, findPush } from '../store/push.ts';
import { keepPushBody, noteForged } from '../store/push-body.ts';
import { requestVerification } from '../store/subscription.ts';
import { readFeedPath } from './address.ts';
import type { WebContext } from './feeds.ts';
import { dataSecurity, secured } from './headers.ts';
import { readRequestBody } from './request-body.ts';

const longestForm = 16_384;
const longestPush = 8_000_000;
// A large reader that follows every feed of ours sends some hundred requests together.
const mostOfHost = 1_000;

const about = `WebSub hub của Tin Tỉnh: chỉ phục vụ các nguồn tin của trang này. Gửi POST theo https://www.w3.org/TR/websub/

The WebSub hub of Tin Tỉnh serves the feeds of this site. Subscribe by POST as https://www.w3.org/TR/websub/ describes:
hub.mode, hub.topic (the feed's own address), hub.callback, and if you like hub.secret and hub.lease_seconds.
`;

function text(status: number, body: string, more: Record<string, string> = {}): Response {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...more };
  return new Response(body, { status, headers: secured(dataSecurity, headers) });
}

const isForm = (type: string | undefined) =>
  (type ?? '').split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';

async function accept(ctx: WebContext, request: HubRequest): Promise<Response> {
  const path = topicPath(request.topic, ctx.config.publicUrl);
  const address = path === null ? null : readFeedPath(path);
  const edition = address === null ? null : await findEditionByPath(ctx.db, address.path);
  if (address === null || edition === null)
    return text(404, 'hub.topic is not the address of a feed of this site; see the rel=self link of the feed\n');
  const isAccepted = await requestVerification(
    ctx.db,
    {
      mode: request.mode,
      editionId: edition.id,
      format: address.format,
      topic: request.topic,
      callback: request.callback,
      host: new URL(request.callback).host,
      secret: request.secret,
      leaseSeconds: request.leaseSeconds,
    },
    mostOfHost,
  );
  return isAccepted
    ? text(202, 'accepted; the callback will be asked whether it agrees\n')
    : text(429, 'too many requests of this host are waiting for their callbacks\n', { 'Retry-After': '60' });
}

async function answerHub(ctx: WebContext, call: Call): Promise<Response> {
  if (!isForm(call.req.header('content-type')))
    return text(415, 'Content-Type must be application/x-www-form-urlencoded\n');
  const body = await readRequestBody(call.req.raw, longestForm);
  if (body === null) return text(413, 'the request is too long\n');
  const request = readHubRequest(new URLSearchParams(body.toString('utf8')));
  return 'refused' in request ? text(400, `${request.refused}\n`) : await accept(ctx, request);
}

// 404 means "I did not ask for this" (WebSub §5.3.1); the challenge goes back as plain text and nothing else.
async function answerQuestion(ctx: WebContext, push: KnownPush, token: string, query: string): Promise<Response> {
  const question = readHubQuestion(new URLSearchParams(query));
  if (question === null || question.topic !== push.topicUrl) return text(404, 'not asked for\n');
  if (question.mode === 'denied') {
    await endPush(ctx.db, token, 'denied', question.reason ?? 'the hub denied the subscription');
    return text(200, 'noted\n');
  }
  if (question.mode === 'unsubscribe') {
    if (push.state !== 'leaving') return text(404, 'not asked for\n');
    await endPush(ctx.db, token, 'off', null);
    return text(200, question.challenge);
  }
  if (push.state !== 'asked' && push.state !== 'renewing' && push.state !== 'active')
    return text(404, 'not asked for\n');
  const { leaseSeconds } = question;
  await confirmPush(ctx.db, token, {
    leaseSeconds,
    renewInSeconds: renewAfter(leaseSeconds),
    stalledSeconds: stalledAfter,
  });
  return text(200, question.challenge);
}

// A hub is thanked as soon as the bytes are safe; what they are is found out later. One that cannot sign learns nothing either.
async function takePush(ctx: WebContext, push: KnownPush, call: Call): Promise<Response> {
  const body = await readRequestBody(call.req.raw, longestPush);
  if (body === null) return text(413, 'too long\n');
  const isOpen = push.state === 'active' || push.state === 'renewing';
  if (!isOpen) return text(410, 'this subscription has ended\n');
  if (!isSigned(call.req.header('x-hub-signature') ?? null, push.secret, body)) {
    ctx.log.warn({ hub: push.hubUrl, source: push.sourceId }, 'a push without the right signature was ignored');
    await noteForged(ctx.db, push.hubUrl);
  } else if (body.length > 0)
    await keepPushBody(ctx.db, push.sourceId, { contentType: call.req.header('content-type') ?? null, body });
  return text(202, 'taken\n');
}

/** Adds the routes of our hub and of our callbacks. Reads edition and push; writes verification, push, push_body, hub_tally. */
export function addHub(app: Hono, ctx: WebContext): void {
  app.post('/hub', (call) => answerHub(ctx, call));
  app.get('/hub', () => text(200, about, { 'Cache-Control': 'public, max-age=3600' }));

  async function withPush(call: Call, act: (push: KnownPush, token: string) => Promise<Response>): Promise<Response> {
    const token = call.req.param('token') ?? '';
    const push = /^[0-9a-f]{64}$/.test(token) ? await findPush(ctx.db, token) : null;
    // 410, so that a hub that still serves a subscription of former days ends it.
    return push === null ? text(410, 'there is no such subscription\n') : act(push, token);
  }

  app.get('/websub/:token', (call) =>
    withPush(call, (push, token) => answerQuestion(ctx, push, token, new URL(call.req.url).search)),
  );
  app.post('/websub/:token', (call) => withPush(call, (push) => takePush(ctx, push, call)));
}
