// An address or a URL → may we go there: only public hosts, unless the operator opened a network by name.
import { BlockList, isIP } from 'node:net';
import { FetchError } from '../errors.ts';

/** Decides for one address. Built once from configuration by `createGuard`. */
export type Guard = {
  /** True when a connection to this IP literal is allowed. */
  allowsAddress(address: string): boolean;
  /** True for an exact `host:port` of our own (the trial newsroom's listener), whose address is then not looked at. */
  allowsAuthority(authority: string): boolean;
  /** True when the operator opened a private network that holds this address: then it may bear a name of the local network. */
  isOpened(address: string): boolean;
};

// IANA special-purpose registries for IPv4 and, inside 2000::/3, for IPv6 (RFC 6890 and its updates).
const closedV4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const closedV6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

function blockList(ranges: [string, number][], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

// Ports where something else than a site listens: a request there is an attempt on a neighbour's database, not on news.
const closedPorts = new Set([
  1080, 1099, 1433, 1434, 1521, 1522, 1719, 1720, 1723, 1883, 2049, 2181, 2375, 2376, 2377, 2379, 2380, 3128, 3260,
  3306, 3307, 3389, 4222, 4369, 4505, 4506, 5060, 5061, 5432, 5433, 5555, 5601, 5672, 5900, 5901, 5938, 5984, 5985,
  5986, 6000, 6001, 6379, 6380, 6432, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 7199, 7474, 7687, 8086,
  8123, 8125, 8200, 8300, 8301, 8500, 8529, 8983, 9042, 9092, 9160, 9200, 9300, 9418, 10050, 10051, 10080, 10250, 10255,
  10256, 11211, 11434, 15672, 16379, 26257, 26379, 27017, 27018, 27019, 28015, 28017, 33060,
]);

/** True for the ports of the web: 80, 443, and above 1023 all that are not known to serve databases, queues and controls. */
export function isWebPort(port: number): boolean {
  return port === 80 || port === 443 || (port > 1_023 && port < 65_536 && !closedPorts.has(port));
}

const localName =
  /^[^.]*$|(?:^|\.)(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|arpa|svc|onion|invalid)$/;

/** True for names that mean this machine or the local network wherever they resolve (RFC 6761, 6762, 8375, and customs of networks). */
export function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.+$/, '');
  return isIP(name) === 0 && localName.test(name);
}

const closed4 = blockList(closedV4, 'ipv4');
const closed6 = blockList(closedV6, 'ipv6');
const global6 = blockList([['2000::', 3]], 'ipv6');

// A zone id (`fe80::1%eth0`) only ever belongs to a link-local address.
function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !closed4.check(address, 'ipv4');
  if (isIP(address) === 6 && !address.includes('%'))
    return global6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');
  return false;
}

/**
 * Builds the guard. `allowNetworks` are CIDRs (`10.1.0.0/16`, `fd00::/8`) that may be called although they are not public;
 * `allowAuthorities` are exact `host:port` pairs of our own. Throws FetchError `net.bad_network` naming the CIDR that cannot be read.
 */
export function createGuard(
  options: { allowNetworks?: readonly string[]; allowAuthorities?: ReadonlySet<string> } = {},
): Guard {
  const opened = new BlockList();
  for (const cidr of options.allowNetworks ?? []) {
    const [network = '', prefix = ''] = cidr.split('/');
    const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
    const bits = Number(prefix);
    if (isIP(network) === 0 || !/^\d{1,3}$/.test(prefix) || bits > (family === 'ipv4' ? 32 : 128))
      throw new FetchError('net.bad_network', `"${cidr}" is not a network in CIDR form`, {
        weight: 'hard',
        remedy: 'write it like 10.1.0.0/16 or fd00::/8',
      });
    opened.addSubnet(network, bits, family);
  }
  const isOpened = (address: string) =>
    isIP(address) !== 0 && opened.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  return {
    allowsAddress: (address) => isPublic(address) || isOpened(address),
    isOpened,
    allowsAuthority: (authority) => options.allowAuthorities?.has(authority) ?? false,
  };
}

/**
 * Checks what can be checked of a URL before any name is resolved: scheme, userinfo, port, and literal addresses.
 * Throws FetchError (`net.bad_url`, `net.scheme`, `net.userinfo`, `net.port`, `net.private_address`), all of weight `hard`.
 */
export function checkUrl(text: string, guard: Guard): URL {
  if (!URL.canParse(text))
    throw new FetchError('net.bad_url', `"${text.slice(0, 200)}" is not a URL`, { weight: 'hard' });
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new FetchError('net.scheme', `${url.protocol} addresses are not fetched`, {
      weight: 'hard',
      remedy: 'use http:// or https://',
    });
  if (url.username !== '' || url.password !== '')
    throw new FetchError('net.userinfo', `the address of ${url.host} carries a user name`, {
      weight: 'hard',
      remedy: 'remove user and password from the address',
    });
  if (guard.allowsAuthority(authorityOf(url))) return url;
  const host = literalHost(url.hostname);
  if (isIP(host) !== 0 && !guard.allowsAddress(host)) throw privateAddress(url.hostname, host);
  if (url.port !== '' && !isWebPort(Number(url.port)) && !guard.isOpened(host))
    throw new FetchError('net.port', `port ${url.port} of ${url.hostname} is not a port of the web`, {
      weight: 'hard',
      remedy: 'use the address under which the site is published',
    });
  return url;
}

/** Host name without the brackets that URLs put around IPv6 literals. */
export function literalHost(hostname: string): string {
  return hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
}

/** `host:port` of a URL with the scheme's default port written out. */
export function authorityOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

/** The refusal of a host that resolves to, or is, an address which is not public. */
export function privateAddress(host: string, address: string): FetchError {
  return new FetchError('net.private_address', `${host} leads to ${address}, which is not a public address`, {
    weight: 'hard',
    remedy: 'if this is an intranet source, add its network to ALLOW_PRIVATE_NETWORKS',
  });
}
