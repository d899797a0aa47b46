// An address as a feed writes it → an absolute http(s) URL, or null.
import { resolveUrl } from '../../text/url.ts';

/** Absolute, lower-case host, ASCII, no dot segments: what `resolveUrl` would hand back unchanged. Spares 1-2 µs each. */
const PLAIN =
  /^https?:\/\/[a-z0-9][a-z0-9.-]*[a-z0-9]\/(?:[A-Za-z0-9\-_~/:@!$&()*+,;=]|\.(?![./]))*(?:\?[A-Za-z0-9\-._~/:@!$&()*+,;=?]*)?$/;

/** Resolves against `base`; null for anything that is not http(s) in the end. */
export function absoluteUrl(href: string, base: string | undefined): string | null {
  const trimmed = href.trim();
  if (trimmed === '') return null;
  if (trimmed.length < 2_000 && PLAIN.test(trimmed)) return trimmed;
  return base === undefined ? resolveUrl(trimmed) : resolveUrl(trimmed, base);
}
