// A URL → the answer of its server, through the only way out: guarded, bounded in time, bytes and hops.
import { Agent, type Dispatcher, request } from 'undici';
import { FetchError } from '../errors.ts';
import { guardedConnector, type Resolve } from './connect.ts';
import { decompress } from './decompress.ts';
import { checkUrl, type Guard } from './guard.ts';

/** One GET. Validators are sent exactly as they were received. */
export type HttpRequest = {
  url: string;
  accept?: string;
  etag?: string | null;
  lastModified?: string | null;
  /** Bytes on the wire, default 12 MB. */
  maxWireBytes?: number;
  /** Bytes after decompression, default 14 MB. */
  maxBytes?: number;
  /** Everything together: all hops, headers and body; default 30 s. */
  deadlineMs?: number;
  signal?: AbortSignal;
};

/** The final answer after redirects, whatever its status. */
export type HttpAnswer = {
  status: number;
  /** Lower-case names; repeated fields joined by ", ". */
  headers: Record<string, string>;
  /** Decompressed; empty for 304 and for error answers' oversize bodies. */
  body: Buffer;
  /** Address that answered, after redirects. */
  url: string;
  /** Redirects followed, in order. */
  hops: { status: number; url: string }[];
};

/** The way out. `close` waits for nothing: open requests are aborted. */
export type Http = { get(request: HttpRequest): Promise<HttpAnswer>; close(): Promise<void> };

const maxHops = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

async function readBody(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > maxBytes)
      throw new FetchError('net.too_large', `the answer is larger than ${maxBytes} bytes`, { weight: 'hard' });
    chunks.push(bytes);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}

function deadline(
  ms: number,
  outer: AbortSignal | undefined,
): { signal: AbortSignal; expired: Promise<never>; done(): void } {
  const controller = new AbortController();
  let reject: (error: Error) => void = () => undefined;
  const expired = new Promise<never>((_, no) => {
    reject = no;
  });
  expired.catch(() => undefined);
  const end = (error: Error) => {
    reject(error);
    controller.abort(error);
  };
  const timer = setTimeout(
    () => end(new FetchError('net.deadline', `no complete answer within ${ms} ms`, { weight: 'temporary' })),
    ms,
  );
  const onAbort = () => end(new FetchError('net.aborted', 'the request was called off', { weight: 'temporary' }));
  if (outer?.aborted) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    expired,
    done: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    },
  };
}

function asFetchError(url: URL, error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new FetchError('net.headers_too_large', `${url.host} sent more than 32 kB of headers`, {
      weight: 'hard',
      cause: error,
    });
  return new FetchError('net.failed', `${url.host} did not answer properly (${code}: ${detail.slice(0, 200)})`, {
    weight: 'temporary',
    cause: error,
  });
}

/**
 * Opens the way out. `resolve` replaces the system's name lookup (tests).
 * `get` follows at most 5 redirects by hand, checking each hop, sends no cookies, and drops validators off the first address.
 * It throws FetchError: `net.bad_url|scheme|userinfo|private_address|dns|failed|deadline|aborted|too_large|headers_too_large|
 * too_many_redirects|bad_redirect|encoding`; HTTP error statuses are answers, not errors.
 */
export function createHttp(options: { userAgent: string; guard: Guard; resolve?: Resolve; connectMs?: number }): Http {
  const connectMs = options.connectMs ?? 5_000;
  const agent = new Agent({
    connect: guardedConnector(options.guard, { connectMs, ...(options.resolve ? { resolve: options.resolve } : {}) }),
    maxHeaderSize: 32 * 1024,
    headersTimeout: 20_000,
    bodyTimeout: 20_000,
    keepAliveTimeout: 4_000,
    connections: 2,
    pipelining: 1,
  });

  async function hop(
    url: URL,
    wanted: HttpRequest,
    isFirst: boolean,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = {
      'user-agent': options.userAgent,
      accept: wanted.accept ?? '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
    };
    if (isFirst && wanted.etag) headers['if-none-match'] = wanted.etag;
    if (isFirst && wanted.lastModified) headers['if-modified-since'] = wanted.lastModified;
    return request(url, { dispatcher: agent, method: 'GET', headers, signal });
  }

  async function follow(wanted: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const hops: HttpAnswer['hops'] = [];
    const first = checkUrl(wanted.url, options.guard);
    let url = first;
    for (;;) {
      // A validator belongs to its resource: it goes along a redirect inside its origin only.
      const response = await hop(url, wanted, url.origin === first.origin, signal).catch((error: unknown) => {
        throw asFetchError(url, error);
      });
      const headers = flatten(response.headers);
      const location = headers['location'];
      if (redirects.has(response.statusCode) && location !== undefined) {
        response.body.destroy();
        response.body.on('error', () => undefined);
        if (hops.length >= maxHops)
          throw new FetchError('net.too_many_redirects', `${first.host} redirects more than ${maxHops} times`, {
            weight: 'soft',
          });
        hops.push({ status: response.statusCode, url: url.href });
        if (!URL.canParse(location, url))
          throw new FetchError('net.bad_redirect', `${url.host} redirects to "${location.slice(0, 200)}"`, {
            weight: 'soft',
          });
        url = checkUrl(new URL(location, url).href, options.guard);
        continue;
      }
      const wire = await readBody(response.body, wanted.maxWireBytes ?? 12_000_000).catch((error: unknown) => {
        throw asFetchError(url, error);
      });
      const body = await decompress(wire, headers['content-encoding'], wanted.maxBytes ?? 14_000_000);
      return { status: response.statusCode, headers, body, url: url.href, hops };
    }
  }

  return {
    async get(wanted) {
      const limit = deadline(wanted.deadlineMs ?? 30_000, wanted.signal);
      try {
        // The race holds even where a stream ignores its abort signal.
        return await Promise.race([follow(wanted, limit.signal), limit.expired]);
      } finally {
        limit.done();
      }
    },
    close: () => agent.destroy(),
  };
}
