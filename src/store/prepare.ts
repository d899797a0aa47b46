// A connection → the same connection that has PostgreSQL parse and plan each of our statements once.
import type { ClientBase } from 'pg';
import type { Query } from './let-go.ts';

// Our statements are few, and each comes again and again. What comes once (the hundreds of steps of a new store, a list written out) shall not take a
// name from them: a text is named the second time, as long as it is among the latest that came once.
const maxNames = 500;
const maxMetOnce = 500;
const names = new Map<string, string>();
const metOnce = new Set<string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  if (!metOnce.delete(text)) {
    metOnce.add(text);
    if (metOnce.size > maxMetOnce) for (const oldest of metOnce) if (metOnce.delete(oldest)) break;
    return undefined;
  }
  const name = `tin_${names.size}`;
  names.set(text, name);
  return name;
}

/**
 * Makes the connection send statements with parameters under a name from the second time on. Measured over the feed world: planning the wide inserts into
 * partitioned tables anew for every poll took about a third of PostgreSQL's time in ingest.
 */
export function prepareStatements(client: ClientBase): void {
  const send = client.query.bind(client) as Query;
  const named: Query = (config, values, callback) => {
    if (typeof config !== 'string' || !Array.isArray(values) || values.length === 0)
      return send(config, values, callback);
    const name = nameOf(config);
    return send({ text: config, values, ...(name === undefined ? {} : { name }) }, callback);
  };
  client.query = named as ClientBase['query'];
}
