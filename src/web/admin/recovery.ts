// Random bytes → codes for the day the authenticator app is lost, and what is kept of them. Pure but for the randomness.
import { createHash, randomBytes } from 'node:crypto';
import { toBase32 } from './totp.ts';

const howMany = 10;
// 80 bits each: a plain hash keeps them, nobody tries 2^80.
const codeBytes = 10;

/** Ten fresh codes, `ABCD-EFGH-IJKL-MNOP`, and the hashes to keep. */
export function freshCodes(): { codes: string[]; hashes: Buffer[] } {
  const bare = Array.from({ length: howMany }, () => toBase32(randomBytes(codeBytes)));
  return { codes: bare.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')), hashes: bare.map(hashBare) };
}

const hashBare = (code: string) => createHash('sha256').update(code).digest();

/** The hash of a code as somebody typed it, blanks, hyphens and case aside; null when it has not the shape of one. */
export function codeHash(typed: string): Buffer | null {
  const bare = typed.replace(/[\s-]/g, '').toUpperCase();
  return /^[A-Z2-7]{16}$/.test(bare) ? hashBare(bare) : null;
}
