// A name of any length → 24 letters that stand for it.
import { hash } from 'node:crypto';

/**
 * A key in the form in which it is stored and asked for: its kind (the first two letters) and 128 bits of its SHA-256, so that no address
 * is too long for an index, and the index stays small.
 */
export function compactKey(key: string): string {
  return `${key.slice(0, 2)}${hash('sha256', key, 'base64url').slice(0, 22)}`;
}
