// A URL and a name server → would we go there, and which address would be dialled: the guard and the connector's own check.
import { checkedAddresses } from '../../src/net/connect.ts';
import { authorityOf, checkUrl, createGuard } from '../../src/net/guard.ts';

type Stub = { lookup: (host: string) => Promise<string[]> };
const guard = createGuard();

/** The address that the connector would dial; rejects when it would dial none. */
export async function connectAddress(text: string, { lookup }: Stub): Promise<string | undefined> {
  const url = checkUrl(text, guard);
  const [first] = await checkedAddresses(guard, lookup, url.hostname, authorityOf(url));
  return first;
}

/** `allow` when the connector has an address to dial. */
export async function decide(text: string, stub: Stub): Promise<'allow' | 'deny'> {
  try {
    return (await connectAddress(text, stub)) === undefined ? 'deny' : 'allow';
  } catch {
    return 'deny';
  }
}
