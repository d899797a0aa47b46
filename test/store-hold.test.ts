// Names held by one run at a time, over all processes, and let go with it whatever becomes of it.
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import type { Db } from '../src/store/db.ts';
import { withHolds } from '../src/store/hold.ts';
import { freshDatabase } from './support/database.ts';

let db: Db;

beforeAll(async () => {
  db = await freshDatabase();
});

const due = (...names: string[]) => {
  return async (without: string[]) => names.filter((name) => !without.includes(name)).slice(0, 2);
};

test('what one holds another passes over for the next, until it is let go; other kinds do not mind', async () => {
  await withHolds(db, 'delivery', async (first) => {
    expect(await first.hold(due('a', 'b', 'c'))).toEqual(['a', 'b']);
    await withHolds(db, 'delivery', async (second) => {
      expect(await second.hold(due('a', 'b', 'c'))).toEqual(['c']);
      expect(await second.hold(due('a'))).toEqual([]);
      await first.keepOnly((name) => name === 'b');
      expect(await second.hold(due('a', 'b'))).toEqual(['a']);
      expect(await first.hold(due('a', 'b'))).toEqual(['b']);
    });
    await withHolds(db, 'webhook', async (third) => {
      expect(await third.hold(due('a', 'b'))).toEqual(['a', 'b']);
    });
  });
});

test('all is let go when a run fails, and at once when its connection dies', async () => {
  const failed = withHolds(db, 'delivery', async (holds) => {
    await holds.hold(due('a'));
    throw new Error('no more');
  });
  await expect(failed).rejects.toThrow('no more');

  const died = withHolds(db, 'delivery', async (holds) => {
    expect(await holds.hold(due('a'))).toEqual(['a']);
    await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7411002`.execute(
      db,
    );
    await expect(holds.hold(due('b'))).rejects.toThrow(/terminat|connection/i);
  });
  await died;
  await withHolds(db, 'delivery', async (holds) => expect(await holds.hold(due('a', 'b'))).toEqual(['a', 'b']));
});
