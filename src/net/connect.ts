// A guarded connector: resolves a host once, checks every answer, and dials exactly an address that was checked.
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { FetchError } from '../errors.ts';
import { type Guard, isLocalName, literalHost, privateAddress } from './guard.ts';

/** Addresses of a host name, all families; rejects as `dns.lookup` does. */
export type Resolve = (hostname: string) => Promise<string[]>;

// The system's lookup holds one of libuv's four threads, which unpacking and files need as well: names that hang take three at most.
const maxLookups = 3;
let lookups = 0;
const waiting: (() => void)[] = [];

// A name server that is silent keeps the system's lookup for 10 to 20 s; whoever waits for it, or in line for it, has something better to do.
const longestLookupMs = 5_000;

type Lookup = (hostname: string) => Promise<string[]>;

const systemLookup: Lookup = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map((answer) => answer.address);

async function lookupInTurn(hostname: string, ask: Lookup): Promise<string[]> {
  if (lookups >= maxLookups) await new Promise<void>((resolve) => waiting.push(resolve));
  else lookups++;
  try {
    return await ask(hostname);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else lookups--;
  }
}

/** The system's answer for a name, asked for three names at a time; rejects with FetchError `net.dns` after `withinMs`, the wait in line included. */
export async function systemResolve(
  hostname: string,
  ask: Lookup = systemLookup,
  withinMs = longestLookupMs,
): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const says = `the name ${hostname} was not resolved within ${withinMs / 1_000} s (ETIMEOUT)`;
      reject(new FetchError('net.dns', says, { weight: 'temporary' }));
    }, withinMs);
  });
  const asked = lookupInTurn(hostname, ask);
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The addresses that may be dialled for a host, IPv4 first (hosts without an IPv6 route are common), at most three. One answer that is
 * not allowed refuses the host, and a name of the local network is only allowed in networks that the operator opened.
 * Throws FetchError `net.dns` and `net.private_address`.
 */
export async function checkedAddresses(
  guard: Guard,
  resolve: Resolve,
  hostname: string,
  authority: string,
): Promise<string[]> {
  const host = literalHost(hostname);
  const answers = isIP(host) === 0 ? await resolve(host) : [host];
  if (answers.length === 0) throw new FetchError('net.dns', `${host} has no address`, { weight: 'soft' });
  if (!guard.allowsAuthority(authority)) {
    const isLocal = isLocalName(host);
    for (const answer of answers)
      if (!guard.allowsAddress(answer) || (isLocal && !guard.isOpened(answer))) throw privateAddress(host, answer);
  }
  return answers.toSorted((a, b) => isIP(a) - isIP(b)).slice(0, 3);
}

// More than any answer we take holds with its headers and the marks of its chunks. It bounds what no cap on bodies sees: chunk
// extensions, informational answers and status lines without end.
const maxSocketBytes = 24_000_000;

function boundBytes(socket: Socket): void {
  let written = -1;
  let readBefore = 0;
  socket.on('readable', () => {
    // Something was sent since the last look: another request began.
    if (socket.bytesWritten !== written) {
      written = socket.bytesWritten;
      readBefore = Math.max(0, socket.bytesRead - socket.readableLength);
    }
    if (socket.bytesRead - readBefore > maxSocketBytes)
      socket.destroy(
        new FetchError('net.too_large', `the answer is larger than ${maxSocketBytes} bytes`, { weight: 'hard' }),
      );
  });
}

/**
 * Builds the connector of all outbound sockets. TLS keeps the host's name for SNI and certificate; only the dialled address is replaced.
 * HTTP/1.1 only: its bounds on headers and bodies are what the rest relies on.
 */
export function guardedConnector(
  guard: Guard,
  options: { connectMs: number; resolve?: Resolve },
): buildConnector.connector {
  const dial = buildConnector({ timeout: options.connectMs, maxCachedSessions: 500, allowH2: false });
  const resolve = options.resolve ?? ((hostname: string) => systemResolve(hostname));

  return (request, callback) => {
    const isTls = request.protocol === 'https:';
    const port = request.port || (isTls ? '443' : '80');
    const host = literalHost(request.hostname);
    // TLS knows no server name that is an address (RFC 6066 §3).
    const serverName = isTls && isIP(host) === 0 ? { servername: request.servername || host } : {};
    const dialNext = ([address = '', ...others]: string[]) => {
      const hostPort = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
      const { servername: _, ...asked } = request;
      dial({ ...asked, ...serverName, hostname: address, host: hostPort }, (...[error, socket]) => {
        if (error === null) {
          boundBytes(socket);
          callback(null, socket);
        } else if (others.length > 0 && isUnreachable(error)) dialNext(others);
        else callback(error, null);
      });
    };
    checkedAddresses(guard, resolve, request.hostname, `${request.hostname}:${port}`).then(dialNext, (error: unknown) =>
      callback(dnsError(request.hostname, error), null),
    );
  };
}

// Another of the host's addresses may answer where this one does not; a bad certificate is the same everywhere.
function isUnreachable(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
}

function dnsError(hostname: string, error: unknown): Error {
  if (error instanceof FetchError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new FetchError('net.dns', `the name ${hostname} cannot be resolved (${code})`, {
    weight: code === 'ENOTFOUND' ? 'soft' : 'temporary',
    cause: error,
  });
}
