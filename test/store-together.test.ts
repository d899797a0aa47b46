// What nobody waits for goes out with the next statement: in its place, once, and never alone.
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Db } from '../src/store/db.ts';
import { sendWithNext } from '../src/store/together.ts';
import { freshDatabase } from './support/database.ts';

const db = await freshDatabase({ max: 2 });
await sql`create table noted (n int primary key, at_turn int)`.execute(db);

beforeEach(() => sql`delete from noted`.execute(db));

const note = (trx: Db, n: number) => sendWithNext(trx, sql`insert into noted (n) values (${n}::int)`.compile(trx));
const count = async (of: Db) =>
  (await sql<{ n: number }>`select count(*)::int as n from noted`.execute(of)).rows[0]?.n ?? -1;

test('what was left is done before the next statement, and with the commit', async () => {
  const seen = await db.transaction().execute(async (trx) => {
    await note(trx, 1);
    await note(trx, 2);
    const inside = await count(trx);
    await note(trx, 3);
    return inside;
  });
  expect(seen).toBe(2);
  expect(await count(db)).toBe(3);
});

test('the error of what was left is that of the next statement, and nothing is kept', async () => {
  const work = db.transaction().execute(async (trx) => {
    await note(trx, 1);
    await note(trx, 1);
    await count(trx);
  });
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(await count(db)).toBe(0);
});

test('the error of what was left last is that of the commit', async () => {
  const work = db.transaction().execute(async (trx) => {
    await count(trx);
    await note(trx, 1);
    await note(trx, 1);
  });
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(await count(db)).toBe(0);
});

test('what is undone is not done', async () => {
  const work = db.transaction().execute(async (trx) => {
    await note(trx, 1);
    throw new Error('enough');
  });
  await expect(work).rejects.toThrow('enough');
  expect(await count(db)).toBe(0);
});

test('a transaction that asks nothing leaves its connection as it was', async () => {
  for (let turn = 0; turn < 4; turn++) expect(await db.transaction().execute(async () => turn)).toBe(turn);
  await note(db, 1);
  expect(await count(db)).toBe(1);
});

test('outside of a transaction it is done at once', async () => {
  await note(db, 5);
  expect(await count(db)).toBe(1);
  await expect(note(db, 5)).rejects.toMatchObject({ code: '23505' });
});

test('a lock that was left holds from the next statement on', async () => {
  const key = 4_711;
  const isFree = async () =>
    (await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(${key}) as free`.execute(db)).rows[0]?.free;
  await db.transaction().execute(async (trx) => {
    await sendWithNext(trx, sql`select pg_advisory_xact_lock(${key})`.compile(trx));
    await count(trx);
    expect(await isFree()).toBe(false);
  });
  expect(await isFree()).toBe(true);
});

test('a connection that is cut takes down what was on its way, and the next one works', async () => {
  const work = db.transaction().execute(async (trx) => {
    await note(trx, 1);
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
  });
  await expect(work).rejects.toThrow(/terminat|connection|ECONNRESET/i);
  expect(await count(db)).toBe(0);
});

test('many transactions beside one another keep their own', async () => {
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      db.transaction().execute(async (trx) => {
        await note(trx, n);
        await sql`update noted set at_turn = ${n}::int where n = ${n}::int`.execute(trx);
        await note(trx, 1_000 + n);
      }),
    ),
  );
  expect(await count(db)).toBe(80);
  const odd = await sql`select from noted where n < 1000 and at_turn is distinct from n`.execute(db);
  expect(odd.rows).toHaveLength(0);
});
