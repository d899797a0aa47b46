// Upkeep: months ahead, old months gone with everything that must stay kept, and a schema that the release before can live with.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrations } from '../migrations/index.ts';
import type { Db } from '../src/store/db.ts';
import { migrate } from '../src/store/migrate.ts';
import { dropOldMonths, ensurePartitions } from '../src/store/partition.ts';
import { emptyDatabaseUrl, freshDatabase, openTestDb } from './support/database.ts';
import { seedPublisher, seedStory } from './support/seed.ts';
import { startTestSite } from './support/site.ts';

const months = async (db: Db, table: string) =>
  (
    await sql<{ name: string }>`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${table}::regclass order by 1`.execute(db)
  ).rows.map((row) => row.name);

async function addMonth(db: Db, back: number): Promise<string> {
  const { rows } = await sql<{ from: string; to: string; name: string }>`
    select to_char(m, 'YYYY-MM-DD') as from, to_char(m + interval '1 month', 'YYYY-MM-DD') as to, to_char(m, 'YYYY_MM') as name
    from (select date_trunc('month', now() at time zone 'UTC') - make_interval(months => ${back}) as m) x`.execute(db);
  const row = rows[0] ?? { from: '', to: '', name: '' };
  for (const table of ['entry', 'poll'])
    await sql`create table ${sql.id(`${table}_${row.name}`)} partition of ${sql.id(table)} for values from (${sql.lit(`${row.from}Z`)}) to (${sql.lit(`${row.to}Z`)})`.execute(
      db,
    );
  return row.name;
}

test('months beyond the setting go as whole partitions; keep keeps them; keys, stories and their pages stay', async () => {
  const db = await freshDatabase();
  await ensurePartitions(db);
  const [old, edge] = [await addMonth(db, 4), await addMonth(db, 3)];
  const paper = await seedPublisher(db);
  const at = new Date(`${old.replace('_', '-')}-10T00:00:00Z`);
  const story = await seedStory(db, paper, { title: 'Tin của ngày xưa', publishedAt: at, listedAt: at });
  await sql`update story set lead_seen_at = ${at}`.execute(db);
  await sql`update story_entry set seen_at = ${at}`.execute(db);
  await sql`update entry set seen_at = ${at}`.execute(db);
  await sql`insert into entry_key (publisher_id, key, entry_id, seen_at) select publisher_id, 'khoa', id, seen_at from entry`.execute(
    db,
  );

  expect(await dropOldMonths(db, null)).toEqual([]);
  expect(await dropOldMonths(db, 3)).toEqual([`entry_${old}`, `poll_${old}`]);
  expect(await dropOldMonths(db, 3)).toEqual([]);
  expect(await months(db, 'entry')).toContain(`entry_${edge}`);
  expect((await months(db, 'entry')).length).toBe(6);
  const left = await sql<{
    keys: number;
    stories: number;
    entries: number;
  }>`select (select count(*)::int from entry_key) as keys,
    (select count(*)::int from story) as stories, (select count(*)::int from entry) as entries`.execute(db);
  expect(left.rows).toEqual([{ keys: 1, stories: 1, entries: 0 }]);
  const site = await startTestSite(db);
  const page = await site.get(`/tin/${(story as { id: number }).id}`);
  expect([page.status < 500, (await site.get('/')).status]).toEqual([true, 200]);
});

test('partitions are there three months ahead, and making them again makes none', async () => {
  const db = await freshDatabase();
  expect((await ensurePartitions(db)).length).toBe(15);
  expect(await ensurePartitions(db)).toEqual([]);
});

type Column = { name: string; type: string; isNullable: boolean; hasDefault: boolean };
const columnsOf = async (db: Db) =>
  (
    await sql<Column>`select table_name || '.' || column_name as name, data_type as type, is_nullable = 'YES' as "isNullable",
      column_default is not null or is_identity = 'YES' or is_generated = 'ALWAYS' as "hasDefault"
      from information_schema.columns where table_schema = 'public' and table_name !~ '_[0-9]{4}_[0-9]{2}$' order by 1`.execute(
      db,
    )
  ).rows;

// The newest step of the release before: a release runs on its schema and on this one's, so nothing it uses may go or change meaning.
// At a release this name moves to the newest step of that release; what was emptied of its use in it may be dropped in the next.
const released = '0012-marks';

test('steps since the last release take nothing away that it reads, and ask nothing of its writes', async () => {
  const db = openTestDb(await emptyDatabaseUrl());
  const quiet = { log: { info: () => undefined } };
  const end = migrations.findIndex((step) => step.name === released) + 1;
  expect(end).toBeGreaterThan(0);
  await migrate(db, migrations.slice(0, end), quiet);
  const before = await columnsOf(db);
  await migrate(db, migrations, quiet);
  const after = new Map((await columnsOf(db)).map((column) => [column.name, column]));

  const tables = new Set(before.map((column) => column.name.split('.')[0]));
  for (const { name, type } of before) expect(after.get(name)?.type, name).toBe(type);
  const known = new Set(before.map((column) => column.name));
  const demanding = [...after.values()].filter(
    ({ name, isNullable, hasDefault }) =>
      tables.has(name.split('.')[0]) && !known.has(name) && !isNullable && !hasDefault,
  );
  // Without a default the release before could not insert.
  expect(demanding.map(({ name }) => name)).toEqual([]);
});
