// A list that was read and may be behind the news → its story put down for `listDue`, a second's worth in one statement. EFFECT.
import type { Db } from '../store/db.ts';
import { addDue } from '../store/related-due.ts';

const pauseMs = 1_000;
const wished = new WeakMap<Db, Set<number>>();

/** Has the list of a story compared with the index behind the news. Nobody waits for it, and what is lost is wished again when the list is read again. */
export function wishComparison(db: Db, storyId: number): void {
  const waiting = wished.get(db);
  if (waiting !== undefined) {
    waiting.add(storyId);
    return;
  }
  const ids = new Set([storyId]);
  wished.set(db, ids);
  setTimeout(() => {
    wished.delete(db);
    // A process that may only read, or PostgreSQL away: the list stands as it is.
    addDue(db, [...ids]).catch(() => undefined);
  }, pauseMs).unref();
}
