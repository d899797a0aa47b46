// A connection → the same connection that keeps what nobody waits for (`begin`, locks, last writes) back and sends it with the next statement.
import type { CompiledQuery } from 'kysely';
import type { ClientBase, QueryConfig } from 'pg';
import type { Query } from './let-go.ts';
import type { Db } from './db.ts';

type Statement = { config: string | QueryConfig; values?: unknown };
type Socket = { cork(): void; uncork(): void; destroy(): void };

// Known by their parameters: that list reaches the connection as the very object that was compiled.
const unawaited = new WeakSet<object>();

/**
 * In a transaction: leaves a statement, whose result nobody needs, to be sent with the next one or with the commit, in its place before it. If it
 * fails, that next one rejects with its error and the transaction is undone. Outside of one it is sent and awaited as any other.
 */
export async function sendWithNext(db: Db, statement: CompiledQuery): Promise<void> {
  if (db.isTransaction && statement.parameters.length > 0) unawaited.add(statement.parameters);
  await db.executeQuery(statement);
}

const done = (command: string) => Promise.resolve({ command, rowCount: null, oid: 0, rows: [], fields: [] });

/**
 * Makes the connection keep `begin`, and what `sendWithNext` marked, until the next statement and write them as one. A usual batch of polls that bring news takes
 * two turns between the app and PostgreSQL so, not seven for each: a turn costs both about 50 µs of processor, and the poll the wait. Needs a client in
 * pipeline mode. A `begin` that fails by itself cuts the connection: what followed it must not stand alone.
 */
export function sendTogether(client: ClientBase): void {
  const send = client.query.bind(client) as Query;
  let kept: Statement[] = [];

  const flush = async (config: string | QueryConfig, values: unknown): Promise<unknown> => {
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    const before = kept;
    kept = [];
    stream.cork();
    const sent = [...before, { config, values }].map((one) => send(one.config, one.values) as Promise<unknown>);
    stream.uncork();
    if (before[0]?.config === 'begin') sent[0]?.catch(() => stream.destroy());
    const ended = await Promise.allSettled(sent);
    // The first that failed made the others fail.
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    return (ended.at(-1) as PromiseFulfilledResult<unknown>).value;
  };

  const together: Query = (config, values, callback) => {
    if (config === 'begin' || (Array.isArray(values) && unawaited.has(values))) {
      kept.push({ config, values });
      return done(config === 'begin' ? 'BEGIN' : 'SELECT');
    }
    if (kept.length === 0) return send(config, values, callback);
    const isUnbegun = kept[0]?.config === 'begin';
    // What is undone, or was never begun, need not be done first.
    if (config === 'rollback' || (config === 'commit' && isUnbegun && kept.length === 1)) {
      kept = [];
      if (isUnbegun) return done(config.toUpperCase());
      return send(config, values, callback);
    }
    return flush(config, values);
  };
  client.query = together as ClientBase['query'];
}
