// Nothing → the security headers that every answer carries, errors and 304s included.

const common: readonly [string, string][] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'strict-origin-when-cross-origin'],
];

// The papers' pictures come from our own site: no reader is seen by anybody else.
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** For HTML pages: scripts and styles are ours alone and never inline, nobody frames us. */
export const pageSecurity: readonly [string, string][] = [
  ...common,
  ['Content-Security-Policy', pagePolicy],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), microphone=(), geolocation=()'],
];

/** For bytes that are not pages (feeds, OPML, pictures, JSON): should a browser open them, nothing may run or load. */
export const dataSecurity: readonly [string, string][] = [
  ...common,
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
];

/** For every answer of a site that is reached by https: a browser that was here once comes back by https alone. */
export const strictTransport: readonly [string, string] = ['Strict-Transport-Security', 'max-age=31536000'];

/** Security headers and others, for a Response. */
export function secured(security: readonly (readonly [string, string])[], more: Record<string, string>): Headers {
  const headers = new Headers(more);
  for (const [name, value] of security) headers.set(name, value);
  return headers;
}
