// A host to be asked outside of polling → its turn over all processes, kept until it is given back. EFFECT.
import type { Db } from '../store/db.ts';
import { extendHost, freeHost, type Turn, takeHost } from '../store/host.ts';
import { keepExtending, shortLease } from './lease.ts';

/** A turn that this process holds: `end` gives it back, and the host rests for `spacingMs`; what it rejects with is told by `freeHost`. */
export type HeldTurn = { isTaken: true; end: (spacingMs: number) => Promise<void> };

/**
 * Takes the turn at a host and at its publisher for one request, or says when to ask again (`takeHost`). It is held until `end`, however
 * long that takes; when this process dies it is free after 30 s. Touches host.
 */
export async function takeTurn(
  db: Db,
  wanted: { host: string; publisherId: number | null },
  leaseSeconds: number = shortLease,
): Promise<HeldTurn | Exclude<Turn, { isTaken: true }>> {
  const { host } = wanted;
  // Reckoned from before the statement: whoever believes that it still holds the turn is right.
  const leaseFrom = () => performance.now() + leaseSeconds * 1_000;
  let heldUntil = leaseFrom();
  const turn = await takeHost(db, { ...wanted, leaseSeconds });
  if (!turn.isTaken) return turn;
  const letGo = keepExtending(leaseSeconds, async () => {
    const until = leaseFrom();
    if (await extendHost(db, host, leaseSeconds)) heldUntil = until;
  });
  return {
    isTaken: true,
    end: async (spacingMs) => {
      letGo();
      await freeHost(db, host, spacingMs, heldUntil);
    },
  };
}
