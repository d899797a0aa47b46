// A version held in memory + a request → the answer, straight to the socket or as a Response.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context as Call } from 'hono';
import { chooseEncoding, isNotModified } from './conditional.ts';
import type { Variant } from './rendition.ts';
import { variantOf } from './rendition.ts';
import type { Held, Shelf } from './shelf.ts';

function withAge(headers: string[], ageSeconds: number, more: readonly string[] = []): string[] {
  if (ageSeconds > 0) return [...headers, 'Age', String(ageSeconds), ...more];
  return more.length > 0 ? [...headers, ...more] : headers;
}

/** A request with the answer to be written, and header lines of the whole site, name after value. */
export type Ask = { request: IncomingMessage; response: ServerResponse; more: readonly string[] };

function write({ request, response, more }: Ask, held: Held, variant: Variant): void {
  const { headers } = request;
  if (isNotModified(headers['if-none-match'], headers['if-modified-since'], variant)) {
    response.writeHead(304, withAge(variant.notModifiedHeaders, held.ageSeconds, more)).end();
    return;
  }
  response.writeHead(200, withAge(variant.okHeaders, held.ageSeconds, more));
  response.end(request.method === 'HEAD' ? undefined : variant.body);
}

const searchPrefix = '/feeds/tim-kiem.';

// A feed means the same whatever somebody hung on its address against caches; pages and searches read their query.
function keyOf(url: string): string {
  if (!url.startsWith('/feeds/') || url.startsWith(searchPrefix)) return url;
  const mark = url.indexOf('?');
  return mark === -1 ? url : url.slice(0, mark);
}

/**
 * Answers a GET or HEAD from memory without any framework: true when it did or will, false when the caller must.
 * `more` are header lines of the whole site, name after value. This is the path of nearly every request a feed gets, so it does nothing but
 * look up, compare and write.
 */
export function answerFromShelf(
  shelf: Shelf,
  request: IncomingMessage,
  response: ServerResponse,
  more: readonly string[] = [],
): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const held = shelf.peek(keyOf(request.url ?? ''));
  if (held === null) return false;
  const variant = variantOf(held.rendition, chooseEncoding(request.headers['accept-encoding']));
  const ask = { request, response, more };
  if (!(variant instanceof Promise)) write(ask, held, variant);
  else
    variant.then(
      (made) => write(ask, held, made),
      (error: unknown) => response.destroy(error as Error),
    );
  return true;
}

function toHeaders(flat: string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < flat.length; index += 2) headers.append(flat[index] ?? '', flat[index + 1] ?? '');
  return headers;
}

/** The same answer as a Response, for whoever changes it before it goes out. */
export async function toResponse(request: Request, held: Held): Promise<Response> {
  const asked = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  const variant = await variantOf(held.rendition, chooseEncoding(asked('accept-encoding')));
  if (isNotModified(asked('if-none-match'), asked('if-modified-since'), variant))
    return new Response(null, {
      status: 304,
      headers: toHeaders(withAge(variant.notModifiedHeaders, held.ageSeconds)),
    });
  return new Response(new Uint8Array(variant.body), {
    headers: toHeaders(withAge(variant.okHeaders, held.ageSeconds)),
  });
}

const promised = new WeakMap<Response, { held: Held; variant: Variant }>();

/**
 * The same answer for the first request of a version, to be given back untouched. Under a server that calls `writePromised` it stands for bytes that go
 * straight to the socket: a body would be copied and drawn through a stream. Should anybody send it as it is, it is a 500.
 * Of a HEAD hono keeps the headers alone, so that is answered in full.
 */
export async function promiseResponse(call: Call, held: Held): Promise<Response> {
  const bindings: unknown = call.env;
  const hasSocket = typeof bindings === 'object' && bindings !== null && 'outgoing' in bindings;
  if (!hasSocket || call.req.method === 'HEAD') return toResponse(call.req.raw, held);
  const variant = await variantOf(held.rendition, chooseEncoding(call.req.header('accept-encoding')));
  const response = new Response(null, { status: 500 });
  promised.set(response, { held, variant });
  return response;
}

/** Writes what a Response of `promiseResponse` stands for; false, and nothing done, for any other. */
export function writePromised(given: Response, ask: Ask): boolean {
  const found = promised.get(given);
  if (found === undefined) return false;
  write(ask, found.held, found.variant);
  return true;
}
