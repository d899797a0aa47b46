// migrate: the schema runner, on real databases.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { createLog } from '../src/log.ts';
import { openDb } from '../src/store/db.ts';
import { migrate, type Migration } from '../src/store/migrate.ts';
import { emptyDatabaseUrl, freshDatabase, openTestDb } from './support/database.ts';
import { seedPublisher } from './support/seed.ts';

const log = createLog({ level: 'silent', isTerminal: false });

const first: Migration = { name: '0001-a', up: async (db) => void (await sql`create table a (n int)`.execute(db)) };
const second: Migration = { name: '0002-b', up: async (db) => void (await sql`insert into a values (1)`.execute(db)) };
const broken: Migration = {
  name: '0002-broken',
  up: async (db) => {
    await sql`create table half (n int)`.execute(db);
    await sql`select 1 / 0`.execute(db);
  },
};

test('steps run once and in order, however often the runner is called', async () => {
  const db = openTestDb(await emptyDatabaseUrl());

  expect(await migrate(db, [first], { log })).toEqual(['0001-a']);
  expect(await migrate(db, [first, second], { log })).toEqual(['0002-b']);
  expect(await migrate(db, [first, second], { log })).toEqual([]);

  const { rows } = await sql<{ n: number }>`select n from a`.execute(db);
  expect(rows).toEqual([{ n: 1 }]);
});

test('of processes that start at once each step is taken by one', async () => {
  const url = await emptyDatabaseUrl();
  const pools = Array.from({ length: 4 }, () => openTestDb(url, { max: 1 }));

  const taken = await Promise.all(pools.map(async (db) => await migrate(db, [first, second], { log })));

  expect(taken.flat().sort()).toEqual(['0001-a', '0002-b']);
});

test('a schema newer than the program is refused by name and left alone', async () => {
  const db = openTestDb(await emptyDatabaseUrl());
  await migrate(db, [first, second], { log });

  await expect(migrate(db, [first], { log })).rejects.toMatchObject({
    code: 'store.schema_newer',
    message: expect.stringContaining('0002-b'),
    remedy: expect.any(String),
  });
});

test('a step that fails leaves nothing of itself behind', async () => {
  const db = openTestDb(await emptyDatabaseUrl());

  await expect(migrate(db, [first, broken], { log })).rejects.toThrow('division by zero');

  const { rows } = await sql<{ a: boolean; half: boolean }>`
    select to_regclass('a') is not null as a, to_regclass('half') is not null as half
  `.execute(db);
  expect(rows).toEqual([{ a: true, half: false }]);
  expect(await migrate(db, [first, second], { log })).toEqual(['0002-b']);
});

test('a server that is not there is named as such, without the password', async () => {
  const db = openDb('postgres://tin:s3cret@127.0.0.1:1/tin');
  const failure = await migrate(db, [first], { log }).catch((error: unknown) => error);
  await db.destroy();

  expect(failure).toMatchObject({ code: 'store.unreachable', remedy: expect.stringContaining('DATABASE_URL') });
  expect(String(failure)).not.toContain('s3cret');
});

test('the template of the tests holds every migration of today', async () => {
  const db = await freshDatabase();

  const { rows } = await sql<{ name: string }>`select name from schema_migration order by name`.execute(db);

  expect(rows.map((row) => row.name)).toEqual(migrations.map((step) => step.name));
});

test('a store from before the index of words knows where its filling begins, a new one has nothing to fill', async () => {
  const db = openTestDb(await emptyDatabaseUrl());
  await migrate(
    db,
    migrations.slice(
      0,
      migrations.findIndex((step) => step.name === '0026-story-word'),
    ),
    { log },
  );
  const paper = await seedPublisher(db);
  const marks = async (of: typeof db) =>
    (
      await sql<{
        key: string;
        value: number;
      }>`select key, value from setting where key like 'word.%' order by key`.execute(of)
    ).rows;
  await sql`insert into story (title, summary, first_at, listed_at, changed_at, publisher_id, lead_entry_id, lead_seen_at)
    select 'Tin ' || n, '', now(), now(), now(), ${paper.id}, n, now() from generate_series(1, 3) n`.execute(db);
  await migrate(db, migrations, { log });
  const newest = (await sql<{ id: number }>`select max(change_id) as id from story`.execute(db)).rows[0]?.id ?? 0;

  expect(await marks(db)).toEqual([
    { key: 'word.change_id', value: newest },
    { key: 'word.fill_below', value: newest + 1 },
  ]);
  expect(await marks(await freshDatabase())).toEqual([]);
});
