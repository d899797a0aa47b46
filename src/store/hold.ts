// Names of hosts or endpoints → held by one process at a time, over all processes, for as long as its connection lives.
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** What is held, each with a number of its own among PostgreSQL's advisory locks. */
export const holdKinds = { delivery: 7_411_002, verification: 7_411_003, webhook: 7_411_004 } as const;

/** Names held by this run. */
export type Holds = {
  /**
   * Holds what `findDue` names, as far as nobody else does, and answers all of it that is held now. What others hold is asked for no more in
   * this call, so that one large host of another process does not hide the rest: `findDue` gets these names to leave out.
   */
  hold(findDue: (without: string[]) => Promise<string[]>): Promise<string[]>;
  /** Lets go of what is not wanted any more. */
  keepOnly(isWanted: (name: string) => boolean): Promise<void>;
};

// Far below what PostgreSQL has room for (64 locks for each of 100 connections).
const mostHeld = 400;
const rounds = 4;

/**
 * Runs `work` with the right to hold names: advisory locks of a session on a connection of its own, so a process that dies lets go at once
 * and nobody waits for a lease to end. All is let go at the end. A limit for each name that a run keeps is thereby a limit over all processes.
 */
export async function withHolds<T>(
  db: Db,
  kind: keyof typeof holdKinds,
  work: (holds: Holds) => Promise<T>,
): Promise<T> {
  const space = holdKinds[kind];
  return db.connection().execute(async (own) => {
    const held = new Set<string>();
    const take = async (names: string[]): Promise<void> => {
      const taken = await sql<{ name: string }>`
        select name from unnest(${names}::text[]) as name where pg_try_advisory_lock(${space}::int, hashtext(name))`.execute(
        own,
      );
      for (const { name } of taken.rows) held.add(name);
    };
    const letGo = async (names: string[]): Promise<void> => {
      if (names.length === 0) return;
      await sql`select pg_advisory_unlock(${space}::int, hashtext(name)) from unnest(${names}::text[]) as name`.execute(
        own,
      );
      for (const name of names) held.delete(name);
    };
    try {
      return await work({
        hold: async (findDue) => {
          const others: string[] = [];
          const due = new Set<string>();
          for (let round = 0; round < rounds; round++) {
            const found = [...new Set(await findDue(others))];
            const fresh = found.filter((name) => !held.has(name)).slice(0, Math.max(0, mostHeld - held.size));
            if (fresh.length > 0) await take(fresh);
            for (const name of found) if (held.has(name)) due.add(name);
            const refused = fresh.filter((name) => !held.has(name));
            if (refused.length === 0 || due.size > 0) break;
            others.push(...refused);
          }
          return [...due];
        },
        keepOnly: (isWanted) => letGo([...held].filter((name) => !isWanted(name))),
      });
    } finally {
      // A connection that broke has let go of everything.
      await letGo([...held]).catch(() => undefined);
    }
  });
}
