// A lease → the same lease, for as long as this process lives and works on what it claimed.

/** Seconds that a claim holds when its process dies: short, so that a killed process holds nothing up. Whoever works longer extends it. */
export const shortLease = 30;

/**
 * Extends a lease three times in its length until the returned function is called. An extension that fails is not told again: while
 * PostgreSQL is away the lease runs out, and whoever is there afterwards takes what it held.
 */
export function keepExtending(leaseSeconds: number, extend: () => Promise<unknown>): () => void {
  const timer = setInterval(
    () => {
      extend().catch(() => undefined);
    },
    (leaseSeconds * 1_000) / 3,
  );
  timer.unref();
  return () => clearInterval(timer);
}
