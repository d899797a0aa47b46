// An error of a query → whose fault it is: PostgreSQL's own troubles, or what we asked of it. Pure.

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

// A statement that took too long, or that an operator ended: class 57 as well, but PostgreSQL is there.
const isEnded = (error: unknown) => error instanceof Error && codeOf(error) === '57014';

/**
 * Whether an error says that PostgreSQL is away, or too busy for us, rather than that we asked it something wrong: what `isDatabaseGone` says, or a
 * statement ended for taking too long (57014).
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  return isEnded(error) || isDatabaseGone(error);
}

/** Whether nothing may be asked of PostgreSQL now: no connection, shutting down (class 57), connection lost (class 08), too many clients (53300), or no free connection in time. */
export function isDatabaseGone(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseGone);
  if (!(error instanceof Error) || isEnded(error)) return false;
  const code = codeOf(error);
  if (networkCodes.has(code) || /^(?:08|57)/.test(code) || code === '53300') return true;
  return /connection terminated|timeout exceeded when trying to connect|driver has already been destroyed|client has encountered a connection error|client was closed and is not queryable/i.test(
    error.message,
  );
}

/**
 * Whether an error lies with PostgreSQL and not with the data it was given: it is away, out of disk, memory or connections (class 53), may
 * not write (25), gave up a transaction (40), waited too long for a lock (55), met a fault of its system or of itself (58, XX).
 * Errors of a connection that never got as far as PostgreSQL (a failed fetch, say) are told apart by the caller.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  if (isDatabaseAway(error)) return true;
  return error instanceof Error && 'severity' in error && /^(?:25|40|53|55|58|XX)/.test(codeOf(error));
}

/** One short name for a trouble, the same for every statement that meets it: the key under which it is told once a minute. */
export function troubleName(error: unknown): string {
  if (isDatabaseAway(error)) return 'store.away';
  const code = error instanceof Error ? codeOf(error) : '';
  if (code === '53100') return 'store.disk_full';
  return isDatabaseTrouble(error) ? `store.${code}` : '';
}
