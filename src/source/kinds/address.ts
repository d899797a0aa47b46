// An address as a feed writes it → an absolute http(s) URL, or null.
import { resolveUrl } from '../../text/url.ts';

/** Resolves against `base`; null for anything that is not http(s) in the end. */
export function absoluteUrl(href: string, base: string | undefined): string | null {
  const trimmed = href.trim();
  if (trimmed === '') return null;
  return base === undefined ? resolveUrl(trimmed) : resolveUrl(trimmed, base);
}
