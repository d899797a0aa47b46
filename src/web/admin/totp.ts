// A shared secret and the clock → the six digits of an authenticator app (RFC 6238: SHA-1, 30 s, 6 digits). Pure.
import { createHmac } from 'node:crypto';

const stepSeconds = 30;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes as RFC 4648 base32 without padding. */
export function toBase32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((part) => letters[Number.parseInt(part.padEnd(5, '0'), 2)]).join('');
}

/** Base32, blanks and case aside, as bytes; null when it holds anything else. */
export function fromBase32(text: string): Buffer | null {
  const plain = text.replace(/[\s=-]/g, '').toUpperCase();
  if (plain === '' || !/^[A-Z2-7]{1,128}$/.test(plain)) return null;
  const bits = [...plain].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((part) => Number.parseInt(part, 2)));
}

/** The code of a time step (RFC 4226 §5.3). */
export function codeOfStep(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** The step whose code this is: now's, or the one before or after (clocks differ); null for a wrong code. */
export function stepOfCode(secret: Buffer, code: string, now: Date): number | null {
  const plain = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(plain)) return null;
  const step = Math.floor(now.getTime() / 1_000 / stepSeconds);
  return [step, step - 1, step + 1].find((one) => codeOfStep(secret, one) === plain) ?? null;
}
