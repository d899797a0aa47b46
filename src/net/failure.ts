// What undici, Node and TLS throw → one FetchError with a stable code, a weight, and the host that is to blame.
import { FetchError } from '../errors.ts';

type Kind = { code: string; weight: 'hard' | 'soft' | 'temporary'; says: string };

const kinds: [RegExp, Kind][] = [
  [
    /^UND_ERR_HEADERS_OVERFLOW$/,
    { code: 'net.headers_too_large', weight: 'hard', says: 'sent more than 32 kB of headers' },
  ],
  [
    /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$/,
    { code: 'net.timeout', weight: 'temporary', says: 'fell silent' },
  ],
  [/^ECONNREFUSED$/, { code: 'net.refused', weight: 'temporary', says: 'refuses connections' }],
  [
    /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/,
    { code: 'net.unreachable', weight: 'temporary', says: 'cannot be reached from here' },
  ],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|ECONNABORTED)$/,
    { code: 'net.cut', weight: 'temporary', says: 'cut the answer short' },
  ],
  [/^(HPE_.*|HTTPParserError)$/, { code: 'net.bad_answer', weight: 'temporary', says: 'does not speak proper HTTP' }],
  // Missing intermediates and lapsed certificates are common with provincial sites: the admin must read that it is this.
  [
    /CERT|^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH)/,
    { code: 'net.tls', weight: 'soft', says: 'has no valid certificate or no usable TLS' },
  ],
  [/^UND_ERR_INVALID_ARG$/, { code: 'net.bad_request', weight: 'hard', says: 'cannot be asked this way' }],
];
const unknown: Kind = { code: 'net.failed', weight: 'temporary', says: 'did not answer properly' };

/** The same error in our words; a FetchError passes as it is. `host` is who was asked. */
export function toFetchError(host: string, error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  // undici wraps what destroyed a socket; our own reason lies within.
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof FetchError) return cause;
  const named = error instanceof Error ? error.name : 'unknown';
  // undici's errors of parsing have a name where others have a code.
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : named;
  const detail = error instanceof Error ? error.message : String(error);
  const kind = kinds.find(([pattern]) => pattern.test(code))?.[1] ?? unknown;
  return new FetchError(kind.code, `${host} ${kind.says} (${code}: ${detail.slice(0, 200)})`, {
    weight: kind.weight,
    cause: error,
  });
}
