// A command that needs the database → the same command with an open Context around it.
import { readEnvironment } from '../config.ts';
import type { Context } from '../context.ts';
import { type Opened, openContext } from '../open.ts';

/**
 * Runs `fn` with a Context of its own and closes everything afterwards, also when it throws. Joins the embedded database of a
 * running process, or starts it for as long as the command takes. Log lines go to standard error, from `warn` up unless
 * LOG_LEVEL says otherwise. SIGINT and SIGTERM abort `context.signal`: `fn` is expected to return soon.
 * Throws what `openContext` and `fn` throw.
 */
export async function withContext<T>(
  fn: (context: Context, opened: Opened) => Promise<T>,
  options: { shouldMigrate?: boolean } = {},
): Promise<T> {
  const stopping = new AbortController();
  const onSignal = () => stopping.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const opened = await openContext({
      env: readEnvironment(),
      signal: stopping.signal,
      applicationName: 'tin',
      maxConnections: 4,
      logFd: 2,
      defaultLogLevel: 'warn',
      ...options,
    });
    try {
      return await fn(opened.context, opened);
    } finally {
      await opened.close();
    }
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}
