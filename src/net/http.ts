// A URL → the answer of its server, through the only way out: guarded, polite, bounded in time, bytes and hops.
import { Agent, type Dispatcher, request } from 'undici';
import { FetchError } from '../errors.ts';
import { type Blocker, blockedBy } from './block.ts';
import { readBody, readHead } from './body.ts';
import { guardedConnector, type Resolve } from './connect.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { decompress } from './decompress.ts';
import { toFetchError } from './failure.ts';
import { type Gate, hostKey } from './gate.ts';
import { checkUrl, type Guard } from './guard.ts';
import { createRobots, type Robots } from './robots.ts';

/** One GET. Validators are sent exactly as they were received. */
export type HttpRequest = {
  url: string;
  accept?: string;
  etag?: string | null;
  lastModified?: string | null;
  /** The address that gave the validators, when it is known: only it gets them. Without, they stay within the first origin. */
  validatorUrl?: string | null;
  /** Sent to the first origin only: never again once a redirect has left it. */
  headers?: Record<string, string>;
  /** Bytes on the wire, default 12 MB. */
  maxWireBytes?: number;
  /** Bytes after decompression, default 14 MB. */
  maxBytes?: number;
  /** The first bytes will do: what is more than the caps is left out and no error. */
  isCutAllowed?: boolean;
  /** Redirects to follow, 0 to 5, default 5; with 0 a redirect is an answer. */
  maxHops?: number;
  /** Everything together, all hops, headers and body, but not the wait for our turn; default 30 s. */
  deadlineMs?: number;
  /** Pause since the last request to this host, instead of the gate's own. */
  spacingMs?: number;
  /** Passes by the gate: for hosts that asked to be called (callbacks). */
  ungated?: boolean;
  signal?: AbortSignal;
};

/** One POST. Never gated, never redirected: a 3xx is an answer. */
export type HttpPost = {
  url: string;
  /** Sent as it is. */
  body: Buffer;
  contentType: string;
  headers?: Record<string, string>;
  /** Default 15 s. */
  deadlineMs?: number;
  signal?: AbortSignal;
};

/** The final answer after redirects, whatever its status. */
export type HttpAnswer = {
  status: number;
  /** Lower-case names; repeated fields joined by ", "; bytes as latin1, so that a validator goes back as it came. */
  headers: Record<string, string>;
  /** Decompressed. Of an answer that is no success (not 2xx) only the beginning, empty when it cannot be read. */
  body: Buffer;
  /** Address that answered, after redirects. */
  url: string;
  /** Redirects followed, in order. */
  hops: { status: number; url: string }[];
  /** The wall that answered in place of the site, null for the site itself. */
  blockedBy: Blocker | null;
};

/** The way out. `robots` asks sites for their rules by `get`. `close` waits for nothing: open requests are aborted. */
export type Http = {
  get(request: HttpRequest): Promise<HttpAnswer>;
  post(request: HttpPost): Promise<HttpAnswer>;
  robots: Robots;
  close(): Promise<void>;
};

/** `resolve` replaces the system's name lookup (tests); without `gate` nobody waits for a turn. */
export type HttpOptions = { userAgent: string; guard: Guard; gate?: Gate; resolve?: Resolve; connectMs?: number };

const mostHops = 5;
const redirects = new Set([301, 302, 303, 307, 308]);
const refusalBytes = 64 * 1_024;
const refusalMs = 3_000;

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

// Servers write Vietnamese addresses as bare UTF-8 bytes; browsers read them so (RFC 9110 §5.5 leaves them open).
function targetOf(location: string, from: URL): URL {
  const bytes = Buffer.from(location, 'latin1');
  const text = /[\x80-\xff]/.test(location) ? new TextDecoder().decode(bytes) : location;
  if (!URL.canParse(text, from))
    throw new FetchError('net.bad_redirect', `${from.host} redirects to "${text.slice(0, 200)}"`, { weight: 'soft' });
  return new URL(text, from);
}

function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined);
  body.destroy();
}

const isSendable = (value: string | null | undefined): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 8_192 && /^[\t\x20-\x7e\x80-\xff]+$/.test(value);

/**
 * Opens the way out. `get` follows redirects by hand and checks each hop; nobody's cookies are kept, and what a caller gave for one
 * origin (headers, validators) is not told to another. Both verbs throw FetchError for what is no answer: `net.bad_url|scheme|userinfo|
 * port|private_address|dns|refused|unreachable|timeout|tls|cut|bad_answer|bad_request|failed|deadline|aborted|busy|too_large|
 * headers_too_large|too_many_redirects|bad_redirect|encoding`, its `hops` telling the redirects before. HTTP error statuses are
 * answers, and never fail for what their bodies hold.
 */
export function createHttp(options: HttpOptions): Http {
  const connect = guardedConnector(options.guard, {
    connectMs: options.connectMs ?? 5_000,
    ...(options.resolve ? { resolve: options.resolve } : {}),
  });
  const bounds = { connect, maxHeaderSize: 32 * 1_024, headersTimeout: 20_000, bodyTimeout: 20_000, pipelining: 1 };
  // Readers come one at a time to a host; a hub's subscribers may all be behind one host.
  const reading = new Agent({ ...bounds, keepAliveTimeout: 4_000, connections: 2 });
  const telling = new Agent({ ...bounds, keepAliveTimeout: 10_000, connections: 8 });

  async function ask(url: URL, wanted: HttpRequest, isHome: boolean, signal: AbortSignal) {
    const headers: Record<string, string> = {
      ...(isHome ? wanted.headers : {}),
      'user-agent': options.userAgent,
      accept: wanted.accept ?? '*/*',
      'accept-encoding': wanted.isCutAllowed ? 'identity' : 'gzip, deflate, br, zstd',
    };
    // A validator belongs to its resource.
    if (wanted.validatorUrl ? wanted.validatorUrl === url.href : isHome) {
      if (isSendable(wanted.etag)) headers['if-none-match'] = wanted.etag;
      if (isSendable(wanted.lastModified)) headers['if-modified-since'] = wanted.lastModified;
    }
    return request(url, { dispatcher: wanted.ungated ? telling : reading, method: 'GET', headers, signal });
  }

  async function read(response: Dispatcher.ResponseData, headers: Record<string, string>, wanted: HttpRequest) {
    const coding = headers['content-encoding'];
    const maxBytes = wanted.maxBytes ?? 14_000_000;
    if (response.statusCode >= 200 && response.statusCode < 300) {
      const wire = await readBody(response.body, wanted.maxWireBytes ?? 12_000_000, wanted.isCutAllowed);
      return decompress(wire, coding, maxBytes);
    }
    // The status says what there is to say: a broken or endless error page must not hide "429, come back in an hour".
    const wire = await readHead(response.body, refusalBytes, refusalMs);
    return decompress(wire, coding, refusalBytes * 4).catch(() => Buffer.alloc(0));
  }

  async function answerOf(
    response: Dispatcher.ResponseData,
    url: URL,
    hops: HttpAnswer['hops'],
    wanted: HttpRequest,
  ): Promise<HttpAnswer> {
    const headers = flatten(response.headers);
    const body = await read(response, headers, wanted);
    const { statusCode: status } = response;
    return { status, headers, body, url: url.href, hops, blockedBy: blockedBy(status, headers, body) };
  }

  async function follow(wanted: HttpRequest, limit: Deadline): Promise<HttpAnswer> {
    const hops: HttpAnswer['hops'] = [];
    const maxHops = Math.min(wanted.maxHops ?? mostHops, mostHops);
    let leave: (() => void) | null = null;
    let url: URL | null = null;
    try {
      const first = checkUrl(wanted.url, options.guard);
      url = first;
      let isHome = true;
      let host = '';
      for (;;) {
        // One host's turn is given back before another's is asked for: two that redirect to each other cannot wait in a ring.
        if (options.gate && !wanted.ungated && hostKey(url) !== host) {
          leave?.();
          leave = null;
          host = hostKey(url);
          limit.pause();
          leave = await options.gate.enter(url, {
            signal: limit.signal,
            ...(wanted.spacingMs === undefined ? {} : { spacingMs: wanted.spacingMs }),
          });
          // A stream that ignores the deadline must not keep the turn.
          limit.signal.addEventListener('abort', leave, { once: true });
          limit.resume();
        }
        const response = await ask(url, wanted, isHome, limit.signal);
        const location = response.headers['location'];
        if (maxHops === 0 || !redirects.has(response.statusCode) || typeof location !== 'string')
          return await answerOf(response, url, hops, wanted);
        discard(response.body);
        if (hops.length >= maxHops)
          throw new FetchError('net.too_many_redirects', `${first.host} redirects more than ${maxHops} times`, {
            weight: 'soft',
          });
        hops.push({ status: response.statusCode, url: url.href });
        url = checkUrl(targetOf(location, url).href, options.guard);
        isHome &&= url.origin === first.origin;
      }
    } catch (error) {
      const failure = toFetchError(url?.host ?? 'the server', error);
      failure.hops = hops;
      throw failure;
    } finally {
      leave?.();
    }
  }

  async function send(wanted: HttpPost, signal: AbortSignal): Promise<HttpAnswer> {
    const url = checkUrl(wanted.url, options.guard);
    const headers = {
      ...wanted.headers,
      'user-agent': options.userAgent,
      accept: '*/*',
      'accept-encoding': 'identity',
      'content-type': wanted.contentType,
    };
    try {
      const response = await request(url, { dispatcher: telling, method: 'POST', headers, body: wanted.body, signal });
      const body = await readHead(response.body, refusalBytes, refusalMs);
      const flat = flatten(response.headers);
      const { statusCode: status } = response;
      return { status, headers: flat, body, url: url.href, hops: [], blockedBy: blockedBy(status, flat, body) };
    } catch (error) {
      throw toFetchError(url.host, error);
    }
  }

  // The race holds even where a stream ignores its abort signal.
  async function within<T>(limit: Deadline, work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, limit.expired]);
    } finally {
      limit.done();
    }
  }

  const get = async (wanted: HttpRequest) => {
    const limit = startDeadline(wanted.deadlineMs ?? 30_000, wanted.signal);
    return within(limit, follow(wanted, limit));
  };
  return {
    get,
    post: async (wanted) => {
      const limit = startDeadline(wanted.deadlineMs ?? 15_000, wanted.signal);
      return within(limit, send(wanted, limit.signal));
    },
    robots: createRobots({ get, token: /^[A-Za-z_-]+/.exec(options.userAgent)?.[0] ?? 'tintinh' }),
    close: async () => {
      await Promise.all([reading.destroy(), telling.destroy()]);
    },
  };
}
