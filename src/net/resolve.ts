// Names of hosts → whether they resolve, and whether the guard would let us call what they lead to. Resolves only; calls nobody.
import { lookup } from 'node:dns/promises';
import type { Guard } from './guard.ts';

/** `addresses` empty: the name did not resolve, for `reason`. `closed`: those that are not public and not allowed. */
export type Resolved = { host: string; addresses: string[]; closed: string[]; reason: string | null };

/** Looks a name up as the fetcher does. Never throws. */
export async function resolveHost(host: string, guard: Guard): Promise<Resolved> {
  try {
    const found = (await lookup(host, { all: true })).map((one) => one.address);
    return { host, addresses: found, closed: found.filter((address) => !guard.allowsAddress(address)), reason: null };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { host, addresses: [], closed: [], reason: code };
  }
}
