// A loopback port → eight invented papers that publish while the process runs.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ConfigError } from '../errors.ts';
import { feedUrl, homeUrl } from './address.ts';
import { type Answer, answer } from './answer.ts';
import { papers } from './papers.ts';

/** An invented paper with its live addresses. `province` is the official code; every name says that it is a sample. */
export type TrialPaper = {
  slug: string;
  name: string;
  siteUrl: string;
  province: string;
  feeds: { url: string; title: string }[];
};

export type TrialNewsroom = {
  /** `http://127.0.0.1:PORT` without slash. */ origin: string;
  papers: TrialPaper[];
  stop(): Promise<void>;
};

type Log = { info(fields: object, message: string): void; warn(fields: object, message: string): void };

/** Asked for first, so that addresses stay the same from run to run. */
export const trialPort = 8091;

const loopback = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/**
 * Opens the trial newsroom; all papers share one port, each under its own path (`/nui-ngan/`).
 *
 * `startedAt` is the instant of the newsroom's *first* start: the caller keeps it, so that a restart shows the same articles
 * under the same dates. Article guids follow from slugs alone; addresses follow from the port, so keep that too. A port that is
 * taken is replaced by a free one (`port: 0` asks for a free one at once): read `origin`. Listens on loopback only and
 * throws ConfigError for any other host. `stop` ends open connections and resolves when the port is free.
 */
export async function startTrialNewsroom(o: {
  now: () => Date;
  startedAt: Date;
  port?: number;
  host?: string;
  log: Log;
}): Promise<TrialNewsroom> {
  const host = o.host ?? '127.0.0.1';
  if (!loopback.test(host))
    throw new ConfigError('trial.not-loopback', `the trial newsroom was to listen on ${host}`, {
      remedy: 'give a loopback address such as 127.0.0.1',
    });
  let origin = '';
  const server = createServer((request, response) => {
    const respond = respondTo(request, response);
    try {
      respond(answer(request.url ?? '/', { origin, startedAt: o.startedAt, now: o.now() }));
    } catch (error) {
      o.log.warn({ err: error, url: request.url }, 'trial page failed');
      response.writeHead(500).end();
    }
  });
  const port = o.port ?? trialPort;
  if (!(await isListening(server, host, port))) {
    o.log.warn({ port }, 'trial port is taken, a free one is used');
    await isListening(server, host, 0);
  }
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  origin = `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
  o.log.info({ origin, papers: papers.length }, 'trial newsroom opened');
  return {
    origin,
    papers: papers.map((paper) => ({
      slug: paper.slug,
      name: paper.name,
      siteUrl: homeUrl(origin, paper.slug),
      province: paper.province,
      feeds: paper.feeds.map((feed) => ({ url: feedUrl(origin, paper, feed), title: feed.title })),
    })),
    stop: () => stopServer(server),
  };
}

/** False = the port is taken; other failures are thrown. */
function isListening(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE' && port !== 0) resolve(false);
      else reject(error);
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Validators, conditional requests and gzip as papers' servers do them (RFC 9110 §13). */
function respondTo(request: IncomingMessage, response: ServerResponse): (found: Answer | null) => void {
  return (found) => {
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    if (!found)
      return void response
        .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
        .end('Không có trang này trong toà soạn thử.\n');
    const isGzip = !found.contentType.startsWith('image/') && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const hash = createHash('sha1').update(found.body).digest('base64url');
    const headers = {
      etag: isGzip ? `"${hash}-gz"` : `"${hash}"`,
      'last-modified': found.changedAt.toUTCString(),
      'cache-control': `max-age=${found.maxAgeSeconds}`,
      vary: 'Accept-Encoding',
    };
    if (isUnchanged(request, hash, found.changedAt)) return void response.writeHead(304, headers).end();
    const body = isGzip ? gzipSync(found.body) : found.body;
    response.writeHead(200, {
      ...headers,
      'content-type': found.contentType,
      'content-length': body.length,
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function isUnchanged(request: IncomingMessage, hash: string, changedAt: Date): boolean {
  const match = request.headers['if-none-match'];
  if (match !== undefined)
    return match.split(',').some((tag) => ['*', `"${hash}"`, `"${hash}-gz"`].includes(tag.trim().replace(/^W\//, '')));
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(changedAt.getTime() / 1000) * 1000 <= since;
}
