// Metrics → /metrics: on the site for whoever holds the token, or on a listener of its own beside /healthz, in any role.
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context as Call, Hono } from 'hono';
import type { Metrics } from '../metrics.ts';
import { hashToken } from './admin/door.ts';
import type { WebContext } from './feeds.ts';
import { dataSecurity, secured } from './headers.ts';
import { readiness } from './ready.ts';

/** Adds /metrics to the site. Without a token, or without metrics, nothing is there (`nowhere`). */
export function addMetrics(
  app: Hono,
  token: string | null,
  metrics: Metrics | null,
  nowhere: (call: Call) => Response | Promise<Response>,
): void {
  app.get('/metrics', async (call) => {
    if (token === null || metrics === null) return nowhere(call);
    const given = /^Bearer +(\S+)$/i.exec(call.req.header('authorization') ?? '')?.[1] ?? '';
    // Hashed, so that both are of one length and time tells nothing.
    if (!timingSafeEqual(hashToken(given), hashToken(token)))
      return new Response('401\n', {
        status: 401,
        headers: secured(dataSecurity, { 'WWW-Authenticate': 'Bearer', 'Cache-Control': 'no-store' }),
      });
    return answer(metrics);
  });
}

async function answer(metrics: Metrics): Promise<Response> {
  const { contentType, body } = await metrics.text();
  return new Response(body, {
    headers: secured(dataSecurity, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }),
  });
}

/**
 * Listens for /metrics, /healthz/live and /healthz/ready, and nothing else: for a scraper in the operator's own network, without a token.
 * Ready means here, as on the site, that the database answers and the process is not about to end. Rejects when the port cannot be had.
 */
export async function startSideDoor(
  ctx: Pick<WebContext, 'db' | 'signal' | 'isAway'>,
  metrics: Metrics,
  at: { host: string; port: number },
): Promise<{ url: string; close: () => Promise<void> }> {
  async function reply(path: string): Promise<Response> {
    if (path === '/metrics') return answer(metrics);
    if (path === '/healthz/live') return new Response('ok\n', { headers: secured(dataSecurity, {}) });
    if (path === '/healthz/ready') return readiness(ctx, ctx.signal.aborted);
    return new Response('404\n', { status: 404, headers: secured(dataSecurity, {}) });
  }
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const replied = isRead ? reply(request.url ?? '') : Promise.resolve(new Response('405\n', { status: 405 }));
    replied
      .then(async (made) => {
        response.writeHead(made.status, Object.fromEntries(made.headers));
        response.end(request.method === 'HEAD' ? undefined : await made.text());
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
