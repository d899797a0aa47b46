// A body and a secret ↔ the header that proves they belong together: WebSub's X-Hub-Signature and the one of our webhooks.
import { createHmac, timingSafeEqual } from 'node:crypto';

const methods: ReadonlySet<string> = new Set(['sha1', 'sha256', 'sha384', 'sha512']);

/** The value of `X-Hub-Signature` for a body (WebSub §7.1). We always sign with SHA-256. */
export function signBody(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/**
 * Whether a header signs this body with this secret; compared in constant time. Takes the four methods that WebSub registers: SHA-1 too,
 * because the hubs most papers use sign with nothing else, and an HMAC does not rest on what is broken in SHA-1.
 */
export function isSigned(header: string | null, secret: string, body: Uint8Array): boolean {
  const [method = '', hex = '', ...rest] = (header ?? '').trim().split('=');
  const name = method.toLowerCase();
  if (rest.length > 0 || !methods.has(name) || !/^[0-9a-f]{40,128}$/i.test(hex)) return false;
  const expected = createHmac(name, secret).update(body).digest();
  const given = Buffer.from(hex, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const prefix = 'whsec_';

/** The bytes of a webhook's secret as it is written down (`whsec_` and base64). */
export function secretBytes(secret: string): Buffer {
  return Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, 'base64');
}

/** A new webhook secret of 256 bits as it is written down, from random bytes. */
export function writeSecret(bytes: Uint8Array): string {
  return `${prefix}${Buffer.from(bytes).toString('base64')}`;
}

/**
 * The headers of a webhook by the Standard Webhooks specification (standardwebhooks.com): `webhook-id`, `webhook-timestamp` in whole
 * seconds since 1970, `webhook-signature` = `v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body`.
 */
export function webhookHeaders(
  secret: string,
  message: { id: string; at: Date; body: Uint8Array },
): Record<string, string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1_000));
  const mac = createHmac('sha256', secretBytes(secret)).update(`${message.id}.${timestamp}.`).update(message.body);
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${mac.digest('base64')}`,
  };
}
