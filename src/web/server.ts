// A context → the site, listening: memory answers what it can, hono the rest; ends without cutting anybody off.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { withLogFields } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { openApp, problemResponse } from './app.ts';
import { insteadOfWaiting } from './away.ts';
import type { WebContext } from './feeds.ts';
import { dataSecurity, strictTransport } from './headers.ts';
import { followPurges } from './purge.ts';
import { openReading } from './reading.ts';
import { answerFromShelf, writePromised } from './respond.ts';
import { routeLabel } from './route-label.ts';
import { openShelf } from './shelf.ts';
import { readStaticFiles } from './static.ts';

/** Bytes of feeds and pages kept in memory: about 1,000 feeds of 50 items in three encodings. */
export const shelfBytes = 128 * 1024 * 1024;

const closeWithinMs = 7_000;

// A request has its headers within 10 s and all of itself within 30 s; a reader who takes nothing for two minutes is let go.
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
};
const idleMs = 120_000;

const securityLines = dataSecurity.map(([name, value]) => `${name}: ${value}\r\n`).join('');

// Bytes that are no HTTP never become a request, so the answer is written by hand.
function answerBadBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'Phần đầu của yêu cầu quá dài.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'Yêu cầu đến quá chậm.']
        : ['400 Bad Request', 'Máy chủ không hiểu yêu cầu này.'];
  const body = `${text}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${securityLines}Connection: close\r\n\r\n${body}`,
  );
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}

const pause = (ms: number) =>
  ms === 0 ? Promise.resolve() : new Promise<void>((resolve) => setTimeout(resolve, ms).ref());

// One that a proxy before us gave, where it looks like one; so a line here is found by what the proxy logged.
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomBytes(8).toString('hex');
}

async function closeGently(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  // To Node a connection is idle once its answer was handed over, even while most of it waits for a slow reader; and `close` ends the
  // idle ones itself. So it must not: they go when nothing is left to be sent.
  const endIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => undefined;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const sweep = setInterval(() => {
    if ([...sockets].every((socket) => socket.writableLength === 0)) endIdle();
  }, 50);
  const cut = setTimeout(() => server.closeAllConnections(), closeWithinMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/**
 * Starts the site on `config.host:config.port` (0 = any free port) and answers its local address.
 * Rejects when the port cannot be had. `close` says "not ready" for `drainMs`, stops accepting, lets answers under way finish for up to 7 s, then cuts.
 * Its context's signal is its own: it goes on until `close`.
 * Reads the database and asks for documents through `store/`; keeps up to `shelfBytes` in memory.
 */
export async function startWeb(
  given: WebContext,
  options: { metrics?: Metrics | null } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  // While the process drains, everything goes on: pictures are fetched, what is withdrawn is forgotten.
  const stopping = new AbortController();
  const ctx: WebContext = { ...given, signal: stopping.signal };
  const { metrics = null } = options;
  let isDraining = false;
  const { files, stylePath, scriptPath } = readStaticFiles();
  const site = { publicUrl: ctx.config.publicUrl, stylePath, scriptPath };
  const reading = openReading(ctx);
  const isAway = () => reading.isAway();
  const shelf = openShelf(shelfBytes, () => ctx.now().getTime(), isAway);
  const app = openApp({ ctx, reading, site, shelf, files, isDraining: () => isDraining, metrics });
  const purging = followPurges(ctx, () => reading.current(), shelf);
  const strict = ctx.config.publicUrl.startsWith('https:') ? strictTransport : null;
  const more: readonly string[] = strict ?? [];
  const fetchInTime = insteadOfWaiting(isAway, (request, bindings) => app.fetch(request, bindings), site);
  const answer = async (request: Request, bindings: object): Promise<Response> => {
    const response = await fetchInTime(request, bindings);
    // Our server is one of HTTP/1.1, so these are its own two objects.
    const { incoming, outgoing } = bindings as HttpBindings;
    try {
      if (writePromised(response, { request: incoming, response: outgoing, more })) return RESPONSE_ALREADY_SENT;
    } catch (error) {
      ctx.log.error({ err: error, path: incoming.url }, 'web.page_failed');
      outgoing.statusMessage = '';
      return problemResponse(site, 'error');
    }
    if (strict !== null) response.headers.set(...strict);
    return response;
  };
  const rest = getRequestListener(answer, {
    overrideGlobalObjects: false,
    errorHandler: () => problemResponse(site, 'bad'),
  });
  const server = createServer(
    { ...limits, requireHostHeader: false },
    (request: IncomingMessage, response: ServerResponse) => {
      // HTTP/1.1 without Host is a 400 (RFC 9112 §3.2), which hono's adapter gives when it finds none.
      const hasHost = request.headers.host !== undefined || request.httpVersionMinor === 0;
      // Whoever holds a connection open shall look for another process.
      if (isDraining) response.shouldKeepAlive = false;
      if (hasHost && answerFromShelf(shelf, request, response, more)) {
        metrics?.answered(routeLabel(request.url ?? ''), response.statusCode, 'memory', 0);
        return;
      }
      // Nothing may be derived from it, so nobody behind this line gets to see it.
      if (hasHost) request.headers.host = 'site.invalid';
      // Node keeps a peer's address once it was asked for. Who hangs up at once would have none later, and no limit of an address would hold.
      void request.socket.remoteAddress;
      const startedAt = performance.now();
      const requestId = requestIdOf(request);
      response.setHeader('X-Request-Id', requestId);
      withLogFields({ requestId }, () => {
        response.once('close', () => note(request, response, startedAt));
        void rest(request, response);
      });
    },
  );
  function note(request: IncomingMessage, response: ServerResponse, startedAt: number): void {
    const ms = performance.now() - startedAt;
    const route = routeLabel(request.url ?? '');
    // A reader that went away before its answer began has got none; 499 is nginx's number for it.
    const status = response.headersSent ? response.statusCode : 499;
    metrics?.answered(route, status, 'routes', ms / 1_000);
    ctx.log.debug({ method: request.method, route, status, ms: Math.round(ms) }, 'web.answered');
  }
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.timeout = idleMs;
  server.on('clientError', answerBadBytes);
  const port = await listen(server, ctx.config.port, ctx.config.host);
  const host = ctx.config.host.includes(':') ? `[${ctx.config.host}]` : ctx.config.host;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      isDraining = true;
      await pause(ctx.config.drainMs ?? 0);
      purging.stop();
      reading.stop();
      await closeGently(server, sockets);
      stopping.abort();
      // What ends with the signal begins its last query before the pool is closed, which waits for it.
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}
