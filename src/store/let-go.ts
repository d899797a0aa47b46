// A connection → the same connection whose results V8 lets go of as soon as nobody uses them.
import type { ClientBase, QueryConfig, QueryResult } from 'pg';

type Answered = (error: Error | undefined, result: QueryResult) => void;
/** `query` of a connection, in all the ways it may be called. */
export type Query = (config: string | QueryConfig, values?: unknown, callback?: unknown) => unknown;

/**
 * Gives every statement a callback and a promise of ours. The promise that pg (8.23) makes itself outlives its result: four fifths of all rows that were read
 * survived two small collections and filled the old space, which only a large one empties (test/store-let-go). Where an error was sent from, kysely adds.
 */
export function letResultsGo(client: ClientBase): void {
  const send = client.query.bind(client) as Query;
  const query: Query = (config, values, callback) => {
    // What submits itself (a Query of pg's), or tells its caller, makes no promise.
    const isOwn = typeof config !== 'string' && ('submit' in config || 'callback' in config);
    if (isOwn || callback !== undefined || typeof values === 'function') return send(config, values, callback);
    return promiseOf((answered) => send(config, values, answered));
  };
  client.query = query as ClientBase['query'];
}

function promiseOf(start: (answered: Answered) => void): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result)));
  });
}
