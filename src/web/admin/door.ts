// A request → who asks: cookie, session, form token, origin, keyed address. Nothing here reads a Host.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context as Call } from 'hono';
import { readConsoleKey } from '../../store/session.ts';
import type { WebContext } from '../feeds.ts';
import { readRequestBody } from '../request-body.ts';

const longestForm = 32_768;

/** A fresh secret of 256 bits, in letters of an address. */
export const freshToken = () => randomBytes(32).toString('base64url');
/** What is kept of a secret with 256 random bits. */
export const hashToken = (token: string) => createHash('sha256').update(token).digest();

const isToken = (text: string) => /^[A-Za-z0-9_-]{43}$/.test(text);

/** The names of the cookies: who is inside, who stands at the door, who was sent to another service and shall come back. Without https a browser takes no `__Host-` cookie, so plain http has plain names. */
export function cookieNames(publicUrl: string): { session: string; door: string; service: string; isSecure: boolean } {
  const isSecure = publicUrl.startsWith('https:');
  return isSecure
    ? { session: '__Host-tin', door: '__Host-tin-cua', service: '__Host-tin-ngoai', isSecure }
    : { session: 'tin', door: 'tin-cua', service: 'tin-ngoai', isSecure };
}

/** A Set-Cookie line; an empty value takes the cookie away. `Lax` only for what must come along when another site leads back here. */
export function cookieLine(
  name: string,
  value: string,
  isSecure: boolean,
  sameSite: 'Strict' | 'Lax' = 'Strict',
): string {
  const age = value === '' ? '; Max-Age=0' : '';
  return `${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${isSecure ? '; Secure' : ''}${age}`;
}

/** The token in a cookie, or null when it is absent or none of ours. */
export function readCookie(call: Call, name: string): string | null {
  for (const part of (call.req.header('cookie') ?? '').split(';')) {
    const [key = '', value = ''] = part.trim().split('=', 2);
    if (key === name) return isToken(value) ? value : null;
  }
  return null;
}

/** The form token that belongs to a cookie: derived, so that it is kept nowhere. */
export const formToken = (cookie: string) => derivedToken(cookie, 'form');

/** A secret for one purpose out of a cookie; whoever knows it does not know the cookie. */
export const derivedToken = (cookie: string, purpose: string): string =>
  createHmac('sha256', cookie).update(purpose).digest('base64url');

/** Whether a form was sent by a page of ours that was made for this cookie. */
export function isOurForm(call: Call, form: URLSearchParams, cookie: string | null, publicUrl: string): boolean {
  if (cookie === null || !isFromHere(call, publicUrl)) return false;
  const given = Buffer.from(form.get('_csrf') ?? '');
  const wanted = Buffer.from(formToken(cookie));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

// Sec-Fetch-Site is the browser's own word, whatever name the site is reached under; Origin is that of older browsers.
function isFromHere(call: Call, publicUrl: string): boolean {
  const site = call.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = call.req.header('origin');
  return origin === undefined || origin === new URL(publicUrl).origin;
}

/** The fields of a form; a number is the status to refuse it with. */
export async function readForm(call: Call): Promise<URLSearchParams | 413 | 415> {
  if (typeOf(call) !== 'application/x-www-form-urlencoded') return 415;
  const body = await readRequestBody(call.req.raw, longestForm);
  return body === null ? 413 : new URLSearchParams(plainText(body.toString('utf8')));
}

const typeOf = (call: Call) => (call.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
const plainText = (text: string) => text.replaceAll('\u0000', '');

/** The fields of a form with one file of at most `maxBytes` (an empty one when none was chosen), read whole before it is taken apart. */
export async function readUpload(
  call: Call,
  maxBytes: number,
): Promise<{ form: URLSearchParams; file: Buffer } | 413 | 415> {
  if (typeOf(call) !== 'multipart/form-data') return 415;
  const body = await readRequestBody(call.req.raw, maxBytes + longestForm);
  if (body === null) return 413;
  const headers = { 'content-type': call.req.header('content-type') ?? '' };
  const parts = await new Response(new Uint8Array(body), { headers }).formData().catch(() => null);
  if (parts === null) return 415;
  const form = new URLSearchParams();
  let file = Buffer.alloc(0);
  for (const [name, value] of parts)
    if (typeof value === 'string') form.append(name, plainText(value));
    else if (file.length === 0) file = Buffer.from(await value.arrayBuffer());
  return file.length > maxBytes ? 413 : { form, file };
}

/** The deployment's keyed hash, and the asker's address through it: an address itself is kept nowhere. */
export function openKeyedHash(ctx: WebContext): (kind: string, value: string) => Promise<Buffer> {
  let key: Promise<Buffer> | null = null;
  return async (kind, value) => {
    key ??= readConsoleKey(ctx.db, randomBytes(32)).catch((error: unknown) => {
      key = null;
      throw error;
    });
    return createHmac('sha256', await key)
      .update(`${kind}:${value}`)
      .digest();
  };
}

/** The address of the peer; IPv6 by its /64, which is one household. Forwarded-For is anybody's to write and is not read. */
export function addressOf(call: Call): string {
  const address = (getConnInfo(call).remote.address ?? 'unknown').replace(/^::ffff:/, '');
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}

/** Where to go after signing in: an address of the console, or its front. */
export function safeNext(wanted: string | null | undefined): string {
  return wanted && /^\/quan-tri(?:\/[a-z0-9-]+)*(?:\?[\w=&.-]*)?$/.test(wanted) ? wanted : '/quan-tri';
}
