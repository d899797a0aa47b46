// The stream of an answer → its bytes, never more than asked for.
import type { Dispatcher } from 'undici';
import { FetchError } from '../errors.ts';

type Body = Dispatcher.ResponseData['body'];

/** The whole body in a buffer of its own; more than `maxBytes` throws FetchError `net.too_large`, or with `isCutAllowed` ends the reading there. */
export async function readBody(body: Body, maxBytes: number, isCutAllowed = false): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    chunks.push(bytes);
    if (size <= maxBytes) continue;
    if (isCutAllowed) return Buffer.concat(chunks, size).subarray(0, maxBytes);
    throw new FetchError('net.too_large', `the answer is larger than ${maxBytes} bytes`, { weight: 'hard' });
  }
  return Buffer.concat(chunks, size);
}

/**
 * What a body brings within `maxMs` and `maxBytes`, for answers whose status is what counts: it never throws, and what does not come in
 * time or is broken is left out. The connection is kept only when the body came whole.
 */
export async function readHead(body: Body, maxBytes: number, maxMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The stream may end with an error after we have turned away.
  body.on('error', () => undefined);
  const timer = setTimeout(() => body.destroy(), maxMs);
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= maxBytes) break;
    }
  } catch {
    // A body cut short tells as much as it tells.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks, size).subarray(0, maxBytes);
}
