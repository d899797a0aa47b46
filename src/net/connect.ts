// A guarded connector: resolves a host once, checks every answer, and dials exactly an address that was checked.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { FetchError } from '../errors.ts';
import { type Guard, literalHost, privateAddress } from './guard.ts';

/** Addresses of a host name, all families; rejects as `dns.lookup` does. */
export type Resolve = (hostname: string) => Promise<string[]>;

const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map((answer) => answer.address);

/**
 * Builds the connector of all outbound sockets. One address that is not allowed in a mixed answer refuses the host.
 * TLS keeps the host's name for SNI and certificate; only the dialled address is replaced.
 */
export function guardedConnector(
  guard: Guard,
  options: { connectMs: number; resolve?: Resolve },
): buildConnector.connector {
  const dial = buildConnector({ timeout: options.connectMs, maxCachedSessions: 500 });
  const resolve = options.resolve ?? systemResolve;

  async function addressOf(hostname: string, authority: string): Promise<string> {
    const host = literalHost(hostname);
    const answers = isIP(host) === 0 ? await resolve(host) : [host];
    const [first] = answers;
    if (first === undefined) throw new FetchError('net.dns', `${host} has no address`, { weight: 'soft' });
    if (guard.allowsAuthority(authority)) return first;
    for (const answer of answers) if (!guard.allowsAddress(answer)) throw privateAddress(host, answer);
    // IPv4 first: hosts without an IPv6 route are common and there is no second dial.
    return answers.find((answer) => isIP(answer) === 4) ?? first;
  }

  return (request, callback) => {
    const port = request.port || (request.protocol === 'https:' ? '443' : '80');
    addressOf(request.hostname, `${request.hostname}:${port}`).then(
      (address) =>
        dial(
          {
            ...request,
            hostname: address,
            host: isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`,
            ...(request.protocol === 'https:'
              ? { servername: request.servername || literalHost(request.hostname) }
              : {}),
          },
          callback,
        ),
      (error: unknown) => callback(asFetchError(request.hostname, error), null),
    );
  };
}

function asFetchError(hostname: string, error: unknown): Error {
  if (error instanceof FetchError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new FetchError('net.dns', `the name ${hostname} cannot be resolved (${code})`, {
    weight: code === 'ENOTFOUND' ? 'soft' : 'temporary',
    cause: error,
  });
}
